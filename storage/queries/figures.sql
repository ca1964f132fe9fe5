-- name: created
select category, count(*) as count from tickets
where community_id = :community_id and created_at >= :since and created_at < :until
group by category order by count(*) desc, category;

-- name: created_numbers
select id, number, category, place, urgency from tickets
where community_id = :community_id and created_at >= :since and created_at < :until order by id limit :most;

-- name: moves
select kind, count(*) as count from events
where community_id = :community_id and at >= :since and at < :until group by kind;

-- name: opinions
select json_extract(data, '$.name') as opinion, count(*) as count from events
where community_id = :community_id and at >= :since and at < :until and kind = 'rate' group by 1;

-- name: open_now
select state, urgency, assignee_id, count(*) as count,
  sum(case when answered_at is null and answer_due < :now
      and state not in ('needs_info', 'suspended') then 1 else 0 end) as late
from tickets where community_id = :community_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
group by state, urgency, assignee_id;

-- name: oldest
-- Sorted as created_at + 0: along the index of created_at it would pass by all that ever came.
select id, number, category, category_sure, guesses, dangers, place, created_at from tickets where community_id = :community_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by created_at + 0 limit :most;

-- name: urgent
select id, number, category, category_sure, guesses, dangers, place, created_at from tickets where community_id = :community_id
and urgency <> '一般' and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by created_at + 0 limit :most;

-- name: in_review^
select count(*) as count from tickets where community_id = :community_id and state = 'review';
