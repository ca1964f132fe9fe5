"""A knowledge card (办事指南), and the Markdown in which cards are written.

A file holds one card or several. Each begins with its front matter between two `---` lines:

    ---
    title: 高龄津贴
    leaf: 高龄津贴
    asks:
    - 高龄津贴怎么申请
    - 八十岁有什么补贴
    source: 区民政局办事指南
    date: 2026-11-22
    ---
    **谁能办** ……
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.errors import DataFileError

LONGEST_TITLE, LONGEST_ASK, LONGEST_BODY, LONGEST_SOURCE = 40, 60, 1500, 120
MOST_ASKS = 60
_FENCE = "---"
_FIELDS = ("title", "leaf", "asks", "source", "date")

LeafCode = Callable[[str], str | None]
"""The catalogue's code for a leaf's code or name; None when it has no such leaf."""


@dataclass(frozen=True, slots=True)
class Guide:
    title: str
    leaf: str  # code of the catalogue's leaf
    asks: tuple[str, ...]  # wordings in which people ask for it
    body: str  # who, where, when, what to bring; **bold** and "- " lists only
    source: str
    dated: str  # YYYY-MM-DD: when the text was true
    local: bool = False  # brought in by the office, not by the program


@dataclass(frozen=True, slots=True)
class Written:
    """One field as it was written, with its line (or row) for complaints."""

    value: str
    line: int


def parse_guides(path: Path | str, text: str, leaf_code: LeafCode) -> tuple[Guide, ...]:
    """All cards of a Markdown file. Raises DataFileError with the line and the remedy."""
    lines = text.removeprefix("\ufeff").splitlines()
    found: dict[str, Guide] = {}
    at = _skip_blank(lines, 0)
    while at < len(lines):
        begun = at + 1
        if lines[at].strip() != _FENCE:
            raise DataFileError(
                path, begun, "a card must begin with a '---' line", "Put '---' before title:."
            )
        fields, asks, at = _front_matter(path, lines, at + 1)
        body: list[str] = []
        body_line = at + 1
        while at < len(lines) and lines[at].strip() != _FENCE:
            body.append(lines[at].rstrip())
            at += 1
        fields["body"] = Written("\n".join(body).strip(), body_line)
        guide = make_guide(path, begun, fields, asks, leaf_code)
        if guide.title in found:
            line = fields["title"].line
            raise DataFileError(path, line, f"two cards are called {guide.title!r}", "Rename one of them.")
        found[guide.title] = guide
    if not found:
        raise DataFileError(
            path, 1, "the file holds no card", "Write a card: '---', title: ..., '---', text."
        )
    return tuple(found.values())


def make_guide(
    path: Path | str, begun: int, fields: dict[str, Written], asks: list[Written], leaf_code: LeafCode
) -> Guide:
    """The card of these fields, each checked. `begun` is the line complained about when one is missing."""
    known = {name: field for name, field in fields.items() if field.value}
    for name in ("title", "leaf", "body"):
        if name not in known:
            raise DataFileError(path, begun, f"the card has no {name!r}", f"Add {name}.")
    for name, most in (("title", LONGEST_TITLE), ("body", LONGEST_BODY), ("source", LONGEST_SOURCE)):
        if name in known and len(known[name].value) > most:
            raise DataFileError(
                path, known[name].line, f"{name!r} is longer than {most} characters", "Shorten it."
            )
    if len(asks) > MOST_ASKS:
        raise DataFileError(
            path, asks[MOST_ASKS].line, f"more than {MOST_ASKS} wordings", "Keep the best ones."
        )
    for ask in asks:
        if len(ask.value) > LONGEST_ASK:
            raise DataFileError(
                path, ask.line, f"a wording is longer than {LONGEST_ASK} characters", "Shorten it."
            )
    leaf = leaf_code(known["leaf"].value)
    if leaf is None:
        raise DataFileError(
            path,
            known["leaf"].line,
            f"the catalogue has no category {known['leaf'].value!r}",
            "Write a category's name or code as in the catalogue, e.g. 高龄津贴.",
        )
    return Guide(
        title=known["title"].value,
        leaf=leaf,
        asks=tuple(dict.fromkeys(ask.value for ask in asks if ask.value)),
        body=known["body"].value,
        source=known["source"].value if "source" in known else "",
        dated=_date(path, known["date"]) if "date" in known else "",
    )


def _front_matter(
    path: Path | str, lines: list[str], at: int
) -> tuple[dict[str, Written], list[Written], int]:
    """The fields, the wordings, and the index of the first line of the text."""
    fields: dict[str, Written] = {}
    asks: list[Written] = []
    begun = at
    while at < len(lines) and lines[at].strip() != _FENCE:
        line, number = lines[at].strip(), at + 1
        at += 1
        if not line:
            continue
        if line.startswith(("- ", "－ ", "• ")) and "asks" in fields:
            asks.append(Written(line[2:].strip(), number))
            continue
        name, colon, value = line.replace("：", ":", 1).partition(":")
        name = name.strip().lower()
        if not colon or name not in _FIELDS:
            choice = ", ".join(f"{field}:" for field in _FIELDS)
            raise DataFileError(
                path, number, f"not understood: {line[:40]!r}", f"Use one of: {choice}; then a '---' line."
            )
        if name in fields:
            raise DataFileError(path, number, f"{name!r} stands twice in one card", "Remove one of them.")
        fields[name] = Written(value.strip(), number)
        if name == "asks":
            asks.extend(Written(ask, number) for ask in split_asks(value))
    if at >= len(lines):
        raise DataFileError(path, begun, "the front matter has no end", "Close it with a '---' line.")
    fields.pop("asks", None)
    return fields, asks, at + 1


def split_asks(value: str) -> list[str]:
    """Wordings written in one line or cell, parted by line ends, ；, ; or |."""
    for mark in ("；", ";", "|", "｜"):
        value = value.replace(mark, "\n")
    return [ask.strip() for ask in value.splitlines() if ask.strip()]


def _date(path: Path | str, field: Written) -> str:
    try:
        return date.fromisoformat(field.value).isoformat()
    except ValueError:
        raise DataFileError(
            path, field.line, f"{field.value!r} is not a date", "Write it as 2026-11-22."
        ) from None


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
