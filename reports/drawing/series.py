"""One column for each day, week or hour, as many as there are; figures on them when there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.drawing.canvas import LEAST, Canvas
from reports.drawing.fortnight import step
from reports.drawing.lettering import width
from reports.drawing.palette import BLUE, GREY, INK, LINE, ORANGE, PAPER

LABEL = 22.0
APART = 10.0  # pixels between two words under the axis


@dataclass(frozen=True, slots=True)
class Column:
    """`head` stands below; a `marked` one (a day off, the present week) is drawn in another colour."""

    head: str
    value: int
    marked: bool = False


def series(
    canvas: Canvas,
    columns: Sequence[Column],
    x: float,
    y: float,
    wide: float,
    high: float,
    usual: float = 0.0,
) -> None:
    """The columns between `y` and `y + high`, with a line at what is `usual` when that is known."""
    slot = wide / len(columns)
    most = max(1, *(column.value for column in columns), round(usual))
    base = y + high - LABEL - 12
    room = base - y - LABEL - 8
    gap = step(most, 4)
    scale = room / max(most, gap)
    told = _has_room(columns, slot)
    for value in (0,) if told else range(0, most + 1, gap):
        level = base - value * scale
        canvas.line([(x, level), (x + wide, level)], LINE)
        if not told:
            canvas.text(f"{value:,}", x - 10, level + 8, 90, LABEL, GREY, anchor="end")
    if usual:
        canvas.line([(x, base - usual * scale), (x + wide, base - usual * scale)], INK, 3)
    for n, column in enumerate(columns):
        middle = x + slot * (n + 0.5)
        thick = min(slot * 0.7, 54.0)
        canvas.rect(
            middle - thick / 2, base - column.value * scale, thick, column.value * scale,
            BLUE if column.marked else ORANGE,
        )  # fmt: skip
        if told and column.value:
            label = f"{column.value:,}"
            back = width(label, LABEL) + 6
            foot = base - column.value * scale
            canvas.rect(middle - back / 2, foot - LABEL - 6, back, LABEL + 4, PAPER)  # over the line
            canvas.text(label, middle, base - column.value * scale - 6, 120, LABEL, INK, anchor="middle")
    _heads(canvas, columns, x, slot, base + LABEL + 8)


def _heads(canvas: Canvas, columns: Sequence[Column], x: float, slot: float, y: float) -> None:
    """The words below, left out where they would touch; the last one always stands."""
    taken = x + slot * len(columns)
    for n in range(len(columns) - 1, -1, -1):
        head = columns[n].head
        half = width(head, LABEL) / 2
        middle = x + slot * (n + 0.5)
        if not head or middle + half > taken:
            continue
        canvas.text(head, middle, y, 4 * slot + 40, LABEL, GREY, anchor="middle")
        taken = middle - half - APART


def _has_room(columns: Sequence[Column], slot: float) -> bool:
    wide = [width(f"{column.value:,}", LEAST) for column in columns]
    return all((one + other) / 2 + 4 <= slot for one, other in pairwise(wide))
