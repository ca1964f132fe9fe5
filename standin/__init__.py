"""A stand-in for Telegram's Bot API with a web page, for demo, training and tests; see README.md."""

from standin.server import Running, create_app, serve

__all__ = ["Running", "create_app", "serve"]
