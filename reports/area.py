"""The day, week or month of a subdistrict, a district or a city: many communities counted in one look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.levels import Kind
from domain.workdays import WorkCalendar
from reports import trend
from reports.daily import CLOSED
from storage import areas, periods
from storage.areas import Counts, Limits, Node, Standing
from storage.periods import Period, Span, midnight
from storage.store import Tx

NAMED = 5
LEAST_NEWS = 5  # tickets in a period from which a community above its usual is named
DAY = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of an area's table: a community, or a lower area with its communities."""

    name: str
    communities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Who is told: `parts` in the order of the register; `names` of all communities below."""

    id: int
    name: str
    parts: tuple[Part, ...]
    names: Mapping[int, str]

    @property
    def communities(self) -> tuple[int, ...]:
        return tuple(self.names)


def areas_of(nodes: Sequence[Node]) -> dict[int, Area]:
    """The levels with a community below them, by id: each lists what stands directly below it."""
    below: dict[int | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)

    def communities(node: Node) -> list[Node]:
        if node.kind is Kind.COMMUNITY:
            return [node]
        return [found for child in below.get(node.id, ()) for found in communities(child)]

    found = {}
    for node in nodes:
        ours = communities(node)
        if node.kind is Kind.COMMUNITY or not ours:
            continue
        parts = tuple(
            Part(child.name, tuple(c.community_id for c in communities(child) if c.community_id))
            for child in below.get(node.id, ())
        )
        found[node.id] = Area(
            node.id, node.name, parts, {c.community_id: c.name for c in ours if c.community_id}
        )
    return found


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything of one period, of all communities, counted once however many areas are told."""

    period: Period
    now: int
    days: tuple[date, ...]  # of the period that have begun
    counts: Counts
    before: Counts  # of the period before; of a day, the day before
    standing: Mapping[int, Standing]
    limits: Mapping[int, Limits]
    opinions: Mapping[int, Counter[str]]
    like: Mapping[date, Counter[int]] = field(default_factory=dict)  # days like those of the period
    history: tuple[date, ...] = ()


async def facts(tx: Tx, period: Period, now: datetime, zone: ZoneInfo, calendar: WorkCalendar) -> Facts:
    """Count the period for all communities."""
    since, until = period.bounds(zone)
    earlier = period.before().bounds(zone)
    now_ms = int(now.timestamp() * 1000)
    days = tuple(day for day in period.days if day <= now.astimezone(zone).date())
    history = await _history(tx, period.first, zone)
    like = {
        day: await areas.came(tx, midnight(day, zone), midnight(day + timedelta(days=1), zone))
        for day in sorted(trend.like_days(days, history, calendar))
    }
    return Facts(
        period=period,
        now=now_ms,
        days=days,
        counts=await areas.counts(tx, since, until),
        before=await areas.counts(tx, *earlier),
        standing=await areas.standing(tx, now_ms),
        limits=await areas.limits(tx, since, until) if period.span is not Span.DAY else {},
        opinions=await areas.opinions(tx, since, until),
        like=like,
        history=history,
    )


async def _history(tx: Tx, first: date, zone: ZoneInfo) -> tuple[date, ...]:
    began = await periods.first_of_all(tx)
    if began is None:
        return ()
    start = max(datetime.fromtimestamp(began / 1000, zone).date(), first - timedelta(days=trend.HISTORY_DAYS))
    return tuple(start + timedelta(days=n) for n in range((first - start).days))


