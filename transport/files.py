"""Files that people sent, fetched from Telegram by the bot's own getFile."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from telegram.error import TelegramError

from domain.bots import file_outside
from transport.application import App
from transport.logs import where

log = logging.getLogger(__name__)


async def fetch_of_any(applications: Mapping[int, App], file_id: str) -> bytes | None:
    """The content of a file, by the bot to which it was sent."""
    number, _ = file_outside(file_id)
    return await fetch(applications[number], file_id) if number in applications else None


async def fetch(application: App, file_id: str) -> bytes | None:
    """The content of a file; None (and a line in the log) when it does not come."""
    try:
        file = await application.bot.get_file(file_outside(file_id)[1])
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.warning("a file could not be fetched: %s", where(error))
        return None
