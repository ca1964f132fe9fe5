"""A choice of several tickets that waits for its one confirming press."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Bulk:
    id: int
    user_id: int
    offered: tuple[int, ...]
    chosen: frozenset[int]
    act: str


async def keep(
    tx: Tx, community_id: int, user_id: int, chat_id: int, offered: Sequence[int], now: int
) -> int:
    """Enter what can be chosen from; its id."""
    found = await tx.value(
        "hands.keep_bulk",
        community_id=community_id,
        user_id=user_id,
        chat_id=chat_id,
        offered=json.dumps(list(offered)),
        chosen="[]",
        now=now,
    )
    return int(found)


async def by_id(tx: Tx, community_id: int, bulk_id: int) -> Bulk | None:
    row = await tx.one("hands.bulk", id=bulk_id, community_id=community_id)
    if row is None:
        return None
    offered, chosen = json.loads(row["offered"]), json.loads(row["chosen"])
    return Bulk(row["id"], row["user_id"], tuple(offered), frozenset(chosen), row["act"])


async def choose(tx: Tx, bulk: Bulk, chosen: frozenset[int], act: str = "") -> None:
    await tx.do("hands.change_bulk", id=bulk.id, chosen=json.dumps(sorted(chosen)), act=act)


async def drop(tx: Tx, bulk: Bulk) -> bool:
    """Done; True for the one press that did it."""
    return await tx.do("hands.drop_bulk", id=bulk.id) == 1


async def forget(tx: Tx, before: int) -> None:
    await tx.do("hands.forget_bulks", before=before)
