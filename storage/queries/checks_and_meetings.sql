-- name: closed
-- What may be drawn for a spot check: closed in that time, with its words still there, never drawn before.
select t.id from tickets t
where t.community_id = :community_id and t.closed_at >= :since and t.closed_at < :until and t.resident_id <> 0
  and t.state in ('review', 'closed', 'archived')
  and not exists (select 1 from spot_checks s where s.ticket_id = t.id)
order by t.id;

-- name: draw!
insert into spot_checks (ticket_id, community_id, drawn_on) values (:ticket_id, :community_id, :drawn_on)
on conflict do nothing;

-- name: drawn
select ticket_id, found, checked_by from spot_checks
where community_id = :community_id and drawn_on = :drawn_on order by ticket_id;

-- name: check!
-- The first answer counts; 联系不上 may still become another.
update spot_checks set found = :found, checked_by = :by_id, checked_at = :now
where ticket_id = :ticket_id and community_id = :community_id and found in ('', 'unreached');

-- name: found
-- How the spot checks of a stretch of days came out.
select found, count(*) as count from spot_checks
where community_id = :community_id and drawn_on >= :first and drawn_on <= :last group by found;

-- name: difficult
-- What the community cannot get done by itself.
select t.id, s.reason as reason from tickets t left join suspensions s on s.ticket_id = t.id
where t.community_id = :community_id and t.state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
  and (t.state = 'suspended' or t.returned >= 2 or t.reopened >= 1
    or (t.answered_at is null and t.state <> 'needs_info' and t.answer_due < :long_late))
order by t.created_at + 0, t.id limit :most;

-- name: meet^
insert into meetings (community_id, month, created_at) values (:community_id, :month, :now)
on conflict (community_id, month) do update set created_at = meetings.created_at
returning id;

-- name: item!
insert into meeting_items (meeting_id, ticket_id, community_id) values (:meeting_id, :ticket_id, :community_id)
on conflict do nothing;

-- name: items
select ticket_id from meeting_items where meeting_id = :meeting_id and community_id = :community_id
order by ticket_id;

-- name: agenda_at^
-- Whether a message of the bot is the agenda of a meeting.
select 1 from outbox where chat_id = :chat_id and message_id = :message_id and key like 'meeting_agenda:%';
