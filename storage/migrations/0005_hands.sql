-- Staff's hands: filing for others, who is on duty and who is away, bulk work, watchers, checklists, topics.

CREATE TABLE filings (                            -- a ticket that staff entered for somebody
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL,
  ticket_id     INTEGER,                          -- NULL only inside the transaction that files
  chat_id       BIGINT NOT NULL,                  -- where staff wrote it
  message_id    BIGINT NOT NULL,
  origin        TEXT NOT NULL,                    -- visit | call | round
  filed_by      BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  UNIQUE (chat_id, message_id)                    -- the same message never files two
);
CREATE INDEX filings_of_ticket ON filings (ticket_id);

CREATE TABLE duty_days (                          -- one day's roster, which replaces that of its weekday
  community_id  INTEGER NOT NULL,
  day           TEXT NOT NULL,                    -- YYYY-MM-DD, local
  user_id       BIGINT NOT NULL,
  PRIMARY KEY (community_id, day, user_id)
);

CREATE TABLE away (                               -- who is not there, and who stands in
  community_id  INTEGER NOT NULL,
  user_id       BIGINT NOT NULL,
  since         TEXT NOT NULL,                    -- YYYY-MM-DD, local
  until         TEXT NOT NULL,                    -- the last day away
  deputy_id     BIGINT NOT NULL,
  PRIMARY KEY (community_id, user_id)
);

CREATE TABLE bulks (                              -- a choice of tickets that waits for its one confirming press
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL,
  user_id       BIGINT NOT NULL,
  chat_id       BIGINT NOT NULL,
  offered       TEXT NOT NULL,                    -- JSON list of ticket ids
  chosen        TEXT NOT NULL,                    -- JSON list of ticket ids
  act           TEXT NOT NULL DEFAULT '',         -- assign:USER | close:RESULT | handover:FROM:TO
  at            BIGINT NOT NULL
);

CREATE TABLE watchers (                           -- colleagues who were mentioned: they hear how it ends
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  user_id       BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  PRIMARY KEY (ticket_id, user_id)
);

CREATE TABLE checks (                             -- steps of a ticket's checklist that are done
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  item          TEXT NOT NULL,                    -- code of the checklist's step
  user_id       BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  PRIMARY KEY (ticket_id, item)
);

CREATE TABLE topics (                             -- the topic of a heading in a group that is a forum
  chat_id       BIGINT NOT NULL,
  community_id  INTEGER NOT NULL,
  heading       TEXT NOT NULL,                    -- code of the catalogue's heading
  thread_id     BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  PRIMARY KEY (chat_id, heading)
);

CREATE INDEX tickets_of_assignee ON tickets (community_id, assignee_id, state);
