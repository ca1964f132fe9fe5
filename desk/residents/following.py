"""What a resident does with a matter that is already open: adds, asks, urges, withdraws."""

from __future__ import annotations

from desk import views
from desk.incoming import Incoming
from desk.moves import step
from desk.office import Office
from desk.opening import keep_message, show_media
from desk.residents import alarm, neighbours
from desk.residents.judging import JUDGED, NOT_SOLVED, asked_last, judge
from desk.residents.placing import place_said_later, put_place
from desk.residents.urging import urge
from desk.speech import show, shown_to_group, tell, tell_group
from domain.roles import Role
from domain.states import Move, State
from nlp.reading import Intent, Reading
from storage import beside, messages, questions, tickets
from storage import events as history
from storage.store import Tx
from storage.tickets import Ticket

RECENT = 30 * 60 * 1000
"""Milliseconds in which a wordless picture still belongs to the ticket just opened."""
WHERE_FOR = 2 * 3600 * 1000
"""Milliseconds in which a place answers the question that comes with the advice in danger."""


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
    ticket = await place_said_later(tx, office, ticket, message)
    reading = office.read(message.text, office.places.gazetteer, office.now())
    ticket = await alarm.grown(tx, office, ticket, message, reading)
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked and asked.ticket_id == ticket.id and asked.kind in ("supply", "supplement"):
        await questions.answered(tx, message.chat_id, message.user_id)
        if asked.data.get("wants") == "place" and message.text:
            ticket = await put_place(
                tx, office, ticket, reading.place, message.text, Role.RESIDENT, message.user_id
            )
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


async def tell_progress(tx: Tx, office: Office, message: Incoming, reading: Reading | None = None) -> None:
    """The resident's own list: the one that is named, else the open ones, else the last three."""
    open_now = await neighbours.going_on(tx, message.user_id, most=8)
    named = [ticket for ticket in open_now if reading and _fits(ticket, reading)]
    if len(named) == 1:
        open_now = named
    found = open_now or (await tickets.of_resident(tx, message.user_id, most=3))
    found = found or await beside.accompanied(tx, message.user_id, most=3)
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


async def recent_ticket(tx: Tx, office: Office, message: Incoming) -> Ticket | None:
    """The ticket that a wordless picture belongs to: the one that waits for it, or the one just opened."""
    open_now = await tickets.open_of_resident(tx, message.user_id, most=5)
    waiting = [t for t in open_now if t.state is State.NEEDS_INFO]
    if waiting:
        return waiting[0]
    return next((t for t in open_now if message.at - t.created_at < RECENT), None)


async def show_quietly(tx: Tx, office: Office, ticket: Ticket) -> None:
    await show(tx, office, ticket)


async def _meant(tx: Tx, message: Incoming, reading: Reading) -> list[Ticket]:
    """The open tickets that the words may mean: by number, by category and place, by the last talk."""
    for number in reading.numbers:
        named = await tickets.resident_number(tx, message.user_id, number)
        if named and (await neighbours.carrier(tx, named)).means.is_open:
            return [named]
    open_now = await neighbours.going_on(tx, message.user_id)
    if len(open_now) < 2:
        return open_now
    if reading.place is not None:  # whoever told of a danger was asked where it is
        urgent = [t for t in open_now if t.dangers and not t.place and message.at - t.created_at < WHERE_FOR]
        if urgent:
            return urgent[:1]
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
