"""Consent: who speaks of a sensitive matter for the first time is asked whether it may be handled."""

from __future__ import annotations

from desk.office import Office
from desk.speech import tell
from storage import people
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket


async def ask(tx: Tx, office: Office, resident: Resident, ticket: Ticket) -> None:
    """Ask once in a lifetime; the group sees no word of such a matter in any case."""
    if resident.consented_at is not None or ticket.dangers:
        return
    if office.catalogue.leaf(ticket.category).sensitive:
        await tell(tx, office, ticket.chat_id, "consent_ask", "once", ticket=ticket, ticket_id=ticket.id)


async def agree(office: Office, user_id: int) -> str:
    async def change(tx: Tx) -> str:
        await people.consent(tx, user_id, office.now_ms())
        return "好的，谢谢您"

    return await office.write(change)
