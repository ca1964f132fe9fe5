"""Like with like: what is usual for these days, and what is far above its usual (热点)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.workdays import WorkCalendar
from storage import periods
from storage.periods import Case, midnight
from storage.store import Tx

HISTORY_DAYS = 56
"""Eight weeks: long enough for a rate, short enough for a season."""
LIKE_DAYS = 4  # the newest days of the same kind that are averaged
LEAST_LIKE = 2
LEAST_HISTORY = 14  # days after which "above its usual" means something
HOT_COUNT = 3
HOT_CHANCE = 0.001
NEWS_CHANCE = 0.05
MOST_HOT = 6
EXPLAINS = 0.6  # a place and its matter together explain the place or the matter alone from this share on


class DayKind(StrEnum):
    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"  # a day off that would be worked in other weeks
    MAKEUP = "makeup"  # 调休: a worked weekend


def day_kind(day: date, calendar: WorkCalendar) -> DayKind:
    weekend = day.weekday() in calendar.weekend
    if calendar.is_workday(day):
        return DayKind.MAKEUP if weekend else DayKind.WORKDAY
    return DayKind.WEEKEND if weekend and day not in calendar.holidays else DayKind.HOLIDAY


@dataclass(frozen=True, slots=True)
class Usual:
    """How many tickets days like these had before."""

    expected: float
    days: int  # how many earlier days were averaged
    same_weekday: bool  # False: no such weekday of that kind was there, so all rest (or working) days count


def usual(
    days: Iterable[date], counts: Mapping[date, int], history: Collection[date], calendar: WorkCalendar
) -> Usual | None:
    """The sum over `days` of what the newest days of the same kind in `history` had; None without."""
    expected, used, same = 0.0, 0, True
    for day in days:
        like = _like(day, history, calendar, weekday=True)
        if len(like) < LEAST_LIKE:
            like, same = _like(day, history, calendar, weekday=False), False
        if len(like) < LEAST_LIKE:
            return None
        expected += sum(counts.get(other, 0) for other in like) / len(like)
        used += len(like)
    return Usual(expected, used, same)


def _like(day: date, history: Collection[date], calendar: WorkCalendar, *, weekday: bool) -> list[date]:
    worked = calendar.is_workday(day)
    found = [
        other
        for other in sorted(history, reverse=True)
        if other < day
        and calendar.is_workday(other) == worked
        and (not weekday or _alike(other, day, calendar))
    ]
    return found[:LIKE_DAYS]


def _alike(one: date, other: date, calendar: WorkCalendar) -> bool:
    same = day_kind(one, calendar) == day_kind(other, calendar)
    return same and (one.weekday() == other.weekday() or day_kind(one, calendar) is DayKind.HOLIDAY)


def chance(count: int, days: int, before: int, days_before: int) -> float:
    """How likely `count` or more in `days` are after `before` in `days_before`, were nothing different.

    The rate is not known but learned from the history (Gamma prior 1/2), so a short history makes nothing
    unusual: the count then follows a negative binomial distribution.
    """
    if count <= 0:
        return 1.0
    if days_before <= 0:
        return 1.0
    shape, miss = before + 0.5, days / (days + days_before)
    term = (1.0 - miss) ** shape
    under = 0.0
    for n in range(count):
        under += term
        term *= (shape + n) / (n + 1) * miss
    return max(0.0, 1.0 - under)


@dataclass(frozen=True, slots=True)
class Hot:
    """A place, a matter, or a matter at a place that came far more often than usual."""

    category: str  # "" when the place as a whole is meant
    place: Place | None
    tickets: tuple[int, ...]
    usual: float  # in as many days
    chance: float


Place = tuple[int | None, str, str]
"""(estate, building, words of a place outside of buildings)."""


def place_of(case: Case) -> Place | None:
    if case.building:
        return case.estate_id, case.building, ""
    return (case.estate_id, "", case.place) if case.place else None


def hot_spots(now: Sequence[Case], days: int, before: Sequence[Case], days_before: int) -> list[Hot]:
    """What is far above its usual, the most unusual first. A place with its matter stands for both."""
    if days_before < LEAST_HISTORY:
        return []

    def find(key: Callable[[Case], tuple[str, Place | None] | None]) -> list[Hot]:
        return _above_usual(key, now, days, before, days_before)

    both = find(lambda c: (c.category, place) if (place := place_of(c)) else None)
    matters = [hot for hot in find(lambda c: (c.category, None)) if not _explained(hot, both)]
    places = find(lambda c: ("", place) if (place := place_of(c)) else None)
    alone = [hot for hot in places if not _explained(hot, [*both, *matters])]
    return sorted([*both, *matters, *alone], key=lambda hot: (hot.chance, -len(hot.tickets)))[:MOST_HOT]


def _above_usual(
    key: Callable[[Case], tuple[str, Place | None] | None],
    now: Sequence[Case],
    days: int,
    before: Sequence[Case],
    days_before: int,
) -> list[Hot]:
    past: Counter[Hashable] = Counter(key(case) for case in before)
    groups: dict[tuple[str, Place | None], list[int]] = {}
    for case in now:
        found = key(case)
        if found is not None:
            groups.setdefault(found, []).append(case.id)
    hot = []
    for (category, place), tickets in groups.items():
        had = past[category, place]
        likely = chance(len(tickets), days, had, days_before)
        if len(tickets) >= HOT_COUNT and likely < HOT_CHANCE:
            hot.append(Hot(category, place, tuple(tickets), had * days / days_before, likely))
    return hot


def _explained(hot: Hot, by: Iterable[Hot]) -> bool:
    mine = set(hot.tickets)
    return any(len(mine & set(other.tickets)) >= EXPLAINS * len(mine) for other in by)


@dataclass(frozen=True, slots=True)
class Compared:
    """A day or a period beside others of its kind; `usual` is None while there is too little to compare."""

    count: int
    usual: Usual | None
    chance: float  # of so many or more when above its usual, of so few or fewer when below
    kinds: Mapping[DayKind, int]  # how many days of each kind it has
    so_far: bool = False  # the last day is not over

    @property
    def is_news(self) -> bool:
        return self.usual is not None and self.chance < NEWS_CHANCE


async def compared(
    tx: Tx, community_id: int, days: Sequence[date], now: datetime, zone: ZoneInfo, calendar: WorkCalendar
) -> Compared:
    """The tickets opened on `days` beside what the same weekdays of the eight weeks before had.

    A day that is not over is compared with the same hours of the others.
    """
    first, last = days[0], days[-1]
    start = await history_start(tx, community_id, first, zone)
    history = [start + timedelta(days=n) for n in range((first - start).days)] if start else []
    all_days = [*history, *days]
    edges = [midnight(day, zone) for day in (*all_days, last + timedelta(days=1))]
    until = min(edges[-1], int(now.timestamp() * 1000) + 1)
    moments = await periods.moments(tx, community_id, edges[0], until)
    so_far = until - edges[-2] if edges[-2] < until < edges[-1] else None
    over, partly = _counts(all_days, edges, moments, None), _counts(all_days, edges, moments, so_far)
    whole = [day for day in days if so_far is None or day < last]
    found = usual(whole, over, history, calendar)
    if so_far is not None:
        found = _add(found if whole else Usual(0.0, 0, True), usual([last], partly, history, calendar))
    count = sum(over[day] for day in days)
    kinds = Counter(day_kind(day, calendar) for day in days)
    return Compared(count, found, _chance(count, len(days), found), kinds, so_far is not None)


def _counts(
    days: Sequence[date], edges: Sequence[int], moments: Sequence[int], length: int | None
) -> dict[date, int]:
    """How many of the (sorted) moments lie in each day, or in its first `length` milliseconds."""
    ends = edges[1:] if length is None else [edge + length for edge in edges[:-1]]
    return {
        day: bisect_left(moments, end) - bisect_left(moments, edge)
        for day, edge, end in zip(days, edges, ends, strict=False)
    }


def _add(one: Usual | None, other: Usual | None) -> Usual | None:
    if one is None or other is None:
        return None
    same = one.same_weekday and other.same_weekday
    return Usual(one.expected + other.expected, one.days + other.days, same)


def _chance(count: int, days: int, found: Usual | None) -> float:
    if found is None:
        return 1.0
    before = round(found.expected * found.days / days)
    if count > found.expected:
        return chance(count, days, before, found.days)
    return 1.0 - chance(count + 1, days, before, found.days)


async def history_start(tx: Tx, community_id: int, first: date, zone: ZoneInfo) -> date | None:
    """The first day to compare with: eight weeks back, not before the community's first ticket."""
    began = await periods.first(tx, community_id)
    if began is None:
        return None
    day = datetime.fromtimestamp(began / 1000, zone).date()
    start = max(day, first - timedelta(days=HISTORY_DAYS))
    return start if start < first else None


def plain(beside: Compared) -> dict[str, Any]:
    """A comparison as plain values, for texts."""
    found = beside.usual
    return {
        "expected": None if found is None else round(found.expected, 1),
        "days": found.days if found else 0,
        "same_weekday": found.same_weekday if found else False,
        "news": beside.is_news,
        "so_far": beside.so_far,
        "kinds": {kind.value: count for kind, count in beside.kinds.items()},
    }
