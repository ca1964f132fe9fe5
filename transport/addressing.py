"""Where ids cross the counter: inside they say through which bot they came (domain/bots.py)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from telegram.error import BadRequest

from domain.bots import file_inside, file_outside, inside, outside
from transport.letter import ELSEWHERE, Call

Fetch = Callable[[int, str], Awaitable[bytes | None]]
"""The content of a file of that bot, by Telegram's file id."""

MENTION: Final = "tg://user?id="
_MENTION: Final = re.compile(rf"{re.escape(MENTION)}(\d+)")
_IDS: Final = frozenset({"user_id", "chat_id", "migrate_to_chat_id", "migrate_from_chat_id"})
_OF_A_PERSON_OR_CHAT: Final = ("is_bot", "type", "first_name", "title")
_FILES: Final = ("photo", "voice", "video", "video_note", "document", "audio")
_NAMES: Final = {"photo": "photo.jpg", "voice": "voice.ogg", "video": "video.mp4", "video_note": "video.mp4"}


def inward(value: Any, bot: int, own: int) -> Any:
    """An update as the office reads it. `own` is the bot's own id, which stays as it is.

    The first bot's updates need no change; they do not come here.
    """
    if isinstance(value, list):
        return [inward(one, bot, own) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _inward(name, one, value, bot, own) for name, one in value.items()}


def _inward(name: str, value: Any, holder: Mapping[str, Any], bot: int, own: int) -> Any:
    if isinstance(value, dict | list):
        return inward(value, bot, own)
    if name == "file_id" and isinstance(value, str):
        return file_inside(bot, value)
    if isinstance(value, int) and not isinstance(value, bool) and value != own:
        of_somebody = name == "id" and any(mark in holder for mark in _OF_A_PERSON_OR_CHAT)
        if of_somebody or name in _IDS:
            return inside(bot, value)
    return value


async def outward(call: Call, bot: int, fetch: Fetch | None = None) -> Call:
    """A call as Telegram reads it. A file of another bot is fetched there and goes along as an upload."""
    values, files = dict(call.values), dict(call.files)
    values["chat_id"] = outside(values["chat_id"])
    for name in ("text", "caption"):
        if name in values:
            values[name] = _mentions(values[name])
    for kind in _FILES:
        if kind in values:
            owner, file_id = file_outside(values[kind])
            if owner == bot:
                values[kind] = file_id
            else:
                del values[kind]
                files[kind] = (_NAMES.get(kind, kind), await _borrowed(fetch, owner, file_id))
    if isinstance(album := values.get("media"), list):
        values["media"] = [await _of_album(one, place, bot, fetch, files) for place, one in enumerate(album)]
    return replace(call, values=values, files=files)


async def _of_album(
    one: dict[str, Any], place: int, bot: int, fetch: Fetch | None, files: dict[str, tuple[str, bytes]]
) -> dict[str, Any]:
    owner, file_id = file_outside(one["media"])
    said = {"caption": _mentions(one["caption"])} if "caption" in one else {}
    if owner == bot:
        return one | said | {"media": file_id}
    name = f"file{place}"
    files[name] = (_NAMES.get(one["type"], one["type"]), await _borrowed(fetch, owner, file_id))
    return one | said | {"media": f"attach://{name}"}


def _mentions(text: str) -> str:
    if MENTION not in text:
        return text
    return _MENTION.sub(lambda found: f"{MENTION}{outside(int(found[1]))}", text)


async def _borrowed(fetch: Fetch | None, owner: int, file_id: str) -> bytes:
    content = await fetch(owner, file_id) if fetch else None
    if content is None:
        raise BadRequest(ELSEWHERE)
    return content
