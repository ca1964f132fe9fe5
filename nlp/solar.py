"""The solar terms (节气): which day 立冬 or 大暑 was, from 2000 to 2099.

The day follows from the length of the year and a constant of each term, with the few years in which that is
a day off; a test compares 清明 with the `holidays` package.
"""

from __future__ import annotations

from datetime import date
from typing import Final

# Month, constant of this century, and whether the leap day of the same year comes before it.
_TERMS: Final = {
    "小寒": (1, 5.4055, False), "大寒": (1, 20.12, False), "立春": (2, 3.87, False), "雨水": (2, 18.73, False),
    "惊蛰": (3, 5.63, True), "春分": (3, 20.646, True), "清明": (4, 4.81, True), "谷雨": (4, 20.1, True),
    "立夏": (5, 5.52, True), "小满": (5, 21.04, True), "芒种": (6, 5.678, True), "夏至": (6, 21.37, True),
    "小暑": (7, 7.108, True), "大暑": (7, 22.83, True), "立秋": (8, 7.5, True), "处暑": (8, 23.13, True),
    "白露": (9, 7.646, True), "秋分": (9, 23.042, True), "寒露": (10, 8.318, True), "霜降": (10, 23.438, True),
    "立冬": (11, 7.438, True), "小雪": (11, 22.36, True), "大雪": (12, 7.18, True), "冬至": (12, 21.94, True),
}  # fmt: skip
_A_DAY_OFF: Final = {
    ("雨水", 2026): -1, ("小寒", 2019): -1, ("冬至", 2021): -1, ("小满", 2008): 1, ("小暑", 2016): 1,
    ("立秋", 2002): 1, ("春分", 2084): 1, ("霜降", 2089): 1, ("立冬", 2089): 1, ("大寒", 2082): 1,
}  # fmt: skip
_YEAR: Final = 0.2422  # days beyond 365


def is_solar_term(name: str) -> bool:
    return name in _TERMS


def solar_term(name: str, year: int) -> date:
    """The day of a term in a year of this century."""
    month, constant, behind_leap_day = _TERMS[name]
    short = year % 100
    leaps = short // 4 if behind_leap_day else (short - 1) // 4
    day = int(short * _YEAR + constant) - leaps + _A_DAY_OFF.get((name, year), 0)
    return date(year, month, day)
