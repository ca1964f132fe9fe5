"""The demonstration: an invented community on this machine, the stand-in for Telegram and the real bot."""
