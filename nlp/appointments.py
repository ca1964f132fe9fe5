"""Tells a wish of when to come or be served (明天上午在家, 年底前能修好吗) from a time that is only told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from nlp.reading import TimeKind, TimeMention

_FREE = re.compile(
    r"(?<!不)(?:在家|有空|有时间|得空|方便|家里?(?:都)?有人(?!来|敲|进)|有人(?=$|[，。！,]|在家)|有人在(?=$|[，。！,])|等你们|等师傅|休息|随时|都在(?=$|[，。,！家])|都行|都可以|请假|休假|下班(?:后|了)?在|不上班|没事|在屋里?(?=$|[，。！,])|在屋头|家里?(?:会|都)?留(?:个|着)?人|随便哪会儿|哪会儿来都|都成(?=$|[，。！,])|屋里(?:头|厢)?有人|(?:我们?|俺|阿拉|家人|老伴|全天|一直)(?:都|也|就|会)?在(?=$|[，。！,]))"
)
_COME = re.compile(
    r"(?:来|过来|上门|安排)(?:人)?[^，。！？,!?]{0,6}?(?:修|看|量|装|检查|处理|查|换|收|接|登记|取|拿|送|测|办|弄|通|清|打扫|搬|拆|挪)(?!过|了)"
    r"|(?:派|叫|安排|让|请)[^，。！？,!?]{0,6}来(?!过|了|的)|过来(?=$|[，。！吧看])|(?<!有人)(?<![回起])来(?=$|[，。！？吗吧])|再来|来一趟|上门|可以来|能来|派人来|约(?:在|到|个|好)|预约|来人(?!看过)|来行|来可以|来最好|来好吗|来比较|(?:可以|能|想|帮我?)(?:去|过去)(?:办|拿|取|交|领)"
)
_ASK_SO = re.compile(
    r"行不行|行不|行吗|好不好|好吗|可以吗|好伐|行伐|中不|得唔得|可不可以|能不能|能否|可否|成不成|中不中|能[^，。！？,!?]{0,8}(?:吗|么|不)|借|用用|吧(?=$|[，。！!,])|可以(?=$|[，。！!,])"
    r"|(?:我|我们)(?:能|可以|想|要)?参加|报名|(?:之|以)?前[^，。]{0,6}(?:必须|一定|务必|得)"
)
# Said before the time.
_ASK_AHEAD = re.compile(
    r"(?:能不能|可不可以|能否|可否|能|可以|请|麻烦|帮忙|最好|务必|必须|一定要?)(?:你们?|您|师傅|给我|帮我|麻烦|约|安排|预约|定)*(?:在|到|是)?\Z|约(?:在|到|个)?\Z|预约|(?:安排|改|定|推迟?)(?:在|到)\Z"
)
_NOT_FREE = re.compile("不在家|没人在|都上班|没空|不方便")
_FREE_THEN = re.compile(rf"[^，。！？,!?；;]{{0,5}}{_FREE.pattern}")
_CAME = re.compile(
    "[来修看]过|(?<!回)来了|来的|没来|没人来|修的|报的|修了|换的|装的|答应|说好的?|约的是|约好的|说是?.{0,3}来|不是说"
)
_HAS_COME = re.compile("[来修看]过|(?<!回)来了|来的|没来|没人来|修的|报的|修了|换的|装的|不是说")
_TOLD = re.compile(
    "(?:停水|停电|停气|施工|开会|体检|抄表|检修)(?!.{0,6}(?:吗|能不能|参加))|放鞭炮|又要|还要来闹|听说|通知"
)
_BARE_WEEKDAY = re.compile("(?:周|星期|礼拜)[^末]|周末|双休")
_DONE = re.compile(r"[^，。！？,!?]{0,10}?(?:了(?!吗)|过)[^，。！？,!?]{0,6}(?:$|[，。！？,!?])")
_BARE_DATE = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号](?![^早上下中晚]{4})")
_PAST_HOUR = re.compile("以后|之后|后")
_INSTANTS = frozenset({"现在", "马上", "刚才", "刚刚", "立刻", "刚", "目前"})
_BEFORE, _BEHIND = 10, 22  # characters that are read with a time
_SENTENCE = "。！!；;\n"


def appointed(text: str, mention: TimeMention, now: datetime) -> TimeMention:
    """The mention as an appointment where the words around it wish for one, else as it came."""
    if mention.raw in _INSTANTS:
        return mention
    before, behind = _around(text, mention)
    near = before + mention.raw + behind
    if _NOT_FREE.search(near) and not _COME.search(near) and not _FREE_THEN.match(behind):
        return mention
    if mention.kind is TimeKind.RECURRING:
        free = re.search("在家|有空|方便|都行", mention.raw[-1:] + behind)
        return _as_appointment(mention) if free and not _CAME.search(near) else mention
    start, end = mention.start, mention.end
    if start is None or end is None:
        return mention
    if start == end < now and end > _midnight(now) and _PAST_HOUR.match(behind):
        end = _midnight(now) + timedelta(days=1)  # 今晚七点以后, said at eight
        mention = replace(mention, end=end)
    wished = _wishes(before, behind)
    if end < now or (end == now and start <= now):
        bare = _BARE_WEEKDAY.match(mention.raw) or _BARE_DATE.match(mention.raw)
        told = _CAME.search(near) or _DONE.match(behind)
        if not wished or not bare or told or (mention.kind is TimeKind.SPAN and end == now):
            return mention
        return _as_appointment(_next(mention))
    if not wished or _HAS_COME.search(behind[:8]) or (start < now and _CAME.search(near)):
        return mention
    return _as_appointment(mention)


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _around(text: str, mention: TimeMention) -> tuple[str, str]:
    """What is said before and behind in the same sentence."""
    start, end = mention.span
    before = text[max(0, start - _BEFORE) : start]
    cut = max(before.rfind(mark) for mark in _SENTENCE)
    behind = text[end : end + _BEHIND]
    ends = [at for mark in _SENTENCE if (at := behind.find(mark)) >= 0]
    return before[cut + 1 :], behind[: min(ends, default=len(behind)) + 1]


def _wishes(before: str, behind: str) -> bool:
    if _FREE.search(before) or _FREE.search(behind) or _COME.search(behind) or _ASK_AHEAD.search(before):
        return True
    return _ASK_SO.search(behind) is not None and _TOLD.search(behind) is None


def _as_appointment(mention: TimeMention) -> TimeMention:
    return replace(mention, kind=TimeKind.APPOINTMENT)


def _next(mention: TimeMention) -> TimeMention:
    """周六 said on a Sunday about a visit is the next one, 5号 said on the 22nd that of the next month."""
    start = _later(mention.start, mention.raw) if mention.start else None
    end = _later(mention.end, mention.raw) if mention.end else None
    return replace(mention, start=start, end=end)


def _later(moment: datetime, raw: str) -> datetime:
    if not _BARE_DATE.match(raw):
        return moment + timedelta(weeks=1)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    try:
        return moment.replace(year=year, month=month + 1)
    except ValueError:
        return moment + timedelta(days=31)  # the 31st of a shorter month
