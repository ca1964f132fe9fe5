"""The duty roster, deputies, handing over; searching, lists that are turned, bulk work."""

from __future__ import annotations

from datetime import date

import pytest

from domain.roles import Role
from domain.states import State
from storage import duty, people
from storage.store import Tx
from tests.town import Community, Person, Town, labels_of

TODAY = date(2026, 11, 23)


async def roster(town: Town, office: Community, *names: str) -> None:
    """Today's roster."""
    ids = [office[name].id for name in names]
    await town.store.write(lambda tx: duty.put_on_day(tx, office.id, TODAY, ids))


async def test_the_lead_makes_the_roster_by_buttons(town: Town, office: Community) -> None:
    await office["周敏"].says("/duty")
    assert "没排人" in await office["周敏"].hears("值班表")
    await office["周敏"].presses("✏️ 11月23日")
    await office["周敏"].presses("李强")
    await office["周敏"].presses("王芳")
    await office["周敏"].presses("返回")
    today = next(line for line in (await office["周敏"].hears("值班表")).splitlines() if "（今天）" in line)
    assert "李强" in today
    assert "王芳" in today
    await office["周敏"].presses("✏️ 11月23日")
    await office["周敏"].presses("王芳")
    assert "每周一" in await office["周敏"].presses("每周这天都这样")
    assert town.rows("select weekday, user_id from duty") == [(0, office["李强"].id)]
    assert await office["周敏"].count("值班表") == 1
    assert "至少要有一位" in await office["周敏"].presses("✏️ 11月23日") + await office["周敏"].presses("李强")


async def test_staff_see_the_roster_and_only_leads_change_it(town: Town, office: Community) -> None:
    await office["李强"].says("/duty")
    assert "您的身份" in await office["李强"].presses("✏️ 11月24日")
    assert "您的身份" in await office["李强"].presses("替同事登记")
    assert town.rows("select count(*) from duty_days") == [(0,)]


async def test_who_is_away_is_stood_in_for(town: Town, office: Community, zhang: Person) -> None:
    await roster(town, office, "李强")
    await office["李强"].says("/duty")
    await office["李强"].presses("我不在")
    await office["李强"].presses("到明天")
    assert "王芳代" in await office["李强"].presses("王芳")
    await office.anyone.hears("李强到 11月24日 周二 不在，这段时间由王芳代")
    assert "👉 11月23日 周一　王芳" in await office["李强"].hears("值班表")
    await zhang.says("找人工")
    assert "王芳" in await zhang.hears("值班")
    await office["周敏"].presses("转派")
    assert any(label.startswith("🟢王芳") for label in labels_of(await office.card(await town.ticket())))
    assert any(label.startswith("🏖李强") for label in labels_of(await office.card(await town.ticket())))
    assert "已派给王芳" in await office["周敏"].presses("李强")
    assert (await town.ticket()).assignee_id == office["王芳"].id
    assert "欢迎回来" in await office["李强"].presses("我回来了")
    assert "👉 11月23日 周一　李强" in await office["李强"].hears("值班表")


async def test_a_lead_enters_that_a_colleague_is_away(town: Town, office: Community) -> None:
    await office["周敏"].says("/duty")
    await office["周敏"].presses("替同事登记")
    await office["周敏"].presses("李强")
    await office["周敏"].presses("就今天")
    await office["周敏"].presses("王芳")
    assert town.rows("select user_id, since, until, deputy_id from away") == [
        (office["李强"].id, "2026-11-23", "2026-11-23", office["王芳"].id)
    ]


async def test_an_alarm_calls_who_is_on_duty(town: Town, office: Community, zhang: Person) -> None:
    await roster(town, office, "王芳")
    await zhang.says("3号楼2单元着火了")
    assert "王芳" in await office.anyone.hears("🚨🚨")


