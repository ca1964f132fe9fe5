"""催办, 进度, 撤回 said into the microphone do what they do when they are written."""

from __future__ import annotations

from domain.states import State
from tests.test_voice import Listen, ears, listen, say
from tests.town import Community, Person, Town

assert ears, listen


async def test_a_spoken_urging_urges(town: Town, office: Community, zhang: Person, listen: Listen) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await say(zhang, "怎么还没人来，催一下")
    await listen()
    await zhang.hears("听到您说：“怎么还没人来，催一下”")
    await zhang.hears("已替您催办")
    await office.anyone.hears("居民催办")
    assert len(await town.tickets()) == 1


async def test_an_urging_that_came_first_as_a_ticket_is_taken_back(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.later(hours=3)
    await say(zhang, "你们快点啊，怎么还没人来，催一下")
    await listen()
    first, order = await town.tickets()
    assert (first.state, order.state) == (State.NEW, State.WITHDRAWN)
    assert first.number in await zhang.hears("已替您催办")


async def test_a_spoken_question_is_answered_with_how_far_it_is(
    town: Town, zhang: Person, listen: Listen
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await say(zhang, "我报的事进度怎么样了")
    await listen()
    assert "电梯故障" in await zhang.hears("您反映的事")


async def test_a_spoken_withdrawal_is_asked_about_first(town: Town, zhang: Person, listen: Listen) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await say(zhang, "不用办了，撤回吧")
    await listen()
    await zhang.hears("要撤回")
    assert (await town.ticket()).state is State.NEW
    await zhang.presses("撤回", on=(await zhang.message("要撤回"))["message_id"])
    assert (await town.ticket()).state is State.WITHDRAWN


async def test_an_order_about_nothing_stays_with_staff(town: Town, zhang: Person, listen: Listen) -> None:
    await say(zhang, "怎么还没人来，催一下")
    await listen()
    assert (await town.ticket()).state is State.NEW
