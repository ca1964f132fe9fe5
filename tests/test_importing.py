"""Lists of buildings as committees send them: what is taken, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
import xlsxwriter

from desk.setup.house_list import ImportSheet, in_short
from desk.setup.importing import parse_file, parse_pasted, template, upload
from domain.errors import ImportProblem
from texts.importing import PROBLEMS, TEMPLATE
from texts.registry import say

XLSX = "楼栋.xlsx"
HEADER = ("小区", "楼号", "单元数", "楼层数", "别名")


def in_words(sheet: ImportSheet) -> str:
    """The sheet as one line: estate, buildings, figures where they are known."""
    parts = []
    for estate, short, _ in sheet.summary():
        first = next(row for row in sheet.rows if row.estate == estate)
        units = f" u{first.units}" if first.units else ""
        floors = f" f{first.floors}" if first.floors else ""
        also = f" ={'/'.join(first.aliases)}" if first.aliases else ""
        parts.append(f"{estate} {short}{units}{floors}{also}".strip())
    return " | ".join(parts)


def problems_of(parse: object, *args: object) -> list[tuple[int, str, str]]:
    """(row, column, problem) of a list that must be refused."""
    with pytest.raises(ImportProblem) as refused:
        parse(*args)  # type: ignore[operator]  # parse_pasted or parse_file
    return [(row, column, problem) for row, column, problem, _ in refused.value.rows]


def sheet_of(*rows: Sequence[object], title_rows: int = 0, second: bool = False) -> bytes:
    """An xlsx file with these rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        if second:
            book.add_worksheet("封面").write(0, 0, "说明")
        sheet = book.add_worksheet("楼栋")
        as_date = book.add_format({"num_format": "m月d日"})
        for at, row in enumerate(rows, start=title_rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, value, as_date)
                else:
                    sheet.write(at, column, value)
    return target.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("幸福里小区 1-12号楼", "幸福里小区 1-12"),
        ("幸福里小区：1,2,3号楼 3单元 18层", "幸福里小区 1-3 u3 f18"),
        ("阳光花园 A座 B座", "阳光花园 A、B"),
        ("幸福里小区1-12号楼", "幸福里小区 1-12"),
        ("幸福里小区 １～３号楼", "幸福里小区 1-3"),
        ("幸福里小区 1~3栋", "幸福里小区 1-3"),
        ("幸福里小区 1号楼至5号楼", "幸福里小区 1-5"),
        ("幸福里小区 1到5幢", "幸福里小区 1-5"),
        ("幸福里小区 1、2、5号楼", "幸福里小区 1-2、5"),
        ("幸福里小区，1,2,3", "幸福里小区 1-3"),
        ("幸福里小区 01号楼 02号楼", "幸福里小区 1-2"),
        ("幸福里小区 1# 2#", "幸福里小区 1-2"),
        ("幸福里小区 十二号楼", "幸福里小区 12"),
        ("幸福里小区 一、二、三号楼", "幸福里小区 1-3"),
        ("幸福三村1号楼", "幸福三村 1"),
        ("和平路15号院 1-4号楼", "和平路15号院 1-4"),
        ("和平路15号院1号楼2号楼", "和平路15号院 1-2"),
        ("阳光花园 二期 1-3号楼", "阳光花园二期 1-3"),
        ("阳光花园 A-D座", "阳光花园 A、B、C、D"),
        ("阳光花园 A1-A4栋", "阳光花园 A1、A2、A3、A4"),
        ("阳光花园 甲1号楼、甲2号楼", "阳光花园 甲1、甲2"),
        ("阳光花园 3A-3C号楼", "阳光花园 3A、3B、3C"),
        ("阳光花园 东楼 西楼", "阳光花园 东、西"),
        ("阳光花园 a座", "阳光花园 A"),
        ("幸福里小区 5号楼 1-3单元", "幸福里小区 5 u3"),
        ("幸福里小区 5号楼 1,2,3单元", "幸福里小区 5 u3"),
        ("幸福里小区 5号楼（共3个单元，地上18层）", "幸福里小区 5 u3 f18"),
        ("幸福里小区 5号楼 三单元 十八层", "幸福里小区 5 u3 f18"),
        ("幸福里小区（又名老纺织厂、纺织新村） 1号楼", "幸福里小区 1 =老纺织厂/纺织新村"),
        ("幸福里小区\n1号楼\n2号楼", "幸福里小区 1-2"),
        ("幸福里小区：\n1-3号楼\n\n阳光花园\nA座", "幸福里小区 1-3 | 阳光花园 A"),
        ("幸福里小区 1-2号楼\n3号楼", "幸福里小区 1-3"),
        ("纺织厂宿舍 无", "纺织厂宿舍"),
        ("幸福裡小區 1-2號樓", "幸福里小区 1-2"),
        ("小区\t楼号\t单元数\n幸福里小区\t1-2\t3", "幸福里小区 1-2 u3"),
        ("幸福里小区\t1\t3\t18\n幸福里小区\t2\t3\t18", "幸福里小区 1-2 u3 f18"),
        ("小区，楼号\n幸福里小区，1\n幸福里小区，2", "幸福里小区 1-2"),
        ("幸福里小区 1号楼\n幸福里小区 1号楼 3单元", "幸福里小区 1 u3"),
    ],
)
def test_a_pasted_list_is_read(text: str, expected: str) -> None:
    assert in_words(parse_pasted(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "", "empty")]),
        ("1-3号楼", [(1, "estate", "no_estate")]),
        ("幸福里小区", [(1, "", "no_building")]),
        ("幸福里小区\n阳光花园 1号楼", [(1, "", "no_building")]),
        ("幸福里小区 12-1号楼", [(1, "building", "bad_range")]),
        ("幸福里小区 1-999号楼", [(1, "building", "range_too_long")]),
        ("幸福里小区 共12栋", [(1, "building", "count_not_numbers")]),
        ("幸福里小区 1号楼 99单元", [(1, "building", "out_of_range")]),
        ("幸福里小区 1号楼 500层", [(1, "building", "out_of_range")]),
        ("幸福里小区 3单元", [(1, "building", "no_building")]),
        ("幸福里小区 1-3号楼 除了2号", [(1, "building", "not_understood")]),
        ("幸福里小区 1号楼 2单元\n幸福里小区 1号楼 3单元", [(2, "building", "twice")]),
        (f"{'幸福' * 20}小区 1号楼", [(1, "estate", "bad_estate")]),
        (
            "幸福里小区 1号楼\n\n阳光花园 9-1座\n和平里 1-x号",
            [(3, "building", "bad_range"), (4, "building", "bad_range")],
        ),
    ],
)
def test_a_pasted_list_with_a_mistake_is_refused_by_its_line(
    text: str, expected: list[tuple[int, str, str]]
) -> None:
    assert problems_of(parse_pasted, text) == expected


