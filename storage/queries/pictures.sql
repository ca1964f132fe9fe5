-- Figures for pictures. Times are told in quarters of an hour (whole in every time zone), so that days and
-- hours are counted in the office's own zone outside, and a busy fortnight is some hundred rows.

-- name: came
-- Tickets by the quarter in which they came.
select created_at / 900000 as quarter, count(*) as count from tickets
where community_id = :community_id and created_at >= :since and created_at < :until group by 1;

-- name: crossings
-- How many became open and how many ceased to be open, by quarter: `since` to now.
select at / 900000 as quarter,
  sum(case when to_state in ('new','accepted','to_assign','assigned','signed','working','answered','needs_info',
      'returned','suspended','reopened','emergency') then 1 else 0 end) as came,
  sum(case when from_state in ('new','accepted','to_assign','assigned','signed','working','answered',
      'needs_info','returned','suspended','reopened','emergency') then 1 else 0 end) as went
from events
where community_id = :community_id and at >= :since and from_state <> to_state
  and (from_state in ('new','accepted','to_assign','assigned','signed','working','answered','needs_info',
      'returned','suspended','reopened','emergency'))
   <> (to_state in ('new','accepted','to_assign','assigned','signed','working','answered','needs_info',
      'returned','suspended','reopened','emergency'))
group by 1;

-- name: ages
-- Open tickets by the quarter in which they came, and how many of them are late.
select created_at / 900000 as quarter, count(*) as count,
  sum(case when answered_at is null and answer_due < :now
      and state not in ('needs_info', 'suspended') then 1 else 0 end) as late
from tickets where community_id = :community_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
group by 1;

-- name: placed
-- What came, with what decides whether it may be shown; for counting by place and kind.
select id, category, category_sure, guesses, dangers, place, estate_id, building, unit, created_at,
  coalesce(answered_at, closed_at) as first_at
from tickets where community_id = :community_id and created_at >= :since and created_at < :until
order by id;

-- name: of_category
-- One kind of ticket, by the index of kinds.
select id, category, category_sure, guesses, dangers, place, estate_id, building, unit, created_at,
  coalesce(answered_at, closed_at) as first_at
from tickets
where community_id = :community_id and category = :category and created_at >= :since and created_at < :until
order by id;

-- name: waiting
-- What is open and still owes its answer.
select id, category, category_sure, guesses, dangers, state, answer_due, answered_at from tickets
where community_id = :community_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by id;

-- name: pairs
-- Tickets closed in that time with a picture of before (the resident's) and one of after (the office's).
select t.id, t.number, t.category, t.category_sure, t.guesses, t.dangers, t.place, b.file_id as before_id,
  b.media as before_kind, a.file_id as after_id, a.media as after_kind
from tickets t
join messages b on b.id = (select min(m.id) from messages m where m.ticket_id = t.id and m.media = 'photo'
  and m.file_id <> '' and m.role in ('report', 'supplement', 'loose'))
join messages a on a.id = (select max(m.id) from messages m where m.ticket_id = t.id and m.media = 'photo'
  and m.file_id <> '' and m.role = 'answer')
where t.community_id = :community_id and t.closed_at >= :since and t.closed_at < :until
order by t.closed_at desc limit :most;
