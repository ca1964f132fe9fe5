"""How a ticket was before its last move: kept for the minute in which the move can be taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.states import State
from storage.store import Tx
from storage.tickets import Ticket

FIELDS = (
    "state", "resume_state", "assignee_id", "answer_due", "paused_at", "accepted_at", "answered_at",
    "closed_at", "result", "review_due", "returned",
)  # fmt: skip
"""What the moves that can be taken back change. No words of people: they would outlive an erasure."""


@dataclass(frozen=True, slots=True)
class Undo:
    ticket_id: int
    user_id: int
    move: str
    key: str
    version: int
    before: Mapping[str, Any]
    at: int


async def keep(tx: Tx, before: Ticket, after: Ticket, move: str, user_id: int, key: str, now: int) -> None:
    """Keep what `move` changed; the one before it cannot be taken back any more."""
    changed = {
        name: getattr(before, name) for name in FIELDS if getattr(before, name) != getattr(after, name)
    }
    await tx.do(
        "desk.keep_undo",
        ticket_id=after.id,
        community_id=after.community_id,
        user_id=user_id,
        move=move,
        key=key,
        version=after.version,
        before=json.dumps(changed),
        now=now,
    )


async def last(tx: Tx, ticket_id: int) -> Undo | None:
    r = await tx.one("desk.undo", ticket_id=ticket_id)
    if r is None:
        return None
    before = json.loads(r["before"])
    if "state" in before:
        before["state"] = State(before["state"])
    return Undo(r["ticket_id"], r["user_id"], r["move"], r["key"], r["version"], before, r["at"])


async def forget(tx: Tx, ticket_id: int) -> None:
    await tx.do("desk.forget_undo", ticket_id=ticket_id)
