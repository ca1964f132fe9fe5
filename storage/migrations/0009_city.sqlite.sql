-- The search of a whole city: each word stands with its community ("c17x电梯"), so that a search walks through
-- what its own community wrote, and not through everybody's. It is filled anew from the tickets (migrate.py).

DROP TABLE ticket_words;
CREATE VIRTUAL TABLE ticket_words USING fts5 (words, content='', detail=none);
