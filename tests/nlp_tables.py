"""Reads the tables of sentences that the nlp tests share."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


def rows(name: str, columns: int) -> list[tuple[str, ...]]:
    """The rows of tests/data/<name>, each with so many cells."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    table = [tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("# ")]
    wrong = [row for row in table if len(row) != columns]
    assert not wrong, f"{name}: rows without {columns} cells: {wrong[:3]}"
    return table
