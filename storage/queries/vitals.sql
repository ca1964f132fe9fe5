-- name: inbox^
select count(*) as waiting, min(received_at) as oldest from inbox where state = 'waiting';

-- name: outbox^
-- What could have gone out by now; what is meant for later does not wait.
select count(*) as waiting, min(case when not_before > created_at then not_before else created_at end) as oldest
from outbox where state in ('waiting', 'sending') and not_before <= :now;

-- name: dead_updates^
select count(*) from inbox where state = 'dead';

-- name: dead_letters^
select count(*) from outbox where state = 'dead';
