"""What a resident does with a matter that is already open: adds, asks, urges, withdraws."""

from __future__ import annotations

from dataclasses import replace

from desk import neighbours, views
from desk.incoming import Incoming
from desk.judging import JUDGED, NOT_SOLVED, asked_last, judge
from desk.moves import promised, remember, step
from desk.office import Office
from desk.opening import keep_message, said_place, show_media
from desk.speech import show, shown_to_group, tell, tell_group
from domain.errors import Refused
from domain.roles import Role
from domain.states import Move, State
from nlp.personal import mask
from nlp.reading import Intent, Place, Reading
from storage import events as history
from storage import messages, people, questions, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts.places import PINNED
from texts.when import moment

PLACE_AND_LITTLE = 20
"""Characters up to which a message may be a place and nothing else,"""
FILLER = 4
"""with so many characters beside it (在, 就是, 那里)."""
RECENT = 30 * 60 * 1000
"""Milliseconds in which a wordless picture still belongs to the ticket just opened."""


async def about(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> None:
    """A message that plainly speaks of this ticket (a reply to one of its messages)."""
    intent = reading.intent
    carried = await neighbours.carrier(tx, ticket)
    goes_on = carried.means.is_open
    if intent is Intent.PROGRESS:
        await tell_progress(tx, office, message)
    elif intent is Intent.URGE and goes_on:
        await urge(tx, office, ticket, message)
    elif intent is Intent.WITHDRAW and goes_on:
        await ask_withdraw(tx, office, ticket, message)
    elif ticket.state in (State.REVIEW, State.CLOSED):
        await judge(tx, office, ticket, message, reading)
    elif ticket.state is State.MERGED and any(no in reading.text for no in NOT_SOLVED):
        alone = await neighbours.part(tx, office, ticket, Role.RESIDENT, message.user_id, message.key)
        await supplement(tx, office, alone, message)
    elif goes_on or ticket.state is State.MERGED:
        await supplement(tx, office, ticket, message)
    else:
        await tell(tx, office, message.chat_id, "nothing_open", message.key)


async def follow(tx: Tx, office: Office, message: Incoming, reading: Reading) -> bool:
    """Urge, add, withdraw or judge without naming the ticket: find it, or ask which. False: there is none."""
    if reading.intent is Intent.RATE:
        finished = [t for t in await tickets.of_resident(tx, message.user_id) if t.state in JUDGED]
        if finished:
            await judge(tx, office, max(finished, key=asked_last), message, reading)
        return bool(finished)
    found = await _meant(tx, message, reading)
    if not found:
        return False
    if len(found) == 1:
        await act(tx, office, found[0], reading.intent.value, message)
        return True
    choices = [(t.id, t.number, office.catalogue.leaf(t.category).name, t.place) for t in found[:6]]
    await questions.ask(
        tx,
        message.chat_id,
        message.user_id,
        "which",
        office.now_ms(),
        message={name: getattr(message, name) for name in Incoming.__dataclass_fields__},
    )
    await tell(
        tx,
        office,
        message.chat_id,
        "which_ticket",
        message.key,
        tickets=choices,
        action=reading.intent.value,
    )
    return True


async def act(tx: Tx, office: Office, ticket: Ticket, intent: str, message: Incoming) -> None:
    """Do with this ticket what the message asked for."""
    if intent == Intent.URGE:
        await urge(tx, office, ticket, message)
    elif intent == Intent.WITHDRAW:
        await ask_withdraw(tx, office, ticket, message)
    else:
        await supplement(tx, office, ticket, message)


async def supplement(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """Add words or a file to a ticket; a waiting one goes on.

    What is added to a joined one stays in its own file, where an erasure finds it.
    """
    await keep_message(tx, message, ticket, "supplement")
    ticket = await _place_said_later(tx, office, ticket, message)
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked and asked.ticket_id == ticket.id and asked.kind in ("supply", "supplement"):
        await questions.answered(tx, message.chat_id, message.user_id)
        if asked.data.get("wants") == "place" and message.text:
            found = office.read(message.text, office.places.gazetteer, office.now()).place
            ticket = await put_place(tx, office, ticket, found, message.text, Role.RESIDENT, message.user_id)
    if ticket.state is State.NEEDS_INFO:
        ticket = await step(tx, office, ticket, Move.SUPPLY, Role.RESIDENT, message.user_id)
    else:
        await history.append(
            tx,
            ticket,
            ticket,
            "supplement",
            office.now_ms(),
            role=Role.RESIDENT.value,
            actor=message.user_id,
        )
    if message.text:
        await tell_added(tx, office, ticket, message)
    await show_media(tx, office, ticket, message.message_id)
    await show(tx, office, ticket)
    await tell(
        tx,
        office,
        message.chat_id,
        "supplemented",
        message.album or message.key,
        ticket=ticket,
        number=ticket.number,
    )


async def _place_said_later(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> Ticket:
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


async def place_by_pin(tx: Tx, office: Office, ticket: Ticket) -> Ticket:
    """A location sent before the words says where it is: nobody is asked again."""
    kept = await messages.media_of_ticket(tx, ticket.id)
    if ticket.place or all(message.media != "location" for message in kept):
        return ticket
    asked = await questions.open_to(tx, ticket.chat_id, ticket.resident_id)
    if asked and asked.ticket_id == ticket.id and asked.kind == "place":
        await questions.answered(tx, ticket.chat_id, ticket.resident_id)
    return await put_place(tx, office, ticket, None, PINNED, Role.RESIDENT, ticket.resident_id)


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
        await questions.answered(tx, ticket.chat_id, user_id)
        await show(tx, office, ticket)
        return ticket.number

    return await office.write(change)


async def pick_category(office: Office, ticket_id: int, user_id: int, code: str) -> str:
    """The resident chooses among the likely categories; the promise follows the choice."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await questions.answered(tx, ticket.chat_id, user_id)
        saved = await recategorise(tx, office, ticket, code, Role.RESIDENT, user_id)
        await tell(
            tx,
            office,
            ticket.chat_id,
            "category_noted",
            f"{ticket.id}:{saved.version}",
            ticket=saved,
            number=saved.number,
            category=office.catalogue.leaf(saved.category).name,
            promise=moment(office.local(saved.answer_due)),
        )
        return saved.number

    return await office.write(change)


async def recategorise(tx: Tx, office: Office, ticket: Ticket, code: str, role: Role, actor: int) -> Ticket:
    """Another category: unit, level and promise follow it. Every correction is an example to learn from."""
    if not office.catalogue.has(code):
        raise Refused("gone")
    leaf = office.catalogue.leaf(code)
    opened = office.local(ticket.created_at)
    clock_class, clock_unit, accept_due, answer_due = promised(
        office, code, ticket.urgency, ticket.kind, opened
    )
    changed = replace(
        ticket,
        category=code,
        category_sure=True,
        responsible=leaf.unit,
        level=leaf.level.value,
        clock_class=clock_class,
        clock_unit=clock_unit,
        accept_due=accept_due,
        answer_due=answer_due,
    )
    saved = await remember(
        tx,
        office,
        ticket,
        changed,
        "category",
        role,
        actor,
        before=ticket.category,
        after=code,
        name=leaf.name,
    )
    await show(tx, office, saved)
    await show_media(tx, office, saved)
    return saved


async def urge(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """催办: the group is reminded, once a day for each resident."""
    own_number, job = ticket.number, f"urge:{ticket.id}"
    ticket = await neighbours.carrier(tx, ticket)
    who = await people.name_of(tx, ticket.community_id, ticket.assignee_id)
    promise = moment(office.local(ticket.answer_due))
    late = ticket.overdue(office.now_ms())
    today = office.now().astimezone(office.zone).date().isoformat()
    first = await tx.do(
        "small.first_time",
        job=job,
        community_id=ticket.community_id,
        local_date=today,
        now=office.now_ms(),
    )
    await keep_message(tx, message, ticket, "talk")
    if not first:
        await tell(
            tx,
            office,
            message.chat_id,
            "urged_already",
            message.key,
            ticket=ticket,
            number=own_number,
            who=who,
            promise=promise,
            late=late,
        )
        return
    await history.append(
        tx, ticket, ticket, "urge", office.now_ms(), role=Role.RESIDENT.value, actor=message.user_id
    )
    await tell_group(
        tx,
        office,
        ticket,
        "resident_urges",
        message.key,
        number=ticket.number,
        assignee=who,
        promise=promise,
    )
    await tell(
        tx,
        office,
        message.chat_id,
        "urged",
        message.key,
        ticket=ticket,
        number=own_number,
        who=who,
        since=moment(office.local(ticket.created_at)),
        promise=promise,
        late=late,
    )


async def tell_progress(tx: Tx, office: Office, message: Incoming, reading: Reading | None = None) -> None:
    """The resident's own list: the one that is named, else the open ones, else the last three."""
    open_now = await neighbours.going_on(tx, message.user_id, most=8)
    named = [ticket for ticket in open_now if reading and _fits(ticket, reading)]
    if len(named) == 1:
        open_now = named
    found = open_now or (await tickets.of_resident(tx, message.user_id, most=3))
    lines = [await views.resident_line(tx, office, ticket) for ticket in found]
    await tell(tx, office, message.chat_id, "progress", message.key, lines=lines)


async def ask_withdraw(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    await tell(
        tx,
        office,
        message.chat_id,
        "confirm_withdraw",
        message.key,
        ticket=ticket,
        number=ticket.number,
        ticket_id=ticket.id,
    )


async def withdraw(tx: Tx, office: Office, ticket: Ticket, user_id: int) -> Ticket:
    carried = await neighbours.carrier(tx, ticket)
    gone = await step(tx, office, ticket, Move.WITHDRAW, Role.RESIDENT, user_id, changes={"review_due": None})
    if carried.id != gone.id:
        await show(tx, office, carried)
    await questions.answered(tx, ticket.chat_id, user_id)
    await show(tx, office, gone)
    await tell_group(tx, office, gone, "resident_withdrew", str(gone.id), number=gone.number)
    await tell(tx, office, gone.chat_id, "withdrawn", str(gone.id), ticket=gone, number=gone.number)
    return gone


async def edited(tx: Tx, office: Office, ticket: Ticket, message: Incoming, *, before: str) -> None:
    """The resident changed the words of a message of this ticket."""
    if ticket.source_message == message.message_id and ticket.means.is_open:
        changed = _moved(office, replace(ticket, body=message.text))
        ticket = await remember(tx, office, ticket, changed, "edited", Role.RESIDENT, message.user_id)
        await show(tx, office, ticket)
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
    await tell(
        tx,
        office,
        message.chat_id,
        "edit_noted",
        f"{message.message_id}:{office.now_ms()}",
        ticket=ticket,
        number=ticket.number,
    )


def _moved(office: Office, ticket: Ticket) -> Ticket:
    """The ticket with the place that its changed words name, when they name another."""
    place = office.read(ticket.body, office.places.gazetteer, office.now()).place
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


async def recent_ticket(tx: Tx, office: Office, message: Incoming) -> Ticket | None:
    """The ticket that a wordless picture belongs to: the one that waits for it, or the one just opened."""
    open_now = await tickets.open_of_resident(tx, message.user_id, most=5)
    waiting = [t for t in open_now if t.state is State.NEEDS_INFO]
    if waiting:
        return waiting[0]
    return next((t for t in open_now if message.at - t.created_at < RECENT), None)


async def show_quietly(tx: Tx, office: Office, ticket: Ticket) -> None:
    await show(tx, office, ticket)


async def own(tx: Tx, ticket_id: int, user_id: int) -> Ticket:
    """The ticket, if it is this resident's."""
    ticket = await tickets.by_id(tx, ticket_id)
    if ticket is None or ticket.resident_id != user_id:
        raise Refused("not_yours")
    return ticket


async def _meant(tx: Tx, message: Incoming, reading: Reading) -> list[Ticket]:
    """The open tickets that the words may mean: by number, by category and place, by the last talk."""
    for number in reading.numbers:
        named = await tickets.resident_number(tx, message.user_id, number)
        if named and (await neighbours.carrier(tx, named)).means.is_open:
            return [named]
    open_now = await neighbours.going_on(tx, message.user_id)
    if len(open_now) < 2:
        return open_now
    close = [t for t in open_now if _fits(t, reading)]
    if len(close) == 1:
        return close
    talk = await messages.last_talk(tx, message.chat_id)
    spoken = [t for t in open_now if talk and t.id == talk.ticket_id and message.at - talk.at < RECENT]
    if reading.intent is Intent.SUPPLEMENT and len(spoken) == 1 and not close:
        return spoken
    return close or open_now


def _fits(ticket: Ticket, reading: Reading) -> bool:
    place = reading.place
    same_place = bool(place and place.building and place.building == ticket.building)
    same_kind = any(guess.code == ticket.category and guess.probability > 0.2 for guess in reading.guesses)
    return same_kind or same_place


async def tell_added(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """Show the group what the resident adds."""
    await tell_group(
        tx,
        office,
        ticket,
        "resident_added",
        message.key,
        number=ticket.number,
        who="居民",
        text=shown_to_group(office, ticket, message.text),
    )
