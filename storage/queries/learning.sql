-- name: corrections
-- What people said a ticket really was: the last word counts, as long as it stands. A category that came with
-- the parting of several matters is the model's own guess. Erased tickets have no words left.
select tickets.body as body, tickets.category as category
from events as told join tickets on tickets.id = told.ticket_id
where told.kind = 'category' and tickets.body <> ''
  and told.id = (select max(id) from events where ticket_id = told.ticket_id and kind = 'category')
  and json_extract(told.data, '$.after') = tickets.category
  and coalesce((select kind from events where ticket_id = told.ticket_id and id < told.id
                order by id desc limit 1), '') <> 'parted'
order by told.id desc limit :most;

-- name: count_corrections^
-- Only ever grows, for events are append only.
select count(*) from events where kind = 'category';
