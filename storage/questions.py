"""The one open question to a person in a chat, and those that wait for their turn; a restart loses none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.store import Row, Tx


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
    return _question(row) if row else None


async def about(tx: Tx, ticket_id: int) -> list[Question]:
    """Open questions about a ticket, whoever is asked."""
    return [_question(row) for row in await tx.all("small.questions_about", ticket_id=ticket_id)]


async def wait(tx: Tx, question: Question) -> None:
    """Let it wait for its turn; it stands in the list once."""
    await tx.do(
        "small.wait",
        chat_id=question.chat_id,
        user_id=question.user_id,
        kind=question.kind,
        ticket_id=question.ticket_id or 0,
        data=json.dumps(dict(question.data), ensure_ascii=False),
        now=question.asked_at,
    )


async def newest_waiting(tx: Tx, chat_id: int, user_id: int) -> Question | None:
    row = await tx.one("small.newest_waiting", chat_id=chat_id, user_id=user_id)
    return _question(row) if row else None


async def drop_waiting_of(tx: Tx, chat_id: int, user_id: int, question: Question) -> None:
    await tx.do(
        "small.drop_waiting_of",
        chat_id=chat_id,
        user_id=user_id,
        kind=question.kind,
        ticket_id=question.ticket_id or 0,
    )


async def drop_waiting(tx: Tx, ticket_id: int, kind: str = "") -> None:
    """What waits about a ticket, of one kind or of all, is asked no more."""
    await tx.do("small.drop_waiting", ticket_id=ticket_id, kind=kind)


async def answered(tx: Tx, chat_id: int, user_id: int) -> None:
    await tx.do("small.answered", chat_id=chat_id, user_id=user_id)


def _question(row: Row) -> Question:
    return Question(
        row["chat_id"],
        row["user_id"],
        row["kind"],
        row["ticket_id"] or None,
        json.loads(row["data"]),
        row["asked_at"],
    )
