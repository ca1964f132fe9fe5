"""What limits an office has: the classes of clocks and their units, read from a clocks file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.catalogue import KINDS, Catalogue
from domain.datafile import DataFile, read_datafile

CLOCKS_FOLDER = Path(__file__).parent / "data" / "clocks"
DEFAULT_CLOCKS = CLOCKS_FOLDER / "default.toml"

COMPLEX = "complex"  # the class that staff mark by hand
GENERAL = "general"  # the class of whatever has no clock of its own
URGENCIES = ("特急", "紧急", "一般")


class Unit(StrEnum):
    """What a limit is counted in. They differ and are never converted into each other."""

    MINUTE = "分钟"
    HOUR = "小时"
    WORKING_HOUR = "工作时"
    WORKING_DAY = "工作日"
    DAY = "天"

    @property
    def runs_day_and_night(self) -> bool:
        return self in (Unit.MINUTE, Unit.HOUR)


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time in its own unit, e.g. 4 工作时."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}"

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read "4 工作时" (the space may be missing). Raises ValueError."""
        digits = text[: len(text) - len(text.lstrip("0123456789"))]
        unit = text[len(digits) :].strip()
        if not 1 <= len(digits) <= 4 or int(digits) < 1:
            raise ValueError(f"{text!r} is not a limit: a whole number from 1 to 9999 and a unit")
        if unit not in {known.value for known in Unit}:
            raise ValueError(f"{text!r} has no known unit")
        return cls(int(digits), Unit(unit))


@dataclass(frozen=True, slots=True)
class Step:
    """Something that has to be done on the way to the answer."""

    name: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Clock:
    """One class of limits."""

    code: str
    name: str
    accept: Limit
    answer: Limit
    return_window: Limit
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Clocks:
    """All limits of an office."""

    code: str
    name: str
    classes: Mapping[str, Clock]
    by_urgency: Mapping[str, str]
    by_kind: Mapping[str, str]
    warnings: tuple[float, ...]  # fractions of the time, ascending; 1.0 is the limit itself
    ladder: tuple[str, ...]
    ladder_step: Limit
    ladder_at_once: int  # how many rungs are called when the limit passes; the next ones a step later each
    follow_up: Limit
    objection: Limit
    rolls_on: bool = False  # a limit in 天 that ends on a rest day goes on to the next working day
    path: Path = field(default=DEFAULT_CLOCKS, compare=False)


_HEADER = {
    "code", "name", "warnings", "ladder", "ladder_step", "ladder_at_once", "follow_up", "objection",
    "days_on_rest_day", "by_urgency", "by_kind", "clocks",
}  # fmt: skip
_CLOCK_FIELDS = {"name", "accept", "answer", "return", "steps"}
_REST_DAY_RULES = ("stay", "next_workday")


def load_clocks(path: Path | None = None) -> Clocks:
    """Read a clocks file (default: the office's usual limits). Raises DataFileError with line and remedy."""
    file = read_datafile(path or DEFAULT_CLOCKS)
    root = file.root
    file.check_keys("", root, _HEADER)
    classes = {code: _clock(file, code, value) for code, value in file.table("clocks").items()}
    for needed in (GENERAL, COMPLEX):
        if needed not in classes:
            raise file.error("clocks", "", f"clock {needed!r} is missing", f"Add [clocks.{needed}].")
    rule = file.text_of("", root, "days_on_rest_day", "stay")
    if rule not in _REST_DAY_RULES:
        raise file.error(
            "", "days_on_rest_day", f"unknown rule {rule!r}", f"Use one of: {', '.join(_REST_DAY_RULES)}."
        )
    return Clocks(
        code=file.text_of("", root, "code"),
        name=file.text_of("", root, "name"),
        classes=classes,
        by_urgency=_chooser(file, "by_urgency", URGENCIES, classes),
        by_kind=_chooser(file, "by_kind", KINDS, classes),
        warnings=_warnings(file),
        ladder=file.texts_of("", root, "ladder"),
        ladder_step=_limit(file, "", root, "ladder_step"),
        ladder_at_once=_at_once(file),
        follow_up=_limit(file, "", root, "follow_up"),
        objection=_limit(file, "", root, "objection"),
        rolls_on=rule == "next_workday",
        path=file.path,
    )


def check_catalogue(clocks: Clocks, catalogue: Catalogue) -> None:
    """Raises DataFileError when a leaf of the catalogue names a clock that this office does not have."""
    for leaf in catalogue.leaves:
        if leaf.clock not in clocks.classes:
            raise read_datafile(catalogue.path).error(
                f"leaves.{leaf.code}",
                "clock",
                f"clock {leaf.clock!r} is not in {clocks.path.name}",
                f"Use one of: {', '.join(clocks.classes)}; or add [clocks.{leaf.clock}] there.",
            )


def _clock(file: DataFile, code: str, value: Any) -> Clock:
    table = f"clocks.{code}"
    if not isinstance(value, dict):
        raise file.error(
            "clocks", code, f"clock {code!r} must be a table", f"Write [{table}] and its limits."
        )
    file.check_keys(table, value, _CLOCK_FIELDS)
    steps = value.get("steps", {})
    if not isinstance(steps, dict):
        raise file.error(table, "steps", "'steps' must be a table", 'Write steps = { "..." = "4 工作时" }.')
    return Clock(
        code=code,
        name=file.text_of(table, value, "name"),
        accept=_limit(file, table, value, "accept"),
        answer=_limit(file, table, value, "answer"),
        return_window=_limit(file, table, value, "return"),
        steps=tuple(Step(name, _limit(file, table, steps, name, "steps")) for name in steps),
    )


def _limit(file: DataFile, table: str, given: Mapping[str, Any], key: str, under: str = "") -> Limit:
    """The limit at `key`; `under` is the key whose line a complaint points at, when it is not `key`."""
    text = given.get(key)
    if text is None:
        raise file.error(table, "", f"{table or 'the file'} has no {key!r}", f'Add {key} = "1 工作日".')
    try:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} is not a limit: write it as text")
        return Limit.parse(text)
    except ValueError as error:
        units = ", ".join(unit.value for unit in Unit)
        raise file.error(
            table, under or key, f"{key!r}: {error}", f'Write e.g. "4 工作时"; units: {units}.'
        ) from None


def _chooser(
    file: DataFile, table: str, keys: tuple[str, ...], classes: Mapping[str, Clock]
) -> Mapping[str, str]:
    given = file.table(table)
    file.check_keys(table, given, keys)
    for key in given:
        code = file.text_of(table, given, key)
        if code not in classes:
            raise file.error(
                table, key, f"{code!r} is no clock of this file", f"Use one of: {', '.join(classes)}."
            )
    return dict(given)


def _at_once(file: DataFile) -> int:
    given = file.root.get("ladder_at_once", 1)
    if type(given) is not int or given < 1:
        problem = "'ladder_at_once' must be a whole number from 1"
        raise file.error("", "ladder_at_once", problem, "Write ladder_at_once = 2.")
    return given


def _warnings(file: DataFile) -> tuple[float, ...]:
    given = file.root.get("warnings")
    remedy = "Write e.g. warnings = [50, 75, 100]."
    if not isinstance(given, list) or not all(type(part) is int and 0 < part <= 100 for part in given):
        raise file.error("", "warnings", "'warnings' must be whole percents from 1 to 100", remedy)
    if given != sorted(set(given)):
        raise file.error("", "warnings", "'warnings' must ascend", remedy)
    return tuple(part / 100 for part in given)
