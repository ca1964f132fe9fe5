-- name: insert^
insert into organisations (kind, name, parent_id, community_id, code, created_by, created_at)
values (:kind, :name, :parent_id, :community_id, :code, :created_by, :now) returning id;

-- name: by_id^
select * from organisations where id = :id and closed_at is null;

-- name: ever^
select * from organisations where id = :id;

-- name: of_community^
select * from organisations where community_id = :community_id and closed_at is null;

-- name: by_code^
select * from organisations where code = :code and closed_at is null;

-- name: by_chat
select * from organisations where chat_id = :chat_id and closed_at is null order by id;

-- name: named^
select * from organisations
where kind = :kind and name = :name and coalesce(parent_id, 0) = :parent_id and closed_at is null;

-- name: called
select * from organisations where name = :name and closed_at is null order by id;

-- name: of_kind
select * from organisations where kind = :kind and closed_at is null order by name, id limit :most;

-- name: below
select * from organisations where parent_id = :parent_id and closed_at is null order by kind, name, id;

-- name: set_parent!
update organisations set parent_id = :parent_id where id = :id;

-- name: bind!
update organisations set chat_id = :chat_id where id = :id;

-- name: unbind!
update organisations set chat_id = null where chat_id = :chat_id;

-- name: move_chat!
update organisations set chat_id = :new where chat_id = :old;

-- name: close!
update organisations set closed_at = :now where id = :id;

-- name: people
select * from organisation_people where organisation_id = :organisation_id and until is null
order by joined_at, user_id;

-- name: person^
select * from organisation_people
where organisation_id = :organisation_id and user_id = :user_id and until is null;

-- name: person_ever^
select * from organisation_people where organisation_id = :organisation_id and user_id = :user_id;

-- name: of_person
select organisations.* from organisation_people
join organisations on organisations.id = organisation_people.organisation_id
where organisation_people.user_id = :user_id and organisation_people.until is null
  and organisations.closed_at is null
order by organisations.id;

-- name: join!
insert into organisation_people (organisation_id, user_id, name, joined_at)
values (:organisation_id, :user_id, :name, :now)
on conflict (organisation_id, user_id) do update set name = excluded.name, until = null;

-- name: leave!
update organisation_people set until = :now
where organisation_id = :organisation_id and user_id = :user_id and until is null;

-- name: invite!
insert into organisation_invites (code, organisation_id, created_by, created_at, expires_at)
values (:code, :organisation_id, :created_by, :now, :expires_at);

-- name: invite_of^
select * from organisation_invites where code = :code;

-- name: use_invite!
update organisation_invites set used_by = :user_id, used_at = :now
where code = :code and used_by is null and expires_at > :now;
