"""The daily card as an SVG: four figures, a fortnight, categories, ages and hours, for a telephone."""

from __future__ import annotations

from collections.abc import Callable

from reports.card_figures import Card
from reports.drawing.canvas import Canvas
from reports.drawing.fortnight import Day, columns, left_line
from reports.drawing.heat import field, legend
from reports.drawing.palette import BLUE, GREEN, GREY, GROUND, INK, ORANGE, PAPER, VERMILLION
from reports.drawing.rows import RowOf, rows
from texts import pictures as words

WIDTH, MARGIN = 1080, 40
INNER = WIDTH - 2 * MARGIN
HALF = (INNER - 40) / 2
HEAD, SMALL = 32.0, 24.0
PITCH = 50.0
BETWEEN = 46.0  # two panels
Turn = Callable[[str], str]


def draw(card: Card, turn: Turn = str) -> Canvas:
    """The whole card; `turn` writes its words in the reader's script. A quiet day gives a short card."""
    canvas = Canvas(WIDTH, 0, turn)
    _head(canvas, card)
    _tiles(canvas, card, 130)
    top = _fortnight(canvas, card, 350)
    top = max(_categories(canvas, card, MARGIN, top), _ages(canvas, card, MARGIN + HALF + 40, top))
    top = _hours(canvas, card, top)
    canvas.text(words.footer(card.now), MARGIN, top + 24, INNER, 22, GREY)
    canvas.height = top + 50
    return canvas


def _head(canvas: Canvas, card: Card) -> None:
    canvas.rect(0, 0, WIDTH, 104, GREEN)
    taken = canvas.text(words.card_day(card.day), WIDTH - MARGIN, 66, 320, 36, PAPER, anchor="end", bold=True)
    canvas.text(words.card_title(card.community), MARGIN, 68, INNER - taken - 30, 44, PAPER, bold=True)


def _tiles(canvas: Canvas, card: Card, top: float) -> None:
    told = (
        (words.NEW, card.new, words.usually(card.new, card.usual, card.unusual), INK),
        (words.CLOSED, card.closed, words.went_back(card.reopened), INK),
        (words.OPEN, card.open, words.unassigned(card.unassigned, card.open), INK),
        (words.LATE, card.late, words.urgent(card.urgent_open, card.late), VERMILLION if card.late else INK),
    )
    wide = (INNER - 3 * 20) / 4
    for n, (name, value, note, colour) in enumerate(told):
        left = MARGIN + n * (wide + 20)
        middle = left + wide / 2
        canvas.rect(left, top, wide, 186, GROUND, round_=14)
        canvas.text(name, middle, top + 42, wide - 20, 30, GREY, anchor="middle")
        canvas.text(f"{value:,}", middle, top + 122, wide - 28, 78, colour, anchor="middle", bold=True)
        canvas.text(note, middle, top + 168, wide - 16, SMALL, GREY, anchor="middle")


def _nothing(canvas: Canvas, said: str, x: float, top: float) -> float:
    """A panel without figures says so in words; gives back where the next begins."""
    canvas.text(said, x, top + 82, HALF, SMALL, GREY)
    return top + 96 + BETWEEN


def _title(canvas: Canvas, title: str, x: float, y: float, room: float) -> float:
    return canvas.text(title, x, y, room, HEAD, GREEN, bold=True)


def _fortnight(canvas: Canvas, card: Card, top: float) -> float:
    _title(canvas, words.FORTNIGHT, MARGIN, top + 30, 220)
    if not any(count.came or count.went or count.left for count in card.days):
        return _nothing(canvas, words.NOTHING_MOVED, MARGIN, top)
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
    _title(canvas, words.CATEGORIES, left, top + 30, HALF)
    if not card.categories:
        return _nothing(canvas, words.NOTHING_CAME, left, top)
    found = [
        RowOf(c.name, c.count, note=words.change(c.count, c.before), warns=c.count > c.before)
        for c in card.categories
    ]
    rows(canvas, found, left, top + 50, HALF, PITCH, 168)
    return top + 50 + PITCH * len(found) + BETWEEN


def _ages(canvas: Canvas, card: Card, left: float, top: float) -> float:
    taken = _title(canvas, words.AGES, left, top + 30, HALF - 150)
    if not card.open:
        return _nothing(canvas, words.NOTHING_OPEN, left, top)
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
    _title(canvas, words.HOURS, MARGIN, top + 30, INNER - 330)
    most, weekday, hour = max((n, -d, -h) for d, row in enumerate(card.heat) for h, n in enumerate(row))
    if not most:
        return _nothing(canvas, words.NOTHING_YET, MARGIN, top)
    legend(canvas, words.FEW, words.MANY, WIDTH - MARGIN, top + 28)
    canvas.text(words.busiest(-weekday, -hour, most), MARGIN, top + 68, INNER, SMALL, GREY)
    field(canvas, card.heat, words.WEEKDAY_NAMES, words.HOUR_HEADS, MARGIN, top + 84, INNER, 300)
    return top + 384 + 20
