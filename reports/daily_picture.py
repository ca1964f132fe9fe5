"""The daily card as an SVG: four figures, a fortnight, categories, ages and hours, for a telephone."""

from __future__ import annotations

from collections.abc import Callable

from reports.card_figures import Card
from reports.drawing.canvas import Canvas
from reports.drawing.fortnight import Day, columns, left_line
from reports.drawing.heat import field, legend
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
from texts import pictures as words

PITCH = 50.0
Turn = Callable[[str], str]


def draw(card: Card, turn: Turn = str) -> Canvas:
    """The whole card; `turn` writes its words in the reader's script. A quiet day gives a short card."""
    canvas = Canvas(WIDTH, 0, turn)
    head(canvas, words.card_title(card.community), words.card_day(card.day))
    _tiles(canvas, card)
    top = _fortnight(canvas, card, UNDER_HEAD + TILES_HIGH)
    top = max(_categories(canvas, card, MARGIN, top), _ages(canvas, card, MARGIN + HALF + 40, top))
    top = _hours(canvas, card, top)
    footer(canvas, words.footer(card.now), top)
    return canvas


def _tiles(canvas: Canvas, card: Card) -> None:
    late = VERMILLION if card.late else INK
    told = (
        Tile(words.NEW, f"{card.new:,}", words.usually(card.new, card.usual, card.unusual)),
        Tile(words.CLOSED, f"{card.closed:,}", words.went_back(card.reopened)),
        Tile(words.OPEN, f"{card.open:,}", words.unassigned(card.unassigned, card.open)),
        Tile(words.LATE, f"{card.late:,}", words.urgent(card.urgent_open, card.late), late),
    )
    tiles(canvas, told, UNDER_HEAD)


def _fortnight(canvas: Canvas, card: Card, top: float) -> float:
    heading(canvas, words.FORTNIGHT, MARGIN, top, 220)
    if not any(count.came or count.went or count.left for count in card.days):
        return nothing(canvas, words.NOTHING_MOVED, MARGIN, top)
    right = float(WIDTH - MARGIN)
    for label, colour in ((words.LEFT, INK), (words.WENT, BLUE), (words.CAME, ORANGE)):
        right -= canvas.text(label, right, top + 28, 300, 22, INK, anchor="end") + 30
        high = 5 if colour == INK else 24
        canvas.rect(right, top + 20 - high / 2, 24, high, colour, round_=2)
        right -= 16
    days = [
        Day(*words.day_words(count.day), count.came, count.went, count.left, count.day.weekday() >= 5)
        for count in card.days
    ]
    left, wide = MARGIN + 60, INNER - 60
    left_line(canvas, days, left, top + 50, wide, 130)
    columns(canvas, days, left, top + 190, wide, 240)
    return top + 430 + BETWEEN


def _categories(canvas: Canvas, card: Card, left: float, top: float) -> float:
    heading(canvas, words.CATEGORIES, left, top, HALF)
    if not card.categories:
        return nothing(canvas, words.NOTHING_CAME, left, top)
    found = [
        RowOf(c.name, c.count, note=words.change(c.count, c.before), warns=c.count > c.before)
        for c in card.categories
    ]
    rows(canvas, found, left, top + 50, HALF, PITCH, 168)
    return top + 50 + PITCH * len(found) + BETWEEN


def _ages(canvas: Canvas, card: Card, left: float, top: float) -> float:
    taken = heading(canvas, words.AGES, left, top, HALF - 150)
    if not card.open:
        return nothing(canvas, words.NOTHING_OPEN, left, top)
    if card.late:
        wide = canvas.text(words.LATE, left + HALF, top + 28, 90, 22, INK, anchor="end")
        if taken + wide + 60 < HALF:
            canvas.rect(left + HALF - wide - 30, top + 8, 22, 24, VERMILLION, round_=2)
    found = [
        RowOf(name, age.count, age.late, words.late_of(age.late), warns=age.late > 0)
        for name, age in zip(words.AGE_NAMES, card.ages, strict=True)
    ]
    rows(canvas, found, left, top + 50, HALF, PITCH, 130)
    return top + 50 + PITCH * len(found) + BETWEEN


def _hours(canvas: Canvas, card: Card, top: float) -> float:
    heading(canvas, words.HOURS, MARGIN, top, INNER - 330)
    most, weekday, hour = max((n, -d, -h) for d, row in enumerate(card.heat) for h, n in enumerate(row))
    if not most:
        return nothing(canvas, words.NOTHING_YET, MARGIN, top)
    legend(canvas, words.FEW, words.MANY, WIDTH - MARGIN, top + 28)
    canvas.text(words.busiest(-weekday, -hour, most), MARGIN, top + 68, INNER, SMALL, GREY)
    field(canvas, card.heat, words.WEEKDAY_NAMES, words.HOUR_HEADS, MARGIN, top + 84, INNER, 300)
    return top + 384 + 20
