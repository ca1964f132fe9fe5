"""Spot checks: which closed tickets were drawn to be looked at again, and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from storage.store import Tx


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """`found` is "", "true", "false" or "unreached"."""

    ticket_id: int
    found: str
    checked_by: int | None


async def candidates(tx: Tx, community_id: int, since: int, until: int) -> list[int]:
    """Closed in that time and never drawn before."""
    rows = await tx.all("checks_and_meetings.closed", community_id=community_id, since=since, until=until)
    return [row["id"] for row in rows]


async def draw(tx: Tx, community_id: int, ticket_id: int, day: date) -> None:
    await tx.do(
        "checks_and_meetings.draw", community_id=community_id, ticket_id=ticket_id, drawn_on=day.isoformat()
    )


async def drawn(tx: Tx, community_id: int, day: date) -> list[SpotCheck]:
    """What was drawn on that day."""
    rows = await tx.all("checks_and_meetings.drawn", community_id=community_id, drawn_on=day.isoformat())
    return [SpotCheck(row["ticket_id"], row["found"], row["checked_by"]) for row in rows]


async def check(tx: Tx, community_id: int, ticket_id: int, found: str, by: int, now: int) -> bool:
    """Write down what was found; False when it was written down before."""
    touched = await tx.do(
        "checks_and_meetings.check",
        community_id=community_id,
        ticket_id=ticket_id,
        found=found,
        by_id=by,
        now=now,
    )
    return touched == 1


async def outcome(tx: Tx, community_id: int, first: date, last: date) -> Counter[str]:
    """How the checks of these days came out, by `found`."""
    rows = await tx.all(
        "checks_and_meetings.found",
        community_id=community_id,
        first=first.isoformat(),
        last=last.isoformat(),
    )
    return Counter({row["found"]: row["count"] for row in rows})
