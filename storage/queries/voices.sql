-- name: unheard^
-- A resident's voice note among the newest messages that has no words yet and was not tried twice.
-- The bound on id keeps this look small in a long register.
select m.id, m.community_id, m.chat_id, m.message_id, m.file_id, m.file_size
from messages m join tickets t on t.id = m.ticket_id and t.chat_id = m.chat_id
where m.id > (select coalesce(max(id), 0) - 5000 from messages)
  and m.media = 'voice' and m.text = '' and m.role in ('report', 'supplement') and m.at >= :since
  and (select count(*) from jobs j where j.community_id = m.community_id
       and j.job in ('hear 1', 'hear 2') and j.local_date = cast(m.id as text)) < 2
order by m.id limit 1;
