"""What is late now as an SVG: by how late, and of which kinds."""

from __future__ import annotations

from collections.abc import Callable

from reports.drawing.canvas import Canvas
from reports.drawing.palette import INK, VERMILLION
from reports.drawing.panel import (
    BETWEEN,
    HALF,
    MARGIN,
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
from reports.picture_figures import Late
from texts import pictures as words
from texts.when import short

PITCH = 50.0


def draw(told: Late, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, f"{told.community}{words.LATE_TITLE}", short(told.now))
    colour = VERMILLION if told.late else INK
    note = words.oldest_words(told.oldest) if told.late else words.urgent(0, 0)
    tiles(
        canvas,
        (
            Tile(words.LATE, f"{told.late:,}", note, colour),
            Tile(words.OPEN, f"{told.open:,}", words.waiting_words(told.suspended, told.asked)),
        ),
        UNDER_HEAD,
    )
    top = UNDER_HEAD + TILES_HIGH
    if not told.late:
        footer(canvas, said_last, nothing(canvas, words.NO_LATE, MARGIN, top - 50))
        return canvas
    right = MARGIN + HALF + 40
    heading(canvas, words.HOW_LATE, MARGIN, top, HALF)
    classes = [RowOf(name, n, n) for name, n in zip(words.LATE_NAMES, told.classes, strict=True)]
    rows(canvas, classes, MARGIN, top + 50, HALF, PITCH, 130)
    heading(canvas, words.LATE_KINDS, right, top, HALF)
    kinds = [RowOf(words.shown(name), count, count) for name, count in told.kinds]
    rows(canvas, kinds, right, top + 50, HALF, PITCH, 200)
    footer(canvas, said_last, top + 50 + PITCH * max(len(classes), len(kinds)) + BETWEEN)
    return canvas
