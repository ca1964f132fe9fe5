"""Recognises a danger that is present now, so that the number to call is told before anything else.

A plain statement is always an alarm. What is over, feared, general, or a complaint about a risk is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from nlp.clauses import Piece, clauses, sentences
from nlp.phrases import phrases
from nlp.reading import Danger

_LETTER = 90  # from this length on a text is a letter: only what it says is happening now is an alarm

_TREATISE = 400  # nobody in danger writes as much before saying so
_OPENING = 100  # characters of a treatise that are looked at: an alarm begins within the first sixty
_MOST_TRIED = 12  # words of one danger looked at; who writes it so often has said it in the first ones
_REACH = 80  # characters to either side that are read with a word when there is no full stop

_SAID = phrases("danger.txt")
# One of these characters is in every phrase of the danger: texts without them are not searched for it.
_GATES = {
    Danger.FIRE: "火烟烧焦糊自燃炸灭着引燎走崩",
    Danger.GAS: "煤燃气瓦蛋咝嘶",
    Danger.TRAPPED: "困关卡锁压埋掉出不里坠铃绞卷轧咬吸夹跌落摔滑上砸扣捂倒塌抽拔拽",
    Danger.MEDICAL: "摔跌晕昏醒呼气心血抽吐疼痛没敲联命死倒救中喘动伤噎烫闷撞药水生120嘴压躺断破高骤吞掉滚发黑叫喊应烧紫爬站吃喝舔农飙淌过抽嗓",
    Danger.VIOLENCE: "打刀砍捅杀抢暴闯撬贼偷殴揍劫尾挟绑跟踹踢砸掐强猥非性弄持命流摸露报进赖堵围追便敢揸攥握拎抄抡操勒扼咬扑揪薅拽拉拖塞扛扇泼锁撕反刀斧",
    Danger.SUICIDE: "活死杀轻跳割农药遗了绝解栏站窗世走吊撑熬绳后永割拖扛腕顶台桥红",
    Danger.ELECTRIC: "电火线麻变泡浸搭插",
    Danger.FALLING: "掉砸坠落倒扔抛塌垮树断飞悬吊裂沉滑挂卡斜歪耷翘晃摇探剩",
    Danger.FLOOD: "水淹管涌灌喷冒返反哗阀灌漫涨泡崩爆裂脱浇冲",
    Danger.MISSING: "走失不找丢没联抱拐带领骗接寻刚迷自",
}
_DOUBTS = (
    "over",
    "general",
    "lasting_fear",
    "elsewhere",
    "claim",
    "what_if",
    "question_about",
    "news",
)
_DENIABLE = frozenset(
    {Danger.FIRE, Danger.VIOLENCE, Danger.GAS, Danger.FALLING, Danger.FLOOD, Danger.ELECTRIC}
)
_DENIED = re.compile(r"(?:没有?|并?不是|并未|没人)(?:在|真的?)?\Z")
# What began a year ago may not have ended.
_STILL_GOING = frozenset({Danger.SUICIDE, Danger.MISSING, Danger.VIOLENCE})
_THINGS = {Danger.MISSING: "no_person", Danger.TRAPPED: "not_trapped"}
# It is the danger that the thing will happen: 快要 and 随时会 do not speak against it.
_LASTING = frozenset({Danger.ELECTRIC, Danger.FALLING})


@dataclass(frozen=True, slots=True)
class Search:
    """What the patterns found in a text."""

    found: Mapping[Danger, str]  # dangers present now, and the words that told of them
    vetoed: bool  # words of a danger were there, but over, feared, of another time or another meaning


def find_dangers(text: str) -> Search:
    """The dangers that the patterns hear in a normalised text."""
    found: dict[Danger, str] = {}
    vetoed = False
    last = len(text) if len(text) < _TREATISE else _OPENING
    present = set(text[:last])
    pieces: list[Piece] | None = None
    for danger, gate in _GATES.items():
        if present.isdisjoint(gate):
            continue
        for match in islice(_SAID[danger.value].finditer(text, 0, last), _MOST_TRIED):
            if pieces is None:
                pieces = clauses(text)
                lines = sentences(text)
            if _is_alarm(text, match, danger, pieces, lines):
                found.setdefault(danger, match[0])
                break
            vetoed = True
    return Search(found, not found and (vetoed or _SAID["figurative"].search(text) is not None))


def is_doubtful(text: str) -> bool:
    """The text speaks of what is over, of what could happen, of a rule, of somewhere else."""
    return _is_past(text) or any(_SAID[heading].search(text) for heading in _DOUBTS)


def speaks_of_need(text: str) -> bool:
    """The text speaks of poverty, work or care, whose words sound like those of despair."""
    return _SAID["need"].search(text) is not None


def speaks_of_things(text: str, danger: Danger) -> bool:
    """What is lost or stuck is an animal or a thing, and nobody with it."""
    things = _THINGS.get(danger)
    return (
        things is not None and _SAID[things].search(text) is not None and not _SAID["somebody"].search(text)
    )


def _is_alarm(
    text: str, match: re.Match[str], danger: Danger, pieces: list[Piece], lines: list[Piece]
) -> bool:
    clause = _around(pieces, match.start(), match.end())
    line = _around(lines, match.start(), match.end())
    before = text[max(clause[0], match.start() - 14) : match.start()]
    after = text[match.end() : min(clause[1], match.end() + 10)]
    inner = text[max(clause[0], match.start() - _REACH) : min(clause[1], match.end() + _REACH)]
    whole = text[max(line[0], match.start() - _REACH) : min(line[1], match.end() + _REACH)]
    behind = text[match.end() : match.end() + 30]
    if (
        _SAID["claim"].search(match[0])
        or _SAID["elsewhere"].search(before + match[0] + after)
        or _SAID["news"].search(whole)
    ):
        return False
    if danger not in _LASTING and _SAID["feared_within"].search(match[0]):
        return False
    if danger in _DENIABLE and _DENIED.search(before):
        return False  # 没有着火啊, 不是在打人
    if danger is not Danger.MEDICAL and _is_simile(before, after):
        return False  # 热得跟着火一样
    if danger is Danger.TRAPPED and _SAID["not_trapped"].search(inner):
        return False  # 车堵在里面出不来
    if danger not in _STILL_GOING and _SAID["far_past"].search(before):
        return False  # 去年摔断的腿
    if danger is Danger.MISSING and _SAID["no_person"].search(before[-4:] + match[0]):
        return False
    if match.start() == clause[0] > 0 and _SAID["what_if"].match(text, match.end()):
        return False  # "堆满杂物，着火了怎么办" asks, "我家着火了怎么办" calls for help
    fear = _SAID["lasting_fear"] if danger in _LASTING else _SAID["feared"]
    stated = _SAID["stated"].search(before) is not None
    if not stated and (fear.search(before) or fear.search(after)):
        return False
    if _SAID["question_about"].search(whole):
        return False
    if len(text) < _LETTER and _SAID["lesson"].search(text):
        return False
    if _SAID["over"].search(behind) or _SAID["over"].search(before):
        return False
    firm = _SAID["now_firm"].search(whole) is not None
    if len(text) > _LETTER:
        return _in_letter(text, match, inner, whole, firm)
    if _SAID["general"].search(inner) and not firm:
        return danger is Danger.SUICIDE or (danger is Danger.VIOLENCE and "我" in inner)
    if _SAID["past"].search(whole) and not firm and _SAID["now"].search(whole) is None:
        return danger is Danger.SUICIDE and "我" in inner
    return True


def _is_past(text: str) -> bool:
    """It was, and nothing says that it still is."""
    return _SAID["past"].search(text) is not None and _SAID["still"].search(text) is None


def _is_simile(before: str, after: str) -> bool:
    return _SAID["like_before"].search(before) is not None and _SAID["like_after"].match(after) is not None


def _in_letter(text: str, match: re.Match[str], inner: str, whole: str, firm: bool) -> bool:
    """A long letter tells of the past, quotes and argues: only an event told as happening now counts."""
    start, end = match.span()
    if _SAID["now_close"].search(text, max(0, start - 24), end + 24):
        close = text[max(0, start - 16) : end + 16]
        if not (
            _is_past(close)
            or _SAID["general"].search(close)
            or _SAID["feared"].search(close[: end - start + 24])
        ):
            return len(text) < _TREATISE
    if not firm and not _SAID["now"].search(inner):
        return False
    if _is_past(whole) or _SAID["general"].search(whole) or _SAID["feared"].search(inner):
        return False
    return len(text) < _TREATISE or start < 60


def _around(pieces: list[Piece], start: int, end: int) -> tuple[int, int]:
    """The span of the pieces that hold `start:end`."""
    at = bisect_right(pieces, start, key=lambda piece: piece.start) - 1
    left = pieces[at].start if at >= 0 and pieces[at].end > start else start
    last = bisect_right(pieces, end - 1, key=lambda piece: piece.start) - 1
    right = pieces[last].end if last >= 0 and pieces[last].end >= end else end
    return left, right
