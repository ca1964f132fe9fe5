-- name: merge_index!
-- Nothing to merge: the words of a ticket go with their row.
delete from ticket_words where ticket_id = 0;
