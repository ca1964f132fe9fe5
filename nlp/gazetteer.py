"""Finds the names of known estates in a text, also by alias and with a typing error."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from nlp.lexicon import Lexicon
from nlp.normalise import normalise
from nlp.reading import EstateEntry, Gazetteer

_HOMOPHONES = Path(__file__).parent / "data" / "homophones.txt"
_GENERIC_TAIL = re.compile(r"(?:小区|公寓|大厦|社区|家属院|宿舍)\Z")
_SUFFIX = re.compile(
    r"(?:小区|公寓|大厦|社区|花园|家园|新村|花苑|新苑|佳苑|名苑|雅苑|广场|新城|名城|家属院|宿舍|[东西南北]苑|[东西南北]区|[一二三四五]期)\Z"
)
_SHORTEST_FUZZY = 4  # names shorter than this are taken only as written or as they sound
_KEPT_INDEXES = 256
# Public spots that every estate has: found by the general rules, of no use for telling estates apart.
_COMMON_SPOT = re.compile(r"(?:[东西南北大后前正侧]门|门口|广场|小广场|花园|车库|门卫)\Z")


@dataclass(frozen=True, slots=True)
class Name:
    """A known name at `start:end`."""

    start: int
    end: int
    estate: str
    estate_id: int | None
    spot: str = ""


@cache
def _sounds() -> dict[int, str]:
    """Each character to the first of the characters that sound alike."""
    table: dict[int, str] = {}
    for line in _HOMOPHONES.read_text(encoding="utf-8").splitlines():
        group = line.split("#")[0].strip()
        for char in group:
            table.setdefault(ord(char), group[0])
    return table


def _sound(text: str) -> str:
    """The text with each character replaced by one that stands for its sound; same length."""
    return text.translate(_sounds())


class Index:
    """The names of one gazetteer, made ready for look-up."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        exact: dict[str, tuple[EstateEntry, str]] = {}
        self._ambiguous: set[str] = set()
        for estate in gazetteer.estates:
            for name in _names(estate):
                if name in exact and exact[name][0].id != estate.id:
                    self._ambiguous.add(name)
                exact.setdefault(name, (estate, ""))
        for estate in gazetteer.estates:
            for spot in estate.spots:
                written = normalise(spot).text
                if len(written) > 1 and not _COMMON_SPOT.match(written):
                    exact.setdefault(written, (estate, spot))
                    if exact[written][0].id != estate.id:
                        self._ambiguous.add(written)
        self._exact = Lexicon(exact)
        sounded: dict[str, tuple[EstateEntry, str]] = {}
        for name, owner in exact.items():
            if len(name) >= 3:
                sounded.setdefault(_sound(name), owner)
        self._sounded = Lexicon(sounded)
        self._halves = Lexicon(_halves(sounded))
        self.names = tuple(name for name, (_, spot) in exact.items() if not spot)

    def find(self, text: str) -> list[Name]:
        """The known names in `text`, not overlapping, in order."""
        if not self.gazetteer.estates:
            return []
        found = [self._named(hit.start, hit.end, hit.tag, hit.word) for hit in self._exact.find(text)]
        heard = _sound(text)
        for hit in self._sounded.find(heard):
            _add(found, self._named(hit.start, hit.end, hit.tag, hit.word))
        for half in self._halves.find_all(heard):
            for name, owner, at_front in half.tag:
                span = _near(heard, name, half.start, half.end, at_front)
                if span is not None:
                    _add(found, self._named(*span, owner, name))
        return sorted(found, key=lambda name: name.start)

    def _named(self, start: int, end: int, owner: tuple[EstateEntry, str], word: str) -> Name:
        estate, spot = owner
        if word in self._ambiguous:
            return Name(start, end, "" if spot else estate.name, None, spot)
        return Name(start, end, estate.name, estate.id, spot)


def _names(estate: EstateEntry) -> list[str]:
    """The writings of an estate's name; 阳光花园小区 is also called 阳光花园."""
    listed = [normalise(name).text for name in (estate.name, *estate.aliases)]
    for name in list(listed):
        short = _GENERIC_TAIL.sub("", name)
        if len(short) >= 3:
            listed.append(short)
        elif len(short) == 2 and short == name[:-2]:
            listed.append(name)
    return [name for name in dict.fromkeys(listed) if len(name) > 1]


_Half = tuple[str, tuple[EstateEntry, str], bool]


def _halves(names: dict[str, tuple[EstateEntry, str]]) -> dict[str, tuple[_Half, ...]]:
    """Front and back halves of the longer names: with one error in a name, one half is still whole."""
    halves: dict[str, list[_Half]] = {}
    for name, owner in names.items():
        if len(name) < _SHORTEST_FUZZY or owner[1] or name.isascii():
            continue
        middle = len(name) // 2
        front, back = name[:middle], name[middle:]
        halves.setdefault(front, []).append((name, owner, True))
        if len(front) >= 3:  # one error in two characters makes another name
            halves.setdefault(back, []).append((name, owner, False))
    return {half: tuple(listed) for half, listed in halves.items() if len(half) > 1}


def _near(text: str, name: str, start: int, end: int, at_front: bool) -> tuple[int, int] | None:
    """The span of `name` written with one character wrong, missing or too many; None when it is not there."""
    rest = len(name) - (end - start)
    for width in (rest, rest - 1, rest + 1):
        if width < 1:
            continue
        if at_front:
            window, goal, span = text[end : end + width], name[end - start :], (start, end + width)
        else:
            if start - width < 0:
                continue
            window, goal, span = text[start - width : start], name[:rest], (start - width, end)
        if len(window) == width and _one_error(window, goal) and not (at_front and _SUFFIX.match(window)):
            return span
    return None


def _one_error(said: str, meant: str) -> bool:
    if len(said) == len(meant):
        return len(said) > 1 and sum(a != b for a, b in zip(said, meant, strict=True)) <= 1
    longer, shorter = (said, meant) if len(said) > len(meant) else (meant, said)
    return len(shorter) > 0 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _add(found: list[Name], name: Name) -> None:
    if not any(name.start < other.end and other.start < name.end for other in found):
        found.append(name)


_indexes: OrderedDict[int, Index] = OrderedDict()
_lock = Lock()


def index_of(gazetteer: Gazetteer) -> Index:
    """The index of a gazetteer; made once for each, the least used are forgotten."""
    key = id(gazetteer)
    index = _indexes.get(key)
    if index is not None and index.gazetteer is gazetteer:
        return index
    made = Index(gazetteer)
    with _lock:
        _indexes[key] = made
        while len(_indexes) > _KEPT_INDEXES:
            _indexes.popitem(last=False)
    return made
