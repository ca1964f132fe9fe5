-- The rest of the desk's moves: 延期, 挂账, 并单, 撤销, and when the clock looks at a ticket again.

CREATE TABLE extensions (                         -- 延期: every request, so that they can be counted
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL,
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  asked_by      BIGINT NOT NULL,
  asked_at      BIGINT NOT NULL,
  days          INTEGER NOT NULL,                 -- working days
  reason        TEXT NOT NULL,                    -- code of texts/desk.py
  state         TEXT NOT NULL DEFAULT 'waiting',  -- waiting | granted | refused
  decided_by    BIGINT,
  decided_at    BIGINT
);
CREATE INDEX extensions_of_ticket ON extensions (ticket_id);
CREATE INDEX extensions_of_day ON extensions (community_id, decided_at);

CREATE TABLE suspensions (                        -- 挂账: why, and when it is looked at again
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  reason        TEXT NOT NULL,                    -- code of texts/desk.py
  review_at     BIGINT NOT NULL,
  since         BIGINT NOT NULL
);

CREATE TABLE joined (                             -- 并单: which ticket goes on in which
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  into_id       INTEGER NOT NULL REFERENCES tickets(id),
  at            BIGINT NOT NULL
);
CREATE INDEX joined_into ON joined (into_id, at);

CREATE TABLE undos (                              -- 撤销: how a ticket was before its last move, for a minute
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  user_id       BIGINT NOT NULL,
  move          TEXT NOT NULL,
  key           TEXT NOT NULL,                    -- what was told because of it
  version       INTEGER NOT NULL,                 -- of the ticket after the move
  before        TEXT NOT NULL,                    -- JSON: the fields that the move changed; no words of people
  at            BIGINT NOT NULL
);

-- When the clock has to look at a ticket: one small row for each that it waits for, so that a tick reads what
-- is due and nothing else. A change of what the clock depends on asks for a look at once.
CREATE TABLE looks (
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  at            BIGINT NOT NULL
);
CREATE INDEX looks_at ON looks (at);

CREATE INDEX tickets_alike ON tickets (community_id, category, created_at);

INSERT INTO looks (ticket_id, community_id, at)
SELECT id, community_id, 0 FROM tickets WHERE state IN (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency');
