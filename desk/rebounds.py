"""反弹: the same kind of matter at the same place, back within a month after it was finished."""

from __future__ import annotations

from desk.office import Office
from storage.store import Tx
from storage.tickets import Ticket

WITHIN = 30 * 24 * 3600 * 1000
"""Milliseconds after closing in which its return says that it was not done thoroughly (field.md §6)."""
LONGEST_LIFE = 400 * 24 * 3600 * 1000
"""How long before its closing a ticket may have come: bounds the search by the index of creation."""


async def card_line(tx: Tx, office: Office, ticket: Ticket) -> str:
    """What the card says about the matter that has come back; empty when it is new."""
    if not (ticket.place or ticket.building):
        return ""
    before = await tx.one(
        "levels.rebound_of",
        community_id=ticket.community_id,
        category=ticket.category,
        id=ticket.id,
        place=ticket.place,
        building=ticket.building,
        estate=ticket.estate_id or 0,
        unit=ticket.unit,
        room=ticket.room,
        since=ticket.created_at - LONGEST_LIFE,
        created_at=ticket.created_at,
        closed_since=ticket.created_at - WITHIN,
    )
    if before is None:
        return ""
    closed = office.local(before["closed_at"])
    return f"{closed.month}月{closed.day}日刚办结（{before['number']}），请查查原因"
