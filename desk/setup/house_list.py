"""A list of buildings on its way into the office: its rows, and the reading of "1-12号楼 3单元 18层"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.errors import ImportProblem
from nlp.normalise import simplify, tidy
from nlp.numerals import NUMERAL, arabic, number

MOST_BUILDINGS = 5000
MOST_PROBLEMS = 20
LONGEST_RANGE = 300
LONGEST_NAME = 30
MOST_UNITS, MOST_FLOORS = 60, 130


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One building; `building` is empty for an estate that has no numbered buildings."""

    estate: str
    building: str
    units: int | None = None
    floors: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportSheet:
    rows: tuple[ImportRow, ...]

    @property
    def buildings(self) -> int:
        return sum(1 for row in self.rows if row.building)

    def summary(self) -> list[tuple[str, str, int]]:
        """(estate, its buildings in short, how many) in the order they came."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            houses = found.setdefault(row.estate, [])
            if row.building:
                houses.append(row.building)
        return [(estate, in_short(houses), len(houses)) for estate, houses in found.items()]

    def plain(self) -> list[list[Any]]:
        """As values that can be kept in a question."""
        return [[r.estate, r.building, r.units, r.floors, list(r.aliases)] for r in self.rows]

    @classmethod
    def of_plain(cls, rows: list[list[Any]]) -> ImportSheet:
        return cls(tuple(ImportRow(e, b, units, floors, tuple(names)) for e, b, units, floors, names in rows))

    def with_more(self, other: ImportSheet) -> ImportSheet:
        """Both together; where both name a building, the newer wins."""
        rows = {(row.estate, row.building): row for row in self.rows}
        rows.update({(row.estate, row.building): row for row in other.rows})
        return ImportSheet(tuple(rows.values()))


def in_short(houses: list[str]) -> str:
    """Buildings in short: ["1", "2", "3", "A"] gives "1-3、A"."""
    parts: list[str] = []
    run: list[int] = []
    for house in [*houses, ""]:
        if run and house.isdecimal() and int(house) == run[-1] + 1:
            run.append(int(house))
            continue
        if run:
            parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
        run = [int(house)] if house.isdecimal() else []
        if house and not run:
            parts.append(house)
    return "、".join(parts)


@dataclass(slots=True)
class Gathering:
    """Rows and problems as they are read; gives the sheet only when there is no problem.

    `largest`: the list has a row for each unit or flat, so of several figures the largest is the number.
    """

    largest: bool = False
    rows: dict[tuple[str, str], ImportRow] = field(default_factory=dict)
    problems: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.problems) >= MOST_PROBLEMS

    def wrong(self, row: int, column: str, problem: str, value: object = "") -> None:
        if not self.full:
            self.problems.append((row, column, problem, str(value)[:24]))

    def add(self, at: int, row: ImportRow) -> None:
        """Take a row; the same building twice is one, unless the two contradict each other."""
        key = (row.estate, row.building)
        before = self.rows.get(key)
        if before is None:
            if len(self.rows) >= MOST_BUILDINGS:
                raise ImportProblem(((at, "", "too_many", str(MOST_BUILDINGS)),))
            self.rows[key] = row
            return
        for mine, new in ((before.units, row.units), (before.floors, row.floors)):
            if mine is not None and new is not None and mine != new and not self.largest:
                self.wrong(at, "building", "twice", row.building)
                return
        self.rows[key] = ImportRow(
            row.estate,
            row.building,
            _larger(before.units, row.units),
            _larger(before.floors, row.floors),
            tuple(dict.fromkeys((*before.aliases, *row.aliases))),
        )

    def sheet(self) -> ImportSheet:
        """The sheet; `ImportProblem` when a row is bad or there is none."""
        if self.problems:
            raise ImportProblem(tuple(self.problems))
        if not self.rows:
            raise ImportProblem(((0, "", "empty", ""),))
        return ImportSheet(tuple(self.rows.values()))


def _larger(one: int | None, other: int | None) -> int | None:
    return max((known for known in (one, other) if known is not None), default=None)


@dataclass(frozen=True, slots=True)
class House:
    """A building as read from words."""

    name: str
    units: int | None = None
    floors: int | None = None


class HousesError(ValueError):
    """Words that cannot be read as buildings: (problem key, the words)."""

    def __init__(self, problem: str, value: str) -> None:
        super().__init__(problem, value)
        self.problem, self.value = problem, value


_MARKS = str.maketrans("，、；：（）～—–－【】", ",,;:()~---[]")
_HOW_MANY = rf"(?:\d{{1,3}}|{NUMERAL}{{1,3}})"
_EACH = r"(?:共|各|都?有|每[栋幢座]|都是|均为|均|地上)?\s*"
_ID = rf"(?:[A-Z甲乙丙丁戊己东西南北]?\d{{1,4}}[A-Z]?|{NUMERAL}{{1,4}}|[A-Z]{{1,2}}|[甲乙丙丁戊己])"
_MEASURE = r"(?:号楼|#楼|号栋|号|栋|幢|座|#)"
_TOKEN = re.compile(
    rf"(?P<list>1(?:\s?[,\-~到至]\s?\d{{1,2}}){{1,20}}\s?单元)"
    rf"|{_EACH}(?P<units>{_HOW_MANY})\s*个?\s*单元"
    rf"|{_EACH}(?P<floors>{_HOW_MANY})\s*层楼?高?"
    rf"|(?P<count>(?:共|总共|一共|合计)\s*{_HOW_MANY}\s*[栋幢座]楼?|{_HOW_MANY}[栋幢座]楼房?)"
    rf"|(?P<first>{_ID})(?P<m1>{_MEASURE})?\s*(?:-+|~|到|至)\s*(?P<last>{_ID})(?P<m2>{_MEASURE})?"
    rf"|(?P<side>[东西南北中]|[A-Z]|[甲乙丙丁戊己东西南北]\d{{1,3}})(?:楼|座|栋|幢)(?!层)"
    rf"|(?P<one>{_ID})(?P<measure>{_MEASURE})?"
    r"|(?P<gap>[\s,;()\[\].:]|和|及|与|跟)"
)
_SEPARATE = re.compile(r"(\d+|[A-Z]+)")


def plain_line(line: str) -> str:
    """One line in one form: half-width, simplified, capitals, ASCII marks."""
    return simplify(tidy(line)).translate(_MARKS).upper().strip()


def houses(words: str) -> list[House]:
    """The buildings named in `words` (a plain line), ranges written out. Raises `HousesError`."""
    found: list[House] = []
    group: list[str] = []
    said: dict[str, int] = {}
    for token in _tokens(words):
        kinds = {name: value for name, value in token.groupdict().items() if value}
        if "count" in kinds:
            raise HousesError("count_not_numbers", token[0])
        counts = _counts(kinds)
        if counts and not group:
            raise HousesError("no_building", token[0])
        said.update(counts)
        names = [] if counts else _names(kinds)
        if names and said:  # a new building begins after the figures of those before
            found.extend(_made(group, said))
            group, said = [], {}
        group.extend(names)
    return found + _made(group, said)


def are_houses(words: str) -> bool:
    """Whether all of `words` reads as buildings, and at least one has a figure or a measure word."""
    position = 0
    marked = False
    while position < len(words):
        token = _TOKEN.match(words, position)
        if token is None:
            return False
        marked = marked or bool(token["side"] or token["count"] or re.search(rf"\d|{_MEASURE}", token[0]))
        position = token.end()
    return marked


def _tokens(words: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(words):
        token = _TOKEN.match(words, position)
        if token is None:
            raise HousesError("not_understood", words[position:])
        yield token
        position = token.end()


def _counts(kinds: Mapping[str, str]) -> dict[str, int]:
    """Units or floors that this token says."""
    if "list" in kinds:
        return {"units": within(re.findall(r"\d+", kinds["list"])[-1], MOST_UNITS)}
    if "units" in kinds:
        return {"units": within(kinds["units"], MOST_UNITS)}
    if "floors" in kinds:
        return {"floors": within(kinds["floors"], MOST_FLOORS)}
    return {}


def within(said: str, most: int) -> int:
    """The number from 1 to `most`. Raises `HousesError`."""
    value = number(said)
    if value is None:
        raise HousesError("not_a_number", said)
    if not 1 <= value <= most:
        raise HousesError("out_of_range", said)
    return value


def _names(kinds: Mapping[str, str]) -> list[str]:
    if "first" in kinds:
        return _range(kinds["first"], kinds["last"])
    one = kinds.get("one") or kinds.get("side")
    return [house_name(one)] if one else []


def house_name(said: str) -> str:
    """The building's name as kept: figures, capitals, no leading noughts."""
    figures = arabic(said)
    return _SEPARATE.sub(lambda part: part[0].lstrip("0") or "0" if part[0].isdecimal() else part[0], figures)


