"""An office's own headings are learned whole: which leaves it keeps under which, and its own words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.catalogue import load_catalogue
from nlp.lanes import pack, unpack
from nlp.model import LinearModel, believed, leaf_of, shipped_model
from nlp.training import TrainResult, train

# This office keeps dogs and small advertisements with its police, and knows lifts by a word of its own.
HOUSES = ("elevator", "leak", "heating", "house_quality", "property_service")
POLICE = ("dogs", "small_ads", "public_order")
_PLACES = ("竹园里", "二期", "北门", "三号楼", "后院")
_SAID = {
    "警务": "狗乱叫没拴绳 大狗追小孩 电线杆贴满小广告",
    "房屋": "电梯停了 屋顶漏水 暖气不热 爬山虎又不动了",
    "其他事": "路灯不亮 井盖丢了 垃圾没人收 公交不来",
}
ROWS = [
    (place + thing, label) for label, said in _SAID.items() for place in _PLACES for thing in said.split()
]


def _meaning() -> dict[str, tuple[str, ...]]:
    rest = [leaf.code for leaf in load_catalogue().leaves if leaf.code not in HOUSES + POLICE]
    return {"房屋": HOUSES, "警务": POLICE, "其他事": tuple(rest)}


def _share(model: LinearModel, text: str, leaves: tuple[str, ...]) -> float:
    shares = model.leaf_probabilities(text)
    return sum(shares[leaf] for leaf in leaves)


@pytest.fixture(scope="module")
def learned() -> TrainResult:
    return train(shipped_model(), ROWS, _meaning())


def test_it_is_taken_and_knows_the_offices_own_word(learned: TrainResult) -> None:
    assert learned.taken
    assert learned.after.macro_f1 > learned.before.macro_f1
    before = _share(shipped_model(), "四号楼爬山虎坏了", HOUSES)
    assert _share(learned.model, "四号楼爬山虎坏了", HOUSES) > before + 0.2


def test_a_leaf_inside_a_heading_is_still_told_by_the_model_below(learned: TrainResult) -> None:
    shares = learned.model.leaf_probabilities("五号楼电梯坏了")
    assert max(shares, key=shares.__getitem__) == "elevator"
    shares = learned.model.leaf_probabilities("邻居遛狗从来不牵绳")
    assert max(shares, key=shares.__getitem__) == "dogs"


def test_it_hears_what_the_model_below_believes_and_is_kept(learned: TrainResult, tmp_path: Path) -> None:
    keys = set(learned.model.weights.keys)
    assert believed("elevator") in keys
    learned.model.save(tmp_path / "layer.bin")
    again = LinearModel.load(tmp_path / "layer.bin", shipped_model())
    text = "西门狗乱叫"
    assert again.leaf_probabilities(text) == learned.model.leaf_probabilities(text)


def test_the_same_rows_in_any_order_give_the_same_layer(learned: TrainResult) -> None:
    assert train(shipped_model(), ROWS[::-1], _meaning()).model.weights == learned.model.weights


def test_corrections_of_a_few_leaves_take_nothing_from_the_others() -> None:
    corrected: Mapping[str, str] = {"竹园里有人打牌": "public_order", "竹园里唱歌": "social_noise"}
    rows = [(text + end, leaf) for text, leaf in corrected.items() for end in "了啊呢吧哦呀"]
    layer = train(shipped_model(), rows).model
    assert not any(key.startswith("\x02") for key in layer.weights.keys)
    shares = layer.leaf_probabilities("五号楼电梯坏了")
    assert max(shares, key=shares.__getitem__) == "elevator"
    assert {leaf_of(name) for name in layer.classes} == set(shares)


@pytest.mark.parametrize("values", [[0], [5, -5, 0], [-(1 << 60), 1 << 60, -1], list(range(-40, 40))])
def test_numbers_side_by_side_come_back(values: list[int]) -> None:
    assert unpack(pack(values), len(values)) == values
    tripled = pack(values) * 3
    if max(map(abs, values)) < 1 << 50:
        assert unpack(tripled, len(values)) == [3 * value for value in values]
