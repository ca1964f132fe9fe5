"""Opening a ticket from what was understood of a message."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desk import asking
from desk.incoming import Incoming
from desk.moves import promised
from desk.office import Office
from desk.residents import alarm, consenting, neighbours
from desk.speech import show, tell
from domain.dangers import category_in_danger
from domain.roles import Role
from domain.states import State
from domain.urgency import raised
from nlp.reading import CategoryGuess, Kind, Place, Reading
from nlp.reading import Matter as Part
from storage import communities, events, messages, people, tickets
from storage.messages import Message
from storage.outbox import Letter, put
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket
from texts.places import place_words

LOOSE_FOR = 2 * 3600 * 1000
"""Milliseconds that a picture without words waits for the words that belong to it."""
SHOWN = frozenset({"photo", "voice", "video", "video_note", "document", "audio", "location"})
"""Kinds that the group is shown; a contact holds a telephone number and is not."""
INDOORS = ("楼道", "楼梯", "电梯", "走廊", "单元门", "门厅", "地下室", "楼顶", "天台")
"""Spots that belong to the building whose poster the resident scanned."""
CLEARLY = 0.6
"""From this probability on a part of a message is taken for a matter of its own."""
UNLIKELY = 0.15
"""A best guess below this is no guess."""
ALBUM_WAIT = 1500
"""Milliseconds that the pictures of one album get to arrive before they are shown together."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What one ticket is about, worked out of a reading."""

    guesses: tuple[CategoryGuess, ...]
    place: Place | None
    body: str
    part: int = 0


async def open_ticket(
    tx: Tx,
    office: Office,
    community_id: int,
    resident: Resident,
    message: Incoming,
    reading: Reading,
    matter: Matter | None = None,
) -> Ticket:
    """Enter the matter, promise receipt and card, ask the one thing that is missing.

    The same message never opens two: the ticket that it opened before is given back.
    """
    matter = matter or Matter(reading.guesses, reading.place, message.text)
    category = category_of(office, matter, reading)
    leaf = office.catalogue.leaf(category)
    now = office.now()
    asks = reading.kind is Kind.CONSULT
    urgency = raised(reading.urgency.value, leaf, frail=bool(reading.frailty), asks=asks)
    clock_class, clock_unit, accept_due, answer_due = promised(
        office, category, urgency, reading.kind.value, now, community_id=community_id
    )
    own = not message.forwarded  # what somebody else has said is not about the house of who passes it on
    place, words = matter.place, await place_of(tx, resident, matter.place, at_home=own)
    unsure = reading.unsure and not reading.dangers and not reading.foreign
    draft = Ticket(
        community_id=community_id,
        number=await tickets.next_number(tx, community_id, f"{now.astimezone(office.zone):%y%m%d}"),
        resident_id=resident.user_id,
        chat_id=message.chat_id,
        source_message=message.message_id,
        part=matter.part,
        state=State.NEW,
        category=category,
        category_sure=not unsure,
        guesses=tuple(
            (g.code, round(g.probability, 3)) for g in matter.guesses if office.catalogue.has(g.code)
        ),
        why=reading.why,
        kind=reading.kind.value,
        concern=reading.concern.value,
        urgency=urgency,
        dangers=tuple(danger.value for danger in reading.dangers),
        frailty=reading.frailty,
        body=matter.body or message.text,
        place=words,
        estate_id=place.estate_id if place else None,
        building=place.building if place else "",
        unit=place.unit if place else "",
        room=place.room if place else "",
        responsible=leaf.unit,
        level=leaf.level.value,
        clock_class=clock_class,
        clock_unit=clock_unit,
        accept_due=accept_due,
        answer_due=answer_due,
        created_at=office.now_ms(),
    )
    ticket = await tickets.insert(tx, draft)
    if ticket is None:
        known = await tickets.by_source(tx, message.chat_id, message.message_id)
        assert known is not None  # noqa: S101 - the conflict was with this very row
        return known
    await events.append(
        tx, None, ticket, "opened", office.now_ms(), role=Role.RESIDENT.value, actor=resident.user_id
    )
    await keep_message(tx, message, ticket, "report")
    await messages.adopt(tx, message.chat_id, message.at - LOOSE_FOR, ticket.id, community_id)
    await ask_what_is_missing(
        tx,
        office,
        ticket,
        unsure=unsure,
        needs_place=leaf.needs_place,
        several=holds_several(office, reading),
    )
    if ticket.dangers:
        await alarm.sound(tx, office, ticket, message.key)
    await show(tx, office, ticket)
    await show_media(tx, office, ticket)
    await neighbours.offer(tx, office, ticket)
    if resident.notified_at is None:
        await tell(tx, office, message.chat_id, "notice", str(resident.user_id), days=office.retention_days)
        await people.noticed(tx, resident.user_id, office.now_ms())
    if own:
        await consenting.ask(tx, office, resident, ticket)
    return ticket


