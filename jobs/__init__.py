"""What happens by the clock. What was done stands in the database, so each is done once."""
