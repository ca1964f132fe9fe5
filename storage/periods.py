"""The tickets and moves of a stretch of time, as figures are counted from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.states import State
from storage.store import Row, Tx


class Span(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday on, or a month; both days belong to it."""

    span: Span
    first: date
    last: date

    @property
    def code(self) -> str:
        """How a button or a job names it: "week:2026-11-16"."""
        return f"{self.span.value}:{self.first.isoformat()}"

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))

    def before(self) -> Period:
        """The one that ended the day before."""
        return period_of(self.span, self.first - timedelta(days=1))

    def bounds(self, zone: ZoneInfo) -> tuple[int, int]:
        """[since, until) in milliseconds."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)


def period_of(span: Span, day: date) -> Period:
    """The day, week or month that holds this day."""
    if span is Span.DAY:
        return Period(span, day, day)
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(span, monday, monday + timedelta(days=6))
    first = day.replace(day=1)
    return Period(span, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def midnight(day: date, zone: ZoneInfo) -> int:
    """The beginning of a local day, in milliseconds."""
    return int(datetime.combine(day, time(), zone).timestamp() * 1000)


class Case(NamedTuple):
    """A ticket as figures see it. Times are milliseconds since 1970 UTC.

    A tuple because ten thousand are made for one month's figures; the queries name the columns in this order.
    """

    id: int
    number: str
    resident_id: int
    state: State
    category: str
    category_sure: bool
    guesses: tuple[tuple[str, float], ...]
    dangers: tuple[str, ...]
    kind: str
    urgency: str
    place: str
    estate_id: int | None
    building: str
    unit: str
    room: str
    responsible: str
    level: str
    assignee_id: int | None
    accept_due: int
    answer_due: int
    created_at: int
    accepted_at: int | None
    answered_at: int | None
    closed_at: int | None
    first_answer: int | None  # also of one that was reopened since
    extended: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a ticket."""

    ticket_id: int
    at: int
    kind: str
    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Closing:
    """What stood when the resident was asked."""

    result: str  # the office's word for it
    contacted: bool


_STATE, _SURE, _GUESSES, _DANGERS, _EXTENDED = map(
    Case._fields.index, ("state", "category_sure", "guesses", "dangers", "extended")
)


_STATES = {state.value: state for state in State}


def _cases(rows: Iterable[Row]) -> list[Case]:
    return [_case(row) for row in rows]


def _case(row: Row) -> Case:
    values: list[Any] = list(row)
    values[_STATE] = _STATES[values[_STATE]]
    values[_GUESSES] = () if values[_SURE] else tuple(map(tuple, json.loads(values[_GUESSES])))
    values[_SURE] = bool(values[_SURE])
    values[_DANGERS] = () if values[_DANGERS] == "[]" else tuple(json.loads(values[_DANGERS]))
    values[_EXTENDED] = bool(values[_EXTENDED])
    return Case._make(values)


async def created(tx: Tx, community_id: int, since: int, until: int) -> list[Case]:
    """Opened in that time, with their first answers."""
    return _cases(await tx.all("periods.created", community_id=community_id, since=since, until=until))


async def due(tx: Tx, community_id: int, since: int, until: int, *, opened_before: int) -> list[Case]:
    """应结案: their limit, extended or not, runs out in that time; of those opened before."""
    return _cases(
        await tx.all(
            "periods.due",
            community_id=community_id,
            since=since,
            until=until,
            opened_before=opened_before,
        )
    )


async def open_now(tx: Tx, community_id: int) -> list[Case]:
    """The oldest first."""
    return _cases(await tx.all("periods.open_now", community_id=community_id))


async def seen(tx: Tx, community_id: int, since: int, until: int) -> list[Case]:
    """Opened in that time, read without what only a bulletin of that time asks for."""
    return _cases(await tx.all("periods.seen", community_id=community_id, since=since, until=until))


async def closed(tx: Tx, community_id: int, since: int, until: int, before: int) -> list[Case]:
    """Closed in that time, of those that were opened `before`."""
    return _cases(
        await tx.all(
            "periods.closed", community_id=community_id, since=since, until=until, opened_before=before
        )
    )


async def moves(tx: Tx, community_id: int, since: int, until: int) -> list[Moved]:
    """In the order in which they were made."""
    rows = await tx.all("periods.moves", community_id=community_id, since=since, until=until)
    return [Moved(r["ticket_id"], r["at"], r["kind"], r["actor_role"], r["name"] or "") for r in rows]


async def closings(tx: Tx, community_id: int, since: int, until: int) -> dict[int, Closing]:
    """Of each ticket about which its resident said something in that time."""
    rows = await tx.all("periods.closings", community_id=community_id, since=since, until=until)
    return {row["ticket_id"]: Closing(row["result"] or "", bool(row["contacted"])) for row in rows}


async def review_at(tx: Tx, ticket_id: int) -> int | None:
    """When a suspended ticket is looked at again."""
    found = await tx.value("periods.review_at", ticket_id=ticket_id)
    return None if found is None else int(found)


async def count(tx: Tx, community_id: int, since: int, until: int) -> int:
    """How many were opened in that time."""
    return int(await tx.value("periods.count", community_id=community_id, since=since, until=until))


async def moments(tx: Tx, community_id: int, since: int, until: int) -> list[int]:
    """When tickets were opened, in order."""
    rows = await tx.all("periods.moments", community_id=community_id, since=since, until=until)
    return [row[0] for row in rows]


async def first(tx: Tx, community_id: int) -> int | None:
    """When the community's first ticket was opened."""
    found = await tx.value("periods.first", community_id=community_id)
    return None if found is None else int(found)


async def first_of_all(tx: Tx) -> int | None:
    """When the store's first ticket was opened."""
    found = await tx.value("areas.first")
    return None if found is None else int(found)


async def founded(tx: Tx, community_id: int) -> int:
    """When the community was entered."""
    return int(await tx.value("periods.founded", community_id=community_id))


async def not_done(tx: Tx, job: str, occasion: date) -> frozenset[int]:
    """The communities with a group for which the clock has not done this job on that occasion."""
    rows = await tx.all("periods.not_done", job=job, local_date=occasion.isoformat())
    return frozenset(row[0] for row in rows)
