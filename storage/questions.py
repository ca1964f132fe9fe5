"""The one open question to a person in a chat; a restart or a week of silence loses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Question:
    chat_id: int
    user_id: int
    kind: str
    ticket_id: int | None
    data: Mapping[str, Any]
    asked_at: int


async def ask(
    tx: Tx, chat_id: int, user_id: int, kind: str, now: int, ticket_id: int | None = None, **data: Any
) -> None:
    """Ask; an older question to the same person in the same chat gives way."""
    await tx.do(
        "small.ask",
        chat_id=chat_id,
        user_id=user_id,
        kind=kind,
        ticket_id=ticket_id,
        data=json.dumps(data, ensure_ascii=False),
        now=now,
    )


async def open_to(tx: Tx, chat_id: int, user_id: int) -> Question | None:
    row = await tx.one("small.question", chat_id=chat_id, user_id=user_id)
    if row is None:
        return None
    return Question(
        row["chat_id"],
        row["user_id"],
        row["kind"],
        row["ticket_id"],
        json.loads(row["data"]),
        row["asked_at"],
    )


async def answered(tx: Tx, chat_id: int, user_id: int) -> None:
    await tx.do("small.answered", chat_id=chat_id, user_id=user_id)


async def forget(tx: Tx, ticket_id: int, kind: str) -> None:
    await tx.do("small.forget_questions", ticket_id=ticket_id, kind=kind)
