"""How wide words are in the pictures' own font, and words cut to the room there is."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent.parent / "fonts"
FONT_FILE: Final = FONTS / "NotoSansSC-Subset.otf"
FAMILY: Final = "Noto Sans CJK SC"
MORE: Final = "…"


@functools.cache
def _advances() -> dict[str, float]:
    found: dict[str, float] = json.loads((FONTS / "widths.json").read_text(encoding="utf-8"))
    return found


def width(text: str, size: float) -> float:
    """How wide the text is at that size; characters outside of the font count as one em."""
    advances = _advances()
    return size * sum(advances.get(char, 1.0) for char in text)


def printable(text: str) -> str:
    """Without what XML refuses or what has no shape: control characters, line ends, half surrogates."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def fitted(text: str, room: float, size: float, least: float) -> tuple[str, float]:
    """The text and its size so that it is at most `room` wide: smaller first, then shortened."""
    wide = width(text, 1.0)
    if wide * size <= room:
        return text, size
    if wide * least <= room:
        return text, room / wide
    while text and width(text + MORE, least) > room:
        text = text[:-1]
    return text.rstrip() + MORE, least
