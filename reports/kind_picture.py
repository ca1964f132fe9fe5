"""One kind of matter as an SVG: twelve weeks, its places, its hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from reports.drawing.canvas import Canvas
from reports.drawing.palette import GREY
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
from reports.drawing.series import Column, series
from reports.picture_figures import Kind
from texts import pictures as words
from texts.when import span

PITCH = 50.0


def draw(told: Kind, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, words.kind_title(told.name), told.community)
    total = sum(count for _, count in told.weeks)
    now = told.weeks[-1][1]
    wait = span(timedelta(milliseconds=told.answer)) if told.answer is not None else ""
    tiles(
        canvas,
        (
            Tile(words.THIS_WEEK, f"{now:,}", words.usual_week(told.usual)),
            Tile(words.TWELVE_WEEKS, f"{total:,}", words.from_week(told.weeks[0][0])),
            Tile(words.FIRST_ANSWER, wait or words.NO_FIGURE, words.half_within(wait)),
        ),
        UNDER_HEAD,
    )
    top = UNDER_HEAD + TILES_HIGH
    if not total:
        footer(canvas, said_last, nothing(canvas, words.NO_KIND, MARGIN, top - 50))
        return canvas
    heading(canvas, words.KIND_WEEKS, MARGIN, top, INNER)
    weeks = [
        Column(words.week_words(day), count, n == len(told.weeks) - 1)
        for n, (day, count) in enumerate(told.weeks)
    ]
    series(canvas, weeks, MARGIN + 60, top + 50, INNER - 60, 260, told.usual)
    top = _places(canvas, told, top + 310 + BETWEEN)
    heading(canvas, words.KIND_HOURS, MARGIN, top, INNER)
    hours = [Column(words.HOUR_HEADS[hour], count) for hour, count in enumerate(told.hours)]
    series(canvas, hours, MARGIN + 60, top + 50, INNER - 60, 220)
    footer(canvas, said_last, top + 270 + 20)
    return canvas


def _places(canvas: Canvas, told: Kind, top: float) -> float:
    heading(canvas, words.KIND_PLACES, MARGIN, top, INNER)
    if not told.places:
        canvas.text(words.NO_PLACES, MARGIN, top + 82, INNER, SMALL, GREY)
        return top + 96 + BETWEEN
    found = [RowOf(name, count) for name, count in told.places]
    rows(canvas, found, MARGIN, top + 50, INNER, PITCH, 320)
    return top + 50 + PITCH * len(found) + BETWEEN
