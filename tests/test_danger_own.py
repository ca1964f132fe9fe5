"""Our own dangers are all heard and the right number is told, in both scripts; few false alarms."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from nlp import read
from nlp.reading import Danger, Intent, Urgency
from tests.nlp_tables import rows
from texts.resident import danger_advice

_TABLE = rows("own_danger.tsv", 2)
_DANGERS = [(frozenset(kinds.split(",")), text) for kinds, text in _TABLE if kinds != "none"]
_CALM = [text for kinds, text in _TABLE if kinds == "none"]
_NEEDS = rows("needs.tsv", 2)
_NUMBER = {
    "fire": "119",
    "gas": "119",
    "trapped": "119",
    "medical": "120",
    "violence": "110",
    "suicide": "12356",
    "electric": "120",
    "falling": "110",
    "flood": "119",
    "missing": "110",
}
_TO_TRADITIONAL = OpenCC("s2t")


@pytest.mark.parametrize("text", [text for _, text in _DANGERS])
def test_every_own_danger_is_an_alarm(text: str) -> None:
    reading = read(text)
    assert reading.dangers
    assert reading.urgency is Urgency.CRITICAL
    assert reading.intent is Intent.REPORT


def test_the_lists_are_long() -> None:
    assert len(_DANGERS) >= 250
    assert len(_CALM) >= 200
    assert set().union(*(kinds for kinds, _ in _DANGERS)) == set(Danger)


def test_the_right_number_is_told() -> None:
    right = [
        any(_NUMBER[kind] in danger_advice(read(text).dangers).html for kind in kinds)
        for kinds, text in _DANGERS
    ]
    assert sum(right) / len(right) >= 0.97


def test_the_kind_is_right() -> None:
    right = [bool(kinds & set(read(text).dangers)) for kinds, text in _DANGERS]
    assert sum(right) / len(right) >= 0.95


def test_what_misleads_seldom_alarms() -> None:
    alarms = [text for text in _CALM if read(text).dangers]
    assert len(alarms) / len(_CALM) <= 0.05


def test_traditional_script_alarms_alike() -> None:
    different = [
        text
        for _, text in _DANGERS
        if bool(read(_TO_TRADITIONAL.convert(text)).dangers) != bool(read(text).dangers)
    ]
    assert different == []


@pytest.mark.parametrize(("need", "text"), _NEEDS)
def test_a_need_is_a_matter_and_no_alarm(need: str, text: str) -> None:
    reading = read(text)
    # an urge that fits no open ticket opens one
    assert reading.intent in {Intent.REPORT, Intent.ASK, Intent.URGE}
    assert reading.dangers == ()


def test_own_intents() -> None:
    table = rows("own_intent.tsv", 2)
    right = [text for intent, text in table if read(text).intent is Intent(intent)]
    assert len(right) / len(table) >= 0.95
