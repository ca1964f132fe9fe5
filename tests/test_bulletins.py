"""The weekly and monthly bulletin: told once, after the daily summary, and asked for by staff."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

import pytest

from desk.setup.setting_up import bind_group
from jobs import bulletins as bulletin_job
from jobs import summaries
from storage import communities
from tests.town import ADMIN, BOT, ZONE, Community, Person, Town


@pytest.fixture
async def monday(town: Town, office: Community, zhang: Person) -> Community:
    """A week with one ticket has ended; it is the next Monday, 08:31."""
    await zhang.says("3号楼2单元电梯坏了")
    await town.until(datetime(2026, 11, 30, 8, 31, tzinfo=ZONE))
    return office


async def test_the_week_is_told_on_monday_after_the_day(town: Town, monday: Community) -> None:
    assert await bulletin_job.push_due(town.office) == 0, "the daily summary comes first"
    assert await summaries.push_due(town.office) == 1
    assert sum(await asyncio.gather(*(bulletin_job.push_due(town.office) for _ in range(4)))) == 1
    await town.settle()
    said = await monday.anyone.hears("周报")
    for heading in ("一、基本情况", "二、办理和回访情况", "三、热点问题", "四、重复、超期、挂账", "五、建议"):
        assert heading in said
    assert "11月23日—11月29日" in said
    await town.stop()
    await town.start()
    assert await bulletin_job.push_due(town.office) == 0
    assert await monday.anyone.count("周报") == 1


async def test_after_downtime_week_and_month_come_once(town: Town, monday: Community) -> None:
    await town.until(datetime(2026, 12, 2, 14, 0, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1
    assert sum(await asyncio.gather(*(bulletin_job.push_due(town.office) for _ in range(3)))) == 2
    await town.settle()
    assert await monday.anyone.count("周报") == 1
    assert "2026年11月" in await monday.anyone.hears("月报")
    await town.later(days=1)
    await summaries.push_due(town.office)
    assert await bulletin_job.push_due(town.office) == 0


def test_which_periods_are_due() -> None:
    assert bulletin_job.due_periods(date(2026, 11, 22)) == []
    assert [p.code for p in bulletin_job.due_periods(date(2026, 11, 23))] == ["week:2026-11-16"]
    both = bulletin_job.due_periods(date(2027, 2, 1))
    assert [p.code for p in both] == ["week:2027-01-25", "month:2027-01-01"]
    assert both[1].last == date(2027, 1, 31)


async def test_a_community_without_a_past_is_told_nothing(town: Town, office: Community) -> None:
    await town.until(datetime(2026, 11, 30, 8, 31, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1
    assert await bulletin_job.push_due(town.office) == 0


async def test_bound_during_the_day_it_is_first_told_the_next_morning(town: Town, office: Community) -> None:
    assert await summaries.push_due(town.office) == 0, "it was founded this morning"
    await town.until(datetime(2026, 11, 25, 11, 0, tzinfo=ZONE))
    await town.store.write(lambda tx: communities.unbind(tx, office.id))
    made = await town.drive.act(
        "groups", title="新群", type="supergroup", members=[], bots=[BOT], creator=ADMIN
    )
    await bind_group(town.office, office.id, int(made["id"]), ADMIN)
    assert await summaries.push_due(town.office) == 0
    await town.until(datetime(2026, 11, 26, 8, 31, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1


async def test_staff_ask_and_open_the_numbers(town: Town, monday: Community) -> None:
    await monday["李强"].says("/week 上周")
    said = await monday.anyone.hears("周报")
    assert "新增 1 件" in said
    await monday["李强"].presses("没有按期结案 1")
    assert "261123-001" in await monday.anyone.hears("没有按期结案，11月23日")
    await monday["李强"].says("/month 2026-11")
    assert "（至今）" in await monday.anyone.hears("月报")
    await monday["李强"].says("/month 2099-1")
    await monday.anyone.hears("/month 上月")
    stranger = await town.stranger(monday)
    before = await monday.anyone.count("周报")
    await stranger.says("/week")
    assert await monday.anyone.count("周报") == before


async def test_the_buttons_of_the_day_open_its_tickets(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元有人被困在电梯里了，快来")
    await zhang.says("5号楼楼下垃圾没人清")
    await town.until(datetime(2026, 11, 24, 8, 31, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1
    await town.settle()
    assert "新增 2 件" in await office.anyone.hears("幸福社区日报")
    await office["李强"].presses("新增 2")
    listed = await office.anyone.hears("新增（2）")
    assert "261123-001" in listed
    assert "261123-002" in listed
    await office["李强"].presses("紧急 1")
    assert "261123-002" not in await office.anyone.hears("紧急在办（1）")


async def test_what_is_late_its_picture_and_its_export_are_a_press_away(
    town: Town, office: Community, zhang: Person
) -> None:
    """超期 opens the late tickets only; the picture and the file come from the same message."""
    await zhang.says("5号楼楼下垃圾没人清")
    await town.until(datetime(2026, 12, 21, 20, 0, tzinfo=ZONE))
    await zhang.says("3号楼2单元楼道灯不亮")
    await town.until(datetime(2026, 12, 22, 8, 31, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1
    await town.settle()
    day = await office["周敏"].message("幸福社区日报")
    labels = [button["text"] for row in day["reply_markup"]["inline_keyboard"] for button in row]
    for label in ("⚠️ 超期 1", "🆕 新增 1", "🖼 换成图", "📒 导出"):
        assert label in labels
    await office["李强"].presses("⚠️ 超期 1")
    late = await office.anyone.hears("超期未答复（1）")
    assert "261123-001" in late
    assert "261221-001" not in late
    await office["李强"].presses("🆕 新增 1")
    assert "261221-001" in await office.anyone.hears("新增（1）")
    assert "图来了" in await office["李强"].presses("🖼 换成图")
    lead = office["周敏"]
    await lead.in_private.says("/start")
    await lead.presses("📒 导出", on=day["message_id"])
    files = [m["document"]["file_name"] for m in await lead.in_private.messages() if "document" in m]
    assert [name.endswith(".xlsx") for name in files] == [True]
