-- name: keep!
insert into messages (community_id, ticket_id, chat_id, message_id, sender_id, role, media, file_id, file_size, album, text,
  forwarded, at)
values (:community_id, :ticket_id, :chat_id, :message_id, :sender_id, :role, :media, :file_id, :file_size, :album, :text,
  :forwarded, :at)
on conflict (chat_id, message_id) do nothing;

-- name: at^
select * from messages where chat_id = :chat_id and message_id = :message_id;

-- name: of_ticket
select * from messages where ticket_id = :ticket_id order by id;

-- name: media_of_ticket
select * from messages where ticket_id = :ticket_id and media <> '' and role in ('report', 'supplement') order by id;

-- name: album^
select * from messages where chat_id = :chat_id and album = :album and ticket_id is not null order by id limit 1;

-- name: loose
select * from messages where chat_id = :chat_id and ticket_id is null and role = 'loose' and at >= :since order by id;

-- name: adopt!
update messages set ticket_id = :ticket_id, community_id = :community_id, role = 'report'
where chat_id = :chat_id and ticket_id is null and role = 'loose' and at >= :since;

-- name: passed_on^
select forwarded from messages where ticket_id = :ticket_id and role = 'report' and forwarded <> '' order by id limit 1;

-- name: rewrite!
update messages set text = :text where chat_id = :chat_id and message_id = :message_id;

-- name: move_chat!
delete from messages where chat_id = :old;

-- name: last_talk^
select * from messages where chat_id = :chat_id and ticket_id is not null and role in ('answer', 'ask')
order by id desc limit 1;
