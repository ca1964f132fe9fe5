-- The resident's side: how somebody wants to be spoken to, who stands beside a ticket, notices and their answers.

ALTER TABLE residents ADD COLUMN simple INTEGER NOT NULL DEFAULT 0;     -- 1: 长辈版, short words and big buttons
ALTER TABLE residents ADD COLUMN no_notices INTEGER NOT NULL DEFAULT 0; -- 1: no notices but emergencies
ALTER TABLE residents ADD COLUMN consented_at BIGINT;                   -- agreed to the handling of sensitive matters

CREATE TABLE anonymous (                          -- 匿名: staff see neither name nor telephone
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  at            BIGINT NOT NULL
);

CREATE TABLE companions (                         -- 帮父母报: the person whom a ticket is really about
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  whom          TEXT NOT NULL,                    -- 妈妈, 爸爸, ...
  phone         TEXT NOT NULL DEFAULT '',
  user_id       BIGINT,                           -- once they have opened the link
  code          TEXT NOT NULL UNIQUE,             -- of the link
  at            BIGINT NOT NULL
);
CREATE INDEX companions_by_user ON companions (user_id);

CREATE TABLE resident_groups (                    -- groups of residents; the staff group stands in communities
  chat_id       BIGINT PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  bound_by      BIGINT NOT NULL,
  at            BIGINT NOT NULL
);

CREATE TABLE pace (                               -- how many messages somebody has sent in this minute
  user_id       BIGINT PRIMARY KEY,
  minute        BIGINT NOT NULL,
  count         INTEGER NOT NULL
);

CREATE TABLE rechecks (                           -- the lot drawn for each closed ticket, and what was answered
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  at            BIGINT NOT NULL,
  asked         INTEGER NOT NULL,                 -- 1: the resident is asked again a week later
  answer        TEXT NOT NULL DEFAULT ''          -- good | bad
);

CREATE TABLE notices (
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  author_id     BIGINT NOT NULL,
  author        TEXT NOT NULL,                    -- the name that residents read
  chat_id       BIGINT NOT NULL,                  -- where it was written and is counted
  body          TEXT NOT NULL,
  buildings     TEXT NOT NULL DEFAULT '[]',       -- JSON list of building ids; empty: the whole community
  urgent        INTEGER NOT NULL DEFAULT 0,       -- 1: at night too, and to those who want no notices
  state         TEXT NOT NULL DEFAULT 'draft',    -- draft | sending | sent | dropped
  sent_to       BIGINT NOT NULL DEFAULT 0,        -- the last resident it was promised to, in the order of ids
  people        INTEGER NOT NULL DEFAULT 0,       -- how many it was promised to
  created_at    BIGINT NOT NULL,
  confirmed_at  BIGINT
);
CREATE INDEX notices_sending ON notices (id) WHERE state = 'sending';

CREATE TABLE notice_answers (
  notice_id     INTEGER NOT NULL REFERENCES notices(id),
  community_id  INTEGER NOT NULL,
  user_id       BIGINT NOT NULL,
  answer        TEXT NOT NULL,                    -- got | help | join
  at            BIGINT NOT NULL,
  PRIMARY KEY (notice_id, user_id)
);
CREATE INDEX residents_of_community ON residents (community_id, user_id);
