"""Cuts a message into clauses and tells of each how likely a new matter begins with it.

Two small linear models, learned from sentences in nlp/examples/matters (recipe: nlp/seam_recipe.py). The first
hears in the characters of a clause whether it tells something of its own or goes on about what was said; the
second weighs this with the words and marks before the clause and with what the classifier of matters says
about either side.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlp.frailty import find_frailty

SHIPPED = Path(__file__).parent / "data" / "seams.bin"
_MAGIC = b"minxinqiao seams 1\n"

_LISTED = re.compile(
    r"(?:^|(?<=[\s，。；;：:！!？?,]))(?:[(（]?[1-9一二三四五六七八九][)）、.．]\s?(?!\d)|[1-9](?=[\u4e00-\u9fff]{3})(?![个次号楼栋幢单层月日年点岁天条人家户米元块路])|第[一二三四五六](?:个|件事?|点|样|是|，|、|,|：|:)?(?!单元|栋|幢|层|小学|中学|人民|医院|次|天|时间|期|名|季)"
    r"|其[一二三四](?=[，,、是])|头一个|[一二三四五六](?:是|来|系)(?!栋|楼|单元|一)|一(?:个|件|样)(?:就)?是|首先|其次|再次|最后(?=[，,是还])|先说|再说(?!吧|了|话|明))"
)
# 第一路灯不亮第二狗到处拉屎, told without a pause.
_COUNTED = re.compile(
    r"第[一二三四五](?!单元|栋|幢|层|楼|小学|中学|人民|医院|实验|[天次个件点样位代期季步年日周名排])"
)
_TURN = re.compile(
    r"(?P<more>然后还有(?:就是)?|(?<![里面中都上在我他她您你天夜午晚])还有(?!别的|什么|没有|多久|多少|几[天个]|一[天段]|味|完没完|可能|机会|救|气[，。]|人(?:说|家)?[，。])(?:还有)?(?:啊|呢)?(?:就是|一个|一件事?|个事|件事|一点|个问题)?)"
    r"|(?P<sure>另外(?:还有|一个)?|再有(?:就是)?|再一个(?:就是)?|再就是|再者|此外|顺(?:便|带)(?:说一?声?|问|反映|提)?(?:一下|下)?|对了|除此之外|其他的?就是|也麻烦|还想(?:问|反映|请|咨询)|外加|还要反映|另有|跟着就是|一个是)"
    r"|(?P<weak>同时(?:还)?|以及|并且|而且|加上|然后(?:就是)?)"
)
_PAUSE = re.compile(
    r"[。！!？?；;\n…]+|[，,](?=\S)|\s+|(?<=[\u4e00-\u9fff]{4})、(?=[\u4e00-\u9fff]{4})|[:：](?=\S)|[～~]+"
)
_EDGES = " ，,。、；;：:！!？?…～~"
# Clauses of courtesy and those that only announce; nothing begins or ends with them.
_COURTESY = re.compile(
    r"(?:那个|嗯|呃|喂|唉|哎|哎呀|姑娘|同志|师傅|主任|书记|大姐|小.|各位){0,3}(?:你们?好|您好|大家好|早上好|下午好|晚上好|请问(?:一下|下)?|打扰(?:一下|了)|谢谢(?:你们?|您|了|大家)?|多谢|感谢|辛苦(?:了|你们了)?|拜托(?:了)?|麻烦(?:了|你们了|您了|一下)?|麻烦(?:你们?)?登记(?:一下|下)?|我(?:是|住).{1,12}|求助|急|还得麻烦你们|(?:我们|咱们?|邻居|大伙){0,2}都?说|(?:我|俺)?(?:就|有|还)?(?:想|要|来)?(?:跟你们|找你们)?(?:反映|反应|问|咨询|说|讲|投诉|请教|了解|打听|登记|报修)(?:说说)?(?:一?下|个事儿?|点事儿?|一句|一声)?|在吗|有人吗|先说一个)(?:[啊呀啦哈吧呢]|主任|书记|领导|社区|居委会|里长|你们){0,3}"
)
_ANNOUNCED = re.compile(
    r"(?:(?P<of>[两二三四五2-5俩仨]|好几|几)\s?(?:个|件|点|样|条|桩|单|项|码)?(?:问题|事儿?|事情|情况|忙|意见|建议|诉求|单(?!元))|(?:说|反映|讲|提|报|问)(?P<by>[两二三四2-4几俩仨])(?:个|件|点|样|单(?!元)))"
)
_ANNOUNCEMENT = 30  # characters at the beginning within which the number of matters is announced ...
_AFTERTHOUGHT = 16  # ... and at the end: 三件事都在幸福路口
_LONGEST_ANNOUNCEMENT = 14  # a longer clause tells more than how many there are
_TELLS = re.compile("怎|吗|不|坏")
_COUNTS: Mapping[str, int] = dict(zip("两二俩2三仨3四4五5", (2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5), strict=True))
_SOME = 2  # 几个问题: at least so many

# Where a clause speaks of somebody's place, asks, or only sighs.
_PLACED = re.compile(
    r"(?:(?:[东西南北前后大侧正]|[一二三四五六七八九\d]{1,2}号?)门|[一二三四五六七八九十\d]{1,3}(?:号楼|栋|幢|单元|楼)|单元门?|楼[上下顶道梯里]|电梯|路口|校门|对面|隔壁|旁边|家?门口|垃圾[房站桶]|活动室|地下|车库|广场|公园|公交|地铁|河|小区|物业|家里|孩子|老人|食堂|消防|停车|路灯|外墙)"
)
_ASKS = re.compile(r"[吗么？?]|怎么|咋|多少|哪|啥|什么|几[点号时]|能不能|可不可以|是不是|谁")
_SIGHS = re.compile(r"怎么办|咋办|没人管|谁管|管管|你们|受不了|我|投诉|反映|解决|处理")
_ALSO = re.compile("(?<=.)[也又还]|^[还又]")
_ALSO_WITHIN = 9  # characters in which 也 stands that adds a matter
_ALSO_LETTERS = str.maketrans("", "", "也还又都")
_HEARD = 16  # characters of a clause that are heard
_BOUND = 5.0  # how much a clause can speak for or against
_SHORT, _MANY, _LONG = 4, 5, 20

CHEAP = [
    "bias",
    "stop",
    "question",
    "semicolon",
    "blank",
    "joined",
    "sure",
    "more",
    "weak",
    "listed",
    "announced",
    "said",
    "said_mean",
    "said_least",
    "said_marked",
    "long",
    "short",
    "two",
    "many",
    "last",
    "placed",
    "asks",
    "asks_too",
    "also",
    "also_first",
    "parallel",
    "alike",
    "sighs",
    "mine",
    "frail",
    "behind_frail",
]
LEAVES = ["same", "near", "likely", "likely_before", "apart", "apart_also"]


@dataclass(frozen=True, slots=True)
class Clause:
    """`text[start:end]` between two pauses, and what stands before it."""

    start: int
    end: int
    text: str
    pause: str  # the first of the marks before it; empty when a word alone parts it from what it follows
    marker: str  # "sure" (另外), "more" (还有), "weak" (而且), "listed" (第二) or nothing


@dataclass(frozen=True, slots=True)
class Topic:
    """What the classifier takes a clause for."""

    code: str
    shares: Mapping[str, float]  # the likeliest leaves
    length: float  # of the shares as a vector

    @property
    def likely(self) -> float:
        return self.shares[self.code]


def topic(guesses: Sequence[tuple[str, float]]) -> Topic:
    return Topic(guesses[0][0], dict(guesses), math.sqrt(sum(share * share for _, share in guesses)) or 1.0)


def announced(text: str) -> int:
    """How many matters the message says it has, 0 when it does not say."""
    found = _ANNOUNCED.search(text[:_ANNOUNCEMENT]) or _ANNOUNCED.search(text[-_AFTERTHOUGHT:])
    return 0 if found is None else _COUNTS.get(found["of"] or found["by"], _SOME)


def list_marks(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a list stand: 第一 ... 第二, 1、... 2、; empty when there is no second one."""
    marks = [found.span() for found in _LISTED.finditer(text)]
    if len(marks) < 2:
        marks = []
    if not marks and "第一" in text and "第二" in text:
        marks = [found.span() for found in _COUNTED.finditer(text)]
    return marks


