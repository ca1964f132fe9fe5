"""Answer templates: every category has its own, what is wrong in a file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from desk.from_settings import open_office
from domain.answers import GAP, Answers, Blank, Moment, load_answers, parse_answers, read_answers
from domain.catalogue import CATALOGUE_FOLDER, load_catalogue
from domain.errors import DataFileError
from nlp.personal import called
from nlp.replies import concerns
from reports import doctor
from storage.store import Store
from texts.script import to_traditional

CATALOGUE = load_catalogue()
SHIPPED = load_answers(CATALOGUE)
WHOLE = {
    Blank.CALLED: "王阿姨",
    Blank.NUMBER: "261123-001",
    Blank.PLACE: "3号楼2单元",
    Blank.DUE: "11月24日(周二)10:00",
    Blank.HANDLER: "李强",
    Blank.PHONE: "010-5550100",
    Blank.UNIT: "物业",
    Blank.TIME: "11月24日(周二)上午",
    Blank.FACTS: "师傅来过了",
}


@pytest.mark.parametrize("leaf", [leaf.code for leaf in CATALOGUE.leaves])
def test_every_leaf_has_templates_of_its_own_and_for_every_moment(leaf: str) -> None:
    own = SHIPPED.under[f"leaf:{leaf}"]
    assert len(own) >= 3
    found = SHIPPED.of(CATALOGUE, leaf)
    assert found[: len(own)] == own
    for moment in Moment:
        assert sum(template.moment is moment for template in found) >= 2, moment


@pytest.mark.parametrize("leaf", [leaf.code for leaf in CATALOGUE.leaves])
def test_the_first_answer_on_the_way_needs_nothing_written(leaf: str) -> None:
    """Two taps: what the ticket always knows fills it."""
    known = {
        blank: WHOLE[blank] for blank in (Blank.PLACE, Blank.DUE, Blank.HANDLER, Blank.UNIT, Blank.PHONE)
    }
    first = next(t for t in SHIPPED.of(CATALOGUE, leaf) if t.moment is Moment.PROGRESS)
    assert not first.gaps(known), first


def test_no_template_would_be_held_by_the_reply_check() -> None:
    for template in SHIPPED.templates():
        words = template.filled(WHOLE)
        assert concerns(words) == (), words
        assert GAP not in words
        assert len(words) <= 120
        assert "您好" in words or template.moment is Moment.DONE
        assert "裏" not in to_traditional(words)


def test_templates_of_danger_say_what_to_do() -> None:
    """What hurts people names a number or an advice while it is under way."""
    for leaf in (
        "fire_lane",
        "fire_safety",
        "ebike_charging",
        "falling_objects",
        "public_order",
        "gas_supply",
    ):
        for template in SHIPPED.of(CATALOGUE, leaf)[:1]:
            assert concerns(template.filled(WHOLE), urgent=True) == ()


def test_a_name_that_is_not_known_leaves_nothing_and_another_blank_a_gap() -> None:
    (template,) = parse_answers("x", "[通用]\n进度 {称呼}您好，{时间}到{地点}。", CATALOGUE).templates()
    assert template.filled({}) == f"您好，{GAP}到{GAP}。"
    assert template.gaps({}) == (Blank.TIME, Blank.PLACE)
    assert template.filled({Blank.CALLED: "王阿姨", Blank.PLACE: "3号楼"}) == f"王阿姨您好，{GAP}到3号楼。"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("王阿姨", "王阿姨"),
        ("王秀英阿姨", "王阿姨"),
        ("欧阳先生", "欧阳先生"),
        ("李建国", ""),
        ("花开富贵", ""),
        ("", ""),
        ("Tom", ""),
    ],
)
def test_somebody_is_called_by_surname_and_title_or_not_at_all(name: str, said: str) -> None:
    assert called(name) == said


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("进度 您好", 1, "stands under no name"),
        ("[没有这类]\n进度 您好", 1, "the catalogue has no"),
        ("# 注\n[电梯故障]\n答复 您好", 3, "is no moment"),
        ("[电梯故障]\n进度", 2, "has no words"),
        ("[电梯故障]\n进度 {姓名}您好", 2, "unknown blank"),
        ("[电梯故障]\n进度 {称呼您好", 2, "a brace without its partner"),
        (f"[电梯故障]\n进度 {'好' * 201}", 2, "201 characters"),
        ("[电梯故障]\n进度 您好\n\n进度 您好", 4, "stands twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, complaint: str) -> None:
    with pytest.raises(DataFileError, match=complaint) as raised:
        parse_answers("own.txt", text, CATALOGUE)
    assert f"own.txt:{line}" in str(raised.value)


def test_a_file_that_is_not_there_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be opened"):
        read_answers(tmp_path / "none.txt", CATALOGUE)
    (tmp_path / "gbk.txt").write_bytes("[通用]\n进度 您好".encode("gbk"))
    with pytest.raises(DataFileError, match="not UTF-8"):
        read_answers(tmp_path / "gbk.txt", CATALOGUE)


async def test_the_offices_own_come_first(tmp_path: Path) -> None:
    own = tmp_path / "answers.txt"
    own.write_text(
        "[电梯故障]\n进度 幸福社区：{地点}电梯已派人。\n[物业与住房]\n补充 请打门卫电话。\n", "utf-8"
    )
    store = await Store.open(f"sqlite:{tmp_path / 'a.sqlite'}")
    office = open_office(Settings.model_validate({"answers": str(own)}), store)
    await store.close()
    found = office.answers.of(office.catalogue, "elevator")
    assert found[0].words.startswith("幸福社区")
    assert set(SHIPPED.of(CATALOGUE, "elevator")) <= set(found)
    assert any(t.words == "请打门卫电话。" for t in office.answers.of(office.catalogue, "telecom"))


def test_another_catalogue_takes_what_it_knows() -> None:
    five = load_catalogue(CATALOGUE_FOLDER / "five_networks.toml")
    found = load_answers(five)
    assert all(len(found.of(five, leaf.code)) >= 3 for leaf in five.leaves)
    assert Answers().of(five, five.leaves[0].code) == ()


async def test_the_doctor_names_what_is_wrong_in_the_offices_file(tmp_path: Path) -> None:
    own = tmp_path / "answers.txt"
    own.write_text("[电梯故障]\n进展 您好\n", "utf-8")
    settings = Settings.model_validate(
        {"answers": str(own), "database_url": f"sqlite:{tmp_path / 'a.sqlite'}"}
    )
    found = await doctor.examine(settings)
    assert any(f"{own}:2" in finding.remedy and finding.good is False for finding in found)
