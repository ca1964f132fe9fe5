"""Clocks: by when a ticket is received and answered, when warnings fall, what a pause or extension does.

Pure functions: the moment is an argument and the office's WorkCalendar counts. How each unit is counted is
written at the head of `domain.workdays`; the limits themselves come from `domain.limits`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from domain.catalogue import Leaf
from domain.limits import COMPLEX, Clock, Clocks, Limit, Unit, check_catalogue, load_clocks
from domain.workdays import WorkCalendar

__all__ = [
    "Clock", "Clocks", "Limit", "Paused", "Promise", "Unit", "check_catalogue", "due_after", "escalations",
    "extend", "follow_up_due", "load_clocks", "objection_until", "promise", "return_due", "shift", "warn_at",
    "warnings",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Promise:
    """The promised times of one ticket."""

    clock: str  # code of the class
    class_name: str
    accept_due: datetime
    answer_due: datetime
    accept_unit: Unit
    answer_unit: Unit
    steps: tuple[tuple[str, datetime], ...] = ()
    estimated: bool = False  # reckoned in a year whose official holidays are not known yet


@dataclass(frozen=True, slots=True)
class Paused:
    """A stretch in which a ticket's clock stood still (待补充, 挂账)."""

    since: datetime
    until: datetime


def due_after(clocks: Clocks, start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """When a limit that begins at `start` ends, in the office's zone."""
    match limit.unit:
        case Unit.MINUTE | Unit.HOUR:
            return _plus(start, _length(limit), calendar)
        case Unit.WORKING_HOUR:
            return calendar.add_working_hours(start, limit.amount)
        case Unit.WORKING_DAY:
            return calendar.add_working_days(start, limit.amount)
        case Unit.DAY:
            due = calendar.add_days(start, limit.amount)
            return _rolled(due, calendar) if clocks.rolls_on else due


def promise(
    clocks: Clocks,
    leaf: Leaf,
    urgency: str,
    kind: str,
    created_at: datetime,
    calendar: WorkCalendar,
    *,
    complex_case: bool = False,
) -> Promise:
    """The promised times of a ticket received at `created_at`.

    An urgent matter has its urgency's clock or its category's, whichever ends sooner, so that urgency never
    makes it later. Otherwise staff's mark 复杂 decides, then the kind of request, then the category.
    """
    own = _own_class(clocks, leaf, kind, complex_case=complex_case)
    by_urgency = clocks.by_urgency.get(urgency)
    if by_urgency is None:
        return _promise_of(clocks, own, created_at, calendar)
    candidates = (clocks.classes[by_urgency], clocks.classes[leaf.clock])
    promises = [_promise_of(clocks, clock, created_at, calendar) for clock in candidates]
    soonest = min(promises, key=lambda made: made.answer_due.astimezone(UTC))
    first_receipt = min(promises, key=lambda made: made.accept_due.astimezone(UTC))
    return replace(soonest, accept_due=first_receipt.accept_due, accept_unit=first_receipt.accept_unit)


def extend(clocks: Clocks, due: datetime, by: Limit, calendar: WorkCalendar) -> datetime:
    """The limit after an approved extension (延期), counted from the limit it replaces."""
    return due_after(clocks, due, by, calendar)


def shift(
    due: datetime, pause: Paused, unit: Unit, calendar: WorkCalendar, *, rolls_on: bool = False
) -> datetime:
    """The limit after a pause: what was left when the clock stopped is left when it goes on.

    Units of time move by the time that would have run: minutes and hours by the whole pause, 工作时 by the
    office hours in it. Units of days move by the days begun in it after its first (working days for 工作日):
    a pause that ends on the day it began moves nothing. A limit that had passed before the pause stays.
    `rolls_on` is the field of Clocks.
    """
    length = _between(pause.since, pause.until)
    due = calendar.local(due)
    if length <= timedelta(0) or _between(pause.since, due) <= timedelta(0):
        return due
    first, last = calendar.local(pause.since).date(), calendar.local(pause.until).date()
    match unit:
        case Unit.MINUTE | Unit.HOUR:
            return _plus(due, length, calendar)
        case Unit.WORKING_HOUR:
            worked = calendar.working_time_between(pause.since, pause.until)
            return calendar.add_working_time(due, worked) if worked else due
        case Unit.WORKING_DAY:
            missed = calendar.workdays_between(first, last)
            return calendar.add_working_days(due, missed) if missed else due
        case Unit.DAY:
            missed = (last - first).days
            moved = calendar.add_days(due, missed) if missed else due
            return _rolled(moved, calendar) if rolls_on and missed else moved


def warn_at(
    created_at: datetime, due: datetime, fraction: float, unit: Unit, calendar: WorkCalendar
) -> datetime:
    """When `fraction` of the time is used up (1.0: the limit itself).

    Limits in minutes and hours are divided by the clock; all others by office hours, so that nobody is
    warned at night about a matter that waits for the morning.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"a warning falls between 0 and 1 of the time, not at {fraction}")
    due = calendar.local(due)
    length, worked = _between(created_at, due), calendar.working_time_between(created_at, due)
    return _part_of(created_at, due, fraction, unit, calendar, length, worked)


def _part_of(
    created_at: datetime,
    due: datetime,
    fraction: float,
    unit: Unit,
    calendar: WorkCalendar,
    length: timedelta,
    worked: timedelta,
) -> datetime:
    """When that part of `length` (by the clock) or of `worked` (office hours) is used up."""
    if fraction == 1 or length <= timedelta(0):
        return due
    if unit.runs_day_and_night or not worked:
        return _plus(created_at, length * fraction, calendar)
    return calendar.add_working_time(created_at, worked * fraction)


def warnings(
    clocks: Clocks, created_at: datetime, due: datetime, unit: Unit, calendar: WorkCalendar
) -> tuple[tuple[float, datetime], ...]:
    """Every warning of a limit, in order: (fraction, moment)."""
    due = calendar.local(due)
    length, worked = _between(created_at, due), calendar.working_time_between(created_at, due)
    return tuple(
        (part, _part_of(created_at, due, part, unit, calendar, length, worked)) for part in clocks.warnings
    )


def escalations(clocks: Clocks, due: datetime, calendar: WorkCalendar) -> tuple[tuple[str, datetime], ...]:
    """Who is told, and when, while a passed limit stays unanswered: the ladder's rungs in order.

    The first ones (`ladder_at_once`) at the limit itself, each further one a step later.
    """
    rungs: list[tuple[str, datetime]] = []
    moment = calendar.local(due)
    for number, rung in enumerate(clocks.ladder):
        if number >= clocks.ladder_at_once:
            moment = due_after(clocks, moment, clocks.ladder_step, calendar)
        rungs.append((rung, moment))
    return tuple(rungs)


def return_due(clocks: Clocks, clock: str, assigned_at: datetime, calendar: WorkCalendar) -> datetime:
    """Until when a ticket of that class may be sent back (退单) by whom it was given to."""
    return due_after(clocks, assigned_at, clocks.classes[clock].return_window, calendar)


def follow_up_due(clocks: Clocks, closed_at: datetime, calendar: WorkCalendar) -> datetime:
    """Until when the resident is asked after the answer (回访)."""
    return due_after(clocks, closed_at, clocks.follow_up, calendar)


def objection_until(clocks: Clocks, closed_at: datetime, calendar: WorkCalendar) -> datetime:
    """Until when the resident can object to a closed ticket."""
    return due_after(clocks, closed_at, clocks.objection, calendar)


def _own_class(clocks: Clocks, leaf: Leaf, kind: str, *, complex_case: bool) -> Clock:
    if complex_case:
        return clocks.classes[COMPLEX]
    return clocks.classes[clocks.by_kind.get(kind, leaf.clock)]


def _promise_of(clocks: Clocks, clock: Clock, created_at: datetime, calendar: WorkCalendar) -> Promise:
    accept_due = due_after(clocks, created_at, clock.accept, calendar)
    answer_due = due_after(clocks, created_at, clock.answer, calendar)
    needs_holidays = any(
        limit.unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY) and not _covered(calendar, created_at, due)
        for limit, due in ((clock.accept, accept_due), (clock.answer, answer_due))
    )
    return Promise(
        clock=clock.code,
        class_name=clock.name,
        accept_due=accept_due,
        answer_due=answer_due,
        accept_unit=clock.accept.unit,
        answer_unit=clock.answer.unit,
        steps=tuple((step.name, due_after(clocks, created_at, step.limit, calendar)) for step in clock.steps),
        estimated=needs_holidays,
    )


def _covered(calendar: WorkCalendar, start: datetime, due: datetime) -> bool:
    return all(calendar.covers(year) for year in range(calendar.local(start).year, due.year + 1))


def _length(limit: Limit) -> timedelta:
    return timedelta(minutes=limit.amount) if limit.unit is Unit.MINUTE else timedelta(hours=limit.amount)


def _rolled(due: datetime, calendar: WorkCalendar) -> datetime:
    if calendar.is_workday(due.date()):
        return due
    return calendar.closing(calendar.next_workday(due.date()))


def _between(start: datetime, end: datetime) -> timedelta:
    """Real time between two moments (datetimes of one zone are subtracted by their wall clock)."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def _plus(start: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
    calendar.local(start)  # refuses a datetime without a zone
    return (start.astimezone(UTC) + length).astimezone(calendar.zone)
