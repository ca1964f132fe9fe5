"""Summaries exactly once per community and local date: jumps, DST, the year's end, racing schedulers."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.torture_clock import COMMUNITIES, promised

pytestmark = pytest.mark.sqlite

QUARTER = timedelta(minutes=20)
CASES = {
    "new year": ("Asia/Shanghai", datetime(2026, 12, 30, 20, tzinfo=UTC), 4),
    "leap day": ("Asia/Shanghai", datetime(2028, 2, 27, 20, tzinfo=UTC), 4),
    "spring forward": ("Europe/Berlin", datetime(2027, 3, 27, 0, tzinfo=UTC), 3),
    "fall back": ("Europe/Berlin", datetime(2026, 10, 24, 0, tzinfo=UTC), 3),
    "a day without midnight": ("America/Santiago", datetime(2026, 9, 5, 4, tzinfo=UTC), 3),
    "half an hour": ("Australia/Lord_Howe", datetime(2027, 4, 2, 15, tzinfo=UTC), 3),
}


def ticks(begin: datetime, days: int) -> list[datetime]:
    return [begin + QUARTER * step for step in range(days * 72)]


def due(zone: ZoneInfo, moments: list[datetime]) -> set[date]:
    """The local dates on which a clock once stood between half past eight and eight in the evening."""
    local = [moment.astimezone(zone) for moment in moments]
    return {at.date() for at in local if 510 <= at.hour * 60 + at.minute < 1200}


@pytest.mark.parametrize("name", CASES)
async def test_every_local_date_has_one_summary(tmp_path: Path, name: str) -> None:
    key, begin, days = CASES[name]
    zone, moments = ZoneInfo(key), ticks(begin, days)
    counted = await promised(tmp_path / "s.sqlite", zone, moments)
    assert counted == {(c + 1, day): 1 for c in range(COMMUNITIES) for day in due(zone, moments)}
    assert len(due(zone, moments)) >= days - 1


@pytest.mark.parametrize("seed", range(2))
async def test_a_clock_that_jumps_gives_no_summary_twice(tmp_path: Path, seed: int) -> None:
    """An operator sets the clock a day ahead and back, the machine sleeps, a time server corrects minutes."""
    dice, zone = random.Random(seed), ZoneInfo("Asia/Shanghai")
    moment, moments = datetime(2026, 12, 29, tzinfo=UTC), []
    for _ in range(120):
        moment += timedelta(minutes=dice.choice([20, 20, 20, 60, -5, 24 * 60, -24 * 60, 13 * 60]))
        moments.append(moment)
    counted = await promised(tmp_path / "s.sqlite", zone, moments)
    assert counted == {(c + 1, day): 1 for c in range(COMMUNITIES) for day in due(zone, moments)}
