"""A page: one message of staff's that is turned in place by its buttons instead of being sent again."""

from __future__ import annotations

import json
import secrets
from typing import Any

from desk.office import Office
from domain.errors import Refused
from storage.outbox import Letter, Priority, refresh
from storage.store import Tx


def new_page() -> str:
    """The name of a page; its buttons carry it, so that a press turns the very message it stands under."""
    return secrets.token_hex(6)


async def shown(tx: Tx, chat_id: int, page: str) -> dict[str, Any]:
    """The values that the page was last shown with; `Refused` when it is gone."""
    row = await tx.one("outbox.by_key", key=f"page:{chat_id}:{page}")
    values = json.loads(row["payload"]).get("values") if row else None
    if not isinstance(values, dict):
        raise Refused("gone")
    return values


async def turn(
    tx: Tx,
    office: Office,
    chat_id: int,
    page: str,
    text: str,
    /,
    *,
    community_id: int,
    reply_to: int | None = None,
    ticket_id: int | None = None,
    **values: Any,
) -> None:
    """Send the page, or show it with other words when it was sent before.

    Its text takes the page's name among its values.
    """
    payload: dict[str, Any] = {"text": text, "values": values | {"page": page}, "role": "notice"}
    if reply_to:
        payload["reply_to"] = reply_to
    letter = Letter(
        key=f"page:{chat_id}:{page}",
        chat_id=chat_id,
        kind="say",
        payload=payload,
        community_id=community_id,
        ticket_id=ticket_id,
    )
    await refresh(tx, letter, office.now_ms(), edit_priority=Priority.MESSAGE)
