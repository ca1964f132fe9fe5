-- name: page
-- The next tickets of the register, in the order in which they came (the index tickets_created).
select tickets.*, staff.name as assignee,
  case when anonymous.ticket_id is null then residents.name end as resident,
  case when anonymous.ticket_id is null then residents.phone end as phone
from tickets
left join staff on staff.community_id = tickets.community_id and staff.user_id = tickets.assignee_id
left join residents on residents.user_id = tickets.resident_id
left join anonymous on anonymous.ticket_id = tickets.id
where tickets.community_id = :community_id and tickets.created_at < :until
  and (tickets.created_at, tickets.id) > (:after_at, :after_id)
order by tickets.created_at, tickets.id limit :most;

-- name: hops
-- What happened to the tickets of that page, each ticket's own in order.
select tickets.number, events.ticket_id, events.at, events.actor_role, events.kind, events.from_state,
       events.to_state, events.data, staff.name as actor
from tickets join events on events.ticket_id = tickets.id
left join staff on staff.community_id = events.community_id and staff.user_id = events.actor_id
where tickets.community_id = :community_id
  and (tickets.created_at, tickets.id) > (:after_at, :after_id)
  and (tickets.created_at, tickets.id) <= (:last_at, :last_id)
order by tickets.created_at, tickets.id, events.id;

-- name: count^
select count(*) from tickets
where community_id = :community_id and created_at >= :since and created_at < :until;
