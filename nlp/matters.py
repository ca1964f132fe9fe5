"""Splits a message that speaks of several matters, each with its own words, category and place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.classifier import Classified
from nlp.frailty import find_frailty
from nlp.reading import CategoryGuess, Matter, Place

_LISTED = re.compile(
    r"(?:^|(?<=[\s，。；;：:！!？?,]))(?:[(（]?[1-9一二三四五六七八九][)）、.．]\s?(?!\d)|[1-9](?=[\u4e00-\u9fff]{3})(?![个次号楼栋幢单层月日年点岁天条人家户米元块路])|第[一二三四五六](?:个|件事?|点|样|是|，|、|,|：|:)?(?!单元|栋|幢|层|小学|中学|人民|医院|次|天|时间|期|名|季)"
    r"|[一二三四五六](?:是|来)(?!栋|楼|单元|一)|一(?:个|件|样)(?:就)?是|首先|其次|再次|最后(?=[，,是还])|先说|再说(?!吧|了|话|明))"
)
# 第一路灯不亮第二狗到处拉屎, told without a pause.
_COUNTED = re.compile(
    r"第[一二三四五](?!单元|栋|幢|层|楼|小学|中学|人民|医院|实验|[天次个件点样位代期季步年日周名排])"
)
_TURN = re.compile(
    r"(?<![里面中都上在我他她您你天])还有(?!别的|什么|没有|多久|多少|几[天个]|一[天段]|味|完没完|可能|机会|救|气[，。]|人(?:说|家)?[，。])(?:就是|一个|一件事?|个事|件事|一点|个问题)?|另外(?:还有|一个)?|再有(?:就是)?|再一个(?:就是)?|再就是|再者|此外|顺(?:便|带)(?:说|问|反映|提)?(?:一下|下)?|对了|同时(?:还)?|除此之外|其他的?就是|以及|并且|而且|也麻烦|还想(?:问|反映|请|咨询)|外加|加上|然后(?:还有|就是)?|还要反映|另有|跟着就是"
)
# 我要反映两个问题: more than one matter is announced.
_ANNOUNCED = re.compile(
    r"[^，,。；;]{0,10}?(?:(?:[两二三四2-4几]|好几)(?:个|件|点|样|条|桩)?(?:问题|事儿?|事情|情况|忙|意见|建议|诉求)|(?:说|反映|讲|提)[两二三四2-4几](?:个|件|点|样))[:：，,。\s]*"
)
_ANNOUNCEMENT = 30  # characters within which the number of matters is announced
_FULL = re.compile(r"[。！!？?；;\n]+")
_COMMA = re.compile(r"[，,](?=\S)|\s+|(?<=[\u4e00-\u9fff]{4})、(?=[\u4e00-\u9fff]{4})")
_MOST_APART = 4
# A clause with one of these tells what came of the one before, or asks for help with it.
_TIED = re.compile(
    r"^(?:所以|因为|由于|结果|导致|害得?|搞得|弄得|影响|但|可是|不过|却|这|那(?!个)|让|被|把|就|才|都|也|投诉|反映|打|找|问|说|要求|希望|请|麻烦|建议|求|报)"
    r"|(?:物业|他|她|你们?|人|谁|没人|居委|社区|部门|单位|老板|客服|警察)[^，。]{0,4}(?:不管|不理|不来|不认|不听|没来|推)|没人[管理]|睡不|受不了|没法|怎么办|^(?:你们|社区|居委会?|这里|那)?[^，。]{0,2}(?:可以|能|行|给)[^，。]{0,4}(?:吗|么|不)[？?]?$"
)
_SHORTEST = 9  # characters that two matters need
_LEAST_WORDS = 3  # a shorter piece belongs to its neighbour
_LEAST_CLAUSE = 4  # a shorter clause is no matter of its own
_SHORT_CLAUSE, _SURE_SHORT = 4, 0.9  # one of four characters must be plain: 停车也乱
_MOST_CLAUSES = 3  # who tells two matters between commas does not tell a story
_SURE_ANNOUNCED = 0.2  # the best guess for a piece behind a marker, where several are announced
_SURE = 0.35  # the same where they are not: a weaker one has no matter of its own
_SURE_CLAUSE = 0.33  # the same for clauses of which each begins with a subject of its own
_CERTAIN = 0.85  # the same for clauses that begin like a tale but tell of something else altogether
_SURE_PLACED = 0.12  # the same for one that begins with a place of its own
_SURE_UNMARKED = 0.45  # the same for sentences and clauses, which may tell a consequence or a reason
_SURE_ADDED = 0.6  # the same for a clause of a story that adds a matter: 垃圾也没人收
_LETTER = 400  # letters argue one matter from all sides: only their numbered lists are split
# How a clause begins that goes on about the one before.
_LEANS = re.compile(
    r"(?:早上|上午|中午|下午|晚上|半夜|凌晨|夜里|白天|前天|昨天|今天|刚才|现在|目前|后来|最后|结果|到现在|至今|已经|每天|天天|一到|到处|一直|总是?|老是|经常"
    r"|从|说|讲|骂|问|打|找|催|报|求|要求|投诉|反映|建议|希望|请|麻烦|谢|感谢|帮|跟|和(?!平)|叫|让|被|把|拿|弄|搞|影响|导致|造成|害|因为|由于|所以|但|可(?!能)|可是|不过|却|虽然|如果|要是|万一|就|才|都|也|又(?!有)|还(?!有|想)|再(?!就|有|一|者|把)|越|连|只|光|太|很|好|真|特别|非常|完全|根本|实在|比|够"
    r"|他|她|它|你们?|您|大家|谁|哪|什么|怎么|为什么|为啥|是不是|有没有|有的|有人(?:来|管|说)|没人|没有|没法|不|别|能|可以|会|应该|需要|要(?!想)|去|来|走|进|出|过|上(?=去|来|下)|下(?=去|来|雨)|开窗|关窗|睡|吃|喝|看|听|闻|想起"
    r"|这|那(?!个.{2,})|其[中他]|我(?!家|们[小家楼这门]|自己想|想|妈想|爸想|要(?:申请|办|找|反映))|我家?(?:孩子|老人|老伴|老头|老太)|咱|俺(?!家|想)|自己|本人|一家"
    r"|孩子(?!上学|入学|的?学|打疫苗|想|上[小幼])|老人(?!医|的|想|卡|办)|小孩(?!打|疫苗|上)|老伴|老头|老婆|老公|儿子(?!单位)|女儿|女婿|媳妇|父母|家人|邻居(?:们|说|都|也)|业主|住户|居民|物业(?!费|乱|不给开|收)|保安(?:说|也|不[拦管])|师傅|客服|平台|商家|开发商|房管局|派出所|警察|12345|公司|老板(?:说|也)|社保交"
    r"|味道|气味|臭|烟味|声音|噪音(?=大|很|太)|灰(?!尘)|水(?=漫|流|都)|墙皮|玻璃碎|家具|地板|衣服|被子|苍蝇|蚊|老鼠(?=也|都)|蟑螂(?=也|都)|监控(?:坏|也|看)|家里(?=揭|没|有)|冰箱|卡(?=里)|钱|合同|店|关门|户口|房子|房本|社保|收入|充|花|交|买|签|等|拖|停(?=了|在)|修(?!路)|开(?=着|到|门)|坏|漏|堵|喇叭|车(?=都|过|也|位少)|左邻|救护|消防车|夏天|冬天|下雨|一下雨|客厅|卧室|厨房(?=也|都)|卫生间(?=也|都|十))"
)
_TOLD_BY = re.compile(
    "(?:影响|导致|造成|害得|搞得|弄得|没法|睡不|受不了|受罪|怎么办|咋办呀|我该|该找谁|找谁|要不要|多久|带什么|哪里|去哪|吗$|呢$|没用|不管|不听|不理|不认|不来|推[给诿来]|[交买吃供]不起|[栽掉摔]进|也没|都没|还没[来修]|到现在|快来|尽快|管一管|管管|解决|处理|帮忙?$|一下$|了?一跤|要紧)"
)
# 垃圾也没人收 adds a matter, 物业也不管 and 晚上也不停 do not.
_LAST = re.compile(r"(?<=[，,。；;\s])最后")
_PLACED = re.compile(
    r"(?:(?:[东西南北前后大侧正]|[一二三四五六七八九\d]+号?)门|[一二三四五六七八九十\d]+(?:号楼|栋|幢|单元|楼)|单元门?|楼[上下顶道梯里]|电梯|路口|校门|对面|隔壁|家?门口|垃圾[房站桶]|活动室|地下|车库|广场|公园|公交|地铁|河|小区|我们?家|食堂|消防|停车|路灯|外墙)"
)
_WISHED = re.compile("登记|申请|帮[我忙]|给我|麻烦|想[办要找学]|怎么|能不能|可以")
_ASKS_TOO = re.compile(r"什么|怎么|哪|吗|咋|多少")
_ALSO = re.compile(
    r"[网水电气灯]也(?:断|停|没|不|坏|黑)|"
    r".{2,10}也(?:想|要)(?:问|咨询|办|申请|了解)|"
    r"(?!.{0,3}(?:物业|他|我|你|人|谁|怎么|根本|孩子|老人|白天|晚上|说|交|打|找|一点|再|从来|平台|客服|衣服|里长|味|家具|车都))[^，。也]{2,12}?(?:也|又)(?!没用|没人管|不管|不听|不理|不来|说|没来|睡|受|不敢|不通知)"
)
# Words of asking tell nothing of the matter.
_MANNERS = re.compile(
    r"(?:也|还)?想?(?:咨询|问|问问|了解|反映|请教)(?:一下|下)?|请问|的?事情?也?|麻烦(?:你们?)?|帮忙|帮我|顺便|谢谢"
)
# What follows from a matter and is told with it: flies from rubbish, peeling walls from a leak.
_FOLLOWS: Mapping[str, frozenset[str]] = {
    "street_cleaning": frozenset({"property_service", "exposed_rubbish", "pests"}),
    "exposed_rubbish": frozenset(
        {"property_service", "pests", "street_cleaning", "pollution", "cooking_fumes"}
    ),
    "property_service": frozenset({"street_cleaning", "public_order", "consumer_rights"}),
    "leak": frozenset({"house_quality", "public_facility", "property_service", "power_supply"}),
    "construction_noise": frozenset({"social_noise", "neighbour_noise", "dust"}),
    "social_noise": frozenset({"neighbour_noise", "construction_noise"}),
    "neighbour_noise": frozenset({"social_noise", "construction_noise"}),
    "road_damage": frozenset({"manhole_drain", "traffic_order", "dust"}),
    "manhole_drain": frozenset({"pollution", "pests", "road_damage", "leak"}),
    "elevator": frozenset({"age_friendly", "elder_visit", "property_service"}),
    "parking": frozenset({"traffic_order", "fire_lane", "property_service"}),
    "elder_visit": frozenset({"home_care", "meal_service", "day_care", "family_doctor", "age_friendly"}),
    "piled_junk": frozenset({"fire_safety", "fire_lane"}),
    "cooking_fumes": frozenset({"pollution"}),
    "labour_dispute": frozenset({"wage_arrears", "social_insurance"}),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str
    guess: CategoryGuess | None
    marked: bool  # a word such as 还有 or a number of a list stands before it


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What may be a matter, before the classifier is asked."""

    start: int
    end: int
    words: str
    least: float  # probability from which the best guess counts; 0 when it goes on about the one before
    marked: bool
    clauses: Sequence[tuple[int, int]]  # two or more when each may be a matter by itself
    apart: Sequence[tuple[int, int]]  # two to four when each is one if it is certain to be
    added: Sequence[tuple[int, int]]  # clauses that may add a matter

    @property
    def most(self) -> int:
        """Matters that it can hold at most."""
        return max(len(self.clauses), len(self.apart), bool(self.least) + len(self.added))


