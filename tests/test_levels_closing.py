"""What follows a closing: the photo that is asked for, 反弹 within a month, and what nobody has moved."""

from __future__ import annotations

from datetime import datetime

from jobs import stale
from tests.town import ZONE, Community, Person, Town

RUBBISH = "幸福里小区3号楼前的垃圾没人清"


async def closed(office: Community) -> None:
    await office["李强"].presses("接单")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")


async def test_a_photo_is_asked_and_goes_to_the_resident(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(RUBBISH)
    await closed(office)
    asked = await office.anyone.message("发一张现场照片")
    await office["李强"].sends(photo="sample", reply_to=asked["message_id"])
    pictures = [m for m in await zhang.messages() if "photo" in m]
    assert len(pictures) == 1
    kept = town.rows("select role, media from messages where media = 'photo' and role = 'answer'")
    assert kept == [("answer", "photo")]


async def test_it_is_skipped_by_one_press_with_its_reason(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(RUBBISH)
    await closed(office)
    assert "不用拍" in await office["李强"].presses("现场已恢复原样")
    assert "已经有人定过" in await office["王芳"].presses("居民当面看过")
    ticket = await town.ticket()
    assert town.events(ticket)[-1] == "photo_skipped"
    await office["周敏"].says("/t 001")


async def test_it_is_not_asked_twice_nor_where_there_is_no_place_to_show(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(RUBBISH)
    await office["李强"].presses("接单")
    card = await office.card(await town.ticket())
    await office["李强"].sends(photo="sample", caption="清走了", reply_to=card["message_id"])
    await office["李强"].says("/close 001 清走了")
    assert await office.anyone.count("发一张现场照片") == 0
    await zhang.says("请问低保怎么申请，我要找人办")
    await office["周敏"].says("/close 002 已告知材料")
    assert await office.anyone.count("发一张现场照片") == 0


async def test_what_comes_back_within_a_month_is_marked(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(RUBBISH)
    await closed(office)
    await zhang.presses("解决了")
    await town.later(days=20)
    wang = await town.resident("王五", office)
    await wang.says("幸福里小区3号楼前垃圾又没人清了")
    first, again = await town.tickets()
    assert first.category == again.category
    card = (await office.card(again))["text"]
    assert "反弹" in card
    assert first.number in card
    await town.later(days=40)
    await wang.says("幸福里小区2号楼前垃圾没人清")
    assert "反弹" not in (await office.card(await town.ticket()))["text"]


async def test_what_nobody_moved_is_listed_to_the_lead_once_a_week(
    town: Town, office: Community, zhang: Person
) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await stale.push_due(town.office)
    await town.settle()
    assert await lead.count("没人动过") == 0
    await zhang.says("幸福里小区绿化带的树枝断了，请修剪一下")
    await town.until(datetime(2026, 11, 30, 8, 30, tzinfo=ZONE))
    assert await stale.push_due(town.office) == 0
    await town.until(datetime(2026, 12, 7, 9, 5, tzinfo=ZONE))
    assert await stale.push_due(town.office) == 1
    assert await stale.push_due(town.office) == 0
    await town.settle()
    said = await lead.hears("没人动过")
    assert (await town.ticket()).number in said
    await lead.presses((await town.ticket()).number)
    await town.until(datetime(2026, 12, 14, 9, 5, tzinfo=ZONE))
    await office["李强"].presses("接单")
    assert await stale.push_due(town.office) == 0