def clauses(text: str) -> list[Clause]:
    """The clauses that tell something, in order."""
    kept: list[Clause] = []
    carried = ""
    for clause in _all_clauses(text):
        if _is_courtesy(clause.text):
            if clause.marker in ("sure", "more", "listed"):
                carried = clause.marker
            continue
        if kept and carried and not clause.marker:
            clause = Clause(clause.start, clause.end, clause.text, clause.pause, carried)
        carried = ""
        kept.append(clause)
    return kept


def _is_courtesy(said: str) -> bool:
    if len(said) < 2 or _COURTESY.fullmatch(said):
        return True
    short = len(said) < _LONGEST_ANNOUNCEMENT
    return short and _ANNOUNCED.search(said) is not None and _TELLS.search(said) is None


def _all_clauses(text: str) -> Iterator[Clause]:
    start, pause, marker = 0, "^", ""
    for cut_start, cut_end, mark, word in sorted(_cuts(text)):
        if cut_start > start and text[start:cut_start].strip(_EDGES):
            yield Clause(start, cut_start, text[start:cut_start].strip(_EDGES), pause, marker)
            pause, marker = mark, word
        else:
            pause = mark or pause
            marker = word if word and marker != "listed" else marker
        start = max(start, cut_end)
    if text[start:].strip(_EDGES):
        yield Clause(start, len(text), text[start:].strip(_EDGES), pause, marker)


