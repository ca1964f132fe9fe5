"""Filing for others: walk-ins, telephone calls, what is found on a round; answers by telephone."""

from __future__ import annotations

import pytest

from desk.staff.filing import origin_of, who_called
from domain.states import State
from storage.filings import has_no_telegram
from tests.town import Community, Town, labels_of, words_of

PHONE = "13812345678"


@pytest.mark.parametrize(
    ("said", "name", "phone", "origin"),
    [
        ("3号楼电梯坏了 王阿姨 13812345678", "王阿姨", PHONE, "call"),
        ("5号楼李大爷来说暖气不热", "李大爷", "", "visit"),
        ("巡查发现东门井盖松了", "", "", "round"),
        ("居民打电话说楼道灯不亮", "", "", "call"),
        ("电话：13812345678 2号楼漏水", "", PHONE, "call"),
    ],
)
def test_who_and_how_is_read_from_the_words(said: str, name: str, phone: str, origin: str) -> None:
    caller = who_called(said)
    assert caller.name.endswith(name)
    assert caller.phone == phone
    assert PHONE not in caller.rest
    assert origin_of(said, caller) == origin


async def test_a_call_becomes_a_ticket_at_once(town: Town, office: Community) -> None:
    await office["李强"].says(f"/new 3号楼2单元电梯坏了 王阿姨 {PHONE}")
    ticket = await town.ticket()
    assert (ticket.category, ticket.building, ticket.unit) == ("elevator", "3", "2")
    assert has_no_telegram(ticket.chat_id)
    told = await office["李强"].hears("已登记")
    assert ticket.number in told
    assert "来电" in told
    assert PHONE not in told
    card = (await office.card(ticket))["text"]
    assert "王** 138******78（来电登记）" in card
    assert PHONE not in card
    assert "filed" in town.events(ticket)
    await office["李强"].in_private.says("/start")
    await office["李强"].in_private.says("/t 001")
    assert PHONE in await office["李强"].in_private.hears("本次查看已记录")


async def test_how_it_came_is_corrected_by_a_tap(town: Town, office: Community) -> None:
    await office["李强"].says("/new 5号楼门口路灯不亮")
    assert "（来访）" in await office["李强"].hears("已登记")
    assert "来源：巡查" in await office["李强"].presses("巡查")
    assert "（巡查）" in await office["李强"].hears("已登记")
    assert await office["李强"].count("已登记") == 1
    assert "巡查登记" in (await office.card(await town.ticket()))["text"]


async def test_answers_go_by_telephone(town: Town, office: Community) -> None:
    await office["李强"].says(f"/new 3号楼2单元电梯坏了 王阿姨 {PHONE}")
    ticket = await town.ticket()
    await office["李强"].presses("接单")
    await office["李强"].says("师傅下午三点到", reply_to=(await office.card(ticket))["message_id"])
    call = await office["李强"].hears("请打电话告诉")
    assert "师傅下午三点到" in call
    assert PHONE not in call
    assert "电话告诉了居民" in await office["李强"].presses("已电话告诉")
    await office["李强"].says("/close 001 电梯已修好")
    assert "电梯已修好" in await office["李强"].hears("请打电话告诉")
    assert "居民说好了" in await office["李强"].presses("已告诉，说好了")
    assert (await town.ticket()).state is State.CLOSED
    assert "phoned" in town.events(ticket)
    sent = town.rows("select count(*) from outbox where chat_id < ?", -(10**15))
    assert sent == [(0,)]


async def test_not_solved_by_telephone_is_done_again(town: Town, office: Community) -> None:
    await office["李强"].says(f"/new 3号楼2单元电梯坏了 王阿姨 {PHONE}")
    await office["李强"].says("/close 001 电梯已修好")
    assert "已重办" in await office["李强"].presses("说没解决")
    assert (await town.ticket()).state is State.REOPENED


async def test_the_same_telephone_is_the_same_person(town: Town, office: Community) -> None:
    await office["李强"].says(f"/new 3号楼2单元电梯坏了 王阿姨 {PHONE}")
    await office["王芳"].says(f"/new 5号楼楼下垃圾没人清 {PHONE}")
    first, second = await town.tickets()
    assert first.resident_id == second.resident_id
    await office["王芳"].says("/new 2号楼漏水")
    assert (await town.ticket()).resident_id != first.resident_id