def summary(area: Area, told: Facts, catalogue: Catalogue, calendar: WorkCalendar) -> dict[str, Any]:
    """What the area is told, as plain values for `texts.city.area_summary`."""
    ours = area.communities
    new = {one: sum(told.counts.created.get(one, {}).values()) for one in ours}
    held = _held(told.standing, ours)
    limits = _limits(told.limits, ours)
    said = _sum_of(told.opinions, ours)
    moves = _sum_of(told.counts.moves, ours)
    return {
        "area": area.name,
        "id": area.id,
        "span": told.period.span.value,
        "first": told.period.first.isoformat(),
        "last": told.period.last.isoformat(),
        "code": told.period.code,
        "communities": len(ours),
        "quiet": sum(not count for count in new.values()),
        "new": sum(new.values()),
        "before": sum(sum(told.before.created.get(one, {}).values()) for one in ours),
        "trend": trend.plain(_beside(told, ours, sum(new.values()), calendar)),
        "tops": _tops(catalogue, told.counts, ours),
        "closed": moves["close"],
        "reopened": moves["reopen"],
        "returned": moves["return"],
        "open": held.open,
        "late": held.late,
        "urgent": held.urgent,
        "unassigned": held.unassigned,
        "suspended": held.suspended,
        "oldest_days": _days_since(held.oldest, told.now),
        "due": limits.due,
        "closed_due": limits.closed,
        "on_time": limits.on_time,
        "opinions": dict(said),
        "parts": [_part(part, told, new) for part in area.parts],
        "late_most": _late_most(area, told),
        "unusual": _unusual(area, told, new, calendar),
    }


def _part(part: Part, told: Facts, new: Mapping[int, int]) -> list[Any]:
    """(name, new, closed, open, late, 应结, closed in time)."""
    held, limits = _held(told.standing, part.communities), _limits(told.limits, part.communities)
    closed = sum(told.counts.moves.get(one, {}).get("close", 0) for one in part.communities)
    came = sum(new[one] for one in part.communities)
    return [part.name, came, closed, held.open, held.late, limits.due, limits.on_time]


def _late_most(area: Area, told: Facts) -> list[list[Any]]:
    """(community, late, days since its oldest broken promise), the most first."""
    found = [(one, told.standing[one]) for one in area.communities if one in told.standing]
    worst = sorted((pair for pair in found if pair[1].late), key=lambda pair: (-pair[1].late, pair[0]))
    return [[area.names[one], held.late, _days_since(held.oldest, told.now)] for one, held in worst[:NAMED]]


def _unusual(area: Area, told: Facts, new: Mapping[int, int], calendar: WorkCalendar) -> list[list[Any]]:
    """(community, new, its usual) where chance alone would hardly bring so many, the rarest first."""
    found = []
    for one, count in new.items():
        if count < LEAST_NEWS:
            continue
        beside = _beside(told, (one,), count, calendar)
        if beside.usual is not None and count > beside.usual.expected and beside.chance < trend.HOT_CHANCE:
            found.append((beside.chance, one, count, beside.usual.expected))
    return [[area.names[one], count, round(usual, 1)] for _, one, count, usual in sorted(found)[:NAMED]]


def _beside(told: Facts, ours: Sequence[int], count: int, calendar: WorkCalendar) -> trend.Compared:
    came = {day: sum(counted[one] for one in ours) for day, counted in told.like.items()}
    return trend.beside(count, told.days, trend.usual(told.days, came, told.history, calendar), calendar)


def _tops(catalogue: Catalogue, counted: Counts, ours: Iterable[int]) -> list[list[Any]]:
    """(heading, how many); what the catalogue has lost is counted under 🔒."""
    tops: Counter[str] = Counter()
    for one in ours:
        for code, count in counted.created.get(one, {}).items():
            tops[catalogue.top_of(code).name if catalogue.has(code) else CLOSED] += count
    return [[name, count] for name, count in tops.most_common()]


def _held(standing: Mapping[int, Standing], ours: Iterable[int]) -> Standing:
    found = [standing[one] for one in ours if one in standing]
    return Standing(
        sum(s.open for s in found),
        sum(s.late for s in found),
        sum(s.urgent for s in found),
        sum(s.unassigned for s in found),
        sum(s.suspended for s in found),
        min((s.oldest for s in found if s.oldest is not None), default=None),
    )


def _limits(limits: Mapping[int, Limits], ours: Iterable[int]) -> Limits:
    found = [limits[one] for one in ours if one in limits]
    return Limits(
        sum(one.due for one in found), sum(one.closed for one in found), sum(one.on_time for one in found)
    )


def _sum_of(counted: Mapping[int, Mapping[str, int]], ours: Iterable[int]) -> Counter[str]:
    return reduce(add, (Counter(counted[one]) for one in ours if one in counted), Counter())


def _days_since(due: int | None, now: int) -> int:
    return max(0, (now - due) // DAY) if due is not None else 0