async def test_two_deputies_who_are_away_do_not_go_round(town: Town, office: Community) -> None:
    li, wang = office["李强"].id, office["王芳"].id
    await roster(town, office, "李强")

    async def both_away(tx: Tx) -> None:
        await duty.go_away(tx, office.id, li, TODAY, TODAY, wang)
        await duty.go_away(tx, office.id, wang, TODAY, TODAY, li)

    await town.store.write(both_away)
    await office["周敏"].says("/duty")
    assert "李强" in await office["周敏"].hears("值班表")


async def test_a_deputy_who_has_left_stands_in_for_nobody(
    town: Town, office: Community, zhang: Person
) -> None:
    li, wang = office["李强"].id, office["王芳"].id
    await zhang.says("3号楼2单元电梯坏了")
    await town.store.write(lambda tx: duty.go_away(tx, office.id, li, TODAY, TODAY, wang))
    await town.store.write(lambda tx: people.leave(tx, office.id, wang, town.clock.ms()))
    await office["周敏"].says("/assign 001 李强")
    assert (await town.ticket()).assignee_id == li


@pytest.fixture
async def three(town: Town, office: Community, zhang: Person) -> Person:
    """Zhang has three open tickets; 李强 has taken the first and waits for words about the second."""
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    await zhang.says("2号楼1单元漏水")
    first, second, _ = await town.tickets()
    await office["李强"].presses("接单", on=(await office.card(first))["message_id"])
    await office["李强"].presses("接单", on=(await office.card(second))["message_id"])
    await office["李强"].presses("补充", on=(await office.card(second))["message_id"])
    await office["李强"].presses("要照片")
    return zhang


async def test_everything_is_handed_over_by_one_press(town: Town, office: Community, three: Person) -> None:
    await office["王芳"].in_private.says("/start")
    await office["周敏"].says("/handover")
    await office["周敏"].presses("李强（2件）")
    assert "电梯故障" in await office["周敏"].hears("手上有 2 件")
    await office["周敏"].presses("王芳（0件）")
    assert "已把 2 件交给王芳" in await office["周敏"].presses("全部移交，并收回权限")
    first, second, third = await town.tickets()
    assert [t.assignee_id for t in (first, second, third)] == [office["王芳"].id, office["王芳"].id, None]
    assert (first.state, second.state) == (State.ASSIGNED, State.NEEDS_INFO)
    assert (town.events(first)[-1], town.events(second)[-1]) == ("assign", "handover")
    assert "交接完成，2 件" in await office["王芳"].in_private.hears("李强 → 王芳")
    assert "权限已收回" in await office["周敏"].hears("交接完成")
    assert "不是本社区工作人员" in await office["李强"].presses("接单")
    assert (await town.ticket()).state is State.NEW


async def test_one_hands_over_only_ones_own(town: Town, office: Community, three: Person) -> None:
    await office["李强"].says("/handover")
    await office["李强"].hears("李强手上有 2 件")
    assert "您的身份" in await office["王芳"].presses("周敏（0件）")
    await office["李强"].presses("王芳（0件）")
    shown = labels_of(await office["李强"].message("全部交给王芳"))
    assert not any("收回权限" in label for label in shown)
    assert "已把 2 件" in await office["李强"].presses("全部交给王芳（2件）")
    member = await town.store.read(lambda tx: people.member(tx, office.id, office["李强"].id))
    assert member is not None


async def listed(person: Person, query: str) -> list[str]:
    await person.says(query)
    return sorted(label[-3:] for label in labels_of(await person.message("找到")) if label.startswith("26"))


async def test_search_takes_words_states_days_and_names(town: Town, office: Community, three: Person) -> None:
    li = office["李强"]
    for query, found in {
        "/search 电梯": ["001"],
        "/search 5号楼": ["002"],
        "/search 在办": ["001", "002", "003"],
        "/search 待补充": ["002"],
        "/search 李强": ["001", "002"],
        "/search @李强 办理中": ["001"],
        "/search 今天 漏水": ["003"],
        "/search 261123-003": ["003"],
        "/search 居民张三 垃圾": ["002"],
        "/search 张三": ["001", "002", "003"],
        "/search 11-23 在办": ["001", "002", "003"],
        "/search 本周 2号楼": ["003"],
    }.items():
        assert await listed(li, query) == found, query
    for query in ("/search 昨天", "/search 已办结", "/search 超期", "/search 上周 电梯", "/search 路灯"):
        await li.says(query)
        assert "没有找到" in await li.last(), query