_Judge = Callable[[str, float], CategoryGuess | None]


def find_matters(
    text: str,
    places: Sequence[Place],
    classify: Callable[[str], Classified],
    fallback: str,
) -> tuple[Matter, ...]:
    """The matters of a message in order; empty when it speaks of one only."""
    if len(text) < _SHORTEST:
        return ()
    units = _units(text)
    if len(units) < 2 and (len(text) > _LETTER or not (_COMMA.search(text) or _FULL.search(text))):
        return ()

    def judge(words: str, needed: float) -> CategoryGuess | None:
        said = _MANNERS.sub("", words)
        if len(said) < _LEAST_WORDS:
            return None
        best = next((one for one in classify(said).guesses if one.code != fallback), None)
        return best if best is not None and best.probability >= needed else None

    sentences = list(_sentences(text, units))
    if sum(sentence.most for sentence in sentences) < 2:
        return ()
    pieces = [piece for sentence in sentences for piece in _judged(text, sentence, judge)]
    joined = _join(text, pieces)
    if len(joined) < 2:
        return ()
    return tuple(
        Matter(piece.text, piece.guess, _place_of(piece, places))
        for piece in joined
        if piece.guess is not None
    )


def _units(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether a marker stands before, of what stands between numbers and words such as 还有."""
    marks = [(found.start(), found.end()) for found in _LISTED.finditer(text)]
    if len(marks) < 2:
        marks = []
    if not marks and "第一" in text and "第二" in text:
        marks = [(found.start(), found.end()) for found in _COUNTED.finditer(text)]
    if len(text) <= _LETTER:
        marks += [(found.start(), found.end()) for found in _TURN.finditer(text)]
        if marks and ("首先" in text or "其次" in text):
            marks += [(found.start(), found.end()) for found in _LAST.finditer(text)]
    cuts: list[tuple[int, int, bool]] = []
    start, marked = 0, False
    announced = _ANNOUNCED.match(text[:_ANNOUNCEMENT])
    if announced:
        start = announced.end()  # 我要反映两个问题: is none of them
    for mark_start, mark_end in sorted(marks):
        if text[start:mark_start].strip(" ，,。、；;：:"):
            cuts.append((start, mark_start, marked))
        start, marked = max(start, mark_end), True
    if text[start:].strip(" ，,。！!？?、；;"):
        cuts.append((start, len(text), marked))
    return cuts


def _sentences(text: str, units: Sequence[tuple[int, int, bool]]) -> Iterator[_Sentence]:
    """The sentences of the units, with what is asked of each to be a matter."""
    announced = _ANNOUNCED.match(text[:_ANNOUNCEMENT]) is not None
    needed = _SURE_ANNOUNCED if announced else _SURE if len(units) > 1 else _SURE_UNMARKED
    for start, end, after_mark in units:
        if end - start > _LETTER:
            yield _Sentence(start, end, text[start:end].strip(), needed, after_mark, (), (), ())
            continue
        for at, (first, last) in enumerate(_between(_FULL, text, start, end)):
            words, marked = text[first:last].strip(), after_mark and not at
            clauses = list(_between(_COMMA, text, first, last))
            least = needed if marked else _SURE_UNMARKED
            if (_PLACED.match(words) and (announced or after_mark)) or (marked and _WISHED.search(words)):
                least = min(least, _SURE_PLACED)
            if at and (len(words) < _LEAST_CLAUSE or _leans(words)):
                least = 0.0
            yield _Sentence(
                first,
                last,
                words,
                least,
                marked,
                _own(text, clauses),
                _apart(text, clauses),
                _adding(text, clauses[1:]),
            )


def _judged(text: str, sentence: _Sentence, judge: _Judge) -> Iterator[_Piece]:
    """The sentence as one piece, or its clauses where each tells a matter of its own."""
    split = _split(text, sentence.clauses, judge) or _certain(text, sentence.apart, judge)
    if split:
        yield from split
        return
    guess = judge(sentence.words, sentence.least) if sentence.least else None
    yield _Piece(sentence.start, sentence.end, sentence.words, guess, sentence.marked)
    for start, end in sentence.added:
        words = text[start:end].strip()
        guess = judge(words, _SURE_ADDED)
        if guess is not None:
            yield _Piece(start, end, words, guess, False)


def _between(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pieces of `text[start:end]` between these marks."""
    at = start
    for found in mark.finditer(text, start, end):
        if text[at : found.start()].strip(" ，,。、；;：:！!？?"):
            yield at, found.start()
        at = found.end()
    if text[at:end].strip(" ，,。、；;：:！!？?"):
        yield at, end


def _own(text: str, clauses: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Two or three clauses of which each may be a matter by itself; else nothing."""
    if len(clauses) > 1 and len(_MANNERS.sub("", text[slice(*clauses[0])])) < _LEAST_WORDS:
        clauses = clauses[1:]  # 想反映下，...
    if not 2 <= len(clauses) <= _MOST_CLAUSES:
        return ()
    for at, (start, end) in enumerate(clauses):
        words = text[start:end].strip()
        if len(words) < _LEAST_CLAUSE or (at and _leans(words) and not _ALSO.match(words)):
            return ()
    return clauses


def _split(text: str, clauses: Sequence[tuple[int, int]], judge: _Judge) -> list[_Piece]:
    """The clauses as pieces when each is a matter, and not all are the same one; else nothing."""
    pieces: list[_Piece] = []
    for start, end in clauses:
        words = text[start:end].strip()
        placed = _PLACED.match(words) is not None
        least = _SURE_SHORT if len(words) <= _SHORT_CLAUSE else _SURE_PLACED if placed else _SURE_CLAUSE
        guess = judge(words, least)
        if guess is None:
            return []
        piece = _Piece(start, end, words, guess, _ALSO.match(words) is not None)
        if not any(other.guess is not None and _is_same(other.guess, piece) for other in pieces):
            pieces.append(piece)
    return pieces if len(pieces) > 1 else []


def _apart(text: str, clauses: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Two to four clauses of which none is tied to the one before by a word."""
    if not 2 <= len(clauses) <= _MOST_APART:
        return ()
    words = [text[start:end].strip() for start, end in clauses]
    if any(len(said) < _LEAST_WORDS + 2 for said in words) or any(map(_TIED.search, words[1:])):
        return ()
    return clauses


def _certain(text: str, clauses: Sequence[tuple[int, int]], judge: _Judge) -> list[_Piece]:
    """The clauses as pieces when each is certainly a matter, and no two are the same one; else nothing."""
    pieces: list[_Piece] = []
    for start, end in clauses:
        words = text[start:end].strip()
        guess = judge(words, _CERTAIN)
        if guess is None:
            return []
        piece = _Piece(start, end, words, guess, False)
        if any(_is_same(other.guess, piece) for other in pieces if other.guess is not None):
            return []
        pieces.append(piece)
    return pieces


def _adding(text: str, clauses: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Clauses of a longer story that may add a matter: 垃圾也没人收."""
    return [
        (start, end)
        for start, end in clauses
        if end - start >= _LEAST_CLAUSE
        and _ALSO.match(words := text[start:end].strip())
        and not _leans(words)
    ]


def _leans(words: str) -> bool:
    """The clause goes on about the one before it."""
    return (
        _LEANS.match(words) is not None
        or _TOLD_BY.search(words) is not None
        or (find_frailty(words) != () and _ASKS_TOO.search(words) is None)
    )


def _join(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """Pieces of the same category, and pieces that say nothing of their own, go to the one before."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is None:
            joined.append(piece)
        elif piece.guess is None or last.guess is None or _is_same(last.guess, piece):
            follows = (
                last.guess is not None and piece.guess is not None and last.guess.code != piece.guess.code
            )
            best = last.guess if follows else _surer(last.guess, piece.guess)
            joined[-1] = _Piece(
                last.start, piece.end, text[last.start : piece.end].strip(), best, last.marked
            )
        else:
            joined.append(piece)
    return _merge_same(text, joined)


def _is_same(told: CategoryGuess, piece: _Piece) -> bool:
    """The piece goes on about what was told, or tells what follows from it."""
    if piece.guess is None or piece.guess.code == told.code:
        return True
    return not piece.marked and piece.guess.code in _FOLLOWS.get(told.code, ())


def _surer(one: CategoryGuess | None, other: CategoryGuess | None) -> CategoryGuess | None:
    known = [guess for guess in (one, other) if guess is not None]
    return max(known, key=lambda guess: guess.probability, default=None)


def _merge_same(text: str, pieces: list[_Piece]) -> list[_Piece]:
    """A matter taken up again later is not a second matter."""
    kept: list[_Piece] = []
    for piece in pieces:
        if piece.guess is None:
            continue
        if any(piece.guess.code == other.guess.code for other in kept if other.guess is not None):
            continue
        kept.append(piece)
    return kept


def _place_of(piece: _Piece, places: Sequence[Place]) -> Place | None:
    """The place said within the piece, else the last one said before it, else the first of the message."""
    inside = [place for place in places if piece.start <= place.span[0] < piece.end]
    if inside:
        return inside[0]
    before = [place for place in places if place.span[0] < piece.start]
    if before:
        return before[-1]
    return places[0] if places else None