def holds_several(office: Office, reading: Reading) -> bool:
    """Whether the message holds matters that different people would handle."""
    return len({m.category.code for m in clear_matters(office, reading)}) > 1 and not reading.dangers


def clear_matters(office: Office, reading: Reading) -> list[Part]:
    """Those parts of the message that surely are a matter: a sigh or an insult between them is none."""
    return [
        m
        for m in reading.matters
        if office.catalogue.has(m.category.code)
        and m.category.code != office.catalogue.fallback
        and m.category.probability >= CLEARLY
    ]


def category_of(office: Office, matter: Matter, reading: Reading) -> str:
    """The leaf to file it under: by its danger, by the best guess, or 其他 when nothing is likely."""
    best = matter.guesses[0]
    code = best.code
    if reading.dangers:
        dangers = [danger.value for danger in reading.dangers]
        code = category_in_danger(dangers, [guess.code for guess in matter.guesses])
    elif not matter.body.strip() or (reading.unsure and best.probability < UNLIKELY):
        code = office.catalogue.fallback
    return code if office.catalogue.has(code) else office.catalogue.fallback


async def keep_message(tx: Tx, message: Incoming, ticket: Ticket, role: str) -> bool:
    """Write the resident's message into the ticket's file."""
    return await messages.keep(
        tx,
        Message(
            chat_id=message.chat_id,
            message_id=message.message_id,
            role=role,
            at=message.at,
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            sender_id=message.user_id,
            media=message.media,
            file_id=message.file_id,
            file_size=message.file_size,
            album=message.album,
            text=message.text,
            forwarded=message.forwarded,
        ),
    )


async def show_media(tx: Tx, office: Office, ticket: Ticket, arrived: int = 0) -> None:
    """Promise the resident's pictures, voices and places to the staff group, an album as one.

    The message that just `arrived` is shown alone when the rest of its album has gone already.

    Sensitive kinds stay out of the group: they are seen by 看全文 in private.
    """
    if office.closed(ticket):
        return
    community = await communities.by_id(tx, ticket.community_id)
    if community is None or community.group_chat_id is None:
        return
    for kept in await messages.media_of_ticket(tx, ticket.id):
        if kept.media not in SHOWN:
            continue
        album = await tx.one("outbox.by_key", key=f"media:{ticket.id}:{kept.album}") if kept.album else None
        together = bool(kept.album) and (album is None or album["state"] == "waiting")
        if kept.album and not together and kept.message_id != arrived:
            continue  # shown with its album
        await put(
            tx,
            Letter(
                key=f"media:{ticket.id}:{kept.album if together else f'm{kept.message_id}'}",
                chat_id=community.group_chat_id,
                kind="media",
                payload={
                    "from_chat": kept.chat_id,
                    "message_id": kept.message_id,
                    "album": kept.album if together else "",
                },
                community_id=ticket.community_id,
                ticket_id=ticket.id,
                not_before=office.now_ms() + (ALBUM_WAIT if together else 0),
            ),
            office.now_ms(),
        )


async def place_of(tx: Tx, resident: Resident, place: Place | None, *, at_home: bool = True) -> str:
    """The place in words; without an own word the building whose poster the resident scanned."""
    home = await communities.building(tx, resident.building_id) if at_home else None
    if place is not None:
        inside = home is not None and not (place.building or place.estate or place.road)
        indoors = inside and (place.unit or place.floor or place.room or place.spot.startswith(INDOORS))
        if home and indoors:
            place = replace(place, estate=home.estate_name, building=home.name)
        said = said_place(place)
        if said:
            return said
    return place_words(estate=home.estate_name, building=home.name) if home else ""


def said_place(place: Place) -> str:
    """The place in the words that were said."""
    return place_words(
        place.estate,
        place.building,
        place.unit,
        "" if place.floor_derived else place.floor,
        place.room,
        place.parking,
        place.spot,
        place.road,
    )


async def ask_what_is_missing(
    tx: Tx, office: Office, ticket: Ticket, *, unsure: bool, needs_place: bool, several: bool
) -> None:
    """At most one question, and none in danger. It hangs on the receipt.

    Of several matters in one message it is asked whether they are to be handled apart, and nothing else.
    """
    if ticket.dangers or several:
        return
    kind = ""
    if (not ticket.place or _anywhere(ticket)) and needs_place and ticket.kind != "咨询":
        kind = "place"
    elif unsure and len(ticket.guesses) > 1:
        kind = "category"
    if kind:
        await asking.at_once(
            tx, office, ticket.chat_id, ticket.resident_id, kind, ticket=ticket, returns=True
        )


def _anywhere(ticket: Ticket) -> bool:
    """A spot that every building has, without its building: 楼道."""
    nowhere = not (ticket.building or ticket.estate_id)
    return nowhere and ticket.place.startswith(INDOORS)
