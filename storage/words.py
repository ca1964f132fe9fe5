"""Words for the search: pairs of neighbouring characters, since no tokenizer of the store finds 电梯."""

from __future__ import annotations

import re
import unicodedata

_RUN = re.compile(r"[0-9]+|[a-z]+|[\u3400-\u9fff\uf900-\ufaff]+")


def fold(text: str) -> str:
    """As compared: full-width made half, small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def bigrams(text: str) -> str:
    """All pairs of neighbouring characters (and single ones), apart from each other, for the index.

    Numbers stay whole: who looks for 3号楼 does not mean 13号楼.
    """
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        found += [run] if run.isdigit() else [*_pairs(run), *run]
    return " ".join(dict.fromkeys(found))


def holds(text: str, word: str) -> bool:
    """Whether the folded text holds the word, with no further figure before or behind its own figures."""
    before = r"(?<!\d)" if word[0].isdigit() else ""
    behind = r"(?!\d)" if word[-1].isdigit() else ""
    return re.search(f"{before}{re.escape(word)}{behind}", text) is not None


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def wanted(text: str) -> list[str]:
    """The words asked for, folded."""
    return [word for word in fold(text).split() if _RUN.search(word)][:8]


def terms(asked: list[str]) -> str:
    """What the index is asked for: every pair of every word, apart from each other.

    None of them can be syntax of an index: they hold nothing but figures, letters and Chinese characters.
    """
    parts: list[str] = []
    for word in asked:
        for run in _RUN.findall(word):
            parts += [run] if run.isdigit() else _pairs(run) or [run]
    return " ".join(dict.fromkeys(parts))
