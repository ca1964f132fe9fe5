"""Finds when something happened, lasts, comes back, or when the resident can be visited.

Every parser of Chinese times that was tried read 3号楼 as the third of the month, so `find_times` is told
which characters belong to places, phones and ticket numbers and does not look at them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from nlp import time_words as say
from nlp.appointments import appointed
from nlp.days import BYGONE, read_day
from nlp.habits import habit_rule
from nlp.moments import Moment, Range, day_range, part_of_day, read_length
from nlp.reading import TimeKind, TimeMention
from nlp.spans import Claims

_SAID_PART = re.compile("[到至~-].*(?:凌晨|早|上午|中午|下午|晚|夜|天亮)")
_EVENING = re.compile("广场舞|跳舞|烧烤|夜市|夜宵|宵夜|麻将|KTV|蹦迪|酒吧|下班|放学|唱歌")
_MOST = 24  # mentions of one sort read in one text
_NEAR = 14  # characters between an hour and the day it belongs to
_HIDDEN = "\x00"
_AHEAD = re.compile("能|行|可以|必须|务必|吧|好吗|赶")
_FROM = re.compile(r"(?:自从|从|自打|自|打)\Z")
_JUST_DAY = re.compile(r"[，,\s]?(?:也|还)?就?是(?:在)?\Z")
_MONTHS = {"个月": 1, "月": 1, "年": 12, "季度": 3, "个季度": 3, "个年头": 12, "年头": 12}


@dataclass(frozen=True, slots=True)
class _Said:
    """A match of `time_words.POINT` and what it means."""

    match: re.Match[str]
    reach: Range
    day: Range | None  # the day it names, or was lent
    part: str


def find_times(text: str, now: datetime, taken: Iterable[tuple[int, int]] = ()) -> tuple[TimeMention, ...]:
    """The times said in `text`, in order; spans in `taken` are not looked at. `now` must be aware."""
    if not say.MAYBE.search(text):
        return ()
    visible = _hide(text, taken)
    found: list[TimeMention] = []
    claims = Claims(len(text))
    moments = _moments(visible, now)
    for mentions in (
        _recurring(visible),
        _stretches(visible, now, moments),
        _lasting(visible, now),
        _points(moments),
    ):
        for mention in islice(mentions, _MOST):
            if claims.take(*mention.span):
                found.append(mention)
    found.sort(key=lambda mention: mention.span)
    said = (replace(mention, raw=text[slice(*mention.span)]) for mention in found)
    return tuple(appointed(text, mention, now) for mention in said)


def _hide(text: str, taken: Iterable[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in taken:
        chars[start:end] = _HIDDEN * (end - start)
    return "".join(chars)


def _mention(
    found: re.Match[str],
    kind: TimeKind,
    start: datetime | None = None,
    end: datetime | None = None,
    rule: str = "",
) -> TimeMention:
    return TimeMention(found.span(), found[0], kind, start, end, rule)


def _recurring(text: str) -> Iterable[TimeMention]:
    if not say.MAYBE_RECURRING.search(text):
        return
    for found in say.RECURRING.finditer(text):
        if found[0]:
            yield _mention(found, TimeKind.RECURRING, rule=habit_rule(found))


def _moments(text: str, now: datetime) -> list[_Said]:
    """All expressions of a day or hour, with what they mean; an hour alone takes the day said beside it."""
    matches = list(islice((match for match in say.POINT.finditer(text) if match[0]), 2 * _MOST))
    days = [read_day(match, now) for match in matches]
    told: list[_Said] = []
    for at, match in enumerate(matches):
        day, part = days[at], match["part"] or ""
        if match["clock"] and not match["part"]:
            part = _evening(text, match)
        if day is None and (match["clock"] or match["part"]) and not match["instant"]:
            before = told[-1] if told else None
            if (
                before is not None
                and match.start() - before.match.end() <= _NEAR
                and _lends(before, match, text)
            ):
                day = before.day
                part = part or ("" if before.match["clock"] else before.part)
            elif at + 1 < len(matches) and _lent_by_next(text, match, matches[at + 1]):
                day = days[at + 1]
        reach = _range(match, day, part, now)
        if reach is not None:
            told.append(_Said(match, reach, day, part))
    return told


def _evening(text: str, match: re.Match[str]) -> str:
    """晚 for an hour after noon by what is done then: 广场舞从七点开始."""
    near = text[max(0, match.start() - 8) : match.end() + 10]
    figure = re.match(r"\s?([5-9]|1[01]|[五六七八九]|十一?)[点:：]", match["clock"])
    return "晚" if figure and _EVENING.search(near) and not say.PART.search(near) else ""


def _lends(before: _Said, match: re.Match[str], text: str) -> bool:
    """The day said before belongs to the hour that follows."""
    if before.day is None or before.match["clock"] or (before.match["part"] and match["part"]):
        return False
    long = before.day.end - before.day.start > timedelta(days=1)
    return not long and not re.search("[。！!；;\n]", text[before.match.end() : match.start()])


def _lent_by_next(text: str, match: re.Match[str], behind: re.Match[str]) -> bool:
    """夜里十点半还在跳绳，就是昨天; 晚上七点以后有人，明天来最好."""
    if behind["part"] or behind["clock"] or not (behind["day"] or behind["week"]):
        return False
    between = text[match.end() : behind.start()]
    if len(between) > _NEAR:
        return False
    return _JUST_DAY.search(between) is not None or (
        behind["day"] is not None and behind["day"][0] in "明后大" and "以后" in between
    )


def _range(match: re.Match[str], day: Range | None, part: str, now: datetime) -> Range | None:
    if match["instant"] and day is None and not match["clock"]:
        return Range(now, now)
    if day is None and not (
        match["clock"] or match["part"] in say.ALONE or (match["part"] or "").startswith("吃")
    ):
        return None
    return Moment(day or day_range(now), said_day=day is not None).at(part, match["clock"] or "")


def _stretches(text: str, now: datetime, moments: list[_Said]) -> Iterable[TimeMention]:
    """A moment 到 another, one from which on it lasts, or one before which it must be done."""
    if not say.MAYBE_STRETCH.search(text):
        return
    for at, said in enumerate(moments):
        first, start = said.match, said.reach.start
        if first["instant"]:
            continue
        from_ = _FROM.search(text, max(0, first.start() - 2), first.start())
        opened = from_.start() if from_ else first.start()
        second = moments[at + 1] if at + 1 < len(moments) else None
        if second is not None and say.UNTIL.fullmatch(text, first.end(), second.match.start()):
            between = text[first.end() : second.match.start()]
            bare = re.fullmatch("[到至~～—-]了?", between) is not None
            closing = _closing(said, second, text[first.start() : second.match.end()], now)
            if closing is not None and (bare or not _is_report(text, first.end(), second.match.start())):
                span = (opened, second.match.end())
                yield TimeMention(span, text[slice(*span)], TimeKind.SPAN, start, closing)
                continue
        onward = say.ONWARD.match(text, first.end()) or say.STILL.match(text, first.end())
        open_ = onward or ((from_ is not None or first["yearonly"]) and say.OPEN.match(text, first.end()))
        open_ = open_ or (not first["clock"] and say.STILL_SO.match(text, first.end()))
        if open_ and start < now:
            span = (opened, onward.end() if onward else first.end())
            yield TimeMention(span, text[slice(*span)], TimeKind.SPAN, start, now)
            continue
        before = say.BEFORE.match(text, first.end())
        limit = said.reach.end if first["period"] else start
        if before is not None and first["festival"] and limit <= now and _AHEAD.search(text, before.end()):
            ahead = read_day(first, now + timedelta(days=300))
            limit = ahead.start if ahead else limit
        if before is not None and limit > now:
            span = (first.start(), before.end())
            yield TimeMention(span, text[slice(*span)], TimeKind.SPAN, now, limit)


def _is_report(text: str, start: int, end: int) -> bool:
    """11月15号报的修到今天没人理: the first moment is that of a single deed."""
    return re.search("[报交修说办买申][^到至]{0,2}的|了(?=[到至])", text[start:end]) is not None


def _closing(first: _Said, second: _Said, said: str, now: datetime) -> datetime | None:
    """When a stretch ends that begins with `first` and whose end is said by `second`."""
    start = first.reach.start
    if second.match["instant"] or second.match[0] in {"今天", "今日", "今儿"}:
        return now if start < now else None
    named = read_day(second.match, now)
    dateonly = second.match["dateonly"]
    if dateonly and first.match["dated"]:
        named = _same_month(first.reach.start, int(read_length(dateonly[:-1]) or 1))
    base = named or day_range(start)
    end = _range(second.match, base, second.match["part"] or "", now)
    if end is None:
        return None
    if named is None and second.match["part"] is None and first.part and second.match["clock"]:
        end = Moment(base, said_day=False).at(first.part, second.match["clock"])  # 下午两点半到五点
        if part_of_day(first.part)[1] < 14 and end.end <= start:
            end = Moment(base, said_day=False).at("", second.match["clock"])
    if end.end >= start:
        return end.end
    evening = end.end + timedelta(hours=12)  # 晚上8点到10点: the second is in the evening too
    if evening > start and not _SAID_PART.search(said):
        return evening
    return end.end + timedelta(days=1) if named is None else None


def _same_month(start: datetime, day: int) -> Range | None:
    try:
        return day_range(start.replace(day=day))
    except ValueError:
        return None


def _lasting(text: str, now: datetime) -> Iterable[TimeMention]:
    if not say.MAYBE_LASTING.search(text):
        return
    for found in say.LASTING.finditer(text):
        start = _back(found["count"], found["unit"], bool(found["half"]), now)
        if start is None:
            continue
        if found["ago"]:
            if say.ONWARD.match(text, found.end()):
                yield _mention(found, TimeKind.SPAN, start, now)
                continue
            day = day_range(start) if found["unit"] in {"天", "日"} else Range(start, start)
            yield _mention(found, TimeKind.POINT, day.start, day.end)
        elif found["later"]:
            later = now + (now - start)
            yield _mention(found, TimeKind.POINT, later, later)
        elif found["lead"] or found["tail"]:
            yield _mention(found, TimeKind.SPAN, start, now)


def _back(count: str, unit: str, half: bool, now: datetime) -> datetime | None:
    """So long before now; whole months and years by the calendar."""
    amount = _amount(count)
    if amount is None:
        return None
    amount += 0.5 if half else 0
    months = amount * _MONTHS.get(unit, 0)
    if months and months == int(months) and months < 1_000 and "多" not in count:
        return _months_back(now, int(months))
    days = amount * say.UNIT_DAYS[unit]
    return now - timedelta(days=days) if days < 40_000 else None


def _amount(count: str) -> float | None:
    if count in {"成", "整", "个把"}:
        return 1.0
    if count == "半":
        return 0.5
    if count in {"几", "好几", "这几", "最近几", "近几"}:
        return 3.0
    if count in {"十几", "十多", "十来"}:
        return 12.0
    if count in {"大半", "多半", "小半", "大"}:
        return {"小半": 0.4, "大": 1.0}.get(count, 0.75)
    if count in {"数", "多", "好多", "许多", "很多"}:
        return 5.0
    said = count.rstrip("多来几余好")
    if len(said) == 2 and not said.isascii() and "十" not in said and "百" not in said:
        said = said[0]  # 两三天
    value = read_length(said)
    return None if value is None else float(value)


def _months_back(now: datetime, months: int) -> datetime | None:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue  # 31 June
    return None


def _points(moments: list[_Said]) -> Iterator[TimeMention]:
    for said in moments:
        match, reach = said.match, said.reach
        weekend = match["week"] and reach.end - reach.start > timedelta(days=1)
        span = match["festival_span"] or weekend or (match["period"] and match["period"] not in BYGONE)
        narrowed = match["clock"] or match["part"]
        kind = TimeKind.SPAN if span and not narrowed else TimeKind.POINT
        yield TimeMention(match.span(), match[0], kind, reach.start, reach.end)
