"""One table of due times, checked twice: by the clocks, and by counting minute by minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desk.workcalendar import build_calendar
from domain.clocks import due_after, load_clocks
from domain.limits import Limit
from domain.workdays import DEFAULT_HOURS, Opening, WorkCalendar

CLOCKS = load_clocks()
TODAY = date(2026, 11, 22)
MINUTE = timedelta(minutes=1)
MORNINGS: tuple[Opening, ...] = ((time(9), time(12)),)
ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "due_times.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def days(year: int, words: str) -> frozenset[date]:
    """ "2.17-19 4.3" are four days."""
    found = set()
    for part in words.split():
        month, _, span = part.partition(".")
        first, _, last = span.partition("-")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return frozenset(found)


@dataclass(frozen=True)
class Place:
    """Rest days (and worked weekend days) as typed in from the official lists; weekends rest everywhere."""

    zone: str
    rest: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    hours: tuple[Opening, ...] = DEFAULT_HOURS


CHINA = Place(
    "Asia/Shanghai",
    days(2026, "1.1-3 2.15-23 4.4-6 5.1-5 6.19-21 9.25-27 10.1-7") | days(2027, "1.1 2.5-10"),
    days(2026, "1.4 2.14 2.28 5.9 9.20 10.10"),
)
PLACES = {
    "CN": CHINA,
    "CN-AM": Place(CHINA.zone, CHINA.rest, CHINA.worked, MORNINGS),
    "HK": Place("Asia/Hong_Kong", days(2026, "1.1 2.17-19 4.3 4.6-7 5.1 5.25 6.19 7.1 10.1 10.19 12.25")),
    "MO": Place("Asia/Macau", days(2026, "2.17-19 4.6-7 10.1-2 12.21-22 12.24-25")),
    "TW": Place("Asia/Taipei", days(2026, "2.16-20 2.27 4.3 4.6 9.25 9.28 10.9 10.26")),
    "SG": Place("Asia/Singapore", days(2026, "2.17-18 4.3 5.27 6.1 8.10 11.9 12.25")),
    "MY": Place("Asia/Kuala_Lumpur", days(2026, "2.17-18 6.17 8.25 8.31 9.16")),
    "UK": Place("Europe/London"),
    "NY": Place("America/New_York"),
}


def calendar_of(where: str) -> WorkCalendar:
    """As the office builds it; the notice for 2027 is not known yet, the law's days are."""
    place = PLACES[where]
    country = where.partition("-")[0]
    if country in ("UK", "NY"):
        return WorkCalendar(zone=ZoneInfo(place.zone))
    return build_calendar(TODAY, country, place.zone, hours=place.hours)


CALENDARS = {where: calendar_of(where) for where in PLACES}


def limit_of(clock: str, rule: str) -> Limit:
    if clock == "-":
        return Limit.parse(rule)
    found = CLOCKS.classes[clock]
    named = {"accept": found.accept, "answer": found.answer, "return": found.return_window}
    return named.get(rule) or next(step.limit for step in found.steps if step.name == rule)


def at(text: str, zone: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def works(place: Place, day: date) -> bool:
    return day in place.worked or (day.weekday() < 5 and day not in place.rest)


def slowly(place: Place, start: datetime, limit: Limit) -> datetime:
    """The same by counting: minutes one by one, days one by one. Knows nothing of the code it checks."""
    zone = ZoneInfo(place.zone)
    if limit.unit.value in ("分钟", "小时"):
        minutes = limit.amount * (60 if limit.unit.value == "小时" else 1)
        return (start.astimezone(UTC) + minutes * MINUTE).astimezone(zone)
    if limit.unit.value == "工作时":
        left, moment = limit.amount * 60, start.astimezone(UTC)
        while left:
            here = moment.astimezone(zone)
            open_now = any(opens <= here.time() < closes for opens, closes in place.hours)
            left -= open_now and works(place, here.date())
            moment += MINUTE
        return moment.astimezone(zone)
    day, left = start.astimezone(zone).date(), limit.amount
    while left:
        day += timedelta(days=1)
        left -= limit.unit.value == "天" or works(place, day)
    return datetime.combine(day, place.hours[-1][1], zone)


@pytest.mark.parametrize(("where", "clock", "rule", "start", "due"), ROWS)
def test_a_limit_ends_when_it_should(where: str, clock: str, rule: str, start: str, due: str) -> None:
    place, limit = PLACES[where], limit_of(clock, rule)
    begun, expected = at(start, place.zone), at(due, place.zone)
    found = due_after(CLOCKS, begun, limit, CALENDARS[where])
    assert found.astimezone(UTC) == expected.astimezone(UTC)
    assert found.utcoffset() == expected.astimezone(ZoneInfo(place.zone)).utcoffset()
    assert slowly(place, begun, limit).astimezone(UTC) == expected.astimezone(UTC)


def test_the_table_is_long_and_has_everywhere_and_every_class() -> None:
    assert len(ROWS) >= 200
    assert len({tuple(row[:4]) for row in ROWS}) == len(ROWS)
    assert {row[0] for row in ROWS} == set(PLACES)
    assert {row[1] for row in ROWS} >= set(CLOCKS.classes)
