"""What the card offers in two taps: delays, corrections, 复杂; and the checklist."""

from __future__ import annotations

import pytest

from domain.states import State
from tests.town import Community, Person, Town, labels_of


@pytest.fixture
async def lift(town: Town, office: Community, zhang: Person) -> Person:
    """Zhang has reported the lift; 李强 has taken it."""
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await town.later(minutes=2)
    return zhang


async def test_more_time_takes_two_taps(town: Town, office: Community, lift: Person) -> None:
    before = await town.ticket()
    await office["周敏"].presses("缓办")
    assert any("等配件" in label for label in labels_of(await office.card(before)))
    assert "已延到" in await office["周敏"].presses("延 3 工作日：等配件")
    assert (await town.ticket()).answer_due > before.answer_due
    assert "等配件或材料" in await lift.hears("还要多花些时间")


async def test_keeping_on_account_takes_two_taps(town: Town, office: Community, lift: Person) -> None:
    await office["周敏"].presses("缓办")
    assert "已挂账" in await office["周敏"].presses("挂 30 天：经费")
    assert (await town.ticket()).state is State.SUSPENDED
    await lift.hears("经费还没落实")


async def test_other_delays_lead_to_the_long_way(town: Town, office: Community, lift: Person) -> None:
    await office["周敏"].presses("缓办")
    await office["周敏"].presses("别的延期")
    await office["周敏"].presses("+7 工作日")
    await office["周敏"].presses("天气")
    assert town.rows("select days, reason from extensions") == [(7, "weather")]


async def test_after_an_answer_no_more_time_is_offered(town: Town, office: Community, lift: Person) -> None:
    ticket = await town.ticket()
    await office["李强"].says("师傅明天下午三点到", reply_to=(await office.card(ticket))["message_id"])
    await office["周敏"].presses("缓办")
    shown = labels_of(await office.card(ticket))
    assert not any("延" in label for label in shown), shown
    assert any("挂" in label for label in shown)


async def test_the_category_is_corrected_in_two_taps(town: Town, office: Community, lift: Person) -> None:
    ticket = await town.ticket()
    await office["李强"].presses("更正")
    label = next(
        text for text in labels_of(await office.card(ticket)) if text.startswith("🗂") and "别的" not in text
    )
    await office["李强"].presses(label)
    after = await town.ticket()
    assert town.office.catalogue.leaf(after.category).name in label
    assert after.category != ticket.category