def test_at_most_twenty_problems_are_named_at_once() -> None:
    assert len(problems_of(parse_pasted, "\n".join(["幸福里小区 9-1号楼"] * 50))) == 20


def test_the_next_message_goes_on_with_the_last_estate() -> None:
    assert in_words(parse_pasted("4-6号楼", "幸福里小区")) == "幸福里小区 4-6"


CSV = "小区,楼号,单元数,楼层数,别名\n幸福里小区,1-3,3,18,老纺织厂\n,4号楼,2,6,\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("楼.csv", CSV.encode()),
        ("楼.csv", CSV.encode("utf-8-sig")),
        ("楼.CSV", CSV.encode("gb18030")),
        ("楼.csv", CSV.encode("utf-16")),
        ("楼.csv", CSV.replace(",", ";").encode()),
        ("楼.tsv", CSV.replace(",", "\t").encode()),
        ("楼.txt", CSV.encode()),
        ("楼.csv", f"2026年楼栋表\n{CSV}".encode()),
        ("楼.csv", CSV.replace("\n", "\r\n").encode()),
        ("楼.csv", CSV.replace("小区,楼号,单元数", "小区名称（必填）,楼栋号*,单元数量").encode()),
    ],
)
def test_csv_of_every_kind_reads_the_same(name: str, content: bytes) -> None:
    sheet = parse_file(name, content)
    assert [(r.building, r.units, r.floors) for r in sheet.rows] == [
        ("1", 3, 18),
        ("2", 3, 18),
        ("3", 3, 18),
        ("4", 2, 6),
    ]
    assert {row.estate for row in sheet.rows} == {"幸福里小区"}
    assert sheet.rows[0].aliases == ("老纺织厂",)


