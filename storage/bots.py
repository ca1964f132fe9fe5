"""The bots of this deployment: which number each has, for ever, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.bots import MOST_BOTS
from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Bot:
    number: int
    name: str  # in the settings; '' is TELEGRAM_BOT_TOKEN's
    telegram_id: int
    username: str


class TakenName(Exception):
    """Telegram's bot is known under another name of the settings already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


async def everyone(tx: Tx) -> list[Bot]:
    """By number."""
    rows = await tx.all("bots.all")
    return [Bot(r["number"], r["name"], r["telegram_id"], r["username"]) for r in rows]


async def enter(tx: Tx, name: str, telegram_id: int, username: str, now: int) -> int:
    """The number of the bot of this name; a new one gets the next. Its token may have been replaced."""
    known = await everyone(tx)
    for bot in known:
        if bot.telegram_id == telegram_id and bot.name != name:
            raise TakenName(bot.name)
    number = next((bot.number for bot in known if bot.name == name), None)
    if number is None:
        number = max((bot.number for bot in known), default=0) + 1 if name else 0
    if number >= MOST_BOTS:
        raise ValueError("too many bots")
    await tx.do("bots.enter", number=number, name=name, telegram_id=telegram_id, username=username, now=now)
    return number


async def serve(tx: Tx, number: int, places: Iterable[str]) -> int:
    """Let these communities (also by subdistrict or city) be reached through this bot alone; how many."""
    return sum([await tx.do("bots.serve", number=number, place=place) for place in places])
