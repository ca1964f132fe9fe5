-- What only SQLite says so.

CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append only'); END;

CREATE VIRTUAL TABLE ticket_words USING fts5 (community, words, content='', detail=column);
