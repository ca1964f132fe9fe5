"""The second opinion on danger and intent: its file, its thresholds, and sentences that nobody tuned on."""

from __future__ import annotations

import time

import pytest

from nlp import read
from nlp.normalise import normalise
from nlp.reading import Danger, Intent
from nlp.second import DANGERS, INTENTS, NOTHING, SHIPPED, SecondModel, decode, encode, hint, second_model
from tests.nlp_tables import rows

_DANGER = rows("unseen_danger.tsv", 2)
_INTENT = rows("unseen_intent.tsv", 2)


def test_dangers_in_words_that_nobody_foresaw_are_heard() -> None:
    told = [(kind, text) for kind, text in _DANGER if kind != "none"]
    heard = [text for _, text in told if read(text).dangers]
    assert len(told) >= 100
    assert len(heard) / len(told) >= 0.82  # the patterns alone: 0.58


def test_near_misses_that_nobody_foresaw_are_seldom_alarms() -> None:
    calm = [text for kind, text in _DANGER if kind == "none"]
    alarms = [text for text in calm if read(text).dangers]
    assert len(alarms) / len(calm) <= 0.15


def test_intents_in_words_that_nobody_foresaw() -> None:
    right = [text for intent, text in _INTENT if read(text).intent is Intent(intent)]
    assert len(_INTENT) >= 150
    assert len(right) / len(_INTENT) >= 0.8  # the patterns alone: 0.69


def test_an_unseen_report_is_not_taken_for_talk() -> None:
    talk = {Intent.CHAT, Intent.RATE}
    assert [text for intent, text in _INTENT if intent == "report" and read(text).intent in talk] == []


def test_the_confidence_is_a_probability() -> None:
    readings = [(read(text), Intent(intent)) for intent, text in _INTENT]
    right = sum(reading.intent is intent for reading, intent in readings) / len(readings)
    said = sum(reading.intent_confidence for reading, _ in readings) / len(readings)
    assert abs(right - said) < 0.12


@pytest.mark.parametrize("kind", [danger.value for danger in Danger])
def test_the_piece_that_told_of_a_danger_is_in_the_text(kind: str) -> None:
    text = normalise(next(text for told, text in _DANGER if told == kind)).text
    piece = second_model().telling(text, kind)
    assert piece
    assert piece in text
    assert len(piece) <= 10


def test_probabilities_cover_every_class() -> None:
    model = second_model()
    heard = model.hear("电梯坏了")
    dangers, intents = model.dangers(heard), model.intents(heard, hint("report"))
    assert tuple(dangers) == DANGERS
    assert tuple(intents) == INTENTS
    assert sum(dangers.values()) == pytest.approx(1)
    assert sum(intents.values()) == pytest.approx(1)
    assert dangers[NOTHING] > 0.9


def test_a_text_of_unknown_signs_is_no_danger() -> None:
    model = second_model()
    assert model.dangers(model.hear("ꙮ" * 20))[NOTHING] > 0.9


def test_the_file_is_small_and_comes_back_as_it_was() -> None:
    assert SHIPPED.stat().st_size <= 600_000
    weights = second_model().weights
    assert decode(encode(weights)) == weights


@pytest.mark.parametrize(
    "data", [b"", b"something else", SHIPPED.read_bytes()[:2000], SHIPPED.read_bytes()[:-9]]
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="model file"):
        SecondModel(decode(data))


def test_it_costs_little() -> None:
    model = second_model()
    text = "3号楼2单元电梯坏了三天了，老人上不去楼，麻烦派人来修"
    model.dangers(model.hear(text))
    begun = time.process_time()
    for _ in range(200):
        heard = model.hear(text)
        model.dangers(heard)
        model.intents(heard, hint("report"))
    assert (time.process_time() - begun) / 200 < 0.0005  # a tenth of it on a quiet machine
