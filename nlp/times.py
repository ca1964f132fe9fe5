"""Finds when something happened, lasts, comes back, or when the resident can be visited.

Every parser of Chinese times that was tried read 3号楼 as the third of the month, so `find_times` is told
which characters belong to places, phones and ticket numbers and does not look at them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from nlp import time_words as say
from nlp.habits import habit_rule
from nlp.moments import Moment, Range, day_range, read_day, read_length
from nlp.reading import TimeKind, TimeMention
from nlp.spans import Claims

_AT_HOME = re.compile(
    r"在家|有空|有时间|方便|来修|来看|上门|过来|再来|等你们|预约|约(?:在|到|个)|可以来|能来|来人|派人来|来量|来检查|休息|得空|都行|都可以"
)
_BARE_WEEKDAY = re.compile("周|星期|礼拜")
_CAME = re.compile("[来修看]过|来了|来的|没来|没人来|修的|报的|修了")
_SAID_PART = re.compile("[到至~-].*(?:凌晨|早|上午|中午|下午|晚|夜|天亮)")
_MOST = 24  # mentions of one sort read in one text
_HIDDEN = "\x00"


_Moment = tuple[re.Match[str], Range]


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
    return tuple(_appointed(text, mention, now) for mention in found)


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


def _moments(text: str, now: datetime) -> list[_Moment]:
    """All expressions of a day or hour, with what they mean."""
    found = (match for match in islice(say.POINT.finditer(text), 2 * _MOST) if match[0])
    return [(match, reach) for match in found if (reach := _range(match, now)) is not None]


def _stretches(text: str, now: datetime, moments: list[_Moment]) -> Iterable[TimeMention]:
    """A moment 到 another, or a moment from which on it lasts."""
    if not say.MAYBE_STRETCH.search(text):
        return
    for at, (first, reach) in enumerate(moments):
        if first["instant"]:
            continue
        opened = first.start() - (text[first.start() - 1 : first.start()] in {"从", "自"})
        second = moments[at + 1][0] if at + 1 < len(moments) else None
        if second is not None and say.UNTIL.fullmatch(text, first.end(), second.start()):
            closing = _closing(text[first.start() : second.end()], second, reach.start, now)
            if closing is not None:
                span = (opened, second.end())
                yield TimeMention(span, text[slice(*span)], TimeKind.SPAN, reach.start, closing)
                continue
        onward = say.ONWARD.match(text, first.end())
        if onward is not None and reach.start < now:
            span = (opened, onward.end())
            yield TimeMention(span, text[slice(*span)], TimeKind.SPAN, reach.start, now)


def _closing(said: str, second: re.Match[str], start: datetime, now: datetime) -> datetime | None:
    """When a stretch ends that begins at `start` and whose end is said by `second`."""
    if second["instant"] or second[0] in {"今天", "今日"}:
        return now
    end = _range(second, now, start)
    if end is None:
        return None
    if end.end >= start:
        return end.end
    evening = end.end + timedelta(hours=12)  # 晚上8点到10点: the second is in the evening too
    return evening if evening > start and not _SAID_PART.search(said) else end.end + timedelta(days=1)


def _lasting(text: str, now: datetime) -> Iterable[TimeMention]:
    if not say.MAYBE_LASTING.search(text):
        return
    for found in say.LASTING.finditer(text):
        length = _duration(found["count"], found["unit"], bool(found["half"]))
        if length is None:
            continue
        if found["ago"]:
            start = now - length
            if say.ONWARD.match(text, found.end()):
                yield _mention(found, TimeKind.SPAN, start, now)
            elif found["unit"] in say.DAY_UNITS:
                day = day_range(start)
                yield _mention(found, TimeKind.POINT, day.start, day.end)
            else:
                yield _mention(found, TimeKind.POINT, start, start)
        elif found["later"]:
            yield _mention(found, TimeKind.POINT, now + length, now + length)
        elif found["lead"] or found["tail"]:
            yield _mention(found, TimeKind.SPAN, now - length, now)


def _duration(count: str, unit: str, half: bool) -> timedelta | None:
    if count == "半":
        amount = 0.5
    elif count in {"几", "好几", "这几", "最近几", "近几"}:
        amount = 3.0
    elif count in {"十几", "十多", "十来"}:
        amount = 12.0
    elif count in {"大半", "多半"}:
        amount = 0.75
    elif count in {"数", "多", "好多", "许多", "很多"}:
        amount = 5.0
    else:
        value = read_length(count.rstrip("多来几余好"))
        if value is None:
            return None
        amount = float(value)
    if half:
        amount += 0.5
    days = say.UNIT_DAYS[unit]
    return timedelta(days=amount * days) if amount * days < 40_000 else None


def _points(moments: list[_Moment]) -> Iterable[TimeMention]:
    for found, reach in moments:
        kind = TimeKind.SPAN if found["period"] or found["festival_span"] else TimeKind.POINT
        yield TimeMention(found.span(), found[0], kind, reach.start, reach.end)


def _range(found: re.Match[str], now: datetime, base: datetime | None = None) -> Range | None:
    day: Range | None = read_day(found, now)
    if day is None and not (found["clock"] or found["instant"] or found["part"] in say.ALONE):
        return None
    if found["instant"]:
        return Range(now, now)
    anchor = day or day_range(base or now)
    return Moment(anchor, said_day=day is not None).at(found["part"] or "", found["clock"] or "", now)


def _appointed(text: str, mention: TimeMention, now: datetime) -> TimeMention:
    """A time to come beside 在家 or 来修 is a wish for the visit."""
    if mention.kind is TimeKind.SPAN and mention.end is not None and mention.end <= now:
        return mention
    near = text[max(0, mention.span[0] - 6) : mention.span[1] + 10]
    if mention.kind is TimeKind.POINT and mention.end is not None and mention.end < now:
        if not _BARE_WEEKDAY.match(mention.raw) or not _AT_HOME.search(near) or _CAME.search(near):
            return mention
        mention = _a_week_on(mention)
    if _AT_HOME.search(near) and mention.raw not in {"现在", "马上", "刚才", "刚刚"}:
        if (
            mention.kind is TimeKind.RECURRING
            and "在家" not in near
            and "有空" not in near
            and "方便" not in near
        ):
            return mention
        return TimeMention(
            mention.span, mention.raw, TimeKind.APPOINTMENT, mention.start, mention.end, mention.rule
        )
    return mention


def _a_week_on(mention: TimeMention) -> TimeMention:
    """周六 said on a Sunday about a visit is the next one."""
    week = timedelta(weeks=1)
    start = mention.start + week if mention.start else None
    end = mention.end + week if mention.end else None
    return TimeMention(mention.span, mention.raw, mention.kind, start, end, mention.rule)
