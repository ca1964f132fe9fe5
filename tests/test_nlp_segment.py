"""Words are cut alike with and without the `fast` extra, and local names stay whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from nlp.segment import Segmenter

_SENTENCES = (
    "我们小区三号楼电梯坏了怎么还没人来修",
    "楼上漏水漏到我家卫生间天花板都湿了",
    "请问高龄津贴需要带什么材料",
    "东门垃圾房旁边有人占道经营",
)


@pytest.fixture(scope="module")
def plain() -> Segmenter:
    before = set(Path(tempfile.gettempdir()).glob("jieba.cache"))
    segmenter = Segmenter(prefer_fast=False)
    segmenter.warm()
    assert set(Path(tempfile.gettempdir()).glob("jieba.cache")) == before, "the shared cache was written"
    return segmenter


@pytest.mark.parametrize("sentence", _SENTENCES)
def test_both_engines_cut_alike(plain: Segmenter, sentence: str) -> None:
    pytest.importorskip("rjieba")
    assert list(Segmenter().cut(sentence)) == list(plain.cut(sentence))


@pytest.mark.parametrize("fast", [True, False])
def test_a_name_given_stays_whole(plain: Segmenter, fast: bool) -> None:
    if fast:
        pytest.importorskip("rjieba")
    segmenter = Segmenter() if fast else plain
    segmenter.add_words(["景馥澜湾", "景"])
    assert "景馥澜湾" in segmenter.cut("我住景馥澜湾三号楼")


def test_nothing_is_lost_between_the_cuts(plain: Segmenter) -> None:
    text = "电梯坏了，3号楼2单元 KTV太吵😀\n谢谢"
    assert "".join(plain.cut(text)) == text
