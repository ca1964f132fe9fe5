"""What the calendar will bring to an office: heating, flood season, school, exams, Spring Festival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

Day = tuple[int, int]
"""Month and day."""

HEATING: Final[Mapping[str, tuple[Day, Day]]] = {
    "北京": ((11, 15), (3, 15)),
    "天津": ((11, 1), (3, 31)),
    "石家庄": ((11, 15), (3, 15)),
    "太原": ((11, 1), (3, 31)),
    "呼和浩特": ((10, 15), (4, 15)),
    "沈阳": ((11, 1), (3, 31)),
    "大连": ((11, 5), (4, 5)),
    "长春": ((10, 20), (4, 10)),
    "哈尔滨": ((10, 20), (4, 20)),
    "济南": ((11, 15), (3, 15)),
    "青岛": ((11, 16), (4, 5)),
    "郑州": ((11, 15), (3, 15)),
    "西安": ((11, 15), (3, 15)),
    "兰州": ((11, 1), (3, 31)),
    "西宁": ((10, 15), (4, 15)),
    "银川": ((11, 1), (3, 31)),
    "乌鲁木齐": ((10, 10), (4, 10)),
}
"""First and last day of central heating; cities announce other days in cold years."""
HEATING_ELSEWHERE: Final = ((11, 15), (3, 15))  # north of the Qinling-Huaihe line, by law the usual days
SPRING_FESTIVAL: Final[Mapping[int, Day]] = {
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
    2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
YEARLY: Final[tuple[tuple[str, Day], ...]] = (
    ("thaw", (3, 1)),
    ("flood", (6, 1)),
    ("exams", (6, 7)),
    ("heat", (7, 5)),
    ("school", (9, 1)),
    ("holidays", (10, 1)),
    ("frost", (12, 1)),
    ("wages", (12, 20)),
)
LOOK_AHEAD: Final = 35  # days


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that begins on that day; `code` has its words in texts/bulletin.py."""

    code: str
    day: date


def ahead(today: date, city: str, *, heated: bool = False, days: int = LOOK_AHEAD) -> list[Coming]:
    """What begins within so many days, the nearest first.

    Heating is told for the cities known here; elsewhere only when the office is known to be `heated`.
    """
    found = [Coming(code, _next(today, day)) for code, day in YEARLY]
    begins_ends = next((when for name, when in HEATING.items() if name in city), None)
    if begins_ends is None and heated:
        begins_ends = HEATING_ELSEWHERE
    if begins_ends:
        found += [
            Coming(code, _next(today, day))
            for code, day in zip(("heating_on", "heating_off"), begins_ends, strict=True)
        ]
    for year, (month, day) in SPRING_FESTIVAL.items():
        if date(year, month, day) >= today:
            found.append(Coming("spring_festival", date(year, month, day)))
            break
    last = today + timedelta(days=days)
    return sorted((one for one in found if one.day <= last), key=lambda one: one.day)


def _next(today: date, day: Day) -> date:
    """The next such day, today counted."""
    this = date(today.year, *day)
    return this if this >= today else date(today.year + 1, *day)
