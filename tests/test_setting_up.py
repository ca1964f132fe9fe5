"""From nothing to a working community: what is pressed, typed and sent, and what everybody reads."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from desk.setup import setting_up, setup_pages
from desk.setup.importing import parse_pasted, template
from domain.errors import Refused
from domain.roles import Role
from handlers import setup
from storage import communities, questions
from storage.store import Store
from tests.setup_town import (
    ADMIN,
    GROUP,
    LEAD,
    OTHER_GROUP,
    STRANGER,
    WANG,
    Town,
    found,
    keyboard,
    open_town,
)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    opened = await open_town(tmp_path)
    yield opened
    await opened.store.close()


@pytest.fixture
async def founded(town: Town) -> Town:
    return await found(town)


async def test_a_committee_is_set_up_from_nothing(town: Town) -> None:
    assert await town.start(ADMIN)
    assert "还没有社区" in await town.last(ADMIN)
    await town.press(ADMIN, "创建社区")
    assert await town.say(ADMIN, "和平街道幸福社区")
    assert "下一步：<b>绑定工作群" in await town.last(ADMIN)
    community = await town.community()
    assert (community.subdistrict, community.created_by) == ("和平街道", ADMIN)

    await town.press(ADMIN, "绑定工作群")
    await town.deliver()
    invite_button = keyboard(town.shown[ADMIN][-1])[0][0]
    assert invite_button["url"] == f"https://t.me/min_bot?startgroup=s_{community.code}"
    await town.slash_setup(GROUP, ADMIN, f"s_{community.code}")
    assert "本群现在是<b>幸福社区</b>的工作群" in await town.last(GROUP)
    assert "下一步：<b>导入楼栋" in await town.last(ADMIN)

    await town.press(ADMIN, "导入楼栋")
    assert await town.say(ADMIN, "幸福里小区 1-12号楼 3单元 18层\n阳光花园 A座 B座")
    assert "读到 2 个小区、14 栋楼" in await town.last(ADMIN)
    await town.press(ADMIN, "对，导入")
    assert "共 14 栋" in await town.last(ADMIN)

    await town.press(ADMIN, "邀请同事")
    await town.press(ADMIN, "社区工作者")
    said = await town.last(ADMIN)
    code = said.split("start=j_")[1].split("\n")[0]
    assert len(f"j_{code}") <= 64
    await town.join(WANG, code)
    assert "您已是<b>幸福社区</b>的社区工作者" in await town.last(WANG)
    assert await town.say(WANG, "王芳")
    assert await town.team() == {WANG: Role.STAFF}
    assert "可以用了" in await town.last(ADMIN)

    ticket = await town.report("阳光花园A座电梯坏了")
    assert ticket.community_id == community.id
    assert ticket.estate_id is not None
    assert ticket.number in await town.last(GROUP)


async def test_the_whole_way_takes_few_steps(town: Town) -> None:
    """Presses and messages of the administrator, from /start to the first colleague's link."""
    await town.start(ADMIN)
    steps = 1
    for do in (
        lambda: town.press(ADMIN, "创建社区"),
        lambda: town.say(ADMIN, "幸福社区"),
        lambda: town.slash_setup(GROUP, ADMIN),
        lambda: town.press(ADMIN, "👉 导入楼栋"),
        lambda: town.say(ADMIN, "幸福里小区 1-12号楼"),
        lambda: town.press(ADMIN, "对，导入"),
        lambda: town.press(ADMIN, "👉 邀请同事"),
        lambda: town.press(ADMIN, "社区工作者"),
    ):
        await do()
        steps += 1
    assert "start=j_" in await town.last(ADMIN)
    assert steps <= 10


async def test_a_name_is_unique_but_two_streets_may_share_it(town: Town) -> None:
    await setting_up.create_community(town.office, ADMIN, "幸福社区")
    with pytest.raises(Refused, match="setup_name_taken"):
        await setting_up.create_community(town.office, ADMIN, " 幸福社区。")
    await setting_up.create_community(town.office, ADMIN, "江城市和平区东风街道幸福社区")
    second = await town.community("东风街道幸福社区")
    first = await town.community()
    assert (second.city, second.subdistrict) == ("江城市", "东风街道")
    assert first.code != second.code
    assert first.code.isalnum()
    assert first.code == first.code.lower()


