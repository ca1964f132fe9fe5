"""A field of cells whose colour tells how many: weekdays downward, hours across."""

from __future__ import annotations

from collections.abc import Sequence

from reports.drawing.canvas import Canvas
from reports.drawing.palette import GREY, INK, PAPER, STEPS

SIZE = 24.0
NAME = 56.0


def shade(value: int, most: int) -> str:
    """None is the palest; the rest in equal steps up to the most."""
    if value <= 0:
        return STEPS[0]
    levels = len(STEPS) - 1
    return STEPS[max(1, -(-value * levels // max(most, 1)))]


def field(
    canvas: Canvas,
    counts: Sequence[Sequence[int]],
    names: Sequence[str],
    heads: Sequence[str],
    x: float,
    y: float,
    wide: float,
    high: float,
    *,
    name: float = NAME,
    told: bool = False,
) -> None:
    """`counts` in rows as `names`, `name` wide; under the columns their `heads`, many of them empty.

    `told`: the figures stand in the cells.
    """
    most = max(max(row) for row in counts)
    across = (wide - name) / len(counts[0])
    down = (high - SIZE - 12) / len(counts)
    for r, row in enumerate(counts):
        canvas.text(names[r], x, y + down * (r + 0.5) + SIZE * 0.36, name - 12, SIZE)
        for c, value in enumerate(row):
            left = x + name + across * c
            canvas.rect(left + 1, y + down * r + 1, across - 2, down - 2, shade(value, most), round_=4)
            if told and value:
                dark = shade(value, most) in STEPS[4:]
                middle, line = left + across / 2, y + down * (r + 0.5) + SIZE * 0.36
                canvas.text(
                    f"{value:,}", middle, line, across - 8, SIZE, PAPER if dark else INK, anchor="middle"
                )
    for c, head in enumerate(heads):
        middle = x + name + across * (c + 0.5)
        canvas.text(head, middle, y + high - 2, across * 3, SIZE, GREY, anchor="middle")


def legend(canvas: Canvas, few: str, many: str, right: float, y: float) -> None:
    """The shades from few to many, ending at `right`."""
    left = right - canvas.text(many, right, y, 120, SIZE, INK, anchor="end") - 8
    for colour in reversed(STEPS):
        left -= 30
        canvas.rect(left, y - 22, 28, 26, colour, round_=4)
    canvas.text(few, left - 8, y, 120, SIZE, INK, anchor="end")
