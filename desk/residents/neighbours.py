"""Residents with the same matter: who they are, the offer to join, and one ticket going on in another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from desk import asking
from desk.moves import promised, remember, resumed_due, step
from desk.office import Office
from desk.speech import show, tell, tell_group
from domain.errors import Refused
from domain.limits import URGENCIES
from domain.roles import Role
from domain.states import Move, State
from nlp.personal import mask
from storage import joined, people, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import moment

ALIKE_FOR = timedelta(days=14)
"""How long after an open matter a new one at the same place is taken for the same."""
HOT = 3
"""Residents with one matter that make it a hot spot ..."""
HOT_WITHIN = timedelta(days=7)
"""... when they come within this time."""
HOUSES = ("号楼", "栋", "幢", "座")


def same_place(one: Ticket, other: Ticket | joined.Spot) -> bool:
    """The same building (and not two different units of it), or the same words for a public place."""
    if one.building and other.building:
        same_estate = one.estate_id is None or other.estate_id is None or one.estate_id == other.estate_id
        same_unit = not one.unit or not other.unit or one.unit == other.unit
        return one.building == other.building and same_estate and same_unit
    if not one.place or not other.place:
        return False
    shorter, longer = sorted((one.place, other.place), key=len)
    return shorter == longer or (shorter in longer and any(house in shorter for house in HOUSES))


async def candidates(tx: Tx, office: Office, ticket: Ticket) -> list[Ticket]:
    """Open tickets that may be about the same, the oldest first."""
    if not ticket.place:
        return []
    spots = await joined.spots(tx, ticket, office.now_ms() - _ms(ALIKE_FOR))
    near = [await tickets.by_id(tx, spot.id) for spot in spots if same_place(ticket, spot)]
    return [other for other in near if other and not other.erased]


async def for_staff(tx: Tx, office: Office, ticket: Ticket, most: int = 6) -> list[Ticket]:
    """What staff may join this ticket to: the same place first, then the same kind."""
    since = office.now_ms() - _ms(ALIKE_FOR)
    found = [other for other in await joined.alike(tx, ticket, since) if not other.erased]
    return sorted(found, key=lambda other: not same_place(ticket, other))[:most]


async def offer(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Ask the resident whether a neighbour's open matter is the same; their own is open all the same.

    Nothing is offered in danger and about matters that are private; while something else is asked it waits.
    """
    if ticket.dangers or ticket.category == office.catalogue.fallback or office.closed(ticket):
        return
    others = [
        other
        for other in await candidates(tx, office, ticket)
        if other.resident_id != ticket.resident_id and not office.closed(other) and not other.dangers
    ]
    if others:
        values = {
            "number": others[0].number,
            "category": office.catalogue.leaf(others[0].category).name,
            "into": others[0].id,
            "ticket_id": ticket.id,
        }
        said = asking.Said("same_matter", f"{ticket.id}:{others[0].id}", values)
        if await tx.one("outbox.by_key", key=f"same_matter:{ticket.chat_id}:{said.key}") is None:
            await asking.in_turn(tx, office, ticket.chat_id, ticket.resident_id, "same", said, ticket=ticket)


