"""What staff do in their group: buttons, replies, commands, lists."""

from __future__ import annotations

import asyncio

import pytest

from domain.states import State
from tests.town import BOT, Community, Person, Town, labels_of


@pytest.fixture
async def two(town: Town, office: Community, zhang: Person) -> Person:
    """Zhang has two open tickets: 001 the lift, 002 the rubbish."""
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    return zhang


async def test_of_two_who_take_at_once_one_wins(town: Town, office: Community, two: Person) -> None:
    card = await office.card((await town.tickets())[0])

    async def press(name: str) -> str:
        body = {
            "from_": office[name].id,
            "chat": office.group,
            "message_id": card["message_id"],
            "text": "接单",
        }
        return str((await town.drive.act("press", **body))["text"])

    shown = await asyncio.gather(press("李强"), press("王芳"))
    await town.settle()
    ticket = (await town.tickets())[0]
    winner = "李强" if ticket.assignee_id == office["李强"].id else "王芳"
    assert sorted(shown) == sorted([f"{ticket.number} 归您了", f"{winner}已经接单了。"])
    assert await two.count("已接手") == 1


async def test_a_colleague_is_given_a_ticket(town: Town, office: Community, two: Person) -> None:
    await office["周敏"].presses("转派")
    shown = labels_of(await office["周敏"].with_button("王芳"))
    assert [label for label in shown if "王芳" in label] == ["王芳（0件）"]
    await office["周敏"].presses("王芳")
    ticket = await town.ticket()
    assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, office["王芳"].id)
    assert "请点“接单”" in await office["王芳"].hears("周敏把")


async def test_a_ticket_is_given_back_with_a_reason(town: Town, office: Community, two: Person) -> None:
    await office["李强"].presses("接单")
    await office["李强"].presses("退回")
    await office["李强"].presses("派错责任单位")
    ticket = await town.ticket()
    assert (ticket.state, ticket.assignee_id, ticket.returned) == (State.RETURNED, None, 1)
    await office["周敏"].hears("退单：派错责任单位")


async def test_the_category_is_corrected_and_the_promise_follows(
    town: Town, office: Community, two: Person
) -> None:
    await office["李强"].presses("更多")
    await office["李强"].presses("改类别")
    top = next(t for t in town.office.catalogue.tops if t.name)
    leaf = next(leaf for leaf in town.office.catalogue.leaves_of(top.code) if not leaf.sensitive)
    await office["李强"].presses(top.name)
    await office["李强"].presses(leaf.name)
    ticket = await town.ticket()
    assert (ticket.category, ticket.responsible) == (leaf.code, leaf.unit)


async def test_urgent_gets_the_fastest_clock(town: Town, office: Community, two: Person) -> None:
    before = await town.ticket()
    await office["李强"].presses("更多")
    assert "已转紧急" in await office["李强"].presses("转紧急")
    after = await town.ticket()
    assert after.answer_due < before.answer_due
    assert "特急" in (await office.card(after))["text"]


async def test_an_answer_with_a_photo_reaches_the_resident(
    town: Town, office: Community, two: Person
) -> None:
    card = await office.card((await town.tickets())[0])
    await office["李强"].sends(photo="sample", caption="已经修好，请看照片", reply_to=card["message_id"])
    answer = await two.message("已经修好，请看照片")
    assert "photo" in answer


async def test_long_words_beside_a_photo_arrive_whole(town: Town, office: Community, two: Person) -> None:
    card = await office.card((await town.tickets())[0])
    words = "".join(chr(0x4E00 + i) for i in range(1000))
    await office["李强"].sends(photo="sample", caption=words, reply_to=card["message_id"])
    assert words in await two.hears("社区答复")
    assert any("photo" in m for m in await two.messages())


async def test_an_answer_of_4096_characters_arrives_whole(town: Town, office: Community, two: Person) -> None:
    card = await office.card((await town.tickets())[0])
    words = "".join(chr(0x4E00 + i) for i in range(4096))
    await office["李强"].says(words, reply_to=card["message_id"])
    heard = "".join(await two.heard())
    assert words[:3500] in heard
    assert words[3500:] in heard


async def test_a_sticker_on_a_card_is_no_answer(town: Town, office: Community, two: Person) -> None:
    card = await office.card((await town.tickets())[0])
    before = len(await two.heard())
    await office["李强"].sends(sticker={"emoji": "👍"}, reply_to=card["message_id"])
    assert len(await two.heard()) == before
    assert (await town.tickets())[0].state is State.NEW


async def test_a_note_stays_inside(town: Town, office: Community, two: Person) -> None:
    card = await office.card((await town.tickets())[0])
    await office["李强"].says("备注：住户脾气急", reply_to=card["message_id"])
    await office["李强"].says("/note 002 已联系环卫所")
    assert "住户脾气急" not in "".join(await two.heard())
    assert "已联系环卫所" not in "".join(await two.heard())
    assert "住户脾气急" in (await office.card((await town.tickets())[0]))["text"]
    assert "已联系环卫所" in (await office.card((await town.tickets())[1]))["text"]


