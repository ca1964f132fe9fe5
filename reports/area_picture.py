"""A subdistrict's, district's or city's summary as an SVG: four figures, and what each part has in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reports.drawing.canvas import Canvas
from reports.drawing.palette import GREY, INK, VERMILLION
from reports.drawing.panel import (
    BETWEEN,
    INNER,
    MARGIN,
    SMALL,
    TILES_HIGH,
    UNDER_HEAD,
    WIDTH,
    Tile,
    footer,
    head,
    heading,
    nothing,
    tiles,
)
from reports.drawing.rows import RowOf, rows
from texts import pictures as words

PITCH = 50.0
MOST = 24  # rows


def draw(summary: Mapping[str, Any], when: str, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    """`summary` is what `reports.area.summary` gives; `when` its day, week or month in words."""
    s = summary
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, s["area"], when)
    usual = s["trend"]["expected"]
    late = VERMILLION if s["late"] else INK
    told = (
        Tile(words.NEW, f"{s['new']:,}", words.usually(s["new"], usual, s["trend"]["news"])),
        Tile(words.CLOSED, f"{s['closed']:,}", words.went_back(s["reopened"])),
        Tile(words.OPEN, f"{s['open']:,}", words.unassigned(s["unassigned"], s["open"])),
        Tile(words.LATE, f"{s['late']:,}", words.urgent(s["urgent"], s["late"]), late),
    )
    tiles(canvas, told, UNDER_HEAD)
    top = UNDER_HEAD + TILES_HIGH
    heading(canvas, words.AREA_PARTS, MARGIN, top, INNER)
    shown = sorted(s["parts"], key=lambda row: (-row[4], -row[3], row[0]))[:MOST]
    if not any(row[1] or row[3] for row in shown):
        footer(canvas, said_last, nothing(canvas, words.NOTHING_OPEN, MARGIN, top))
        return canvas
    found = [
        RowOf(name, open_, late_, words.part_note(new, closed), warns=False)
        for name, new, closed, open_, late_, *_ in shown
    ]
    rows(canvas, found, MARGIN, top + 50, INNER, PITCH, 300)
    top += 50 + PITCH * len(found)
    if len(s["parts"]) > MOST:
        canvas.text(words.more_parts(len(s["parts"]) - MOST), MARGIN, top + 34, INNER, SMALL, GREY)
        top += 40
    footer(canvas, said_last, top + BETWEEN)
    return canvas