async def test_the_telephone_is_added_later(town: Town, office: Community) -> None:
    await office["李强"].says("/new 5号楼门口路灯不亮")
    await office["李强"].presses("补电话")
    asked = await office["李强"].message("写上称呼和电话")
    await office["李强"].says("不知道", reply_to=asked["message_id"])
    assert "没看到电话号码" in await office["李强"].last()
    await office["李强"].says(f"李大爷 {PHONE}", reply_to=asked["message_id"])
    assert "李** 138******78" in (await office.card(await town.ticket()))["text"]
    card = await office.card(await town.ticket())
    await office["李强"].says("电话：赵奶奶 13900001111", reply_to=card["message_id"])
    assert "赵** 139******11" in (await office.card(await town.ticket()))["text"]


async def test_a_picture_of_somebody_is_filed_by_a_reply(town: Town, office: Community) -> None:
    sent = await office["王芳"].sends(photo="sample")
    await office["李强"].says("/new 东门垃圾桶满了没人清", reply_to=sent)
    ticket = await town.ticket()
    assert town.rows("select media from messages where ticket_id = ? and media <> ''", ticket.id) == [
        ("photo",)
    ]
    assert "照片×1" in (await office.card(ticket))["text"]
    photos = [m for m in await office.anyone.messages() if "photo" in m]
    assert len(photos) == 2, "the one that was sent, and the ticket's"


async def test_a_picture_with_new_under_it_is_filed_in_private_too(town: Town, office: Community) -> None:
    li = office["李强"].in_private
    await li.says("/start")
    await li.sends(photo="sample", caption="/new 巡查发现5号楼消防通道堵了")
    ticket = await town.ticket()
    assert "照片×1" in (await office.card(ticket))["text"]
    assert "（巡查）" in await li.hears("已登记")
    await li.presses("写地点")
    asked = await li.message("写上地点")
    await li.says("5号楼1单元", reply_to=asked["message_id"])
    assert (await town.ticket()).unit == "1"


async def test_danger_found_on_a_round_raises_the_alarm(town: Town, office: Community) -> None:
    await office["李强"].says("/new 巡查发现3号楼2单元着火了")
    assert (await town.ticket()).dangers == ("fire",)
    assert await office.anyone.count("🚨🚨") == 1


async def test_an_empty_new_and_strangers_file_nothing(town: Town, office: Community) -> None:
    await office["李强"].says("/new")
    assert "/new 3号楼电梯坏了" in await office["李强"].last()
    stranger = await town.stranger(office)
    await stranger.says("/new 3号楼电梯坏了")
    assert await town.tickets() == []


async def test_private_matters_stay_out_of_the_answer(town: Town, office: Community) -> None:
    text = "想申请低保，家里没有收入"
    town.doubt(text, "subsistence")
    await office["李强"].says(f"/new {text}")
    ticket = await town.ticket()
    assert town.office.closed(ticket)
    ours = [m for m in await office.anyone.messages() if m.get("from", {}).get("id") != office["李强"].id]
    assert not any("收入" in words_of(m) for m in ours)
    assert any("看全文" in label or "接单" in label for label in labels_of(await office.card(ticket)))


async def test_the_same_message_files_once(town: Town, office: Community) -> None:
    await office["李强"].says("/new 3号楼2单元电梯坏了")
    await office["李强"].says("/new 3号楼2单元电梯坏了")
    assert len(await town.tickets()) == 2, "two commands are two filings"
    assert town.rows("select count(distinct ticket_id) from filings") == [(2,)]


async def test_who_left_no_telephone_is_not_called(town: Town, office: Community) -> None:
    await office["李强"].says("/new 巡查发现5号楼门口路灯不亮")
    ticket = await town.ticket()
    await office["李强"].says("师傅明天下午三点到", reply_to=(await office.card(ticket))["message_id"])
    assert await office.anyone.count("请打电话告诉") == 0
    await office["李强"].presses("补充", on=(await office.card(ticket))["message_id"])
    await office["李强"].presses("要照片")
    await office.anyone.hears("当事人没留电话")
