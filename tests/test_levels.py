"""上报 and 转交: a ticket climbs and comes back, units work by private links, rights go by organisation."""

from __future__ import annotations

import pytest

from domain.levels import Kind
from domain.states import State
from jobs import ladder
from storage import buttons, hops, organisations
from storage.organisations import Worker
from storage.store import Tx
from tests.town import BOT, Community, Person, Town, data_of, labels_of
from tests.tree_town import Tree, grow

PHONE = "13812345678"


@pytest.fixture
async def tree(town: Town, office: Community) -> Tree:
    return await grow(town, office)


@pytest.fixture
async def stall(town: Town, office: Community, tree: Tree, zhang: Person) -> Person:
    """Zhang has reported stalls in the street; 李强 has taken it."""
    await zhang.says(f"幸福里小区东门流动摊贩占道经营，我电话{PHONE}")
    await office["李强"].presses("接单")
    await town.later(minutes=2)
    return zhang


async def test_a_community_without_a_tree_sees_nothing_of_it(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    card = await office.card(await town.ticket())
    assert not any("上报" in label for label in labels_of(card))


async def test_two_presses_hand_it_up_and_it_comes_back(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    assert "已转给平安街道" in await office["李强"].presses("平安街道：超出社区权限")
    ticket = await town.ticket()
    assert ticket.state is State.ASSIGNED
    assert ticket.assignee_id == office["李强"].id
    told = await stall.hears("要请平安街道来办")
    assert "社区一直跟着" in told
    assert "还没签收，首接的同事继续负责" in (await office.card(ticket))["text"]
    card = await tree.street.hears("幸福社区转来")
    assert PHONE not in card
    assert "超出社区权限（李强）" in card
    assert "归您了" in await tree.street.presses("接单")
    await stall.hears("平安街道已经接手")
    assert "负责：" in (receipt := await stall.hears("已登记"))
    assert "平安街道" in receipt
    assert "刘街道已签收" in (await office.card(await town.ticket()))["text"]
    await tree.street.presses("办结回复")
    assert "已回复社区" in await tree.street.presses("办好了")
    await stall.hears("平安街道回复社区：办好了")
    await office.anyone.hears("请核实后办结")
    back = await town.ticket()
    assert back.state is State.WORKING
    assert "🪜" not in (await office.card(back))["text"]
    assert "办好了，不用再办了" in await tree.street.hears("幸福社区转来")
    await office["李强"].presses("办结（已解决）")
    done = await town.ticket()
    assert (done.state, done.result) == (State.REVIEW, "solved")
    assert town.events(done)[-3:] == ["take", "hand_back", "close"]
    ledger = await town.store.read(lambda tx: hops.of_ticket(tx, done.id))
    assert [(hop.outcome, hop.signed_by) for hop in ledger] == [("solved", tree.street.id)]


async def test_a_departments_person_works_by_a_private_link(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    sun = tree.sun
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局：属部门职责")
    await sun.hears("幸福社区转来")
    assert "请先点" in await sun.forges(
        (await sun.with_button("接单"))["message_id"],
        await _token(town, sun, "unit_done"),
    )
    await sun.presses("接单")
    await sun.presses("看全文")
    assert PHONE in await sun.hears("本次查看已记录")
    assert town.events(await town.ticket())[-1] == "looked"
    card = await sun.message("幸福社区转来")
    await sun.says("明天上午联合执法", reply_to=card["message_id"])
    assert "区城管局 孙城管" in await stall.hears("明天上午联合执法")
    await office.anyone.hears("区城管局已答复居民：明天上午联合执法")
    assert (await town.ticket()).state is State.ANSWERED
    await sun.says("/tickets")
    assert "（1）" in await sun.last()
    await sun.presses("办结回复")
    await sun.presses("办好了")
    await sun.says("/start")
    assert "手上没有要办的件" in await sun.last()
    assert "明天上午联合执法" in await office.anyone.hears("请核实后办结")


async def _token(town: Town, person: Person, action: str) -> str:
    """A button that the person could have kept from somewhere: issued for this very chat."""
    ticket = await town.ticket()
    hop = town.rows("select id from hops where ticket_id = ? and ended_at is null", ticket.id)[0][0]
    return await town.store.write(
        lambda tx: buttons.issue(
            tx,
            person.chat if person.chat < 0 else person.id,
            action,
            town.clock.ms(),
            ticket_id=ticket.id,
            arg=f"{hop}:solved",
            community_id=ticket.community_id,
        )
    )


async def test_rights_go_by_organisation_and_nothing_else(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    ticket = await town.ticket()
    token = data_of(await tree.sun.message("幸福社区转来"), "接单")
    assert "失效" in await tree.qian.forges(
        (await tree.qian.messages())[-1]["message_id"], token
    )  # another's button
    for stranger in (tree.qian, tree.street.in_private, stall):
        own = await _token(town, stranger, "unit_take")
        message = (await stranger.messages())[-1]["message_id"]
        assert "还没有登记为区城管局的人员" in await stranger.forges(message, own)
    for command in ("/tickets", "/t 001", "/close 001 好了", "/search 占道"):
        await tree.sun.says(command)
        assert "占道经营，我电话" not in await tree.sun.last()
    assert (await town.ticket()).state is State.ASSIGNED
    await tree.sun.presses("接单")
    await office["周敏"].presses("转派")
    await office["周敏"].presses("王芳")
    assert "社区收回" in await tree.sun.hears("不用再办了，谢谢")
    assert "不在您单位手上" in await tree.sun.forges(
        (await tree.sun.messages())[-1]["message_id"], await _old(town, tree.sun)
    )
    assert (await town.ticket()).assignee_id == office["王芳"].id
    assert ticket.id == (await town.ticket()).id


async def _old(town: Town, person: Person) -> str:
    return str(
        town.rows("select token from buttons where chat_id = ? and action = 'unit_full'", person.id)[0][0]
    )


async def test_a_stranger_in_the_subdistricts_group_may_nothing(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    who = int((await town.drive.act("users", first_name="路人"))["id"])
    await town.drive.act("members/add", group=tree.street.chat, member=who)
    passer = Person(town, who, "路人", tree.street.chat)
    assert "还没有登记为平安街道" in await passer.presses("接单")
    card = await passer.message("幸福社区转来")
    await passer.says("我来答", reply_to=card["message_id"])
    assert "这条没有发给居民" in await passer.last()
    assert "我来答" not in "".join(await stall.heard())


async def test_it_is_given_back_with_a_reason_and_the_first_receiver_has_it(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("和美超市：请共建单位出力")
    await tree.qian.presses("退回")
    await tree.qian.presses("不属于本单位职责")
    ticket = await town.ticket()
    assert (ticket.state, ticket.returned, ticket.assignee_id) == (State.RETURNED, 1, office["李强"].id)
    assert "李强" in await office.anyone.hears("和美超市钱超市退回：不属于本单位职责")
    await stall.hears("和美超市没有接办")


async def test_it_climbs_on_and_the_way_is_shown(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    await tree.street.presses("再上报")
    await tree.street.presses("区城管局")
    assert "社区 → 平安街道 → 区城管局" in (await office.card(await town.ticket()))["text"]
    await office.anyone.hears("平安街道已转给区城管局")
    await tree.sun.hears("属部门职责（平安街道）")
    waiting = await town.store.read(lambda tx: hops.waiting_by_rung(tx, office.id))
    assert [(rung.name, rung.waiting, rung.signed) for rung in waiting] == [("区城管局", 1, 0)]
    await office["周敏"].says("/summary")
    assert "在上级和单位手上：区城管局 1（1 件没签收）" in await office.anyone.last()


async def test_a_slip_of_the_hand_is_taken_back(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    assert "已撤销" in await office["李强"].presses("撤销刚才的操作")
    ticket = await town.ticket()
    assert ticket.state is State.WORKING
    assert town.rows("select outcome from hops") == [("undone",)]
    await tree.street.hears("撤销，平安街道不用再办了")
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    await office["周敏"].presses("转派")
    await office["周敏"].presses("王芳")
    assert town.rows("select outcome from hops order by id") == [("undone",), ("recalled",)]
    await office["周敏"].presses("撤销刚才的操作")
    assert town.rows("select outcome from hops order by id") == [("undone",), ("",)]
    assert "刘街道已签收" in (await office.card(await town.ticket()))["text"]


async def test_the_second_not_solved_goes_up_by_itself(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    for _ in range(2):
        await office["李强"].says("/close 001 劝走了")
        await stall.presses("没解决")
    ticket = await town.ticket()
    assert (ticket.state, ticket.reopened) == (State.ASSIGNED, 2)
    await office.anyone.hears("居民第 2 次说没解决，已自动上报平安街道")
    await tree.street.hears("居民第二次说没解决")


async def test_private_matters_are_closed_to_a_unit_until_it_signs(
    town: Town, office: Community, tree: Tree, zhang: Person
) -> None:
    await zhang.says("3号楼2单元502有人聚众赌博")
    await office["李强"].presses("接单")
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    card = await tree.street.hears("幸福社区转来")
    assert "赌博" not in card
    assert "502" not in card
    assert "涉及隐私" in card


async def test_the_ladder_calls_the_unit_then_the_subdistrict_then_the_department(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    heard: list[str] = []
    for _ in range(20 * 24):
        await town.later(hours=1)
        if await ladder.climb(town.office):
            await town.settle()
        street, sun = await tree.street.count("超期后还没有答复"), await tree.sun.count("超期后还没有答复")
        heard += ["street"] * (street - heard.count("street")) + ["sun"] * (sun - heard.count("sun"))
        if len(heard) >= 2:
            break
    assert heard == ["street", "sun"]
    assert "社区和街道都已提醒过" in await tree.sun.last()
    for _ in range(30):
        await town.later(hours=5)
        await ladder.climb(town.office)
    await town.settle()
    assert await tree.street.count("超期后还没有答复") == 1
    assert await tree.sun.count("超期后还没有答复") == 1


async def test_a_unit_that_does_not_sign_is_reminded(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    for _ in range(15 * 24):
        await town.later(hours=1)
        if await ladder.climb(town.office):
            await town.settle()
        if await tree.sun.count("已超期"):
            break
    assert "请尽快接单或退回" in await tree.sun.hears("已超期")


async def returned_three_times(town: Town, office: Community, tree: Tree) -> None:
    for _ in range(3):
        await office["李强"].presses("上报/转交")
        await office["李强"].presses("和美超市")
        await tree.qian.presses("退回")
        await tree.qian.presses("本单位条件办不了")


async def test_after_three_returns_the_group_decides_by_a_button(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await returned_three_times(town, office, tree)
    agenda = await office.anyone.hears("请开一次协调会")
    assert agenda.count("和美超市：本单位条件办不了") == 3
    assert "由共建委成员来定" in await office["李强"].presses("定：区城管局主办")
    assert "已定：区城管局主办" in await office["周敏"].presses("定：区城管局主办")
    await tree.sun.hears("协调会议定")
    await office.anyone.hears("协调会议定：由区城管局主办（周敏）")


async def test_the_council_decides_where_there_is_one(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    who = int((await town.drive.act("users", first_name="郑主任"))["id"])
    chair = Person(town, who, "郑主任")
    await chair.says("/start")

    async def enter(tx: Tx) -> None:
        node = await organisations.of_community(tx, office.id)
        assert node is not None
        council = await organisations.found(
            tx, Kind.COUNCIL, "幸福社区共建委", "council", town.clock.ms(), parent_id=node.id
        )
        await organisations.join(tx, Worker(council, who, "郑主任"), town.clock.ms())

    await town.store.write(enter)
    await returned_three_times(town, office, tree)
    await chair.hears("请开一次协调会")
    await office.anyone.hears("建议开一次协调会")
    assert "已定：幸福社区主办" in await chair.presses("定：社区自己主办")
    await office.anyone.hears("由幸福社区主办（幸福社区共建委郑主任）")
    assert "已定：平安街道主办" in await chair.presses("定：平安街道主办")
    await tree.street.hears("协调会议定")


async def test_what_is_merged_withdrawn_or_closed_leaves_the_unit(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    await tree.sun.presses("接单")
    await office["李强"].says("/close 001 劝走了")
    assert town.rows("select outcome from hops") == [("closed",)]
    await tree.sun.hears("已结束，区城管局不用再办了")


async def test_a_unit_that_blocked_the_bot_is_to_be_telephoned(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await tree.sun.blocks()
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    await office.anyone.hears("消息送不到区城管局，请电话联系")


async def test_who_leaves_hands_the_signature_on(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    admin = town.admin
    await admin.says("/start")
    await admin.presses("上级和单位")
    await admin.presses("平安街道")
    await admin.presses("移出 刘街道")
    assert "还没人接" in await tree.street.hears("幸福社区转来")
    assert "还没有登记为平安街道" in await tree.street.presses("接单")


async def test_cards_follow_the_group_and_its_loss(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    private = tree.street.in_private
    assert await private.count("幸福社区转来") == 0
    await town.drive.act("members/remove", group=tree.street.chat, member=BOT)
    await town.settle()
    await private.presses("接单")
    await stall.hears("平安街道已经接手")
    assert town.rows("select chat_id from organisations where id = ?", tree.subdistrict) == [(None,)]


async def test_the_way_can_be_read_and_drawn(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    await tree.sun.presses("接单")
    li = office["李强"].in_private
    await li.says("/start")
    await office["李强"].presses("更多")
    await office["李强"].presses("经过")
    told = await li.hears("办理经过")
    assert "上报或转交 区城管局：属部门职责" in told
    await stall.says("进度")
    await stall.presses("看经过")
    assert "转给区城管局办理" in await stall.last()
    assert "区城管局接单，开始办理" in await stall.last()


async def test_erasure_reaches_whoever_signed_elsewhere(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("区城管局")
    await tree.sun.presses("接单")
    await tree.sun.presses("看全文")
    assert PHONE in "".join(await tree.sun.heard())
    await stall.says("我的数据")
    await stall.presses("删除")
    await stall.presses("撤回这 1 件并删除")
    assert PHONE not in "".join(await tree.sun.heard())
    assert "占道经营" not in "".join(await tree.sun.heard())
    await tree.sun.hears("请长按删除")


async def test_the_people_of_a_unit_have_their_own_help(town: Town, office: Community, tree: Tree) -> None:
    await tree.sun.says("/help")
    told = await tree.sun.last()
    assert "区城管局怎么办理转来的件" in told
    assert "再上报" not in told, "a department passes nothing on"
    await tree.street.says("/help")
    assert "平安街道怎么办理转来的件" in await tree.street.last()
    assert "再上报/转交" in await tree.street.last()
    zhao = await town.resident("赵六", office)
    await zhao.says("/help")
    assert "怎么办理转来的件" not in await zhao.last()


async def test_what_the_community_has_acted_on_loses_its_buttons(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    await tree.street.presses("办结回复")
    await tree.street.presses("✅ 办好了")
    assert labels_of(await office.anyone.message("请核实后办结"))
    await office["李强"].presses("办结（已解决）")
    assert labels_of(await office.anyone.message("请核实后办结")) == []


async def test_two_rungs_up_and_straight_back(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    await tree.street.presses("再上报/转交")
    await tree.street.presses("区城管局")
    await tree.sun.presses("接单")
    await tree.sun.presses("退回")
    assert "回给：平安街道" in await tree.sun.hears("幸福社区转来")
    await tree.sun.presses("改为直接回社区")
    assert "回给：幸福社区" in await tree.sun.hears("幸福社区转来")
    assert "已退回社区" in await tree.sun.presses("不属于本单位职责")
    ticket = await town.ticket()
    assert ticket.state is State.RETURNED
    assert await town.store.read(lambda tx: hops.present(tx, ticket.id)) is None


async def test_the_way_back_is_in_both_histories(
    town: Town, office: Community, tree: Tree, stall: Person
) -> None:
    await office["李强"].in_private.says("/start")
    await office["李强"].presses("上报/转交")
    await office["李强"].presses("平安街道")
    await tree.street.presses("接单")
    await tree.street.presses("再上报/转交")
    await tree.street.presses("区城管局")
    await tree.sun.presses("接单")
    card = await tree.sun.message("幸福社区转来")
    await tree.sun.says("摊贩已劝离", reply_to=card["message_id"])
    await tree.sun.presses("办结回复")
    await tree.sun.presses("✅ 办好了")
    assert "摊贩已劝离" in await tree.street.hears("区城管局回复：办好了")
    waiting = await town.store.read(lambda tx: hops.waiting_by_rung(tx, office.id))
    assert [(rung.name, rung.waiting, rung.signed) for rung in waiting] == [("平安街道", 1, 1)]
    await office["李强"].presses("更多")
    await office["李强"].presses("🕘 经过")
    assert "区城管局 → 平安街道：办好了" in await office["李强"].in_private.last()
    await tree.street.presses("办结回复")
    await tree.street.presses("✅ 办好了")
    assert "摊贩已劝离" in await office.anyone.hears("平安街道回复：办好了"), "what the unit above had said"
    await stall.says("进度")
    await stall.presses("经过")
    told = await stall.last()
    assert "区城管局已回复平安街道" in told
    assert "平安街道已回复社区" in told
