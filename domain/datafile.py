"""Reads a TOML data file and names file, line and remedy for whatever is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import DataFileError

_SYNTAX_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One parsed data file together with its text, so that a complaint can point at a line."""

    path: Path
    text: str
    root: Mapping[str, Any]

    def error(self, table: str, key: str, problem: str, remedy: str, value: str = "") -> DataFileError:
        """The error to raise for `key` of `[table]`; `value` narrows it to the line holding that word."""
        return DataFileError(self.path, self.line_of(table, key, value), problem, remedy)

    def line_of(self, table: str, key: str = "", value: str = "") -> int:
        """Line number of a value, else of its key, else of the table's header, else 1."""
        lines = self.text.splitlines()
        line = 0
        if table:
            line = _first(lines, 0, re.compile(rf"^\s*\[\[?\s*{_dotted(table)}\s*\]")) or 0
            if not line:
                return _first(lines, 0, re.compile(rf"^\s*\[\[?.*{re.escape(table.split('.')[-1])}")) or 1
        found = line
        if key:
            found = (
                _first(lines, line, re.compile(rf'^\s*"?{re.escape(key)}"?\s*='), stop_at_table=True) or line
            )
        if value and found:
            found = _first(lines, found - 1, re.compile(re.escape(f'"{value}"'))) or found
        return found or 1

    def table(self, name: str) -> Mapping[str, Any]:
        """The top-level table `[name]`, or an error saying that it is missing."""
        value = self.root.get(name)
        if not isinstance(value, dict):
            raise self.error("", name, f"table [{name}] is missing", f"Add a [{name}] table.")
        return value

    def check_keys(self, table: str, given: Mapping[str, Any], allowed: Collection[str]) -> None:
        for key in given:
            if key not in allowed:
                choice = ", ".join(sorted(allowed))
                raise self.error(table, key, f"unknown field {key!r}", f"Remove it, or use one of: {choice}.")

    def text_of(self, table: str, given: Mapping[str, Any], key: str, default: str | None = None) -> str:
        """A non-empty string; `default` when the key is absent (None: the key is required)."""
        value = given.get(key, default)
        if value is None:
            raise self.error(table, "", f"{table or 'the file'} has no {key!r}", f'Add {key} = "...".')
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self.error(table, key, f"{key!r} must be text", f'Write {key} = "...".')
        return value

    def flag_of(self, table: str, given: Mapping[str, Any], key: str, default: bool) -> bool:
        value = given.get(key, default)
        if not isinstance(value, bool):
            raise self.error(table, key, f"{key!r} must be true or false", f"Write {key} = true or false.")
        return value

    def texts_of(self, table: str, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of different non-empty strings; empty when the key is absent."""
        value = given.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(
                table,
                key,
                f"{key!r} must be a list of words",
                f'Write {key} = ["...", "..."], no empty word.',
            )
        seen: set[str] = set()
        for item in value:
            if item in seen:
                raise self.error(table, key, f"{item!r} stands twice in {key!r}", "Remove one of them.", item)
            seen.add(item)
        return tuple(value)


def read_datafile(path: Path) -> DataFile:
    """The parsed file, or a DataFileError when it is absent, not UTF-8 or not TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFileError(path, 1, "the file does not exist", "Check the path in the settings.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DataFileError(
            path, line, "the file is not UTF-8", "Save it again with UTF-8 encoding."
        ) from None
    try:
        root = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else len(text.splitlines())
        raise DataFileError(
            path,
            line,
            f"not valid TOML: {error}",
            "Correct this line: quotes, commas, brackets, doubled keys.",
        ) from None
    return DataFile(path, text, root)


def _dotted(table: str) -> str:
    return r"\s*\.\s*".join(f'"?{re.escape(part)}"?' for part in table.split("."))


def _first(
    lines: list[str], start: int, pattern: re.Pattern[str], *, stop_at_table: bool = False
) -> int | None:
    """Number (from 1) of the first line after index `start` that matches."""
    for number, line in enumerate(lines[start:], start + 1):
        if stop_at_table and number > start and line.lstrip().startswith("[") and "=" not in line:
            # inside an array a line may begin with '[' only when lists are nested, which we do not use
            return None
        if pattern.search(line):
            return number
    return None
