"""Splits a message that speaks of several matters, each with its own words, category and place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nlp.classifier import Classified
from nlp.frailty import find_frailty
from nlp.reading import CategoryGuess, Matter, Place

_LISTED = re.compile(
    r"(?:^|(?<=[\s，。；;：:！!？?,]))(?:[(（]?[1-9一二三四五六七八九][)）、.．]\s?(?!\d)|[①-⑨]|第[一二三四五六](?:个|件|点|是|，|、|,|：|:)?(?!单元|栋|幢|层|小学|中学|人民|医院|次|天|时间|期|名)"
    r"|[一二三四五六](?:是|来)(?!栋|楼|单元|一)|首先|其次|再次|最后(?=[，,是还]))"
)
_TURN = re.compile(
    r"还有(?:就是|一个|一件事?|个事|件事|一点|个问题)?|另外(?:还有|一个)?|再有(?:就是)?|再一个|再就是|再者|此外|顺便(?:说|问|反映|提)?(?:一下|下)?|对了|同时(?:还)?|除此之外|其他的?就是|以及|并且|而且|也麻烦|还想(?:问|反映)|外加|加上|然后(?:还有|就是)?|还要反映|另有"
)
_BREAK = re.compile(r"[。！!？?；;\n]+|[，,、](?=\S)|\s+")
_SHORTEST = 9  # characters that two matters need
_LEAST_WORDS = 3  # a shorter piece belongs to its neighbour
_SURE = 0.35  # a piece behind 还有 or a number whose best guess is weaker has no matter of its own
_SURE_UNMARKED = 0.6  # the same between two commas, where a consequence or a reason may stand
_LETTER = 400  # letters argue one matter from all sides: only their numbered lists are split
_CONSEQUENCE = re.compile(
    r"早上|上午|中午|下午|晚上|半夜|凌晨|每天|天天|从|说了|影响|导致|造成|害得|搞得|弄得|因为|由于|所以|希望|请|麻烦|投诉|反映|建议|(?:我|我们)?(?:打|找|问了|跟|和)|走路|老人|晚上|需要|要多久|去哪|没人照顾|能不能|物业(?:说|也|不|没|推)|已经|谢谢|求|孩子|老人(?:摔|睡|休息)|睡不|没法"
)
# Words of asking tell nothing of the matter.
_MANNERS = re.compile(
    r"(?:也|还)?想?(?:咨询|问|问问|了解|反映|请教)(?:一下|下)?|请问|的?事情?也?|麻烦(?:你们?)?|帮忙|帮我|顺便|谢谢"
)
_ASKS = re.compile(r"咨询|想问|问一下|问问|怎么(?:办|申请|弄|交|领)|申请")
# 垃圾也没人收 adds a matter, 物业也不管 and 晚上也不停 do not.
_ALSO = re.compile(
    r"(?!.{0,3}(?:物业|他|我|你|人|谁|怎么|根本|孩子|老人|白天|晚上|说|交|打|找|一点|再|从来)).{2,9}?也"
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
    "cooking_fumes": frozenset({"pollution"}),
}


@dataclass(frozen=True, slots=True)
class _Told:
    start: int
    end: int
    words: str
    said: str  # what the classifier is asked about
    marked: bool  # a word such as 还有 or a number of a list stands before it


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    text: str
    guess: CategoryGuess | None
    marked: bool


def find_matters(
    text: str,
    places: Sequence[Place],
    classify: Callable[[str], Classified],
    fallback: str,
) -> tuple[Matter, ...]:
    """The matters of a message in order; empty when it speaks of one only."""
    if len(text) < _SHORTEST:
        return ()
    cuts = _cuts(text)
    if len(cuts) < 2:
        return ()
    told = [_tell(text, start, end, marked) for start, end, marked in cuts]
    if sum(bool(piece.said) for piece in told) < 2:
        return ()
    pieces = [_judge(piece, classify, fallback) for piece in told]
    joined = _join(text, pieces)
    if len(joined) < 2:
        return ()
    return tuple(
        Matter(piece.text, piece.guess, _place_of(piece, places))
        for piece in joined
        if piece.guess is not None
    )


def _cuts(text: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether a marker stands before, of the pieces that may be matters."""
    marks = [(found.start(), found.end()) for found in _LISTED.finditer(text)]
    if len(marks) < 2:
        marks = []
    if len(text) <= _LETTER:
        marks += [(found.start(), found.end()) for found in _TURN.finditer(text)]
    elif not marks:
        return []
    borders: list[tuple[int, int, bool]] = [(start, end, True) for start, end in marks]
    if len(text) <= _LETTER:
        covered = {position for start, end in marks for position in range(start, end)}
        borders += [
            (found.start(), found.end(), False)
            for found in _BREAK.finditer(text)
            if found.start() not in covered
        ]
    borders.sort()
    cuts: list[tuple[int, int, bool]] = []
    start, marked = 0, False
    for border_start, border_end, mark in borders:
        if border_start > start and text[start:border_start].strip(" ，,。、；;：:"):
            cuts.append((start, border_start, marked))
            marked = mark
        else:
            marked = marked or mark
        start = max(start, border_end)
    if text[start:].strip(" ，,。！!？?、；;"):
        cuts.append((start, len(text), marked))
    return cuts


def _tell(text: str, start: int, end: int, marked: bool) -> _Told:
    """A piece and what of it may be a matter of its own: nothing when it goes on about the one before."""
    words = text[start:end].strip()
    marked = marked or _ASKS.search(words) is not None or _ALSO.match(words) is not None
    said = _MANNERS.sub("", words)
    own = len(said) >= _LEAST_WORDS and (
        marked or (_CONSEQUENCE.match(words) is None and find_frailty(words) == ())
    )
    return _Told(start, end, words, said if own else "", marked)


def _judge(told: _Told, classify: Callable[[str], Classified], fallback: str) -> _Piece:
    guess: CategoryGuess | None = None
    if told.said:
        best = next((one for one in classify(told.said).guesses if one.code != fallback), None)
        needed = _SURE if told.marked or told.start == 0 else _SURE_UNMARKED
        if best is not None and best.probability >= needed:
            guess = best
    return _Piece(told.start, told.end, told.words, guess, told.marked)


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
