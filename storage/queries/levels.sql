-- name: enter^
insert into hops (community_id, ticket_id, organisation_id, from_id, reason, by_id, at)
values (:community_id, :ticket_id, :organisation_id, :from_id, :reason, :by_id, :now) returning id;

-- name: by_id^
select * from hops where id = :id;

-- name: present^
select * from hops where ticket_id = :ticket_id and ended_at is null;

-- name: of_ticket
select * from hops where ticket_id = :ticket_id order by id;

-- name: sign!
update hops set signed_by = :user_id, signed_at = :now where id = :id and ended_at is null and signed_by is null;

-- name: unsign!
-- Whoever had signed does not work there any more: somebody else signs.
update hops set signed_by = null, signed_at = null
where organisation_id = :organisation_id and signed_by = :user_id and ended_at is null;

-- name: end!
update hops set ended_at = :now, outcome = :outcome, ended_version = :version where id = :id and ended_at is null;

-- name: ended_by^
select * from hops where ticket_id = :ticket_id and ended_version = :version and outcome <> 'undone';

-- name: reopen!
update hops set ended_at = null, outcome = '', ended_version = null where id = :id;

-- name: held
-- What an organisation holds now: the ticket due first comes first.
select tickets.*
from hops join tickets on tickets.id = hops.ticket_id
where hops.organisation_id = :organisation_id and hops.ended_at is null
order by tickets.answer_due, tickets.id limit :most;

-- name: waiting_by_rung
-- On which rung the open tickets of a community wait, and on how many of them somebody has signed.
select organisations.kind as kind, organisations.name as name, count(*) as waiting,
  sum(case when hops.signed_by is null then 0 else 1 end) as signed, min(hops.at) as since
from hops join organisations on organisations.id = hops.organisation_id
where hops.community_id = :community_id and hops.ended_at is null
group by organisations.id, organisations.kind, organisations.name
order by count(*) desc, organisations.name;

-- name: rebound_of^
-- The last matter of the same kind at the same place (as reports.figures.same_place has it) that was finished
-- not long before this one came.
select id, number, closed_at from tickets
where community_id = :community_id and category = :category and id <> :id and resident_id > 0
  and created_at >= :since and closed_at >= :closed_since and closed_at <= :created_at
  and result in ('solved', 'partly') and building = :building
  and ((:building = '' and place <> '' and place = :place and coalesce(estate_id, 0) = :estate)
    or (:building <> '' and (estate_id is null or :estate = 0 or estate_id = :estate)
      and (unit = '' or :unit = '' or unit = :unit) and (room = '' or :room = '' or room = :room)))
order by closed_at desc limit 1;

-- name: unmoved
-- Open matters in which nothing has happened for long.
select tickets.* from tickets
where tickets.community_id = :community_id and tickets.state in (
  'new','accepted','to_assign','assigned','signed','working','answered','returned','reopened','emergency',
  'needs_info')
and not exists (
  select 1 from events where events.ticket_id = tickets.id and events.at >= :since
    and events.kind not in ('looked', 'urge'))
order by tickets.answer_due, tickets.id limit :most;

-- name: days
select * from calendar_days order by country, day;

-- name: set_day!
insert into calendar_days (country, day, works, entered_by, entered_at)
values (:country, :day, :works, :entered_by, :now)
on conflict (country, day) do update set works = excluded.works, entered_by = excluded.entered_by,
  entered_at = excluded.entered_at;

-- name: calendars
select * from community_calendars order by community_id;

-- name: set_calendar!
insert into community_calendars (community_id, country) values (:community_id, :country)
on conflict (community_id) do update set country = excluded.country;

-- name: unset_calendar!
delete from community_calendars where community_id = :community_id;

-- name: promise_moved!
insert into promise_changes (community_id, ticket_id, notice, before, after)
values (:community_id, :ticket_id, :notice, :before, :after) on conflict do nothing;

-- name: untold_changes
select promise_changes.* from promise_changes join tickets on tickets.id = promise_changes.ticket_id
where promise_changes.community_id = :community_id and promise_changes.told_at is null
order by promise_changes.id limit :most;

-- name: change_told!
update promise_changes set told_at = :now where id = :id and told_at is null;

-- name: not_listed
-- Communities whose lead has not been told this week what stands still.
select communities.* from communities where not exists (
  select 1 from jobs where job = 'stale' and community_id = communities.id and local_date = :week)
order by id;

-- name: not_reckoned
-- Communities whose promises have not been reckoned after a holiday notice.
select communities.id from communities where not exists (
  select 1 from jobs where jobs.job = :job and jobs.community_id = communities.id)
order by communities.id;
