-- name: put!
insert into guides (community_id, title, leaf, asks, body, source, dated, updated_at)
values (:community_id, :title, :leaf, :asks, :body, :source, :dated, :now)
on conflict (coalesce(community_id, 0), title) do update set leaf = excluded.leaf, asks = excluded.asks,
  body = excluded.body, source = excluded.source, dated = excluded.dated, updated_at = excluded.updated_at;

-- name: drop!
delete from guides where coalesce(community_id, 0) = coalesce(:community_id, 0) and title = :title;

-- name: of_community
select * from guides where community_id is null or community_id = :community_id
order by community_id is not null, id;

-- name: answered^
insert into guide_answers (community_id, chat_id, user_id, message_id, title, message, at)
values (:community_id, :chat_id, :user_id, :message_id, :title, :message, :at)
on conflict (chat_id, message_id) do nothing returning id;

-- name: answer^
select * from guide_answers where id = :id;

-- name: last_answer^
select * from guide_answers where chat_id = :chat_id and user_id = :user_id and at >= :since
order by at desc, id desc limit 1;

-- name: settle!
update guide_answers set outcome = :outcome where id = :id and outcome <> :outcome and outcome <> 'person';

-- name: count!
insert into guide_counts (community_id, title, shown, useful, handed_on)
values (:community_id, :title, :shown, :useful, :handed_on)
on conflict (community_id, title) do update set shown = guide_counts.shown + excluded.shown,
  useful = guide_counts.useful + excluded.useful, handed_on = guide_counts.handed_on + excluded.handed_on;

-- name: counts
select * from guide_counts where community_id = :community_id order by shown desc, title;

-- name: forget_person!
delete from guide_answers where user_id = :user_id;

-- name: forget_before!
delete from guide_answers where at < :before;
