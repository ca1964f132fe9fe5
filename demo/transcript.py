"""Prints both sides of the talk, residents at the left and the staff group at the right, as they see it."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from demo.stage import Stage
from texts import demo as words

Json = dict[str, Any]
COLUMN = 46
"""Columns of one side; a Chinese character takes two."""


class Transcript:
    """Follows some chats and prints what is new in them."""

    def __init__(self, stage: Stage, bot: int, group: int, zone: ZoneInfo, names: dict[int, str]) -> None:
        self._stage = stage
        self._bot = bot
        self._group = group
        self._zone = zone
        self._names = names
        self._seen: dict[tuple[int, int], list[str]] = {}
        self._since: dict[int, int] = {}

    async def follow(self, whom: int) -> None:
        """Begin with a chat (a resident's id, or the group's): what is there already is not printed."""
        if whom not in self._since:
            self._since[whom] = 0
            for message in await self._new(whom):
                self._seen[whom, message["message_id"]] = _lines(message)

    async def catch_up(self) -> None:
        """Print everything that came or was changed since the last time, in its order."""
        found = [
            (message["version"], whom, message) for whom in self._since for message in await self._new(whom)
        ]
        for _, whom, message in sorted(found, key=lambda item: item[0]):
            self._message(whom, message)

    def pressed(self, whom: int, who: str, button: str, toast: str) -> None:
        """A press leaves no message; print it all the same."""
        at = datetime.now(self._zone).strftime("%H:%M")
        self._print(whom, words.presses(at, who, button), [words.toast(toast)] if toast else [])

    async def _new(self, whom: int) -> list[Json]:
        if whom < 0:
            member = next(iter(self._names))
            seen = await self._stage.look(f"chat/{whom}", as_=member, since=self._since[whom])
        else:
            seen = await self._stage.look(f"chat/{self._bot}", as_=whom, since=self._since[whom])
        messages: list[Json] = [m for m in seen["messages"] if not m.get("deleted")]
        self._since[whom] = max([self._since[whom], *(m["version"] for m in messages)])
        return messages

    def _message(self, whom: int, message: Json) -> None:
        known = self._seen.get((whom, message["message_id"]))
        lines = self._seen[whom, message["message_id"]] = _lines(message)
        at = datetime.fromtimestamp(message.get("edit_date") or message["date"], self._zone).strftime("%H:%M")
        who = message["from"]["first_name"]
        if known is None:
            to = self._names.get(whom, "") if message["from"]["is_bot"] else ""
            quote = message.get("reply_to_message")
            quoted = [words.quoted(_short(quote))] if quote else []
            self._print(whom, words.says(at, who, to), quoted + lines)
        elif changed := [line for line in lines if line not in known]:
            self._print(whom, words.changed(at, who), changed)

    def _print(self, whom: int, head: str, lines: list[str]) -> None:
        margin = " " * (COLUMN + 2) if whom < 0 else ""
        print()
        for text in (head, *(f"  {line}" for line in lines)):
            for part in wrap(text, COLUMN):
                print(f"{margin}{part}".rstrip(), flush=True)


def _lines(message: Json) -> list[str]:
    """A message as lines of text, its buttons as [接单] below."""
    text = str(message.get("text") or message.get("caption") or "")
    lines = ([words.photo()] if "photo" in message else []) + text.splitlines()
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return lines + [" ".join(f"[{button['text']}]" for button in row) for row in rows]


def _short(message: Json) -> str:
    first = next(iter(_lines(message)), "")
    return first if len(first) <= 16 else first[:15] + "…"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` terminal columns; continued lines keep the indent."""
    indent = " " * (len(text) - len(text.lstrip(" ")))
    lines, used = [""], 0
    for character in text:
        wide = columns(character)
        if used + wide > width:
            lines.append(indent)
            used = len(indent)
        lines[-1] += character
        used += wide
    return lines


def columns(character: str) -> int:
    if unicodedata.combining(character) or character in "\ufe0f\u200d":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
