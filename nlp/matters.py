"""Splits a message that speaks of several matters, each with its own words, category and place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nlp.classifier import Classified
from nlp.reading import CategoryGuess, Matter, Place
from nlp.seams import Clause, Seams, Topic, announced, clauses, list_marks, seams, topic

_SHORTEST = 9  # characters that two matters need
_LETTER = 400  # longer letters argue one matter from all sides: only their numbered lists are split
_MOST_CLAUSES = 24  # a message of more is a story
_SURE_LISTED = 0.35  # from this probability on a point of a letter's list is a matter
_HARDLY = -4.0  # an announced matter begins even where little speaks for it, but not where all speaks against
_MANNERS = re.compile(
    r"(?:也|还)?想?(?:咨询|问|问问|了解|反映|请教)(?:一下|下)?|请问|的?事情?也?|麻烦(?:你们?)?|帮忙|帮我|顺便|谢谢"
)  # words of asking tell nothing of the matter
_LEAST_WORDS = 3  # with fewer left the clause is asked about as it stands
_EDGES = " ，,。、；;：:！!？?…"

_Guesses = Callable[[str], Sequence[tuple[str, float]]]


def find_matters(
    text: str,
    places: Sequence[Place],
    classify: Callable[[str], Classified],
    fallback: str,
) -> tuple[Matter, ...]:
    """The matters of a message in order; empty when it speaks of one only."""
    if len(text) < _SHORTEST:
        return ()
    spans = _points(text, classify, fallback) if len(text) > _LETTER else _borders(text, classify)
    if len(spans) < 2:
        return ()
    return tuple(
        Matter(
            text[start:end].strip(_EDGES),
            _best(text[start:end], classify, fallback),
            _place_of(start, end, places),
        )
        for start, end in spans
    )


def _borders(text: str, classify: Callable[[str], Classified]) -> list[tuple[int, int]]:
    told = clauses(text)
    if not 2 <= len(told) <= _MOST_CLAUSES:
        return []

    def guesses(words: str) -> list[tuple[str, float]]:
        return [(guess.code, guess.probability) for guess in classify(words).guesses]

    return parted(text, told, guesses, seams())


def parted(text: str, told: Sequence[Clause], classify: _Guesses, model: Seams) -> list[tuple[int, int]]:
    """Start and end of each matter that the clauses of a text tell."""
    if len(told) < 2:
        return [(0, len(text))]
    number = announced(text)
    cheap = model.cheap(told, number)
    wanted = 1 < number <= len(told)
    if not wanted and max(cheap) + model.most <= 0:
        return [(0, len(text))]
    known: dict[int, Topic] = {}

    def leaves(at: int) -> Topic:
        if at not in known:
            known[at] = topic_of(told[at].text, classify)
        return known[at]

    scores: list[float] = []
    matter = [0]
    for at, (clause, score) in enumerate(zip(told[1:], cheap, strict=True), 1):
        if wanted or score + model.most > 0:
            score += model.by_leaves([leaves(one) for one in matter], leaves(at), clause)
        scores.append(score)
        matter = [at] if score > 0 else [*matter, at]
    begun = [at for at, score in enumerate(scores, 1) if score > 0]
    if wanted:
        likeliest = sorted(range(1, len(told)), key=lambda at: -scores[at - 1])[: number - 1]
        if all(scores[at - 1] > _HARDLY for at in likeliest):
            begun = sorted(likeliest)
    starts = [told[0].start, *(told[at].start for at in begun)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def topic_of(clause: str, classify: _Guesses) -> Topic:
    """What the classifier takes a clause for."""
    said = _MANNERS.sub("", clause)
    return topic(classify(said if len(said) >= _LEAST_WORDS else clause))


def _points(text: str, classify: Callable[[str], Classified], fallback: str) -> list[tuple[int, int]]:
    """The points of a letter's numbered list that are about different things."""
    starts = [end for _, end in list_marks(text)]
    if not starts:
        return []
    spans: list[tuple[int, int]] = []
    codes: set[str] = set()
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        guess = _best(text[start:end], classify, fallback)
        if guess is None or guess.probability < _SURE_LISTED or guess.code in codes:
            if spans:
                spans[-1] = (spans[-1][0], end)
            continue
        codes.add(guess.code)
        spans.append((start, end))
    return spans


def _best(words: str, classify: Callable[[str], Classified], fallback: str) -> CategoryGuess:
    """The likeliest leaf that is one of matters."""
    guesses = classify(_MANNERS.sub("", words) or words).guesses
    return next((guess for guess in guesses if guess.code != fallback), guesses[0])


def _place_of(start: int, end: int, places: Sequence[Place]) -> Place | None:
    """The place said within the piece, else the last one said before it, else the first of the message."""
    inside = [place for place in places if start <= place.span[0] < end]
    if inside:
        return inside[0]
    before = [place for place in places if place.span[0] < start]
    if before:
        return before[-1]
    return places[0] if places else None
