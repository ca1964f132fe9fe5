"""并单 and 我也是: neighbours with one matter, put together and taken apart, all told of everything."""

from __future__ import annotations

import pytest

from domain.states import State
from storage.tickets import Ticket
from tests.town import Community, Person, Town, labels_of

LIFT = "3号楼2单元电梯坏了"


@pytest.fixture
async def li(town: Town, office: Community, zhang: Person) -> Person:
    """Zhang has reported the lift; his neighbour 李四 reports it too."""
    await zhang.says(LIFT)
    neighbour = await town.resident("李四", office)
    await neighbour.says("3号楼电梯又坏了，出不了门")
    return neighbour


async def pair(town: Town) -> tuple[Ticket, Ticket]:
    first, second = (await town.tickets())[:2]
    return first, second


async def test_a_neighbour_joins_with_one_press_and_hears_all(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    first, second = await pair(town)
    assert second.state is State.NEW  # nothing is lost by not answering
    assert first.number in await li.hears("和邻居一起办吗？")
    assert "算我一个" not in "".join(await zhang.heard())
    assert f"跟 {first.number} 一起办" in await li.presses("算我一个")
    first, second = await pair(town)
    assert second.state is State.MERGED
    assert first.number in await li.hears("合在一起办")
    assert "2 位居民" in (await office.card(first))["text"]
    assert f"已并入 {first.number}" in (await office.card(second))["text"]
    await office["李强"].presses("接单", on=(await office.card(first))["message_id"])
    assert second.number in await li.hears("李强已接手")
    await office["李强"].says("师傅下午三点到", reply_to=(await office.card(first))["message_id"])
    await zhang.hears("师傅下午三点到")
    await li.hears("师傅下午三点到")
    await office["李强"].says("/close 001 已换配件")
    await zhang.hears("您的事解决了吗")
    assert second.number in await li.hears("您那边好了吗")
    assert "谢谢" in await li.presses("好了")
    assert (await pair(town))[1].state is State.MERGED


async def test_full_text_lists_the_neighbours(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    await li.presses("算我一个")
    await office["李强"].in_private.says("/help")
    await office["李强"].presses("接单", on=(await office.card((await pair(town))[0]))["message_id"])
    await office["李强"].in_private.says("/t 001")
    assert "同一件事：李四" in await office["李强"].in_private.hears("本次查看")


async def test_not_the_same_stays_alone(town: Town, office: Community, zhang: Person, li: Person) -> None:
    await li.presses("不是同一件")
    first, second = await pair(town)
    assert second.state is State.NEW
    assert town.events(second)[-1] == "not_same"
    assert "居民反映" not in (await office.card(first))["text"]


@pytest.mark.parametrize("words", ["5号楼2单元电梯坏了", "3号楼3单元电梯坏了", "3号楼2单元楼道灯坏了"])
async def test_another_place_or_kind_is_not_offered(
    town: Town, office: Community, zhang: Person, words: str
) -> None:
    await zhang.says(LIFT)
    other = await town.resident("李四", office)
    await other.says(words)
    assert "算我一个" not in "".join(await other.heard())


async def test_an_old_or_finished_matter_is_not_offered(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(LIFT)
    await town.later(days=15)
    other = await town.resident("李四", office)
    await other.says(LIFT)
    assert "算我一个" not in "".join(await other.heard())
    first, second = await pair(town)
    await office["李强"].says(f"/close {first.number} 好了")
    third = await town.resident("王五", office)
    await third.says(LIFT)
    assert second.number in await third.hears("和邻居一起办吗？")


async def test_the_place_said_afterwards_finds_the_neighbour_too(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元路灯坏了")
    other = await town.resident("李四", office)
    await other.says("路灯坏了")
    assert "算我一个" not in "".join(await other.heard())
    await other.says("3号楼2单元")
    await other.hears("和邻居一起办吗？")


async def test_joining_a_matter_that_is_finished_by_now_is_refused(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    await office["李强"].says("/close 001 好了")
    assert "已经办结" in await li.presses("算我一个")
    assert (await pair(town))[1].state is State.NEW


async def test_who_has_joined_can_urge_add_and_look(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    await li.presses("算我一个")
    first, second = await pair(town)
    await li.says("进度")
    assert second.number in await li.last()
    await li.says("催办")
    assert second.number in await li.hears("已替您催办")
    assert first.number in await office.anyone.hears("居民催办")
    said = await li.says("补充一下，在5楼卡住过", reply_to=(await li.message("已登记"))["message_id"])
    assert await li.signs(said) == ["👌"]
    assert second.number in await office.anyone.hears("在5楼卡住过")


async def test_for_one_it_is_not_solved(town: Town, office: Community, zhang: Person, li: Person) -> None:
    await li.presses("算我一个")
    await office["李强"].says("/close 001 已换配件")
    await li.presses("我这边还没好")
    first, second = await pair(town)
    assert (first.state, second.state) == (State.REVIEW, State.NEW)
    assert second.answer_due > town.clock.ms()
    await li.hears("单独接着办")
    await office.anyone.hears("自己那边还没好")
    assert "接单" in "".join(labels_of(await office.card(second)))


async def test_when_the_first_withdraws_the_neighbours_go_on(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    third = await town.resident("王五", office)
    await third.says(LIFT)
    await li.presses("算我一个")
    await third.presses("算我一个")
    await zhang.presses("撤回")
    await zhang.presses("撤回", on=(await zhang.message("要撤回"))["message_id"])
    first, second, last = await town.tickets()
    assert (first.state, second.state, last.state) == (State.WITHDRAWN, State.NEW, State.MERGED)
    assert town.rows("select ticket_id, into_id from joined") == [(last.id, second.id)]
    await li.hears("单独接着办")
    assert "2 位居民" in (await office.card(second))["text"]


async def test_one_who_has_joined_withdraws_alone(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    await li.presses("算我一个")
    await li.says("撤回")
    await li.presses("撤回", on=(await li.message("要撤回"))["message_id"])
    first, second = await pair(town)
    assert (first.state, second.state) == (State.NEW, State.WITHDRAWN)
    assert "居民反映" not in (await office.card(first))["text"]


async def test_staff_merge_and_split(town: Town, office: Community, zhang: Person, li: Person) -> None:
    first, second = await pair(town)
    card = (await office.card(second))["message_id"]
    await office["王芳"].presses("更多", on=card)
    await office["王芳"].presses("🔗 并单", on=card)
    assert f"已并入 {first.number}" in await office["王芳"].presses("并入", on=card)
    assert (await pair(town))[1].state is State.MERGED
    await li.hears("合在一起办")
    await office["王芳"].presses("取消并单", on=card)
    assert (await pair(town))[1].state is State.NEW
    assert town.rows("select count(*) from joined") == [(0,)]


async def test_three_in_a_week_are_a_hot_spot_told_once(
    town: Town, office: Community, zhang: Person, li: Person
) -> None:
    await li.presses("算我一个")
    assert await office.anyone.count("热点") == 0
    for name in ("王五", "赵六"):
        other = await town.resident(name, office)
        await other.says(LIFT)
        await other.presses("算我一个")
    assert await office.anyone.count("热点") == 1
    assert "3 位居民" in await office.anyone.hears("热点")
    assert "4 位居民" in (await office.card((await pair(town))[0]))["text"]


async def test_private_matters_are_never_offered(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("想申请低保，家里没收入，住3号楼2单元501")
    other = await town.resident("李四", office)
    await other.says("想申请低保，家里没收入，住3号楼2单元501")
    assert len(await town.tickets()) == 2
    assert "算我一个" not in "".join(await other.heard())
