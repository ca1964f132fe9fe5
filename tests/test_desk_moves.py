"""延期, 挂账, 不予受理, 作废, 撤销, the four questions, the 协调会 and the check of answers."""

from __future__ import annotations

import pytest

from domain.states import State
from jobs import ladder
from nlp.replies import concerns
from tests.town import Community, Person, Town, data_of, labels_of


@pytest.fixture
async def lift(town: Town, office: Community, zhang: Person) -> Person:
    """Zhang has reported the lift; 李强 has taken it."""
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await town.later(minutes=2)
    return zhang


async def choose(person: Person, *labels: str) -> str:
    shown = ""
    for label in labels:
        shown = await person.presses(label)
    return shown


async def test_more_time_is_asked_by_the_handler_and_granted_by_the_lead(
    town: Town, office: Community, lift: Person
) -> None:
    before = await town.ticket()
    assert "已报负责人" in await choose(office["李强"], "更多", "⏳ 延期", "+3 工作日", "等配件")
    assert (await town.ticket()).answer_due == before.answer_due
    assert "还要多花些时间" not in "".join(await lift.heard())
    await office["周敏"].hears("申请延期 3 个工作日（等配件或材料）")
    assert "您的身份" in await office["王芳"].presses("同意延期")
    asked = await office["周敏"].message("申请延期 3 个工作日")
    refusal = data_of(asked, "不同意")
    assert "已同意" in await office["周敏"].presses("同意延期")
    after = await town.ticket()
    assert after.answer_due > before.answer_due
    assert town.office.local(after.answer_due).strftime("%m%d %H%M") == "1127 1730"
    told = await lift.hears("还要多花些时间")
    assert "等配件或材料" in told
    assert "11月27日(周五)17:30" in told
    assert "11月27日(周五)17:30" in (await office.card(after))["text"]
    assert "11月27日(周五)17:30" in await lift.hears("已登记")
    await office["李强"].hears("周敏同意延期")
    assert labels_of(await office["周敏"].message("申请延期 3 个工作日")) == [], "it is decided"
    assert "已经有人定过" in await office["周敏"].forges(asked["message_id"], refusal)
    assert town.rows("select days, state from extensions") == [(3, "granted")]
    assert town.events(after)[-2:] == ["extend_asked", "extend"]


async def test_more_time_is_refused_and_the_resident_hears_nothing(
    town: Town, office: Community, lift: Person
) -> None:
    before, heard = await town.ticket(), len(await lift.heard())
    await choose(office["李强"], "更多", "⏳ 延期", "+7 工作日", "天气")
    assert "已经申请过" in await choose(office["李强"], "更多", "⏳ 延期", "+1 工作日", "天气")
    await office["周敏"].presses("不同意")
    assert "没同意延期" in await office["李强"].hears("周敏没同意")
    assert (await town.ticket()).answer_due == before.answer_due
    assert len(await lift.heard()) == heard


async def test_a_lead_needs_nobody_and_after_the_limit_it_is_too_late(
    town: Town, office: Community, lift: Person
) -> None:
    before = await town.ticket()
    await choose(office["周敏"], "更多", "⏳ 延期", "+1 工作日", "复杂")
    assert (await town.ticket()).answer_due > before.answer_due
    await town.later(days=4)
    assert "不能再延期" in await choose(office["周敏"], "更多", "⏳ 延期", "+1 工作日", "复杂")
    assert town.rows("select count(*) from extensions") == [(1,)]


