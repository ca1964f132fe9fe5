-- Several bots on one set of records: their numbers, and which community is served by which of them.

CREATE TABLE bots (
  number        BIGINT NOT NULL PRIMARY KEY,      -- stands in the upper bits of every id (domain/bots.py)
  name          TEXT NOT NULL UNIQUE,             -- of the settings: '' for TELEGRAM_BOT_TOKEN, else [bots.NAME]
  telegram_id   BIGINT NOT NULL UNIQUE,
  username      TEXT NOT NULL,                    -- for links
  seen_at       BIGINT NOT NULL
);

ALTER TABLE communities ADD COLUMN served_by BIGINT; -- the bot whose residents reach it; NULL: every bot's

-- Each bot's deliverer looks for its own.
DROP INDEX outbox_next;
CREATE INDEX outbox_next ON outbox (bot, priority, id) WHERE state = 'waiting';
