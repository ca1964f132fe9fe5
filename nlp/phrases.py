"""Loads the tables of phrases in nlp/data: regular expressions, one a line, under headings.

A heading is `[name]`; the lines below it are alternatives of one pattern. A line `@name = expression`
gives a name to a piece that later lines use as `@name@`. Lines that begin with `# ` are remarks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"
_HEADING = re.compile(r"\[([a-z_]+)\]\Z")
_NAMED = re.compile(r"@([a-z_]+) = (.+)\Z")
_USE = re.compile(r"@([a-z_]+)@")


@cache
def phrases(file: str) -> dict[str, re.Pattern[str]]:
    """The compiled patterns of nlp/data/<file>, by heading."""
    pieces: dict[str, str] = {}
    listed: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (_FOLDER / file).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("# "):
            continue
        heading, named = _HEADING.match(line), _NAMED.match(line)
        if heading:
            current = listed.setdefault(heading[1], [])
        elif named:
            pieces[named[1]] = _USE.sub(lambda use: pieces[use[1]], named[2])
        else:
            current.append(_USE.sub(lambda use: pieces[use[1]], line))
    return {name: re.compile("|".join(lines)) for name, lines in listed.items()}
