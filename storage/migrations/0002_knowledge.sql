-- Knowledge cards (办事指南): the office's own ones, which were shown, and what came of it.

CREATE TABLE guides (
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER REFERENCES communities(id), -- NULL: for all communities
  title         TEXT NOT NULL,                    -- a community's card replaces the general one of this title
  leaf          TEXT NOT NULL,                    -- category
  asks          TEXT NOT NULL DEFAULT '[]',       -- JSON list of wordings
  body          TEXT NOT NULL,
  source        TEXT NOT NULL DEFAULT '',
  dated         TEXT NOT NULL DEFAULT '',         -- YYYY-MM-DD
  updated_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX guides_title ON guides (coalesce(community_id, 0), title);

CREATE TABLE guide_answers (                      -- a question that got a card, kept until it is settled
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  chat_id       BIGINT NOT NULL,
  user_id       BIGINT NOT NULL,
  message_id    BIGINT NOT NULL,
  title         TEXT NOT NULL,                    -- of the card
  message       TEXT NOT NULL,                    -- JSON: the resident's message, to open a ticket from
  at            BIGINT NOT NULL,
  outcome       TEXT NOT NULL DEFAULT '',         -- useful | person
  UNIQUE (chat_id, message_id)
);
CREATE INDEX guide_answers_of_chat ON guide_answers (chat_id, at);

CREATE TABLE guide_counts (                       -- outlives the questions
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  title         TEXT NOT NULL,
  shown         INTEGER NOT NULL DEFAULT 0,
  useful        INTEGER NOT NULL DEFAULT 0,
  handed_on     INTEGER NOT NULL DEFAULT 0,       -- 还要问人
  PRIMARY KEY (community_id, title)
);
