"""Reads a resident's message: the order of the steps, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from domain.catalogue import Catalogue, load_catalogue
from nlp import normalise as writing
from nlp.classifier import Classified, Classifier
from nlp.danger import find_dangers
from nlp.frailty import find_concern, find_frailty
from nlp.gazetteer import index_of
from nlp.intent import Wish, find_intent
from nlp.keywords import default_classifier
from nlp.kind import find_kind, find_urgency
from nlp.matters import find_matters
from nlp.model import SHIPPED, shipped_model
from nlp.personal import find_personal
from nlp.places import find_places
from nlp.reading import CategoryGuess, Gazetteer, Intent, Kind, Matter, Reading
from nlp.second import second_model
from nlp.segment import shared as segmenter
from nlp.times import find_times
from nlp.verdict import weigh_danger, weigh_intent

TOPICAL_FROM = 0.25  # from this probability on a message is taken to be about something
SURE_FROM = 0.55  # below this probability the resident is asked which category is meant

LONGEST_CUT = 1_500  # characters cut into words: a letter has said by then what it is about
LONGEST_SEARCHED = 2_000  # characters searched for places and times

_NOWHERE = Gazetteer()
_ANY_TIME = datetime(2026, 1, 5, 9, tzinfo=UTC)  # for readings in which the date itself does not matter
_TICKET_NUMBER = re.compile(r"(?<!\d)(\d{6})\s?[-—–]\s?(\d{3,4})(?![\d-])")
_NOT_SAYING = frozenset({Intent.THANKS, Intent.CHAT, Intent.RATE, Intent.PERSON})


def warm() -> None:
    """Load dictionaries and tables before the first resident writes."""
    writing.warm()
    segmenter.warm()
    second_model()
    read("三号楼二单元电梯坏了，昨天晚上就停了")


def read(
    text: str,
    places: Gazetteer = _NOWHERE,
    now: datetime | None = None,
    classifier: Classifier | None = None,
) -> Reading:
    """What one message says. Never raises, whatever the text; `now` must be aware (default: UTC now)."""
    clean = writing.normalise(text)
    plain = clean.text
    second = second_model()
    heard = second.hear(plain)
    search = find_dangers(plain)
    found_places = find_places(plain[:LONGEST_SEARCHED], places)
    numbers = _ticket_numbers(plain)
    personal = find_personal(plain)
    taken = (
        [place.span for place in found_places]
        + [item.span for item in personal]
        + [span for span, _ in numbers]
    )
    times = find_times(plain[:LONGEST_SEARCHED], now or datetime.now(UTC), taken)
    chosen = classifier or _default_classifier()
    classified = _classify(chosen, plain, places)
    rest = _without(plain, taken + [mention.span for mention in times])
    fallback = _catalogue().fallback
    topical = classified.guesses[0].code != fallback and classified.guesses[0].probability >= TOPICAL_FROM
    wish = find_intent(plain, rest=rest, danger=bool(search.found), topical=topical)
    dangers, danger_words = weigh_danger(plain, search, wish, second, heard)
    wish = weigh_intent(plain, wish, bool(dangers), second, heard, topical)
    frailty = find_frailty(plain)
    matters: tuple[Matter, ...] = ()
    if wish.intent in {Intent.REPORT, Intent.URGE, Intent.ASK}:
        matters = find_matters(plain, found_places, lambda piece: chosen.classify(piece, ()), fallback)
    best = classified.guesses[0]
    return Reading(
        original=text,
        text=plain,
        script=clean.script,
        intent=wish.intent,
        intent_confidence=wish.confidence,
        guesses=classified.guesses,
        why=classified.why,
        kind=find_kind(plain, wish.intent, _default_kind(best)),
        urgency=find_urgency(plain, dangers, wish.intent, bool(frailty)),
        concern=find_concern(plain),
        dangers=dangers,
        danger_words=danger_words,
        places=found_places,
        times=times,
        personal=personal,
        frailty=frailty,
        matters=matters,
        foreign=clean.foreign,
        numbers=tuple(number for _, number in numbers),
        unsure=best.probability < SURE_FROM and wish.intent not in _NOT_SAYING,
    )


def wish_by_patterns(text: str) -> Wish:
    """What the patterns alone take a normalised text for; the second model is trained to hear this, too."""
    places, personal = find_places(text, _NOWHERE), find_personal(text)
    taken = [place.span for place in places] + [item.span for item in personal]
    taken += [span for span, _ in _ticket_numbers(text)]
    times = find_times(text, _ANY_TIME, taken)
    rest = _without(text, taken + [mention.span for mention in times])
    return find_intent(text, rest=rest, danger=bool(find_dangers(text).found), topical=False)


def _classify(classifier: Classifier, text: str, places: Gazetteer) -> Classified:
    segmenter.add_words(index_of(places).names)
    return classifier.classify(text, segmenter.cut(text[:LONGEST_CUT]))


@cache
def _default_classifier() -> Classifier:
    """The shipped model; the catalogue's words alone where none is shipped yet."""
    return shipped_model() if SHIPPED.exists() else default_classifier()


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def _default_kind(guess: CategoryGuess) -> Kind:
    catalogue = _catalogue()
    return Kind(catalogue.leaf(guess.code).kind) if catalogue.has(guess.code) else Kind.HELP


def _ticket_numbers(text: str) -> list[tuple[tuple[int, int], str]]:
    return [(found.span(), f"{found[1]}-{found[2]}") for found in _TICKET_NUMBER.finditer(text)]


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans cut out."""
    kept: list[str] = []
    done = 0
    for start, end in sorted(spans):
        kept.append(text[done : max(done, start)])
        done = max(done, end)
    kept.append(text[done:])
    return "".join(kept)
