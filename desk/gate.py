"""The four questions: a ticket is given to nobody while what, where, who or by when is not known."""

from __future__ import annotations

from desk.hand import Hand
from desk.office import Office
from desk.speech import show, tell_group
from nlp.reading import Kind
from storage import messages
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words_of


async def missing(tx: Tx, office: Office, ticket: Ticket) -> tuple[str, ...]:
    """Which of the four questions (what, where, who, by when) has no answer yet."""
    leaf = office.catalogue.leaf(ticket.category)
    spoken = ticket.body.strip() or await messages.media_of_ticket(tx, ticket.id)
    found = {
        "what": not spoken,
        "where": leaf.needs_place and not ticket.place and ticket.kind != Kind.CONSULT.value,
        "who": not ticket.responsible,
    }
    return tuple(name for name, empty in found.items() if empty)


async def say_what_is_missing(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, lacks: tuple[str, ...]
) -> str:
    """Buttons that fill the gap: under the card for a press, under an answer for a command."""
    if hand.message_id:
        await tell_group(
            tx,
            office,
            ticket,
            "gate",
            hand.key,
            number=ticket.number,
            missing=list(lacks),
            ticket_id=ticket.id,
        )
    else:
        await show(tx, office, ticket, menu="gate", now_please=True)
    return f"还缺：{'、'.join(words_of.MISSING[name] for name in lacks)}。补上再派"
