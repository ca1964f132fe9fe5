-- name: claim
-- The first waiting row of each chat that nobody has in hand. The time is the server's own: machines differ.
update inbox set claimed_by = :worker,
  claimed_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + :lease
where id = any(array(
  select head.id from inbox as head
  where head.state = 'waiting' and head.claimed_until < cast(extract(epoch from clock_timestamp()) * 1000 as bigint)
    and not exists (
      select 1 from inbox as before
      where before.state = 'waiting' and before.bot = head.bot and before.chat_id = head.chat_id
        and before.id < head.id)
  order by head.id limit :most for update skip locked))
returning id, bot, update_id, chat_id, payload, attempts;

-- name: renew!
update inbox set claimed_until = cast(extract(epoch from clock_timestamp()) * 1000 as bigint) + :lease
where claimed_by = :worker and state = 'waiting';

-- name: release!
update inbox set claimed_by = 0, claimed_until = 0 where claimed_by = :worker and state = 'waiting';
