"""One step of a ticket: checked against the table of moves, written, remembered in its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.levels import rungs
from desk.office import Office, to_ms
from desk.speech import show, tell
from domain import clocks
from domain.clocks import Paused, Unit
from domain.errors import Refused
from domain.roles import Role
from domain.states import Move, State, next_state
from storage import events, extensions, joined, tickets
from storage.store import Tx
from storage.tickets import Ticket

NOT_DONE = frozenset({State.WITHDRAWN, State.VOID})
"""Ends that say nothing about the matter itself: neighbours who have joined it still wait for it."""


async def step(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    move: Move,
    role: Role,
    actor: int | None,
    *,
    changes: dict[str, Any] | None = None,
    **data: Any,
) -> Ticket:
    """Make one move with its changes of the record; the ticket as it is then.

    Entering a pause stops the clock, leaving it moves the due time by as much working time as passed.
    """
    now = office.now_ms()
    after_state = next_state(move, ticket.state, role, ticket.resume_state)
    values: dict[str, Any] = {"state": after_state, **(changes or {})}
    before_means, after_means = ticket.means, replace(ticket, state=after_state).means
    if before_means.is_open and after_means.is_open:
        if before_means.clock_runs and not after_means.clock_runs:
            values.setdefault("paused_at", now)
            values.setdefault("resume_state", ticket.state.value)
        elif not before_means.clock_runs and after_means.clock_runs and ticket.paused_at is not None:
            values.setdefault("answer_due", resumed_due(office, ticket, now))
            values.update(paused_at=None, resume_state="")
    if not after_means.is_open and ticket.paused_at is not None:
        values["paused_at"] = None  # nothing stands still that has ended
    if after_means.accepted and ticket.accepted_at is None and role is not Role.RESIDENT:
        values.setdefault("accepted_at", now)
    after = await tickets.save(tx, replace(ticket, **values))
    await events.append(tx, ticket, after, move.value, now, role=role.value, actor=actor, **data)
    if before_means.is_open and not after_means.is_open:
        await extensions.drop(tx, ticket.id, now)
    if ticket.state is State.MERGED:
        await joined.part(tx, ticket.id)
    await rungs.follow(tx, office, after, move, role)
    if after.state in NOT_DONE:
        await _hand_on(tx, office, after)
    return after


async def _hand_on(tx: Tx, office: Office, ended: Ticket) -> None:
    """The neighbours who had joined this ticket keep their matter: the first of theirs goes on for all."""
    waiting = await joined.others(tx, ended.id)
    if not waiting:
        return
    heir = await step(tx, office, waiting[0], Move.SPLIT, Role.CLOCK, None, number=ended.number)
    await joined.hand_on(tx, ended.id, heir.id)
    await show(tx, office, heir)
    for ticket in (heir, *waiting[1:]):
        await tell(
            tx,
            office,
            ticket.chat_id,
            "goes_on_alone",
            f"{ticket.id}:{ended.id}",
            ticket=ticket,
            number=ticket.number,
            before=ended.number,
        )


def resumed_due(office: Office, ticket: Ticket, now: int) -> int:
    """The answer's due time after the pause that ends now."""
    if ticket.paused_at is None or ticket.paused_at >= now:
        return ticket.answer_due
    pause = Paused(office.local(ticket.paused_at), office.local(now))
    calendar = office.calendar_of(ticket.community_id)
    due = clocks.shift(office.local(ticket.answer_due), pause, Unit(ticket.clock_unit), calendar)
    return to_ms(due)


async def remember(
    tx: Tx,
    office: Office,
    before: Ticket,
    after: Ticket,
    kind: str,
    role: Role,
    actor: int | None,
    /,
    **data: Any,
) -> Ticket:
    """Write a change that is no move (category, place, words) with its event."""
    saved = await tickets.save(tx, after)
    await tickets.reindex(tx, before, saved)
    await events.append(tx, before, saved, kind, office.now_ms(), role=role.value, actor=actor, **data)
    return saved


def promised(
    office: Office,
    category: str,
    urgency: str,
    kind: str,
    created_at: datetime,
    *,
    complex_case: bool = False,
    community_id: int = 0,
) -> tuple[str, str, int, int]:
    """(clock class, unit, accept due, answer due) of a matter that came at `created_at`."""
    leaf = office.catalogue.leaf(category)
    calendar = office.calendar_of(community_id)
    promise = clocks.promise(
        office.clocks, leaf, urgency, kind, created_at, calendar, complex_case=complex_case
    )
    return promise.clock, promise.answer_unit.value, to_ms(promise.accept_due), to_ms(promise.answer_due)


async def the_ticket(tx: Tx, community_id: int, ticket_id: int) -> Ticket:
    """The community's ticket; `Refused` when it has none of that id, or only a number is left."""
    ticket = await tickets.of_community(tx, community_id, ticket_id)
    if ticket is None:
        raise Refused("no_ticket")
    if ticket.erased:
        raise Refused("erased")
    return ticket
