"""Tickets that go on in another one (并单): which, and whose."""

from __future__ import annotations

from typing import NamedTuple

from storage import tickets
from storage.store import Tx
from storage.tickets import Ticket


async def join(tx: Tx, ticket: Ticket, into: Ticket, now: int) -> None:
    """Enter that `ticket` goes on in `into`, with all that had been joined to it."""
    await tx.do("desk.join", ticket_id=ticket.id, community_id=ticket.community_id, into_id=into.id, now=now)
    await tx.do("desk.move_joined", old=ticket.id, new=into.id)


async def part(tx: Tx, ticket_id: int) -> None:
    await tx.do("desk.part", ticket_id=ticket_id)


async def hand_on(tx: Tx, old: int, new: int) -> None:
    """All that was joined to `old` goes on in `new`."""
    await tx.do("desk.move_joined", old=old, new=new)


async def others(tx: Tx, ticket_id: int) -> list[Ticket]:
    """The tickets that go on in this one, first joined first; those of erased residents are left out."""
    rows = await tx.all("desk.joined", into_id=ticket_id)
    return [ticket for row in rows if not (ticket := tickets.of_row(row)).erased]


async def main_of(tx: Tx, ticket: Ticket) -> Ticket | None:
    """The ticket in which this one goes on."""
    into = await tx.value("desk.joined_into", ticket_id=ticket.id)
    return await tickets.by_id(tx, into) if into else None


async def merged_of_resident(tx: Tx, resident_id: int, most: int = 20) -> list[Ticket]:
    rows = await tx.all("desk.merged_of_resident", resident_id=resident_id, most=most)
    return [tickets.of_row(row) for row in rows]


async def alike(tx: Tx, ticket: Ticket, since: int, most: int = 30) -> list[Ticket]:
    """Other open tickets of the same community and category, the oldest first."""
    rows = await tx.all(
        "desk.alike",
        community_id=ticket.community_id,
        category=ticket.category,
        since=since,
        id=ticket.id,
        most=most,
    )
    return [tickets.of_row(row) for row in rows]


class Spot(NamedTuple):
    """Where an open ticket of the same kind is; the rest of it is read only when the place fits."""

    id: int
    estate_id: int | None
    building: str
    unit: str
    place: str


async def spots(tx: Tx, ticket: Ticket, since: int, most: int = 500) -> list[Spot]:
    """The places of other open tickets of the same community and category, the oldest first."""
    rows = await tx.all(
        "desk.spots",
        community_id=ticket.community_id,
        category=ticket.category,
        since=since,
        id=ticket.id,
        most=most,
    )
    return [Spot(*row) for row in rows]


async def residents_since(tx: Tx, ticket_id: int, since: int) -> int:
    """How many residents have joined this ticket since (ms)."""
    return int(await tx.value("desk.joined_since", into_id=ticket_id, since=since))
