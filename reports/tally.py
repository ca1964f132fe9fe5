"""What an export counts while its rows go by: tables of (name, how many), one below the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from reports.register import Entry
from texts import export as words


@dataclass(frozen=True, slots=True)
class Table:
    """`chart` is what Excel calls it: "bar", "column", or none."""

    title: str
    rows: tuple[tuple[str, int], ...]
    chart: str = ""


Answer = Counter[str]
"""The tickets of one answer to a question, by the keys of ANSWER_COLUMNS."""
_HOUSE = re.compile(r".*?(?:号楼|[楼幢栋座])")


@dataclass(slots=True)
class Tally:
    """The days from `since` to `until` (both counted) each have their row, also those without a ticket."""

    since: date
    until: date
    figures: Counter[str] = field(default_factory=Counter)
    tops: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    results: Counter[str] = field(default_factory=Counter)
    opinions: Counter[str] = field(default_factory=Counter)
    answers: dict[str, dict[str, Answer]] = field(
        default_factory=lambda: {key: {} for key in words.QUESTIONS}
    )

    def add(self, entry: Entry, *, is_open: bool, is_finished: bool) -> None:
        """Count one ticket in every table."""
        counted = self.figures
        counted["total"] += 1
        counted["open" if is_open else "finished" if is_finished else "other"] += 1
        counted["pending" if entry.on_time is None else "on_time" if entry.on_time else "late"] += 1
        counted["reopened"] += entry.reopened > 0
        counted["returned"] += entry.returned > 0
        self.tops[entry.top] += 1
        self.categories[entry.category] += 1
        self.days[entry.created.date()] += 1
        if entry.result:
            self.results[entry.result] += 1
        if entry.opinion:
            self.opinions[entry.opinion] += 1
        state = "open" if is_open else "finished" if is_finished else ""
        time = "" if entry.on_time is None else "on_time" if entry.on_time else "late"
        for key, answer in self._answers(entry):
            counter = self.answers[key].setdefault(answer, Counter())
            counter["total"] += 1
            if state:
                counter[state] += 1
            if time:
                counter[time] += 1

    def _answers(self, entry: Entry) -> tuple[tuple[str, str], ...]:
        """What stands in this ticket's row under each of the four questions, without rooms."""
        return (
            ("problem", entry.category),
            ("place", _house(entry.place)),
            ("responsible", entry.responsible),
            ("promised", entry.promised.date().isoformat()),
        )

    def answer_rows(self, key: str) -> list[tuple[str, Answer]]:
        """The answers to a question: days in their order, all others the most frequent first."""
        found = self.answers[key].items()
        if key == "promised":
            return sorted(found)
        return sorted(found, key=lambda item: (-item[1]["total"], item[0]))

    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order in which they are shown."""
        length = (self.until - self.since).days + 1
        days = [self.since + timedelta(days=n) for n in range(length)]
        return (
            Table(
                words.FIGURES_TITLE, tuple((name, self.figures[key]) for key, name in words.FIGURES.items())
            ),
            Table(words.BY_TOP, _ranked(self.tops), "bar"),
            Table(words.BY_CATEGORY, _ranked(self.categories), "bar"),
            Table(words.BY_DAY, tuple((day.isoformat(), self.days[day]) for day in days), "column"),
            Table(words.BY_RESULT, _ranked(self.results)),
            Table(words.BY_OPINION, _ranked(self.opinions)),
        )

    def plain(self) -> dict[str, int]:
        """The first table by its code names."""
        return {key: self.figures[key] for key in words.FIGURES}


@lru_cache(maxsize=4096)
def _house(place: str) -> str:
    """A place without unit and room."""
    house = _HOUSE.match(place)
    return house[0] if house else place or words.NO_PLACE


def _ranked(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
