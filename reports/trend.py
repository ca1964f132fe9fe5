"""Like with like: what is usual for these days, and what is far above its usual (热点)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import comb
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
ALARM_CHANCE = 0.02
"""How likely a quiet period may name anything at all of one sort: many buildings make many chances."""
NEWS_CHANCE = 0.05
MOST_HOT = 6
MOSTLY = 0.6  # a matter that rose is one of a place from this share of its tickets on


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


def like_days(days: Iterable[date], history: Collection[date], calendar: WorkCalendar) -> set[date]:
    """The days whose counts `usual` would look up."""
    found: set[date] = set()
    for day in days:
        like = _like(day, history, calendar, weekday=True)
        found.update(like if len(like) >= LEAST_LIKE else _like(day, history, calendar, weekday=False))
    return found


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
    rare: bool  # also among all the others that might have been named


Place = tuple[int | None, str, str]
"""(estate, building, words of a place outside of buildings)."""
Where = tuple[str, Place | None]
"""A category, "" for any; a place, None for any."""
Key = Callable[[Case], Where | None]


def place_of(case: Case) -> Place | None:
    if case.building:
        return case.estate_id, case.building, ""
    return (case.estate_id, "", case.place) if case.place else None


def hot_spots(now: Sequence[Case], days: int, before: Sequence[Case], days_before: int) -> list[Hot]:
    """What is far above its usual, the most unusual first.

    A matter at a place is named as such when it stands out of the matter as a whole; a matter, or a place, is
    named for what is left of it without what is named already.
    """
    if days_before < LEAST_HISTORY:
        return []

    def find(key: Key, least: float = 1.0, *, of: Callable[[Case], bool] = _any) -> list[Hot]:
        ours, past = [c for c in now if of(c)], [c for c in before if of(c)]
        return _above_usual(key, ours, days, past, days_before, least)

    risen = find(_matter)
    busy = {hot.place for hot in find(_where)}
    both = [hot for hot in find(_both, HOT_CHANCE) if _stands_out(hot, risen, busy, before)]
    cells = {(hot.category, hot.place) for hot in both}
    matters = find(_matter, HOT_CHANCE, of=lambda c: (c.category, place_of(c)) not in cells)
    named = {hot.category for hot in matters}
    places = find(_where, of=lambda c: c.category not in named and (c.category, place_of(c)) not in cells)
    return sorted([*both, *matters, *places], key=lambda hot: (hot.chance, -len(hot.tickets)))[:MOST_HOT]


def _any(_: Case) -> bool:
    return True


def _matter(case: Case) -> Where | None:
    return case.category, None


def _where(case: Case) -> Where | None:
    place = place_of(case)
    return ("", place) if place else None


def _both(case: Case) -> Where | None:
    place = place_of(case)
    return (case.category, place) if place else None


def _stands_out(
    hot: Hot, risen: Sequence[Hot], busy: Collection[Place | None], before: Sequence[Case]
) -> bool:
    """Whether a matter at a place is news beside the matter as a whole, and rare enough among so many."""
    everywhere = next((all_ for all_ in risen if all_.category == hot.category), None)
    if everywhere is not None:
        mostly_here = len(hot.tickets) >= MOSTLY * len(everywhere.tickets)
        return mostly_here or not _its_share(hot, everywhere, before)
    return hot.rare or hot.place in busy


def _above_usual(
    key: Key,
    now: Sequence[Case],
    days: int,
    before: Sequence[Case],
    days_before: int,
    least: float,
) -> list[Hot]:
    """What is rare among all that were looked at, or at least rarer than `least` by itself."""
    past: Counter[Where | None] = Counter(key(case) for case in before)
    groups: dict[Where, list[int]] = {}
    for case in now:
        found = key(case)
        if found is not None:
            groups.setdefault(found, []).append(case.id)
    hot = []
    alive = sum(past[one] + len(groups.get(one, ())) >= HOT_COUNT for one in {*past, *groups} if one)
    limit = min(HOT_CHANCE, ALARM_CHANCE / max(1, alive))
    for (category, place), tickets in groups.items():
        had = past[category, place]
        likely = chance(len(tickets), days, had, days_before)
        rare = likely < limit
        if len(tickets) >= HOT_COUNT and (rare or likely < least < 1.0):
            hot.append(Hot(category, place, tuple(tickets), had * days / days_before, likely, rare))
    return hot


def _its_share(hot: Hot, all_: Hot, before: Sequence[Case]) -> bool:
    """Whether the place has of a matter that rose everywhere no more than its share of all that came before.

    Binomial; a place that had nothing before has half a ticket.
    """
    had = sum(place_of(case) == hot.place for case in before)
    share = min(1.0, (had + 0.5) / (len(before) + 1))
    count, whole = len(hot.tickets), len(all_.tickets)
    more = sum(comb(whole, n) * share**n * (1 - share) ** (whole - n) for n in range(count, whole + 1))
    return more >= HOT_CHANCE


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
    return beside(sum(over[day] for day in days), days, found, calendar, so_far=so_far is not None)


def beside(
    count: int, days: Sequence[date], found: Usual | None, calendar: WorkCalendar, *, so_far: bool = False
) -> Compared:
    """So many on these days, beside their usual."""
    kinds = Counter(day_kind(day, calendar) for day in days)
    return Compared(count, found, _chance(count, len(days), found), kinds, so_far)


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


def plain(compared: Compared) -> dict[str, Any]:
    """A comparison as plain values, for texts."""
    found = compared.usual
    return {
        "expected": None if found is None else round(found.expected, 1),
        "days": found.days if found else 0,
        "same_weekday": found.same_weekday if found else False,
        "news": compared.is_news,
        "so_far": compared.so_far,
        "kinds": {kind.value: count for kind, count in compared.kinds.items()},
    }
