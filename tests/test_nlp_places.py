"""Places as residents say them, with and without a gazetteer."""

from __future__ import annotations

import pytest

from nlp import read
from nlp.reading import EstateEntry, Gazetteer, Place
from tests.nlp_tables import rows

_FIELDS = {
    "b": "building",
    "u": "unit",
    "f": "floor",
    "r": "room",
    "s": "spot",
    "e": "estate",
    "d": "road",
    "p": "parking",
}
GAZETTEER = Gazetteer(
    (
        EstateEntry(1, 7, "幸福花园", ("幸福里",), ("1", "2", "3"), ("小凉亭", "东门")),
        EstateEntry(2, 7, "阳光新村小区"),
        EstateEntry(3, 8, "世纪金桥家园", ("金桥家园",), (), ("东门",)),
    )
)


def _said(place: Place) -> dict[str, str]:
    return {short: value for short, name in _FIELDS.items() if (value := getattr(place, name))}


@pytest.mark.parametrize(("text", "wanted"), rows("nlp_places.tsv", 2))
def test_places(text: str, wanted: str) -> None:
    expected = []
    if wanted != "-":
        expected = [dict(field.split("=", 1) for field in place.split(" ")) for place in wanted.split(";")]
    assert [_said(place) for place in read(text, GAZETTEER).places] == expected


@pytest.mark.parametrize(
    ("text", "estate_id"),
    [
        ("幸福花园漏水", 1),
        ("幸福里3号楼", 1),
        ("幸褔花園3號樓", 1),
        ("性福花园2栋", 1),
        ("幸福花元2栋", 1),
        ("阳光新村5栋", 2),
        ("陽光新邨5棟", 2),
        ("杨光新村5栋", 2),
        ("世纪金桥家园东门", 3),
        ("世纪金桥家圆8栋", 3),
        ("世纪金乔家园8栋", 3),
        ("世界金桥家园8栋", 3),
        ("金桥家园路灯坏了", 3),
        ("锦绣江南8栋", None),
        ("我们家园里没有灯", None),
        ("生活很幸福", None),
        ("东门路灯坏了", None),
    ],
)
def test_an_estate_is_known_by_name_alias_or_with_a_typing_error(text: str, estate_id: int | None) -> None:
    places = read(text, GAZETTEER).places
    assert next((place.estate_id for place in places if place.estate_id is not None), None) == estate_id


def test_spans_point_at_the_words_said() -> None:
    reading = read("麻烦看看，三号楼二单元五零一漏水，电话13812345678", GAZETTEER)
    place = reading.place
    assert place is not None
    assert reading.text[slice(*place.span)] == place.raw == "三号楼二单元五零一"
    assert place.floor == "5"
    assert place.floor_derived


def test_the_most_precise_place_is_the_place() -> None:
    place = read("小广场旁边，3号楼2单元501", GAZETTEER).place
    assert place is not None
    assert place.room == "501"