async def test_the_place_is_corrected_in_two_taps(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("5号楼1单元门口垃圾没人清")
    await zhang.says("楼道的灯不亮")
    await zhang.presses("跳过")
    first, second = await town.tickets()
    await office["李强"].presses("更正", on=(await office.card(second))["message_id"])
    assert "地点已改" in await office["李强"].presses("📍 5号楼1单元")
    placed = await town.ticket()
    assert (placed.place, placed.building) == (first.place, first.building)


async def test_the_place_is_written_as_a_reply(town: Town, office: Community, lift: Person) -> None:
    before = len(await lift.heard())
    await office["李强"].presses("更正")
    await office["李强"].presses("写地点")
    asked = await office["李强"].message("写上地点")
    await office["李强"].says("5号楼1单元", reply_to=asked["message_id"])
    ticket = await town.ticket()
    assert (ticket.building, ticket.unit) == ("5", "1")
    assert not any("5号楼1单元" in words and "社区答复" in words for words in (await lift.heard())[before:])


async def test_a_duplicate_is_joined_in_two_taps(town: Town, office: Community, lift: Person) -> None:
    other = await town.resident("李四", office)
    await other.says("3号楼2单元电梯又坏了")
    first, second = await town.tickets()
    await office["李强"].presses("更正", on=(await office.card(second))["message_id"])
    assert "已并入" in await office["李强"].presses(f"并入 {first.number}")
    assert (await town.ticket()).state is State.MERGED


@pytest.fixture
async def lamp(town: Town, office: Community, zhang: Person) -> Person:
    """An ordinary matter, which 李强 has taken."""
    await zhang.says("5号楼门口的路灯不亮")
    await office["李强"].presses("接单")
    return zhang


async def test_what_is_urgent_is_never_complex(town: Town, office: Community, lift: Person) -> None:
    await office["李强"].presses("更多")
    await office["李强"].presses("转紧急")
    shown = labels_of(await office.card(await town.ticket()))
    assert not any("缓办" in label or "复杂（" in label for label in shown)


async def test_a_complex_matter_gets_the_long_clock(town: Town, office: Community, lamp: Person) -> None:
    before = await town.ticket()
    await office["李强"].presses("缓办")
    assert "已标为复杂" in await office["李强"].presses("标为复杂")
    after = await town.ticket()
    assert (after.clock_class, after.clock_unit) == ("complex", "天")
    assert after.answer_due - before.created_at >= 14 * 24 * 3600 * 1000
    assert after.number in await lamp.hears("情况比较复杂")
    assert town.events(after)[-1] == "complex"
    await office["李强"].presses("缓办")
    assert not any("复杂（" in label for label in labels_of(await office.card(after)))


async def test_a_complex_matter_stays_so_under_another_category(
    town: Town, office: Community, lamp: Person
) -> None:
    await office["李强"].presses("缓办")
    await office["李强"].presses("标为复杂")
    due = (await town.ticket()).answer_due
    await office["李强"].presses("更正")
    label = next(
        text
        for text in labels_of(await office.card(await town.ticket()))
        if text.startswith("🗂") and "别的" not in text
    )
    await office["李强"].presses(label)
    assert (await town.ticket()).clock_class == "complex"
    assert (await town.ticket()).answer_due == due


async def test_the_checklist_is_ticked_by_buttons(town: Town, office: Community, lift: Person) -> None:
    await office["李强"].presses("更多")
    await office["李强"].presses("清单")
    assert "0/4" in await office["李强"].hears("办理清单")
    assert "已打勾" in await office["李强"].presses("到现场看过")
    shown = await office["李强"].hears("办理清单")
    assert "1/4" in shown
    assert "☑️ 到现场看过并拍照　李强" in shown
    assert await office["李强"].count("办理清单") == 1, "the page is turned, not sent again"
    assert "清单 1/4" in (await office.card(await town.ticket()))["text"]
    assert "已取消" in await office["王芳"].presses("到现场看过")
    assert "0/4" in await office["李强"].hears("办理清单")
    assert town.events(await town.ticket())[-2:] == ["checked", "unchecked"]


async def test_who_is_mentioned_hears_how_it_ends(town: Town, office: Community, lift: Person) -> None:
    await office["王芳"].in_private.says("/start")
    await office["李强"].says("/note 001 @王芳 帮忙问下物业，电话13812345678")
    told = await office["王芳"].in_private.hears("提到了您")
    assert "帮忙问下物业" in told
    assert "13812345678" not in told
    ticket = await town.ticket()
    await office["李强"].says("师傅明天下午三点到", reply_to=(await office.card(ticket))["message_id"])
    assert "答复了居民" in await office["王芳"].in_private.last()
    await office["李强"].says("/close 001 已修好")
    assert "办结了" in await office["王芳"].in_private.last()
    assert await office["周敏"].in_private.count("办结了") == 0
    assert "不再告诉您" in await office["王芳"].in_private.presses("不用再告诉我")


async def test_the_handler_works_from_a_private_chat(town: Town, office: Community, zhang: Person) -> None:
    for _ in range(2):
        await zhang.sends(photo="sample")
    await zhang.says("5号楼门口的路灯不亮，我电话13812345678")
    await zhang.sends(voice="sample")
    ticket = await town.ticket()
    li = office["李强"]
    await li.in_private.says("/start")
    await li.presses("接单")
    await li.presses("更多")
    await li.presses("看全文")
    assert "13812345678" in await li.in_private.hears("本次查看已记录")
    sent = [m for m in await li.in_private.messages() if {"photo", "voice"} & set(m)]
    assert len(sent) == 3
    await li.in_private.presses("清单")
    await li.in_private.presses("到现场看过")
    assert "1/4" in await li.in_private.hears("办理清单")
    full = await li.in_private.message("本次查看已记录")
    await li.in_private.says("师傅明天下午三点到", reply_to=full["message_id"])
    await zhang.hears("师傅明天下午三点到")
    assert "已办结" in await li.in_private.presses("🏁 已解决")
    assert (await town.ticket()).state is State.REVIEW
    assert "looked" in town.events(ticket)
