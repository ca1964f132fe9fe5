"""The inbox: every update is written here before Telegram is told that it was taken."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.bots import inside
from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One update that waits for its handler. `payload` is the update's JSON as Telegram sent it."""

    id: int
    bot: int
    update_id: int
    chat_id: int
    payload: str
    attempts: int = 0


def chat_of(update: Mapping[str, Any]) -> int:
    """The chat whose order this update belongs to: its chat, else its person, else 0."""
    for name, part in update.items():
        if name == "update_id" or not isinstance(part, dict):
            continue
        for holder in (part, part.get("message") or {}):
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return int(holder["chat"].get("id", 0))
        if isinstance(part.get("from"), dict):
            return int(part["from"].get("id", 0))
    return 0


async def take_in(
    tx: Tx, bot: int, updates: Sequence[Mapping[str, Any]], now: int, number: int = 0
) -> list[InboxRow]:
    """Keep the updates that are new, in their order; the rows that were kept.

    `bot` is Telegram's id of the bot they came through, `number` is ours (`domain.bots`).
    """
    new = {
        int(update["update_id"]): InboxRow(
            0,
            bot,
            int(update["update_id"]),
            inside(number, chat_of(update)),
            json.dumps(update, ensure_ascii=True, separators=(",", ":")),
        )
        for update in reversed(updates)  # of one that is told twice the first counts
    }
    values = [
        {"bot": bot, "update_id": row.update_id, "chat_id": row.chat_id, "payload": row.payload, "now": now}
        for row in reversed(new.values())
    ]
    kept = await tx.each("inbox.take_in", values)
    return [replace(new[row["update_id"]], id=row["id"]) for row in kept]


async def waiting(tx: Tx, after: int = 0, most: int = 1000) -> list[InboxRow]:
    """Rows that no handler has finished, oldest first."""
    rows = await tx.all("inbox.waiting", after=after, most=most)
    return [_row(r) for r in rows]


def _row(r: Row) -> InboxRow:
    return InboxRow(r["id"], r["bot"], r["update_id"], r["chat_id"], r["payload"], r["attempts"])


async def claim(tx: Tx, worker: int, lease: int, most: int) -> list[InboxRow]:
    """Take in hand, for `lease` ms, the first row of each chat that nobody has. On a shared store only."""
    rows = await tx.all("inbox.claim", worker=worker, lease=lease, most=most)
    return sorted((_row(r) for r in rows), key=lambda row: row.id)


async def renew(tx: Tx, worker: int, lease: int) -> None:
    await tx.do("inbox.renew", worker=worker, lease=lease)


async def release(tx: Tx, worker: int) -> None:
    """Others may have what this worker has not finished."""
    await tx.do("inbox.release", worker=worker)


async def done(tx: Tx, inbox_id: int, now: int) -> bool:
    """Finished: its text is not needed any more and goes. False when it was finished before."""
    return await tx.do("inbox.done", id=inbox_id, now=now) == 1


async def failed(tx: Tx, inbox_id: int, error: str) -> None:
    await tx.do("inbox.failed", id=inbox_id, error=error[:500])


async def dead(tx: Tx, inbox_id: int, error: str, now: int) -> None:
    """Given up after too many failures; kept for a person to look at."""
    await tx.do("inbox.dead", id=inbox_id, error=error[:500], now=now)


async def forget(tx: Tx, before: int) -> int:
    """Drop finished rows older than `before` (ms). Telegram repeats an update for a day at most, and its
    numbers restart after a quiet week, so rows must not stay for ever."""
    return await tx.do("inbox.forget", before=before)
