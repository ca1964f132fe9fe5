"""Works out which days and hours are meant: 上周五, 昨晚八点, 月底, 中秋期间."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from nlp.numerals import number

_SOON, _LONG_AGO = timedelta(days=62), timedelta(days=120)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
             "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5}  # fmt: skip
_DAYS_OFF = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "当": 0, "即": 0, "明": 1, "后": 2, "大后": 3,
}  # fmt: skip
# Hours of the parts of a day; an end beyond 24 lies on the next day.
_PARTS: tuple[tuple[str, int, int], ...] = (
    ("后半夜 下半夜 凌晨", 0, 6),
    ("大清早 清晨 清早 一大早 一早 早晨 早上 早间 天亮 早", 6, 9),
    ("上午", 8, 12),
    ("中午 正午 午间 午休时间 午休 大中午", 11, 14),
    ("下午 午后", 12, 18),
    ("傍晚 饭点 天黑", 17, 20),
    ("三更半夜 深更半夜 半夜三更 大半夜 半夜 深夜", 22, 30),
    ("夜里 夜间 夜晚", 20, 30),
    ("大晚上 晚上 晚间 晚", 18, 24),
    ("白天", 8, 18),
)
_PART_HOURS = {word: (start, end) for words, start, end in _PARTS for word in words.split(" ")}
_SOLAR_FESTIVALS = {
    "元旦": (1, 1, 1), "劳动节": (5, 1, 5), "五一": (5, 1, 5), "国庆": (10, 1, 7), "十一": (10, 1, 7), "儿童节": (6, 1, 1),
    "教师节": (9, 10, 1), "圣诞节": (12, 25, 1), "清明": (4, 5, 3), "冬至": (12, 22, 1), "妇女节": (3, 8, 1),
}  # fmt: skip
# First day of the lunar year, Dragon Boat, Mid-Autumn and Double Ninth, as (month, day) of that solar year.
_LUNAR: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2023: ((1, 22), (6, 22), (9, 29), (10, 23)),
    2024: ((2, 10), (6, 10), (9, 17), (10, 11)),
    2025: ((1, 29), (5, 31), (10, 6), (10, 29)),
    2026: ((2, 17), (6, 19), (9, 25), (10, 18)),
    2027: ((2, 6), (6, 9), (9, 15), (10, 8)),
    2028: ((1, 26), (5, 28), (10, 3), (10, 26)),
    2029: ((2, 13), (6, 16), (9, 22), (10, 16)),
    2030: ((2, 3), (6, 5), (9, 12), (10, 5)),
}


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
    """First and last hour of 早上, 半夜 ...; an end beyond 24 lies on the next day."""
    return _PART_HOURS.get(word, (0, 24))


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
    rest = match[3].rstrip("分多钟整左右")
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(rest) or number(rest) or 0
    if minute > 59:
        minute = 0
    if part:
        start, end = part_of_day(part)
        if (start >= 12 and hour < 12 and not (end >= 24 and hour < 5)) or (
            part in {"中午", "正午"} and hour < 3
        ):
            hour += 12
        if end >= 24 and hour == 12:
            hour = 24
    return hour % 24, minute


def read_length(said: str) -> int | None:
    """A count of days or the like."""
    return number(said.strip("个的"))


def read_day(found: re.Match[str], now: datetime) -> Range | None:
    """The day or days that a match of `time_words.POINT` names; None when it names none or no such day."""
    try:
        return _read_day(found, now)
    except (ValueError, OverflowError):
        return None  # 2月30日, or a year beyond the calendar


def _read_day(found: re.Match[str], now: datetime) -> Range | None:
    if found["iso"]:
        year, month, day = (int(part) for part in re.split("[-/.]", found["iso"]))
        return day_range(_on(now, year, month, day))
    if found["short"]:
        month, day = (int(part) for part in re.split("[./]", found["short"]))
        return day_range(_nearest(now, month, day))
    if found["dateonly"]:
        return _this_month(now, number(found["dateonly"][:-1]) or 0)
    if found["yearonly"]:
        return _year(_year_of(found["yearonly"], now), now)
    if found["dated"]:
        return _dated(found, now)
    if found["week"]:
        return _week(found["week"], now)
    if found["night"]:
        return _night(found["night"], now)
    if found["day"]:
        word = re.sub("[天日儿个]+$", "", found["day"])
        return day_range(now + timedelta(days=_DAYS_OFF.get(word, 0)))
    if found["festival"]:
        return _festival(found["festival"], bool(found["festival_span"]), now)
    if found["lunarday"]:
        return None
    return _period(found["period"], now) if found["period"] else None


def _on(now: datetime, year: int, month: int, day: int) -> datetime:
    return now.replace(year=year, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)


def _nearest(now: datetime, month: int, day: int) -> datetime:
    """The year is not said: the last such day, or the next one when it is near and the last is long ago."""
    choices: list[datetime] = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            choices.append(_on(now, year, month, day))
        except ValueError:
            continue  # 29 February of a common year
    if not choices:
        raise ValueError("no such day")
    past = [moment for moment in choices if moment <= now]
    ahead = [moment for moment in choices if moment > now]
    if not past:
        return ahead[0]
    near_ahead = bool(ahead) and ahead[0] - now <= _SOON
    return ahead[0] if near_ahead and now - past[-1] > _LONG_AGO else past[-1]


def _year_of(said: str, now: datetime) -> int:
    words = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2, "大前年": -3, "明年": 1}
    if said in words:
        return now.year + words[said]
    year = number(said.rstrip("年 ")) or now.year
    return year + 2000 if year < 100 else year


def _year(year: int, now: datetime) -> Range:
    return Range(_on(now, year, 1, 1), _on(now, year + 1, 1, 1))


def _month(now: datetime, year: int, month: int) -> Range:
    start = _on(now, year, month, 1)
    return Range(start, _on(now, year + month // 12, month % 12 + 1, 1))


def _dated(found: re.Match[str], now: datetime) -> Range | None:
    said = re.sub("份$", "", found["month"])
    shift = {
        "上上个月": -2,
        "上个月": -1,
        "上月": -1,
        "这个月": 0,
        "本月": 0,
        "当月": 0,
        "下个月": 1,
        "下月": 1,
    }
    if found["lunar"] or said in {"正月", "腊月"}:
        return None
    if said in shift:
        months = now.year * 12 + now.month - 1 + shift[said]
        year, month = divmod(months, 12)
        month += 1
    else:
        month = 1 if said == "元月" else number(said[:-1]) or 0
        year = _year_of(found["year"], now) if found["year"] else _nearest(now, month, 15).year
    day = found["date"]
    if not day or day.startswith("初"):
        whole = _month(now, year, month)
        return (
            Range(whole.start, whole.start + timedelta(days=10)) if day == "初" else (None if day else whole)
        )
    whole = _month(now, year, month)
    thirds = {"上旬": (0, 10), "中旬": (10, 20), "下旬": (20, 31), "底": (24, 31), "末": (24, 31)}
    if day in thirds:
        first, last = thirds[day]
        return Range(whole.start + timedelta(days=first), min(whole.end, whole.start + timedelta(days=last)))
    which = number(day[:-1]) or 0
    if found["year"] or said in shift:
        return day_range(_on(now, year, month, which))
    return day_range(_nearest(now, month, which))


def _this_month(now: datetime, day: int) -> Range:
    return day_range(_on(now, now.year, now.month, day))


def _week(said: str, now: datetime) -> Range:
    monday = day_range(now - timedelta(days=now.weekday())).start
    weeks = 0
    if said.startswith("上"):
        weeks = -2 if said.startswith("上上") else -1
    elif said.startswith("下"):
        weeks = 2 if said.startswith("下下") else 1
    start = monday + timedelta(weeks=weeks)
    if said.endswith("周末"):
        return Range(start + timedelta(days=5), start + timedelta(days=7))
    return day_range(start + timedelta(days=_WEEKDAYS[said[-1]]))


def _night(said: str, now: datetime) -> Range:
    off = _DAYS_OFF[said[0]]
    day = day_range(now + timedelta(days=off)).start
    start, end = part_of_day("早" if said[-1] in "早晨" else "晚")
    if said.endswith("夜"):
        start, end = 20, 30
    return Range(day + timedelta(hours=start), day + timedelta(hours=end))


def _festival(said: str, during: bool, now: datetime) -> Range | None:
    name = said.removesuffix("节") if said not in {"劳动节", "儿童节", "教师节", "圣诞节", "妇女节"} else said
    if name in _SOLAR_FESTIVALS:
        month, day, length = _SOLAR_FESTIVALS[name]
        return day_range(_nearest(now, month, day), length if during else 1)
    choices = [
        feast
        for year in (now.year - 1, now.year, now.year + 1)
        if (feast := _lunar_festival(name, year)) is not None
    ]
    if not choices:
        return None
    nearest = min(choices, key=lambda feast: abs((feast - now.date()).days))
    length = {"春": 8, "中秋": 3, "端午": 3}.get(name, 1) if during else 1
    return day_range(_on(now, nearest.year, nearest.month, nearest.day), length)


def _lunar_festival(name: str, year: int) -> date | None:
    known = _LUNAR.get(year)
    if known is None:
        return None
    new_year = date(year, *known[0])
    if name in {"春", "大年初一", "年初一"}:
        return new_year
    if name in {"除夕", "大年三十", "大年夜"}:
        return new_year - timedelta(days=1)
    if name == "元宵":
        return new_year + timedelta(days=14)
    which = {"端午": 1, "中秋": 2, "重阳": 3}.get(name)
    return date(year, *known[which]) if which is not None else None


def _period(said: str, now: datetime) -> Range | None:
    today = day_range(now)
    monday = today.start - timedelta(days=now.weekday())
    if said.endswith("周末"):
        return _week(said.replace("个", ""), now)
    weeks = re.match(r"(上上|上|这|本|下)个?(?:周|星期|礼拜)$", said)
    if weeks:
        shift = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}[weeks[1]]
        return Range(monday + timedelta(weeks=shift), monday + timedelta(weeks=shift + 1))
    months = re.match(r"(上上|上|这|本|下)个?月$", said)
    if months:
        count = now.year * 12 + now.month - 1 + {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}[months[1]]
        return _month(now, count // 12, count % 12 + 1)
    season = re.match(r"(今年|去年)([春夏秋冬])天$", said)
    if season:
        year = _year_of(season[1], now)
        first = {"春": 3, "夏": 6, "秋": 9, "冬": 12}[season[2]]
        return Range(
            _month(now, year, first).start, _month(now, year + (first + 2) // 13, (first + 1) % 12 + 1).end
        )
    if said in {"去年", "前年", "今年", "明年", "大前年"}:
        return _year(_year_of(said, now), now)
    return _vague(said, now)


def _vague(said: str, now: datetime) -> Range | None:
    today = day_range(now)
    recent = {"最近": 14, "近期": 14, "近来": 14, "近日": 7, "这几天": 3, "这两天": 2, "这几日": 3, "前几天": 7,
              "前两天": 3, "前阵子": 30, "前段时间": 30, "这阵子": 14, "这段时间": 14, "一段时间": 30, "前些天": 10,
              "前些日子": 20}  # fmt: skip
    if said in recent:
        return Range(now - timedelta(days=recent[said]), now)
    if said in {"过几天", "过两天"}:
        return Range(today.end, today.end + timedelta(days=4))
    month = _month(now, now.year, now.month)
    named = {
        "月初": Range(month.start, month.start + timedelta(days=10)),
        "月中": Range(month.start + timedelta(days=10), month.start + timedelta(days=20)),
        "月底": Range(month.end - timedelta(days=7), month.end),
        "上半月": Range(month.start, month.start + timedelta(days=15)),
        "年初": Range(_on(now, now.year, 1, 1), _on(now, now.year, 3, 1)),
        "年底": Range(_on(now, now.year, 12, 1), _on(now, now.year + 1, 1, 1)),
        "上半年": Range(_on(now, now.year, 1, 1), _on(now, now.year, 7, 1)),
        "下半年": Range(_on(now, now.year, 7, 1), _on(now, now.year + 1, 1, 1)),
        "暑假": Range(_on(now, now.year, 7, 1), _on(now, now.year, 9, 1)),
        "寒假": Range(_on(now, now.year, 1, 15), _on(now, now.year, 2, 20)),
    }
    return named.get(said)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, to be narrowed by a part of the day and a clock time."""

    day: Range
    said_day: bool

    def at(self, part: str, clock: str, now: datetime) -> Range:
        """The day itself, its part, or the minute named."""
        if clock:
            return self._minute(part, clock, now)
        if part:
            start, end = part_of_day(part)
            first = self.day.start.replace(hour=0)
            return Range(first + timedelta(hours=start), first + timedelta(hours=end))
        return self.day

    def _minute(self, part: str, clock: str, now: datetime) -> Range:
        if not part and self.day.start.hour >= 17:
            part = "晚"
        hour = hour_of(part, clock)
        if hour is None:
            return self.day
        start = datetime.combine(self.day.start.date(), time(*hour), tzinfo=self.day.start.tzinfo)
        if self.said_day and part and part_of_day(part)[1] >= 24 and hour[0] < 6:
            start += timedelta(days=1)  # 昨晚两点 is the small hours of the day after
        return Range(start, start)
