"""Where a matter is: asked once, said later, pinned on a map, corrected by a tap."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.moves import remember
from desk.office import Office
from desk.opening import keep_message, said_place, show_media
from desk.residents import neighbours
from desk.speech import show, tell
from domain.errors import Refused
from domain.roles import Role
from nlp.personal import mask
from nlp.reading import Place, Reading
from storage import communities, messages, people, questions, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts.places import PINNED, place_words

PLACE_AND_LITTLE = 20
"""Characters up to which a message may be a place and nothing else,"""
FILLER = 4
"""with so many characters beside it (在, 就是, 那里)."""
NEAR = 3
"""Places that are offered as buttons."""


async def begin_place(office: Office, ticket_id: int, user_id: int) -> str:
    """📍 改地点: the receipt asks where it is, with the places that this person has named before."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        await asking.at_once(tx, office, ticket.chat_id, user_id, "place", ticket=ticket)
        await show(tx, office, ticket)
        return ""

    return await office.write(change)


async def near(tx: Tx, ticket: Ticket) -> list[str]:
    """Where it may be: the house whose poster the person scanned, and what they have said before."""
    found: list[str] = []
    resident = await people.resident(tx, ticket.resident_id)
    home = await communities.building(tx, resident.building_id if resident else None)
    if home:
        found.append(place_words(estate=home.estate_name, building=home.name))
    found += [other.place for other in await tickets.of_resident(tx, ticket.resident_id, most=8)]
    wanted = (words for words in found if words and words != ticket.place and PINNED not in words)
    return list(dict.fromkeys(wanted))[:NEAR]


async def pick_place(office: Office, ticket_id: int, user_id: int, said: str) -> str:
    """One of those places, by its button."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        await asking.settled(tx, office, ticket, "place")
        found = office.read(said, gazetteer, office.now()).place
        saved = await put_place(tx, office, ticket, found, said, Role.RESIDENT, user_id)
        return saved.place

    return await office.write(change)


async def put_place(
    tx: Tx, office: Office, ticket: Ticket, place: Place | None, said: str, role: Role, actor: int
) -> Ticket:
    """Write down where it is: what was understood, else the words as they were said."""
    pinned = said.endswith(PINNED)
    words = (said_place(place) if place and not pinned else "") or said.strip()[:80]
    changed = replace(
        ticket,
        place=words,
        estate_id=place.estate_id if place else None,
        building=place.building if place else "",
        unit=place.unit if place else "",
        room=place.room if place else "",
    )
    saved = await remember(tx, office, ticket, changed, "place", role, actor, text=mask(words))
    await show(tx, office, saved)
    return saved


async def set_place(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> None:
    """The resident says where it is."""
    said = message.text
    if message.media == "location":
        said = f"{said_place(reading.place) if reading.place else said.strip()[:80]} {PINNED}".strip()
    await keep_message(tx, message, ticket, "supplement")
    saved = await put_place(tx, office, ticket, reading.place, said, Role.RESIDENT, message.user_id)
    await show_media(tx, office, saved)
    await tell(
        tx,
        office,
        message.chat_id,
        "place_noted",
        message.key,
        ticket=saved,
        number=saved.number,
        place=saved.place,
    )
    await neighbours.offer(tx, office, saved)


async def skip_place(office: Office, ticket_id: int, user_id: int) -> str:
    """The resident would rather not say."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await asking.settled(tx, office, ticket, *asking.ON_THE_RECEIPT)
        await show(tx, office, ticket)
        return ticket.number

    return await office.write(change)


async def place_said_later(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> Ticket:
    """Words that are nothing but a place say where an open matter is, or say it more exactly."""
    if not message.text or len(message.text) > PLACE_AND_LITTLE or not ticket.means.is_open:
        return ticket
    place = office.read(message.text, office.places.gazetteer, office.now()).place
    if place is None or not place.building or len(message.text) - len(place.raw) > FILLER:
        return ticket
    finer = place.building == ticket.building and not ticket.unit and bool(place.unit or place.room)
    if ticket.building and not finer:
        return ticket
    return await put_place(tx, office, ticket, place, message.text, Role.RESIDENT, message.user_id)


async def place_by_pin(tx: Tx, office: Office, ticket: Ticket) -> Ticket:
    """A location sent before the words says where it is: nobody is asked again."""
    kept = await messages.media_of_ticket(tx, ticket.id)
    if ticket.place or all(message.media != "location" for message in kept):
        return ticket
    asked = await questions.open_to(tx, ticket.chat_id, ticket.resident_id)
    if asked and asked.ticket_id == ticket.id and asked.kind == "place":
        await asking.over(tx, office, ticket.chat_id, ticket.resident_id)
    return await put_place(tx, office, ticket, None, PINNED, Role.RESIDENT, ticket.resident_id)
