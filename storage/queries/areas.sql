-- Counts of all communities at once, for whoever looks after many: a subdistrict, a district, a city.

-- name: created
select community_id, category, count(*) as count from tickets
where created_at >= :since and created_at < :until group by community_id, category;

-- name: came
-- How many each community had on one day, to compare like days.
select community_id, count(*) as count from tickets
where created_at >= :since and created_at < :until group by community_id;

-- name: moves
select community_id, kind, count(*) as count from events
where at >= :since and at < :until and kind in ('close', 'reopen', 'return')
group by community_id, kind;

-- name: in_hand
-- What is open now; the index tickets_in_hand holds just this.
select community_id, count(*) as count,
  sum(case when answered_at is null and answer_due < :now
      and state not in ('needs_info', 'suspended') then 1 else 0 end) as late,
  sum(case when urgency <> '一般' then 1 else 0 end) as urgent,
  sum(case when assignee_id is null then 1 else 0 end) as unassigned,
  sum(case when state = 'suspended' then 1 else 0 end) as suspended,
  min(case when answered_at is null and state not in ('needs_info', 'suspended') then answer_due end) as oldest
from tickets where state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
group by community_id;

-- name: due
-- 应结案 and what became of it; those whose clock stands still or that are none of ours are not in it.
select community_id, count(*) as count,
  sum(case when closed_at is not null then 1 else 0 end) as closed,
  sum(case when closed_at is not null and closed_at <= answer_due then 1 else 0 end) as on_time
from tickets where answer_due >= :since and answer_due < :until and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','returned','reopened','emergency',
  'review','closed','archived')
group by community_id;

-- name: opinions
-- What residents said last of the tickets that they spoke about in that time.
select t.community_id, t.opinion, count(*) as count from tickets t
where t.opinion in ('satisfied', 'fair', 'unsatisfied') and t.id in (
  select e.ticket_id from events e where e.at >= :since and e.at < :until and e.kind in ('rate', 'reopen')
    and e.actor_role = 'resident')
group by t.community_id, t.opinion;

-- name: first^
select min(created_at) from tickets;

-- name: tree
-- The levels of government with the communities below them.
select id, kind, name, parent_id, community_id, chat_id from organisations
where closed_at is null and kind in ('city', 'district', 'subdistrict', 'community')
order by kind, name, id;

-- name: not_told
-- Which of them a job of the clock has not told on that occasion.
select o.id from organisations o
where o.closed_at is null and o.kind in ('city', 'district', 'subdistrict') and o.created_at < :until
  and exists (select 1 from organisations c where c.parent_id = o.id) and not exists (
  select 1 from jobs j where j.job = :job and j.community_id = o.id and j.local_date = :local_date)
order by o.id;
