-- name: ask_extension^
insert into extensions (community_id, ticket_id, asked_by, asked_at, days, reason)
values (:community_id, :ticket_id, :asked_by, :now, :days, :reason)
returning id;

-- name: extension^
select * from extensions where id = :id and community_id = :community_id;

-- name: waiting_extension^
select * from extensions where ticket_id = :ticket_id and state = 'waiting';

-- name: decide_extension!
update extensions set state = :state, decided_by = :decided_by, decided_at = :now
where id = :id and state = 'waiting';

-- name: drop_extensions!
-- The ticket went another way before anybody decided.
update extensions set state = 'refused', decided_at = :now where ticket_id = :ticket_id and state = 'waiting';

-- name: granted_extensions^
select count(*) from extensions where ticket_id = :ticket_id and state = 'granted';

-- name: suspend!
insert into suspensions (ticket_id, community_id, reason, review_at, since)
values (:ticket_id, :community_id, :reason, :review_at, :now)
on conflict (ticket_id) do update set reason = excluded.reason, review_at = excluded.review_at;

-- name: suspension^
select * from suspensions where ticket_id = :ticket_id;

-- name: unsuspend!
delete from suspensions where ticket_id = :ticket_id;

-- name: join!
insert into joined (ticket_id, community_id, into_id, at) values (:ticket_id, :community_id, :into_id, :now)
on conflict (ticket_id) do update set into_id = excluded.into_id, at = excluded.at;

-- name: part!
delete from joined where ticket_id = :ticket_id;

-- name: joined_into^
select into_id from joined where ticket_id = :ticket_id;

-- name: move_joined!
update joined set into_id = :new where into_id = :old and ticket_id <> :new;

-- name: joined
select tickets.* from joined join tickets on tickets.id = joined.ticket_id
where joined.into_id = :into_id and tickets.state = 'merged' order by joined.at, joined.ticket_id;

-- name: joined_since^
select count(distinct tickets.resident_id) from joined join tickets on tickets.id = joined.ticket_id
where joined.into_id = :into_id and joined.at >= :since;

-- name: merged_of_resident
select * from tickets where resident_id = :resident_id and state = 'merged' order by id desc limit :most;

-- name: alike
-- Open matters of the same kind that others have brought: the oldest first.
select * from tickets where community_id = :community_id and category = :category and created_at >= :since
and id <> :id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by created_at, id limit :most;

-- name: spots
-- Where they are, and nothing else: most of them are somewhere else.
select id, estate_id, building, unit, place from tickets
where community_id = :community_id and category = :category and created_at >= :since
and id <> :id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by created_at, id limit :most;

-- name: keep_undo!
insert into undos (ticket_id, community_id, user_id, move, key, version, before, at)
values (:ticket_id, :community_id, :user_id, :move, :key, :version, :before, :now)
on conflict (ticket_id) do update set user_id = excluded.user_id, move = excluded.move, key = excluded.key,
  version = excluded.version, before = excluded.before, at = excluded.at;

-- name: undo^
select * from undos where ticket_id = :ticket_id;

-- name: forget_undo!
delete from undos where ticket_id = :ticket_id;

-- name: forget_undos!
delete from undos where at < :before;

-- name: due_looks
select ticket_id from looks where at <= :now order by at limit :most;

-- name: look_at!
insert into looks (ticket_id, community_id, at) values (:ticket_id, :community_id, :at)
on conflict (ticket_id) do update set at = excluded.at;

-- name: look_no_more!
delete from looks where ticket_id = :ticket_id;
