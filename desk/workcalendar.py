"""Builds the office's WorkCalendar from the holidays of its country and its own list of exceptions.

Mainland China's make-up days (调休) come from the State Council's notice, which appears each November for
the year after. A year whose notice the `holidays` library does not have yet is *estimated*: the public
holidays by law, without make-up days. `covers(year)` of the calendar is then False, and the office can
enter the notice by itself through `extra_holidays` and `makeup_days`; a year with a make-up day of its own
counts as covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import holidays

from domain.errors import CalendarError
from domain.workdays import DEFAULT_HOURS, SATURDAY_AND_SUNDAY, Opening, WorkCalendar

COUNTRIES = ("CN", "HK", "MO", "TW", "SG", "MY")

# Public offices in Hong Kong have worked five days a week since 2006; the library counts Saturday as worked
# there because the law on general holidays names Sundays only.
_WEEKENDS = {"HK": SATURDAY_AND_SUNDAY}

# Which of the library's lists an office rests on, where the plain public one is too short: in Hong Kong the
# general holidays (Good Friday ...) are "optional", in Macao offices keep the government's days. A half day
# is worked in the morning and stays a working day.
_CATEGORIES = {"HK": ("public", "optional"), "MO": ("public", "government")}
_HALF_DAY = "Afternoon"

_YEARS_BACK, _YEARS_AHEAD = 6, 3


def build_calendar(
    today: date,
    country: str = "CN",
    zone: str = "Asia/Shanghai",
    *,
    subdivision: str | None = None,
    hours: Sequence[Opening] = DEFAULT_HOURS,
    extra_holidays: Iterable[date] = (),
    makeup_days: Iterable[date] = (),
    weekend: Iterable[int] | None = None,
) -> WorkCalendar:
    """The calendar for the years around `today`. A day of `makeup_days` is worked whatever else says.

    `subdivision` is a state's code (Malaysia: "10" Selangor, "02" Kedah ...). `weekend` (Monday is 0) is
    for places that rest on other days: the library gives Kedah the rest of Malaysia's Saturday and Sunday.
    """
    if country not in COUNTRIES:
        raise CalendarError(f"no work calendar for country {country!r}; use one of {', '.join(COUNTRIES)}")
    years = range(today.year - _YEARS_BACK, today.year + _YEARS_AHEAD + 1)
    try:
        law = holidays.country_holidays(
            country,
            subdiv=subdivision,
            years=years,
            categories=_CATEGORIES.get(country),
            language="en_US",
            expand=False,
        )
    except NotImplementedError:
        raise CalendarError(f"{country} has no part {subdivision!r}") from None
    worked = frozenset(law.weekend_workdays) | frozenset(makeup_days)
    resting = frozenset(day for day, name in law.items() if _HALF_DAY not in name)
    return WorkCalendar(
        zone=ZoneInfo(zone),
        hours=tuple(hours),
        holidays=(resting - frozenset(law.weekend_workdays)) | frozenset(extra_holidays),
        makeup_days=worked,
        covered_years=_noticed(years, worked) if country == "CN" else frozenset(years),
        weekend=frozenset(weekend if weekend is not None else _WEEKENDS.get(country, law.weekend)),
    )


def with_notice(calendar: WorkCalendar, days: Mapping[date, bool]) -> WorkCalendar:
    """The calendar with days that were entered by hand: True is worked, False is free; they win.

    A year in which a make-up day was entered counts as covered.
    """
    if not days:
        return calendar
    worked = frozenset(day for day, works in days.items() if works)
    free = frozenset(days) - worked
    return replace(
        calendar,
        holidays=(calendar.holidays | free) - worked,
        makeup_days=(calendar.makeup_days - free) | worked,
        covered_years=calendar.covered_years | {day.year for day in worked if day.month < 12},
    )


def estimated_years(calendar: WorkCalendar, today: date) -> tuple[int, ...]:
    """This year and the next, where their holidays are only an estimate: something to tell the office."""
    return tuple(year for year in (today.year, today.year + 1) if not calendar.covers(year))


def _noticed(years: Iterable[int], makeup_days: Iterable[date]) -> frozenset[int]:
    """The mainland years whose notice is known: every notice since 2003 ordered make-up days.

    December is left out: a make-up day there can belong to the notice for the following year.
    """
    noticed = {day.year for day in makeup_days if day.month < 12}
    return frozenset(year for year in years if year in noticed)
