-- name: end^
select place, head from chains where community_id = :community_id;

-- name: next_place^
-- Takes the next place and, where several processes write, holds the chain until the commit.
insert into chains (community_id, place, head) values (:community_id, 1, '')
on conflict (community_id) do update set place = chains.place + 1
returning place, head;

-- name: seal!
insert into seals (community_id, place, event_id, about, salt, words, head)
values (:community_id, :place, :event_id, :about, :salt, :words, :head);

-- name: prolong!
update chains set head = :head where community_id = :community_id;

-- name: events_after
select * from events where community_id = :community_id and id > :after order by id limit :most;

-- name: seals_after
select seals.community_id, seals.place, seals.event_id, seals.about, seals.salt, seals.words, seals.head,
  events.id, events.ticket_id, events.at, events.actor_role, events.actor_id, events.kind, events.from_state,
  events.to_state, events.data, events.community_id as whose
from seals left join events on events.id = seals.event_id
where seals.community_id = :community_id and seals.place > :after
order by seals.place limit :most;

-- name: unsealed
-- Events that stand in no chain: nobody of ours wrote them.
select events.id, events.ticket_id from events
where events.community_id = :community_id
  and not exists (select 1 from seals where seals.event_id = events.id and seals.about = 'event')
order by events.id limit :most;

-- name: newest
-- The last seal of each event: only that one still has its salt.
select event_id, max(place) as place from seals where community_id = :community_id group by event_id;

-- name: unsalt!
update seals set salt = '' where event_id = :event_id;

-- name: communities
select community_id from chains union select distinct community_id from events order by 1;

-- name: named_head^
select head from seals where community_id = :community_id and place = :place;
