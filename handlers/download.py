"""The content of a file that somebody sent, if it is small enough to be taken."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest

from desk.incoming import BIGGEST_FILE
from domain.bots import file_outside


async def content_of(bot: Bot, file_id: str, claimed: int | None) -> bytes | None:
    """The bytes; None when they are too many, whatever was `claimed` before (Telegram may claim nothing)."""
    if (claimed or 0) > BIGGEST_FILE:
        return None
    try:
        file = await bot.get_file(file_outside(file_id)[1])
        if (file.file_size or 0) > BIGGEST_FILE:
            return None
        return bytes(await file.download_as_bytearray())
    except BadRequest as error:
        if "too big" in str(error).lower():  # Telegram's own word, and the line's when a size was untrue
            return None
        raise
