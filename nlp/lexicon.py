"""Word tables and one pass that finds all their words in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

Tag = TypeVar("Tag")


def words(table: str) -> tuple[str, ...]:
    """The words of a table written with blanks and line ends between them."""
    return tuple(table.split())


def either(table: str | Iterable[str]) -> str:
    """A regular expression group that matches any word of the table, longer words first."""
    listed = words(table) if isinstance(table, str) else table
    return "(?:" + "|".join(sorted(set(listed), key=lambda word: (-len(word), word))) + ")"


def opening(*tables: str) -> str:
    """A look-ahead that lets a pattern be tried only where one of these words (or characters) may begin."""
    return "(?=[" + "".join(sorted({word[0] for table in tables for word in words(table)})) + "])"


class Hit(NamedTuple, Generic[Tag]):
    """One word found: `text[start:end] == word`."""

    start: int
    end: int
    word: str
    tag: Tag


class Lexicon(Generic[Tag]):
    """Words with a tag each; finding them costs one dictionary look-up per character of the text."""

    def __init__(self, tagged: Mapping[str, Tag]) -> None:
        self._tags = dict(tagged)
        self._starts: dict[str, tuple[str, ...]] = {}
        grouped: dict[str, list[str]] = {}
        for word in self._tags:
            if word:
                grouped.setdefault(word[:2], []).append(word)
        for start, group in grouped.items():
            self._starts[start] = tuple(sorted(group, key=len, reverse=True))
        self._singles = frozenset(word for word in self._tags if len(word) == 1)

    def __len__(self) -> int:
        return len(self._tags)

    def find(self, text: str) -> list[Hit[Tag]]:
        """The words in `text` from left to right, the longest at each place, none overlapping."""
        hits: list[Hit[Tag]] = []
        free = 0
        for hit in self.find_all(text):
            if hit.start >= free:
                hits.append(hit)
                free = hit.end
        return hits

    def find_all(self, text: str) -> list[Hit[Tag]]:
        """Every word in `text`, overlapping ones too; at one place the longer first."""
        hits: list[Hit[Tag]] = []
        starts, tags, singles = self._starts, self._tags, self._singles
        for at in range(len(text)):
            group = starts.get(text[at : at + 2])
            if group is not None:
                for word in group:
                    if text.startswith(word, at):
                        hits.append(Hit(at, at + len(word), word, tags[word]))
            if singles and text[at] in singles and (group is None or text[at] not in group):
                hits.append(Hit(at, at + 1, text[at], tags[text[at]]))
        return hits
