"""What the pictures of a month, a kind, the houses, the late ones and the hours show: counts, no words."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.privacy import is_closed
from domain.states import State, meaning
from domain.workdays import WorkCalendar
from reports import bulletin
from reports.daily import CLOSED
from storage import communities, periods
from storage.communities import Community, Estate
from storage.periods import Period, midnight
from storage.store import Row, Tx
from texts.places import place_words

WEEKS = 12
HOUSE_DAYS = 90
MOST_HOUSES = 24
MOST_UNITS = 8
NAMED = 8
LATE_LIMITS = (1, 3, 7, 15, 30)  # days past the promise; the last class has no end
DAY = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class DayCount:
    day: date
    count: int
    worked: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month so far. Rates are (part, whole)."""

    community: str
    first: date
    over: bool
    new: int
    before: int
    late: int
    due: tuple[int, int]
    on_time: tuple[int, int]
    rates: tuple[tuple[str, int, int], ...]  # code name, part, whole
    days: tuple[DayCount, ...]
    tops: tuple[tuple[str, int, int], ...]  # heading, count, count of the month before


@dataclass(frozen=True, slots=True)
class Kind:
    """Twelve weeks of one kind of matter; the last week is the present one."""

    community: str
    name: str
    weeks: tuple[tuple[date, int], ...]
    usual: float  # a week before the present one, the median since the community began
    places: tuple[tuple[str, int], ...]
    hours: tuple[int, ...]
    answer: int | None  # median milliseconds until the first answer


@dataclass(frozen=True, slots=True)
class Houses:
    """Buildings (rows) by unit (columns); the last column is where no unit was said."""

    community: str
    since: date
    until: date
    names: tuple[str, ...]
    units: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    elsewhere: int  # outside of buildings, or no place said
    hidden: int  # sensitive ones, not shown
    left_out: int  # buildings for which there was no room


@dataclass(frozen=True, slots=True)
class Late:
    """Open tickets whose answer is late, by how late, and by kind."""

    community: str
    now: datetime
    open: int
    late: int
    suspended: int
    asked: int  # waiting for residents
    oldest: int  # days
    classes: tuple[int, ...]
    kinds: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Twelve weeks by weekday and hour."""

    community: str
    since: date
    until: date
    heat: tuple[tuple[int, ...], ...]


async def month(
    tx: Tx,
    community: Community,
    period: Period,
    now: datetime,
    zone: ZoneInfo,
    catalogue: Catalogue,
    calendar: WorkCalendar,
) -> Month:
    """The month's bulletin as a picture: the same numbers."""
    book = await bulletin.open_book(tx, community, period, now, zone, catalogue)
    since, until = period.bounds(zone)
    came = await tx.all("pictures.came", community_id=community.id, since=since, until=until)
    days = Counter[date]()
    for row in came:
        days[_local(row["quarter"], zone).date()] += row["count"]
    begun = [day for day in period.days if day <= now.astimezone(zone).date()]
    rates = bulletin.rates(book)
    return Month(
        community=community.name,
        first=period.first,
        over=book.until <= book.now,
        new=len(book.new),
        before=len(book.before),
        late=len(book.late),
        due=(rates["closed"][0], rates["closed"][1]),
        on_time=(rates["on_time"][0], rates["on_time"][1]),
        rates=tuple((name, part, whole) for name, (part, whole) in rates.items()),
        days=tuple(DayCount(day, days[day], calendar.is_workday(day)) for day in begun),
        tops=tuple((name, new, was) for name, new, was, *_ in bulletin.annex(book)[:NAMED]),
    )


