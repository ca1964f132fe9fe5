"""Cuts text into words: jieba, or rjieba (the same cuts, far faster) where the `fast` extra is installed."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

RAREST = 20  # how often jieba's dictionary has seen the rarest word that is kept ...
RARE_WORDS = Path(__file__).parent / "data" / "rare_words.txt"  # ... but for these (tools/words.py)


class _Engine(Protocol):
    def cut(self, text: str) -> Sequence[str]: ...

    def add_word(self, word: str) -> None: ...


class _Plain:
    """jieba with its own cache folder: the shared /tmp file of other users is never loaded.

    Words that its dictionary saw fewer than twenty times (three of four) are left out, but for those of a
    neighbourhood: a third of the memory and of the start for words that nobody writes to a committee.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():  # jieba 0.42.1 writes "\\." in plain strings
            warnings.simplefilter("ignore")
            import jieba

        jieba.setLogLevel(logging.WARNING)
        with tempfile.TemporaryDirectory(prefix="minxinqiao-jieba-") as folder:
            words = Path(folder) / "words.txt"
            _write_common(Path(jieba.__file__).with_name("dict.txt"), words)
            self._tokenizer = jieba.Tokenizer(str(words))
            self._tokenizer.tmp_dir = folder
            self._tokenizer.initialize()

    def cut(self, text: str) -> Sequence[str]:
        cuts: list[str] = self._tokenizer.lcut(text)
        return cuts

    def add_word(self, word: str) -> None:
        self._tokenizer.add_word(word)


def _write_common(source: Path, target: Path) -> None:
    """Copy the lines of a jieba dictionary ("word frequency kind") whose word is common enough."""
    known = frozenset(RARE_WORDS.read_text(encoding="utf-8").split("\n"))
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as common:
        for line in lines:
            word, frequency, _ = line.split(" ", 2)
            if int(frequency) >= RAREST or word in known:
                common.write(line)


class _Fast:
    def __init__(self) -> None:
        import rjieba

        self._jieba = rjieba.Jieba()

    def cut(self, text: str) -> Sequence[str]:
        cuts: list[str] = self._jieba.cut(text)
        return cuts

    def add_word(self, word: str) -> None:
        self._jieba.add_word(word, 2_000, "ns")


class Segmenter:
    """Loads its engine once, on the first call or in `warm()`."""

    def __init__(self, prefer_fast: bool = True) -> None:
        self._prefer_fast = prefer_fast
        self._engine: _Engine | None = None
        self._known: set[str] = set()
        self._lock = Lock()

    def warm(self) -> None:
        self._loaded().cut("民心桥")

    def add_words(self, names: Iterable[str]) -> None:
        """Keep these names whole in later cuts; names given before cost nothing."""
        new = [name for name in names if len(name) > 1 and name not in self._known]
        if not new:
            return
        engine = self._loaded()
        with self._lock:
            for name in new:
                engine.add_word(name)
                self._known.add(name)

    def cut(self, text: str) -> Sequence[str]:
        """The words of `text`, marks and blanks included, in order."""
        return self._loaded().cut(text)

    def _loaded(self) -> _Engine:
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    self._engine = self._choose()
        return self._engine

    def _choose(self) -> _Engine:
        if self._prefer_fast:
            try:
                return _Fast()
            except ImportError:
                pass  # the extra is not installed: the plain engine cuts the same words
        return _Plain()


shared = Segmenter()
