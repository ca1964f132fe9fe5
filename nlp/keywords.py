"""A classifier that needs no training: it weighs the catalogue's own words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from domain.catalogue import Catalogue, load_catalogue
from nlp.classifier import Classified
from nlp.lexicon import Lexicon
from nlp.reading import CategoryGuess

_STRONG, _ORDINARY, _AGAINST = 2.6, 1.0, -1.6
_LONG_WORD = 0.35  # each character beyond two makes a word more telling
_EARLY = 0.4  # weight added to a word at the very start of the text, falling to 0 at its end
_SHARPNESS = 1.1
_NOTHING_FOUND = 0.12  # probability of the fallback leaf when no word was found


class KeywordClassifier:
    """Scores every leaf by its words in the text; scores become probabilities by a softmax."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._catalogue = catalogue or load_catalogue()
        tagged: dict[str, list[tuple[str, float]]] = {}
        for leaf in self._catalogue.leaves:
            for table, weight in (
                (leaf.strong, _STRONG),
                (leaf.ordinary, _ORDINARY),
                (leaf.not_words, _AGAINST),
            ):
                for word in table:
                    length = 1 + _LONG_WORD * max(0, len(word) - 2)
                    manners = 0.4 if leaf.code == self._catalogue.fallback else 1.0  # 想问 is no matter
                    tagged.setdefault(word, []).append((leaf.code, weight * length * manners))
        self._lexicon = Lexicon(tagged)

    def classify(self, text: str, words: Sequence[str]) -> Classified:
        scores, reasons = self._score(text)
        fallback = self._catalogue.fallback
        positive = {code: score for code, score in scores.items() if score > 0}
        if not positive:
            return Classified((CategoryGuess(fallback, _NOTHING_FOUND),), ())
        # 1.0 for each leaf of which nothing was heard: a lone weak word stays a guess, not a verdict
        rest = math.exp(_SHARPNESS) * 1.5
        weights = {code: math.exp(_SHARPNESS * min(score, 12.0)) for code, score in positive.items()}
        total = sum(weights.values()) + rest
        best = sorted(weights, key=lambda code: (-weights[code], code))[:3]
        guesses = tuple(CategoryGuess(code, round(weights[code] / total, 4)) for code in best)
        decided = sorted(reasons.get(best[0], {}).items(), key=lambda item: (-item[1], item[0]))
        return Classified(guesses, tuple(word for word, _ in decided[:4]))

    def _score(self, text: str) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        scores: dict[str, float] = {}
        reasons: dict[str, dict[str, float]] = {}
        length = len(text) or 1
        covered = 0
        for hit in self._lexicon.find_all(text):
            if hit.end <= covered:
                continue  # a part of a longer word: 电梯 in 加装电梯
            covered = hit.end
            early = 1 + _EARLY * (1 - hit.start / length)
            for code, weight in hit.tag:
                heard = reasons.setdefault(code, {})
                repeat = 0.25 if hit.word in heard else 1.0
                gain = weight * early * repeat
                scores[code] = scores.get(code, 0.0) + gain
                if weight > 0:
                    heard[hit.word] = heard.get(hit.word, 0.0) + gain
        return scores, reasons


@cache
def default_classifier() -> KeywordClassifier:
    """The classifier of the default catalogue, made once."""
    return KeywordClassifier()
