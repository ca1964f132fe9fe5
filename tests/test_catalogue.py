"""The shipped catalogue profiles, and what a broken one is told."""

from __future__ import annotations

from pathlib import Path

import opencc
import pytest

from domain.catalogue import CATALOGUE_FOLDER, DEFAULT_CATALOGUE, KINDS, Leaf, Level, load_catalogue
from domain.errors import DataFileError

CATALOGUE = load_catalogue()
FIVE_NETWORKS = CATALOGUE_FOLDER / "five_networks.toml"

TOPS = [
    "公共环境", "便民商业", "就业服务", "保障救助", "医疗卫生", "养老服务", "文化教育", "公共安全",
    "物业与住房", "邻里纠纷", "党务居务",
]  # fmt: skip


def test_the_default_profile_has_the_eight_systems_and_governance() -> None:
    assert [top.name for top in CATALOGUE.tops] == TOPS
    assert len(CATALOGUE.leaves) == 89
    assert all(CATALOGUE.leaves_of(top.code) for top in CATALOGUE.tops)


LOOK_UPS = [
    ("elevator", "电梯故障", "物业与住房", Level.COMMUNITY),
    ("exposed_rubbish", "暴露垃圾", "公共环境", Level.COMMUNITY),
    ("subsistence", "低保特困", "保障救助", Level.COMMUNITY),
    ("old_age_allowance", "高龄津贴", "养老服务", Level.COMMUNITY),
    ("wage_arrears", "拖欠工资", "就业服务", Level.DEPARTMENT),
    ("old_renovation", "老旧小区改造", "物业与住房", Level.SUBDISTRICT),
    ("housekeeping", "家政便民服务", "便民商业", Level.PARTNER),
]


@pytest.mark.parametrize(("code", "name", "top", "level"), LOOK_UPS)
def test_a_leaf_is_found_by_code_and_by_name(code: str, name: str, top: str, level: Level) -> None:
    leaf = CATALOGUE.leaf(code)
    assert (leaf.name, leaf.level) == (name, level)
    assert CATALOGUE.by_name(name) is leaf
    assert CATALOGUE.top_of(code).name == top
    assert leaf in CATALOGUE.leaves_of(leaf.top)


def test_what_is_not_there_is_not_found() -> None:
    assert CATALOGUE.by_name("没有这一类") is None
    assert not CATALOGUE.has("nothing")
    with pytest.raises(KeyError):
        CATALOGUE.leaf("nothing")


def test_the_matters_of_the_security_rule_are_kept_out_of_the_group() -> None:
    sensitive = {leaf.code for leaf in CATALOGUE.leaves if leaf.sensitive}
    assert {"public_order", "family_dispute", "subsistence", "temporary_relief", "staff_conduct"} <= sensitive
    assert not {"elevator", "parking", "street_lamp", "suggestion"} & sensitive


def test_what_is_closed_with_a_photo_has_a_place() -> None:
    assert all(leaf.needs_place for leaf in CATALOGUE.leaves if leaf.on_site)
    assert {leaf.level for leaf in CATALOGUE.leaves} == set(Level)
    assert {leaf.kind for leaf in CATALOGUE.leaves} <= set(KINDS)
    assert CATALOGUE.fallback == "other"


@pytest.mark.parametrize("leaf", CATALOGUE.leaves, ids=lambda leaf: leaf.code)
def test_every_leaf_knows_enough_words_and_all_in_simplified_script(leaf: Leaf) -> None:
    assert len(leaf.words) >= 20
    assert len(leaf.strong) >= 5
    simplify = opencc.OpenCC("t2s")
    for word in (*leaf.words, *leaf.not_words):
        assert simplify.convert(word) == word
        assert word == word.strip()
        assert not set(word) & set(" ,，。、“”()（）")


def test_the_second_profile_has_the_same_leaves_under_five_headings() -> None:
    five = load_catalogue(FIVE_NETWORKS)
    assert [top.name for top in five.tops] == [
        "社会救助",
        "便民利民",
        "单位社会化服务",
        "再就业与社保",
        "其他",
    ]
    assert {leaf.code for leaf in five.leaves} == {leaf.code for leaf in CATALOGUE.leaves}
    assert five.top_of("elevator").name == "单位社会化服务"
    assert five.leaf("elevator").words == CATALOGUE.leaf("elevator").words
    assert sum(len(five.leaves_of(top.code)) for top in five.tops) == len(five.leaves)


SMALL = """\
code = "small"
name = "小目录"
fallback = "other"

[tops.home]
name = "家里"

[leaves.leak]
top = "home"
name = "漏水"
level = "community"
unit = "物业"
strong = ["漏水", "渗水"]
ordinary = [
  "水管",
  "滴水",
]

[leaves.other]
top = "home"
name = "其他"
level = "department"
unit = "居委会"
strong = ["其他"]
"""

