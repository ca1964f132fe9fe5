-- The spine: who lives where, who works where, what was asked, what was done, what is on its way.
-- Times are whole milliseconds since 1970 UTC (integers: they compare and index the same on every store).
-- Every table of a tenant carries community_id.

CREATE TABLE communities (
  id              INTEGER PRIMARY KEY,
  bot             BIGINT NOT NULL DEFAULT 0,      -- Telegram id of the bot that serves it
  name            TEXT NOT NULL UNIQUE,
  subdistrict     TEXT NOT NULL DEFAULT '',
  city            TEXT NOT NULL DEFAULT '',
  code            TEXT NOT NULL UNIQUE,           -- for deep links, [A-Za-z0-9]
  group_chat_id   BIGINT UNIQUE,                  -- the staff group; NULL until /setup
  group_state     TEXT NOT NULL DEFAULT 'unbound',-- unbound | bound | lost
  summary_minute  INTEGER NOT NULL DEFAULT 510,   -- 08:30 as minutes after midnight
  phone           TEXT NOT NULL DEFAULT '',       -- the office's own telephone, said when Telegram fails
  hours           TEXT NOT NULL DEFAULT '',       -- office hours in words
  created_by      BIGINT NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL
);

CREATE TABLE estates (
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  name          TEXT NOT NULL,
  aliases       TEXT NOT NULL DEFAULT '[]',       -- JSON list
  spots         TEXT NOT NULL DEFAULT '[]',       -- JSON list of local place names
  UNIQUE (community_id, name)
);

CREATE TABLE buildings (
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  estate_id     INTEGER NOT NULL REFERENCES estates(id),
  name          TEXT NOT NULL,                    -- "3", "12A": without 号楼
  units         INTEGER,                          -- how many, NULL when not known
  floors        INTEGER,
  steward_id    BIGINT,                           -- 楼道长
  code          TEXT NOT NULL UNIQUE,             -- deep link on the building's poster
  UNIQUE (estate_id, name)
);

CREATE TABLE residents (
  user_id       BIGINT PRIMARY KEY,
  community_id  INTEGER REFERENCES communities(id),
  building_id   INTEGER REFERENCES buildings(id), -- from the poster's link
  name          TEXT NOT NULL DEFAULT '',
  phone         TEXT NOT NULL DEFAULT '',
  script        TEXT NOT NULL DEFAULT 'hans',
  notified_at   BIGINT,                           -- when the privacy notice was sent
  blocked_at    BIGINT,                           -- set while the person blocks the bot
  created_at    BIGINT NOT NULL
);

CREATE TABLE staff (
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  user_id       BIGINT NOT NULL,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,                    -- domain.roles.Role
  duty          TEXT NOT NULL DEFAULT '',         -- what they look after, in words
  joined_at     BIGINT NOT NULL,
  until         BIGINT,                           -- set when they leave
  PRIMARY KEY (community_id, user_id)
);
CREATE INDEX staff_by_user ON staff (user_id);

CREATE TABLE invites (
  code          TEXT PRIMARY KEY,
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  role          TEXT NOT NULL,
  created_by    BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT NOT NULL,
  used_by       BIGINT,
  used_at       BIGINT
);

CREATE TABLE duty (
  community_id  INTEGER NOT NULL REFERENCES communities(id),
  weekday       INTEGER NOT NULL,                 -- 0 = Monday
  user_id       BIGINT NOT NULL,
  PRIMARY KEY (community_id, weekday, user_id)
);

CREATE TABLE numbers (                            -- last ticket number of a day
  community_id  INTEGER NOT NULL,
  day           TEXT NOT NULL,                    -- YYMMDD, local
  last          INTEGER NOT NULL,
  PRIMARY KEY (community_id, day)
);

