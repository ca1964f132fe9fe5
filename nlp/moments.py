"""Works out which hours of a day are meant, and on which: 昨晚八点, 半夜两三点, 晚饭后."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from nlp.numerals import number

# Hours of the parts of a day; an end beyond 24 lies on the next day.
_PARTS: tuple[tuple[str, int, int], ...] = (
    ("后半夜 下半夜 凌晨 凌辰 天不亮 天没亮", 0, 6),
    (
        "早浪 早浪向 朝早 早晌 早辰 清辰 大清早 清晨 清早 一清早 一大早 大早上 一早 早晨 早上 早间 早起 天亮 天一亮 天刚亮 早",
        6,
        9,
    ),
    ("早高峰", 7, 9),
    ("上午 头晌 前晌 上半晌 上晌 上昼 头午 上半日 上半天 前半天", 8, 12),
    ("中午 正午 午间 午休时间 午休 大中午 晌午 晌午头 晏昼", 11, 14),
    ("下午 午后 后晌 后半晌 过晌 下晌 下半晌 下昼 下半日 下半天 后半天", 12, 18),
    ("傍晚 傍黑 擦黑 擦黑儿 饭点 天黑 天一黑 晚高峰", 17, 20),
    ("上半夜 前半夜", 20, 24),
    ("三更半夜 深更半夜 半夜三更 大半夜 半夜 半夜里 深夜", 22, 30),
    ("黑夜 黑下 夜里向 夜里 夜里头 夜间 夜晚", 20, 30),
    ("大晚上 晚上 晚间 晚 晚晌 夜到", 18, 24),
    ("白天 大白天", 8, 18),
    ("全天 整天 一整天", 0, 24),
)
_PART_HOURS = {word: (start, end) for words, start, end in _PARTS for word in words.split(" ")}
_MEALS = {"早": (7, 9), "中": (12, 14), "午": (12, 14), "晚": (18, 21), "夜": (18, 21)}
_MEAL = re.compile(r"([早中午晚夜])[饭餐]")


@dataclass(frozen=True, slots=True)
class Range:
    """Half-open stretch of time; a moment when both ends are the same."""

    start: datetime
    end: datetime


def day_range(moment: datetime, days: int = 1) -> Range:
    """The whole local day of `moment`, or several from that day on."""
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return Range(start, start + timedelta(days=days))


def part_of_day(word: str) -> tuple[int, int]:
    """First and last hour of 早上, 半夜, 晚饭后 ...; an end beyond 24 lies on the next day."""
    known = _PART_HOURS.get(word)
    if known is not None:
        return known
    meal = _MEAL.search(word)
    return _MEALS[meal[1]] if meal else (0, 24)


@cache
def _clock_pattern() -> re.Pattern[str]:
    return re.compile(r"(\d{1,2}|[零〇一二两三四五六七八九十]{1,3})\s?(点钟?|时|[:：])(.*)")


def read_hour(found: re.Match[str]) -> tuple[int, int] | None:
    """Hour and minute of a match of `time_words.CLOCK`."""
    return hour_of(found["part"] or "", found["clock"])


def hour_of(part: str, clock: str) -> tuple[int, int] | None:
    """Hour and minute of a clock time such as 八点半, seen in its part of the day."""
    match = _clock_pattern().match(clock)
    if match is None:
        return None
    said = match[1]
    hour = number(said[0] if len(said) == 2 and not said.isascii() and "十" not in said else said)  # 两三点
    if hour is None or hour > 24:
        return None
    rest = re.sub("(?:分|多钟?|几|钟|整|左右|来钟|光景|许|不到)+$", "", match[3])
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(rest) or number(rest) or 0
    if minute > 59:
        minute = 0
    if part:
        start, end = part_of_day(part)
        if (start >= 12 and hour < 12 and not (end >= 24 and hour < 5)) or (
            (start, end) == (11, 14) and hour < 3
        ):
            hour += 12
        if end >= 24 and hour == 12 and start:
            hour = 24
    return hour % 24, minute


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, to be narrowed by a part of the day and a clock time."""

    day: Range
    said_day: bool

    def at(self, part: str, clock: str) -> Range:
        """The day itself, its part, or the minute named."""
        if clock:
            return self._minute(part, clock)
        if part:
            start, end = part_of_day(part)
            first = self.day.start.replace(hour=0)
            return Range(first + timedelta(hours=start), first + timedelta(hours=end))
        return self.day

    def _minute(self, part: str, clock: str) -> Range:
        if not part and self.day.start.hour >= 17:
            part = "晚"
        hour = hour_of(part, clock)
        if hour is None:
            return self.day
        start = datetime.combine(self.day.start.date(), time(*hour), tzinfo=self.day.start.tzinfo)
        if self.said_day and part and part_of_day(part)[1] >= 24 and part_of_day(part)[0] and hour[0] < 6:
            start += timedelta(days=1)  # 昨晚两点 is the small hours of the day after
        return Range(start, start)


def read_length(said: str) -> int | None:
    """A count of days or the like."""
    return number(said.strip("个的"))
