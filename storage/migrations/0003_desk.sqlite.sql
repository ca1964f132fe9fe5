-- What only SQLite says so.

CREATE TRIGGER looks_new AFTER INSERT ON tickets BEGIN
  INSERT INTO looks (ticket_id, community_id, at) VALUES (new.id, new.community_id, 0);
END;
CREATE TRIGGER looks_changed
AFTER UPDATE OF state, urgency, clock_unit, accept_due, answer_due, accepted_at, answered_at ON tickets
WHEN old.state IS NOT new.state OR old.urgency IS NOT new.urgency OR old.clock_unit IS NOT new.clock_unit
  OR old.accept_due IS NOT new.accept_due OR old.answer_due IS NOT new.answer_due
  OR old.accepted_at IS NOT new.accepted_at OR old.answered_at IS NOT new.answered_at
BEGIN
  INSERT INTO looks (ticket_id, community_id, at) VALUES (new.id, new.community_id, 0)
  ON CONFLICT (ticket_id) DO UPDATE SET at = 0;
END;
