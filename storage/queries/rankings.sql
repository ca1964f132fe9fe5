-- name: draft^
-- A ranking that is not confirmed yet is counted anew; one that is stays as it was confirmed.
insert into rankings (organisation_id, month, state, standing, made_by, made_at)
values (0, :month, 'draft', :standing, :by_id, :now)
on conflict (organisation_id, month) do update set standing = excluded.standing, made_at = excluded.made_at
  where rankings.state = 'draft' and rankings.first_by is null
returning id;

-- name: of_month^
select * from rankings where organisation_id = 0 and month = :month;

-- name: by_id^
select * from rankings where id = :id;

-- name: set_standing!
update rankings set standing = :standing where id = :id and state in ('draft', 'notice');

-- name: confirm_first!
update rankings set first_by = :by_id where id = :id and state = 'draft' and first_by is null;

-- name: confirm_second!
update rankings set second_by = :by_id, state = 'notice', notice_until = :notice_until
where id = :id and state = 'draft' and first_by is not null and first_by <> :by_id;

-- name: unconfirm!
update rankings set first_by = null where id = :id and state = 'draft';

-- name: ready
-- The notice is over, and no objection waits for an answer.
select id from rankings where state = 'notice' and notice_until <= :now and not exists (
  select 1 from ranking_objections o where o.ranking_id = rankings.id and o.outcome = '') order by id;

-- name: publish!
update rankings set state = 'published', published_at = :now where id = :id and state = 'notice';

-- name: exclude!
insert into ranking_exclusions (ranking_id, community_id, reason, by_id)
values (:ranking_id, :community_id, :reason, :by_id)
on conflict (ranking_id, community_id) do update set reason = excluded.reason, by_id = excluded.by_id;

-- name: exclusions
select community_id, reason from ranking_exclusions where ranking_id = :ranking_id order by community_id;

-- name: object!
insert into ranking_objections (ranking_id, community_id, reason, by_id, at)
values (:ranking_id, :community_id, :reason, :by_id, :now) on conflict do nothing;

-- name: decide!
update ranking_objections set outcome = :outcome, decided_by = :by_id
where ranking_id = :ranking_id and community_id = :community_id and outcome = '';

-- name: sizes
-- Households as far as the house list tells: units by floors, two doors on each.
select community_id, sum(coalesce(units, 1) * coalesce(floors, 6) * 2) as size from buildings
group by community_id;

-- name: estate_sizes
-- The same for each estate.
select estate_id, sum(coalesce(units, 1) * coalesce(floors, 6) * 2) as size from buildings
group by estate_id;

-- name: estate_due
-- 应结案 of each estate, as areas.due counts it for communities.
select estate_id, count(*) as count,
  sum(case when closed_at is not null and closed_at <= answer_due then 1 else 0 end) as on_time
from tickets where answer_due >= :since and answer_due < :until and estate_id is not null and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','returned','reopened','emergency',
  'review','closed','archived')
group by estate_id;

-- name: estate_opinions
-- What residents said last of the tickets that they spoke about in that time.
select t.estate_id, count(*) as count,
  sum(case when t.opinion in ('satisfied', 'fair') then 1 else 0 end) as good
from tickets t where t.estate_id is not null and t.opinion in ('satisfied', 'fair', 'unsatisfied') and t.id in (
  select e.ticket_id from events e where e.at >= :since and e.at < :until and e.kind in ('rate', 'reopen')
    and e.actor_role = 'resident')
group by t.estate_id;

-- name: estate_moves
select t.estate_id, sum(case when e.kind = 'close' then 1 else 0 end) as closed,
  sum(case when e.kind = 'reopen' then 1 else 0 end) as again
from events e join tickets t on t.id = e.ticket_id
where e.at >= :since and e.at < :until and e.kind in ('close', 'reopen') and t.estate_id is not null
group by t.estate_id;

-- name: confirmers
-- Who works for a city or a district.
select distinct p.user_id as user_id from organisation_people p join organisations o on o.id = p.organisation_id
where p.until is null and o.closed_at is null and o.kind in ('city', 'district') order by p.user_id;
