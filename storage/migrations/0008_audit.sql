-- Nobody rewrites history unseen: every event is sealed into a chain of SHA-256 hashes, one chain a community.
-- The words of an event (data, who) enter the chain only through a salted hash. Erasing them removes the salt
-- and adds a seal of kind 'erased', so that the chain stays whole and nothing can be guessed back from it.

CREATE TABLE seals (
  community_id  INTEGER NOT NULL,
  place         INTEGER NOT NULL,                 -- 1, 2, 3 ... in this community's chain
  event_id      BIGINT NOT NULL,
  about         TEXT NOT NULL,                    -- event | erased
  salt          TEXT NOT NULL,                    -- '' once the words were erased
  words         TEXT NOT NULL,                    -- hash of salt and words
  head          TEXT NOT NULL,                    -- hash of the head before, the event's facts and `words`
  PRIMARY KEY (community_id, place)
);
CREATE INDEX seals_of_event ON seals (event_id);

CREATE TABLE chains (                             -- where each chain ends: a cut-off tail shows
  community_id  BIGINT NOT NULL PRIMARY KEY,
  place         INTEGER NOT NULL,
  head          TEXT NOT NULL
);

-- Erasing a resident looks for all letters about a ticket; without this it walked the whole outbox.
CREATE INDEX outbox_of_ticket ON outbox (ticket_id) WHERE ticket_id IS NOT NULL;
