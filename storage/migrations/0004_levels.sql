-- Levels: the organisations above and beside a community, who works for them, and where each ticket has been;
-- the office's own working calendar.

CREATE TABLE organisations (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL,                    -- domain.levels.Kind
  name          TEXT NOT NULL,
  parent_id     INTEGER REFERENCES organisations(id), -- NULL at the top of what is known
  community_id  INTEGER UNIQUE REFERENCES communities(id), -- of a community's own node
  code          TEXT NOT NULL UNIQUE,             -- of the link that brings the bot into its group
  chat_id       BIGINT,                           -- its group; NULL: its people work in private
  created_by    BIGINT NOT NULL DEFAULT 0,
  created_at    BIGINT NOT NULL,
  closed_at     BIGINT
);
CREATE INDEX organisations_below ON organisations (parent_id);
CREATE INDEX organisations_by_chat ON organisations (chat_id);

CREATE TABLE organisation_people (
  organisation_id INTEGER NOT NULL REFERENCES organisations(id),
  user_id       BIGINT NOT NULL,
  name          TEXT NOT NULL,
  joined_at     BIGINT NOT NULL,
  until         BIGINT,                           -- set when they leave
  PRIMARY KEY (organisation_id, user_id)
);
CREATE INDEX organisation_people_by_user ON organisation_people (user_id);

CREATE TABLE organisation_invites (
  code          TEXT PRIMARY KEY,
  organisation_id INTEGER NOT NULL REFERENCES organisations(id),
  created_by    BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  used_by       BIGINT,
  used_at       BIGINT
);

CREATE TABLE hops (                               -- 上报 / 转交: every organisation that a ticket was handed to
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  organisation_id INTEGER NOT NULL REFERENCES organisations(id),
  from_id       INTEGER REFERENCES organisations(id), -- NULL: the community itself
  reason        TEXT NOT NULL,                    -- code of texts/levels.py
  by_id         BIGINT,                           -- NULL: the program
  at            BIGINT NOT NULL,
  signed_by     BIGINT,
  signed_at     BIGINT,
  ended_at      BIGINT,
  outcome       TEXT NOT NULL DEFAULT '',         -- solved | partly | unsolved | returned | recalled | passed | closed | undone
  ended_version INTEGER                           -- of the ticket after the move that ended it, for 撤销
);
CREATE UNIQUE INDEX hops_open ON hops (ticket_id) WHERE ended_at IS NULL;
CREATE INDEX hops_of_ticket ON hops (ticket_id, id);
CREATE INDEX hops_of_organisation ON hops (organisation_id, ended_at);
CREATE INDEX hops_waiting ON hops (community_id, organisation_id) WHERE ended_at IS NULL;

CREATE TABLE calendar_days (                      -- days off and make-up days that the office entered itself
  country       TEXT NOT NULL,                    -- CN, HK, MO, TW, SG, MY
  day           TEXT NOT NULL,                    -- YYYY-MM-DD
  works         INTEGER NOT NULL,                 -- 1 班, 0 休
  entered_by    BIGINT NOT NULL,
  entered_at    BIGINT NOT NULL,
  PRIMARY KEY (country, day)
);

CREATE TABLE community_calendars (                -- a community that follows another country's holidays
  community_id  INTEGER PRIMARY KEY REFERENCES communities(id),
  country       TEXT NOT NULL
);

CREATE TABLE promise_changes (                    -- promises that a holiday notice moved, until the resident knows
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL,
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  notice        BIGINT NOT NULL,                  -- when the notice was entered
  before        BIGINT NOT NULL,
  after         BIGINT NOT NULL,
  told_at       BIGINT,
  UNIQUE (ticket_id, notice)
);
CREATE INDEX promise_changes_waiting ON promise_changes (community_id) WHERE told_at IS NULL;
