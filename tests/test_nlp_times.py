"""Times relative to a Sunday afternoon, 22 November 2026, 15:00 in Shanghai."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nlp import read
from tests.nlp_tables import rows

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def _moment(said: str) -> datetime:
    if said == "now":
        return NOW
    if said.startswith("-"):
        return NOW - timedelta(**{_UNITS[said[-1]]: int(said[1:-1])})
    return datetime.fromisoformat(said).replace(tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(("text", "wanted"), rows("nlp_times.tsv", 2))
def test_times(text: str, wanted: str) -> None:
    times = read(text, now=NOW).times
    if wanted == "-":
        assert times == ()
        return
    kind, rest = wanted.split(" ", 1)
    (mention,) = times
    assert mention.kind == kind
    if kind == "recurring":
        assert mention.rule == rest
    else:
        start, end = rest.split(" ")
        assert (mention.start, mention.end) == (_moment(start), _moment(end))


@pytest.mark.parametrize("number", range(1, 32))
@pytest.mark.parametrize("word", ["号楼", "号楼上", "号楼道", "号院", "号线", "栋", "号单元"])
def test_a_house_number_is_never_a_day(number: int, word: str) -> None:
    assert read(f"{number}{word}的灯不亮", now=NOW).times == ()


def test_spans_point_at_the_words_said() -> None:
    reading = read("昨天晚上八点停的电，现在还没来", now=NOW)
    assert [reading.text[slice(*mention.span)] for mention in reading.times] == [
        mention.raw for mention in reading.times
    ]
    assert reading.times[0].raw == "昨天晚上八点"
