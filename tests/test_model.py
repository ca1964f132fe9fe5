"""The shipped model files messages, says why, and learns from an office's rows."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.catalogue import load_catalogue
from nlp.exports import ExportError, read_meaning, read_rows
from nlp.model import LinearModel, decode, encode, grams, leaf_of, shipped_model
from nlp.normalise import normalise
from nlp.segment import shared
from nlp.training import train

SENTENCES = [
    ("五号楼电梯又停在三楼不动了", "elevator"),
    ("楼上卫生间往我家漏水，天花板都泡烂了", "leak"),
    ("路灯黑了半个月，晚上走路害怕", "street_lamp"),
    ("井盖不见了，孩子差点掉下去", "manhole_drain"),
    ("想问问高龄津贴今年发多少", "old_age_allowance"),
    ("工地半夜打桩吵得睡不着", "construction_noise"),
    ("楼下饭店的油烟全进了我家厨房", "cooking_fumes"),
    ("邻居遛狗从来不牵绳", "dogs"),
    ("老板欠我们三个月工钱", "wage_arrears"),
    ("自来水停了一天，什么时候来水", "water_supply"),
    ("暖气片一直是凉的", "heating"),
    ("请问孩子打流感疫苗去哪里", "vaccine"),
    ("快递放在驿站不送上门", "express_delivery"),
    ("小区门口红绿灯坏了", "traffic_order"),
    ("幼儿园突然涨保教费", "childcare"),
    ("退休养老金怎么认证", "social_insurance"),
]


@pytest.fixture(scope="module")
def model() -> LinearModel:
    return shipped_model()


@pytest.mark.parametrize(("text", "leaf"), SENTENCES)
def test_plain_sentences_are_filed(model: LinearModel, text: str, leaf: str) -> None:
    assert model.classify(text, shared.cut(text)).guesses[0].code == leaf


def test_every_leaf_of_the_catalogue_is_known_and_no_other(model: LinearModel) -> None:
    assert {leaf_of(name) for name in model.classes} == {leaf.code for leaf in load_catalogue().leaves}


def test_probabilities_are_shares_of_one(model: LinearModel) -> None:
    for text in ("电梯坏了", "", "🙂", "asdf 123", "请问" * 3000):
        assert sum(model.leaf_probabilities(text).values()) == pytest.approx(1.0)
        guesses = model.classify(text, shared.cut(text)).guesses
        assert len(guesses) == 3
        assert [g.probability for g in guesses] == sorted((g.probability for g in guesses), reverse=True)


@pytest.mark.parametrize("text", ["", "asdf", "🙂🙂", "12345", "?!"])
def test_what_says_nothing_is_filed_nowhere_and_without_certainty(model: LinearModel, text: str) -> None:
    best = model.classify(text, shared.cut(text)).guesses[0]
    assert best.code == load_catalogue().fallback
    assert best.probability < 0.55


def test_the_words_that_decided_stand_in_the_text(model: LinearModel) -> None:
    for text, _ in SENTENCES:
        why = model.classify(text, shared.cut(text)).why
        assert why
        assert all(word in text for word in why)
    assert "电梯" in model.classify(SENTENCES[0][0], shared.cut(SENTENCES[0][0])).why


def test_traditional_script_reads_the_same(model: LinearModel) -> None:
    written = normalise("電梯又停在三樓不動了").text
    assert model.leaf_probabilities(written) == model.leaf_probabilities("电梯又停在三楼不动了")


def test_marks_and_numbers_change_nothing() -> None:
    assert grams("3号楼，坏了!!") == grams("15号楼。坏了")


def test_a_file_written_and_read_is_the_same_model(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path / "m.bin")
    again = LinearModel.load(tmp_path / "m.bin")
    assert again.weights == model.weights
    assert [path.name for path in tmp_path.iterdir()] == ["m.bin"]


@pytest.mark.parametrize("harm", [b"", b"nonsense", b"cut"])
def test_a_damaged_file_is_refused(model: LinearModel, harm: bytes) -> None:
    data = encode(model.weights)[:5000] if harm == b"cut" else harm
    with pytest.raises(ValueError, match="model file"):
        decode(data)


def test_it_is_small_and_loads_at_once() -> None:
    started = time.process_time()
    model = LinearModel.load()
    assert time.process_time() - started < 0.5
    assert len(encode(model.weights)) < 4_000_000


def test_a_layer_learns_what_the_office_says_and_is_kept_beside_the_base(
    model: LinearModel, tmp_path: Path
) -> None:
    # An office that files everything about its bamboo grove under 绿化养护, and keeps lifts where they are.
    grove = [f"竹园里{thing}" for thing in GROVE]
    rows = [(text, "greenery") for text in grove] + [
        (text, leaf) for text, leaf in SENTENCES for _ in range(1)
    ]
    result = train(model, rows)
    assert result.taken
    assert result.after.accuracy > result.before.accuracy
    assert result.rows == len(rows)
    text = "竹园里有人打牌吵闹"
    before = model.leaf_probabilities(text)["greenery"]
    assert result.model.leaf_probabilities(text)["greenery"] > before + 0.3
    assert result.model.classify("五号楼电梯坏了", shared.cut("五号楼电梯坏了")).guesses[0].code == "elevator"
    result.model.save(tmp_path / "layer.bin")
    again = LinearModel.load(tmp_path / "layer.bin", model)
    assert again.leaf_probabilities(text) == result.model.leaf_probabilities(text)


def test_the_same_rows_give_the_same_layer(model: LinearModel) -> None:
    rows = [(f"竹园里{thing}", "greenery") for thing in GROVE]
    assert train(model, rows).model.weights == train(model, rows[::-1]).model.weights


def test_rows_that_teach_nothing_leave_the_model_as_it_was(model: LinearModel) -> None:
    rows = [(f"第{n}部电梯坏了" + "快修" * n, "elevator") for n in range(30)]
    result = train(model, rows)
    assert not result.taken
    assert result.model is model


def test_labels_without_meaning_are_told(model: LinearModel) -> None:
    result = train(model, [("电梯坏了", "不知道是什么")])
    assert result.unknown == ("不知道是什么",)
    assert not result.taken


def test_a_coarse_label_raises_the_leaves_that_were_thought_of(model: LinearModel) -> None:
    meaning = {"房屋": ("elevator", "leak", "heating"), "出行": ("parking", "traffic_order")}
    things = ("电梯停了", "卫生间往下漏水", "暖气不热", "屋顶渗水", "电梯困人", "水管漏水", "管道漏了")
    rows = [
        (f"竹园里{thing}{end}", "房屋") for thing in things for end in ("", "停车", "车位边上", "红绿灯旁")
    ]
    seen: list[tuple[int, int]] = []
    result = train(model, rows, meaning, lambda done, total: seen.append((done, total)))
    assert result.taken
    assert seen[-1][0] == seen[-1][1]
    text = "竹园里停车的地方漏水"
    shares, earlier = result.model.leaf_probabilities(text), model.leaf_probabilities(text)
    assert shares["leak"] > earlier["leak"]
    assert shares["leak"] > shares["elevator"]
    assert shares["parking"] < earlier["parking"]


def test_a_layer_for_another_catalogue_is_refused(model: LinearModel) -> None:
    other = train(model, [(f"竹园里{thing}", "greenery") for thing in GROVE]).model
    with pytest.raises(ValueError, match="another catalogue"):
        LinearModel(other.weights, LinearModel(_fewer(model).weights))


def test_exports_are_read_whatever_office_program_wrote_them(tmp_path: Path) -> None:
    rows = [("电梯坏了，快来", "电梯故障"), ("路灯不亮", "路灯")]
    (tmp_path / "a.csv").write_bytes(
        ("内容,类别\n" + "\n".join(f'"{t}",{k}' for t, k in rows)).encode("gb18030")
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("内容", "类别"), *rows, (None, "路灯")):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    lines = [json.dumps({"内容": t, "labels": {"类别": k}}, ensure_ascii=False) for t, k in rows]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for kind in ("csv", "xlsx", "jsonl"):
        assert read_rows(tmp_path / f"a.{kind}", "内容", "类别") == rows
    meaning = read_meaning(None, load_catalogue())
    assert meaning["路灯"] == ("street_lamp",)
    assert "elevator" in meaning["物业与住房"]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    (tmp_path / "a.jsonl").write_text("{", encoding="utf-8")
    (tmp_path / "m.json").write_text('{"市政": "no_such_leaf"}', encoding="utf-8")
    for name, reason in (
        ("a.csv", "column"),
        ("a.xlsx", "damaged"),
        ("a.jsonl", "damaged"),
        ("a.doc", "format"),
    ):
        with pytest.raises(ExportError) as caught:
            read_rows(tmp_path / name, "内容", "类别")
        assert caught.value.reason == reason
    with pytest.raises(ExportError) as caught:
        read_meaning(tmp_path / "m.json", load_catalogue())
    assert (caught.value.reason, caught.value.detail) == ("map", "no_such_leaf")


def _fewer(model: LinearModel) -> LinearModel:
    """The same model with one class less."""
    told = model.weights
    width = len(told.classes)
    rows = b"".join(told.rows[at : at + width - 1] for at in range(0, len(told.rows), width))
    return LinearModel(
        type(told)(told.classes[:-1], told.keys, told.rarity, told.scale, rows, told.bias[:-1], 1.0, {})
    )


_THINGS = """有人打牌 晚上唱歌 灯不亮 停满了车 垃圾没人扫 蚊子太多 地砖碎了 椅子断了 有人烧纸 夜里太吵
养了一群鸡 水管漏了 路不平 有人摆摊 狗乱跑 围墙倒了 堆着旧家具 小广告到处贴 有人种菜 积水排不掉"""
GROVE = tuple(_THINGS.split())