async def test_what_cannot_be_done_now_is_kept_on_account_and_taken_up_again(
    town: Town, office: Community, lift: Person
) -> None:
    before = await town.ticket()
    assert "您的身份" in await choose(office["李强"], "更多", "挂账", "业主共同", "1 周")
    assert "已挂账" in await choose(office["周敏"], "1 周")
    held = await town.ticket()
    assert (held.state, held.resume_state) == (State.SUSPENDED, "working")
    told = await lift.hears("眼下还办不了")
    assert "要业主共同决定" in told
    assert "11月30日" in told
    assert "挂账，计时暂停，11月30日再看" in (await office.card(held))["text"]
    await town.later(days=6)
    assert await ladder.climb(town.office) == 0
    await town.later(days=1)
    assert await ladder.climb(town.office) == 1
    assert await ladder.climb(town.office) == 0
    await town.settle()
    await office.anyone.hears("挂账到期该看了")
    assert "再看" in await office["周敏"].presses("再挂 1 个月")
    await lift.hears("又看了一次")
    assert "已经有人定过" in await office["周敏"].presses("再挂 1 个月")
    await town.later(days=31)
    assert await ladder.climb(town.office) == 1
    await town.settle()
    assert "恢复办理" in await office["周敏"].presses("恢复办理")
    again = await town.ticket()
    assert (again.state, again.paused_at) == (State.WORKING, None)
    assert again.answer_due - before.answer_due > 37 * 24 * 3600 * 1000
    assert "李强" in await lift.hears("又可以办了")


