"""Day by day: a line of what is left over a pair of columns for what came and what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports.drawing.canvas import LEAST, Canvas
from reports.drawing.lettering import width
from reports.drawing.palette import BLUE, GREY, INK, LINE, ORANGE, VERMILLION

COLUMN, GAP = 26.0, 4.0
LABEL = 22.0


@dataclass(frozen=True, slots=True)
class Day:
    """One day on the axis; `upper` and `lower` are the two words under it."""

    upper: str
    lower: str
    came: int
    went: int
    left: int
    marked: bool = False  # a day off: its words are grey


def step(most: int, lines: int = 5) -> int:
    """A round distance between grid lines, so that at most `lines` of them lie up to `most`."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if size * factor * lines >= most:
                return size * factor
        size *= 10


def left_line(canvas: Canvas, days: Sequence[Day], x: float, y: float, wide: float, high: float) -> None:
    """What was left each evening, with the first, the last and the highest told in figures."""
    slot = wide / len(days)
    most = max(1, *(day.left for day in days))
    top, room = y + LABEL + 10, high - LABEL - 14
    points = [(x + slot * (n + 0.5), top + room * (1 - day.left / most)) for n, day in enumerate(days)]
    canvas.line([(x, y + high), (x + wide, y + high)], LINE)
    canvas.line(points, INK, 4)
    told = {0, len(days) - 1}
    highest = max(range(len(days)), key=lambda n: days[n].left)
    half = max(width(f"{days[n].left:,}", LABEL) for n in (*told, highest)) / 2
    if all(abs(highest - n) * slot > 2 * half + 6 for n in told):
        told.add(highest)
    for n in sorted(told):
        across, down = points[n]
        canvas.dot(across, down, 7, VERMILLION if n == len(days) - 1 else INK)
        canvas.text(f"{days[n].left:,}", across, down - 12, 160, LABEL, INK, anchor="middle", bold=True)


def columns(canvas: Canvas, days: Sequence[Day], x: float, y: float, wide: float, high: float) -> None:
    """Two columns for each day over its two words; figures on them, or a scale when these lack room."""
    slot = wide / len(days)
    most = max(1, *(max(day.came, day.went) for day in days))
    gap = step(most)
    base = y + high - 2 * LABEL - 18
    room = base - y - LABEL - 8
    scale = room / max(most, gap)
    told = _has_room(days, slot)
    for value in (0,) if told else range(0, most + 1, gap):
        level = base - value * scale
        canvas.line([(x, level), (x + wide, level)], LINE)
        if not told:
            canvas.text(f"{value:,}", x - 10, level + 8, 90, LABEL, GREY, anchor="end")
    for n, day in enumerate(days):
        middle = x + slot * (n + 0.5)
        for side, value, colour in ((-1, day.came, ORANGE), (1, day.went, BLUE)):
            across = middle + side * (COLUMN + GAP) / 2
            canvas.rect(across - COLUMN / 2, base - value * scale, COLUMN, value * scale, colour)
            if told and value:
                label = f"{value:,}"
                canvas.text(label, across, base - value * scale - 6, 80, LABEL, INK, anchor="middle")
        colour = GREY if day.marked else INK
        canvas.text(day.upper, middle, base + LABEL + 6, slot - 4, LABEL, colour, anchor="middle")
        canvas.text(day.lower, middle, base + 2 * LABEL + 10, slot - 4, LABEL, GREY, anchor="middle")


def _has_room(days: Sequence[Day], slot: float) -> bool:
    """Whether figures on all columns stay apart, within a day and from one day to the next."""
    wide = [(width(f"{day.came:,}", LEAST), width(f"{day.went:,}", LEAST)) for day in days]
    between = COLUMN + GAP
    within = all((came + went) / 2 <= between for came, went in wide)
    across = all((before[1] + after[0]) / 2 <= slot - between for before, after in pairwise(wide))
    return within and across