async def kind(
    tx: Tx, community: Community, category: str, now: datetime, zone: ZoneInfo, catalogue: Catalogue
) -> Kind:
    """Twelve weeks of one category, whose tickets may be shown."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    until = midnight(today + timedelta(days=1), zone)
    rows = await tx.all(
        "pictures.of_category",
        community_id=community.id,
        category=category,
        since=midnight(mondays[0], zone),
        until=until,
    )
    shown = [row for row in rows if not _closed(catalogue, row)]
    at = [datetime.fromtimestamp(row["created_at"] / 1000, zone) for row in shown]
    first = await periods.first(tx, community.id)
    begun = datetime.fromtimestamp(first / 1000, zone).date() if first is not None else today
    weeks = Counter(moment.date() - timedelta(days=moment.weekday()) for moment in at)
    hours = Counter(moment.hour for moment in at)
    estates = {e.id: e for e in await communities.estates(tx, community.id)}
    places = Counter(_place(row, estates) for row in shown)
    waits = [row["first_at"] - row["created_at"] for row in shown if row["first_at"]]
    return Kind(
        community=community.name,
        name=catalogue.leaf(category).name,
        weeks=tuple((day, weeks[day]) for day in mondays),
        usual=statistics.median([weeks[day] for day in mondays[:-1] if day >= begun] or [0]),
        places=tuple((name, count) for name, count in places.most_common(NAMED) if name),
        hours=tuple(hours[hour] for hour in range(24)),
        answer=int(statistics.median(waits)) if waits else None,
    )


async def kinds(
    tx: Tx, community: Community, now: datetime, zone: ZoneInfo, catalogue: Catalogue
) -> list[tuple[str, str, int]]:
    """(code, name, count) of the most frequent kinds of twelve weeks that may be shown by name."""
    until = int(now.timestamp() * 1000) + 1
    since = until - WEEKS * 7 * DAY
    rows = await tx.all("figures.created", community_id=community.id, since=since, until=until)
    return [
        (row["category"], catalogue.leaf(row["category"]).name, row["count"])
        for row in rows
        if catalogue.has(row["category"]) and not catalogue.leaf(row["category"]).sensitive
    ][:NAMED]


async def houses(tx: Tx, community: Community, now: datetime, zone: ZoneInfo, catalogue: Catalogue) -> Houses:
    """Ninety days by building and unit, the busiest buildings first when there are too many."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=HOUSE_DAYS - 1)
    since, until = midnight(first, zone), midnight(today + timedelta(days=1), zone)
    rows = await tx.all("pictures.placed", community_id=community.id, since=since, until=until)
    estates = {e.id: e.name for e in await communities.estates(tx, community.id)}
    shown = [row for row in rows if not _closed(catalogue, row)]
    inside = [row for row in shown if row["building"]]
    cells = Counter((row["estate_id"], row["building"], row["unit"]) for row in inside)
    totals = Counter((row["estate_id"], row["building"]) for row in inside)
    known = [(b.estate_id, b.name) for b in await communities.buildings(tx, community.id)]
    busiest = sorted({*totals, *known}, key=lambda house: (-totals[house], _order(house[1])))[:MOST_HOUSES]
    order = {house: n for n, house in enumerate(known)}
    ours = sorted(busiest, key=lambda house: (order.get(house, len(order)), _order(house[1])))
    units = sorted({unit for _, _, unit in cells if unit}, key=_order)[:MOST_UNITS]
    several = len({estate for estate, _ in ours}) > 1
    counts = []
    for house in ours:
        told = [cells[*house, unit] for unit in units]
        counts.append((*told, totals[house] - sum(told)))
    return Houses(
        community=community.name,
        since=first,
        until=today,
        names=tuple(
            place_words(estate=estates.get(e or 0, "") if several else "", building=b) for e, b in ours
        ),
        units=tuple(units),
        counts=tuple(counts),
        elsewhere=len(shown) - len(inside),
        hidden=len(rows) - len(shown),
        left_out=len({*totals, *known}) - len(ours),
    )


async def late(tx: Tx, community: Community, now: datetime, zone: ZoneInfo, catalogue: Catalogue) -> Late:
    """What is late now."""
    rows = await tx.all("pictures.waiting", community_id=community.id)
    now_ms = int(now.timestamp() * 1000)
    owed = [
        row
        for row in rows
        if meaning(row["state"]).clock_runs and row["answered_at"] is None and row["answer_due"] < now_ms
    ]
    days = [(now_ms - row["answer_due"]) / DAY for row in owed]
    classes = Counter(sum(past >= limit for limit in LATE_LIMITS) for past in days)
    kinds_ = Counter(_name(catalogue, row) for row in owed)
    states = Counter(row["state"] for row in rows)
    return Late(
        community=community.name,
        now=now.astimezone(zone),
        open=len(rows),
        late=len(owed),
        suspended=states[State.SUSPENDED],
        asked=states[State.NEEDS_INFO],
        oldest=int(max(days, default=0)),
        classes=tuple(classes[n] for n in range(len(LATE_LIMITS) + 1)),
        kinds=tuple(kinds_.most_common(NAMED)),
    )


async def hours(tx: Tx, community: Community, now: datetime, zone: ZoneInfo) -> Hours:
    today = now.astimezone(zone).date()
    first = today - timedelta(days=7 * WEEKS - 1)
    since, until = midnight(first, zone), midnight(today + timedelta(days=1), zone)
    counts = [[0] * 24 for _ in range(7)]
    for row in await tx.all("pictures.came", community_id=community.id, since=since, until=until):
        at = _local(row["quarter"], zone)
        counts[at.weekday()][at.hour] += row["count"]
    return Hours(community.name, first, today, tuple(map(tuple, counts)))


def _local(quarter: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(quarter * 900, zone)


def _closed(catalogue: Catalogue, row: Row) -> bool:
    sure = bool(row["category_sure"])
    return is_closed(
        catalogue,
        row["category"],
        sure=sure,
        guesses=() if sure else json.loads(row["guesses"]),
        dangers=() if row["dangers"] == "[]" else json.loads(row["dangers"]),
    )


def _name(catalogue: Catalogue, row: Row) -> str:
    """The kind; of a sensitive one only the lock."""
    if _closed(catalogue, row) or not catalogue.has(row["category"]):
        return CLOSED
    return catalogue.leaf(row["category"]).name


def _place(row: Row, estates: Mapping[int, Estate]) -> str:
    """A building, or a spot that the office itself has named; never a resident's own words."""
    estate = estates.get(row["estate_id"] or 0)
    if row["building"]:
        return place_words(estate=estate.name if estate else "", building=row["building"])
    spots = estate.spots if estate else [spot for e in estates.values() for spot in e.spots]
    return max((spot for spot in spots if spot in row["place"]), key=len, default="")


def _order(name: str) -> tuple[int, str]:
    """3 before 12, 12 before 12A."""
    digits = "".join(char for char in name if char.isdigit())
    return (int(digits) if digits else 1_000_000, name)


def column_sums(counts: Iterable[Sequence[int]]) -> list[int]:
    """How many stand in each column."""
    return [sum(column) for column in zip(*counts, strict=True)]
