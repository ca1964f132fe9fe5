"""Reads a holiday notice: the State Council's text as it is, a CSV, or lines like "2027-02-06..02-12 休"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import Refused

LONGEST_REST = 30
MOST_DAYS = 150
_FREE = r"放假|休息|休|off|rest"
_WORKED = r"上班|补班|班|work"
_TOKEN = re.compile(
    rf"(?P<date>(?:(?P<year>\d{{4}})\s*[-/.年]\s*)?(?P<month>\d{{1,2}})\s*[-/.月]\s*(?P<day>\d{{1,2}})(?!\d)(?:\s*[日号])?)"
    rf"|(?P<bare>(?<=[至到~—–])\s*(?P<only>\d{{1,2}})\s*[日号])"
    rf"|(?P<year_only>\d{{4}})\s*年|(?P<to>\.\.|至|到|~|—|–|\s-+\s)|(?P<free>{_FREE})|(?P<worked>{_WORKED})|(?P<end>\n)"
)
_ASIDE = re.compile(r"[（(][^）)]*[）)]|共\s*\d+\s*天|调休|^\s*\d{4}年\d{1,2}月\d{1,2}日\s*$", re.MULTILINE)
"""What says nothing about the days: remarks in brackets, how many days, the date below the notice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a holiday notice orders: True is worked although a weekend, False is free."""

    days: dict[date, bool]


def read_notice(text: str) -> Notice:
    """The days of a notice. `Refused` names what cannot be read.

    Dates collect until 休 / 放假 or 班 / 上班 says what they are; a list may also name it before its dates.
    """
    days: dict[date, bool] = {}
    waiting: list[date] = []
    year, last, spans, verb = 0, None, False, None

    def settle(works: bool) -> None:
        for day in waiting:
            if days.get(day, works) != works:
                raise Refused("days_twice", day=day.isoformat())
            days[day] = works
        waiting.clear()

    for found in _TOKEN.finditer(_ASIDE.sub("", text.replace("\r", ""))):
        if found["year_only"]:
            year = int(found["year_only"])
        elif found["to"]:
            spans = last is not None
        elif found["free"] or found["worked"]:
            verb = bool(found["worked"])
            settle(verb)
            last = None
        elif found["end"]:
            if verb is not None:
                settle(verb)
            verb, last, spans = None, None, False
        else:
            day = _date(found, year, last)
            year = day.year
            waiting.extend(_until(last, day) if spans and last else [day])
            last, spans = day, False
    if verb is not None:
        settle(verb)
    if waiting:
        raise Refused("days_unsaid", day=waiting[0].isoformat())
    if not days:
        raise Refused("days_none")
    if len(days) > MOST_DAYS:
        raise Refused("days_many")
    return Notice(days)


def _date(found: re.Match[str], year: int, last: date | None) -> date:
    if found["bare"]:
        assert last is not None  # noqa: S101 - it follows a 至 that follows a date
        year, month, day = last.year, last.month, int(found["only"])
    else:
        year, month, day = int(found["year"] or year), int(found["month"]), int(found["day"])
    if not year:
        raise Refused("days_no_year")
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused("days_no_date", day=f"{year}-{month}-{day}") from None


def _until(first: date, last: date) -> list[date]:
    """The days after `first` up to `last`."""
    length = (last - first).days
    if not 0 < length <= LONGEST_REST:
        raise Refused("days_no_date", day=f"{first} … {last}")
    return [first + timedelta(days=step) for step in range(1, length + 1)]
