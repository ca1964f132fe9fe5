"""A sheet to draw on: shapes and words in pixels, and the boxes of all words, to check the layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from reports.drawing.lettering import FAMILY, fitted, printable, width
from reports.drawing.palette import INK, PAPER

LEAST = 22.0  # pixels: at 1080 across, the smallest letters a phone shows legibly
ASCENT, DESCENT = 0.86, 0.2  # of the letters' size, above and below the line they stand on
_BACK = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True, slots=True)
class Box:
    """The room that words take up."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    size: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(slots=True)
class Canvas:
    """`turn` writes every word in the reader's script."""

    width: float
    height: float
    turn: Callable[[str], str] = str
    boxes: list[Box] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)

    def text(
        self,
        words: str,
        x: float,
        y: float,
        room: float,
        size: float,
        colour: str = INK,
        *,
        anchor: str = "start",
        bold: bool = False,
    ) -> float:
        """Words standing on the line `y`, at most `room` wide; gives back how wide they are.

        `anchor` tells what `x` is: the words' start, middle or end.
        """
        said = printable(self.turn(words))
        if not said:
            return 0.0
        said, size = fitted(said, room, size, min(size, LEAST))
        wide = width(said, size)
        left = x - wide * _BACK[anchor]
        self.boxes.append(Box(left, y - ASCENT * size, left + wide, y + DESCENT * size, said, size))
        heavy = (
            f' stroke="{colour}" stroke-width="{size / 28:.2f}"' if bold else ""
        )  # the font has one weight
        self._parts.append(
            f'<text x="{left:.1f}" y="{y:.1f}" font-size="{size:.2f}" fill="{colour}"{heavy}>'
            f"{escape(said)}</text>"
        )
        return wide

    def rect(self, x: float, y: float, wide: float, high: float, colour: str, *, round_: float = 0) -> None:
        corner = f' rx="{round_:g}"' if round_ else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colour}"{corner}/>'
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str, thick: float = 2) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick:g}" '
            f'stroke-linejoin="round"/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>')

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width:g}" height="{self.height:g}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" font-family="{FAMILY}">\n'
            f'<rect width="{self.width:g}" height="{self.height:g}" fill="{PAPER}"/>\n'
            + "\n".join(self._parts)
            + "\n</svg>\n"
        )
