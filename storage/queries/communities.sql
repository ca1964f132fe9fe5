-- name: insert^
insert into communities (served_by, name, subdistrict, city, code, phone, hours, created_by, created_at)
values (:served_by, :name, :subdistrict, :city, :code, :phone, :hours, :created_by, :now) returning id;

-- name: by_id^
select * from communities where id = :id;

-- name: by_name^
select * from communities where name = :name;

-- name: by_code^
select * from communities where code = :code;

-- name: by_group^
select * from communities where group_chat_id = :group_chat_id;

-- name: all
select * from communities order by id;

-- name: bind!
update communities set group_chat_id = :group_chat_id, group_state = 'bound' where id = :id;

-- name: unbind!
update communities set group_state = 'lost', group_chat_id = null where id = :id;

-- name: move_group!
update communities set group_chat_id = :new where group_chat_id = :old;

-- name: set_phone!
update communities set phone = :phone where id = :id;

-- name: set_hours!
update communities set hours = :hours where id = :id;

-- name: set_summary!
update communities set summary_minute = :minute where id = :id;

-- name: add_estate^
insert into estates (community_id, name, aliases, spots) values (:community_id, :name, :aliases, :spots)
on conflict (community_id, name) do update set
  aliases = case when excluded.aliases <> '[]' then excluded.aliases else estates.aliases end,
  spots = case when excluded.spots <> '[]' then excluded.spots else estates.spots end
returning id;

-- name: add_building^
insert into buildings (community_id, estate_id, name, units, floors, code)
values (:community_id, :estate_id, :name, :units, :floors, :code)
on conflict (estate_id, name) do update set
  units = coalesce(excluded.units, buildings.units), floors = coalesce(excluded.floors, buildings.floors)
returning id;

-- name: estates
select * from estates where community_id = :community_id order by id;

-- name: all_estates
select * from estates order by community_id, id;

-- name: all_buildings
select * from buildings order by id;

-- name: buildings
select * from buildings where community_id = :community_id order by id;

-- name: building_by_code^
select buildings.*, estates.name as estate_name from buildings join estates on estates.id = buildings.estate_id
where buildings.code = :code;

-- name: building^
select buildings.*, estates.name as estate_name from buildings join estates on estates.id = buildings.estate_id
where buildings.id = :id;
