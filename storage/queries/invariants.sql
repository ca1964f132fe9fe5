-- What must be true of every store, however it came about. Each query gives the rows that are wrong.

-- name: without_beginning
select id from tickets where not exists (
  select 1 from events where events.ticket_id = tickets.id and events.kind = 'opened') limit :most;

-- name: astray
-- A ticket that stands elsewhere than its last event says.
select tickets.id from tickets join events on events.id = (
  select max(last.id) from events as last where last.ticket_id = tickets.id)
where events.to_state <> tickets.state limit :most;

-- name: strange_events
select events.id from events left join tickets on tickets.id = events.ticket_id
where tickets.id is null or tickets.community_id <> events.community_id limit :most;

-- name: strange_messages
select messages.id from messages join tickets on tickets.id = messages.ticket_id
where messages.community_id is not null and messages.community_id <> tickets.community_id limit :most;

-- name: strange_letters
select outbox.id from outbox left join tickets on tickets.id = outbox.ticket_id
where outbox.ticket_id is not null and tickets.id is null limit :most;

-- name: unjoined
-- 并单 is a state and a row, both or neither.
select tickets.id from tickets left join joined on joined.ticket_id = tickets.id
where (tickets.state = 'merged' and joined.ticket_id is null)
   or (tickets.state <> 'merged' and joined.ticket_id is not null) limit :most;

-- name: by_state
select state, count(*) as tickets, sum(case when paused_at is null then 0 else 1 end) as paused,
  sum(case when review_due is null then 0 else 1 end) as in_review,
  sum(case when result = '' then 1 else 0 end) as without_result
from tickets group by state;
