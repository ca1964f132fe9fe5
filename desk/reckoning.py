"""What a promise comes to when the working days are others: the ticket's history counted again."""

from __future__ import annotations

from dataclasses import dataclass

from desk.office import Office, to_ms
from domain import clocks
from domain.clocks import Paused, Unit
from domain.limits import Limit
from domain.states import State, meaning
from domain.workdays import WorkCalendar
from storage import events
from storage.events import Event
from storage.store import Tx
from storage.tickets import Ticket

BEGINS_ANEW = frozenset({"opened", "reopen", "escalate", "danger", "category", "complex", "split"})
"""Events after which the promise was reckoned afresh."""
FROM_THE_BEGINNING = frozenset({"category", "complex"})
"""Those of them that count from the day on which the ticket was opened."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    accept_due: int
    answer_due: int


async def reckon(
    tx: Tx, office: Office, ticket: Ticket, before: WorkCalendar, after: WorkCalendar
) -> Reckoned | None:
    """The due times under the calendar `after`.

    None when the history does not lead to the present promise under `before`: then a person has to look.
    """
    history = await events.of_ticket(tx, ticket.id)
    if _answer(office, ticket, history, before) != ticket.answer_due:
        return None
    accept = ticket.accept_due
    if ticket.accepted_at is None and _accept(office, ticket, before) == accept:
        accept = _accept(office, ticket, after)
    return Reckoned(accept, _answer(office, ticket, history, after))


def _accept(office: Office, ticket: Ticket, calendar: WorkCalendar) -> int:
    clock = office.clocks.classes[ticket.clock_class]
    return to_ms(clocks.due_after(office.clocks, office.local(ticket.created_at), clock.accept, calendar))


def _answer(office: Office, ticket: Ticket, history: list[Event], calendar: WorkCalendar) -> int:
    """Replay the promise: from the last time that it was reckoned afresh, with every extension and pause."""
    clock = office.clocks.classes.get(ticket.clock_class)
    starts = [n for n, event in enumerate(history) if event.kind in BEGINS_ANEW]
    if clock is None or not starts:
        return 0
    first = history[starts[-1]]
    begun = ticket.created_at if first.kind in FROM_THE_BEGINNING | {"opened"} else first.at
    due = clocks.due_after(office.clocks, office.local(begun), clock.answer, calendar)
    unit, paused = Unit(ticket.clock_unit), None
    for event in history[starts[-1] + 1 :]:
        if event.kind == "extend":
            by = Limit(int(event.data["days"]), Unit.WORKING_DAY)
            due = clocks.extend(office.clocks, due, by, calendar)
        stands = _stands(event.to_state)
        if stands and paused is None:
            paused = event.at
        elif not stands and paused is not None:
            pause = Paused(office.local(paused), office.local(event.at))
            due, paused = clocks.shift(due, pause, unit, calendar), None
    return to_ms(due)


def _stands(state: str) -> bool:
    """Whether the clock of an open ticket stands still in this state."""
    means = meaning(State(state))
    return means.is_open and not means.clock_runs
