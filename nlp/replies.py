"""Looks over an answer of staff before it goes out: what would embarrass the office or hurt the resident."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from nlp.asked import SORTS, leaves_in_danger, unanswered
from nlp.personal import find_personal
from nlp.reading import PersonalKind

_TABLE = Path(__file__).parent / "data" / "replies.txt"
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SAYS_WHEN = re.compile(
    r"\d\s*[点时:：号日天]|[一二两三四五六七八九十半]\s*[点天]|小时|分钟|今[天晚早日]|明[天早日]|后天|上午|下午|傍晚|晚上|"
    r"[周星期礼拜][一二三四五六日天末]|下周|本周|这周|月底|月初"
)
_FILLER = re.compile(r"[\W_的了啊吧呢哦嗯呀]+")


CODES = ("promise", "leak", "buck", "danger", *(f"off_{sort.code}" for sort in SORTS), "vague", "empty")


def concerns(text: str, *, urgent: bool = False, asked: str = "") -> tuple[str, ...]:
    """What deserves a second look: promise, leak, buck, danger, off_when …, vague, empty.

    `asked` is what the resident said last; off_ and the sort of question that is passed over. In an `urgent`
    matter only a leak counts, and words that help nobody: who says 马上到 to somebody in danger is not held up.
    """
    found = {"leak": _leaks(text)}
    if urgent:
        found["danger"] = leaves_in_danger(text)
    else:
        table = _words()
        found |= {
            "promise": _holds(_without(text, table["not_promise"]), table["promise"]),
            "buck": _holds(text, table["buck"]) and not _holds(text, table["not_buck"]),
            "vague": _holds(text, table["vague"]) and not _SAYS_WHEN.search(text),
            "empty": _is_empty(text, table["empty"]),
        }
        passed_over = "" if found["empty"] else unanswered(asked, text)
        found |= {f"off_{passed_over}": bool(passed_over)}
    return tuple(code for code in CODES if found.get(code))


def _leaks(text: str) -> bool:
    """A mobile number or the number of a document; telephones of offices are meant to be told."""
    for item in find_personal(text):
        if item.kind in (PersonalKind.ID_CARD, PersonalKind.BANK_CARD):
            return True
        if item.kind is PersonalKind.PHONE and _MOBILE.search(re.sub(r"\D", "", item.value)):
            return True
    return False


def _is_empty(text: str, polite: tuple[str, ...]) -> bool:
    """Nothing is left when the polite words are taken away."""
    if not text.strip():
        return False  # a picture says enough
    return not _FILLER.sub("", _without(text, sorted(polite, key=len, reverse=True)))


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


@functools.cache
def _words() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            what, _, word = line.partition(" ")
            table.setdefault(what, []).append(word)
    return {what: tuple(words) for what, words in table.items()}
