"""A4 posters for the doors of buildings, with a QR code that opens the bot at this building: SVG, HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import segno

from storage import communities
from storage.communities import Building, Community
from storage.store import Tx
from texts import posters as words
from texts.places import building_words, place_words
from texts.setup import link

FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Hiragino Sans GB',"
    "'Microsoft YaHei','WenQuanYi Micro Hei',SimHei,sans-serif"
)
WIDTH, HEIGHT, MARGIN = 210, 297, 15
"""A4 in millimetres, which are the units of the drawing."""
_HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
    f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{escape(FONTS)}">'
)
GREEN, PALE, RED, INK, GREY = "#2F6B4F", "#F1F6F2", "#B3261E", "#1F2A24", "#5B6660"
QR_SIZE, QR_TOP = 104.0, 66.0
SHEET_NAME = words.SHEET_NAME
QUIET = 4  # modules of white around the code, as the standard wants it


@dataclass(frozen=True, slots=True)
class Poster:
    """One sheet. `place` is the building in words, or empty for the whole community."""

    community: str
    place: str
    address: str
    phone: str = ""
    hours: str = ""

    @property
    def name(self) -> str:
        """A name for its file."""
        return re.sub(r"[^\w-]+", "_", f"{self.community}{self.place or words.WHOLE}").strip("_")


async def posters(tx: Tx, community: Community, bot: str, only: Sequence[str] = ()) -> list[Poster]:
    """The community's own poster and one for each building; `only` those buildings when named.

    A building is named as people do: "3", "3号楼" or "幸福里小区3号楼".
    """
    estates = {estate.id: estate.name for estate in await communities.estates(tx, community.id)}
    whole = Poster(community.name, "", link(bot, f"c_{community.code}"), community.phone, community.hours)
    found = [] if only else [whole]
    for building in await communities.buildings(tx, community.id):
        place = place_words(estate=estates[building.estate_id], building=building.name)
        if not only or _is_named(building, place, only):
            address = link(bot, f"b_{building.code}")
            found.append(Poster(community.name, place, address, community.phone, community.hours))
    return found


def _is_named(building: Building, place: str, only: Sequence[str]) -> bool:
    called = {building.name, building_words(building.name), place}
    return any(name.replace(" ", "") in called for name in only)


def svg(poster: Poster) -> str:
    """One A4 sheet. Text grows smaller until it fits, so that a long name covers nothing."""
    middle, inner = WIDTH / 2, WIDTH - 2 * MARGIN
    head = poster.place or poster.community
    above = poster.community if poster.place else ""
    parts = [
        _HEAD,
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#FFFFFF"/>',
        f'<rect width="{WIDTH}" height="46" fill="{GREEN}"/>',
        _text(above, middle, 14, inner, 8, "#DCEBE2") if above else "",
        _text(head, middle, 33 if above else 29, inner, 17, "#FFFFFF", bold=True),
        _text(words.TITLE, middle, 65, inner, 14, GREEN, bold=True),
        qr(poster.address, (WIDTH - QR_SIZE) / 2, QR_TOP, QR_SIZE),
        _text(words.SCAN, middle, QR_TOP + QR_SIZE + 4, inner, 8, INK, bold=True),
        *_steps(189, inner),
        *_danger(225, inner),
        _text(words.office_line(poster.phone, poster.hours), middle, 271, inner, 8.5, INK, bold=True),
        _text(words.PRIVACY, middle, 281, inner, 5, GREY),
        _text(poster.address, middle, 289, inner, 4.5, GREY),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def qr(address: str, x: float, y: float, size: float) -> str:
    """The QR code as one path, with its quiet zone inside `size`."""
    matrix = segno.make(address, error="m", micro=False).matrix
    module = size / (len(matrix) + 2 * QUIET)
    runs = []
    for row, line in enumerate(matrix):
        for run in re.finditer(b"\x01+", bytes(line)):
            runs.append(f"M{run.start()} {row}h{run.end() - run.start()}v1h-{run.end() - run.start()}z")
    left, top = x + QUIET * module, y + QUIET * module
    return (
        f'<path class="qr" transform="translate({left:.3f} {top:.3f}) scale({module:.5f})" '
        f'shape-rendering="crispEdges" fill="#000000" d="{"".join(runs)}"/>'
    )


def _steps(top: float, inner: float) -> list[str]:
    """How to use it, in three lines with numbers."""
    parts = []
    for number, step in enumerate(words.STEPS, start=1):
        y = top + 11 * (number - 1)
        parts.append(f'<circle cx="{MARGIN + 4}" cy="{y - 2.4}" r="4" fill="{GREEN}"/>')
        parts.append(_text(str(number), MARGIN + 4, y - 0.5, 8, 5.5, "#FFFFFF", bold=True))
        parts.append(_text(step, MARGIN + 12, y, inner - 12, 7.8, INK, anchor="start"))
    return parts


def _danger(top: float, inner: float) -> list[str]:
    """The box with the numbers that come before any bot."""
    parts = [
        f'<rect x="{MARGIN}" y="{top}" width="{inner}" height="33" rx="3" fill="none" stroke="{RED}"/>',
        _text(words.DANGER, WIDTH / 2, top + 9, inner - 10, 7, RED, bold=True),
    ]
    room = inner / len(words.DANGER_NUMBERS)
    for index, (number, what) in enumerate(words.DANGER_NUMBERS):
        x = MARGIN + room * (index + 0.5)
        parts.append(_text(number, x, top + 21.5, room - 4, 12, RED, bold=True))
        parts.append(_text(what, x, top + 29, room - 4, 6, INK))
    return parts


def _text(
    text: str,
    x: float,
    y: float,
    room: float,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "middle",
) -> str:
    """A line of text, at most `room` wide."""
    if not text:
        return ""
    fitted = min(size, room / max(1.0, width(text)))
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{fitted:.2f}" text-anchor="{anchor}" '
        f'fill="{colour}"{weight}>{escape(text)}</text>'
    )


def width(text: str) -> float:
    """How wide a text is, in heights of its letters; rather too much than too little."""
    return sum(0.64 if char.isascii() else 1.0 for char in text)


def sheet(title: str, found: Iterable[Poster]) -> str:
    """One page for the browser that prints every poster on its own A4 sheet."""
    pages = [f"<section>{svg(poster)}</section>" for poster in found]
    return f"""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>{escape(title)}</title>
<style>
@page {{ size: A4 portrait; margin: 0 }}
body {{ margin: 0; background: #E6E9E7; font-family: {FONTS} }}
p {{ text-align: center; color: {INK} }}
section {{ width: {WIDTH}mm; height: {HEIGHT}mm; margin: 8mm auto; overflow: hidden }}
section svg {{ display: block }}
@media print {{
  body {{ background: none }} p {{ display: none }}
  section {{ margin: 0; break-after: page }} section:last-child {{ break-after: auto }}
}}
</style></head><body>
<p>{escape(title)}　{words.count_line(len(pages))}　{words.PRINT}</p>
{"".join(pages)}
</body></html>
"""
