-- How the resident is asked and answered: one question at a time, in the script they chose, forwarded words marked.

ALTER TABLE residents ADD COLUMN script_kept INTEGER NOT NULL DEFAULT 0; -- 1: chosen; what they write changes it no more
ALTER TABLE messages ADD COLUMN forwarded TEXT NOT NULL DEFAULT '';      -- from whom (veiled), when passed on

CREATE TABLE waiting_questions (                  -- asked when the open one (questions) is answered; newest first
  id            INTEGER PRIMARY KEY,
  chat_id       BIGINT NOT NULL,
  user_id       BIGINT NOT NULL,
  kind          TEXT NOT NULL,
  ticket_id     INTEGER NOT NULL DEFAULT 0,       -- 0: about no ticket
  data          TEXT NOT NULL,                    -- JSON
  asked_at      BIGINT NOT NULL,
  UNIQUE (chat_id, user_id, kind, ticket_id)
);
CREATE INDEX waiting_questions_of_ticket ON waiting_questions (ticket_id);
