"""What the daily picture shows, counted: plain values of one community and day, no words of residents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.workdays import WorkCalendar
from reports.daily import bounds, figures
from storage.communities import Community
from storage.store import Row, Tx

DAYS = 14
WEEK = 7
HEAT_DAYS = 28
QUARTER = 900  # seconds, as in storage/queries/pictures.sql
AGE_LIMITS = (1, 3, 7, 15, 30)  # days; the last class has no end
NAMED = 6


@dataclass(frozen=True, slots=True)
class DayCount:
    """What became open on a day, what ceased to be, and what was open when it ended."""

    day: date
    came: int
    went: int
    left: int


@dataclass(frozen=True, slots=True)
class CategoryCount:
    name: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class AgeCount:
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Card:
    """All figures of a daily picture. `heat` is weekday (Monday first) by hour."""

    community: str
    day: date
    now: datetime
    new: int
    usual: float | None  # what such days bring; None while there is nothing to compare with
    unusual: bool
    closed: int
    reopened: int
    open: int
    unassigned: int
    late: int
    urgent_open: int
    days: tuple[DayCount, ...]
    categories: tuple[CategoryCount, ...]
    ages: tuple[AgeCount, ...]
    heat: tuple[tuple[int, ...], ...]


async def card_figures(
    tx: Tx,
    community: Community,
    day: date,
    now: datetime,
    zone: ZoneInfo,
    catalogue: Catalogue,
    calendar: WorkCalendar | None = None,
) -> Card:
    """The card of that day; what is open and late is told as of `now`, as in the daily summary."""
    told = await figures(tx, community, day, now, zone, catalogue, calendar=calendar)
    whose = {"community_id": community.id}
    since, until = bounds(day - timedelta(days=HEAT_DAYS - 1), zone)[0], bounds(day, zone)[1]
    came = await tx.all("pictures.came", **whose, since=since, until=until)
    first = bounds(day - timedelta(days=DAYS - 1), zone)[0]
    crossings = await tx.all("pictures.crossings", **whose, since=first)
    ages = await tx.all("pictures.ages", **whose, now=int(now.timestamp() * 1000))
    this_week, last_week = [await _week(tx, community.id, day - timedelta(days=n), zone) for n in (0, WEEK)]
    return Card(
        community=community.name,
        day=day,
        now=now.astimezone(zone),
        new=told["new"],
        usual=told["trend"].get("expected"),
        unusual=bool(told["trend"].get("news")),
        closed=told["closed"],
        reopened=told["reopened"],
        open=told["open"],
        unassigned=told["unassigned"],
        late=told["late"],
        urgent_open=told["urgent_open"],
        days=_days(crossings, day, zone, told["open"]),
        categories=_categories(catalogue, this_week, last_week),
        ages=_ages(ages, now),
        heat=_heat(came, zone),
    )


async def _week(tx: Tx, community_id: int, last: date, zone: ZoneInfo) -> list[Row]:
    """Categories of the seven days up to `last`."""
    since, until = bounds(last - timedelta(days=WEEK - 1), zone)[0], bounds(last, zone)[1]
    return await tx.all("figures.created", community_id=community_id, since=since, until=until)


def _local(quarter: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(quarter * QUARTER, zone)


def _days(crossings: Iterable[Row], last: date, zone: ZoneInfo, open_now: int) -> tuple[DayCount, ...]:
    """The fortnight, reckoned backwards from what is open now."""
    came: dict[date, int] = {}
    went: dict[date, int] = {}
    for row in crossings:
        day = _local(row["quarter"], zone).date()
        came[day] = came.get(day, 0) + row["came"]
        went[day] = went.get(day, 0) + row["went"]
    later = [day for day in {*came, *went} if day > last]
    left = open_now - sum(came.get(day, 0) - went.get(day, 0) for day in later)
    found = []
    for back in range(DAYS):
        day = last - timedelta(days=back)
        into, out = came.get(day, 0), went.get(day, 0)
        found.append(DayCount(day, into, out, left))
        left -= into - out
    return tuple(reversed(found))


def _categories(catalogue: Catalogue, now: Sequence[Row], before: Sequence[Row]) -> tuple[CategoryCount, ...]:
    """The most frequent of this week with their count of the week before."""
    this, last = _by_name(catalogue, now), _by_name(catalogue, before)
    most = sorted(this.items(), key=lambda item: (-item[1], item[0]))[:NAMED]
    return tuple(CategoryCount(name, count, last.get(name, 0)) for name, count in most)


def _by_name(catalogue: Catalogue, rows: Iterable[Row]) -> dict[str, int]:
    """Counts by leaf; a sensitive leaf only adds to the heading above it."""
    counted: dict[str, int] = {}
    for row in rows:
        code = row["category"]
        name = code
        if catalogue.has(code):
            leaf = catalogue.leaf(code)
            name = catalogue.top_of(code).name if leaf.sensitive else leaf.name
        counted[name] = counted.get(name, 0) + row["count"]
    return counted


def _ages(rows: Iterable[Row], now: datetime) -> tuple[AgeCount, ...]:
    """Open tickets by how long ago they came, to the quarter of an hour."""
    counts = [[0, 0] for _ in (*AGE_LIMITS, None)]
    for row in rows:
        old = (now.timestamp() - row["quarter"] * QUARTER) / 86400
        place = sum(old >= limit for limit in AGE_LIMITS)
        counts[place][0] += row["count"]
        counts[place][1] += row["late"]
    return tuple(AgeCount(count, late) for count, late in counts)


def _heat(rows: Iterable[Row], zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    counts = [[0] * 24 for _ in range(7)]
    for row in rows:
        at = _local(row["quarter"], zone)
        counts[at.weekday()][at.hour] += row["count"]
    return tuple(map(tuple, counts))
