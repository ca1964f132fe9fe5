"""Several bots of one deployment: an id of a person, a chat or a file says through which bot it came.

Telegram gives a person the same id with every bot, but each bot has its own private chat with them, its own
message numbers and its own file ids. Inside, the bot's number stands in the id's upper bits, so that every
table, key and limit keeps the bots apart. The first bot has the number 0: its ids are Telegram's own.
"""

from __future__ import annotations

from typing import Final

ROOM: Final = 1 << 52
"""Telegram's own ids have at most 52 significant bits."""
MOST_BOTS: Final = 1024
_MARK: Final = ":"
"""Between a bot's number and its file id; Telegram's file ids hold letters, figures, - and _ only."""


def inside(bot: int, telegram_id: int) -> int:
    """The id by which the office knows this person or chat of that bot."""
    if not (0 <= bot < MOST_BOTS and -ROOM < telegram_id < ROOM):
        raise ValueError("an id that is none of Telegram's")
    return telegram_id - bot * ROOM if telegram_id < 0 else telegram_id + bot * ROOM


def outside(known_id: int) -> int:
    """The id as Telegram knows it."""
    return -(-known_id % ROOM) if known_id < 0 else known_id % ROOM


def bot_of(known_id: int) -> int:
    """The number of the bot to which this person or chat belongs."""
    return abs(known_id) // ROOM


def file_inside(bot: int, file_id: str) -> str:
    """The file id by which the office knows a file of that bot."""
    return f"{bot}{_MARK}{file_id}" if bot else file_id


def file_outside(known_file: str) -> tuple[int, str]:
    """(number of the bot that can fetch it, file id as Telegram knows it)."""
    bot, mark, file_id = known_file.partition(_MARK)
    return (int(bot), file_id) if mark and bot.isdigit() else (0, known_file)
