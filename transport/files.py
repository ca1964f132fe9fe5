"""Files that people sent, fetched from Telegram by the bot's own getFile."""

from __future__ import annotations

import logging

from telegram.error import TelegramError

from transport.application import App
from transport.logs import where

log = logging.getLogger(__name__)


async def fetch(application: App, file_id: str) -> bytes | None:
    """The content of a file; None (and a line in the log) when it does not come."""
    try:
        file = await application.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.warning("a file could not be fetched: %s", where(error))
        return None
