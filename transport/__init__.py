"""Telegram's side of the counter: updates in (poll, webhook), inbox to handlers, outbox to people."""
