-- name: resident^
select * from residents where user_id = :user_id;

-- name: greet!
insert into residents (user_id, name, script, created_at) values (:user_id, :name, :script, :now)
on conflict (user_id) do update set name = excluded.name, blocked_at = null;

-- name: settle_in!
update residents set community_id = :community_id, building_id = :building_id where user_id = :user_id;

-- name: set_script!
update residents set script = :script where user_id = :user_id;

-- name: set_phone!
update residents set phone = :phone where user_id = :user_id;

-- name: noticed!
update residents set notified_at = :now where user_id = :user_id;

-- name: blocked!
update residents set blocked_at = :now where user_id = :user_id;

-- name: member^
select * from staff where community_id = :community_id and user_id = :user_id and until is null;

-- name: member_ever^
select * from staff where community_id = :community_id and user_id = :user_id;

-- name: memberships
select * from staff where user_id = :user_id and until is null order by joined_at;

-- name: team
select * from staff where community_id = :community_id and until is null
order by case role when 'lead' then 0 when 'staff' then 1 when 'grid' then 2 else 3 end, joined_at;

-- name: join!
insert into staff (community_id, user_id, name, role, duty, joined_at)
values (:community_id, :user_id, :name, :role, :duty, :now)
on conflict (community_id, user_id) do update set name = excluded.name, role = excluded.role, until = null;

-- name: leave!
update staff set until = :now where community_id = :community_id and user_id = :user_id;

-- name: invite!
insert into invites (code, community_id, role, created_by, created_at, expires_at)
values (:code, :community_id, :role, :created_by, :now, :expires_at);

-- name: invite_of^
select * from invites where code = :code;

-- name: use_invite!
update invites set used_by = :user_id, used_at = :now where code = :code and used_by is null and expires_at > :now;

-- name: set_duty!
insert into duty (community_id, weekday, user_id) values (:community_id, :weekday, :user_id) on conflict do nothing;
