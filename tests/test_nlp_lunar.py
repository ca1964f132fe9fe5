"""The lunar table, against the festivals that the holidays package knows."""

from __future__ import annotations

from datetime import date

import pytest
from holidays.calendars.chinese import _ChineseLunisolar

from nlp.lunar import lunar_date, nearest_month_day, new_years_eve

_FESTIVALS = (
    (1, 1, _ChineseLunisolar.LUNAR_NEW_YEAR_DATES),
    (5, 5, _ChineseLunisolar.DRAGON_BOAT_DATES),
    (8, 15, _ChineseLunisolar.MID_AUTUMN_DATES),
    (9, 9, _ChineseLunisolar.DOUBLE_NINTH_DATES),
)


@pytest.mark.parametrize("year", range(2023, 2037))
def test_the_festivals_fall_on_the_known_days(year: int) -> None:
    for month, day, known in _FESTIVALS:
        assert lunar_date(year, month, day) == date(year, *known[year])


@pytest.mark.parametrize(
    ("year", "month", "day", "wanted"),
    [
        (2025, 12, 23, date(2026, 2, 10)),
        (2025, 12, 8, date(2026, 1, 26)),
        (2026, 1, 15, date(2026, 3, 3)),
        (2025, 7, 7, date(2025, 8, 29)),
        (2026, 12, 30, None),
        (2040, 1, 1, None),
        (2026, 1, 0, None),
    ],
)
def test_other_days(year: int, month: int, day: int, wanted: date | None) -> None:
    assert lunar_date(year, month, day) == wanted


def test_the_eve_and_the_first_of_the_month() -> None:
    assert new_years_eve(2026) == date(2026, 2, 16)
    assert nearest_month_day(date(2026, 11, 22), 15) == date(2026, 11, 23)
    assert nearest_month_day(date(2060, 1, 1), 15) is None
