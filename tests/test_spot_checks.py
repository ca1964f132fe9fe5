"""Spot checks, joint meetings and the summaries of the levels above: each once, for the right people."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest

from desk.figures.joint_meeting import minute_lines
from desk.figures.spot_checks import by_lot
from domain.levels import Kind
from jobs import area_summaries, meetings, spot_checks
from storage import organisations
from storage.organisations import Worker
from storage.store import Tx
from tests.town import ZONE, Community, Person, Town


@pytest.fixture
async def finished(town: Town, office: Community, zhang: Person) -> Community:
    """A lamp that 李强 has reported as mended on Monday; it is Tuesday, 08:31."""
    await zhang.says("3号楼2单元楼道灯不亮")
    ticket = await town.ticket()
    await office["李强"].presses("接单", (await office.card(ticket))["message_id"])
    await office["李强"].says(f"/close {ticket.number[-3:]} 灯修好了")
    await town.until(datetime(2026, 11, 24, 8, 31, tzinfo=ZONE))
    return office


async def test_a_spot_check_is_drawn_once_and_answered_by_somebody_else(
    town: Town, finished: Community, zhang: Person
) -> None:
    assert sum(await asyncio.gather(*(spot_checks.push_due(town.office) for _ in range(4)))) == 1
    await town.settle()
    page = await finished.anyone.message("抽查")
    assert "李强办的" in await finished.anyone.hears("抽查")
    assert "请别的同事" in await finished["李强"].presses("❌ 没办好", page["message_id"])
    stranger = await town.stranger(finished)
    await stranger.presses("❌ 没办好", page["message_id"])
    assert "待查" in await finished.anyone.hears("抽查")
    assert await finished["王芳"].presses("❌ 没办好", page["message_id"]) == "记下了"
    assert "❌ 没办好" in await finished.anyone.hears("抽查")
    assert "负责人" in await finished["王芳"].presses("🔁 重办", page["message_id"])
    await finished["周敏"].presses("🔁 重办", page["message_id"])
    assert "reopen" in town.events(await town.ticket())
    assert "没办好，对不起" in await zhang.hears("抽查发现")
    await town.until(datetime(2026, 11, 27, 8, 31, tzinfo=ZONE))
    assert await spot_checks.push_due(town.office) == 0, "what was drawn is not drawn again"


async def test_on_other_days_nothing_is_drawn(town: Town, finished: Community) -> None:
    await town.until(datetime(2026, 11, 25, 8, 31, tzinfo=ZONE))
    assert await spot_checks.push_due(town.office) == 0


def test_the_lot_can_be_checked_again_by_anybody() -> None:
    day = date(2026, 11, 24)
    drawn = by_lot(1, day, list(range(1, 100)))
    assert drawn == by_lot(1, day, list(range(99, 0, -1)))
    assert drawn != by_lot(1, date(2026, 11, 27), list(range(1, 100)))
    often = [ticket for n in range(2000) for ticket in by_lot(n, day, [1, 2, 3, 4, 5, 6])]
    assert all(900 < often.count(ticket) < 1100 for ticket in range(1, 7))


async def test_the_agenda_comes_on_the_first_working_day_and_minutes_become_tickets(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元楼道灯不亮")
    await town.until(datetime(2027, 1, 4, 8, 31, tzinfo=ZONE))
    assert sum(await asyncio.gather(*(meetings.push_due(town.office) for _ in range(3)))) == 1
    await town.settle()
    agenda = await office.anyone.message("联席会议程")
    assert "超期" in await office.anyone.hears("联席会议程")
    before = len(await town.tickets())
    minutes = "会议纪要\n时间：1月4日\n1. 3号楼电梯请电梯公司本月内更换\n2、东门夜市请城管每晚巡查"
    await office["王芳"].says(minutes, reply_to=agenda["message_id"])
    assert len(await town.tickets()) == before + 2
    assert "纪要已登记 2 件" in await office.anyone.hears("纪要已登记")
    bodies = {row[0] for row in town.rows("select body from tickets")}
    assert {"3号楼电梯请电梯公司本月内更换", "东门夜市请城管每晚巡查"} <= bodies
    stranger = await town.stranger(office)
    await stranger.says("东门再立一件事情", reply_to=agenda["message_id"])
    assert len(await town.tickets()) == before + 2


def test_lines_of_minutes() -> None:
    assert minute_lines("会议纪要：\n参会人员：张三\n一、更换电梯\n(好)\n- 夜市巡查到位") == [
        "更换电梯",
        "夜市巡查到位",
    ]


async def test_a_subdistrict_is_told_of_its_communities_once(
    town: Town, office: Community, zhang: Person
) -> None:
    other = await town.community("和平社区", "和平里小区", staff=("吴晓",))
    await zhang.says("3号楼2单元楼道灯不亮")

    async def grow(tx: Tx) -> int:
        now = town.clock.ms()
        city = await organisations.found(tx, Kind.CITY, "安宁市", "o1", now)
        street = await organisations.found(tx, Kind.SUBDISTRICT, "平安街道", "o2", now, parent_id=city)
        for n, one in enumerate((office, other)):
            node = await organisations.of_community(tx, one.id)
            if node is None:
                await organisations.found(
                    tx, Kind.COMMUNITY, one.name, f"oc{n}", now, parent_id=street, community_id=one.id
                )
            else:
                await organisations.set_parent(tx, node.id, street)
        await organisations.join(tx, Worker(street, zhang.id, "张主任"), now)
        return street

    street = await town.store.write(grow)
    await town.until(datetime(2026, 11, 24, 8, 41, tzinfo=ZONE))
    assert sum(await asyncio.gather(*(area_summaries.push_due(town.office) for _ in range(3)))) == 1
    await town.settle()
    said = await zhang.hears("平安街道日报")
    assert "2 个社区，其中 1 个没有来件" in said
    assert "幸福社区" in said
    assert "和平社区" in said
    await zhang.presses("本周")
    assert "平安街道周报" in await zhang.hears("平安街道周报")
    assert "图来了" in await zhang.presses("换成图")
    assert [m for m in await zhang.messages() if m.get("photo")]
    await zhang.presses("复制版")
    assert await zhang.count("平安街道周报") == 2
    page = await zhang.with_button("本周")
    await town.store.write(lambda tx: organisations.leave(tx, street, zhang.id, town.clock.ms()))
    before = await zhang.count("周报")
    await zhang.presses("本周", page["message_id"])
    assert await zhang.count("周报") == before, "whoever has left reads no figures"


async def test_the_day_is_copied_and_written_as_a_document(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元楼道灯不亮")
    await office["李强"].says("/summary")
    await office["李强"].presses("📋 复制版")
    copied = (await office.anyone.heard())[-1]
    assert copied.startswith("幸福社区日报")
    assert "<b>" not in copied
    assert "📊" not in copied
    await office["李强"].presses("📝 Word")
    document = (await office.anyone.messages())[-1]["document"]
    assert document["file_name"].endswith(".docx")
    assert town.book.files[document["file_id"]].data.startswith(b"PK")
    await office["周敏"].says("/week")
    await office["周敏"].presses("📒 导出")
    assert any("表格私聊发给您了" in words for words in await office.anyone.heard())
