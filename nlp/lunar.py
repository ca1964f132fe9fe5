"""The lunar calendar of 2023 to 2036: which day 八月十五, 腊月二十三 or 初一 was.

Lengths of months and leap months as published in the common table of the Chinese calendar (GB/T 33661-2017
names its rules). A test compares what follows from it with the four festivals a year of the `holidays` package.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

_FIRST_YEAR, _FIRST_DAY = 2023, date(2023, 1, 22)
# A year each: its months in order, L of thirty days, s of twenty-nine; then the leap month, 0 for none.
_YEARS: tuple[tuple[str, int], ...] = (
    ("sLssLLsLLsLsL", 2),
    ("sLssLsLLsLLs", 0),
    ("LsLssLsLsLLLs", 6),
    ("LsLssLssLLLs", 0),
    ("LLsLssLssLLs", 0),
    ("LLLsLssLssLLs", 5),
    ("LLsLsLsLssLL", 0),
    ("sLsLLsLsLsLs", 0),
    ("sLLsLsLLsLsLs", 3),
    ("LssLsLLsLLsL", 0),
    ("sLssLsLsLLLsL", 11),
    ("sLssLsLsLLsL", 0),
    ("LsLssLssLLsL", 0),
    ("LLsLssLssLsLL", 6),
)
_DAYS = {"s": 29, "L": 30}


@cache
def _months(year: int) -> tuple[tuple[int, date, int], ...]:
    """Number, first day and length of the months of a lunar year, the leap month left out."""
    return tuple((number, start, length) for of, number, start, length in _all_months() if of == year)


def _all_months() -> Iterator[tuple[int, int, date, int]]:
    start = _FIRST_DAY
    for year, (lengths, leap) in enumerate(_YEARS, _FIRST_YEAR):
        for place, length in enumerate(lengths):
            if not leap or place != leap:
                yield year, place + (not leap or place < leap), start, _DAYS[length]
            start += timedelta(days=_DAYS[length])


def lunar_date(year: int, month: int, day: int) -> date | None:
    """The solar date of a day of the lunar year that begins in `year`; None beyond the table or the month."""
    for number, start, length in _months(year):
        if number == month and 1 <= day <= length:
            return start + timedelta(days=day - 1)
    return None


def new_years_eve(year: int) -> date | None:
    """The last day before the lunar year that begins in `year`."""
    first = lunar_date(year, 1, 1)
    return first - timedelta(days=1) if first else None


def nearest_month_day(today: date, day: int) -> date | None:
    """The day of a lunar month (初一, 十五) that is nearest to today."""
    near = [
        start + timedelta(days=day - 1)
        for year in (today.year - 1, today.year)
        for _, start, length in _months(year)
        if day <= length
    ]
    return min(near, key=lambda one: abs((one - today).days), default=None)
