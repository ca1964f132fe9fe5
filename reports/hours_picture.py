"""When residents write, as an SVG: hours, weekdays, and both together."""

from __future__ import annotations

from collections.abc import Callable

from reports.drawing.canvas import Canvas
from reports.drawing.heat import field, legend
from reports.drawing.palette import GREY
from reports.drawing.panel import BETWEEN, INNER, MARGIN, SMALL, WIDTH, footer, head, heading, nothing
from reports.drawing.series import Column, series
from reports.picture_figures import Hours, column_sums
from texts import pictures as words


def draw(told: Hours, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, f"{told.community}{words.HOURS_TITLE}", words.days_between(told.since, told.until))
    most, weekday, hour = max((n, -d, -h) for d, row in enumerate(told.heat) for h, n in enumerate(row))
    if not most:
        footer(canvas, said_last, nothing(canvas, words.NOTHING_YET, MARGIN, 120))
        return canvas
    top = 130.0
    heading(canvas, words.BY_HOUR, MARGIN, top, INNER)
    by_hour = [Column(words.HOUR_HEADS[n], count) for n, count in enumerate(column_sums(told.heat))]
    series(canvas, by_hour, MARGIN + 60, top + 50, INNER - 60, 240)
    top += 290 + BETWEEN
    heading(canvas, words.BY_WEEKDAY, MARGIN, top, INNER)
    by_day = [Column(name, sum(row)) for name, row in zip(words.WEEKDAY_NAMES, told.heat, strict=True)]
    series(canvas, by_day, MARGIN + 60, top + 50, INNER - 60, 220)
    top += 270 + BETWEEN
    heading(canvas, words.BY_BOTH, MARGIN, top, INNER - 330)
    legend(canvas, words.FEW, words.MANY, WIDTH - MARGIN, top + 28)
    canvas.text(words.busiest(-weekday, -hour, most), MARGIN, top + 68, INNER, SMALL, GREY)
    field(canvas, told.heat, words.WEEKDAY_NAMES, words.HOUR_HEADS, MARGIN, top + 84, INNER, 320)
    footer(canvas, said_last, top + 404 + 20)
    return canvas
