"""Ranks knowledge cards for a question. Pure; no database, no server.

A card is known by the wordings in which people ask for it. A question fits when most of a wording's weight is
in it, most of the question's weight is in the card, and the reading's category agrees. The threshold is
high: no card costs a resident nothing, a wrong one costs trust.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.guide import Guide
from nlp.normalise import normalise
from nlp.phrases import phrases
from nlp.reading import Intent, Kind, Reading
from nlp.segment import shared as segmenter

SHOWN_FROM = 0.55  # below this fit no resident is shown a card
SURELY_FROM = 0.65  # the same for a question that was read as a report or a request
FOUND_FROM = 0.25  # staff who look for a card themselves are shown anything likely
CLEAR_BY = 0.1  # how much better than the next card the best must be, to be shown to a resident
LIKELY_FROM = 0.4  # from this fit on a card is worth a button beside the ticket ...
LIKELY_WITHIN = 0.2  # ... when the best one is not much better
LONGEST_QUESTION = 80  # a longer text is a story, for a person to read

_WORDING, _QUESTION, _CATEGORY = 0.45, 0.35, 0.20  # how much each agreement counts
_BODY = 0.6  # a word of the text alone, beside one of title and wordings
_THIN = 2.0  # added to the weight of every wording: one common word alone is no full agreement
_UNKNOWN = 0.45  # weight of a word that no card has, beside the rarest one that a card has

_SAID = phrases("guides.txt")
_HAN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Found:
    guide: Guide
    fit: float  # 0..1


@dataclass(frozen=True, slots=True)
class _Card:
    guide: Guide
    wordings: tuple[frozenset[str], ...]
    asked: frozenset[str]  # terms of title and wordings
    told: frozenset[str]  # terms of the text


class Shelf:
    """The cards of one community, ready to be searched."""

    def __init__(self, guides: Sequence[Guide]) -> None:
        self._cards = tuple(_card(guide) for guide in guides)
        seen = Counter(term for card in self._cards for term in card.asked | card.told)
        self._rarity = {term: math.log(1 + len(self._cards) / count) for term, count in seen.items()}
        self._unknown = _UNKNOWN * math.log(1 + len(self._cards))
        self._whole = {wording: self._weight(wording) for card in self._cards for wording in card.wordings}

    def __len__(self) -> int:
        return len(self._cards)

    def titled(self, title: str) -> Guide | None:
        return next((card.guide for card in self._cards if card.guide.title == title), None)

    def rank(self, reading: Reading, most: int = 3) -> list[Found]:
        """The likeliest cards, best first, however unlikely."""
        asked = terms(reading.text[: 2 * LONGEST_QUESTION])
        if not asked:
            return []
        guesses = {guess.code: guess.probability for guess in reading.guesses}
        found = [Found(card.guide, self._fit(card, asked, guesses)) for card in self._cards]
        return sorted(found, key=lambda one: -one.fit)[:most]

    def answer(self, reading: Reading) -> Guide | None:
        """The card that answers a resident's question; None when none surely does."""
        if not may_be_answered(reading):
            return None
        plain = reading.intent is Intent.ASK or reading.kind is Kind.CONSULT
        found = self.rank(reading, 8)
        if not found or found[0].fit < (SHOWN_FROM if plain else SURELY_FROM):
            return None
        near = [one.guide for one in found if found[0].fit - one.fit < CLEAR_BY]
        if len(near) > 1:  # of cards as good as each other the office's own one is meant
            near = [guide for guide in near if guide.local and guide.leaf == near[0].leaf]
        return near[0] if len(near) == 1 else None

    def likely(self, reading: Reading) -> list[Guide]:
        """Up to three cards that may answer a question which none surely answers, the best first."""
        plain = reading.intent is Intent.ASK or reading.kind is Kind.CONSULT
        if not plain or not may_be_answered(reading):
            return []
        found = self.rank(reading, 3)
        return [one.guide for one in found if one.fit >= max(LIKELY_FROM, found[0].fit - LIKELY_WITHIN)]

    def search(self, reading: Reading) -> Guide | None:
        """The card that staff look for."""
        found = self.rank(reading, 1)
        return found[0].guide if found and found[0].fit >= FOUND_FROM else None

    def _fit(self, card: _Card, asked: frozenset[str], guesses: dict[str, float]) -> float:
        if asked.isdisjoint(card.asked):
            return 0.0
        wording = max(self._weight(w & asked) / (self._whole[w] + _THIN) for w in card.wordings)
        held = self._weight(asked & card.asked) + _BODY * self._weight((asked & card.told) - card.asked)
        question = held / self._weight(asked)
        category = min(1.0, 1.5 * guesses.get(card.guide.leaf, 0.0))
        return _WORDING * wording + _QUESTION * question + _CATEGORY * category

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._rarity.get(word, self._unknown) for word in words)


def may_be_answered(reading: Reading) -> bool:
    """Whether a text could answer this at all: a question of a person whom nothing has gone wrong for."""
    if reading.dangers or reading.foreign or reading.numbers:
        return False
    if len(reading.text) > LONGEST_QUESTION or _SAID["complains"].search(reading.text):
        return False
    if reading.matters and _SAID["broken"].search(reading.text):
        return False
    if reading.intent is Intent.ASK:
        return True
    if reading.intent is not Intent.REPORT:
        return False
    return reading.kind not in (Kind.TIP_OFF, Kind.PRAISE) and _SAID["asks"].search(reading.text) is not None


@lru_cache(maxsize=32)
def shelf_of(guides: tuple[Guide, ...]) -> Shelf:
    """The shelf of these cards; of two with one title the later counts. Kept between questions."""
    return Shelf(list({guide.title: guide for guide in guides}.values()))


def terms(text: str) -> frozenset[str]:
    """What a plain text speaks of: long words, and pairs of characters of all that is no filler."""
    found: set[str] = set()
    run = ""
    for word in [*segmenter.cut(text.lower()), "，"]:
        if _SAID["filler"].fullmatch(word) or not _HAN.fullmatch(word):
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            run = ""
            continue
        if len(word) >= 3 or word.isascii():
            found.add(word)
        run = "" if word.isascii() else run + word
    return frozenset(found)


def _card(guide: Guide) -> _Card:
    wordings = tuple(terms(normalise(ask).text) for ask in (guide.title, *guide.asks))
    return _Card(guide, wordings, frozenset().union(*wordings), terms(normalise(guide.body).text))
