-- What only PostgreSQL says so.

CREATE FUNCTION look_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO looks (ticket_id, community_id, at) VALUES (new.id, new.community_id, 0)
  ON CONFLICT (ticket_id) DO UPDATE SET at = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER looks_new AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION look_now();
CREATE TRIGGER looks_changed
AFTER UPDATE OF state, urgency, clock_unit, accept_due, answer_due, accepted_at, answered_at ON tickets
FOR EACH ROW WHEN ((old.state, old.urgency, old.clock_unit, old.accept_due, old.answer_due, old.accepted_at,
  old.answered_at) IS DISTINCT FROM (new.state, new.urgency, new.clock_unit, new.accept_due, new.answer_due,
  new.accepted_at, new.answered_at))
EXECUTE FUNCTION look_now();
