"""The frame that all cards share: a green head, tiles with one number each, headings, what stands below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.drawing.canvas import Canvas
from reports.drawing.palette import GREEN, GREY, GROUND, INK, PAPER

WIDTH, MARGIN = 1080, 40
INNER = WIDTH - 2 * MARGIN
HALF = (INNER - 40) / 2
HEAD, SMALL = 32.0, 24.0
BETWEEN = 46.0  # two panels
UNDER_HEAD = 130.0
TILES_HIGH = 220.0  # with the room below


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with its name above and a remark below."""

    name: str
    value: str
    note: str
    colour: str = INK


def head(canvas: Canvas, title: str, when: str) -> None:
    canvas.rect(0, 0, WIDTH, 104, GREEN)
    taken = canvas.text(when, WIDTH - MARGIN, 66, 420, 36, PAPER, anchor="end", bold=True)
    canvas.text(title, MARGIN, 68, INNER - taken - 30, 44, PAPER, bold=True)


def tiles(canvas: Canvas, told: Sequence[Tile], top: float) -> None:
    wide = (INNER - (len(told) - 1) * 20) / len(told)
    for n, tile in enumerate(told):
        left = MARGIN + n * (wide + 20)
        middle = left + wide / 2
        canvas.rect(left, top, wide, 186, GROUND, round_=14)
        canvas.text(tile.name, middle, top + 42, wide - 20, 30, GREY, anchor="middle")
        canvas.text(tile.value, middle, top + 122, wide - 28, 78, tile.colour, anchor="middle", bold=True)
        canvas.text(tile.note, middle, top + 168, wide - 16, SMALL, GREY, anchor="middle")


def heading(canvas: Canvas, title: str, x: float, top: float, room: float) -> float:
    """A panel's title; gives back how wide it is."""
    return canvas.text(title, x, top + 30, room, HEAD, GREEN, bold=True)


def nothing(canvas: Canvas, said: str, x: float, top: float) -> float:
    """A panel without figures says so in words; gives back where the next begins."""
    canvas.text(said, x, top + 82, HALF, SMALL, GREY)
    return top + 96 + BETWEEN


def footer(canvas: Canvas, said: str, top: float) -> None:
    """The last line; the sheet ends below it."""
    canvas.text(said, MARGIN, top + 24, INNER, 22, GREY)
    canvas.height = top + 50