@pytest.mark.parametrize(
    ("said", "name", "street"),
    [
        ("幸福社区居委会", "幸福社区居委会", ""),
        ("东区社区", "东区社区", ""),
        ("景德镇社区", "景德镇社区", ""),
        ("和平街道 幸福社区", "幸福社区", "和平街道"),
        ("朱家角镇东湖社区", "东湖社区", "朱家角镇"),
        ("幸福社區", "幸福社区", ""),
    ],
)
async def test_the_street_is_taken_out_of_the_name(town: Town, said: str, name: str, street: str) -> None:
    await setting_up.create_community(town.office, ADMIN, said)
    assert (await town.community(name)).subdistrict == street


@pytest.mark.parametrize("said", ["", "一", "12345", "社" + "区长名" * 20, "🌉🌉"])
async def test_a_bad_name_is_refused_and_asked_for_again(town: Town, said: str) -> None:
    await setup_pages.ask(town.office, ADMIN, ADMIN, "name")
    if said:
        assert await town.say(ADMIN, said)
        assert "2–30 个字" in await town.last(ADMIN)
    else:
        with pytest.raises(Refused, match="setup_bad_name"):
            await setting_up.create_community(town.office, ADMIN, said)
    assert await town.say(ADMIN, "幸福社区")
    assert (await town.community()).name == "幸福社区"


async def test_markup_in_a_name_stays_words(town: Town) -> None:
    await setting_up.create_community(town.office, ADMIN, "<b>幸福&社区")
    assert "&lt;b&gt;幸福&amp;社区" in await town.last(ADMIN)


async def test_a_group_belongs_to_one_community(founded: Town) -> None:
    other = await setting_up.create_community(founded.office, ADMIN, "别的社区")
    with pytest.raises(Refused, match="group_taken"):
        await setting_up.bind_group(founded.office, other, GROUP, ADMIN)
    with pytest.raises(Refused, match="setup_bound_here"):
        await setting_up.bind_group(founded.office, (await founded.community()).id, GROUP, ADMIN)
    with pytest.raises(Refused, match="not_a_group"):
        await setting_up.bind_group(founded.office, other, ADMIN, ADMIN)
    await founded.slash_setup(GROUP, ADMIN)
    assert "已经是幸福社区的工作群" in await founded.last(GROUP)


async def test_open_tickets_appear_in_a_new_group_and_the_old_one_is_told(founded: Town) -> None:
    ticket = await founded.report("幸福里小区3号楼2单元电梯坏了")
    assert ticket.number in await founded.last(GROUP)
    await founded.slash_setup(OTHER_GROUP, LEAD)
    assert "换到本群：幸福社区" in (await founded.labels(OTHER_GROUP))[0]
    refused = await founded.press(OTHER_GROUP, "换到本群", user_id=STRANGER)
    assert refused.alert
    await founded.press(OTHER_GROUP, "换到本群", user_id=LEAD)
    assert ticket.number in await founded.last(OTHER_GROUP)
    assert "已换到别的群" in await founded.last(GROUP)
    assert (await founded.community()).group_chat_id == OTHER_GROUP


async def test_in_a_group_one_of_several_unbound_communities_is_chosen(town: Town) -> None:
    for name in ("幸福社区", "和平社区"):
        await setting_up.create_community(town.office, ADMIN, name)
    await town.slash_setup(GROUP, ADMIN)
    homes = ["🏘 幸福社区的居民群", "🏘 和平社区的居民群"]
    assert await town.labels(GROUP) == ["幸福社区", "和平社区", *homes]
    await town.press(GROUP, "和平社区", user_id=ADMIN)
    assert (await town.community("和平社区")).group_chat_id == GROUP
    assert (await town.community("幸福社区")).group_chat_id is None


async def test_setup_in_a_group_says_what_is_missing(town: Town) -> None:
    await town.slash_setup(GROUP, ADMIN)
    assert "先在私聊里创建社区" in await town.last(GROUP)
    await town.slash_setup(GROUP, STRANGER)
    assert "只有管理员" in await town.last(GROUP)
    await town.slash_setup(ADMIN, ADMIN)
    assert "工作群里发 /setup" in await town.last(ADMIN)


async def test_importing_twice_completes_and_doubles_nothing(founded: Town) -> None:
    cid = (await founded.community()).id
    founded.office.places.stale = False
    more = parse_pasted("幸福里（又名纺织厂宿舍） 3-4号楼 2单元 6层")
    assert await setting_up.import_buildings(founded.office, cid, more, LEAD) == 2
    assert founded.office.places.stale
    estates = await founded.store.read(lambda tx: communities.estates(tx, cid))
    houses = await founded.store.read(lambda tx: communities.buildings(tx, cid))
    assert [(e.name, e.aliases) for e in estates] == [("幸福里小区", ("纺织厂宿舍",))]
    assert [(b.name, b.units, b.floors) for b in houses] == [
        ("1", None, None),
        ("2", None, None),
        ("3", 2, 6),
        ("4", 2, 6),
    ]
    assert len({b.code for b in houses}) == 4
    ticket = await founded.report("纺织厂宿舍4号楼楼道灯不亮")
    assert (ticket.estate_id, ticket.building) == (estates[0].id, "4")


