"""An export as an Excel workbook: register, ledger, figures with Excel's own charts. No cell is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import IO, Any

import xlsxwriter

from reports.harmless import harmless
from reports.quick_sheet import QuickSheet
from reports.register import Entry, Hop
from reports.tally import Answer, Table, Tally
from texts.export import (
    ANSWER_COLUMNS,
    COLUMNS,
    COUNT,
    FIGURES_SHEET,
    HOP_COLUMNS,
    HOPS_SHEET,
    QUESTIONS,
    REGISTER_SHEET,
)

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = {"problem": 46, "outcome": 30, "place": 24, "responsible": 18, "note": 40}
_TIME_WIDTH = 16
_CHART_ROWS = 22  # how much room a chart takes
_MOST_BARS = 15
_COLOURS = {"finished": "#3B7A57", "open": "#E69F00"}

_entry_values = attrgetter(*(field.name for field in fields(Entry)))
_hop_values = attrgetter(*(field.name for field in fields(Hop)))


class Workbook:
    """Takes entries page by page, keeps none of them in memory, and is finished by `close`."""

    def __init__(self, target: IO[bytes]) -> None:
        self._book = xlsxwriter.Workbook(target, _OPTIONS)
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#E8F1E4", "border": 1, "align": "center"}
        )
        self._time = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._bold = self._book.add_format({"bold": True, "font_size": 12})
        self._register = self._sheet(REGISTER_SHEET, COLUMNS)
        self._hops = self._sheet(HOPS_SHEET, HOP_COLUMNS)
        self._entries_written = self._hops_written = 0

    def add(self, entries: Iterable[Entry], hops: Iterable[Hop]) -> None:
        """The next rows of both sheets."""
        time = self._time._get_xf_index()  # the number under which the file knows the format
        for entry in entries:
            self._entries_written += 1
            self._register.put(self._entries_written, _entry_values(entry), time)
        for hop in hops:
            self._hops_written += 1
            self._hops.put(self._hops_written, _hop_values(hop), time)

    def close(self, tally: Tally, heading: str) -> None:
        """Write the figures and the file."""
        self._register.autofilter(0, 0, max(1, self._entries_written), len(COLUMNS) - 1)
        self._figures(tally, heading)
        for key, name in QUESTIONS.items():
            self._question(name, tally.answer_rows(key))
        self._book.close()

    def _sheet(self, name: str, columns: dict[str, str]) -> Any:
        sheet = self._book.add_worksheet(name, QuickSheet)
        for at, key in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(key, _TIME_WIDTH if key in _TIMES else 11))
        sheet.freeze_panes(1, 1)
        for at, title in enumerate(columns.values()):
            sheet.write_string(0, at, title, self._head)
        return sheet

    def _question(self, name: str, found: Sequence[tuple[str, Answer]]) -> None:
        """A sheet of its own: each answer with what became of its tickets, and a chart."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 30)
        sheet.freeze_panes(1, 1)
        for at, title in enumerate((name, *ANSWER_COLUMNS.values())):
            sheet.write_string(0, at, title, self._head)
        for row, (answer, counts) in enumerate(found, 1):
            sheet.write_string(row, 0, harmless(answer))
            for at, key in enumerate(ANSWER_COLUMNS, 1):
                sheet.write_number(row, at, counts[key])
        if not found:
            return
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        last = min(len(found), _MOST_BARS)
        for at, key in ((3, "finished"), (2, "open")):
            chart.add_series(
                {
                    "name": [name, 0, at],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, at, last, at],
                    "fill": {"color": _COLOURS[key]},
                    "gap": 60,
                }
            )
        chart.set_title({"name": name, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": _CHART_ROWS * 20 - 20})
        sheet.insert_chart(1, len(ANSWER_COLUMNS) + 2, chart)

    def _figures(self, tally: Tally, heading: str) -> None:
        """All tables below each other, each with its chart beside it."""
        sheet = self._book.add_worksheet(FIGURES_SHEET)
        sheet.set_column(0, 0, 26)
        sheet.write_string(0, 0, harmless(heading), self._bold)
        at = 2
        for table in tally.tables():
            sheet.write_string(at, 0, table.title, self._head)
            sheet.write_string(at, 1, COUNT, self._head)
            for row, (name, count) in enumerate(table.rows, start=at + 1):
                sheet.write_string(row, 0, harmless(name))
                sheet.write_number(row, 1, count)
            if table.chart and table.rows:
                sheet.insert_chart(at, 3, self._chart(table, at + 1))
            at += max(len(table.rows) + 2, _CHART_ROWS if table.chart and table.rows else 0)

    def _chart(self, table: Table, first: int) -> Any:
        shown = table.rows if table.chart == "column" else table.rows[:_MOST_BARS]
        last = first + len(shown) - 1
        chart = self._book.add_chart({"type": table.chart})
        chart.add_series(
            {
                "name": table.title,
                "categories": [FIGURES_SHEET, first, 0, last, 0],
                "values": [FIGURES_SHEET, first, 1, last, 1],
                "data_labels": {"value": table.chart == "bar"},
                "fill": {"color": "#3B7A57"},
                "gap": 60,
            }
        )
        chart.set_title({"name": table.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_size({"width": 620, "height": _CHART_ROWS * 20 - 20})
        if table.chart == "bar":
            chart.set_y_axis({"reverse": True})  # the most frequent on top
        return chart


_TIMES = frozenset({"promised", "created", "accepted", "answered", "closed", "at"})
