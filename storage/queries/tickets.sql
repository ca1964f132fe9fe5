-- name: insert^
insert into tickets (
  community_id, number, resident_id, chat_id, source_message, part, state, category, category_sure, guesses, why,
  kind, concern, urgency, dangers, frailty, body, place, estate_id, building, unit, room, responsible, level,
  clock_class, clock_unit, accept_due, answer_due, created_at)
values (
  :community_id, :number, :resident_id, :chat_id, :source_message, :part, :state, :category, :category_sure,
  :guesses, :why, :kind, :concern, :urgency, :dangers, :frailty, :body, :place, :estate_id, :building, :unit,
  :room, :responsible, :level, :clock_class, :clock_unit, :accept_due, :answer_due, :created_at)
on conflict (chat_id, source_message, part) do nothing
returning id;

-- name: save!
update tickets set
  state = :state, resume_state = :resume_state, category = :category, category_sure = :category_sure,
  guesses = :guesses, why = :why, concern = :concern, frailty = :frailty,
  kind = :kind, urgency = :urgency, dangers = :dangers, body = :body, place = :place, estate_id = :estate_id,
  building = :building, unit = :unit, room = :room, responsible = :responsible, level = :level,
  assignee_id = :assignee_id, clock_class = :clock_class, clock_unit = :clock_unit, accept_due = :accept_due,
  answer_due = :answer_due, paused_at = :paused_at, accepted_at = :accepted_at, answered_at = :answered_at,
  closed_at = :closed_at, result = :result, result_text = :result_text, opinion = :opinion,
  review_due = :review_due, reopened = :reopened, returned = :returned, version = :version + 1
where id = :id and version = :version;

-- name: by_id^
select * from tickets where id = :id;

-- name: of_community^
select * from tickets where id = :id and community_id = :community_id;

-- name: by_source^
select * from tickets where chat_id = :chat_id and source_message = :source_message order by part limit 1;

-- name: parts^
select count(*) as count from tickets where chat_id = :chat_id and source_message = :source_message;

-- name: of_one_message
select * from tickets where chat_id = :chat_id and source_message = :source_message order by part;

-- name: by_number^
select * from tickets where community_id = :community_id and number = :number;

-- name: by_tail
select * from tickets where community_id = :community_id and number like '%-' || :tail
order by id desc limit 5;

-- name: of_resident
select * from tickets where resident_id = :resident_id order by id desc limit :most;

-- name: resident_number^
select * from tickets where resident_id = :resident_id and number = :number order by id desc limit 1;

-- name: open_of_resident
select * from tickets where resident_id = :resident_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by id desc limit :most;

-- name: open_of_community
-- Chosen in the index first: a big community has hundreds, and whole rows are read of those shown only.
select * from tickets where id in (
  select id from tickets where community_id = :community_id and state in (
    'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
    'reopened','emergency')
  order by answer_due limit :most)
order by answer_due;

-- name: open_of_assignee
select * from tickets where community_id = :community_id and assignee_id = :assignee_id and state in (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency')
order by answer_due limit :most;

-- name: overdue
select * from tickets where community_id = :community_id and answer_due < :now and state in (
  'new','accepted','to_assign','assigned','signed','working','returned','reopened','emergency')
and answered_at is null
order by answer_due limit :most;

-- name: search
select tickets.* from ticket_words join tickets on tickets.id = ticket_words.rowid
where ticket_words match
    '"' || :community || 'x' || replace(:terms, ' ', '" AND "' || :community || 'x') || '"'
  and tickets.community_id = :community_id
order by tickets.id desc limit :most;

-- name: index!
insert into ticket_words (rowid, words)
values (:id, :community || 'x' || replace(:words, ' ', ' ' || :community || 'x'));

-- name: unindex!
insert into ticket_words (ticket_words, rowid, words)
values ('delete', :id, :community || 'x' || replace(:words, ' ', ' ' || :community || 'x'));

-- name: next_number^
insert into numbers (community_id, day, last) values (:community_id, :day, 1)
on conflict (community_id, day) do update set last = numbers.last + 1
returning last;

-- name: silent
select * from tickets where review_due is not null and review_due < :now order by review_due limit :most;
