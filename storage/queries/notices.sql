-- name: draft^
insert into notices (community_id, author_id, author, chat_id, body, buildings, urgent, created_at)
values (:community_id, :author_id, :author, :chat_id, :body, :buildings, :urgent, :now)
returning id;

-- name: by_id^
select * from notices where id = :id and community_id = :community_id;

-- name: any^
select * from notices where id = :id;

-- name: set_buildings!
update notices set buildings = :buildings where id = :id and state = 'draft';

-- name: set_urgent!
update notices set urgent = :urgent where id = :id and state = 'draft';

-- name: confirm!
update notices set state = 'sending', confirmed_at = :now where id = :id and state = 'draft';

-- name: drop!
update notices set state = 'dropped' where id = :id and state = 'draft';

-- name: sending
select * from notices where state = 'sending' order by urgent desc, id;

-- name: went!
update notices set sent_to = :sent_to, people = people + :count where id = :id;

-- name: finished!
update notices set state = 'sent' where id = :id and state = 'sending';

-- name: residents
-- The next residents of the community, in the order of their ids.
select user_id, building_id, no_notices from residents
where community_id = :community_id and user_id > :after and blocked_at is null
order by user_id limit :most;

-- name: answer!
insert into notice_answers (notice_id, community_id, user_id, answer, at)
values (:notice_id, :community_id, :user_id, :answer, :now)
on conflict (notice_id, user_id) do update set answer = excluded.answer, at = excluded.at;

-- name: tally
select answer, count(*) as count from notice_answers where notice_id = :notice_id group by answer;

-- name: answered_by
select notice_id from notice_answers where user_id = :user_id order by notice_id;

-- name: who_answered
select notice_answers.user_id, residents.name, residents.building_id from notice_answers
left join residents on residents.user_id = notice_answers.user_id
where notice_answers.notice_id = :notice_id and notice_answers.answer = :answer
order by notice_answers.at, notice_answers.user_id limit :most;
