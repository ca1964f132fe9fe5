"""Building the tree: by buttons, by a sheet, by links; who may do it, and who may not."""

from __future__ import annotations

import pytest

from desk.levels.tree_sheet import Line, read_file, read_rows, read_text
from domain.errors import ImportProblem
from domain.levels import Kind
from storage import communities, organisations
from tests.town import BOT, Community, Person, Town
from tests.tree_town import grow

SHEET = """名称,类型,上级
东城区,区,
平安街道,街道,东城区
幸福社区,社区,平安街道
和顺社区,社区,平安街道
区城管局,职能部门,东城区
"""


async def link_of(person: Person, part: str) -> str:
    """The start payload of the link that a message holds."""
    said = await person.hears(part)
    return next(word for word in said.split() if "?start=" in word).partition("?start=")[2]


async def telephone(town: Town, name: str) -> Person:
    who = int((await town.drive.act("users", first_name=name))["id"])
    return Person(town, who, name)


async def test_the_tree_is_built_by_buttons(town: Town, office: Community, zhang: Person) -> None:
    admin = town.admin
    await admin.says("/start")
    await admin.presses("上级和单位")
    await admin.presses("➕ 街道")
    await admin.says("平安街道")
    await admin.hears("发一个邀请链接给对接人")
    await admin.presses("邀请对接人")
    liu = await telephone(town, "刘街道")
    code = await link_of(admin, "对接人加入民心桥")
    await liu.says(f"/start {code}")
    await liu.hears("已是平安街道的对接人")
    late = await telephone(town, "晚来的")
    await late.says(f"/start {code}")
    assert "已用过" in await late.last()
    await admin.presses("⬅️ 返回")
    await admin.presses("➕ 职能部门")
    await admin.says("区城管局")
    await admin.presses("⬅️ 返回")
    await admin.presses("➕ 区县")
    await admin.says("东城区")
    node = await town.store.read(lambda tx: organisations.of_community(tx, office.id))
    assert node is not None
    above = await town.store.read(lambda tx: organisations.chain(tx, node))
    assert [unit.name for unit in above] == ["平安街道", "东城区"]
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await liu.presses("接单")
    await zhang.hears("平安街道已经接手")


async def test_a_lead_adds_partners_only_and_staff_nothing(town: Town, office: Community) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await lead.presses("上级和单位")
    assert "➕ 街道" not in str(await lead.message("上级和单位"))
    await lead.presses("➕ 共建单位")
    await lead.says("和美超市")
    await lead.presses("邀请对接人")
    other = office["李强"].in_private
    await other.says("/start")
    assert "上级和单位" not in str(await other.messages())


async def test_a_group_is_bound_by_its_link(town: Town, office: Community) -> None:
    tree = await grow(town, office)
    made = await town.drive.act(
        "groups", title="城管群", type="supergroup", members=[tree.sun.id], bots=[BOT], creator=tree.sun.id
    )
    there = Person(town, tree.sun.id, "孙城管", int(made["id"]))
    stranger = await telephone(town, "路人")
    await town.drive.act("members/add", group=there.chat, member=stranger.id)
    await Person(town, stranger.id, "路人", there.chat).says("/start@minxinqiao_bot g_dept")
    assert "只有管理员" in await there.last()
    await there.says("/start@minxinqiao_bot g_dept")
    await there.hears("转给区城管局的件会发到本群")
    unit = await town.store.read(lambda tx: organisations.by_id(tx, tree.department))
    assert unit is not None
    assert unit.chat_id == there.chat


async def test_one_sheet_builds_a_city(town: Town, office: Community) -> None:
    admin = town.admin
    await admin.says("/start")
    await admin.presses("上级和单位")
    await admin.presses("用表格导入")
    await admin.says("名称、类型、上级\n平安街道、街道、没有的区")
    await admin.hears("都没有这个上级")
    await admin.says(SHEET)
    await admin.hears("读到 5 个")
    await admin.presses("✅ 对，导入")
    await admin.hears("共 5 个，其中新的 5 个")
    served = await town.store.read(communities.everyone)
    assert [community.name for community in served] == ["幸福社区", "和顺社区"]
    reached = await town.store.read(lambda tx: organisations.reachable_from(tx, office.id))
    assert [unit.name for unit in reached] == ["平安街道", "东城区", "区城管局"]
    await admin.presses("用表格导入")
    await admin.says(SHEET)
    await admin.presses("✅ 对，导入")
    await admin.hears("其中新的 0 个")


def test_every_bad_row_is_named() -> None:
    rows = [
        (1, ("名称", "类型", "上级")),
        (2, ("平安街道", "街道", None)),
        (3, ("甲", "街道", "")),
        (4, ("乙局", "局", "")),
    ]
    with pytest.raises(ImportProblem) as problem:
        read_rows(rows)
    assert [(row, what) for row, _, what, _ in problem.value.rows] == [(3, "bad_name"), (4, "bad_kind")]
    with pytest.raises(ImportProblem):
        read_file("名单.pdf", b"")
    assert read_file("名单.csv", SHEET.encode("gb18030"))[1] == Line("平安街道", Kind.SUBDISTRICT, "东城区")
    assert read_text("名称、类型、上级\n和美超市、共建单位、幸福社区") == (
        Line("和美超市", Kind.PARTNER, "幸福社区"),
    )
