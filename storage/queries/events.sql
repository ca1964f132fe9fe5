-- name: append^
insert into events (community_id, ticket_id, at, actor_role, actor_id, kind, from_state, to_state, data)
values (:community_id, :ticket_id, :at, :actor_role, :actor_id, :kind, :from_state, :to_state, :data)
returning id;

-- name: by_id^
select * from events where id = :id;

-- name: of_ticket
select * from events where ticket_id = :ticket_id order by id;

-- name: between
select * from events where community_id = :community_id and at >= :since and at < :until order by id;
