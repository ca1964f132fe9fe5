"""Several matters in one message: opened as one ticket at once, and offered to be handled apart."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.moves import remember
from desk.office import Office
from desk.opening import Matter, clear_matters, holds_several, open_ticket, said_place
from desk.speech import show, show_receipt
from desk.staff.sorting import recategorise
from domain.errors import Refused
from domain.roles import Role
from nlp.personal import mask
from nlp.reading import Reading
from storage import people, tickets
from storage.outbox import Letter, Priority, refresh
from storage.store import Tx
from storage.tickets import Ticket

MOST = 4


async def offer(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> None:
    """Show what was found and ask: apart, or as one?"""
    if office.closed(ticket):
        return
    lines = [
        (office.catalogue.leaf(m.category.code).name, mask(m.text)[:40])
        for m in clear_matters(office, reading)[:MOST]
    ]
    values = {"number": ticket.number, "lines": lines, "ticket_id": ticket.id}
    said = asking.Said("several_matters", message.key, values)
    await asking.in_turn(tx, office, ticket.chat_id, ticket.resident_id, "several", said, ticket=ticket)


async def split(office: Office, ticket_id: int, user_id: int) -> str:
    """分开办: the first matter keeps the ticket, each other one gets its own."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open or await tickets.parts(tx, ticket) > 1:
            raise Refused("gone")
        await asking.settled(tx, office, ticket, "several")
        reading = office.read(ticket.body, gazetteer, office.now())
        resident = await people.resident(tx, user_id)
        if resident is None or not holds_several(office, reading):
            raise Refused("gone")
        message = Incoming(
            ticket.chat_id, ticket.source_message, user_id, resident.name, ticket.created_at, ticket.body
        )
        first, *others = clear_matters(office, reading)[:MOST]
        kept = await _keep_first(
            tx, office, ticket, Matter((first.category,), first.place, first.text), user_id
        )
        numbers = [kept.number]
        for part, matter in enumerate(others, 1):
            piece = office.read(matter.text, gazetteer, office.now())
            guesses = (matter.category, *(g for g in piece.guesses if g.code != matter.category.code))[:3]
            opened = await open_ticket(
                tx,
                office,
                ticket.community_id,
                resident,
                message,
                replace(piece, unsure=False, matters=()),
                Matter(guesses, matter.place, matter.text, part),
            )
            numbers.append(opened.number)
        await show_receipt(tx, office, kept)
        await _say_done(tx, office, kept, numbers)
        return f"分成 {len(numbers)} 件"

    return await office.write(change)


async def as_one(office: Office, ticket_id: int, user_id: int) -> str:
    """当一件办."""

    async def change(tx: Tx) -> str:
        await asking.settled(tx, office, await own(tx, ticket_id, user_id), "several")
        return "好的，当一件办"

    return await office.write(change)


async def _say_done(tx: Tx, office: Office, ticket: Ticket, numbers: list[str]) -> None:
    """What asked whether to split says now that it is done; no message more."""
    key = f"several_matters:{ticket.chat_id}:{ticket.source_message}"
    payload = {"text": "split_done", "values": {"numbers": numbers}, "role": "talk"}
    letter = Letter(
        key=key,
        chat_id=ticket.chat_id,
        kind="say",
        payload=payload,
        community_id=ticket.community_id,
        ticket_id=ticket.id,
    )
    await refresh(tx, letter, office.now_ms(), edit_priority=Priority.MESSAGE)


async def _keep_first(tx: Tx, office: Office, ticket: Ticket, matter: Matter, user_id: int) -> Ticket:
    """The ticket that is there goes on with the first matter alone."""
    place = matter.place
    changed = replace(ticket, body=matter.body)
    if place is not None:
        changed = replace(
            changed,
            place=said_place(place) or ticket.place,
            estate_id=place.estate_id,
            building=place.building,
            unit=place.unit,
            room=place.room,
        )
    kept = await remember(tx, office, ticket, changed, "parted", Role.RESIDENT, user_id)
    code = matter.guesses[0].code
    if code != kept.category and office.catalogue.has(code):
        return await recategorise(tx, office, kept, code, Role.RESIDENT, user_id)
    await show(tx, office, kept)
    return kept
