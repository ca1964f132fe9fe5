"""Notices: who may send one, whom it reaches, when, and what becomes of the answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from jobs import notices
from storage import people
from storage.store import Tx
from tests.town import ZONE, Community, Person, Town, labels_of


async def dwell(town: Town, office: Community, names: str, building: str = "") -> list[Person]:
    """Residents who have come in through the community's poster, or the one of a house."""
    found = []
    for name in names.split():
        person = await town.resident(name, None if building else office)
        if building:
            code = town.rows("select code from buildings where name = ? limit 1", building)[0][0]
            await person.says(f"/start b_{code}")
        found.append(person)
    return found


async def send(town: Town, lead: Person, label: str = "✅ 发给") -> None:
    await lead.presses(label)
    await notices.push_due(town.office)
    await town.settle()


async def test_only_a_lead_may_write_one(town: Town, office: Community, zhang: Person) -> None:
    await office["李强"].says("/notice 停水")
    assert "身份不能" in await office["李强"].last()
    assert town.rows("select count(*) from notices") == [(0,)]


async def test_a_press_of_the_staff_does_not_send_it(town: Town, office: Community, zhang: Person) -> None:
    await office["周敏"].says("/notice 停水")
    assert "身份不能" in await office["李强"].presses("✅ 发给")
    assert town.rows("select state from notices") == [("draft",)]


async def test_nothing_is_sent_before_it_is_confirmed(town: Town, office: Community, zhang: Person) -> None:
    await office["周敏"].says("/notice 停水")
    await notices.push_due(town.office)
    await town.settle()
    assert await zhang.count("停水") == 0
    await office["周敏"].presses("不发了")
    await notices.push_due(town.office)
    assert "没有发" in await office["周敏"].last()
    assert town.rows("select state from notices") == [("dropped",)]


async def test_a_house_is_told_and_no_other(town: Town, office: Community) -> None:
    (third,) = await dwell(town, office, "三楼的", "3")
    (fifth,) = await dwell(town, office, "五楼的", "5")
    (nowhere,) = await dwell(town, office, "没登记的")
    lead = office["周敏"]
    await lead.says("/notice 3号楼明天停水")
    await lead.presses("选楼栋")
    await lead.presses("3号楼")
    assert "✅ 3号楼" in labels_of(await lead.message("还没发"))
    await lead.presses("选好了")
    draft = await lead.hears("还没发")
    assert "3号楼，共 1 人" in draft.replace("\n", "")
    assert "有 1 位居民没登记楼栋" in draft
    await send(town, lead)
    assert await third.count("明天停水") == 1
    assert await fifth.count("明天停水") + await nowhere.count("明天停水") == 0


async def test_another_community_hears_nothing(town: Town, office: Community) -> None:
    other = await town.community("和平社区", "和平里小区", ("赵刚",))
    (ours,) = await dwell(town, office, "我们的")
    (theirs,) = await dwell(town, other, "他们的")
    await office["周敏"].says("/notice 停水")
    await send(town, office["周敏"])
    assert await ours.count("停水") == 1
    assert await theirs.count("停水") == 0


async def test_each_is_told_once_however_often_the_clock_looks(
    town: Town, office: Community, zhang: Person
) -> None:
    await office["周敏"].says("/notice 停水")
    await send(town, office["周敏"])
    for _ in range(3):
        await notices.push_due(town.office)
        await town.later(minutes=1)
    assert await zhang.count("停水") == 1
    assert town.rows("select state, people from notices") == [("sent", 1)]


async def test_at_night_it_waits_and_an_emergency_does_not(
    town: Town, office: Community, zhang: Person
) -> None:
    await town.until(datetime(2026, 11, 23, 23, 0, tzinfo=ZONE))
    lead = office["周敏"]
    await lead.says("/notice 义诊")
    assert "明早 8 点" in await lead.presses("✅ 发给")
    await notices.push_due(town.office)
    await town.settle()
    assert await zhang.count("义诊") == 0
    await lead.says("/notice 燃气泄漏请撤离")
    await lead.presses("🚨 紧急")
    await send(town, lead)
    assert await zhang.count("燃气泄漏请撤离") == 1
    await town.later(hours=9, minutes=5)
    await notices.push_due(town.office)
    await town.settle()
    assert await zhang.count("义诊") == 1


async def test_the_last_answer_counts_and_names_are_for_staff(
    town: Town, office: Community, zhang: Person
) -> None:
    li = await town.resident("李小四", office)
    await office["周敏"].says("/notice 周六义诊")
    await send(town, office["周敏"])
    await zhang.presses("参加")
    await zhang.presses("收到")
    await li.presses("需要帮助")
    tally = await office.anyone.hears("周六义诊")
    assert "👌 收到 1　🙋 需要帮助 1　✋ 参加 0" in tally
    assert "李**" in tally
    assert "李小四" not in tally
    await office["王芳"].in_private.says("/start")
    await office["王芳"].presses("看名单")
    assert "李小四" in await office["王芳"].in_private.hears("名单")
    assert "李小四" not in "".join(await zhang.heard())