async def test_commands_work_by_number(town: Town, office: Community, two: Person) -> None:
    await office["李强"].says("/reply 001 师傅在路上")
    assert "师傅在路上" in await two.hears("社区答复")
    await office["周敏"].says("/assign 002 王芳")
    assert (await town.tickets())[1].assignee_id == office["王芳"].id
    await office["李强"].says("/close 001 已更换配件")
    assert (await town.tickets())[0].state is State.REVIEW
    assert "已更换配件" in await two.hears("您的事解决了吗")


async def test_commands_work_by_reply(town: Town, office: Community, two: Person) -> None:
    first = (await office.card((await town.tickets())[0]))["message_id"]
    await office["李强"].says("/reply 师傅在路上", reply_to=first)
    assert "师傅在路上" in await two.hears("社区答复")
    await office["李强"].says("/assign 王芳", reply_to=first)
    assert (await town.tickets())[0].assignee_id == office["王芳"].id
    await office["李强"].says("/close@minxinqiao_bot 修好了", reply_to=first)
    assert (await town.tickets())[0].result_text == "修好了"


async def test_a_command_under_a_photo_closes_with_the_photo(
    town: Town, office: Community, two: Person
) -> None:
    first = (await office.card((await town.tickets())[0]))["message_id"]
    await office["李强"].sends(photo="sample", caption="/close 修好了，请看", reply_to=first)
    assert (await town.tickets())[0].state is State.REVIEW
    assert "photo" in await two.message("您的事解决了吗")


async def test_lists(town: Town, office: Community, two: Person) -> None:
    await office["李强"].says("/tickets")
    assert "（2）" in await office["李强"].hears("在办")
    await office["李强"].says("/mine")
    assert "没有" in await office["李强"].last()
    await office["李强"].presses("接单", on=(await office.card((await town.tickets())[0]))["message_id"])
    await office["李强"].says("/mine")
    assert "261123-001" in await office["李强"].last()
    await office["李强"].says("/overdue")
    assert "没有" in await office["李强"].last()
    await town.later(days=9)
    await office["李强"].says("/overdue")
    assert "（2）" in await office["李强"].last()
    await office["李强"].says("/search 垃圾")
    found = await office["李强"].last()
    assert "261123-002" in found
    assert "261123-001" not in found
    await office["李强"].says("/search 垃圾 OR 电梯")
    assert "没有" in await office["李强"].last()
    await office["李强"].says("/search")
    assert "这样用" in await office["李强"].last()
    await office["李强"].says("/summary")
    assert "幸福社区日报" in await office["李强"].last()
    await office["李强"].says("/help")
    assert "怎么办单" in await office["李强"].last()


async def test_t_shows_the_card_again_and_in_private_the_whole(
    town: Town, office: Community, two: Person
) -> None:
    before = (await office.card((await town.tickets())[0]))["message_id"]
    await office["李强"].says("/t 001")
    again = (await office.card((await town.tickets())[0]))["message_id"]
    assert again > before
    li = office["李强"].in_private
    await li.says("/t 001")
    assert "3号楼2单元电梯坏了" in await li.hears("本次查看已记录")
    assert "looked" in town.events((await town.tickets())[0])


async def test_the_old_card_still_works_after_it_was_shown_again(
    town: Town, office: Community, two: Person
) -> None:
    first = (await town.tickets())[0]
    before = (await office.card(first))["message_id"]
    await office["李强"].says("/t 001")
    await office["李强"].says("师傅在路上了", reply_to=before)
    assert "师傅在路上了" in await two.hears("社区答复")


async def test_a_button_of_a_closed_ticket_says_so(town: Town, office: Community, two: Person) -> None:
    card = await office.card(await town.ticket())
    tokens: dict[str, str] = dict(
        town.rows("select action || arg, token from buttons where ticket_id = 2 and chat_id < 0")
    )
    await office["李强"].says("/close 002 清走了")
    assert "待回访" in await office["王芳"].forges(card["message_id"], tokens["take"])
    assert (
        await office["王芳"].forges(card["message_id"], tokens["menuclose"]) == ""
    )  # only draws the card anew
    await two.presses("解决了")
    assert "已办结" in await office["王芳"].forges(card["message_id"], tokens["take"])
    assert (await town.ticket()).state is State.CLOSED


async def test_mistakes_are_explained(town: Town, office: Community, two: Person) -> None:
    li = office["李强"]
    await li.says("/close")
    assert "这样用" in await li.last()
    await li.says("/t 999")
    assert "没有编号是 999" in await li.last()
    await li.says("/reply 001")
    assert "请写上内容" in await li.last()
    await li.says("/assign 001 赵云")
    assert "没找到叫“赵云”" in await li.last()
    heard = len(await li.heard())
    await li.says("/weather")
    assert len(await li.heard()) == heard  # it may be meant for another bot
    await li.says("/weather@minxinqiao_bot")
    assert "没有 /weather" in await li.last()


async def test_without_a_group_the_lead_works_in_private(
    town: Town, office: Community, zhang: Person
) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await town.drive.act("members/remove", group=office.group, member=BOT)
    await town.settle()
    await lead.hears("被移出了")
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    card = await lead.message(ticket.number)
    await lead.says("已派人过来", reply_to=card["message_id"])
    assert "已派人过来" in await zhang.hears("社区答复")
    assert len(await town.tickets()) == 1
    await lead.presses("办结")
    await lead.presses("已解决")
    assert (await town.ticket()).state is State.REVIEW
