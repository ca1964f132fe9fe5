"""What an office should look at in time: last year's season, who lags, which promise is the oldest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import comb
from typing import Final
from zoneinfo import ZoneInfo

from storage.periods import Case, midnight
from storage.store import Tx

LEAST_SEASON = 5  # tickets that make a season
SEASON_FACTOR = 2.0
SEASON_CHANCE = 0.01
LEAST_HELD = 8  # tickets that fell due, from which somebody can be said to lag
LAG_CHANCE = 0.001
SHARE_BEHIND = 0.25  # and so much lower than the others': less is no matter for a bulletin
YEAR: Final = timedelta(days=365)
QUARTER: Final = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Season:
    """A kind that came far more often in last year's coming four weeks than in the quarter before them."""

    category: str
    count: int
    usual: float  # in four weeks


@dataclass(frozen=True, slots=True)
class Lag:
    """Somebody whose tickets are closed in time far more rarely than the others'."""

    who: int
    on_time: int
    due: int


async def last_year(tx: Tx, community_id: int, today: date, zone: ZoneInfo) -> list[Season]:
    """What the next four weeks brought a year ago, the most first."""
    then = today - YEAR
    span = timedelta(days=28)
    counted = await _counts(tx, community_id, then, then + span, zone)
    before = await _counts(tx, community_id, then - QUARTER, then, zone)
    found = []
    for category, count in counted.items():
        had = before.get(category, 0)
        usual = had * span / QUARTER
        if (
            count >= max(LEAST_SEASON, SEASON_FACTOR * usual)
            and _more(count, had, span / QUARTER) < SEASON_CHANCE
        ):
            found.append(Season(category, count, usual))
    return sorted(found, key=lambda season: (-season.count, season.category))


async def _counts(tx: Tx, community_id: int, first: date, until: date, zone: ZoneInfo) -> dict[str, int]:
    rows = await tx.all(
        "figures.created", community_id=community_id, since=midnight(first, zone), until=midnight(until, zone)
    )
    return {row["category"]: row["count"] for row in rows}


def _more(count: int, before: int, exposure: float) -> float:
    """How likely so many or more of all would fall into the shorter stretch, were both alike (binomial)."""
    whole, share = count + before, exposure / (1 + exposure)
    return sum(comb(whole, n) * share**n * (1 - share) ** (whole - n) for n in range(count, whole + 1))


def lagging(due: Sequence[Case]) -> list[Lag]:
    """Who lags behind all others together, far more than chance would do it; the worst first."""
    held: dict[int, list[bool]] = {}
    for case in due:
        if case.assignee_id:
            in_time = case.closed_at is not None and case.closed_at <= case.answer_due
            held.setdefault(case.assignee_id, []).append(in_time)
    whole, good = sum(map(len, held.values())), sum(map(sum, held.values()))
    found = []
    for who, kept in held.items():
        others, others_good = whole - len(kept), good - sum(kept)
        if len(kept) < LEAST_HELD or not others:
            continue
        behind = others_good / others - sum(kept) / len(kept)
        if behind >= SHARE_BEHIND and _so_few(sum(kept), len(kept), good, whole) < LAG_CHANCE:
            found.append(Lag(who, sum(kept), len(kept)))
    return sorted(found, key=lambda lag: lag.on_time / lag.due)


def _so_few(kept: int, held: int, good: int, whole: int) -> float:
    """How likely so few of somebody's are in time, were the good ones dealt out by chance."""
    least = max(0, held - (whole - good))
    ways = sum(comb(good, n) * comb(whole - good, held - n) for n in range(least, kept + 1))
    return ways / comb(whole, held)


def oldest_promise(open_now: Sequence[Case], now: int) -> Case | None:
    """The open ticket whose broken promise was made for the earliest day."""
    late = [case for case in open_now if case.answered_at is None and case.answer_due < now]
    return min(late, key=lambda case: (case.answer_due, case.id), default=None)
