"""What goes wrong between people and machines: restarts, blocks, moved groups, edits, odd messages."""

from __future__ import annotations

import pytest

from domain.states import State
from storage import communities
from tests.town import BOT, Community, Person, Town


async def test_a_restart_in_between_loses_nothing(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("电梯坏了")
    await zhang.hears("请问在哪里")
    await town.stop()
    await zhang.says("3号楼2单元")
    await town.start()
    await town.settle()
    assert (await town.ticket()).place == "3号楼2单元"
    await office["李强"].presses("接单")
    await town.stop()
    await town.start()
    card = await office.card(await town.ticket())
    await office["李强"].says("师傅到楼下了", reply_to=card["message_id"])
    assert "师傅到楼下了" in await zhang.hears("社区答复")
    assert await zhang.count("已登记") == 1


async def test_a_message_delivered_twice_opens_one_ticket(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    said = next(m for m in await zhang.messages() if m.get("text") == "3号楼2单元电梯坏了")
    body = {name: value for name, value in said.items() if name not in ("version", "out")}
    await town.drive.act("updates/raw", bot=BOT, update={"message": body})
    await town.settle()
    assert len(await town.tickets()) == 1
    assert await zhang.count("已登记") == 1


async def test_answers_wait_while_telegram_fails(town: Town, office: Community, zhang: Person) -> None:
    rule = {"kind": "error_before", "method": "sendMessage", "next": 2}
    await town.drive.act("faults", rules=[rule])
    await town.drive.say(zhang.id, BOT, "3号楼2单元电梯坏了")
    await town.settle()
    await town.later(minutes=5)
    await zhang.hears("已登记")
    assert await zhang.count("已登记") == 1


async def test_staff_are_told_when_a_resident_blocks_the_bot(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.blocks()
    await office.anyone.hears("请电话联系")
    card = await office.card(await town.ticket())
    await office["李强"].says("修好了", reply_to=card["message_id"])
    assert await office.anyone.count("请电话联系") == 1  # once a day is enough


async def test_staff_are_told_when_an_answer_cannot_be_delivered(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.stop()
    await town.drive.act("block", user=zhang.id, bot=BOT)
    await town.start()
    await office["李强"].says("/close 001 修好了")
    assert "居民停用了机器人" in await office.anyone.hears("请电话联系")


async def test_the_lead_is_told_when_the_bot_is_removed(town: Town, office: Community, zhang: Person) -> None:
    await office["周敏"].in_private.says("/start")
    await town.drive.act("members/remove", group=office.group, member=BOT)
    await town.settle()
    assert "幸福社区" in await office["周敏"].in_private.hears("被移出了")
    assert town.rows("select group_chat_id, group_state from communities") == [(None, "lost")]


async def test_cards_go_on_in_the_supergroup(town: Town, office: Community, zhang: Person) -> None:
    made = await town.drive.act(
        "groups", title="老群", type="group", members=[office["周敏"].id, office["李强"].id], bots=[BOT]
    )
    old = int(made["id"])
    await town.store.write(lambda tx: communities.bind(tx, office.id, old))
    await zhang.says("3号楼2单元电梯坏了")
    new = int((await town.drive.act("migrate", group=old))["id"])
    await town.settle()
    office.group = new
    for person in office.team.values():
        person.chat = new
    await zhang.says("5号楼楼下垃圾没人清")
    first, second = await town.tickets()
    await office.card(second)
    await office["李强"].presses("接单", on=(await office.card(first))["message_id"])
    assert (await town.tickets())[0].state is State.WORKING


async def test_a_group_that_moved_while_we_slept_is_followed(
    town: Town, office: Community, zhang: Person
) -> None:
    made = await town.drive.act("groups", title="老群", type="group", members=[office["周敏"].id], bots=[BOT])
    old = int(made["id"])
    await town.settle()
    await town.store.write(lambda tx: communities.bind(tx, office.id, old))
    await town.stop()
    await town.drive.act("migrate", group=old)
    await zhang.says("3号楼2单元电梯坏了")
    await town.start()
    await town.settle()
    await town.later(minutes=1)
    new = town.rows("select group_chat_id from communities")[0][0]
    assert new != old
    found = town.rows("select count(*), min(chat_id) from messages where role = 'card'")
    assert found == [(1, new)]


async def test_an_edited_message_changes_the_ticket(town: Town, office: Community, zhang: Person) -> None:
    said = await zhang.says("3号楼2单元电梯坏了")
    await zhang.edits(said, "3号楼3单元电梯坏了")
    assert (await town.ticket()).body == "3号楼3单元电梯坏了"
    assert "3号楼3单元" in (await office.card(await town.ticket()))["text"]
    notice = await office.anyone.hears("居民改了内容")
    assert "原：3号楼2单元" in notice
    assert "现：3号楼3单元" in notice
    assert await zhang.signs(said) == ["✍"]
    await zhang.edits(said, "3号楼3单元电梯坏了")
    assert await office.anyone.count("居民改了内容") == 1


async def test_an_edit_of_a_message_of_no_ticket_changes_nothing(
    town: Town, office: Community, zhang: Person
) -> None:
    said = await zhang.says("你好")
    heard = len(await zhang.heard())
    await zhang.edits(said, "您好")
    assert len(await zhang.heard()) == heard


async def test_an_unknown_command_is_answered(town: Town, zhang: Person) -> None:
    await zhang.says("/report 电梯坏了")
    assert "没有 /report 这个命令" in await zhang.last()


async def test_staff_commands_of_a_resident_are_refused(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("/close 001 好了")
    assert "不是本社区工作人员" in await zhang.last()
    assert (await town.ticket()).state is State.NEW


async def test_a_text_of_4096_characters_is_taken_whole(town: Town, office: Community, zhang: Person) -> None:
    text = "3号楼2单元电梯坏了。" + "请尽快来修，老人上下楼不方便。" * 300
    await zhang.says(text[:4096])
    ticket = await town.ticket()
    assert ticket.body == text[:4096]
    assert "3号楼2单元电梯坏了" in (await office.card(ticket))["text"]


@pytest.mark.parametrize("text", ["<b>&lt;script&gt;</b> 电梯坏了", "电梯坏了 & < > \" '"])
async def test_markup_in_words_is_shown_and_not_obeyed(
    town: Town, office: Community, zhang: Person, text: str
) -> None:
    await zhang.says(text)
    assert text in (await office.card(await town.ticket()))["text"]


async def test_signs_that_turn_the_writing_round_are_dropped(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("\u202e电梯坏了")
    ticket = await town.ticket()
    assert ticket.body == "电梯坏了"
    assert "\u202e" not in (await office.card(ticket))["text"]


async def test_a_button_that_is_too_old_is_explained(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.later(days=401)
    assert "失效" in await office["李强"].presses("接单")
