"""Whose ticket it is: its resident's, and the person's for whom somebody else has written."""

from __future__ import annotations

from domain.errors import Refused
from storage import beside, tickets
from storage.store import Tx
from storage.tickets import Ticket


async def belongs(tx: Tx, ticket: Ticket, user_id: int) -> bool:
    """Whether this person may speak for the ticket."""
    if ticket.resident_id == user_id:
        return True
    companion = await beside.companion(tx, ticket.id)
    return companion is not None and companion.user_id == user_id and not ticket.erased


async def own(tx: Tx, ticket_id: int, user_id: int) -> Ticket:
    """The ticket, if this person may speak for it."""
    ticket = await tickets.by_id(tx, ticket_id)
    if ticket is None or not await belongs(tx, ticket, user_id):
        raise Refused("not_yours")
    return ticket
