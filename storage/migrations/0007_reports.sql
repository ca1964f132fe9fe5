-- Figures of many communities at once, spot checks, joint meetings, rankings.

-- A city's day is read by time, not community by community: 1,380 communities in one look.
CREATE INDEX tickets_of_day ON tickets (created_at, community_id, category);
CREATE INDEX events_of_office ON events (at, community_id, kind);
-- What is open, alone and complete, so that counting it touches no ticket (a small part of a long register).
CREATE INDEX tickets_in_hand
ON tickets (community_id, state, urgency, assignee_id, answer_due, answered_at, created_at) WHERE state IN (
  'new','accepted','to_assign','assigned','signed','working','answered','needs_info','returned','suspended',
  'reopened','emergency');

CREATE TABLE spot_checks (                        -- 抽查: a closed ticket looked at again, once
  ticket_id     INTEGER PRIMARY KEY REFERENCES tickets(id),
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  drawn_on      TEXT NOT NULL,                    -- local day
  found         TEXT NOT NULL DEFAULT '',         -- '' | true | false | unreached
  checked_by    BIGINT,
  checked_at    BIGINT
);
CREATE INDEX spot_checks_of_day ON spot_checks (community_id, drawn_on);

CREATE TABLE meetings (                           -- 联席会: its agenda, and the message that is replied to
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  month         TEXT NOT NULL,                    -- YYYY-MM
  created_at    BIGINT NOT NULL,
  UNIQUE (community_id, month)
);

CREATE TABLE meeting_items (                      -- a line of the minutes and the ticket that it became
  meeting_id    INTEGER NOT NULL REFERENCES meetings(id),
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  community_id  INTEGER NOT NULL,
  PRIMARY KEY (meeting_id, ticket_id)
);

CREATE TABLE rankings (                           -- 排名: nothing is public before two people have confirmed
  id            INTEGER PRIMARY KEY,
  organisation_id INTEGER NOT NULL DEFAULT 0,     -- whose communities; 0: all
  month         TEXT NOT NULL,                    -- YYYY-MM
  state         TEXT NOT NULL,                    -- draft | notice | published | dropped
  standing      TEXT NOT NULL,                    -- JSON: who stands where, and why
  made_by       BIGINT NOT NULL,
  made_at       BIGINT NOT NULL,
  first_by      BIGINT,                           -- who confirmed, and who confirmed after them
  second_by     BIGINT,
  notice_until  BIGINT,                           -- objections are heard until then
  published_at  BIGINT,
  UNIQUE (organisation_id, month)
);

CREATE TABLE ranking_exclusions (                 -- who is not ranked, with the reason that everybody reads
  ranking_id    INTEGER NOT NULL REFERENCES rankings(id),
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  reason        TEXT NOT NULL,                    -- code of texts/ranking.py
  by_id         BIGINT NOT NULL,
  PRIMARY KEY (ranking_id, community_id)
);

CREATE TABLE ranking_objections (
  ranking_id    INTEGER NOT NULL REFERENCES rankings(id),
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  reason        TEXT NOT NULL,                    -- code of texts/ranking.py
  by_id         BIGINT NOT NULL,
  at            BIGINT NOT NULL,
  outcome       TEXT NOT NULL DEFAULT '',         -- '' | upheld | refused
  decided_by    BIGINT,
  PRIMARY KEY (ranking_id, community_id)
);