async def test_help_becomes_one_ticket_however_often_it_is_pressed(
    town: Town, office: Community, zhang: Person
) -> None:
    await office["周敏"].says("/notice 5号楼停水，腿脚不便的我们送水上门")
    await send(town, office["周敏"])
    await zhang.presses("需要帮助")
    await zhang.presses("请联系我")
    await zhang.presses("请联系我")
    assert len(await town.tickets()) == 1
    ticket = await town.ticket()
    assert "送水上门" in ticket.body
    assert "5号楼" not in ticket.place, "the notice's house is not the resident's"
    assert ticket.frailty == ()


async def test_who_is_erased_leaves_the_tally(town: Town, office: Community, zhang: Person) -> None:
    li = await town.resident("李小四", office)
    await office["周敏"].says("/notice 停水")
    await send(town, office["周敏"])
    await li.presses("需要帮助")
    assert "李**" in await office.anyone.hears("停水")
    await li.says("我的数据")
    await li.presses("🗑 删除")
    await li.presses("确认删除")
    tally = await office.anyone.hears("停水")
    assert "李**" not in tally
    assert "需要帮助 0" in tally


async def test_whoever_stopped_notices_gets_only_emergencies(
    town: Town, office: Community, zhang: Person
) -> None:
    lead = office["周敏"]
    await lead.says("/notice 第一条")
    await send(town, lead)
    await zhang.presses("停止接收")
    await lead.says("/notice 第二条")
    assert "共 0 人" in await lead.hears("第二条")
    await send(town, lead)
    await lead.says("/notice 第三条")
    await lead.presses("🚨 紧急")
    await send(town, lead)
    assert [await zhang.count(words) for words in ("第一条", "第二条", "第三条")] == [1, 0, 1]
    await zhang.presses("恢复接收")
    await lead.says("/notice 第四条")
    await send(town, lead)
    assert await zhang.count("第四条") == 1


async def test_many_are_told_and_no_limit_of_telegram_is_broken(town: Town, office: Community) -> None:
    """Three pages of residents who cannot be reached one by one in a test: entered by hand."""
    ids = [int((await town.drive.act("users", first_name=f"居民{n}"))["id"]) for n in range(230)]

    async def enter(tx: Tx) -> None:
        for user_id in ids:
            await people.greet(tx, user_id, "居民", "hans", town.clock.ms())
            await people.settle_in(tx, user_id, office.id, None)

    await town.store.write(enter)
    await office["周敏"].says("/notice 停水")
    await office["周敏"].presses("✅ 发给")
    assert await notices.push_due(town.office) >= 230
    rows = town.rows(
        "select count(*), count(distinct chat_id), min(priority) from outbox where key like 'notice_to%'"
    )
    assert rows == [(230, 230, 3)]
    assert town.rows("select state, people from notices") == [("sent", 230)]


async def test_an_ordinary_answer_goes_ahead_of_a_notice(
    town: Town, office: Community, zhang: Person
) -> None:
    await office["周敏"].says("/notice 停水")
    await send(town, office["周敏"])
    await zhang.says("3号楼2单元电梯坏了")
    found = dict(
        town.rows("select kind, priority from outbox where chat_id = ? and kind <> 'media'", zhang.id)
    )
    assert found["receipt"] == 1
    assert town.rows("select priority from outbox where key like 'notice_to_resident%'") == [(3,)]


@pytest.mark.parametrize("words", ["", "字" * 1501])
async def test_an_empty_or_endless_one_is_refused(town: Town, office: Community, words: str) -> None:
    await office["周敏"].says(f"/notice {words}".strip())
    assert town.rows("select count(*) from notices") == [(0,)]
    assert "/notice" in await office["周敏"].last() or "1500" in await office["周敏"].last()


async def test_a_lead_of_another_community_sends_nothing_here(town: Town, office: Community) -> None:
    other = await town.community("和平社区", "和平里小区", ("赵刚",))

    await office["周敏"].says("/notice 停水")
    token = town.rows("select token from buttons where action = 'notice_send'")[0][0]
    await other["赵刚"].says("/notice 我们的")
    await other["赵刚"].forges((await other["赵刚"].message("我们的"))["message_id"], token)
    assert town.rows("select state from notices order by id") == [("draft",), ("draft",)]


async def test_what_was_confirmed_goes_on_after_a_restart(
    town: Town, office: Community, zhang: Person
) -> None:
    await office["周敏"].says("/notice 停水")
    await office["周敏"].presses("✅ 发给")
    await town.stop()
    await town.start()
    await notices.push_due(town.office)
    await town.settle()
    assert await zhang.count("停水") == 1
