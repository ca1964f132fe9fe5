"""What people do in Telegram: read the update, call the desk, say a text. Handlers decide nothing."""
