"""Setting a community up: its group, houses, people, telephone, hours and holidays."""
