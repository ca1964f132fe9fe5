"""The outbox: every message is promised in the transaction of what it tells, and sent later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from domain.bots import bot_of
from storage.store import Tx


class Priority(IntEnum):
    DANGER = 0
    MESSAGE = 1
    EDIT = 2
    NOTICE = 3  # to many residents: behind everything else


@dataclass(frozen=True, slots=True)
class Letter:
    """A promise to tell something. `key` is unique: the same promise is never made twice."""

    key: str
    chat_id: int
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    community_id: int | None = None
    ticket_id: int | None = None
    priority: Priority = Priority.MESSAGE
    not_before: int = 0


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A promise that waits to be kept."""

    id: int
    bot: int
    key: str
    community_id: int | None
    ticket_id: int | None
    chat_id: int
    kind: str
    payload: dict[str, Any]
    priority: int
    revision: int
    sent_revision: int
    attempts: int
    unsure: bool
    message_id: int | None


async def put(tx: Tx, letter: Letter, now: int) -> bool:
    """Promise once; False when the key was promised before."""
    return await tx.do("outbox.put", now=now, **_values(letter)) == 1


async def refresh(tx: Tx, letter: Letter, now: int, *, edit_priority: Priority = Priority.EDIT) -> None:
    """Promise a view (card, receipt), or ask for the one there to be shown as it is now."""
    await tx.do("outbox.refresh", now=now, edit_priority=int(edit_priority), **_values(letter))


async def heads(tx: Tx, now: int, most: int = 200, bot: int = 0) -> list[OutboxRow]:
    """What this bot may send now: the first waiting row of each chat, danger first."""
    return [_row(row) for row in await tx.all("outbox.heads", now=now, most=most, bot=bot)]


async def claim(tx: Tx, outbox_id: int) -> bool:
    """Mark as on its way, before the first byte goes out."""
    return await tx.do("outbox.claim", id=outbox_id) == 1


async def unclaim(tx: Tx, outbox_ids: Iterable[int]) -> None:
    """They were claimed, but nothing of them was sent."""
    for outbox_id in outbox_ids:
        await tx.do("outbox.unclaim", id=outbox_id)


async def sent(tx: Tx, row: OutboxRow, message_id: int | None, now: int) -> None:
    """Arrived. When it was asked for again meanwhile, it waits again."""
    await tx.do("outbox.sent", id=row.id, revision=row.revision, message_id=message_id, now=now)


async def retry(tx: Tx, row: OutboxRow, not_before: int, error: str, *, unsure: bool) -> None:
    """Try again at `not_before` (ms); `unsure` when it may have arrived."""
    await tx.do("outbox.retry", id=row.id, not_before=not_before, error=error[:500], unsure=int(unsure))


async def fresh(tx: Tx, row: OutboxRow) -> None:
    """The message to edit is gone: send it anew."""
    await tx.do("outbox.fresh", id=row.id)


async def dead(tx: Tx, row: OutboxRow, error: str) -> None:
    await tx.do("outbox.dead", id=row.id, error=error[:500])


async def cancel(tx: Tx, key: str) -> bool:
    """Take back a promise that nobody has begun to keep."""
    return await tx.do("outbox.cancel", key=key) == 1


async def recover(tx: Tx, bot: int = 0) -> int:
    """At start: what was on its way when the process died may have arrived; send again, marked."""
    return await tx.do("outbox.recover", bot=bot)


async def on_their_way(tx: Tx, bot: int = 0) -> frozenset[int]:
    """Rows that somebody has claimed and not settled yet."""
    return frozenset(row[0] for row in await tx.all("outbox.on_their_way", bot=bot))


async def adopt(tx: Tx, outbox_ids: Iterable[int]) -> None:
    """Their sender is gone: they may have arrived, and go out again, marked."""
    for outbox_id in outbox_ids:
        await tx.do("outbox.adopt", id=outbox_id)


async def next_due(tx: Tx, now: int, bot: int = 0) -> int | None:
    """When the next row becomes due (ms), if any lies in the future."""
    row = await tx.one("outbox.next_due", now=now, bot=bot)
    return None if row is None or row[0] is None else int(row[0])


async def move_chat(tx: Tx, old: int, new: int) -> None:
    await tx.do("outbox.move_chat", old=old, new=new)


def _values(letter: Letter) -> dict[str, Any]:
    return {
        "key": letter.key,
        "chat_id": letter.chat_id,
        "kind": letter.kind,
        "payload": json.dumps(letter.payload, ensure_ascii=False, separators=(",", ":")),
        "community_id": letter.community_id,
        "ticket_id": letter.ticket_id,
        "priority": int(letter.priority),
        "not_before": letter.not_before,
        "bot": bot_of(letter.chat_id),
    }


def _row(row: Mapping[str, Any]) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        bot=row["bot"],
        key=row["key"],
        community_id=row["community_id"],
        ticket_id=row["ticket_id"],
        chat_id=row["chat_id"],
        kind=row["kind"],
        payload=json.loads(row["payload"]),
        priority=row["priority"],
        revision=row["revision"],
        sent_revision=row["sent_revision"],
        attempts=row["attempts"],
        unsure=bool(row["unsure"]),
        message_id=row["message_id"],
    )
