"""The recipe of the shipped model: the same examples give the same weights; letters and parts are made."""

from __future__ import annotations

import pytest

pytest.importorskip("sklearn", reason="the recipe needs the train extra")

from nlp.model import leaf_of
from nlp.parts import class_of
from nlp.recipe import LETTERS, SHORT, Example, build, digest, letters, load_examples

FEW = {"elevator", "heating", "street_lamp", "dogs"}


@pytest.fixture(scope="module")
def few() -> list[Example]:
    return [example for example in load_examples() if example.leaf in FEW]


def test_two_builds_give_the_same_weights(few: list[Example]) -> None:
    first, second = build(few), build(few)
    assert digest(first) == digest(second)
    assert {leaf_of(name) for name in first.classes} == FEW
    shares = first.leaf_probabilities("电梯停在三楼不动了")
    assert max(shares, key=shares.__getitem__) == "elevator"


def test_letters_are_put_together_from_short_examples_of_one_leaf(few: list[Example]) -> None:
    said: dict[str, set[str]] = {example.leaf: set() for example in few}
    for example in few:
        said[example.leaf].add(example.text)
    made = letters(few)
    assert len(made) == LETTERS * len(FEW)
    for letter in made:
        inside = [text for text in said[letter.leaf] if text in letter.text]
        assert inside
        assert min(map(len, inside)) < SHORT
    assert letters(few) == made


def test_a_part_is_told_by_its_words() -> None:
    assert class_of("labour_dispute", "学校老师的职称一直没有兑现") == "labour_dispute.teacher"
    assert class_of("labour_dispute", "老板不签合同") == "labour_dispute"
    assert class_of("elevator", "老师被困在电梯里") == "elevator"
