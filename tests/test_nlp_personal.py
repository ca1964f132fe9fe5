"""Personal data is found in every form, and masked without touching anything else."""

from __future__ import annotations

import random

import pytest

from nlp import mask, read
from tests.nlp_tables import rows

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BEFORE = ("", "我的号码是", "电话：", "打", "3号楼2单元501，", "（", "tel ", "加微信", "号码:")
_AFTER = ("", "谢谢", "，请回电", "。", "）", "是我", "王阿姨", " 急", "、")
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")


@pytest.mark.parametrize(("kind", "value", "text"), rows("nlp_personal.tsv", 3))
def test_personal(kind: str, value: str, text: str) -> None:
    reading = read(text)
    found = [(item.kind.value, item.value) for item in reading.personal]
    if kind == "none":
        assert found == []
        assert mask(text) == text
    else:
        assert (kind, value) in found


def _id_number(chance: random.Random) -> str:
    born = f"{chance.randint(1925, 2020)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    figures = f"{chance.randint(110000, 659999)}{born}{chance.randint(0, 999):03d}"
    total = sum(int(figure) * weight for figure, weight in zip(figures, _WEIGHTS, strict=True))
    return figures + "10X98765432"[total % 11]


def _bank_card(chance: random.Random) -> str:
    figures = "62" + "".join(chance.choice("0123456789") for _ in range(chance.choice([13, 16])))
    total = 0
    for at, figure in enumerate(reversed(figures)):
        value = int(figure) * (1 if at % 2 else 2)
        total += value - 9 if value > 9 else value
    return figures + str(-total % 10)


def _mobile(chance: random.Random) -> str:
    return "1" + chance.choice("3456789") + "".join(chance.choice("0123456789") for _ in range(9))


def _around(chance: random.Random, said: str) -> str:
    return chance.choice(_BEFORE) + said + chance.choice(_AFTER)


def test_every_valid_contiguous_id_number_is_masked() -> None:
    chance = random.Random(1)
    for _ in range(10_000):
        number = _id_number(chance)
        text = _around(chance, number)
        assert number not in mask(text), text


def test_nearly_all_forms_of_numbers_are_masked() -> None:
    chance = random.Random(2)
    total = missed = 0
    for _ in range(10_000):
        number = chance.choice((_id_number, _bank_card, _mobile))(chance)
        form = chance.choice(("plain", "wide", "spaced", "dashed", "hidden", "han"))
        said = {
            "plain": number,
            "wide": number.translate(_WIDE),
            "spaced": " ".join(number[at : at + 4] for at in range(0, len(number), 4)),
            "dashed": "-".join((number[:3], number[3:7], number[7:])),
            "hidden": "\u200b".join(number),
            "han": number.translate(_HAN),
        }[form]
        total += 1
        missed += said in mask(_around(chance, said))
    assert missed / total <= 0.005


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打１３８１２３４５６７８找我", "打138******78找我"),
        ("樓上電話13812345678，謝謝！！", "樓上電話138******78，謝謝！！"),
        ("三楼的王秀英阿姨", "三楼的王**阿姨"),
        ("王阿姨在家", "王阿姨在家"),
        ("我叫李建国", "我叫李**"),
        ("车牌京A12345挡路", "车牌京A****5挡路"),
        ("没有号码的话", "没有号码的话"),
    ],
)
def test_only_the_personal_part_changes(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_masking_twice_changes_nothing_more() -> None:
    once = mask("我叫李建国，电话13812345678，身份证11010519491231002X，车牌沪AD12345")
    assert mask(once) == once


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("我妈八十五岁了，独居", ("八十五岁", "独居")),
        ("我今年78岁，坐轮椅", ("78岁", "坐轮椅")),
        ("七十多岁的老人腿脚不便", ("七十多岁", "腿脚不便")),
        ("我老婆怀孕了", ("怀孕",)),
        ("孩子才3岁", ("3岁",)),
        ("他今年45岁", ()),
        ("楼道灯不亮", ()),
        ("楼道灯坏了，晚上看不见路", ()),
        ("6号楼楼道灯坏了，晚上老人看不见", ()),
        ("楼道灯坏了，我老伴眼睛看不见", ("看不见",)),
        ("我眼睛看不见路了", ("看不见",)),
    ],
)
def test_hints_of_age_and_frailty(text: str, hints: tuple[str, ...]) -> None:
    assert read(text).frailty == hints
