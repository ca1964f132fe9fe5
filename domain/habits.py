"""Habits: the checklist of a kind of matter, and what its delays are usually for, read from a data file."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.datafile import DataFile, read_datafile

DEFAULT_HABITS = Path(__file__).parent / "data" / "habits.toml"
ALL_OTHERS = "*"
_FIELDS = {"leaves", "extend", "suspend", "steps"}


@dataclass(frozen=True, slots=True)
class Habit:
    """What is usual for some leaves of the catalogue."""

    leaves: frozenset[str]
    steps: Mapping[str, str]  # code → words, in their order
    extend: tuple[tuple[int, str], ...]  # (working days, code of the reason), the likeliest first
    suspend: tuple[tuple[str, int], ...]  # (code of the reason, days until the review)


@dataclass(frozen=True, slots=True)
class Habits:
    lists: tuple[Habit, ...]

    def of(self, leaf: str) -> Habit:
        """The habit of this leaf of the catalogue."""
        return next(habit for habit in self.lists if leaf in habit.leaves or ALL_OTHERS in habit.leaves)


@functools.cache
def load_habits(path: Path = DEFAULT_HABITS) -> Habits:
    """The habits of the data file; `DataFileError` names what is wrong in it."""
    file = read_datafile(path)
    lists = tuple(_habit(file, f"lists.{name}", given) for name, given in file.table("lists").items())
    if not any(ALL_OTHERS in habit.leaves for habit in lists):
        raise file.error("", "lists", "no list is for all other leaves", 'Add one with leaves = ["*"].')
    return Habits(lists)


def _habit(file: DataFile, table: str, given: Mapping[str, Any]) -> Habit:
    file.check_keys(table, given, _FIELDS)
    steps = given.get("steps", {})
    if not isinstance(steps, dict) or not steps or not all(isinstance(v, str) for v in steps.values()):
        raise file.error(table, "", "the list has no steps", f'Add [{table}.steps] with code = "words".')
    extend = [_pair(file, table, "extend", text) for text in file.texts_of(table, given, "extend")]
    suspend = [_pair(file, table, "suspend", text) for text in file.texts_of(table, given, "suspend")]
    try:
        return Habit(
            frozenset(file.texts_of(table, given, "leaves")),
            dict(steps),
            tuple((int(days), reason) for days, reason in extend),
            tuple((reason, int(days)) for reason, days in suspend),
        )
    except ValueError as error:
        raise file.error(
            table, "extend", f"days must be whole numbers: {error}", 'Write "3:parts".'
        ) from None


def _pair(file: DataFile, table: str, key: str, text: str) -> tuple[str, str]:
    first, colon, second = text.partition(":")
    if not (first and colon and second):
        raise file.error(table, key, f"{text!r} is no pair", 'Write two parts with a colon: "3:parts".', text)
    return first, second