async def test_nothing_is_imported_when_one_row_is_bad(founded: Town) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, "导入楼栋")
    await founded.say(LEAD, "阳光花园 1-3号楼\n和平里 9-1号楼")
    assert "第 2 行：“9-1”不是从小到大" in await founded.last(LEAD)
    assert "都没导入" in await founded.last(LEAD)
    assert (await founded.press(LEAD, "取消")).text == ""
    assert "1 个小区 3 栋" in await founded.last(LEAD)


async def test_a_long_list_may_come_in_several_messages(founded: Town) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, "导入楼栋")
    await founded.say(LEAD, "阳光花园\n1-3号楼")
    await founded.say(LEAD, "4-6号楼\n和平里 1号楼")
    assert "读到 2 个小区、7 栋楼" in await founded.last(LEAD)
    await founded.press(LEAD, "对，导入 7 栋")
    assert "3 个小区 10 栋" in await founded.last(LEAD)
    assert (await founded.press(LEAD, "对，导入 7 栋")).text == "没有等着导入的楼栋，请先发名单。"


async def test_the_template_comes_back_filled_in(founded: Town) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, "导入楼栋")
    await founded.press(LEAD, "要表格模板")
    await founded.deliver()
    sent = founded.shown[LEAD][-1].upload
    assert sent is not None
    assert sent.name == "楼栋导入模板.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(sent.content))
    book.worksheets[0].append(["阳光花园", "A-C", 2, 11, None])
    filled = io.BytesIO()
    book.save(filled)
    document = founded.message(LEAD)
    assert await setup.expects_document(founded.office, document)
    assert await setup.setup_document(founded.office, document, "楼栋导入模板.xlsx", filled.getvalue())
    assert "A、B、C（3 栋）" in await founded.last(LEAD)
    await founded.press(LEAD, "对，导入 3 栋")
    assert "2 个小区 6 栋" in await founded.last(LEAD)


async def test_bad_files_are_named_and_unasked_ones_left_alone(founded: Town) -> None:
    message = founded.message(LEAD)
    assert not await setup.expects_document(founded.office, message)
    assert not await setup.setup_document(founded.office, message, "楼.xlsx", template())
    await setup_pages.ask(founded.office, LEAD, LEAD, "buildings", (await founded.community()).id)
    for name, content, words in (
        ("楼.xlsx", None, "2 MB"),
        ("楼.xls", b"", "另存为 .xlsx"),
        ("楼.csv", "小区,楼号\n阳光花园,1月12日\n".encode(), "第 2 行“楼号”"),
    ):
        assert await setup.setup_document(founded.office, founded.message(LEAD), name, content)
        assert words in await founded.last(LEAD)


@pytest.mark.parametrize(
    ("what", "said", "kept"),
    [
        ("phone", "010-12345678", "010-12345678"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "0571-88888888、13800138000", "0571-88888888、13800138000"),
        ("hours", "每天早上8点到下午5点", "每天早上8点到下午5点"),
        ("summary", "8:15", 495),
        ("summary", "７：００", 420),
        ("summary", "9点", 540),
        ("summary", "8点半", 510),
        ("summary", "0:00", 0),
    ],
)
async def test_telephone_hours_and_summary_are_kept(
    founded: Town, what: str, said: str, kept: str | int
) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, {"phone": "电话", "hours": "办公时间", "summary": "日报时间"}[what])
    assert await founded.say(LEAD, said)
    community = await founded.community()
    assert {"phone": community.phone, "hours": community.hours, "summary": community.summary_minute}[
        what
    ] == kept
    assert "记下了" in await founded.last(LEAD)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("phone", "没有"),
        ("phone", "12"),
        ("phone", "010-12345678 <b>"),
        ("hours", "很" + "长的话" * 20),
        ("summary", "24:00"),
        ("summary", "8:75"),
        ("summary", "早上"),
    ],
)
async def test_what_is_no_telephone_or_time_is_asked_for_again(founded: Town, what: str, said: str) -> None:
    community = await founded.community()
    await setup_pages.ask(founded.office, LEAD, LEAD, what, community.id)
    assert await founded.say(LEAD, said)
    assert "⚠️" in await founded.last(LEAD)
    assert await founded.community() == community
    asked = await founded.store.read(lambda tx: questions.open_to(tx, LEAD, LEAD))
    assert asked is not None
    assert asked.kind == f"setup_{what}"


