-- name: search
select tickets.* from tickets_with(:community, :terms, :most) as found join tickets on tickets.id = found
where tickets.community_id = :community_id order by tickets.id desc;

-- name: index!
insert into ticket_words (ticket_id, words)
values (:id, array_to_tsvector(string_to_array(
  :community || 'x' || replace(:words, ' ', ' ' || :community || 'x'), ' ')));

-- name: unindex!
delete from ticket_words where ticket_id = :id;
