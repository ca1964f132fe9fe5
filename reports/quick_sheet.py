"""An Excel sheet that takes whole rows of plain values: four times faster than XlsxWriter cell by cell.

It also closes a door: XlsxWriter writes a string that begins with <r> and ends with </r> as it is, so that a
resident's words could bring their own cells and formulas along. Here every string is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from texts.export import YES_NO

if TYPE_CHECKING:
    _Base = Any
else:
    _Base = Worksheet

LONGEST_CELL = 16_000  # Excel takes 32,767 UTF-16 units
_SHORT = 24
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel, which knows no zones
_LETTERS = tuple(xl_col_to_name(column) for column in range(64))
_OPEN, _CLOSE = ' t="inlineStr"><is><t>', "</t></is></c>"
_OPEN_SPACED = ' t="inlineStr"><is><t xml:space="preserve">'  # else spaces at its ends are lost
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


class QuickSheet(_Base):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet of a workbook with constant_memory; rows must come from the top down.

    Uses what XlsxWriter itself uses for its rows (`fh`, `_write_single_row`, `_check_dimensions`); they have
    no public name. tests/test_export.py reads the result with another program.
    """

    def put(self, row: int, values: Sequence[object], time_format: int) -> None:
        """Write one row. Strings stay strings; `time_format` is the index of the format of moments."""
        self._write_single_row(row)  # what was written before it cell by cell
        self._check_dimensions(row, len(values) - 1)
        number = row + 1
        parts = [f'<row r="{number}">']
        for letter, value in zip(_LETTERS, values, strict=False):
            if value.__class__ is str:
                if value:
                    text = _known(value) if len(value) <= _SHORT else _cell(value)
                    parts.append(f'<c r="{letter}{number}"{text}')
            elif value.__class__ is datetime:
                parts.append(f'<c r="{letter}{number}" s="{time_format}"><v>{serial(value):.6f}</v></c>')
            elif value.__class__ is int:
                parts.append(f'<c r="{letter}{number}"><v>{value}</v></c>')
            elif value.__class__ is bool:
                parts.append(f'<c r="{letter}{number}"{_known(YES_NO[value])}')
        parts.append("</row>")
        self.fh.write("".join(parts))


def _cell(text: str) -> str:
    begin = _OPEN if text.strip() == text else _OPEN_SPACED
    return f"{begin}{plain_xml(text)}{_CLOSE}"


_known = lru_cache(maxsize=8192)(_cell)  # states, names and numbers come again and again


def plain_xml(text: str) -> str:
    """A text as XML that holds nothing but this text."""
    text = text[:LONGEST_CELL]
    return _SPECIAL.sub(_escaped, text) if _SPECIAL.search(text) else text


def _escaped(found: re.Match[str]) -> str:
    special = found[0]
    if len(special) > 1:
        return f"_x005F{special}"  # else Excel reads the words _x0041_ as the letter A
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "\n"}.get(special, "")


def serial(at: datetime) -> float:
    """A moment as Excel counts it: days since its day 0."""
    passed = at - _EPOCH
    return passed.days + passed.seconds / 86400