# what is replaced → by what; the line that is named, and what is said
BROKEN = [
    ('level = "community"', 'level = "village"', 11, "unknown level 'village'"),
    ('level = "community"', "", 8, "leaves.leak has no 'level'"),
    ('level = "community"', 'levle = "community"', 11, "unknown field 'levle'"),
    ('top = "home"', 'top = "house"', 9, "unknown top 'house'"),
    ('name = "漏水"', 'name = "其他"', 21, "'leak' is called '其他' too"),
    ('name = "漏水"', 'name = ""', 10, "'name' must be text"),
    ('name = "漏水"', "name = 5", 10, "'name' must be text"),
    ('unit = "物业"', 'unit = "物业"\nneeds_place = "yes"', 13, "must be true or false"),
    ('unit = "物业"', 'unit = "物业"\nkind = "请求"', 13, "unknown kind '请求'"),
    ('  "滴水",', '  "水管",', 15, "'水管' stands twice in 'ordinary'"),
    ('  "滴水",', '  "",', 14, "must be a list of words"),
    ('  "滴水",', '  "渗水",', 16, "'渗水' stands in two lists of 'leak'"),
    ('strong = ["其他"]', 'strong = ["渗水"]', 24, "'渗水' is a strong word of 'leak' too"),
    ('strong = ["其他"]', "", 19, "leaf 'other' has no words"),
    ('strong = ["其他"]', 'strong = "其他"', 24, "must be a list of words"),
    ('strong = ["漏水", "渗水"]', 'strong = ["漏水" "渗水"]', 13, "not valid TOML"),
    ("[leaves.other]", "[leaves.leak]", 19, "not valid TOML"),
    ("[leaves.leak]", "[leaves.Leak]", 8, "'Leak' is no code"),
    ('fallback = "other"', 'fallback = "rest"', 3, "fallback 'rest' is no leaf"),
    ('fallback = "other"', "", 1, "the file has no 'fallback'"),
    ('code = "small"', 'kode = "small"', 1, "unknown field 'kode'"),
    ('[tops.home]\nname = "家里"', '[tops]\nhome = "家里"', 6, "heading 'home' must be a table"),
    ('[tops.home]\nname = "家里"', "", 1, "table [tops] is missing"),
]


@pytest.mark.parametrize(("before", "after", "line", "complaint"), BROKEN)
def test_a_broken_profile_names_file_line_and_remedy(
    tmp_path: Path, before: str, after: str, line: int, complaint: str
) -> None:
    assert before in SMALL
    broken = tmp_path / "broken.toml"
    broken.write_text(SMALL.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_catalogue(broken)
    assert complaint in str(caught.value)
    assert (caught.value.path, caught.value.line) == (broken, line)
    assert caught.value.remedy


def test_the_small_profile_itself_is_good(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert [leaf.code for leaf in load_catalogue(path).leaves] == ["leak", "other"]


REGROUPED = """\
code = "two"
name = "两类"
based_on = "small.toml"

[tops.water]
name = "水"
leaves = ["leak"]

[tops.rest]
name = "其余"
leaves = ["other"]
"""

BROKEN_REGROUPED = [
    ('leaves = ["other"]', 'leaves = ["leak"]', 11, "'leak' is already under 'water'"),
    ('leaves = ["other"]', 'leaves = ["fire"]', 11, "'fire' is no leaf of small.toml"),
    ('leaves = ["other"]', "leaves = []", 5, "leaf 'other' is under no heading"),
    ('based_on = "small.toml"', 'based_on = "gone.toml"', 1, "the file does not exist"),
    ('name = "其余"', 'nam = "其余"', 10, "unknown field 'nam'"),
]


@pytest.mark.parametrize(("before", "after", "line", "complaint"), BROKEN_REGROUPED)
def test_a_broken_regrouping_names_its_line(
    tmp_path: Path, before: str, after: str, line: int, complaint: str
) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    broken = tmp_path / "two.toml"
    broken.write_text(REGROUPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_catalogue(broken)
    assert complaint in str(caught.value)
    assert caught.value.line == line


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "gbk.toml"
    path.write_bytes('code = "x"\nname = "其他"\n'.encode("gbk"))
    with pytest.raises(DataFileError, match="not UTF-8") as caught:
        load_catalogue(path)
    assert caught.value.line == 2


def test_the_shipped_file_is_the_default() -> None:
    assert load_catalogue(DEFAULT_CATALOGUE) == CATALOGUE
