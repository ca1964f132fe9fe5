"""Reads rows to learn from: an office's past messages with their labels, as csv, xlsx or jsonl."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from domain.catalogue import Catalogue


class ExportError(Exception):
    """A file that cannot be learned from; `reason` is one of the codes below, for the texts."""

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        super().__init__(f"{path.name}: {reason} {detail}".strip())
        self.path = path
        self.reason = reason  # "format", "column", "damaged", "map"
        self.detail = detail


def read_rows(path: Path, text: str, label: str) -> list[tuple[str, str]]:
    """The (text, label) pairs of a file; rows without either are left out. Raises ExportError."""
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows, ".jsonl": _jsonl_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ExportError(path, "format", path.suffix)
    pairs: list[tuple[str, str]] = []
    found = False
    for row in reader(path):
        if text in row and label in row:
            found = True
            pair = (str(row[text] or "").strip(), str(row[label] or "").strip())
            if all(pair):
                pairs.append(pair)
    if not found:
        raise ExportError(path, "column", f"{text}, {label}")
    return pairs


def read_meaning(path: Path | None, catalogue: Catalogue) -> dict[str, Collection[str]]:
    """What each label of an office stands for: leaf codes. Names of leaves and headings need no file.

    The file is JSON: {"label": "leaf" or ["leaf", …]}; leaves by code or by name.
    """
    meaning: dict[str, Collection[str]] = {leaf.name: (leaf.code,) for leaf in catalogue.leaves}
    for top in catalogue.tops:
        meaning.setdefault(top.name, tuple(leaf.code for leaf in catalogue.leaves_of(top.code)))
    if path is None:
        return meaning
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise ExportError(path, "damaged", str(error)) from error
    if not isinstance(told, dict):
        raise ExportError(path, "map")
    given: dict[str, Collection[str]] = {}
    for label, names in told.items():
        listed = names if isinstance(names, list) else [names]
        given[str(label)] = tuple(_code(path, str(name), catalogue) for name in listed)
    return given


def _code(path: Path, name: str, catalogue: Catalogue) -> str:
    if catalogue.has(name.partition(".")[0]):
        return name
    leaf = catalogue.by_name(name)
    if leaf is None:
        raise ExportError(path, "map", name)
    return leaf.code


def _csv_rows(path: Path) -> Iterator[Mapping[str, object]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")  # what Excel in China saves
    yield from csv.DictReader(text.splitlines(keepends=True))


def _xlsx_rows(path: Path) -> Iterator[Mapping[str, object]]:
    from openpyxl import load_workbook  # 4 MB that a serving bot rarely needs

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises zip, key, value and its own errors for a damaged file
        raise ExportError(path, "damaged", str(error)) from error
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            head = [str(cell or "").strip() for cell in next(rows, ())]
            for row in rows:
                yield dict(zip(head, row, strict=False))
    finally:
        book.close()


def _jsonl_rows(path: Path) -> Iterator[Mapping[str, object]]:
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ExportError(path, "damaged", str(error)) from error
        if isinstance(row, dict):
            labels = row.get("labels")
            yield {**row, **labels} if isinstance(labels, dict) else row
