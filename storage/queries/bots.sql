-- name: all
select number, name, telegram_id, username from bots order by number;

-- name: enter!
insert into bots (number, name, telegram_id, username, seen_at)
values (:number, :name, :telegram_id, :username, :now)
on conflict (number) do update set telegram_id = excluded.telegram_id, username = excluded.username,
  seen_at = excluded.seen_at;

-- name: serve!
-- A community is named by its own name, its subdistrict's or its city's.
update communities set served_by = :number where name = :place or subdistrict = :place or city = :place;
