-- name: created
select t.id, t.number, t.resident_id, t.state, t.category, t.category_sure, t.guesses, t.dangers, t.kind, t.urgency,
  t.place, t.estate_id, t.building, t.unit, t.room, t.responsible, t.level, t.assignee_id, t.accept_due, t.answer_due,
  t.created_at, t.accepted_at, t.answered_at, t.closed_at,
  case when t.reopened = 0 then t.answered_at else
    (select min(e.at) from events e where e.ticket_id = t.id and e.to_state in ('answered', 'review')
      and e.kind in ('answer', 'close') and not exists (
      select 1 from events u where u.ticket_id = e.ticket_id and u.id > e.id and u.kind = 'undo'
        and u.at <= e.at + 60000 and json_extract(u.data, '$.name') = e.kind)) end as first_answer,
  exists (select 1 from extensions x where x.ticket_id = t.id and x.state = 'granted') as extended
from tickets t where t.community_id = :community_id and t.created_at >= :since and t.created_at < :until
order by t.id;

-- name: due
-- Limits that run out in the period. Withdrawn, void, merged and rejected ones have none to keep; the clock of
-- what waits for the resident or is suspended stands still.
select t.id, t.number, t.resident_id, t.state, t.category, t.category_sure, t.guesses, t.dangers, t.kind, t.urgency,
  t.place, t.estate_id, t.building, t.unit, t.room, t.responsible, t.level, t.assignee_id, t.accept_due, t.answer_due,
  t.created_at, t.accepted_at, t.answered_at, t.closed_at, t.answered_at as first_answer,
  exists (select 1 from extensions x where x.ticket_id = t.id and x.state = 'granted') as extended
from tickets t where t.community_id = :community_id and t.answer_due >= :since and t.answer_due < :until and t.state in (
  'new','accepted','to_assign','assigned','signed','working','answered','returned','reopened','emergency',
  'review','closed','archived')
  and t.created_at < :opened_before
order by t.id;

-- name: open_now
select t.id, t.number, t.resident_id, t.state, t.category, t.category_sure, t.guesses, t.dangers, t.kind, t.urgency,
  t.place, t.estate_id, t.building, t.unit, t.room, t.responsible, t.level, t.assignee_id, t.accept_due, t.answer_due,
  t.created_at, t.accepted_at, t.answered_at, t.closed_at, t.answered_at as first_answer, 0 as extended
from tickets t where t.community_id = :community_id and t.state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by t.created_at, t.id;

-- name: seen
select t.id, t.number, t.resident_id, t.state, t.category, t.category_sure, t.guesses, t.dangers, t.kind, t.urgency,
  t.place, t.estate_id, t.building, t.unit, t.room, t.responsible, t.level, t.assignee_id, t.accept_due, t.answer_due,
  t.created_at, t.accepted_at, t.answered_at, t.closed_at, t.answered_at as first_answer, 0 as extended
from tickets t where t.community_id = :community_id and t.created_at >= :since and t.created_at < :until
order by t.id;

-- name: closed
select t.id, t.number, t.resident_id, t.state, t.category, t.category_sure, t.guesses, t.dangers, t.kind, t.urgency,
  t.place, t.estate_id, t.building, t.unit, t.room, t.responsible, t.level, t.assignee_id, t.accept_due, t.answer_due,
  t.created_at, t.accepted_at, t.answered_at, t.closed_at, t.answered_at as first_answer, 0 as extended
from tickets t where t.community_id = :community_id and t.closed_at >= :since and t.closed_at < :until
  and t.created_at < :opened_before
order by t.id;

-- name: moves
select ticket_id, at, kind, actor_role, json_extract(data, '$.name') as name from events
where community_id = :community_id and at >= :since and at < :until and kind in (
  'assign','sign','take','return','close','reopen','confirm','rate','settle','withdraw','urge','undo')
and (kind <> 'settle' or from_state = 'review') -- elsewhere it only ends the time for objections
order by id;

-- name: closings
-- Of each ticket about which its resident said something in the period: the result that the office gave last, and
-- whether a person of the office had spoken to the resident before.
select t.id as ticket_id,
  (select json_extract(e.data, '$.reason') from events e
    where e.ticket_id = t.id and e.kind = 'close' and e.at < :until order by e.id desc limit 1) as result,
  exists (select 1 from events e
    where e.ticket_id = t.id and e.kind in ('answer', 'ask') and e.at < :until) as contacted
from tickets t where t.id in (
  select ticket_id from events where community_id = :community_id and at >= :since and at < :until
    and kind in ('confirm', 'rate', 'reopen') and actor_role = 'resident');

-- name: review_at^
select review_at from suspensions where ticket_id = :ticket_id;

-- name: count^
select count(*) from tickets where community_id = :community_id and created_at >= :since and created_at < :until;

-- name: moments
select created_at from tickets where community_id = :community_id and created_at >= :since and created_at < :until
order by created_at;

-- name: first^
select min(created_at) from tickets where community_id = :community_id;

-- name: not_done
-- Communities with a group for which a job of the clock has not been done on that occasion.
select c.id from communities c where c.group_chat_id is not null and not exists (
  select 1 from jobs j where j.job = :job and j.community_id = c.id and j.local_date = :local_date)
order by c.id;

-- name: founded^
select created_at from communities where id = :community_id;