def _range(first: str, last: str) -> list[str]:
    """1-12, A-D, A1-A6, 3A-3D written out."""
    a, b = house_name(first), house_name(last)
    if len(a) == len(b) == 1 and a.isalpha() and b.isalpha() and a.isascii() and b.isascii():
        steps = [chr(code) for code in range(ord(a), ord(b) + 1)]
    else:
        head_a, figures_a, tail_a = _parts(a)
        head_b, figures_b, tail_b = _parts(b)
        if figures_a and figures_b and not tail_a and not tail_b and head_b in (head_a, ""):
            steps = [f"{head_a}{n}" for n in range(int(figures_a), int(figures_b) + 1)]
        elif figures_a and figures_a == figures_b and head_a == head_b and tail_a and tail_b:
            steps = [f"{head_a}{figures_a}{chr(c)}" for c in range(ord(tail_a), ord(tail_b) + 1)]
        else:
            steps = []
    if len(steps) < 2:
        raise HousesError("bad_range", f"{first}-{last}")
    if len(steps) > LONGEST_RANGE:
        raise HousesError("range_too_long", f"{first}-{last}")
    return steps


def _parts(name: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\D?)(\d+)([A-Z]?)", name)
    return (found[1], found[2], found[3]) if found else (name, "", "")


def _made(group: list[str], said: Mapping[str, int]) -> list[House]:
    return [House(name, said.get("units"), said.get("floors")) for name in group]