CREATE TABLE tickets (
  id             INTEGER PRIMARY KEY,
  community_id   INTEGER NOT NULL REFERENCES communities(id),
  number         TEXT NOT NULL,                   -- "261122-007"
  resident_id    BIGINT NOT NULL,
  chat_id        BIGINT NOT NULL,                 -- where the resident is answered
  source_message BIGINT NOT NULL,                 -- the message that opened it
  part           INTEGER NOT NULL DEFAULT 0,      -- which matter of that message
  state          TEXT NOT NULL,
  resume_state   TEXT NOT NULL DEFAULT '',        -- where 待补充 and 挂账 go back to
  category       TEXT NOT NULL,
  category_sure  INTEGER NOT NULL DEFAULT 1,      -- 0 until someone has confirmed an unsure guess
  guesses        TEXT NOT NULL DEFAULT '[]',      -- JSON [[code, probability], ...]
  why            TEXT NOT NULL DEFAULT '[]',      -- JSON words that decided
  kind           TEXT NOT NULL,                   -- 诉求类型
  concern        TEXT NOT NULL DEFAULT 'self',
  urgency        TEXT NOT NULL,
  dangers        TEXT NOT NULL DEFAULT '[]',
  frailty        TEXT NOT NULL DEFAULT '[]',
  body           TEXT NOT NULL,                   -- as the resident wrote it
  place          TEXT NOT NULL DEFAULT '',        -- in words
  estate_id      INTEGER,
  building       TEXT NOT NULL DEFAULT '',
  unit           TEXT NOT NULL DEFAULT '',
  room           TEXT NOT NULL DEFAULT '',
  responsible    TEXT NOT NULL DEFAULT '',        -- responsible unit by name
  level          TEXT NOT NULL DEFAULT 'community',
  assignee_id    BIGINT,
  clock_class    TEXT NOT NULL,
  clock_unit     TEXT NOT NULL,
  accept_due     BIGINT NOT NULL,
  answer_due     BIGINT NOT NULL,
  paused_at      BIGINT,
  accepted_at    BIGINT,
  answered_at    BIGINT,                          -- first answer
  closed_at      BIGINT,
  result         TEXT NOT NULL DEFAULT '',        -- solved | partly | unsolved
  result_text    TEXT NOT NULL DEFAULT '',
  opinion        TEXT NOT NULL DEFAULT '',        -- satisfied | fair | unsatisfied | silent
  review_due     BIGINT,                          -- when silence becomes 默认办结
  reopened       INTEGER NOT NULL DEFAULT 0,
  returned       INTEGER NOT NULL DEFAULT 0,
  created_at     BIGINT NOT NULL,
  version        INTEGER NOT NULL DEFAULT 1,
  UNIQUE (chat_id, source_message, part),         -- the second net against doubled tickets
  UNIQUE (community_id, number)
);
CREATE INDEX tickets_open ON tickets (community_id, state, answer_due);
CREATE INDEX tickets_created ON tickets (community_id, created_at);
CREATE INDEX tickets_closed ON tickets (community_id, closed_at);
CREATE INDEX tickets_of_resident ON tickets (resident_id, created_at);
CREATE INDEX tickets_review ON tickets (review_due) WHERE review_due IS NOT NULL;

