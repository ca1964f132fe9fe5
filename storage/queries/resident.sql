-- name: set_simple!
update residents set simple = :simple where user_id = :user_id;

-- name: keep_script!
update residents set script_kept = :kept where user_id = :user_id;

-- name: set_no_notices!
update residents set no_notices = :no_notices where user_id = :user_id;

-- name: consent!
update residents set consented_at = :now where user_id = :user_id;

-- name: count_pace^
-- How many messages this person has sent in this minute, this one among them.
insert into pace (user_id, minute, count) values (:user_id, :minute, 1)
on conflict (user_id) do update set
  count = case when pace.minute = excluded.minute then pace.count + 1 else 1 end, minute = excluded.minute
returning count;

-- name: forget_pace!
delete from pace where minute < :before;

-- name: hide!
insert into anonymous (ticket_id, community_id, at) values (:ticket_id, :community_id, :now)
on conflict (ticket_id) do nothing;

-- name: unhide!
delete from anonymous where ticket_id = :ticket_id;

-- name: hidden^
select 1 as yes from anonymous where ticket_id = :ticket_id;

-- name: add_companion!
insert into companions (ticket_id, community_id, whom, phone, code, at)
values (:ticket_id, :community_id, :whom, :phone, :code, :now)
on conflict (ticket_id) do nothing;

-- name: companion^
select * from companions where ticket_id = :ticket_id;

-- name: companion_by_code^
select * from companions where code = :code;

-- name: set_companion_phone!
update companions set phone = :phone where ticket_id = :ticket_id;

-- name: meet_companion!
update companions set user_id = :user_id where ticket_id = :ticket_id and user_id is null;

-- name: accompanied
-- Tickets that somebody else has opened for this person.
select tickets.* from companions join tickets on tickets.id = companions.ticket_id
where companions.user_id = :user_id order by tickets.id desc limit :most;

-- name: bind_group!
insert into resident_groups (chat_id, community_id, bound_by, at) values (:chat_id, :community_id, :bound_by, :now)
on conflict (chat_id) do update set community_id = excluded.community_id, bound_by = excluded.bound_by;

-- name: group^
select * from resident_groups where chat_id = :chat_id;

-- name: unbind_group!
delete from resident_groups where chat_id = :chat_id;

-- name: move_group!
update resident_groups set chat_id = :new where chat_id = :old;

-- name: hold_letters!
-- Telegram lets a bot write only to those who have opened it: what is promised to others waits for that.
update outbox set not_before = :until where chat_id = :chat_id and state = 'waiting' and not_before < :until;

-- name: release_letters!
update outbox set not_before = 0 where chat_id = :chat_id and state = 'waiting' and not_before = :until;

-- name: rated_a_week_ago
-- Closed tickets of this community for which no lot was drawn yet.
select tickets.* from tickets where community_id = :community_id and closed_at >= :since and closed_at < :until
  and state = 'closed' and resident_id <> 0
  and not exists (select 1 from rechecks where rechecks.ticket_id = tickets.id)
order by id limit :most;

-- name: draw!
insert into rechecks (ticket_id, community_id, at, asked) values (:ticket_id, :community_id, :now, :asked)
on conflict (ticket_id) do nothing;

-- name: recheck^
select * from rechecks where ticket_id = :ticket_id;

-- name: answer_recheck!
update rechecks set answer = :answer where ticket_id = :ticket_id and asked = 1;

-- name: forget_of_ticket!
delete from companions where ticket_id = :ticket_id;

-- name: forget_of_person!
delete from pace where user_id = :user_id;

-- name: forget_companion!
update companions set user_id = null, phone = '' where user_id = :user_id;

-- name: forget_answers!
delete from notice_answers where user_id = :user_id;
