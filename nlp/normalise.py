"""Turns what a person typed into plain simplified text: one form for everything that means the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from nlp.dialect import replace_cantonese, replace_regional
from nlp.reading import Script

LONGEST = 6_000  # characters read of one text: Telegram sends 4,096, an imported letter may be longer

# Nothing in here needs the slow steps; every other character sends the text through them.
_ORDINARY = re.compile(r"[\n\u0020-\u007e\u4e00-\u9fff，。！？；：、（）“”‘’《》【】—…～·]*\Z")
_DROPPED = re.compile(
    "[\ud800-\udfff"  # lone surrogates
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0000-\U000e0fff]+"
)
_KEPT_MARKS = "，！？；：（）～…·“”‘’"  # NFKC would turn the marks of Chinese print into those of ASCII
_FOLDED = re.compile(f"[^{_KEPT_MARKS}]+")
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_LINES = re.compile(r" ?\n[ \n]*")
_REPEATED = re.compile(r"([，。！？；：、~～!?…—·])\1+|([\u4e00-\u9fff])\2{3,}|([^\w\s])\3{3,}")
_GARBLED = re.compile(
    r"(?<=[\u3400-\u9fff])[（(](?:"
    r"[a-zü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ][a-zü]{0,4}"
    r"|(?>(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?)"
    r"(?> ?(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouüv]{1,3}(?:ng?|r)?){0,7}"
    r")[）)]"
)
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff\dA-Za-z]) (?=[\u4e00-\u9fff\dA-Za-z])")
_CIRCLED = re.compile(r"(?P<joint>(?<=[^\s，。；;,、:：])\s*)?(?P<number>[①-⑳])[\s、.．]*")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FOREIGN_LETTER = re.compile(r"[A-Za-z\u00c0-\u02af\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_CHAT = re.compile(
    r"(?:hi+|hello+|hey+|halo|ok+|okay|bye+|thanks?|thank you|thx|3q|test)\Z", re.IGNORECASE
)
# One Latin word alone is mostly a hand on the keyboard; these are said by people who need something.
_LATIN_WORD = re.compile(
    r"(?:help|fire|gas|police|emergency|ambulance|water|power|electricity|lift|elevator|noise|nois[ey]"
    r"|leak(?:ing|age)?|garbage|rubbish|trash|parking|heating|internet|job|work|doctor|hospital|complain|complaint"
    r"|english|person|human|staff|problem|broken|urgent|please|sos)\Z",
    re.IGNORECASE,
)
_LATIN_MARKS = " .,!?~:;()'\"-\n"


@dataclass(frozen=True, slots=True)
class Clean:
    """A text made plain, and what was learned of its writing on the way."""

    text: str
    script: Script
    foreign: bool  # another language than Chinese


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def warm() -> None:
    """Load the conversion tables, so that the first resident does not wait for them."""
    for name in ("t2s", "tw2sp"):
        _converter(name).convert("開")
    _only_simplified()


def normalise(original: str) -> Clean:
    """The plain text of a message, its script, and whether it is Chinese at all. Never raises."""
    text = tidy(original[:LONGEST])
    script = Script.SIMPLIFIED
    characters = _converter("t2s").convert(text)
    if characters != text:
        script = _script(text, characters)
        text = _converter("tw2sp").convert(text) if script is Script.TRADITIONAL else characters
    text = replace_cantonese(text)
    text = replace_regional(text)
    return Clean(text, script, _is_foreign(text))


def simplify(text: str) -> str:
    """The simplified writing of a word or name."""
    simplified: str = _converter("t2s").convert(_DROPPED.sub("", text))
    return simplified


def tidy(text: str) -> str:
    """The text without invisible characters, width variants, garbling and stutter; script untouched."""
    if not _ORDINARY.match(text):
        text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
        text = _CIRCLED.sub(_numbered, text)
        text = _FOLDED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = _DROPPED.sub("", text)  # NFKC may bring marks back
        text = _BLANKS.sub(" ", text)
    text = _REPEATED.sub(_shorten, text)
    if "(" in text or "（" in text:
        text = _GARBLED.sub("", text)
    text = _LINES.sub("\n", text.strip())
    if " " in text:
        text = _close_up(text)
    return text


def _shorten(found: re.Match[str]) -> str:
    return found[1] or (found[2] or found[3]) * 2


def _close_up(text: str) -> str:
    """Undo blanks typed between all characters; blanks between phrases stay."""
    text = _BLANKS.sub(" ", text)
    gaps = len(_SPACED.findall(text))
    spread = len(_SPREAD.findall(text))
    apart = gaps >= 3 or (gaps and spread >= 5)
    return _SPREAD.sub("", text) if apart and spread * 2 >= len(text) - spread - 1 else text


def _numbered(found: re.Match[str]) -> str:
    """①漏水②停电 is a list: 1、漏水；2、停电."""
    return f"{'' if found['joint'] is None else '；'}{ord(found['number']) - ord('①') + 1}、"


def _script(text: str, simplified: str) -> Script:
    """Traditional when more characters are written the traditional than the simplified way."""
    towards = sum(a != b for a, b in zip(text, simplified, strict=False))
    away = sum(map(_only_simplified().__contains__, text))
    return Script.TRADITIONAL if towards >= away else Script.SIMPLIFIED


@cache
def _only_simplified() -> frozenset[str]:
    """Characters that are simplified forms and nothing else; 后 and 里 are words of both scripts.

    OpenCC's own table for that way takes 26 MB.
    """
    every = "".join(map(chr, range(0x4E00, 0xA000)))
    pairs = zip(every, _converter("t2s").convert(every), strict=False)
    return frozenset(simple for full, simple in pairs if full != simple and not _in_big5(simple))


def _in_big5(character: str) -> bool:
    """Whether traditional print knows the character."""
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


def _is_foreign(text: str) -> bool:
    kana = len(_KANA.findall(text))
    if kana >= 4:
        return kana * 2 >= len(_HAN.findall(text))
    letters = len(_FOREIGN_LETTER.findall(text))
    if letters < 4:
        return False
    han = len(_HAN.findall(text))
    if han == 0:
        words = text.strip(_LATIN_MARKS)
        said = " " in words or not words.isascii() or _LATIN_WORD.match(words) is not None
        return said and not _LATIN_CHAT.match(words)
    return letters >= 12 and letters > 6 * han