CREATE TABLE events (                             -- append only
  id            INTEGER PRIMARY KEY,
  community_id  INTEGER NOT NULL,
  ticket_id     INTEGER NOT NULL REFERENCES tickets(id),
  at            BIGINT NOT NULL,
  actor_role    TEXT NOT NULL,                    -- domain.roles.Role
  actor_id      BIGINT,
  kind          TEXT NOT NULL,                    -- domain.states.Move, or 'opened', 'note', 'category', ...
  from_state    TEXT NOT NULL,
  to_state      TEXT NOT NULL,
  data          TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX events_of_ticket ON events (ticket_id, id);
CREATE INDEX events_of_day ON events (community_id, at);

CREATE TABLE messages (                           -- every message that belongs to a ticket, both ways
  id             INTEGER PRIMARY KEY,
  community_id   INTEGER,
  ticket_id      INTEGER REFERENCES tickets(id),  -- NULL while it waits for its ticket
  chat_id        BIGINT NOT NULL,
  message_id     BIGINT NOT NULL,
  sender_id      BIGINT,                          -- NULL: the bot
  role           TEXT NOT NULL,                   -- report | supplement | answer | note | card | receipt | media | talk | ask
  media          TEXT NOT NULL DEFAULT '',        -- photo | voice | video_note | video | document | location | audio
  file_id        TEXT NOT NULL DEFAULT '',
  file_size      BIGINT,
  album          TEXT NOT NULL DEFAULT '',        -- media_group_id
  text           TEXT NOT NULL DEFAULT '',
  at             BIGINT NOT NULL,
  UNIQUE (chat_id, message_id)
);
CREATE INDEX messages_of_ticket ON messages (ticket_id, id);
CREATE INDEX messages_of_album ON messages (chat_id, album) WHERE album <> '';

CREATE TABLE questions (                          -- one open question to a person in a chat
  chat_id       BIGINT NOT NULL,
  user_id       BIGINT NOT NULL,
  kind          TEXT NOT NULL,                    -- community | place | matter | supply | answer | close | return | setup_* ...
  ticket_id     INTEGER REFERENCES tickets(id),
  message_id    BIGINT,                           -- the bot's message that asks, when known
  data          TEXT NOT NULL DEFAULT '{}',
  asked_at      BIGINT NOT NULL,
  PRIMARY KEY (chat_id, user_id)
);

CREATE TABLE inbox (
  id           INTEGER PRIMARY KEY,
  bot          BIGINT NOT NULL,
  update_id    BIGINT NOT NULL,
  chat_id      BIGINT NOT NULL,                   -- 0 when the update has no chat
  payload      TEXT NOT NULL,                     -- the update's own JSON
  received_at  BIGINT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'waiting',   -- waiting | done | dead
  attempts     INTEGER NOT NULL DEFAULT 0,
  error        TEXT NOT NULL DEFAULT '',
  done_at      BIGINT,
  UNIQUE (bot, update_id)
);
CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'waiting';

CREATE TABLE outbox (
  id           INTEGER PRIMARY KEY,
  bot          BIGINT NOT NULL DEFAULT 0,
  key          TEXT NOT NULL UNIQUE,              -- one row per promise: "receipt:17", "card:17:-100200"
  community_id INTEGER,
  ticket_id    INTEGER,
  chat_id      BIGINT NOT NULL,
  kind         TEXT NOT NULL,                     -- say | card | receipt | media | summary
  payload      TEXT NOT NULL DEFAULT '{}',
  priority     INTEGER NOT NULL DEFAULT 1,        -- 0 danger, 1 message, 2 edit
  state        TEXT NOT NULL DEFAULT 'waiting',   -- waiting | sending | sent | dead
  revision     INTEGER NOT NULL DEFAULT 1,        -- counts how often it was asked for again
  sent_revision INTEGER NOT NULL DEFAULT 0,
  not_before   BIGINT NOT NULL DEFAULT 0,
  attempts     INTEGER NOT NULL DEFAULT 0,
  unsure       INTEGER NOT NULL DEFAULT 0,        -- 1: an earlier try may have arrived, mark （重发）
  message_id   BIGINT,
  error        TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  sent_at      BIGINT
);
CREATE INDEX outbox_waiting ON outbox (chat_id, priority, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_next ON outbox (priority, id) WHERE state = 'waiting';

CREATE TABLE buttons (
  token        TEXT PRIMARY KEY,                  -- what callback_data carries
  chat_id      BIGINT NOT NULL,
  action       TEXT NOT NULL,
  ticket_id    INTEGER NOT NULL DEFAULT 0,
  arg          TEXT NOT NULL DEFAULT '',
  community_id INTEGER,
  created_at   BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL,
  UNIQUE (chat_id, action, ticket_id, arg)
);

CREATE TABLE jobs (                               -- what the clock has done, exactly once
  job           TEXT NOT NULL,
  community_id  INTEGER NOT NULL,
  local_date    TEXT NOT NULL,                    -- YYYY-MM-DD, or another name of the occasion
  at            BIGINT NOT NULL,
  PRIMARY KEY (job, community_id, local_date)
);

CREATE TABLE settings (                           -- what must outlive a restart and is nobody's record
  name   TEXT PRIMARY KEY,
  value  TEXT NOT NULL
);
