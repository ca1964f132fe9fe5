"""A voice note has been turned into words: the ticket takes them up as if they had been written."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.incoming import Incoming
from desk.moves import promised, remember
from desk.office import Office
from desk.opening import Matter, ask_what_is_missing, category_of, place_of
from desk.residents import alarm, consenting, neighbours, spoken
from desk.residents.placing import place_said_later
from desk.residents.privacy import warn_of_ids
from desk.speech import show, shown_to_group, tell, tell_group
from domain.roles import Role
from domain.urgency import raised
from nlp.reading import Kind, Reading
from storage import messages, people, questions, tickets
from storage.messages import Message
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket
from storage.voices import Voice
from texts.voice import written


async def take_words(office: Office, voice: Voice, words: str) -> bool:
    """Write the words into the file of the voice's ticket; False when it has words or an end already."""
    reading = office.read(words, await office.gazetteer(), office.now())

    async def change(tx: Tx) -> bool:
        kept = await messages.at(tx, voice.chat_id, voice.message_id)
        if kept is None or kept.text or kept.ticket_id is None:
            return False
        ticket = await tickets.of_community(tx, voice.community_id, kept.ticket_id)
        if ticket is None or ticket.erased or not ticket.means.is_open:
            return False
        resident = await people.resident(tx, ticket.resident_id)
        if resident is None:
            return False
        await messages.rewrite(tx, kept.chat_id, kept.message_id, written(words))
        await _take(tx, office, ticket, resident, _as_written(kept, ticket, words), reading)
        return True

    return await office.write(change)


def _as_written(kept: Message, ticket: Ticket, words: str) -> Incoming:
    """The voice note as a message in words."""
    who = kept.sender_id or ticket.resident_id
    return Incoming(kept.chat_id, kept.message_id, who, "", kept.at, words, kept.media, kept.file_id)


async def _take(
    tx: Tx, office: Office, before: Ticket, resident: Resident, message: Incoming, reading: Reading
) -> None:
    begins = before.source_message == message.message_id and not before.body.strip()
    if await spoken.act(tx, office, before, message, reading, begins=begins):
        return
    if begins:
        body = written(message.text)
        ticket = await begin(tx, office, before, resident, message, reading, body=body)
    else:
        ticket = await _add(tx, office, before, message)
    ticket = await alarm.grown(tx, office, ticket, message, reading)
    await show(tx, office, ticket)
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    changed = (ticket.category, ticket.place) != (before.category, before.place)
    await tell(
        tx,
        office,
        message.chat_id,
        "voice_heard",
        message.key,
        ticket=ticket,
        number=ticket.number,
        words=message.text,
        category=office.catalogue.leaf(ticket.category).name if changed else "",
        place=ticket.place,
        ticket_id=ticket.id,
        heard=message.key,
        asks=bool(asked and asked.kind == "place" and asked.ticket_id == ticket.id),
    )
    await warn_of_ids(tx, office, message, reading)


async def begin(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    resident: Resident,
    message: Incoming,
    reading: Reading,
    *,
    body: str,
) -> Ticket:
    """The words of the voice that the ticket began with; what people have decided meanwhile stays."""
    told = replace(ticket, body=body)
    if not ticket.place or (ticket.body and reading.place and reading.place.building):
        told = await _placed(tx, told, resident, reading)
    guessed = {office.catalogue.fallback, *(code for code, _ in ticket.guesses[:1])}
    untouched = ticket.accepted_at is None and ticket.category in guessed
    if untouched:
        told = _filed(office, told, message, reading)
    kind = "edited" if ticket.body else "heard"
    saved = await remember(tx, office, ticket, told, kind, Role.RESIDENT, message.user_id)
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if untouched and asked is None and not reading.dangers:
        needs_place = office.catalogue.leaf(saved.category).needs_place
        unsure = reading.unsure and not reading.foreign
        await ask_what_is_missing(tx, office, saved, unsure=unsure, needs_place=needs_place, several=False)
    await neighbours.offer(tx, office, saved)
    if saved.category != ticket.category:
        await consenting.ask(tx, office, resident, saved)
    return saved


def _filed(office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> Ticket:
    """The ticket under what its words are about, with the promise that belongs to it."""
    code = category_of(office, Matter(reading.guesses, reading.place, message.text), reading)
    leaf = office.catalogue.leaf(code)
    asks = reading.kind is Kind.CONSULT
    urgency = raised(reading.urgency.value, leaf, frail=bool(reading.frailty), asks=asks)
    clock_class, clock_unit, accept_due, answer_due = promised(
        office,
        code,
        urgency,
        reading.kind.value,
        office.local(ticket.created_at),
        community_id=ticket.community_id,
    )
    known = [guess for guess in reading.guesses if office.catalogue.has(guess.code)]
    return replace(
        ticket,
        category=code,
        category_sure=bool(reading.dangers or reading.foreign or not reading.unsure),
        guesses=tuple((guess.code, round(guess.probability, 3)) for guess in known),
        why=reading.why,
        kind=reading.kind.value,
        concern=reading.concern.value,
        urgency=urgency,
        frailty=reading.frailty,
        responsible=leaf.unit,
        level=leaf.level.value,
        clock_class=clock_class,
        clock_unit=clock_unit,
        accept_due=accept_due,
        answer_due=answer_due,
    )


async def _placed(tx: Tx, ticket: Ticket, resident: Resident, reading: Reading) -> Ticket:
    place = reading.place
    return replace(
        ticket,
        place=await place_of(tx, resident, place),
        estate_id=place.estate_id if place else None,
        building=place.building if place else "",
        unit=place.unit if place else "",
        room=place.room if place else "",
    )


async def _add(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> Ticket:
    """The words of a voice that was added later: staff read them, a mere place says where it is."""
    await tell_group(
        tx,
        office,
        ticket,
        "resident_added",
        f"heard:{message.key}",
        number=ticket.number,
        who="居民",
        text=shown_to_group(office, ticket, written(message.text)),
    )
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    saved = await place_said_later(tx, office, ticket, message)
    if saved.place != ticket.place and asked and asked.kind == "place" and asked.ticket_id == ticket.id:
        await asking.over(tx, office, message.chat_id, message.user_id)
    return saved
