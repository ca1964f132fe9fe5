"""Consent: who speaks of a sensitive matter for the first time is asked whether it may be handled."""

from __future__ import annotations

from desk import asking
from desk.beside import own
from desk.office import Office
from storage import people
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket


async def ask(tx: Tx, office: Office, resident: Resident, ticket: Ticket) -> None:
    """Ask once in a lifetime; the group sees no word of such a matter in any case."""
    asked = await tx.one("outbox.by_key", key=f"consent_ask:{ticket.chat_id}:once")
    if resident.consented_at is not None or ticket.dangers or asked is not None:
        return
    if office.catalogue.leaf(ticket.category).sensitive:
        said = asking.Said("consent_ask", "once", {"ticket_id": ticket.id})
        await asking.in_turn(tx, office, ticket.chat_id, ticket.resident_id, "consent", said, ticket=ticket)


async def agree(office: Office, ticket_id: int, user_id: int) -> str:
    async def change(tx: Tx) -> str:
        await agreed(tx, office, await own(tx, ticket_id, user_id), user_id)
        return "好的，谢谢您"

    return await office.write(change)


async def agreed(tx: Tx, office: Office, ticket: Ticket, user_id: int) -> None:
    await people.consent(tx, user_id, office.now_ms())
    await asking.settled(tx, office, ticket, "consent")