def test_a_text_file_may_hold_pasted_lines() -> None:
    assert in_words(parse_file("名单.txt", "幸福里小区 1-2号楼".encode())) == "幸福里小区 1-2"


def test_a_sheet_is_read_whatever_the_order_of_its_columns() -> None:
    content = sheet_of(
        ("层数", "备注", "楼栋", "小区名称"),
        (18.0, "新", "1-2", "幸福里小区"),
        (None, "", 3, None),
        (None, None, None, None),
        (6, "", "A座", "阳光花园"),
        title_rows=2,
        second=True,
    )
    assert in_words(parse_file(XLSX, content)) == "幸福里小区 1-3 f18 | 阳光花园 A f6"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([HEADER, ("幸福里小区", dt.date(2026, 1, 12))], [(2, "building", "date_cell")]),
        ([HEADER, ("幸福里小区", "1月12日")], [(2, "building", "date_cell")]),
        ([HEADER, ("幸福里小区", "#REF!")], [(2, "building", "formula_error")]),
        ([HEADER, ("幸福里小区", "")], [(2, "building", "no_building")]),
        ([HEADER, ("", "1号楼")], [(2, "estate", "no_estate")]),
        ([HEADER, ("7", "1号楼")], [(2, "estate", "bad_estate")]),
        ([HEADER, ("幸福里小区", "1", "很多")], [(2, "units", "not_a_number")]),
        ([HEADER, ("幸福里小区", "1", 3, 1800)], [(2, "floors", "out_of_range")]),
        ([HEADER, ("幸福里小区", "1", -1)], [(2, "units", "not_a_number")]),
        ([HEADER, ("幸福里小区", "1", 2.5)], [(2, "units", "not_a_number")]),
        ([HEADER, ("幸福里小区", "1", "", "", "幸福" * 20)], [(2, "aliases", "bad_alias")]),
        ([HEADER, ("幸福里小区", "1", 2), ("幸福里小区", "1", 3)], [(3, "building", "twice")]),
        (
            [HEADER, ("幸福里小区", "?", "x", "y")],
            [(2, "units", "not_a_number"), (2, "floors", "not_a_number")],
        ),
        ([HEADER], [(0, "", "empty")]),
        ([("甲", "乙"), ("幸福里小区", "1")], [(0, "", "no_header")]),
        ([], [(0, "", "empty")]),
        ([HEADER, *[("幸福里小区", str(n)) for n in range(5001)]], [(0, "", "too_many_rows")]),
    ],
)
def test_a_bad_sheet_is_refused_by_row_and_column(
    rows: list[Sequence[object]], expected: list[tuple[int, str, str]]
) -> None:
    assert problems_of(parse_file, XLSX, sheet_of(*rows)) == expected


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("楼.xls", b"\xd0\xcf\x11\xe0", "old_excel"),
        (XLSX, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),  # with a password
        (XLSX, b"no zip at all", "bad_file"),
        (XLSX, zipped(**{"a.txt": b"no book"}), "bad_file"),
        (
            XLSX,
            zipped(**{"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>'}),
            "bad_file",
        ),
        (XLSX, zipped(**{"xl/sharedStrings.xml": b" " * 50_000_000}), "too_big"),  # 50 MB in 50 kB
        (XLSX, b"0" * (2 * 1024 * 1024 + 1), "too_big"),
        ("楼.pdf", b"%PDF", "file_kind"),
        ("楼", b"", "file_kind"),
        ("楼.csv", b"\xff\xff\xfe\x80\x81", "encoding"),
        ("楼.csv", b"", "empty"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(name: str, content: bytes, problem: str) -> None:
    assert problems_of(parse_file, name, content) == [(0, "", problem)]


def test_a_truncated_sheet_is_refused() -> None:
    whole = sheet_of(HEADER, ("幸福里小区", "1"))
    for cut in range(0, len(whole) - 1, 97):
        assert problems_of(parse_file, XLSX, whole[:cut]) == [(0, "", "bad_file")]


def test_the_template_is_read_back_without_its_examples() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    sheet = book[TEMPLATE.sheet]
    assert [cell.value for cell in sheet[1]] == list(HEADER)
    assert len(TEMPLATE.examples) == 2
    assert problems_of(parse_file, XLSX, template()) == [(0, "", "empty")]
    sheet.append(["幸福里小区", "1-12", 3, 18, "纺织厂"])
    filled = io.BytesIO()
    book.save(filled)
    assert in_words(parse_file(XLSX, filled.getvalue())) == "幸福里小区 1-12 u3 f18 =纺织厂"


def test_the_template_keeps_1_12_from_becoming_a_date() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template()))[TEMPLATE.sheet]
    assert sheet.column_dimensions["A"].min <= 2 <= sheet.column_dimensions["A"].max
    assert sheet["B2"].number_format == "@"


def test_uploads_are_files_of_their_kind() -> None:
    assert upload("building_template").name == "楼栋导入模板.xlsx"
    assert upload("qr:https://t.me/bot?start=c_abc").content.startswith(b"\x89PNG")
    listed = openpyxl.load_workbook(
        io.BytesIO(upload('links:[["=1+1", "2", "https://t.me/x"]]').content)
    ).active
    assert listed is not None
    assert listed["A2"].value == "=1+1"
    assert listed["A2"].data_type == "s"  # text, not a formula
    with pytest.raises(KeyError):
        upload("/etc/passwd")


def test_every_problem_has_a_sentence_that_says_what_to_do() -> None:
    rows = [(3, "building", problem, "1-x") for problem in PROBLEMS]
    said = say("setup_bad_list", community=1, problems=rows, table=True).html
    assert said.count("第 3 行“楼号”：") == len(PROBLEMS)
    assert "{" not in said


@pytest.mark.parametrize(
    ("houses", "short"),
    [([], ""), (["1"], "1"), (["1", "2", "3"], "1-3"), (["1", "3", "A", "4", "5"], "1、3、A、4-5")],
)
def test_buildings_are_said_in_short(houses: list[str], short: str) -> None:
    assert in_short(houses) == short


def test_a_sheet_with_a_row_for_each_flat_gives_the_buildings() -> None:
    rows = [("幸福里小区", "1号楼", unit, floor) for unit in (1, 2, 3) for floor in (1, 6)]
    content = sheet_of(("小区", "楼栋", "单元", "楼层"), *rows)
    assert in_words(parse_file(XLSX, content)) == "幸福里小区 1 u3 f6"


@pytest.mark.parametrize(
    "text",
    [
        "1," * 2000 + "x",
        "幸福里小区 " + "1 " * 2000 + "x",
        "幸" * 4096,
        "(又名" + ":" * 4000,
        "幸福里小区 " + "1-" * 2000,
        "一" * 4000 + "x",
        "1号楼\n" * 1000,
    ],
)
def test_words_made_to_be_slow_are_not(text: str) -> None:
    began = time.process_time()
    with pytest.raises(ImportProblem):
        parse_pasted(text)
    assert time.process_time() - began < 1.0


def test_five_thousand_rows_are_read_whole() -> None:
    rows = [HEADER, *[(f"小区甲{n // 100}", str(n % 100 + 1), 3, 18) for n in range(5000)]]
    assert parse_file(XLSX, sheet_of(*rows)).buildings == 5000
