"""The register read in pages for an export: a long one holds neither much memory nor a transaction."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Row, Tx

PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets with the events of each, as the store's own rows."""

    tickets: list[Row]
    hops: list[Row]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reading stands: after this ticket."""

    created_at: int
    id: int


async def count(tx: Tx, community_id: int, since: int, until: int) -> int:
    """How many tickets came in [since, until)."""
    return int(await tx.value("export.count", community_id=community_id, since=since, until=until))


def start(since: int) -> Place:
    """Before the first ticket that came at `since` or later."""
    return Place(since - 1, 1 << 62)


async def page(tx: Tx, community_id: int, after: Place, until: int, most: int = PAGE) -> Page:
    """The next tickets of the community in the order in which they came; none left: an empty page."""
    span = {"community_id": community_id, "after_at": after.created_at, "after_id": after.id}
    found = await tx.all("export.page", **span, until=until, most=most)
    if not found:
        return Page([], [])
    last = end(found)
    hops = await tx.all("export.hops", **span, last_at=last.created_at, last_id=last.id)
    return Page(found, hops)


def end(tickets: list[Row]) -> Place:
    return Place(tickets[-1]["created_at"], tickets[-1]["id"])
