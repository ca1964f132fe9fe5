"""放假安排: a notice is read, open promises are reckoned anew, residents read an apology by one press."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from desk.setup import holiday_notice
from domain.errors import Refused
from domain.notices import read_notice
from storage import calendar_days
from storage.store import Tx
from tests.town import ZONE, Community, Person, Town

NOTICE = """国务院办公厅关于2026年部分节假日安排的补充通知
一、冬休：11月25日（周三）至27日（周五）放假调休，共3天。11月28日（周六）、11月29日（周日）上班。
国务院办公厅
2026年11月20日"""


def days(*words: str) -> dict[date, bool]:
    """ "2027-02-06 休" as a day and whether it is worked."""
    return {date.fromisoformat(word[:10]): word.endswith("班") for word in words}


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-06..2027-02-08 休; 2027-02-14 班",
        "2027-02-06 - 2027-02-08 休\n2027-02-14 班",
        "日期,安排\n2027-02-06,休\n2027/2/7,休\n2027年2月8日,休\n2027-02-14,班",
        'off = ["2027-02-06..2027-02-08"]\nwork = ["2027-02-14"]',
        "2027年安排：2月6日（除夕）至8日放假，共3天。2月14日（周日）上班。",
        "2027年春节 2月6日至2月8日放假调休，2月14日补班\n2026年11月4日",
    ],
)
def test_a_notice_is_read_however_it_is_written(text: str) -> None:
    wanted = days("2027-02-06 休", "2027-02-07 休", "2027-02-08 休", "2027-02-14 班")
    assert read_notice(text).days == wanted


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("今天天气不错", "days_none"),
        ("2027-02-06", "days_unsaid"),
        ("2月6日 休", "days_no_year"),
        ("2027-02-30 休", "days_no_date"),
        ("2027-02-08..2027-02-06 休", "days_no_date"),
        ("2027-02-06 休 2027-02-06 班", "days_twice"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_notice(text)
    assert refused.value.reason == reason


def due(town: Town, number: int) -> str:
    found = town.rows("select answer_due from tickets where id = ?", number)[0][0]
    return f"{town.office.local(found):%m%d %H%M}"


async def enter(town: Town, text: str) -> Person:
    admin = town.admin
    await admin.says("/start")
    await admin.presses("工作日历")
    await admin.presses("录入放假通知")
    await admin.says(text)
    return admin


async def test_promises_move_with_the_notice_and_one_press_says_sorry(
    town: Town, office: Community, zhang: Person
) -> None:
    wang = await town.resident("王五", office)
    await zhang.says("请问办居住证要什么材料？我要找人问")
    await zhang.says("小区里3号楼前的垃圾没人清")
    await wang.says("幸福里小区绿化带的树枝断了，请修剪一下")
    await town.later(minutes=3)
    await office["周敏"].says("/t 001")
    tickets = await town.tickets()
    before = {ticket.id: ticket.answer_due for ticket in tickets}
    admin = await enter(town, NOTICE)
    asked = await admin.hears("读到的是")
    assert "休：2026年11月25日–27日" in asked
    assert "班：2026年11月28日–29日" in asked
    await admin.presses("✅ 对，录入")
    await admin.hears("录入好了，共 5 天")
    after = {ticket.id: ticket.answer_due for ticket in await town.tickets()}
    moved = [number for number in before if after[number] != before[number]]
    assert moved, "no promise in working days was moved"
    said = await office.anyone.hears("件的答复时限变了")
    later = [number for number in moved if after[number] > before[number]]
    assert later
    assert f"其中 {len(later)} 件变晚了" in said
    assert "您的身份" in await office["李强"].presses("📨 发给这")
    assert f"已告诉 {len(later)} 位居民" in await office["周敏"].presses("📨 发给这")
    assert "已经告诉过" in await office["周敏"].presses("📨 发给这")
    told = [person for person in (zhang, wang) if await person.count("因为放假调休")]
    assert told
    number = next(t.number for t in tickets if t.id == later[0])
    assert number in await told[0].hears("因为放假调休")
    assert "calendar" in town.events(next(t for t in tickets if t.id == later[0]))


async def test_an_extension_and_a_pause_are_counted_again(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("幸福里小区绿化带的树枝断了，请修剪一下")
    await office["周敏"].presses("接单")
    await town.later(minutes=2)
    await office["周敏"].presses("补充")
    await office["周敏"].presses("问地点")
    await town.until(datetime(2026, 11, 24, 11, 0, tzinfo=ZONE))
    await zhang.says("就在2号楼南边")
    ticket = await town.ticket()
    paused = due(town, ticket.id)
    await enter(town, "2026-11-25..2026-11-26 休；2026-11-28 班")
    await town.admin.presses("✅ 对，录入")
    assert ticket.clock_unit == "工作日"
    assert due(town, ticket.id) != paused
    assert "请人工看一下" not in "".join(await office.anyone.heard())


async def test_nothing_is_entered_without_a_yes_and_only_by_an_administrator(
    town: Town, office: Community
) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await lead.presses("工作日历")
    assert "录入放假通知" not in str((await lead.messages())[-1])
    admin = await enter(town, "2027-02-06 休 2027-02-06 班")
    assert "又写休又写班" in await admin.last()
    await admin.says("2027-02-06..2027-02-12 休；2027-02-14 班")
    await admin.presses("✖️ 取消")
    assert town.rows("select count(*) from calendar_days") == [(0,)]
    assert not town.office.calendar.covers(2027)


async def test_a_covered_year_needs_no_warning_any_more(town: Town, office: Community) -> None:
    admin = await enter(town, "2027-02-06..2027-02-12 休；2027-02-14 班")
    assert "2027 年的放假调休还没有" in await admin.hears("工作日历")
    await admin.presses("✅ 对，录入")
    assert town.office.calendar.covers(2027)
    assert town.office.calendar.is_workday(date(2027, 2, 14))
    await admin.presses("工作日历")
    assert "今年和明年的放假调休都有了" in await admin.last()


async def test_a_community_can_follow_another_countrys_days(
    town: Town, office: Community, zhang: Person
) -> None:
    other = await town.community("和平社区", "和平里小区", ("赵刚",))
    admin = town.admin
    await admin.says("/start")
    await admin.presses("和平社区")
    await admin.presses("工作日历")
    await admin.presses("香港")
    assert "✅ 香港" in str((await admin.messages())[-1])
    national_day = date(2026, 10, 2)
    assert not town.office.calendar_of(office.id).is_workday(national_day)
    assert town.office.calendar_of(other.id).is_workday(national_day)
    await town.stop()
    await town.start()
    await town.office.read_days()
    assert town.office.calendar_of(other.id).is_workday(national_day)


async def test_a_crash_between_the_notice_and_the_promises_loses_nothing(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("幸福里小区绿化带的树枝断了，请修剪一下")
    ticket = await town.ticket()
    plain = {"2026-11-25": False, "2026-11-26": False}
    left = {"at": town.clock.ms(), "by": 9001, "country": "CN", "days": plain, "before": {}}

    async def die(tx: Tx) -> None:
        """As far as the first transaction of `enter` goes."""
        await calendar_days.enter(tx, "CN", {date(2026, 11, 25): False, date(2026, 11, 26): False}, 9001, 1)
        await tx.do("small.set_setting", name=holiday_notice.PENDING, value=json.dumps(left))

    await town.store.write(die)
    assert await holiday_notice.apply_pending(town.office) == 1
    assert await holiday_notice.apply_pending(town.office) == 0
    assert (await town.ticket()).answer_due > ticket.answer_due
    await town.settle()
    assert await office.anyone.count("件的答复时限变了") == 1
