"""Rows: a name, a bar of one or two parts, and what is said of it at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.drawing.canvas import Canvas
from reports.drawing.lettering import width
from reports.drawing.palette import GREY, LINE, SKY, VERMILLION

SIZE, NOTE = 26.0, 24.0


@dataclass(frozen=True, slots=True)
class RowOf:
    """`part` of `whole` is drawn in the colour of what is late; `note` stands at the end."""

    name: str
    whole: int
    part: int = 0
    note: str = ""
    warns: bool = False  # the note is something to look at
    said: str = ""  # stands at the bar instead of the figure

    @property
    def figure(self) -> str:
        return self.said or f"{self.whole:,}"


def rows(
    canvas: Canvas,
    found: Sequence[RowOf],
    x: float,
    y: float,
    wide: float,
    pitch: float,
    name: float,
    most: int = 1,
) -> None:
    """All rows from `y` downward, `pitch` apart, the bars on one scale; names have `name` of the width.

    The scale ends at the longest bar, or at `most` when that is more.
    """
    most = max(most, *(row.whole for row in found))
    figures = max(width(row.figure, SIZE) for row in found) + 10
    notes = max(width(row.note, NOTE) for row in found) + 16
    start = x + name + 12
    longest = wide - name - 12 - figures - notes
    canvas.line([(start, y + 4), (start, y + pitch * len(found) - 4)], LINE)
    for n, row in enumerate(found):
        middle = y + pitch * (n + 0.5)
        line = middle + SIZE * 0.36
        canvas.text(row.name, x, line, name, SIZE)
        length = longest * row.whole / most
        late = longest * row.part / most
        high = pitch * 0.56
        if row.whole > row.part:
            canvas.rect(start + late, middle - high / 2, length - late, high, SKY)
        if row.part:
            canvas.rect(start, middle - high / 2, late, high, VERMILLION)
        canvas.text(row.figure, start + length + 8, line, figures, SIZE, bold=True)
        colour = VERMILLION if row.warns else GREY
        canvas.text(row.note, x + wide, line, notes, NOTE, colour, anchor="end")