async def test_presets_are_one_press(founded: Town) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, "日报时间")
    await founded.press(LEAD, "09:00")
    await founded.press(LEAD, "办公时间")
    await founded.press(LEAD, "每天 8:30")
    community = await founded.community()
    assert (community.summary_minute, community.hours) == (540, "每天 8:30–17:30")


@pytest.mark.parametrize("label", ["换工作群", "导入楼栋", "电话", "办公时间", "日报时间"])
async def test_every_step_can_be_skipped_and_cancelled(founded: Town, label: str) -> None:
    await founded.start(LEAD)
    await founded.press(LEAD, label)
    labels = await founded.labels(LEAD)
    assert "⏭ 跳过" in labels
    assert "✖️ 取消" in labels
    await founded.press(LEAD, "取消")
    assert "先不弄" in await founded.last(LEAD)
    assert not await founded.say(LEAD, "随便说一句")
    await founded.press(LEAD, label)
    await founded.press(LEAD, "跳过")
    assert not (await founded.last(LEAD)).startswith("⚠️")


async def test_cancel_and_skip_may_be_typed(founded: Town) -> None:
    cid = (await founded.community()).id
    await setup_pages.ask(founded.office, LEAD, LEAD, "buildings", cid)
    assert await founded.say(LEAD, "跳过")
    assert "邀请同事加入" in await founded.last(LEAD)
    await setup_pages.ask(founded.office, ADMIN, ADMIN, "name")
    assert await founded.say(ADMIN, "取消")
    assert not await founded.say(ADMIN, "幸福")


async def test_a_question_outlives_a_restart(town: Town, tmp_path: Path) -> None:
    await setup_pages.ask(town.office, ADMIN, ADMIN, "name")
    await town.store.close()
    again = Town(replace(town.office, store=await Store.open(tmp_path / "town.sqlite")), town.clock)
    assert await again.say(ADMIN, "幸福社区")
    assert (await again.community()).name == "幸福社区"
    await again.store.close()


async def test_residents_links_and_codes_are_handed_out(founded: Town) -> None:
    community = await founded.community()
    await founded.start(LEAD)
    await founded.press(LEAD, "居民二维码")
    said = await founded.last(LEAD)
    assert f"start=c_{community.code}" in said
    assert said.count("start=b_") == 3
    await founded.press(LEAD, "社区二维码")
    await founded.press(LEAD, "全部楼栋链接")
    await founded.deliver()
    picture, sheet = (outgoing.upload for outgoing in founded.shown[LEAD][-2:])
    assert picture is not None
    assert picture.content.startswith(b"\x89PNG")
    assert sheet is not None
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert [row[:2] for row in rows[1:]] == [("幸福里小区", f"{n}号楼") for n in (1, 2, 3)]


async def test_many_communities_are_shown_by_the_page(town: Town) -> None:
    for number in range(25):
        await setting_up.create_community(town.office, ADMIN, f"幸福{number}社区")
    await town.start(ADMIN)
    assert len(await town.labels(ADMIN)) == 22
    await town.press(ADMIN, "下一页")
    assert "🔧 幸福24社区" in await town.labels(ADMIN)
    await town.press(ADMIN, "上一页")
    assert "🔧 幸福0社区" in await town.labels(ADMIN)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("幸福社区工作群", "幸福社区"),
        ("和平街道幸福社区居委会工作群", "幸福社区"),
        ("翠苑社区（值班）", "翠苑社区"),
        ("东湖社区", "东湖社区"),
    ],
)
async def test_an_administrators_first_group_founds_its_community(town: Town, title: str, name: str) -> None:
    await setting_up.offer_group(town.office, GROUP, ADMIN, title=title)
    community = await town.community(name)
    assert community.group_chat_id == GROUP
    assert f"本群现在是<b>{name}</b>的工作群" in await town.last(GROUP)
    assert "下一步：<b>导入楼栋" in await town.last(ADMIN)


@pytest.mark.parametrize("title", ["", "测试群", "我们几个"])
async def test_a_group_that_names_no_community_founds_none(town: Town, title: str) -> None:
    await setting_up.offer_group(town.office, GROUP, ADMIN, title=title)
    assert "请先在私聊里创建社区" in await town.last(GROUP)
    assert not await town.store.read(communities.everyone)
