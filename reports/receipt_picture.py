"""A receipt in letters that can be read without glasses, as an SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.drawing.canvas import Canvas
from reports.drawing.lettering import fitted, width
from reports.drawing.palette import GREEN, INK, PAPER, VERMILLION
from texts import pictures as words

WIDTH, MARGIN = 1080, 56
LARGE, LINE = 68.0, 100.0
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the picture tells, in words."""

    number: str
    category: str
    place: str
    state: str
    assignee: str
    promise: str  # empty when none is due


def draw(receipt: Receipt, turn: Callable[[str], str] = str) -> Canvas:
    """The whole picture, as high as its words."""
    rows = [
        (words.BIG_WHAT, receipt.category, INK),
        (words.BIG_WHERE, receipt.place or words.BIG_NOWHERE, INK),
        (words.BIG_STATE, receipt.state, INK),
        (words.BIG_WHO, receipt.assignee, INK),
        (words.BIG_WHEN, receipt.promise, VERMILLION),
    ]
    told = [(label, broken(turn(said), WIDTH - 2 * MARGIN), ink) for label, said, ink in rows if said]
    height = 190 + sum(70 + LINE * len(lines) for _, lines, _ in told) + 110
    canvas = Canvas(WIDTH, height, turn)
    canvas.rect(0, 0, WIDTH, 150, GREEN)
    canvas.text(words.BIG_TITLE, MARGIN, 104, WIDTH - 2 * MARGIN, 80, PAPER, bold=True)
    y = 190.0
    for label, lines, ink in told:
        y += 60
        canvas.text(label, MARGIN, y, WIDTH - 2 * MARGIN, 44, GREEN)
        for line in lines:
            y += LINE
            canvas.text(line, MARGIN, y - 16, WIDTH - 2 * MARGIN, LARGE, ink, bold=True)
        y += 10
    canvas.text(receipt.number, MARGIN, height - 40, WIDTH - 2 * MARGIN, 48, INK)
    return canvas


def broken(text: str, room: float, size: float = LARGE, most: int = MOST_LINES) -> list[str]:
    """The text in lines that fit the room, all equally large; the last one is cut short if it must be."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and width(rest, size) > room:
        end = max(1, next((n for n in range(len(rest), 0, -1) if width(rest[:n], size) <= room), 1))
        lines.append(rest[:end])
        rest = rest[end:]
    return [*lines, fitted(rest, room, size, size)[0]] if rest else lines
