"""The named queries of storage/queries, as each database wants them.

One text serves both. The few that cannot stand beside the others in storage/queries/postgres, under the same
file and name.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosql

from storage import dialect

QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Query:
    """A query for PostgreSQL: its text with $1, $2 ..., and the name of the value for each of them."""

    sql: str
    names: tuple[str, ...]


@functools.cache
def queries() -> Mapping[str, Any]:
    """As SQLite runs them: a set of aiosql's functions for each file."""
    return _load(QUERIES)


@functools.cache
def for_postgres() -> Mapping[str, Query]:
    """By "file.name"."""
    found: dict[str, Query] = {}
    for folder in (QUERIES, QUERIES / "postgres"):
        for file, functions in _load(folder).items():
            for name in functions.available_queries:
                if not name.endswith("_cursor"):
                    found[f"{file}.{name}"] = Query(*dialect.query(getattr(functions, name).sql))
    return found


def _load(folder: Path) -> dict[str, Any]:
    return {
        path.stem: aiosql.from_path(path, "sqlite3", mandatory_parameters=False)
        for path in sorted(folder.glob("*.sql"))
    }
