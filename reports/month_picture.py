"""A month as an SVG: four figures, its days, its kinds beside the month before, its rates."""

from __future__ import annotations

from collections.abc import Callable

from reports.drawing.canvas import Canvas
from reports.drawing.palette import BLUE, GREY, INK, ORANGE, VERMILLION
from reports.drawing.panel import (
    BETWEEN,
    HALF,
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
from reports.drawing.series import Column, series
from reports.picture_figures import Month
from texts import pictures as words

PITCH = 50.0


def draw(told: Month, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    """`said_last` stands at the foot."""
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, words.shown(told.community), words.month_words(told.first, told.over))
    _tiles(canvas, told)
    top = _days(canvas, told, UNDER_HEAD + TILES_HIGH)
    top = max(_tops(canvas, told, MARGIN, top), _rates(canvas, told, MARGIN + HALF + 40, top))
    footer(canvas, said_last, top)
    return canvas


def _tiles(canvas: Canvas, told: Month) -> None:
    said = {name: (part, whole) for name, part, whole in told.rates}["satisfied"]
    tiles(
        canvas,
        (
            Tile(words.NEW, f"{told.new:,}", words.month_before(told.new, told.before)),
            Tile(words.RATE_NAMES["on_time"], words.rate_words(*told.on_time), words.of_rate(*told.on_time)),
            Tile(words.RATE_NAMES["satisfied"], words.rate_words(*said), words.of_rate(*said)),
            Tile(words.LATE, f"{told.late:,}", words.urgent(0, told.late), VERMILLION if told.late else INK),
        ),
        UNDER_HEAD,
    )


def _days(canvas: Canvas, told: Month, top: float) -> float:
    heading(canvas, words.MONTH_DAYS, MARGIN, top, INNER - 360)
    if not told.new:
        return nothing(canvas, words.NO_MONTH, MARGIN, top)
    right = float(WIDTH - MARGIN)
    for label, colour in ((words.DAYS_OFF, BLUE), (words.WORKDAYS, ORANGE)):
        right -= canvas.text(label, right, top + 28, 150, 22, INK, anchor="end") + 30
        canvas.rect(right, top + 8, 24, 24, colour, round_=2)
        right -= 16
    found = [Column(str(day.day.day), day.count, not day.worked) for day in told.days]
    series(canvas, found, MARGIN + 60, top + 50, INNER - 60, 260)
    return top + 310 + BETWEEN


def _tops(canvas: Canvas, told: Month, left: float, top: float) -> float:
    heading(canvas, words.TOPS, left, top, HALF)
    if not told.tops:
        return nothing(canvas, words.NO_MONTH, left, top)
    found = [
        RowOf(words.shown(name), new, note=words.change(new, was), warns=new > was)
        for name, new, was in told.tops
    ]
    rows(canvas, found, left, top + 50, HALF, PITCH, 168)
    return top + 50 + PITCH * len(found) + BETWEEN


def _rates(canvas: Canvas, told: Month, left: float, top: float) -> float:
    heading(canvas, words.RATES, left, top, HALF)
    found = [(name, part, whole) for name, part, whole in told.rates if whole and name in words.RATE_NAMES]
    if not found:
        canvas.text(words.NO_RATES, left, top + 82, HALF, SMALL, GREY)
        return top + 96 + BETWEEN
    shown = [
        RowOf(
            words.RATE_NAMES[name],
            round(100 * part / whole),
            note=words.of_rate(part, whole),
            said=words.rate_words(part, whole),
        )
        for name, part, whole in found
    ]
    rows(canvas, shown, left, top + 50, HALF, PITCH, 140, most=100)
    return top + 50 + PITCH * len(shown) + BETWEEN
