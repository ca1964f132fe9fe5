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
