"""What a resident does with a matter that is already open: adds, asks, urges, withdraws."""

from __future__ import annotations

import re
from typing import Any

from desk import asking, nodding, views
from desk.incoming import Incoming
from desk.moves import step
from desk.office import Office
from desk.opening import INDOORS, keep_message, show_media
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
from texts import names

RECENT = 30 * 60 * 1000
"""Milliseconds in which a wordless picture still belongs to the ticket just opened."""
A_MATTER = 12
"""Characters from which an angry word may hold a matter of its own."""
SAYS_MORE = 30
"""Characters up to which words may go on about what was just reported."""
POINTS_BACK = re.compile(
    r"(?:里面|里头|里边|那里|那边|那儿|那个|那部|那盏|那棵|那辆|那堆|那灯|那门|它|而且|并且|就是|刚才说的|刚刚说的|上面说的)"
)
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
        await ask_withdraw(tx, office, ticket, message.chat_id, message.user_id, message.key)
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
        asked = await questions.open_to(tx, message.chat_id, message.user_id)
        about_it = [t for t in finished if asked and t.id == asked.ticket_id]
        if finished:
            await judge(tx, office, max(about_it or finished, key=asked_last), message, reading)
        return bool(finished)
    found = await _meant(tx, message, reading)
    if not found or (reading.intent is Intent.URGE and _scolds_about_other(office, found, reading)):
        return False
    if len(found) == 1:
        await act(tx, office, found[0], reading.intent.value, message)
        return True
    choices = [(t.id, t.number, office.catalogue.leaf(t.category).name, t.place) for t in found[:6]]
    await asking.at_once(
        tx,
        office,
        message.chat_id,
        message.user_id,
        "which",
        said=asking.Said("which_ticket", message.key, {"tickets": choices, "action": reading.intent.value}),
        message={name: getattr(message, name) for name in Incoming.__dataclass_fields__},
    )
    return True


async def act(tx: Tx, office: Office, ticket: Ticket, intent: str, message: Incoming) -> None:
    """Do with this ticket what the message asked for."""
    if intent == Intent.URGE:
        await urge(tx, office, ticket, message)
    elif intent == Intent.WITHDRAW:
        await ask_withdraw(tx, office, ticket, message.chat_id, message.user_id, message.key)
    else:
        await supplement(tx, office, ticket, message)


async def supplement(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """Add words or a file to a ticket; a waiting one goes on.

    What is added to a joined one stays in its own file, where an erasure finds it.
    """
    await keep_message(tx, message, ticket, "supplement")
    before = ticket.place
    ticket = await place_said_later(tx, office, ticket, message)
    reading = office.read(message.text, office.places.gazetteer, office.now())
    ticket = await alarm.grown(tx, office, ticket, message, reading)
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked and asked.ticket_id == ticket.id and asked.kind in ("supply", "supplement"):
        await asking.over(tx, office, message.chat_id, message.user_id)
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
    if ticket.place != before and message.text:
        values: dict[str, Any] = {"number": ticket.number, "place": ticket.place}
        await tell(tx, office, message.chat_id, "place_noted", message.key, ticket=ticket, **values)
    else:
        await tell_noted(tx, office, ticket, message)


async def tell_noted(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """It stands in the file now: a sign on the message, with several open ones the number of the file."""
    key = message.album or message.key
    if len(await neighbours.going_on(tx, message.user_id, most=2)) > 1:
        await tell(tx, office, message.chat_id, "supplemented", key, ticket=ticket, number=ticket.number)
        return
    sign = nodding.NOTED
    await nodding.acknowledge(
        tx, office, message, sign, "supplemented", key, ticket=ticket, number=ticket.number
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


async def ask_withdraw(tx: Tx, office: Office, ticket: Ticket, chat_id: int, user_id: int, key: str) -> None:
    """🚫 撤回: asked once more before it is done."""
    said = asking.Said("confirm_withdraw", key, {"number": ticket.number, "ticket_id": ticket.id})
    await asking.at_once(tx, office, chat_id, user_id, "withdraw", ticket=ticket, said=said)


async def withdraw(tx: Tx, office: Office, ticket: Ticket, user_id: int) -> Ticket:
    carried = await neighbours.carrier(tx, ticket)
    gone = await step(tx, office, ticket, Move.WITHDRAW, Role.RESIDENT, user_id, changes={"review_due": None})
    if carried.id != gone.id:
        await show(tx, office, carried)
    await asking.ended(tx, office, gone)
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


async def goes_on(tx: Tx, message: Incoming, reading: Reading) -> Ticket | None:
    """The matter, just reported, of which this says more: of the same kind, or words that point back."""
    place = reading.place
    elsewhere = place is not None and bool(place.building or place.estate or place.road)
    if reading.dangers or elsewhere or message.forwarded or len(reading.text) > SAYS_MORE:
        return None
    fresh = [
        one
        for one in await tickets.open_of_resident(tx, message.user_id, most=5)
        if message.at - one.created_at < RECENT and one.source_message != message.message_id
    ]
    calm = [one for one in fresh if not one.dangers]
    if calm and POINTS_BACK.match(reading.text):
        return calm[0]
    vague = place is None or place.spot.startswith(INDOORS)
    alike = [one for one in calm if one.category == reading.category and vague]
    return alike[0] if len(alike) == 1 and not reading.unsure else None


async def meant_of_one_receipt(tx: Tx, ticket: Ticket, reading: Reading) -> Ticket:
    """Which of the matters on one receipt the words mean; the first open one when they do not say."""
    together = await tickets.of_one_message(tx, ticket)
    open_now = [one for one in together if one.means.is_open]
    close = [one for one in open_now if _fits(one, reading)]
    return (close or open_now or [ticket])[0]


def _scolds_about_other(office: Office, found: list[Ticket], reading: Reading) -> bool:
    """你们管不管, with a matter in it that none of the open ones is about."""
    if reading.unsure or reading.category == office.catalogue.fallback or len(reading.text) < A_MATTER:
        return False
    return not any(_fits(ticket, reading) for ticket in found)


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
        who=f"居民（{names.passed_on(message.forwarded)}）" if message.forwarded else "居民",
        text=shown_to_group(office, ticket, message.text),
    )
