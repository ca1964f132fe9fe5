"""Every error of ours, in one tree. Words for people are made elsewhere (texts/), data stand as attributes.

MinxinqiaoError
├── DataFileError       a data file (catalogue, clocks, demo, import) is wrong at a line
├── CalendarError       a work calendar on which no due time can be reckoned
├── SettingsError       a setting is missing or wrong
├── StoreError
│   ├── StoreUnavailable  the disk or the database does not serve now; nothing was kept, try again
│   │   └── StoreBusy     locked by another process for too long
│   ├── StoreTooNew       written by a newer version
│   └── CopyError         a copy cannot be used, or may not be put in the store's place
├── AlreadyDone         another process has finished this update meanwhile
├── Refused             a person may not do this, or it cannot be done in this state
└── ImportProblem       rows of a pasted list or a sheet cannot be taken
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


class MinxinqiaoError(Exception):
    """Root of the tree."""


class DataFileError(MinxinqiaoError, ValueError):
    """A data file is wrong; says which file, which line, what is wrong, what to do."""

    def __init__(self, path: Path | str, line: int, problem: str, remedy: str = "") -> None:
        super().__init__(path, line, problem, remedy)
        self.path, self.line, self.problem, self.remedy = path, line, problem, remedy

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.problem}" + (f" ({self.remedy})" if self.remedy else "")


class CalendarError(MinxinqiaoError):
    """A work calendar on which no due time can be reckoned."""


class SettingsError(MinxinqiaoError):
    """A setting is missing or wrong; `name` is the environment variable."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(name, problem)
        self.name, self.problem = name, problem

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"


class StoreError(MinxinqiaoError):
    """Something about the store."""


class StoreUnavailable(StoreError):
    """The store does not serve now. Nothing of the change was kept."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem


class StoreBusy(StoreUnavailable):
    """Another process holds the store."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program."""

    def __init__(self, where: str, found: int, known: int) -> None:
        super().__init__(where, found, known)
        self.where, self.found, self.known = where, found, known


class AlreadyDone(MinxinqiaoError):
    """The update that a change belongs to is finished; nothing of the change was kept."""


class CopyError(StoreError):
    """A copy of the store cannot be used or may not be put in its place; nothing was touched.

    `reason`: bad (with `detail`), newer, in_use.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Refused(MinxinqiaoError):
    """A person asked for what they may not do, or for what cannot be done now.

    `reason` names a sentence of texts/refusals.py; `values` fill it.
    """

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason, values)
        self.reason: str = reason
        self.values: Mapping[str, Any] = values


class ImportProblem(MinxinqiaoError):
    """Rows that could not be taken: (sheet row, column, problem key, value)."""

    def __init__(self, rows: tuple[tuple[int, str, str, str], ...]) -> None:
        super().__init__(rows)
        self.rows = rows
