"""The weekly and the monthly bulletin as plain values, each number with its tickets behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from domain import seasons
from domain.catalogue import Catalogue
from domain.privacy import is_closed
from domain.states import State, meaning
from domain.workdays import WorkCalendar
from nlp.personal import mask
from reports import figures, foresight, trend
from reports.daily import CLOSED
from storage import communities, people, periods, spot_checks
from storage.communities import Community
from storage.periods import Case, Closing, Moved, Period
from storage.store import Tx
from texts.places import place_words

NAMED = 5  # tickets that stand by number under each heading
ANNEX_ROWS = 12
HEATING = "heating"  # the leaf by which an office is known to be in a heated city
WHICH = ("new", "due", "unclosed", "not_on_time", "repeats", "rebounds", "hot", "unsolved", "silent")
"""The numbers of a bulletin that open to their tickets."""


@dataclass(frozen=True)
class Book:
    """Everything that a bulletin is counted from."""

    community: Community
    period: Period
    now: int
    until: int  # the end of the period, or now while it lasts
    days: int  # of the period that have begun
    catalogue: Catalogue
    estates: Mapping[int, str]
    new: Sequence[Case]
    due: Sequence[Case]
    open_now: Sequence[Case]
    earlier: Sequence[Case]
    moves: Sequence[Moved]
    closings: Mapping[int, Closing]
    before: Sequence[Case]  # opened in the period before
    history: Sequence[Case]
    history_days: int

    @cached_property
    def kept(self) -> figures.Kept:
        return figures.kept(self.due)

    @cached_property
    def reviews(self) -> figures.Reviews:
        return figures.reviews(self.moves, self.closings)

    @cached_property
    def echoes(self) -> figures.Echoes:
        return figures.echoes(self.new, self.earlier)

    @cached_property
    def late(self) -> list[Case]:
        """超期未答复 now, the longest first."""
        found = [c for c in self.open_now if meaning(c.state).clock_runs and c.answered_at is None]
        return sorted((c for c in found if c.answer_due < self.now), key=lambda c: c.answer_due)

    @cached_property
    def hot(self) -> list[trend.Hot]:
        shown = [c for c in self.new if self._counts_as_hot(c)]
        history = [c for c in self.history if self._counts_as_hot(c)]
        return trend.hot_spots(shown, self.days, history, self.history_days)

    def _counts_as_hot(self, case: Case) -> bool:
        return case.state not in (State.VOID, State.REJECTED) and not self.is_closed(case)

    def is_closed(self, case: Case) -> bool:
        """Whether place and category stay out of the group."""
        return is_closed(
            self.catalogue,
            case.category,
            sure=case.category_sure,
            guesses=case.guesses,
            dangers=case.dangers,
        )

    def matter(self, case: Case) -> str:
        if self.is_closed(case) or not self.catalogue.has(case.category):
            return CLOSED
        return self.catalogue.leaf(case.category).name

    def top(self, case: Case) -> str:
        if self.is_closed(case) or not self.catalogue.has(case.category):
            return CLOSED
        return self.catalogue.top_of(case.category).name

    def unit(self, case: Case) -> str:
        """The responsible unit; that of a closed ticket would tell what it is about."""
        return CLOSED if self.is_closed(case) else case.responsible

    def place(self, place: trend.Place | None) -> str:
        if place is None:
            return ""
        estate, building, words = place
        if not building:
            return mask(words)
        return place_words(estate=self.estates.get(estate or 0, ""), building=building)

    def name(self, case: Case) -> str:
        """Category and place of a ticket; a closed one shows neither."""
        if self.is_closed(case):
            return CLOSED
        return f"{self.matter(case)} {mask(case.place)}".strip()


async def open_book(
    tx: Tx,
    community: Community,
    period: Period,
    now: datetime,
    zone: ZoneInfo,
    catalogue: Catalogue,
) -> Book:
    """Read what the bulletin of that period needs."""
    since, end = period.bounds(zone)
    now_ms = int(now.timestamp() * 1000)
    until = min(end, now_ms + 1)
    started = await trend.history_start(tx, community.id, period.first, zone)
    history_since = periods.midnight(started, zone) if started else since
    new = await periods.created(tx, community.id, since, until)
    open_now = await periods.open_now(tx, community.id)
    older = await _older(tx, community, since, until, open_now)
    return Book(
        community=community,
        period=period,
        now=now_ms,
        until=until,
        days=sum(day <= now.astimezone(zone).date() for day in period.days),
        catalogue=catalogue,
        estates={e.id: e.name for e in await communities.estates(tx, community.id)},
        new=new,
        due=[
            *await periods.due(tx, community.id, since, until, opened_before=since),
            *(c for c in new if figures.falls_due(c, since, until)),
        ],
        open_now=open_now,
        earlier=[*older, *new],
        moves=figures.standing(await periods.moves(tx, community.id, since, until)),
        closings=await periods.closings(tx, community.id, since, until),
        before=_before(older, period, now, zone),
        history=[c for c in older if c.created_at >= history_since],
        history_days=(period.first - started).days if started else 0,
    )


async def _older(
    tx: Tx, community: Community, since: int, until: int, open_now: Iterable[Case]
) -> list[Case]:
    """What came before `since` and may be a forerunner: lately opened, closed not long ago, or still open."""
    lately = since - trend.HISTORY_DAYS * figures.DAY
    again = since - figures.REBOUND_DAYS * figures.DAY
    found = [
        *await periods.seen(tx, community.id, lately, since),
        *await periods.closed(tx, community.id, again, until, lately),
        *(c for c in open_now if c.created_at < lately),
    ]
    return list({case.id: case for case in found}.values())


def _before(older: Iterable[Case], period: Period, now: datetime, zone: ZoneInfo) -> list[Case]:
    """Opened in the period before; while this one lasts, in the same stretch of that one."""
    since, end = period.before().bounds(zone)
    begun, _ = period.bounds(zone)
    until = min(end, since + int(now.timestamp() * 1000) - begun)
    return [case for case in older if since <= case.created_at < until]


async def bulletin(
    tx: Tx,
    community: Community,
    period: Period,
    now: datetime,
    zone: ZoneInfo,
    catalogue: Catalogue,
    calendar: WorkCalendar,
) -> dict[str, Any]:
    """What the bulletin tells, as plain values for `texts.bulletin.bulletin`."""
    book = await open_book(tx, community, period, now, zone, catalogue)
    days = period.days[: book.days]
    beside = await trend.compared(tx, community.id, days, now, zone, calendar)
    calm = Counter(trend.day_kind(day, calendar).value for day in period.before().days[: len(days)])
    return {
        "community": community.name,
        "span": period.span.value,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "code": period.code,
        "over": book.until <= book.now,
        "new": len(book.new),
        "before": len(book.before),
        "trend": trend.plain(beside),
        "kinds_before": dict(calm),
        **_basics(book),
        "rates": rates(book),
        "valid": len(book.reviews.valid),
        "silent": len(book.reviews.silent),
        "first_answer": figures.first_answers(book.new),
        "hot": [_hot(book, hot) for hot in book.hot],
        "rebounds": _pairs(book, book.echoes.rebounds),
        "repeats": _pairs(book, book.echoes.repeats),
        "late": _late(book),
        "suspended": await _suspended(tx, book, zone),
        "open": len(book.open_now),
        "people": await _people(tx, book),
        "units": _table(book, book.unit)[:ANNEX_ROWS],
        "houses": _table(book, lambda c: book.place(trend.place_of(c)) if not book.is_closed(c) else "")[
            :ANNEX_ROWS
        ],
        "by_level": _table(book, lambda c: c.level),
        "spot_checks": dict(await spot_checks.outcome(tx, community.id, period.first, period.last)),
        "annex": annex(book),
        "lagging": [
            [await people.name_of(tx, community.id, lag.who) or "?", lag.on_time, lag.due]
            for lag in foresight.lagging(book.due)
        ],
        "oldest": _oldest(book, zone),
        **await _coming(tx, book, now.astimezone(zone).date(), zone),
    }


def tickets_of(book: Book, which: str) -> list[int]:
    """The tickets behind a number of the bulletin, `which` of WHICH."""
    kept, reviews = book.kept, book.reviews
    found: dict[str, Callable[[], Iterable[int]]] = {
        "new": lambda: [c.id for c in book.new],
        "due": lambda: kept.closed.whole,
        "unclosed": lambda: kept.closed.whole - kept.closed.part,
        "not_on_time": lambda: kept.on_time.whole - kept.on_time.part,
        "repeats": lambda: book.echoes.repeats,
        "rebounds": lambda: book.echoes.rebounds,
        "hot": lambda: {ticket for hot in book.hot for ticket in hot.tickets},
        "unsolved": lambda: reviews.solved.whole - reviews.solved.part,
        "silent": lambda: reviews.silent,
    }
    return sorted(found[which]())


def _basics(book: Book) -> dict[str, Any]:
    states = Counter(c.state for c in book.new)
    names, before = Counter(map(book.matter, book.new)), Counter(map(book.matter, book.before))
    tops = Counter(map(book.top, book.new))
    return {
        "tops": [[name, count] for name, count in tops.most_common()],
        "top_three": [[n, c, before[n]] for n, c in names.most_common() if n != CLOSED][:3],
        "urgent": sum(c.urgency != "一般" for c in book.new),
        "withdrawn": states[State.WITHDRAWN],
        "merged": states[State.MERGED],
        "rejected": states[State.REJECTED],
        "levels": [[level, count] for level, count in Counter(c.level for c in book.new).most_common()],
    }


def rates(book: Book) -> dict[str, list[int]]:
    """Every rate as (part, whole)."""
    kept, reviews = book.kept, book.reviews
    repeated = figures.Rate(frozenset(book.echoes.repeats), frozenset(c.id for c in book.new))
    return {
        "closed": kept.closed.plain,
        "on_time": kept.on_time.plain,
        "answered": kept.answered.plain,
        "extended": kept.extended.plain,
        "received": figures.receipt(book.new, book.now).plain,
        "returned": figures.returned(book.moves).plain,
        "reopened": figures.reopened(book.moves).plain,
        "repeated": repeated.plain,
        "responded": reviews.responded.plain,
        "solved": reviews.solved.plain,
        "satisfied": reviews.satisfied.plain,
    }


def _hot(book: Book, hot: trend.Hot) -> dict[str, Any]:
    matter = book.catalogue.leaf(hot.category).name if book.catalogue.has(hot.category) else ""
    return {
        "what": f"{book.place(hot.place)} {matter}".strip(),
        "count": len(hot.tickets),
        "usual": round(hot.usual, 1),
        "rare": hot.chance < trend.HOT_CHANCE / 10,
    }


def _pairs(book: Book, found: Mapping[int, Case]) -> dict[str, Any]:
    """How many, and the newest by number with their forerunners."""
    by_id = {case.id: case for case in book.new}
    newest = sorted(found, reverse=True)[:NAMED]
    rows = [
        [i, by_id[i].number, book.name(by_id[i]), found[i].number if found[i].id != i else ""] for i in newest
    ]
    return {"count": len(found), "rows": rows}


def _late(book: Book) -> dict[str, Any]:
    rows = [[c.id, c.number, book.name(c), (book.now - c.answer_due) // 1000] for c in book.late[:NAMED]]
    return {"count": len(book.late), "rows": rows}


async def _suspended(tx: Tx, book: Book, zone: ZoneInfo) -> dict[str, Any]:
    rows: list[list[Any]] = []
    soon = 0
    waiting = [c for c in book.open_now if c.state is State.SUSPENDED]
    for case in waiting:
        at = await periods.review_at(tx, case.id)
        due = at is not None and at < book.now + timedelta(days=7).total_seconds() * 1000
        soon += due
        day = datetime.fromtimestamp(at / 1000, zone).date().isoformat() if at is not None else ""
        rows.append([case.id, case.number, book.name(case), day])
    return {"count": len(waiting), "soon": soon, "rows": sorted(rows, key=lambda r: r[3] or "9")[:NAMED]}


def _oldest(book: Book, zone: ZoneInfo) -> list[Any]:
    """(id, number, what, the day that was promised), or nothing."""
    case = foresight.oldest_promise(book.late, book.now)
    if case is None:
        return []
    day = datetime.fromtimestamp(case.answer_due / 1000, zone).date()
    return [case.id, case.number, book.name(case), day.isoformat()]


async def _coming(tx: Tx, book: Book, today: date, zone: ZoneInfo) -> dict[str, Any]:
    """The seasons ahead, by the calendar and by what last year brought."""
    heated = any(case.category == HEATING for case in (*book.new, *book.earlier))
    last_year = await foresight.last_year(tx, book.community.id, today, zone)
    heated = heated or any(season.category == HEATING for season in last_year)
    shown = [
        season
        for season in last_year
        if book.catalogue.has(season.category) and not book.catalogue.leaf(season.category).sensitive
    ]
    return {
        "ahead": [
            [coming.code, coming.day.isoformat()]
            for coming in seasons.ahead(today, book.community.city, heated=heated)
        ],
        "last_year": [
            [book.catalogue.leaf(season.category).name, season.count, round(season.usual, 1)]
            for season in shown
        ],
    }


async def _people(tx: Tx, book: Book) -> list[list[Any]]:
    """(name, 应结, closed in time, open, of them late), who holds most first."""
    due = figures.kept_by(book.due, lambda c: str(c.assignee_id or ""))
    holds = Counter(str(c.assignee_id) for c in book.open_now if c.assignee_id)
    late = Counter(str(c.assignee_id) for c in book.late if c.assignee_id)
    rows = []
    for who in sorted({*due, *holds}, key=lambda who: (-holds[who], who)):
        name = await people.name_of(tx, book.community.id, int(who)) or "?"
        kept = due.get(who)
        ends = [len(kept.on_time.whole), len(kept.on_time.part)] if kept else [0, 0]
        rows.append([name, *ends, holds[who], late[who]])
    return rows[:ANNEX_ROWS]


def _table(book: Book, key: Callable[[Case], str]) -> list[list[Any]]:
    """(name, 应结, closed, closed in time), the most first; closed tickets are counted under 🔒."""
    found = figures.kept_by(book.due, key)
    rows: list[list[Any]] = [
        [name, len(kept.closed.whole), len(kept.closed.part), len(kept.on_time.part)]
        for name, kept in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def annex(book: Book) -> list[list[Any]]:
    """(heading, new, new in the period before, 应结, closed, closed in time) for each heading."""
    ends = {row[0]: row[1:] for row in _table(book, book.top)}
    new, before = Counter(map(book.top, book.new)), Counter(map(book.top, book.before))
    rows: list[list[Any]] = [
        [name, new[name], before[name], *ends.get(name, [0, 0, 0])] for name in {*new, *before, *ends}
    ]
    return sorted(rows, key=lambda row: (-row[1], -row[3], row[0]))[:ANNEX_ROWS]
