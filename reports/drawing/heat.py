"""A field of cells whose colour tells how many: weekdays downward, hours across."""

from __future__ import annotations

from collections.abc import Sequence

from reports.drawing.canvas import Canvas
from reports.drawing.palette import GREY, INK, STEPS

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
) -> None:
    """`counts` in rows as `names`; under the columns their `heads`, many of them empty."""
    most = max(max(row) for row in counts)
    across = (wide - NAME) / len(counts[0])
    down = (high - SIZE - 12) / len(counts)
    for r, row in enumerate(counts):
        canvas.text(names[r], x, y + down * (r + 0.5) + SIZE * 0.36, NAME, SIZE)
        for c, value in enumerate(row):
            left = x + NAME + across * c
            canvas.rect(left + 1, y + down * r + 1, across - 2, down - 2, shade(value, most), round_=4)
    for c, head in enumerate(heads):
        middle = x + NAME + across * (c + 0.5)
        canvas.text(head, middle, y + high - 2, across * 3, SIZE, GREY, anchor="middle")


def legend(canvas: Canvas, few: str, many: str, right: float, y: float) -> None:
    """The shades from few to many, ending at `right`."""
    left = right - canvas.text(many, right, y, 120, SIZE, INK, anchor="end") - 8
    for colour in reversed(STEPS):
        left -= 30
        canvas.rect(left, y - 22, 28, 26, colour, round_=4)
    canvas.text(few, left - 8, y, 120, SIZE, INK, anchor="end")
