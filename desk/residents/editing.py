"""A resident changes the words of a message: the ticket follows, staff are told what changed."""

from __future__ import annotations

from dataclasses import replace

from desk import nodding
from desk.incoming import Incoming
from desk.moves import remember
from desk.office import Office
from desk.opening import said_place
from desk.residents import alarm
from desk.speech import show, shown_to_group, tell_group
from domain.roles import Role
from nlp.reading import Reading
from storage.store import Tx
from storage.tickets import Ticket


async def edited(
    tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading, *, before: str
) -> None:
    """Take the new words; a danger in them sounds the alarm as a new message would."""
    if ticket.source_message == message.message_id and ticket.means.is_open:
        changed = _moved(replace(ticket, body=message.text), reading)
        ticket = await remember(tx, office, ticket, changed, "edited", Role.RESIDENT, message.user_id)
        await show(tx, office, ticket)
    ticket = await alarm.grown(tx, office, ticket, message, reading)
    await tell_group(
        tx,
        office,
        ticket,
        "resident_edited",
        f"{message.message_id}:{office.now_ms()}",
        number=ticket.number,
        before=shown_to_group(office, ticket, before),
        after=shown_to_group(office, ticket, message.text),
    )
    sign, key = nodding.REWRITTEN, f"{message.message_id}:{office.now_ms()}"
    await nodding.acknowledge(
        tx, office, message, sign, "edit_noted", key, ticket=ticket, number=ticket.number
    )


def _moved(ticket: Ticket, reading: Reading) -> Ticket:
    """The ticket with the place that its changed words name, when they name another."""
    place = reading.place
    words = said_place(place) if place else ""
    if place is None or not words or not (place.building or place.road):
        return ticket
    return replace(
        ticket,
        place=words,
        estate_id=place.estate_id,
        building=place.building,
        unit=place.unit,
        room=place.room,
    )
