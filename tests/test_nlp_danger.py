"""Dangers present now are alarms; what is over, feared or general is none."""

from __future__ import annotations

import pytest

from nlp import read
from nlp.reading import Danger, Intent, Urgency
from tests.nlp_tables import rows

_TABLE = rows("nlp_danger.tsv", 2)


@pytest.mark.parametrize(("danger", "text"), [row for row in _TABLE if row[0] != "none"])
def test_a_danger_is_an_alarm(danger: str, text: str) -> None:
    reading = read(text)
    assert Danger(danger) in reading.dangers
    assert len(reading.dangers) == len(reading.danger_words)
    assert reading.urgency is Urgency.CRITICAL
    assert reading.intent is Intent.REPORT


@pytest.mark.parametrize("text", [text for danger, text in _TABLE if danger == "none"])
def test_no_alarm(text: str) -> None:
    reading = read(text)
    assert reading.dangers == ()
    assert reading.urgency is not Urgency.CRITICAL
