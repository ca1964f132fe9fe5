"""Several matters in one message are split; one matter told at length is not."""

from __future__ import annotations

import pytest

from nlp import read
from tests.nlp_tables import rows


@pytest.mark.parametrize(("text", "wanted"), rows("nlp_matters.tsv", 2))
def test_matters(text: str, wanted: str) -> None:
    expected = [] if wanted == "-" else wanted.split(" ")
    assert [matter.category.code for matter in read(text).matters] == expected


def test_each_matter_has_its_own_place() -> None:
    first, second = read("3号楼电梯坏了，还有东门垃圾房没人清").matters
    assert first.place is not None
    assert second.place is not None
    assert first.place.building == "3"
    assert second.place.spot == "东门垃圾房"