async def test_what_is_not_ours_is_declined_with_where_to_turn(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    assert "您的身份" in await choose(office["李强"], "更多", "不予受理", "已进入诉讼")
    await office["周敏"].presses("已进入诉讼")
    ticket = await town.ticket()
    assert ticket.state is State.REJECTED
    assert "12348" in await zhang.hears("没能受理")
    assert "取消并单" not in labels_of(await office.card(ticket))


async def test_a_matter_in_work_is_not_declined(town: Town, office: Community, lift: Person) -> None:
    await office["周敏"].presses("更多")
    assert not any("不予受理" in label for label in labels_of(await office.card(await town.ticket())))


async def test_a_test_is_made_void(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await choose(office["周敏"], "更多", "作废", "测试")
    assert (await town.ticket()).state is State.VOID
    await zhang.hears("已作废（测试）")


async def test_taking_is_taken_back_within_a_minute(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    before = await town.ticket()
    await office["李强"].presses("接单")
    assert "只能本人撤销" in await office["王芳"].presses("撤销")
    assert await office["李强"].presses("撤销") == "已撤销"
    after = await town.ticket()
    assert (after.state, after.assignee_id, after.accepted_at) == (State.NEW, None, None)
    assert after.answer_due == before.answer_due
    await zhang.hears("换人办理")
    assert "不能撤销" in await office["李强"].forges(
        (await office.card(after))["message_id"], undo_token(town)
    )


async def test_a_closing_is_taken_back_and_the_resident_is_told(
    town: Town, office: Community, lift: Person
) -> None:
    await choose(office["李强"], "办结", "已解决")
    assert (await town.ticket()).state is State.REVIEW
    await office["李强"].presses("撤销")
    back = await town.ticket()
    assert (back.state, back.result, back.closed_at, back.review_due) == (State.WORKING, "", None, None)
    await lift.hears("还在办")
    assert "办理中" in await lift.presses("解决了")
    assert town.events(back)[-2:] == ["close", "undo"]


async def test_after_a_minute_or_another_change_it_is_too_late(
    town: Town, office: Community, lift: Person
) -> None:
    await choose(office["李强"], "转派", "王芳")
    card = await office.card(await town.ticket())
    await town.later(seconds=61)
    assert "超过 60 秒" in await office["李强"].presses("撤销", on=card["message_id"])
    await office["王芳"].presses("接单")
    await office["王芳"].says("/reply 001 师傅下午三点到")
    assert "又有了变化" in await office["王芳"].forges(card["message_id"], undo_token(town))


def undo_token(town: Town) -> str:
    return str(town.rows("select token from buttons where action = 'undo'")[0][0])


async def test_a_return_is_taken_back(town: Town, office: Community, lift: Person) -> None:
    await choose(office["李强"], "退回", "派错责任单位")
    assert (await town.ticket()).returned == 1
    await office["李强"].presses("撤销")
    back = await town.ticket()
    assert (back.state, back.assignee_id, back.returned) == (State.WORKING, office["李强"].id, 0)


async def test_after_three_returns_a_council_is_proposed(town: Town, office: Community, lift: Person) -> None:
    for name in ("李强", "王芳", "李强"):
        if (await town.ticket()).assignee_id is None:
            await office[name].presses("接单")
        await choose(office[name], "退回", "派错责任单位")
        assert await office.anyone.count("协调会") == (1 if (await town.ticket()).returned == 3 else 0)
    agenda = await office.anyone.hears("协调会")
    assert agenda.count("派错责任单位") == 3
    assert "电梯故障" in agenda


async def test_nothing_is_assigned_while_nobody_knows_where(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("路灯坏了")
    assert not (await town.ticket()).place
    assert "还缺：在哪里" in await choose(office["周敏"], "转派", "王芳")
    assert (await town.ticket()).state is State.NEW
    await office["周敏"].says("/assign 001 王芳")
    assert "还不能派单" in await office["周敏"].last()
    await office["周敏"].presses("补地点")
    assert (await town.ticket()).state is State.NEEDS_INFO
    await zhang.says("小花园边上那一排")
    ticket = await town.ticket()
    assert "小花园" in ticket.place
    assert ticket.state is State.NEW
    await choose(office["周敏"], "转派", "王芳")
    assert (await town.ticket()).assignee_id == office["王芳"].id


async def test_staff_write_the_place_down_and_taking_is_always_possible(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("路灯坏了")
    await office["李强"].presses("接单")
    card = await office.card(await town.ticket())
    await office["李强"].says("地点：3号楼2单元", reply_to=card["message_id"])
    ticket = await town.ticket()
    assert (ticket.building, ticket.unit) == ("3", "2")
    assert "社区答复" not in "".join(await zhang.heard())


async def test_a_doubtful_answer_waits_for_its_writer(town: Town, office: Community, lift: Person) -> None:
    card = await office.card(await town.ticket())
    await office["李强"].says("我们保证修好，绝对没问题", reply_to=card["message_id"])
    assert "还没发给居民" in await office["李强"].last()
    assert "社区答复" not in "".join(await lift.heard())
    assert "已经处理过" in await office["王芳"].presses("照发")
    waiting = await office["李强"].message("还没发给居民")
    again = data_of(waiting, "照发")
    assert "已发给居民" in await office["李强"].presses("照发")
    await lift.hears("我们保证修好")
    assert labels_of(await office["李强"].message("还没发给居民")) == []
    assert "已经处理过" in await office["李强"].forges(waiting["message_id"], again)
    assert await lift.count("我们保证修好") == 1
    await office["李强"].says("/reply 001 打师傅电话13812345678")
    await office["李强"].presses("改一改")
    assert await lift.count("打师傅电话") == 0
    await office["李强"].says("尽快处理", reply_to=card["message_id"])
    await lift.hears("尽快处理")
    assert "小提示" in await office["李强"].last()
    await office["李强"].says("备注：保证修好", reply_to=card["message_id"])
    assert await office["李强"].count("还没发给居民") == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("物业周三下午三点上门修", ()),
        ("我们保证明天修好", ("promise",)),
        ("这个不一定能修，明天上午师傅看了再说", ()),
        ("请一定要注意安全，师傅10点到", ()),
        ("请打师傅13812345678", ("leak",)),
        ("请打物业电话 010-55501000", ()),
        ("这个不归我们管", ("buck",)),
        ("这个不归我们管，请拨打12345", ()),
        ("尽快处理", ("vague",)),
        ("尽快处理，最晚周五", ()),
        ("收到，谢谢您的理解和支持！", ("empty",)),
        ("收到，已联系物业", ()),
        ("", ()),
    ],
)
def test_what_deserves_a_second_look(text: str, found: tuple[str, ...]) -> None:
    assert concerns(text) == found


def test_in_danger_only_a_leak_is_held_up() -> None:
    assert concerns("马上到", urgent=True) == ()
    assert concerns("马上到，打13812345678", urgent=True) == ("leak",)
