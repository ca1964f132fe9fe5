"""Counts of many communities in one look, for the levels above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.levels import Kind
from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree of levels; `community_id` of a community's own."""

    id: int
    kind: Kind
    name: str
    parent_id: int | None
    community_id: int | None
    chat_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What one community has in hand now. `oldest` is the promise that ran out first, in milliseconds."""

    open: int = 0
    late: int = 0
    urgent: int = 0
    unassigned: int = 0
    suspended: int = 0
    oldest: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """应结案, and of it closed, and closed in time."""

    due: int = 0
    closed: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened in a stretch of time, by community."""

    created: Mapping[int, Mapping[str, int]] = field(default_factory=dict)  # community -> category -> count
    moves: Mapping[int, Mapping[str, int]] = field(default_factory=dict)  # community -> kind -> count


async def counts(tx: Tx, since: int, until: int) -> Counts:
    """New tickets and moves of [since, until), in milliseconds."""
    created: dict[int, dict[str, int]] = {}
    for row in await tx.all("areas.created", since=since, until=until):
        created.setdefault(row["community_id"], {})[row["category"]] = row["count"]
    moves: dict[int, dict[str, int]] = {}
    for row in await tx.all("areas.moves", since=since, until=until):
        moves.setdefault(row["community_id"], {})[row["kind"]] = row["count"]
    return Counts(created, moves)


async def came(tx: Tx, since: int, until: int) -> Counter[int]:
    """How many tickets each community had."""
    rows = await tx.all("areas.came", since=since, until=until)
    return Counter({row["community_id"]: row["count"] for row in rows})


async def standing(tx: Tx, now: int) -> dict[int, Standing]:
    rows = await tx.all("areas.in_hand", now=now)
    return {
        r["community_id"]: Standing(
            r["count"], r["late"], r["urgent"], r["unassigned"], r["suspended"], r["oldest"]
        )
        for r in rows
    }


async def limits(tx: Tx, since: int, until: int) -> dict[int, Limits]:
    rows = await tx.all("areas.due", since=since, until=until)
    return {r["community_id"]: Limits(r["count"], r["closed"], r["on_time"]) for r in rows}


async def opinions(tx: Tx, since: int, until: int) -> dict[int, Counter[str]]:
    """Residents' last words on what they rated or sent back in that time."""
    found: dict[int, Counter[str]] = {}
    for row in await tx.all("areas.opinions", since=since, until=until):
        found.setdefault(row["community_id"], Counter())[row["opinion"]] = row["count"]
    return found


async def tree(tx: Tx) -> list[Node]:
    """All levels and the communities below them, each kind by name."""
    return [
        Node(
            r["id"],
            Kind(r["kind"]),
            r["name"],
            r["parent_id"],
            r["community_id"],
            r["chat_id"],
        )
        for r in await tx.all("areas.tree")
    ]


async def not_told(tx: Tx, job: str, occasion: date, until: int) -> frozenset[int]:
    """The levels, there before `until`, that the clock has not told on that occasion."""
    rows = await tx.all("areas.not_told", job=job, local_date=occasion.isoformat(), until=until)
    return frozenset(row["id"] for row in rows)
