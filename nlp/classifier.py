"""What any classifier of matters gives back, whoever made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from nlp.reading import CategoryGuess


@dataclass(frozen=True, slots=True)
class Classified:
    guesses: tuple[CategoryGuess, ...]  # best first, one to three, calibrated
    why: tuple[str, ...]  # the words that decided for the first guess, strongest first


class Classifier(Protocol):
    """Files a text under leaves of the catalogue."""

    def classify(self, text: str, words: Sequence[str]) -> Classified:
        """The likeliest leaves for a normalised `text` cut into `words`."""
        ...