async def test_an_anonymous_resident_is_not_found_by_name(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.presses("匿名")
    await office["李强"].says("/search 张三")
    assert "没有找到" in await office["李强"].last()


async def test_a_long_list_is_turned_in_place(town: Town, office: Community, zhang: Person) -> None:
    for building in (1, 2, 3, 5, 6):
        await zhang.says(f"{building}号楼1单元漏水了")
        await zhang.says(f"{building}号楼门口的路灯不亮")
    await office["李强"].says("/tickets")
    assert "（1–9 / 10）" in await office["李强"].hears("在办")
    await office["李强"].presses("下一页")
    assert "（10–10 / 10）" in await office["李强"].hears("在办")
    await office["李强"].presses("上一页")
    assert "（1–9 / 10）" in await office["李强"].hears("在办")
    assert await office["李强"].count("/ 10）") == 1


async def test_several_are_given_by_one_press(town: Town, office: Community, three: Person) -> None:
    await office["王芳"].in_private.says("/start")
    await office["周敏"].says("/bulk")
    assert "请先选上" in await office["周敏"].presses("➡️ 派给")
    await office["周敏"].presses("全选")
    assert "已选 3 件" in await office["周敏"].hears("批量办")
    assert "别的同事选的" in await office["李强"].presses("全选")
    await office["周敏"].presses("➡️ 派给")
    before = len(await office.anyone.messages())
    await office["周敏"].presses("王芳")
    preview = await office["周敏"].hears("将把这 3 件派给王芳")
    assert (await town.ticket()).assignee_id is None, "nothing is done before the last press"
    assert "会跳过" not in preview
    assert "已办 3 件" in await office["周敏"].presses("确认 3 件")
    assert "失效" in await office["周敏"].forges(
        (await office["周敏"].message("周敏把 3 件"))["message_id"], "x"
    )
    found = await town.tickets()
    assert {t.assignee_id for t in found} == {office["王芳"].id}
    assert all(town.events(ticket)[-1] == "assign" for ticket in found)
    assert len(await office.anyone.messages()) == before, "the page is turned; no message for each"
    assert "把 3 件派给您" in await office["王芳"].in_private.last()


async def test_several_are_closed_and_what_cannot_be_is_named(
    town: Town, office: Community, three: Person
) -> None:
    await office["周敏"].says("/bulk 2号楼")
    await office["周敏"].presses("全选")
    await office["周敏"].presses("办结……")
    await office["周敏"].presses("已解决")
    await office["李强"].says("/close 003 水管已换")
    heard = len(await three.heard())
    assert "已办 0 件" in await office["周敏"].presses("确认 1 件")
    assert "现在是“待回访”" in await office["周敏"].hears("跳过")
    assert len(await three.heard()) == heard
    await office["周敏"].says("/search 在办")
    await office["周敏"].presses("批量办")
    await office["周敏"].presses("全选")
    await office["周敏"].presses("办结……")
    await office["周敏"].presses("已解决")
    assert "已办 2 件" in await office["周敏"].presses("确认 2 件")
    assert [t.state for t in await town.tickets()] == [State.REVIEW] * 3
    assert sum("办理结果" in words for words in (await three.heard())[heard:]) == 2


async def test_an_auditor_turns_lists_and_chooses_nothing(
    town: Town, office: Community, three: Person
) -> None:
    auditor = await town.stranger(office, "孙监督")
    member = people.Member(office.id, auditor.id, "孙监督", Role.AUDITOR)
    await town.store.write(lambda tx: people.join(tx, member, town.clock.ms()))
    await auditor.says("/tickets")
    assert "（3）" in await auditor.last()
    assert "您的身份" in await auditor.presses("批量办")
    await auditor.says("/handover")
    assert "您的身份" in await auditor.last()
