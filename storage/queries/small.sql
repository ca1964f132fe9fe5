-- name: ask!
insert into questions (chat_id, user_id, kind, ticket_id, message_id, data, asked_at)
values (:chat_id, :user_id, :kind, :ticket_id, null, :data, :now)
on conflict (chat_id, user_id) do update set kind = excluded.kind, ticket_id = excluded.ticket_id,
  message_id = null, data = excluded.data, asked_at = excluded.asked_at;

-- name: question^
select * from questions where chat_id = :chat_id and user_id = :user_id;

-- name: answered!
delete from questions where chat_id = :chat_id and user_id = :user_id;

-- name: questions_about
select * from questions where ticket_id = :ticket_id;

-- name: wait!
insert into waiting_questions (chat_id, user_id, kind, ticket_id, data, asked_at)
values (:chat_id, :user_id, :kind, :ticket_id, :data, :now)
on conflict (chat_id, user_id, kind, ticket_id) do nothing;

-- name: newest_waiting^
select * from waiting_questions where chat_id = :chat_id and user_id = :user_id order by id desc limit 1;

-- name: drop_waiting_of!
delete from waiting_questions
where chat_id = :chat_id and user_id = :user_id and kind = :kind and ticket_id = :ticket_id;

-- name: drop_waiting!
delete from waiting_questions where ticket_id = :ticket_id and (kind = :kind or :kind = '');

-- name: button^
insert into buttons (token, chat_id, action, ticket_id, arg, community_id, created_at, expires_at)
values (:token, :chat_id, :action, :ticket_id, :arg, :community_id, :now, :expires_at)
on conflict (chat_id, action, ticket_id, arg) do update set expires_at = excluded.expires_at
returning token;

-- name: pressed^
select * from buttons where token = :token;

-- name: forget_buttons!
delete from buttons where expires_at < :now;

-- name: move_buttons!
update buttons set chat_id = :new where chat_id = :old;

-- name: first_time!
insert into jobs (job, community_id, local_date, at) values (:job, :community_id, :local_date, :now)
on conflict do nothing;

-- name: did^
select * from jobs where job = :job and community_id = :community_id and local_date = :local_date;

-- name: setting^
select value from settings where name = :name;

-- name: set_setting!
insert into settings (name, value) values (:name, :value) on conflict (name) do update set value = excluded.value;
