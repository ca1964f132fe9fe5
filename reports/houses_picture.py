"""Buildings by unit as an SVG: where in the estates the last three months' matters were."""

from __future__ import annotations

from collections.abc import Callable

from reports.drawing.canvas import Canvas
from reports.drawing.heat import SIZE, field, legend
from reports.drawing.lettering import width
from reports.drawing.palette import GREY
from reports.drawing.panel import INNER, MARGIN, SMALL, WIDTH, footer, head, nothing
from reports.picture_figures import Houses
from texts import pictures as words

PITCH = 50.0
TOP = 140.0
NAMES = 320.0  # the most room for a building's name


def draw(told: Houses, said_last: str, turn: Callable[[str], str] = str) -> Canvas:
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, f"{told.community}{words.HOUSES_TITLE}", words.days_between(told.since, told.until))
    note = words.houses_note(told.elsewhere, told.hidden, told.left_out)
    if not any(map(any, told.counts)):
        footer(canvas, said_last, nothing(canvas, words.NO_HOUSES, MARGIN, TOP))
        return canvas
    legend(canvas, words.FEW, words.MANY, WIDTH - MARGIN, TOP + 28)
    canvas.text(note, MARGIN, TOP + 28, INNER - 330, SMALL, GREY)
    heads = [*(words.unit_words(unit) for unit in told.units), words.NO_UNIT if told.units else ""]
    high = PITCH * len(told.names) + SIZE + 12
    name = min(NAMES, max(width(turn(name), SIZE) for name in told.names) + 24)
    field(canvas, told.counts, told.names, heads, MARGIN, TOP + 60, INNER, high, name=name, told=True)
    footer(canvas, said_last, TOP + 60 + high + 24)
    return canvas
