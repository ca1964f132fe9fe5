-- name: put!
insert into outbox (bot, key, community_id, ticket_id, chat_id, kind, payload, priority, not_before, created_at)
values (:bot, :key, :community_id, :ticket_id, :chat_id, :kind, :payload, :priority, :not_before, :now)
on conflict (key) do nothing;

-- name: refresh!
-- Ask for a view (card, receipt) to be shown as it is now. Sent before: it becomes an edit, which may wait.
insert into outbox (bot, key, community_id, ticket_id, chat_id, kind, payload, priority, not_before, created_at)
values (:bot, :key, :community_id, :ticket_id, :chat_id, :kind, :payload, :priority, :not_before, :now)
on conflict (key) do update set
  revision = outbox.revision + 1,
  payload = excluded.payload,
  priority = case when outbox.sent_revision > 0 then :edit_priority else outbox.priority end,
  not_before = case when outbox.state in ('sent', 'dead') then excluded.not_before else outbox.not_before end,
  attempts = case when outbox.state in ('sent', 'dead') then 0 else outbox.attempts end,
  state = case when outbox.state in ('sent', 'dead') then 'waiting' else outbox.state end;

-- name: heads
-- The first row of every chat that still has something to send. A row that failed holds back those behind it,
-- one that was only meant for later does not.
-- Written so that it stops at the limit: it runs at every sending, and thousands may wait.
select id, bot, key, community_id, ticket_id, chat_id, kind, payload, priority, state, revision, sent_revision,
       not_before, attempts, unsure, message_id
from outbox as head
where bot = :bot and state = 'waiting' and not_before <= :now and not exists (
  select 1 from outbox as before
  where before.chat_id = head.chat_id and before.bot = head.bot and before.state in ('waiting', 'sending')
    and (before.state = 'sending'
      or ((before.attempts > 0 or before.not_before <= :now)
        and (before.priority < head.priority or (before.priority = head.priority and before.id < head.id)))))
order by priority, id limit :most;

-- name: claim!
update outbox set state = 'sending' where id = :id and state = 'waiting';

-- name: unclaim!
update outbox set state = 'waiting' where id = :id and state = 'sending';

-- name: sent!
update outbox set
  state = case when revision > :revision then 'waiting' else 'sent' end,
  sent_revision = :revision, message_id = coalesce(:message_id, message_id), sent_at = :now,
  attempts = 0, unsure = 0, error = ''
where id = :id;

-- name: retry!
update outbox set state = 'waiting', not_before = :not_before, error = :error,
  attempts = attempts + 1, unsure = case when :unsure = 1 then 1 else unsure end
where id = :id;

-- name: fresh!
-- The message is gone from the chat: what was to be an edit becomes a new message.
update outbox set state = 'waiting', message_id = null, sent_revision = 0, attempts = attempts + 1 where id = :id;

-- name: dead!
update outbox set state = 'dead', error = :error, attempts = attempts + 1 where id = :id;

-- name: cancel!
delete from outbox where key = :key and state = 'waiting' and attempts = 0 and sent_revision = 0;

-- name: recover!
-- After a crash: what was on its way may have arrived.
update outbox set state = 'waiting', unsure = 1, attempts = attempts + 1 where state = 'sending' and bot = :bot;

-- name: on_their_way
select id from outbox where state = 'sending' and bot = :bot;

-- name: adopt!
update outbox set state = 'waiting', unsure = 1, attempts = attempts + 1 where id = :id and state = 'sending';

-- name: next_due^
select min(not_before) from outbox where bot = :bot and state = 'waiting' and not_before > :now;

-- name: by_key^
select * from outbox where key = :key;

-- name: backlog^
select count(*) as waiting, min(created_at) as oldest from outbox where state in ('waiting', 'sending');

-- name: move_chat!
-- A view that was not shown yet takes the key of the new chat along, else a second one would be shown there.
update outbox set chat_id = :new,
  key = case when kind in ('card', 'unit_card') then replace(key, ':' || cast(cast(:old as bigint) as text),
    ':' || cast(cast(:new as bigint) as text)) else key end,
  message_id = null, sent_revision = 0,
  state = case when kind in ('card', 'unit_card') and state in ('sent', 'dead') then 'sent' else state end
where chat_id = cast(:old as bigint) and state <> 'sent';

-- name: forget!
update outbox set payload = '{}' where state = 'sent' and sent_at < :before and kind = 'say' and payload <> '{}';

-- name: drop_payload!
update outbox set payload = '{}' where id = :id and state in ('sent', 'dead');
