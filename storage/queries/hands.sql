-- name: file^
insert into filings (community_id, chat_id, message_id, origin, filed_by, at)
values (:community_id, :chat_id, :message_id, :origin, :filed_by, :now)
on conflict (chat_id, message_id) do nothing
returning id;

-- name: filed_as!
update filings set ticket_id = :ticket_id where id = :id;

-- name: set_origin!
update filings set origin = :origin where ticket_id = :ticket_id and community_id = :community_id;

-- name: filing^
select * from filings where ticket_id = :ticket_id;

-- name: caller^
-- Somebody without Telegram who has been entered before, found by the telephone.
select user_id from residents
where community_id = :community_id and phone = :phone and user_id < :border order by user_id limit 1;

-- name: enter_caller!
insert into residents (user_id, community_id, name, phone, script, notified_at, created_at)
values (:user_id, :community_id, :name, :phone, 'hans', :now, :now)
on conflict (user_id) do nothing;

-- name: name_caller!
update residents set name = :name, phone = :phone where user_id = :user_id and user_id < :border;

-- name: duty_of_day
select staff.* from duty_days join staff
  on staff.community_id = duty_days.community_id and staff.user_id = duty_days.user_id
where duty_days.community_id = :community_id and duty_days.day = :day and staff.until is null
order by staff.joined_at, staff.user_id;

-- name: duty_of_weekday
select staff.* from duty join staff on staff.community_id = duty.community_id and staff.user_id = duty.user_id
where duty.community_id = :community_id and duty.weekday = :weekday and staff.until is null
order by staff.joined_at, staff.user_id;

-- name: put_on_day!
insert into duty_days (community_id, day, user_id) values (:community_id, :day, :user_id) on conflict do nothing;

-- name: clear_day!
delete from duty_days where community_id = :community_id and day = :day;

-- name: put_on_weekday!
insert into duty (community_id, weekday, user_id) values (:community_id, :weekday, :user_id)
on conflict do nothing;

-- name: clear_weekday!
delete from duty where community_id = :community_id and weekday = :weekday;

-- name: go_away!
insert into away (community_id, user_id, since, until, deputy_id)
values (:community_id, :user_id, :since, :until, :deputy_id)
on conflict (community_id, user_id) do update set
  since = excluded.since, until = excluded.until, deputy_id = excluded.deputy_id;

-- name: come_back!
delete from away where community_id = :community_id and user_id = :user_id;

-- name: away_on
select * from away where community_id = :community_id and since <= :day and until >= :day order by user_id;

-- name: forget_days!
delete from duty_days where day < :day;

-- name: forget_away!
delete from away where until < :day;

-- name: leaves_roster!
delete from duty where community_id = :community_id and user_id = :user_id;

-- name: leaves_days!
delete from duty_days where community_id = :community_id and user_id = :user_id;

-- name: keep_bulk^
insert into bulks (community_id, user_id, chat_id, offered, chosen, at)
values (:community_id, :user_id, :chat_id, :offered, :chosen, :now)
returning id;

-- name: bulk^
select * from bulks where id = :id and community_id = :community_id;

-- name: change_bulk!
update bulks set chosen = :chosen, act = :act where id = :id;

-- name: drop_bulk!
delete from bulks where id = :id;

-- name: forget_bulks!
delete from bulks where at < :before;

-- name: watch!
insert into watchers (ticket_id, community_id, user_id, at) values (:ticket_id, :community_id, :user_id, :now)
on conflict do nothing;

-- name: unwatch!
delete from watchers where ticket_id = :ticket_id and user_id = :user_id;

-- name: watchers
select staff.* from watchers join staff
  on staff.community_id = watchers.community_id and staff.user_id = watchers.user_id
where watchers.ticket_id = :ticket_id and watchers.community_id = :community_id and staff.until is null
order by watchers.at, watchers.user_id;

-- name: check!
insert into checks (ticket_id, community_id, item, user_id, at)
values (:ticket_id, :community_id, :item, :user_id, :now)
on conflict do nothing;

-- name: uncheck!
delete from checks where ticket_id = :ticket_id and item = :item;

-- name: checks
select * from checks where ticket_id = :ticket_id order by at, item;

-- name: topic^
select thread_id from topics where chat_id = :chat_id and heading = :heading;

-- name: keep_topic!
insert into topics (chat_id, community_id, heading, thread_id, at)
values (:chat_id, :community_id, :heading, :thread_id, :now)
on conflict (chat_id, heading) do update set thread_id = excluded.thread_id, at = excluded.at;

-- name: forget_topic!
delete from topics where chat_id = :chat_id and heading = :heading;

-- name: forget_topics!
delete from topics where chat_id = :chat_id;

-- name: newest
-- The community's tickets of a period, newest first.
select * from tickets where community_id = :community_id and created_at >= :since and created_at < :until
order by created_at desc, id desc limit :most;

-- name: of_name
-- Tickets of residents whose name holds these words, newest first.
select tickets.* from tickets join residents on residents.user_id = tickets.resident_id
where tickets.community_id = :community_id and residents.name like '%' || :name || '%'
  and not exists (select 1 from anonymous where anonymous.ticket_id = tickets.id)
order by tickets.created_at desc, tickets.id desc limit :most;

-- name: retry_topics!
-- Topics that could not be opened (no right to): the group's settings have changed, try again.
delete from outbox where kind = 'topic' and chat_id = :chat_id and state = 'dead';

-- name: forget_topic_letter!
delete from outbox where key = :key and state in ('sent', 'dead');
