"""Draws confusion matrices as one SVG picture: rows are the true headings, columns what the model said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

_CELL, _LEFT, _TOP, _GAP = 64, 150, 110, 60


def picture(matrices: Sequence[tuple[str, Sequence[str], Counter[tuple[str, str]]]]) -> str:
    """An SVG with one matrix under the other; each is a title, its headings and counts of (true, said)."""
    width = _LEFT + _CELL * max(len(headings) for _, headings, _ in matrices) + 20
    parts: list[str] = []
    top = 0
    for title, headings, counts in matrices:
        parts += _matrix(title, headings, counts, top)
        top += _TOP + _CELL * len(headings) + _GAP
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top}" font-family="sans-serif" '
        f'font-size="13">\n<rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n'
    )


def _matrix(title: str, headings: Sequence[str], counts: Counter[tuple[str, str]], top: int) -> list[str]:
    parts = [f'<text x="10" y="{top + 28}" font-size="16">{escape(title)}</text>']
    for at, heading in enumerate(headings):
        across = _LEFT + at * _CELL + _CELL // 2
        down = top + _TOP + at * _CELL + _CELL // 2
        parts.append(
            f'<text x="{across}" y="{top + _TOP - 10}" text-anchor="middle">{escape(heading[:4])}</text>'
        )
        parts.append(f'<text x="{_LEFT - 10}" y="{down}" text-anchor="end">{escape(heading)}</text>')
        meant = sum(counts[heading, said] for said in headings) or 1
        for column, said in enumerate(headings):
            parts.append(_cell(_LEFT + column * _CELL, top + _TOP + at * _CELL, counts[heading, said], meant))
    return parts


def _cell(x: int, y: int, count: int, meant: int) -> str:
    share = count / meant
    middle = x + _CELL // 2 - 1
    ink = "white" if share > 0.55 else "#222"
    return (
        f'<rect x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" fill="#1f5fa8" '
        f'fill-opacity="{0.04 + 0.96 * share:.2f}"/>'
        f'<text x="{middle}" y="{y + _CELL // 2}" text-anchor="middle" fill="{ink}">{count}</text>'
        f'<text x="{middle}" y="{y + _CELL // 2 + 16}" text-anchor="middle" font-size="10" '
        f'fill="{ink}">{share:.0%}</text>'
    )
