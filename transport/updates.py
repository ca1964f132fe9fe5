"""Which updates are asked for, and which of those that came can be kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from domain.bots import ROOM
from storage.inbox import chat_of

log = logging.getLogger(__name__)

WANTED: Final = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
LARGEST: Final = 2**63
"""Of an update's number: the store keeps 64 bits."""


def number_of(update: Any) -> int | None:
    """The update's number, if it has one that can be kept."""
    if not isinstance(update, Mapping):
        return None
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < LARGEST:
        return None
    return number


def keepable(updates: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Those that can be stored; the others are logged and left out: they block nothing behind them."""
    kept = []
    for update in updates:
        number = number_of(update)
        if number is None:
            log.error("an update without a usable number was skipped")
        elif not _has_chat(update):
            log.error("update %d was skipped: its chat cannot be read", number)
        else:
            kept.append(update)
    return kept


def _has_chat(update: Mapping[str, Any]) -> bool:
    try:
        return -ROOM < chat_of(update) < ROOM
    except (TypeError, ValueError, OverflowError, AttributeError):
        return False
