-- name: held^
-- What is kept about a person, in numbers. `since` is NULL for a stranger.
select
  (select created_at from residents where user_id = :user_id) as since,
  (select count(*) from tickets where resident_id = :user_id) as tickets,
  (select count(*) from messages where role in ('report', 'supplement', 'talk', 'answer', 'ask', 'loose')
     and (ticket_id in (select id from tickets where resident_id = :user_id)
          or (chat_id = :user_id and ticket_id is null))) as messages;

-- name: unfiled
-- What a person has sent that belongs to no ticket yet.
select * from messages where chat_id = :user_id and ticket_id is null order by id;

-- name: asked
-- Questions that a knowledge card has answered.
select at, title, message from guide_answers where user_id = :user_id order by id;

-- name: forget_asked!
delete from guide_answers where user_id = :user_id;

-- name: anonymise!
-- The words were taken out of the index before. source_message stays unique in the place of the chat's.
update tickets set
  resident_id = 0, chat_id = 0, source_message = -id, part = 0, body = '', place = '', estate_id = null,
  building = '', unit = '', room = '', result_text = '', why = '[]', frailty = '[]', concern = 'self',
  review_due = null, version = version + 1
where id = :id;

-- name: drop_event!
delete from events where id = :id;

-- name: enter_event!
-- Events are never updated: the emptied one takes the place of the one that was dropped.
insert into events (id, community_id, ticket_id, at, actor_role, actor_id, kind, from_state, to_state, data)
values (:id, :community_id, :ticket_id, :at, :actor_role, :actor_id, :kind, :from_state, :to_state, :data);

-- name: forget_messages!
-- What stays leads a reply in the group to the ticket; it holds no words and no file.
delete from messages where ticket_id = :ticket_id
  and not (chat_id <> :chat_id and role in ('card', 'notice', 'media') and text = '' and file_id = '');

-- name: forget_unfiled!
delete from messages where chat_id = :user_id and ticket_id is null;

-- name: sweep_messages!
-- What was on its way to the person while they were erased.
delete from messages where role not in ('card', 'notice', 'media')
  and ticket_id in (select id from tickets where resident_id = 0);

-- name: forget_questions_of_ticket!
delete from questions where ticket_id = :ticket_id;

-- name: forget_waiting_of_ticket!
delete from waiting_questions where ticket_id = :ticket_id;

-- name: forget_waiting_of_person!
delete from waiting_questions where user_id = :user_id and chat_id = :user_id;

-- name: forget_questions_of_person!
delete from questions where user_id = :user_id and chat_id = :user_id;

-- name: forget_buttons_of_ticket!
delete from buttons where ticket_id = :ticket_id;

-- name: forget_buttons_of_person!
delete from buttons where chat_id = :user_id and (:works_here = 0 or action like 'my\_%' escape '\');

-- name: forget_letters_to_person!
-- Somebody who works here as well keeps cards, and what is still to be told to them as staff.
delete from outbox where chat_id = :user_id
  and (:works_here = 0 or (kind in ('say', 'receipt') and state in ('sent', 'dead')));

-- name: forget_letters_of_tickets!
-- What would still go out about the tickets, and what went to their resident. `ids` is a JSON list: one walk
-- over the outbox for all of them. Before the tickets forget their chat.
delete from outbox where ticket_id in (select value from json_each(:ids)) and kind <> 'card'
  and (chat_id = (select chat_id from tickets where tickets.id = outbox.ticket_id)
       or (sent_revision = 0 and state <> 'sending'));

-- name: recall_letters!
-- What the group has read about the tickets becomes a line without words. A message with a file cannot.
update outbox set payload = :payload, revision = revision + 1, priority = 2, not_before = :now, attempts = 0,
  state = case state when 'sending' then 'sending' else 'waiting' end
where ticket_id in (select value from json_each(:ids)) and kind = 'say'
  and (state = 'sending' or message_id is not null) and json_extract(payload, '$.media') is null;

-- name: recall_cards!
update outbox set payload = '{}', revision = revision + 1, priority = 2, not_before = :now, attempts = 0,
  state = case state when 'sending' then 'sending' else 'waiting' end
where ticket_id in (select value from json_each(:ids)) and kind = 'card';

-- name: blank_letters_of_tickets!
update outbox set payload = '{}'
where ticket_id in (select value from json_each(:ids)) and state in ('sent', 'dead');

-- name: blank_sent_letters!
-- Lists and summaries that were sent quote places; nobody needs their words any more.
update outbox set payload = '{}' where kind = 'say' and state in ('sent', 'dead') and payload <> '{}'
  and community_id = :community_id;

-- name: letters_of_office
-- Lists, summaries and other words of no single ticket that wait, or were sent and can still be edited.
select id, payload, state, message_id from outbox where kind = 'say' and ticket_id is null and payload <> '{}'
  and community_id = :community_id and (state in ('waiting', 'sending') or message_id is not null);

-- name: drop_letter!
delete from outbox where id = :id;

-- name: rewrite_letter!
update outbox set payload = :payload, revision = revision + 1, priority = 2, attempts = 0,
  not_before = case when state in ('sent', 'dead') then :now else not_before end,
  state = case when state in ('sent', 'dead') then 'waiting' else state end
where id = :id;

-- name: forget_letters_to_strangers!
-- The last word to somebody who was erased goes too.
delete from outbox where kind = 'say' and state in ('sent', 'dead') and chat_id > 0 and created_at < :before
  and not exists (select 1 from residents where residents.user_id = outbox.chat_id)
  and not exists (select 1 from staff where staff.user_id = outbox.chat_id);

-- name: forget_updates!
update inbox set chat_id = 0, payload = '', error = '' where chat_id = :user_id and state in ('done', 'dead');

-- name: forget_resident!
delete from residents where user_id = :user_id;

-- name: aged
-- Tickets finished before a day that still say whose they were.
select id from tickets where resident_id <> 0 and coalesce(closed_at, answered_at, created_at) < :before
  and state in ('review', 'closed', 'archived', 'merged', 'rejected', 'withdrawn', 'void')
order by id limit :most;

-- name: count_aged^
select count(*) as count from tickets where resident_id <> 0
  and coalesce(closed_at, answered_at, created_at) < :before
  and state in ('review', 'closed', 'archived', 'merged', 'rejected', 'withdrawn', 'void');

-- name: forget_idle_residents!
-- Came long ago and has nothing here any more.
delete from residents where created_at < :before
  and not exists (select 1 from tickets where tickets.resident_id = residents.user_id)
  and not exists (select 1 from messages where messages.chat_id = residents.user_id and messages.at >= :before)
  and not exists (select 1 from staff where staff.user_id = residents.user_id and staff.until is null);

-- name: merge_index!
-- Entries that were deleted from the search index leave its file only when its parts are merged.
insert into ticket_words (ticket_words) values ('optimize');
