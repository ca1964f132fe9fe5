"""What an inline button means. Its data is a short opaque token; the meaning stays here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from storage.store import Tx

LIFE = 400 * 24 * 3600 * 1000
"""Milliseconds. Long: the right of the presser and the state are checked at every press anyway."""


@dataclass(frozen=True, slots=True)
class Pressed:
    chat_id: int
    action: str
    ticket_id: int
    arg: str
    community_id: int | None
    expires_at: int


async def issue(
    tx: Tx,
    chat_id: int,
    action: str,
    now: int,
    *,
    ticket_id: int = 0,
    arg: str = "",
    community_id: int | None = None,
) -> str:
    """The token of this button; the same button in the same chat keeps its token."""
    return str(
        await tx.value(
            "small.button",
            token=secrets.token_urlsafe(9),
            chat_id=chat_id,
            action=action,
            ticket_id=ticket_id,
            arg=arg,
            community_id=community_id,
            now=now,
            expires_at=now + LIFE,
        )
    )


async def meaning_of(tx: Tx, token: str) -> Pressed | None:
    r = await tx.one("small.pressed", token=token)
    if r is None:
        return None
    return Pressed(r["chat_id"], r["action"], r["ticket_id"], r["arg"], r["community_id"], r["expires_at"])
