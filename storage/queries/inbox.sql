-- name: take_in^
insert into inbox (bot, update_id, chat_id, payload, received_at)
values (:bot, :update_id, :chat_id, :payload, :now)
on conflict (bot, update_id) do nothing
returning id, update_id;

-- name: waiting
select id, bot, update_id, chat_id, payload, attempts from inbox
where state = 'waiting' and id > :after order by id limit :most;

-- name: done!
update inbox set state = 'done', payload = '', done_at = :now where id = :id and state = 'waiting';

-- name: failed!
update inbox set attempts = attempts + 1, error = :error where id = :id;

-- name: dead!
update inbox set state = 'dead', attempts = attempts + 1, error = :error, done_at = :now
where id = :id and state = 'waiting';

-- name: forget!
delete from inbox where state = 'done' and done_at < :before;

-- name: backlog^
select count(*) as waiting, min(received_at) as oldest from inbox where state = 'waiting';

-- name: move_chat!
update inbox set chat_id = :new where chat_id = :old and state = 'waiting';
