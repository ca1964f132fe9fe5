"""Corrections by one tap: the place of another matter, the mark 复杂."""

from __future__ import annotations

from dataclasses import replace

from desk.hand import Hand, role_at, tell_resident
from desk.moves import promised, remember, the_ticket
from desk.office import Office
from desk.residents.placing import put_place
from desk.speech import show, tell
from desk.staff.offers import HOME, may_be_complex
from domain.errors import Refused
from domain.limits import COMPLEX
from domain.roles import DESK, Role
from nlp.reading import Place
from storage import communities, people
from storage.store import Tx
from storage.tickets import Ticket
from texts.places import place_words
from texts.when import moment


async def place_like(office: Office, hand: Hand, source: str) -> str:
    """改地点: the resident's own building, or where another matter of theirs was."""

    async def change(tx: Tx) -> str:
        role, ticket = await _to_correct(tx, office, hand)
        if source == HOME:
            resident = await people.resident(tx, ticket.resident_id)
            home = await communities.building(tx, resident.building_id if resident else None)
            if home is None:
                raise Refused("no_home")
            place = Place((0, 0), "", estate=home.estate_name, building=home.name, estate_id=home.estate_id)
            said = place_words(estate=home.estate_name, building=home.name)
            await put_place(tx, office, ticket, place, said, role, hand.user_id)
        else:
            other = await the_ticket(tx, hand.community_id, int(source) if source.isdecimal() else 0)
            if other.resident_id != ticket.resident_id or office.closed(other):
                raise Refused("gone")
            await _copy_place(tx, office, ticket, other, role, hand.user_id)
        return "地点已改"

    return await office.write(change)


async def want_place(office: Office, hand: Hand) -> str:
    """写地点: a message whose answer is taken for the place."""

    async def change(tx: Tx) -> str:
        _, ticket = await _to_correct(tx, office, hand)
        await tell(
            tx,
            office,
            hand.chat_id,
            "wants_place",
            hand.key,
            ticket=ticket,
            role="wants_place",
            number=ticket.number,
        )
        return "请回复我发的那条消息"

    return await office.write(change)


async def mark_complex(office: Office, hand: Hand) -> str:
    """复杂: the long clock from now on, and the resident is told why it takes longer."""

    async def change(tx: Tx) -> str:
        role, ticket = await _to_correct(tx, office, hand)
        if ticket.clock_class == COMPLEX:
            raise Refused("complex_already")
        if ticket.urgency != "一般" or ticket.dangers:
            raise Refused("urgent_not_complex")
        if not may_be_complex(ticket):
            raise Refused("wrong_state", state=ticket.state.value)
        if ticket.answered_at is not None or ticket.answer_due < office.now_ms():
            raise Refused("too_late_to_extend")
        opened = office.local(ticket.created_at)
        clock, unit, _, due = promised(
            office,
            ticket.category,
            ticket.urgency,
            ticket.kind,
            opened,
            complex_case=True,
            community_id=ticket.community_id,
        )
        marked = replace(ticket, clock_class=clock, clock_unit=unit, answer_due=max(due, ticket.answer_due))
        saved = await remember(tx, office, ticket, marked, "complex", role, hand.user_id)
        await show(tx, office, saved, now_please=True)
        promise = moment(office.local(saved.answer_due))
        await tell_resident(
            tx, office, saved, "complex_marked", hand.key, number=saved.number, promise=promise
        )
        return f"已标为复杂，{promise}前答复，已告诉居民"

    return await office.write(change)


async def _to_correct(tx: Tx, office: Office, hand: Hand) -> tuple[Role, Ticket]:
    role = await role_at(tx, office, hand)
    if role not in DESK:
        raise Refused("not_your_role")
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    if not ticket.means.is_open:
        raise Refused("closed_already")
    return role, ticket


async def _copy_place(tx: Tx, office: Office, ticket: Ticket, other: Ticket, role: Role, actor: int) -> None:
    """The same place as the other matter, down to the room."""
    parts = ("place", "estate_id", "building", "unit", "room")
    placed = replace(ticket, **{name: getattr(other, name) for name in parts})
    saved = await remember(tx, office, ticket, placed, "place", role, actor)
    await show(tx, office, saved)
