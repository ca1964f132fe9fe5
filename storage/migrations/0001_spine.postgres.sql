-- What only PostgreSQL says so: history that stays, words to search for, claims of many workers.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append only';
END $$;
CREATE TRIGGER events_stay BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE ticket_words (                       -- pairs of characters, and 'c17' for the community
  ticket_id     BIGINT PRIMARY KEY,
  words         tsvector NOT NULL
);
CREATE INDEX ticket_words_of ON ticket_words USING gin (words);
-- The one door to it: nobody finds the words of a community other than their own.
CREATE FUNCTION tickets_with(community text, terms text, most bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT ticket_id FROM ticket_words
  WHERE words @@ cast('''' || community || ''' & ''' || replace(terms, ' ', ''' & ''') || '''' AS tsquery)
    AND current_setting('minxinqiao.community', true) IN ('*', substr(community, 2))
  ORDER BY ticket_id DESC LIMIT most
$$;

ALTER TABLE inbox ADD COLUMN claimed_by BIGINT NOT NULL DEFAULT 0;    -- the worker that has it in hand,
ALTER TABLE inbox ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0; -- until then, by the server's clock
CREATE INDEX inbox_of_chat ON inbox (bot, chat_id, id) WHERE state = 'waiting';
CREATE INDEX inbox_claimed ON inbox (claimed_by) WHERE state = 'waiting' AND claimed_by <> 0;
