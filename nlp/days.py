"""Works out which days are meant: 上周五, 月底, 腊月二十三, 中秋期间, 国庆前一天."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from nlp.lunar import lunar_date, nearest_month_day, new_years_eve
from nlp.moments import Range, day_range, part_of_day
from nlp.numerals import number
from nlp.solar import is_solar_term, solar_term

_SOON, _LONG_AGO = timedelta(days=62), timedelta(days=120)
_LAST_YEAR = timedelta(days=300)
_BEFORE_NEW_YEAR = timedelta(days=60)  # so early people speak of 年前 as of what is to come
# What has happened, not what is wished for: 领的, 摔了一跤.
_TOLD = re.compile(r"[^，。！？,!?\s能可想要]{0,12}?(?:的|了|过)(?![^，。！？,!?]{0,8}[吗么])")
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
             "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5}  # fmt: skip
_DAYS_OFF = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "今朝": 0, "当": 0, "即": 0, "明": 1, "赶明": 1, "后": 2, "大后": 3,
    "作": -1, "做": -1, "坐": -1, "咋": -1, "琴": -1, "寻": -1, "夜": -1, "夜来": -1, "昨朝": -1, "听": 1, "明朝": 1,
}  # fmt: skip
_MONTHS_OFF = {
    "上上个月": -2, "上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "当月": 0, "下个月": 1, "下月": 1,
}  # fmt: skip
_YEARS_OFF = {
    "今年": 0,
    "本年": 0,
    "今": 0,
    "去年": -1,
    "去": -1,
    "上年": -1,
    "前年": -2,
    "大前年": -3,
    "明年": 1,
}
_SOLAR_FESTIVALS = {
    "元旦": (1, 1, 3), "劳动节": (5, 1, 5), "五一": (5, 1, 5), "国庆": (10, 1, 7), "十一": (10, 1, 7), "儿童节": (6, 1, 1), "六一": (6, 1, 1),
    "教师节": (9, 10, 1), "圣诞": (12, 25, 1), "平安夜": (12, 24, 1), "清明": (4, 5, 3), "冬至": (12, 22, 1), "妇女节": (3, 8, 1), "三八节": (3, 8, 1),
    "情人节": (2, 14, 1), "植树节": (3, 12, 1), "双十一": (11, 11, 1), "双十二": (12, 12, 1),
    "双十": (10, 10, 1), "建军节": (8, 1, 1), "建党节": (7, 1, 1), "万圣": (10, 31, 1), "万圣夜": (10, 31, 1),
}  # fmt: skip
_LUNAR_FESTIVALS = {
    "春": (1, 1, 8), "元宵": (1, 15, 1), "端午": (5, 5, 3), "七夕": (7, 7, 1), "中元": (7, 15, 1), "七月半": (7, 15, 1), "中秋": (8, 15, 3),
    "重阳": (9, 9, 1), "过年": (1, 1, 8), "腊八": (12, 8, 1), "小年": (12, 23, 1), "小年夜": (12, 23, 1),
    "寒衣": (10, 1, 1), "下元": (10, 15, 1), "龙抬头": (2, 2, 1), "破五": (1, 5, 1), "端阳": (5, 5, 3), "盂兰": (7, 15, 1),
    "鬼": (7, 15, 1), "尾牙": (12, 16, 1),
}  # fmt: skip
_EVES = frozenset({"除夕", "除夕夜", "大年三十", "大年三十晚上", "年三十", "大年夜"})
_WHOLE_NAMES = frozenset(
    {"劳动节", "儿童节", "教师节", "妇女节", "三八节", "情人节", "植树节", "建军节", "建党节"}
)
_LUNAR_MONTHS = {"正月": 1, "冬月": 11, "腊月": 12}
_LUNAR_BY_CUSTOM = frozenset({(8, 15), (7, 15), (7, 7), (9, 9)})  # 八月十五 without 号 is the feast
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12}
_PAST_DAYS = {
    "最近": 14, "近期": 14, "近来": 14, "近日": 7, "这几天": 3, "这两天": 2, "这几日": 3, "前几天": 7, "前两天": 3, "前阵子": 30,
    "前一阵子": 30, "前一阵": 30, "前段时间": 30, "前一段时间": 30, "这阵子": 14, "这一阵子": 14, "这段时间": 14, "这段日子": 14,
    "一段时间": 30, "前些天": 10, "前些日子": 20, "前些时候": 20, "小半年": 150,
}  # fmt: skip
BYGONE = frozenset(
    {
        "前几天",
        "前两天",
        "前阵子",
        "前一阵子",
        "前一阵",
        "前段时间",
        "前一段时间",
        "前些天",
        "前些日子",
        "前些时候",
    }
)  # some day back then, not all the days since


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
        return day_range(_on(now, now.year, now.month, _day_number(found["dateonly"][:-1])))
    if found["lunaronly"] or found["lunarday"]:
        said = re.sub("农历|阴历|旧历|初", "", found["lunaronly"] or found["lunarday"])
        return _whole(nearest_month_day(now.date(), _day_number(said)), now)
    if found["yearonly"]:
        said = found["yearonly"]
        cut = said.index("年") + 1
        which = _year_of(said[:cut], now)
        return _part_of_year(said[cut:], which, now) if said[cut:] else _year(which, now)
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
        return _festival(found, now)
    return _period(found["period"], now) if found["period"] else None


def _day_number(said: str) -> int:
    return number("二十" + said[1:] if said.startswith("廿") else said) or 0


def _on(now: datetime, year: int, month: int, day: int) -> datetime:
    return now.replace(year=year, month=month, day=day, hour=0, minute=0, second=0, microsecond=0)


def _whole(day: date | None, now: datetime, days: int = 1) -> Range | None:
    return None if day is None else day_range(_on(now, day.year, day.month, day.day), days)


def _nearest(now: datetime, month: int, day: int) -> datetime:
    """The year is not said: the last such day, or the next one when it is near and the last is long ago."""
    choices: list[date] = []
    for year in (now.year - 1, now.year, now.year + 1):
        try:
            choices.append(date(year, month, day))
        except ValueError:
            continue  # 29 February of a common year
    chosen = _latest(choices, now.date())
    if chosen is None:
        raise ValueError("no such day")
    return _on(now, chosen.year, chosen.month, chosen.day)


def _year_of(said: str, now: datetime) -> int:
    if said in _YEARS_OFF:
        return now.year + _YEARS_OFF[said]
    year = number(said.rstrip("年 ")) or now.year
    return year + 2000 if year < 100 else year


def _year(year: int, now: datetime) -> Range:
    return Range(_on(now, year, 1, 1), _on(now, year + 1, 1, 1))


def _month(now: datetime, year: int, month: int) -> Range:
    start = _on(now, year, month, 1)
    return Range(start, _on(now, year + month // 12, month % 12 + 1, 1))


def _dated(found: re.Match[str], now: datetime) -> Range | None:
    said, day = re.sub("份$", "", found["month"]), found["date"] or ""
    if said in _MONTHS_OFF:
        year, month = divmod(now.year * 12 + now.month - 1 + _MONTHS_OFF[said], 12)
        month += 1
    else:
        month = _LUNAR_MONTHS.get(said) or (1 if said == "元月" else number(said[:-1]) or 0)
        bare = bool(day) and day[-1] not in "日号旬底初末中"
        if (
            found["lunar"]
            or said in _LUNAR_MONTHS
            or (
                bare
                and (
                    day[0] in "初廿" or (not day.isascii() and (month, _day_number(day)) in _LUNAR_BY_CUSTOM)
                )
            )
        ):
            return _lunar(found["year"], month, day, now)
        year = _year_of(found["year"], now) if found["year"] else _nearest(now, month, 15).year
    whole = _month(now, year, month)
    thirds = {
        "上旬": (0, 10),
        "中旬": (10, 20),
        "中": (10, 20),
        "下旬": (20, 31),
        "初": (0, 10),
        "底": (24, 31),
        "末": (24, 31),
    }
    if not day:
        return whole
    if day in thirds:
        first, last = thirds[day]
        return Range(whole.start + timedelta(days=first), min(whole.end, whole.start + timedelta(days=last)))
    which = _day_number(day.lstrip("底初末的").rstrip("日号") if day[-1] in "日号" else day)
    if found["year"] or said in _MONTHS_OFF:
        return day_range(_on(now, year, month, which))
    return day_range(_nearest(now, month, which))


def _lunar(year: str | None, month: int, day: str, now: datetime) -> Range | None:
    which = _day_number(re.sub("^初|[日号]$", "", day)) if day else 0
    if not which:
        first = _lunar_nearest(year, now, lambda of: lunar_date(of, month, 1))
        return _whole(first, now, 29)
    return _whole(_lunar_nearest(year, now, lambda of: lunar_date(of, month, which)), now)


def _lunar_nearest(year: str | None, now: datetime, find: Callable[[int], date | None]) -> date | None:
    """The feast of the year said; else the last one, or the next where it is near and the last is long ago."""
    years = [_year_of(year, now)] if year else [now.year - 2, now.year - 1, now.year, now.year + 1]
    days = [day for of in years if (day := find(of)) is not None]
    return _latest(days, now.date())


def _latest(days: Sequence[date], today: date) -> date | None:
    past = [day for day in days if day <= today]
    ahead = [day for day in days if day > today]
    if not past or (ahead and ahead[0] - today <= _SOON and today - past[-1] > _LONG_AGO):
        return ahead[0] if ahead else None
    return past[-1]


def _week(said: str, now: datetime) -> Range:
    monday = day_range(now - timedelta(days=now.weekday())).start
    weeks = 0
    if said.startswith("上"):
        weeks = -2 if said.startswith("上上") else -1
    elif said.startswith("下"):
        weeks = 2 if said.startswith("下下") else 1
    start = monday + timedelta(weeks=weeks)
    if said.endswith(("周末", "六日")):
        return Range(start + timedelta(days=5), start + timedelta(days=7))
    return day_range(start + timedelta(days=_WEEKDAYS[said[-1]]))


def _night(said: str, now: datetime) -> Range:
    off = _DAYS_OFF[said[0]]
    day = day_range(now + timedelta(days=off)).start
    start, end = part_of_day("早" if said[-1] in "早晨" else "晚")
    if said.endswith("夜"):
        start, end = 20, 30
    return Range(day + timedelta(hours=start), day + timedelta(hours=end))


def _festival(found: re.Match[str], now: datetime) -> Range | None:
    said = found["festival"]
    name = said if said in _WHOLE_NAMES else said.removesuffix("节")
    year = found["festival_year"]
    then = now if not year else _on(now, _year_of(year, now), 12, 31)
    offset = found["offset"]
    day, length = _feast(name, then)
    ahead = day is not None and day > now.date() and not year
    if ahead and offset and offset[0] in "那当" and _TOLD.match(found.string, found.end()):
        day, length = _feast(name, now - _LAST_YEAR)  # 元旦那天领的 has been, however near the next one is
    if day is None:
        return None
    if found["festival_span"]:
        days = number(found["festival_span"][0]) or length
        early = 3 if found["festival_span"] == "前后" else 0
        whole = _whole(day - timedelta(days=early), now, days + 2 * early)
    else:
        whole = _whole(day + timedelta(days=_days_away(offset) if offset else 0), now)
    if whole is not None and said.endswith(("夜", "晚上")):
        return Range(whole.start + timedelta(hours=18), whole.start + timedelta(hours=24))
    return whole


def _nearest_term(name: str, today: date) -> date | None:
    return _latest([solar_term(name, year) for year in (today.year - 1, today.year, today.year + 1)], today)


def _days_away(offset: str) -> int:
    if offset.startswith(("那", "当", "前一那", "后一那")):
        return 0
    count = None if offset in {"第二天", "次日"} else number(offset[1])
    if offset.startswith(("头", "前")):
        return -(count or 1)
    return count or 1


def _feast(name: str, now: datetime) -> tuple[date | None, int]:
    """The nearest day of a feast, and how many days its holidays last."""
    if name in _SOLAR_FESTIVALS:
        month, day, length = _SOLAR_FESTIVALS[name]
        return _nearest(now, month, day).date(), length
    if is_solar_term(name):
        return _nearest_term(name, now.date()), 1
    if name in _EVES:
        return _lunar_nearest(None, now, new_years_eve), 1
    if name in _LUNAR_FESTIVALS:
        month, day, length = _LUNAR_FESTIVALS[name]
        return _lunar_nearest(None, now, lambda of: lunar_date(of, month, day)), length
    first = number(name[-1])  # 大年初二
    return _lunar_nearest(None, now, lambda of: lunar_date(of, 1, first or 1)), 1


def _period(said: str, now: datetime) -> Range | None:
    today = day_range(now)
    monday = today.start - timedelta(days=now.weekday())
    if said.endswith(("周末", "六日")):
        return _week(said.replace("个", ""), now)
    weeks = re.match(r"(上上|上|这|本|下)个?(?:周|星期|礼拜)$", said)
    if weeks:
        shift = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}[weeks[1]]
        return Range(monday + timedelta(weeks=shift), monday + timedelta(weeks=shift + 1))
    if said in _MONTHS_OFF:
        count = now.year * 12 + now.month - 1 + _MONTHS_OFF[said]
        return _month(now, count // 12, count % 12 + 1)
    yearly = re.match(r"(今年|去年|前年|明年|今|去)(.*)$", said)
    if (
        yearly
        and yearly[1] in _YEARS_OFF
        and yearly[2] not in {"天", "早", "晚明早"}
        and "明" not in yearly[2]
    ):
        year = now.year + _YEARS_OFF[yearly[1]]
        return _part_of_year(yearly[2].removeprefix("年"), year, now) if yearly[2] else _year(year, now)
    if said == "大前年":
        return _year(now.year - 3, now)
    return _vague(said, now)


def _part_of_year(said: str, year: int, now: datetime) -> Range | None:
    """夏天, 年底, 上半年, 暑假 of a year."""
    if said[:1] in _SEASONS:
        first = _SEASONS[said[0]]
        last = _month(now, year + (first + 2) // 13, (first + 1) % 12 + 1)
        return Range(_month(now, year, first).start, last.end)
    months = {
        "初": (1, 3),
        "中": (6, 8),
        "底": (12, 13),
        "上半": (1, 7),
        "下半": (7, 13),
        "暑假": (7, 9),
        "开春": (3, 5),
        "入冬": (11, 13),
        "入秋": (9, 11),
        "入夏": (6, 8),
        "末": (12, 13),
    }
    if said == "寒假":
        return Range(_on(now, year, 1, 15), _on(now, year, 2, 20))
    borders = months.get(said.replace("年", ""))
    if borders is None:
        return None
    first, behind = borders
    return Range(_on(now, year, first, 1), _on(now, year + (behind - 1) // 12, (behind - 1) % 12 + 1, 1))


def _vague(said: str, now: datetime) -> Range | None:
    today = day_range(now)
    if said in _PAST_DAYS:
        return Range(now - timedelta(days=_PAST_DAYS[said]), now)
    if said in {"过几天", "过两天", "过阵子"}:
        return Range(today.end, today.end + timedelta(days=4))
    if said.startswith(("明后", "今明", "昨前", "今晚明早")):
        first = {"明": 1, "今": 0, "昨": -2}[said[0]]
        return day_range(now + timedelta(days=first), 2)
    month = _month(now, now.year, now.month)
    months = {"月初": (0, 10), "月中": (10, 20), "月底": (-7, 31), "上半月": (0, 15), "下半月": (15, 31)}
    if said in months:
        first, last = months[said]
        start = month.start + timedelta(days=first) if first >= 0 else month.end + timedelta(days=first)
        return Range(start, min(month.end, month.start + timedelta(days=last)))
    starts = {"入冬": 11, "入冬后": 11, "开春": 3, "入秋": 9, "入夏": 6}
    if said in starts:
        start = _nearest(now, starts[said], 1)
        return Range(start, max(now, start + timedelta(days=1)))
    if said in {"年前", "年后"}:
        return _around_new_year(said, now)
    if said == "寒假":
        start = _nearest(now, 1, 15)
        return Range(start, _on(now, start.year, 2, 20))
    return _part_of_year(said.removeprefix("年"), now.year, now)


def _around_new_year(said: str, now: datetime) -> Range | None:
    """年前 is the month before the nearest Spring Festival, 年后 the month behind it."""
    soon = now + _BEFORE_NEW_YEAR if said == "年前" else now
    first = _whole(_feast("春", soon)[0], now)
    if first is None:
        return None
    month = timedelta(days=30)
    return (
        Range(first.start - month, first.start) if said == "年前" else Range(first.start, first.start + month)
    )
