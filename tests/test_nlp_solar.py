"""The solar terms, against the days off that the `holidays` package knows."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import holidays
import pytest

from nlp.solar import is_solar_term, solar_term


@pytest.mark.parametrize("year", range(2020, 2031))
def test_qingming_is_the_day_off(year: int) -> None:
    off = holidays.country_holidays("CN", years=year)
    assert solar_term("清明", year) in off


@pytest.mark.parametrize("year", range(2000, 2100))
def test_terms_lie_two_weeks_apart(year: int) -> None:
    names = ["小寒", "立春", "惊蛰", "清明", "立夏", "芒种", "小暑", "立秋", "白露", "寒露", "立冬", "大雪"]
    middles = ["大寒", "雨水", "春分", "谷雨", "小满", "夏至", "大暑", "处暑", "秋分", "霜降", "小雪", "冬至"]
    days = [solar_term(name, year) for pair in zip(names, middles, strict=True) for name in pair]
    gaps = [after - before for before, after in itertools.pairwise(days)]
    assert all(timedelta(days=13) < gap < timedelta(days=17) for gap in gaps)


@pytest.mark.parametrize(
    ("name", "day"),
    [("立冬", date(2026, 11, 7)), ("冬至", date(2021, 12, 21)), ("立春", date(2025, 2, 3))],
)
def test_known_days(name: str, day: date) -> None:
    assert solar_term(name, day.year) == day
    assert is_solar_term(name)
    assert not is_solar_term("春节")
