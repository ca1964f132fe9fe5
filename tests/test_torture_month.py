"""Thirty days under a moved clock: the rules hold, one summary each morning, memory stays flat."""

from __future__ import annotations

import logging

import pytest

from tests.torture_month import live
from tests.town import Community, Town

pytestmark = [pytest.mark.timeout(300), pytest.mark.sqlite]
DAYS = 30
FLAT = 800_000
"""Bytes of Python objects in twenty days; 0.33 million were measured."""


async def test_a_month_goes_by(town: Town, office: Community, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        month = await live(town, office, DAYS, each=2)
    assert month.broken == []
    said = [record.getMessage() for record in caplog.records if record.name != "transport.watchdog"]
    assert said == [], "the watchdog alone may wonder at a clock that leaps"
    assert month.tickets > DAYS / 2
    assert month.summaries == DAYS - 1, "the first day has no day before"
    assert month.grown < FLAT, f"{month.grown / 1e6:.1f} MB more after the first ten days"
