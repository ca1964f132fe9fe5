"""Renew nlp/data/rare_words.txt: words of jieba's dictionary that it saw seldom but our own texts hold.

Also those that it would not choose as words: they keep it from joining their characters by guess.

nlp/segment.py leaves out what the dictionary saw fewer than RAREST times, but for these. Run it by
`uv run -m tools.words` after examples, guides or the catalogue have changed much.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jieba

from nlp.segment import RARE_WORDS, RAREST

ROOT = Path(__file__).parent.parent
TEXTS = ("nlp/examples/**/*.txt", "desk/data/guides/*.md", "domain/data/catalogue/*.toml")
LONGEST = 8  # characters of a word
HEAD = "# Made by tools/words.py: seldom in jieba, but known in a neighbourhood. One word a line.\n"


def main() -> int:
    words = jieba.Tokenizer()
    words.initialize()
    seldom: set[str] = set()
    for pattern in TEXTS:
        for path in sorted(ROOT.glob(pattern)):
            for run in re.findall(r"[\u4e00-\u9fff]+", path.read_text(encoding="utf-8")):
                pieces = (run[at : at + size] for size in range(2, LONGEST + 1) for at in range(len(run)))
                seldom.update(piece for piece in pieces if 0 < (words.FREQ.get(piece) or 0) < RAREST)
    RARE_WORDS.write_text(HEAD + "".join(f"{word}\n" for word in sorted(seldom)), encoding="utf-8")
    sys.stdout.write(f"{len(seldom)} words\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
