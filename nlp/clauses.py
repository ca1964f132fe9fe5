"""A text cut into the short pieces between its punctuation marks."""

from __future__ import annotations

import re
from typing import NamedTuple

_CLAUSE = re.compile(r"[^，,。.！!？?；;：:、\n\s…~～]+|\.(?=\d)")
_SENTENCE = re.compile(r"[^。！!？?；;\n…]+")
_NOT_BLANK = re.compile(r"\S")


class Piece(NamedTuple):
    """`text[start:end]` without the mark that ends it."""

    start: int
    end: int
    text: str


def clauses(text: str) -> list[Piece]:
    """The pieces between any two marks or blanks."""
    return [Piece(found.start(), found.end(), found[0]) for found in _CLAUSE.finditer(text)]


def sentences(text: str) -> list[Piece]:
    """The pieces between marks that end a sentence."""
    return [
        Piece(found.start(), found.end(), found[0])
        for found in _SENTENCE.finditer(text)
        if _NOT_BLANK.search(found[0])
    ]