async def carrier(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket in which this one is worked on: itself, or the one that it was joined to."""
    if ticket.state is not State.MERGED:
        return ticket
    return await joined.main_of(tx, ticket) or ticket


async def going_on(tx: Tx, resident_id: int, most: int = 20) -> list[Ticket]:
    """What the resident still waits for, newest first: open ones, and those joined to an open one."""
    found = await tickets.open_of_resident(tx, resident_id, most=most)
    merged = await joined.merged_of_resident(tx, resident_id, most=most)
    found += [ticket for ticket in merged if (await carrier(tx, ticket)).means.is_open]
    return sorted(found, key=lambda ticket: ticket.id, reverse=True)[:most]


async def join_into(
    tx: Tx, office: Office, ticket: Ticket, into: Ticket, role: Role, actor: int, key: str
) -> Ticket:
    """并单: `ticket` goes on in `into`; its resident hears of all that happens there. The carrying ticket."""
    into = await carrier(tx, into)
    if into.id == ticket.id or into.community_id != ticket.community_id:
        raise Refused("gone")
    if not into.means.is_open:
        raise Refused("joins_finished", number=into.number)
    paused = not ticket.means.clock_runs
    now = office.now_ms()
    changes = {
        "resume_state": ticket.resume_state if paused else ticket.state.value,
        "paused_at": None,
        "answer_due": resumed_due(office, ticket, now),
    }
    merged = await step(
        tx, office, ticket, Move.MERGE, role, actor, changes=changes, number=into.number, into=into.id
    )
    await joined.join(tx, merged, into, now)
    await asking.ended(tx, office, merged)
    into = await _stricter(tx, office, into, merged)
    await show(tx, office, merged)
    await show(tx, office, into)
    await tell(
        tx,
        office,
        merged.chat_id,
        "joined_matter",
        f"{merged.id}:{key}",
        ticket=merged,
        number=merged.number,
        into=into.number,
        who=await people.name_of(tx, into.community_id, into.assignee_id),
        promise=moment(office.local(into.answer_due)) if into.answered_at is None else "",
    )
    await _hot_spot(tx, office, into)
    return into


async def part(tx: Tx, office: Office, ticket: Ticket, role: Role, actor: int | None, key: str) -> Ticket:
    """取消并单: the ticket goes on by itself from where it stood.

    When the one that carried it is finished already, its promise begins anew, as for a matter reopened.
    """
    main = await carrier(tx, ticket)
    changes = {}
    if not main.means.is_open and ticket.answered_at is None:
        clock, unit, _, due = promised(
            office,
            ticket.category,
            ticket.urgency,
            ticket.kind,
            office.now(),
            community_id=ticket.community_id,
        )
        changes = {"clock_class": clock, "clock_unit": unit, "answer_due": due}
    alone = await step(tx, office, ticket, Move.SPLIT, role, actor, changes=changes, number=main.number)
    await show(tx, office, alone)
    await show(tx, office, main)
    await tell(
        tx,
        office,
        alone.chat_id,
        "goes_on_alone",
        f"{alone.id}:{key}",
        ticket=alone,
        number=alone.number,
        before=main.number,
    )
    return alone


async def _stricter(tx: Tx, office: Office, into: Ticket, merged: Ticket) -> Ticket:
    """Of two promises the earlier is kept, of two urgencies the greater. Both histories name the other."""
    changes: dict[str, Any] = {}
    if URGENCIES.index(merged.urgency) < URGENCIES.index(into.urgency):
        changes["urgency"] = merged.urgency
    if merged.answer_due < into.answer_due and merged.answered_at is None and into.answered_at is None:
        changes |= {
            "answer_due": merged.answer_due,
            "clock_class": merged.clock_class,
            "clock_unit": merged.clock_unit,
        }
    strict = replace(into, **changes)
    return await remember(tx, office, into, strict, "joined", Role.CLOCK, None, number=merged.number)


async def _hot_spot(tx: Tx, office: Office, into: Ticket) -> None:
    """Tell the group once that many residents have the same matter."""
    since = office.now_ms() - _ms(HOT_WITHIN)
    count = await joined.residents_since(tx, into.id, since) + (1 if into.created_at >= since else 0)
    if count < HOT:
        return
    first = await tx.do(
        "small.first_time",
        job=f"hot_spot:{into.id}",
        community_id=into.community_id,
        local_date="",
        now=office.now_ms(),
    )
    if first:
        closed = office.closed(into)
        await tell_group(
            tx,
            office,
            into,
            "hot_spot",
            str(into.id),
            number=into.number,
            category="" if closed else office.catalogue.leaf(into.category).name,
            place="" if closed else mask(into.place),
            count=count,
        )


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)
