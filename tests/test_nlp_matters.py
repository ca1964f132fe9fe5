"""Several matters in one message are split; one matter told at length is not."""

from __future__ import annotations

import time

import pytest

from nlp import read
from nlp.normalise import normalise
from nlp.seams import CHEAP, LEAVES, Seams, announced, clauses, seams
from tests.nlp_tables import rows

_LINES = [line for (line,) in rows("nlp_matters.tsv", 1)]  # "|" stands before each further matter


def _number(text: str) -> int:
    return len(read(text).matters) or 1


def test_the_number_of_matters_is_right() -> None:
    wrong = [line for line in _LINES if _number(line.replace("|", "")) != 1 + line.count("|")]
    assert len(_LINES) >= 250
    assert len(wrong) / len(_LINES) <= 0.1, wrong


def test_one_matter_is_seldom_split() -> None:
    single = [line for line in _LINES if "|" not in line]
    split = [line for line in single if _number(line) > 1]
    assert len(single) >= 100
    assert len(split) / len(single) <= 0.07, split


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("电梯坏了，还有东门垃圾没人清", "elevator exposed_rubbish"),
        (
            "1、楼道灯不亮；2、垃圾桶满了没人收；3、电动车在楼道充电",
            "public_facility exposed_rubbish ebike_charging",
        ),
        ("一是广场舞太吵，二是遛狗不牵绳", "social_noise dogs"),
        ("电梯坏了顺便问一下高龄补贴怎么领", "elevator old_age_allowance"),
        ("反映两个问题：一、停车收费太贵；二、绿化没人修剪", "parking greenery"),
        ("暖气片漏水。单元门也锁不上了", "heating public_facility"),
        ("消防通道停满了车，灭火器也过期了", "fire_lane fire_safety"),
        ("電梯壞了，另外巷口的路燈也不亮", "elevator street_lamp"),
        ("电梯坏了", ""),
        ("我家楼上漏水，把我家天花板都泡坏了，找物业也不管", ""),
        ("我妈八十岁一个人住，腿脚不好，想申请送餐，麻烦帮忙问问", ""),
    ],
)
def test_matters(text: str, codes: str) -> None:
    assert [matter.category.code for matter in read(text).matters] == codes.split()


def test_each_matter_has_its_own_place() -> None:
    first, second = read("3号楼电梯坏了，还有东门垃圾房没人清").matters
    assert first.place is not None
    assert second.place is not None
    assert first.place.building == "3"
    assert second.place.spot == "东门垃圾房"


def test_the_words_of_the_matters_are_pieces_of_the_message() -> None:
    for line in _LINES:
        text = line.replace("|", "")
        reading = read(text)
        at = 0
        for matter in reading.matters:
            assert matter.text
            at = reading.text.index(matter.text, at) + len(matter.text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("我要反映两个问题", 2),
        ("说三件事", 3),
        ("路灯不亮 井盖翘了 两件事都在东门", 2),
        ("我家两个单元都停水", 0),
        ("3号楼漏水", 0),
    ],
)
def test_how_many_matters_are_announced(text: str, number: int) -> None:
    assert announced(text) == number


def test_greetings_and_announcements_are_no_clauses() -> None:
    told = clauses(normalise("您好，麻烦登记：一、助餐点排队太久，二、楼梯想加扶手。谢谢").text)
    assert [clause.text for clause in told] == ["助餐点排队太久", "楼梯想加扶手"]


def test_the_points_of_a_long_letter_are_split_and_nothing_else() -> None:
    story = "我们小区的电梯从上个月起就经常停运，物业说零件要等，等了二十多天还是没有消息。" * 12
    assert read(story).matters == ()
    listed = story + "此外：一、楼道堆满了纸箱和旧沙发没人清理；二、广场舞音响天天放到晚上十点。"
    assert len(read(listed).matters) == 2


def test_the_file_of_seams_is_whole() -> None:
    model = seams()
    assert set(model.weights) == {*CHEAP, *LEAVES}
    assert Seams.load().encode() == model.encode()


def test_four_thousand_clauses_take_no_time() -> None:
    for text in ("还有" * 2048, "一，" * 2048, "第一第二" * 1024, "1、漏水" * 1024, "另外，" * 1365):
        begun = time.process_time()
        clauses(text)
        assert time.process_time() - begun < 0.15
