"""What an export counts while its rows go by: tables of (name, how many), one below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from reports.register import Entry
from texts import export as words


@dataclass(frozen=True, slots=True)
class Table:
    """`chart` is what Excel calls it: "bar", "column", or none."""

    title: str
    rows: tuple[tuple[str, int], ...]
    chart: str = ""


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


def _ranked(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
