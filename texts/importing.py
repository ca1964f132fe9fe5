"""What is said about a list of buildings: the template, the question, what was read, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from texts.registry import says
from texts.setup import cancel, skip
from texts.words import Button, Words, esc


@dataclass(frozen=True, slots=True)
class Template:
    """The words of the import template."""

    file: str
    sheet: str
    headers: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    example_mark: str
    notes_sheet: str
    notes: tuple[str, ...]


TEMPLATE = Template(
    file="楼栋导入模板.xlsx",
    sheet="楼栋",
    headers=("小区", "楼号", "单元数", "楼层数", "别名"),
    examples=(
        ("示例：幸福里小区", "1-12", "3", "18", "幸福家园、老纺织厂宿舍"),
        ("示例：阳光花园", "A座", "", "", ""),
    ),
    example_mark="示例",
    notes_sheet="填写说明",
    notes=(
        "怎么填",
        "1. 在“楼栋”这一页填，一行写一栋，也可以一行写一段，比如 1-12。",
        "2. 小区、楼号必须填；单元数、楼层数、别名不知道就空着。",
        "3. 楼号写 3、3号楼、A座、甲1 都可以；不分楼的院子写“无”。",
        "4. 别名是大家平时的叫法，几个叫法用顿号隔开。写上它，居民说小名也找得到。",
        "5. 示例两行可以留着，不会导入。",
        "6. 填好保存，直接把文件发给机器人就行（.xlsx 或 .csv，2 MB 以内，最多 5000 行）。",
    ),
)

COLUMN_NAMES = dict(zip(("estate", "building", "units", "floors", "aliases"), TEMPLATE.headers, strict=True))

PROBLEMS = {
    "not_understood": "没看懂“{value}”。请写成 1-12号楼、3号楼 或 A座",
    "no_estate": "没写是哪个小区。请在前面写上小区名",
    "bad_estate": "“{value}”不像小区名。请写 2–30 个字的名称",
    "bad_alias": "“{value}”不像别名。每个 2–30 个字，用顿号隔开",
    "no_building": "没写楼号{of}。请写 1-12号楼；不分楼就写“无”",
    "bad_range": "“{value}”不是从小到大。请写成 1-12 这样",
    "range_too_long": "“{value}”太多了。一段最多 300 栋，请核对",
    "count_not_numbers": "“{value}”只说了有几栋。请写楼号，比如 1-12号楼",
    "date_cell": "“{value}”被表格变成了日期。请把这一列设成“文本”再填一次",
    "formula_error": "“{value}”是公式出错。请直接填楼号",
    "not_a_number": "“{value}”不是数字。请填数字，不知道就空着",
    "out_of_range": "“{value}”不对。单元数 1–60，楼层数 1–130，不知道就空着",
    "line_too_long": "太长了。请分成几行写",
    "twice": "{value} 号楼写了两次，单元数或楼层数不一样。请留一行",
    "too_many": "超过 {value} 栋了。请分几次发",
    "too_many_rows": "超过 {value} 行了。请分几个文件发",
    "too_big": "文件太大。请控制在 2 MB 以内，去掉图片和多余的表",
    "no_header": "没找到表头。第一行要有“小区”和“楼号”，用我发的模板最省事",
    "old_excel": "这种格式读不了（也可能加了密码）。请另存为 .xlsx（不加密）再发",
    "file_kind": "“{value}”读不了。请发 .xlsx 或 .csv 文件，或者直接打字",
    "bad_file": "文件打不开，可能坏了。请另存为 .xlsx 再发一次",
    "encoding": "文字编码认不出。请另存为 .xlsx 或“CSV UTF-8”再发",
    "empty": "里面没有楼栋。请写上小区和楼号",
}

LINK_LIST_FILE = "楼栋入口链接.xlsx"
LINK_LIST_HEADERS = ("小区", "楼号", "链接")
QR_FILE = "社区二维码.png"


@says
def setup_ask_buildings(community: int, called: str) -> Words:
    return Words(
        f"<b>{esc(called)}有哪些楼？</b>直接打字发给我，一行一个小区：\n"
        "<code>幸福里小区 1-12号楼 3单元 18层\n阳光花园 A座 B座\n纺织厂宿舍 无</code>\n"
        "单元、楼层不知道可以不写；不分楼的院子写“无”。楼多的话用表格，填好直接发我。",
        (
            (Button("📄 要表格模板", "setup_template", str(community)),),
            (skip(community, "buildings"), cancel(community)),
        ),
    )


@says
def setup_template_sent() -> Words:
    return Words("📄 填好保存，直接把文件发回来就行。说明在第二页。")


@says
def setup_check_buildings(
    community: int, estates: Sequence[Sequence[Any]], buildings: int, total: int
) -> Words:
    """`estates`: (name, buildings in short, count) of the first ones."""
    lines = [
        f"• <b>{esc(estate)}</b>：{esc(_cut(short, 160))}（{count} 栋）"
        if count
        else f"• <b>{esc(estate)}</b>：不分楼"
        for estate, short, count in estates
    ]
    if total > len(estates):
        lines.append(f"……还有 {total - len(estates)} 个小区")
    return Words(
        f"读到 {total} 个小区、{buildings} 栋楼：\n"
        + "\n".join(lines)
        + "\n\n<b>对吗？</b>还有就接着发，会加在一起。",
        (
            (Button(f"✅ 对，导入 {buildings} 栋", "setup_import", str(community)),),
            (Button("✏️ 不对，重发", "setup_buildings", str(community)), cancel(community)),
        ),
    )


@says
def setup_bad_list(community: int, problems: Sequence[Sequence[Any]], table: bool, most: int = 20) -> Words:
    """`problems`: (row, column, problem, value). Nothing was imported."""
    lines = []
    for row, column, problem, value in problems:
        where = ""
        if row:
            field = f"“{COLUMN_NAMES[column]}”" if table and column in COLUMN_NAMES else ""
            where = f"第 {row} 行{field}："
        of = f"（{value}）" if value else ""
        lines.append(f"• {where}{esc(PROBLEMS[problem].format(value=value, of=of))}")
    more = "\n（先列这些，改完再发我接着查）" if len(problems) >= most else ""
    return Words(
        "⚠️ <b>这次都没导入</b>，请改好再发一次：\n" + "\n".join(lines) + more,
        (
            (Button("📄 要表格模板", "setup_template", str(community)),),
            (skip(community, "buildings"), cancel(community)),
        ),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