def _cuts(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Start and end, mark and kind of word of all that may part two clauses."""
    for found in _PAUSE.finditer(text):
        yield found.start(), found.end(), found[0].strip()[:1] or " ", ""
    for start, end in list_marks(text):
        yield start, end, "", "listed"
    for found in _TURN.finditer(text):
        yield found.start(), found.end(), "", found.lastgroup or ""


def grams(clause: str) -> set[str]:
    """The characters and pairs of characters of a clause, its ends and its first two."""
    plain = clause.translate(_ALSO_LETTERS)[:_HEARD]
    line = f"^{plain}$"
    found = set(line)
    found.update(map("".join, itertools.pairwise(line)))
    found.add("<" + plain[:2])
    return found


class Seams:
    """The weights of both models. Safe to share between threads."""

    def __init__(
        self, steps: Mapping[str, int], step: float, bias: float, weights: Mapping[str, float]
    ) -> None:
        self.steps = steps
        self.step = step
        self.bias = bias
        self.weights = weights
        self._cheap = [weights[name] for name in CHEAP]
        self._leaves = [weights[name] for name in LEAVES]
        self.most = sum(max(0.0, weight) for weight in self._leaves)  # what the leaves can add

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Seams:
        """Read a model file. ValueError when it is none."""
        data = path.read_bytes()
        if not data.startswith(_MAGIC):
            raise ValueError("not a file of seams of this version")
        told = json.loads(zlib.decompress(data[len(_MAGIC) :]))
        return cls(told["steps"], told["step"], told["bias"], told["weights"])

    def encode(self) -> bytes:
        told = {"steps": self.steps, "step": self.step, "bias": self.bias, "weights": self.weights}
        return _MAGIC + zlib.compress(json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), 9)

    def said(self, clause: str) -> float:
        """How much the characters of a clause speak for a matter of its own, about -1.7 to 1.7."""
        known = [step for gram in grams(clause) if (step := self.steps.get(gram)) is not None]
        score = sum(known) * self.step / math.sqrt(len(known) or 1) + self.bias
        return max(-_BOUND, min(_BOUND, score)) / 3

    def cheap(self, told: Sequence[Clause], number: int) -> list[float]:
        """For each clause behind the first, what its words and marks say of a new matter."""
        said = [self.said(clause.text) for clause in told[1:]]
        return [sum(map(float.__mul__, values, self._cheap)) for values in cheap_features(told, said, number)]

    def by_leaves(self, before: Sequence[Topic], behind: Topic, clause: Clause) -> float:
        """What the leaves of the clauses of one matter and of the clause behind them add to that."""
        return sum(map(float.__mul__, leaf_features(before, behind, clause), self._leaves))


def cheap_features(told: Sequence[Clause], said: Sequence[float], number: int) -> Iterator[list[float]]:
    """The values of CHEAP for each clause behind the first; `said` are the scores of their characters."""
    lengths = [len(clause.text) for clause in told]
    count = len(told)
    mean, least = sum(said) / len(said), min(said)
    parallel = count > 2 and max(lengths) - min(lengths) <= 2
    asked = _ASKS.search(told[0].text) is not None
    frail = [find_frailty(clause.text) != () for clause in told]
    for at, clause in enumerate(told[1:], 1):
        words, own = clause.text, said[at - 1]
        asks = _ASKS.search(words) is not None
        also = _ALSO.search(words[:_ALSO_WITHIN]) is not None
        values: tuple[float | bool, ...] = (
            1.0,
            clause.pause in "。！!\n…" and clause.pause != "",
            clause.pause in "？?" and clause.pause != "",
            clause.pause in "；;" and clause.pause != "",
            clause.pause == " ",
            clause.pause == "",
            clause.marker == "sure",
            clause.marker == "more",
            clause.marker == "weak",
            clause.marker == "listed",
            number > 1,
            own,
            mean,
            least,
            own if clause.marker else 0.0,
            min(len(words), _LONG) / 10,
            len(words) <= _SHORT,
            count == 2,
            count >= _MANY,
            at == count - 1,
            _PLACED.match(words) is not None,
            asks,
            asks and asked,
            also,
            words[0] in "也都就才",
            parallel,
            abs(lengths[at] - lengths[at - 1]) <= 1,
            _SIGHS.search(words) is not None,
            words[0] in "我俺",
            frail[at] and not asks,
            frail[at - 1],
        )
        asked = asked or asks
        yield [float(value) for value in values]


def leaf_features(before: Sequence[Topic], behind: Topic, clause: Clause) -> list[float]:
    """The values of LEAVES for a clause and the clauses of the matter before it."""
    near = max(map(behind_near(behind), before))
    likely_before = max(one.likely for one in before)
    apart = behind.likely * likely_before * (1 - near)
    also = _ALSO.search(clause.text[:_ALSO_WITHIN]) is not None
    return [
        float(any(behind.code == one.code for one in before)),
        near,
        behind.likely,
        likely_before,
        apart,
        apart if also else 0.0,
    ]


def behind_near(behind: Topic) -> Callable[[Topic], float]:
    """How near a topic lies to `behind`: 0 to 1."""

    def near(one: Topic) -> float:
        common = sum(share * behind.shares.get(code, 0.0) for code, share in one.shares.items())
        return common / (one.length * behind.length)

    return near


@cache
def seams() -> Seams:
    """The shipped models, loaded once."""
    return Seams.load()
