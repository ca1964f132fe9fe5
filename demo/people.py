"""Somebody of the cast: the short name in the file, the user id, the name in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.datafile import DataFile


@dataclass(frozen=True, slots=True)
class Person:
    key: str
    id: int
    name: str


def id_of(file: DataFile, table: str, given: Mapping[str, Any]) -> int:
    """The user id in this table."""
    value = given.get("id")
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise file.error(table, "id", "'id' must be a positive number", "Write id = 5100000001.")
    return value
