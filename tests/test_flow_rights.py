"""Who may do what: strangers, other communities, forged buttons, anonymous people, private matters."""

from __future__ import annotations

import pytest

from domain.roles import Role
from domain.states import State
from jobs import summaries
from storage import people
from storage.people import Member
from tests.town import Community, Person, Town, data_of, words_of

PHONE, CARD_NUMBER = "13812345678", "110101199003078515"


@pytest.fixture
async def other(town: Town, office: Community) -> Community:
    return await town.community("和平社区", "和平里小区", ("赵刚", "钱进"))


async def test_a_stranger_in_the_group_is_told_politely(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    card = await office.card(await town.ticket())
    stranger = await town.stranger(office)
    assert "不是本社区工作人员" in await stranger.presses("接单")
    await stranger.says("我来回答", reply_to=card["message_id"])
    assert "这条没有发给居民" in await stranger.last()
    for command in ("/tickets", "/close 001 好了", "/reply 001 好了", "/search 电梯", "/summary"):
        before = len(await stranger.heard())
        await stranger.says(command)
        heard = (await stranger.heard())[before:]
        assert len(heard) == 1, command
        assert "不是本社区的工作人员" in heard[0], command
    assert (await town.ticket()).state is State.NEW
    assert "我来回答" not in "".join(await zhang.heard())


async def test_staff_of_one_community_cannot_touch_the_other(
    town: Town, office: Community, other: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    token = data_of(await office.card(ticket), "接单")
    zhao = other["赵刚"]
    await zhao.says("/help")
    anything = await zhao.message("怎么办单")
    assert "失效" in await zhao.forges(anything["message_id"], token)
    await zhao.says("/t 001")
    assert "没有编号是 001" in await zhao.last()
    await zhao.says("/tickets")
    assert "没有" in await zhao.last()
    await zhao.says("/search 电梯")
    assert "没有" in await zhao.last()
    await zhao.in_private.says(f"/close {ticket.number} 好了")
    assert (await town.ticket()).state is State.NEW


async def test_a_colleague_of_the_other_community_is_a_stranger_in_this_group(
    town: Town, office: Community, other: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.drive.act("members/add", group=office.group, member=other["钱进"].id)
    visitor = Person(town, other["钱进"].id, "钱进", office.group)
    assert "不是本社区工作人员" in await visitor.presses("接单")
    await visitor.says("/close 001 好了")
    assert "不是本社区的工作人员" in await visitor.last()
    assert (await town.ticket()).state is State.NEW


@pytest.mark.parametrize("data", ["take:1", "", "x" * 64, "' or 1=1 --", "AAAAAAAAAAAA"])
async def test_forged_buttons_do_nothing(town: Town, office: Community, zhang: Person, data: str) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    card = await office.card(await town.ticket())
    assert "失效" in await office["李强"].forges(card["message_id"], data)
    assert (await town.ticket()).state is State.NEW


async def test_an_anonymous_administrator_is_refused(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    card = await office.card(await town.ticket())
    await office["周敏"].sends(text="我来办", reply_to=card["message_id"], anonymous=True)
    assert "匿名" in await office["周敏"].last()
    await office["周敏"].sends(text="/close 001 好了", anonymous=True)
    assert "匿名" in await office["周敏"].last()
    assert (await town.ticket()).state is State.NEW


async def test_who_has_left_may_do_nothing_more(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.store.write(lambda tx: people.leave(tx, office.id, office["李强"].id, town.clock.ms()))
    assert "不是本社区工作人员" in await office["李强"].presses("接单")


async def test_an_auditor_reads_and_changes_nothing(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    auditor = await town.stranger(office, "孙监督")
    member = Member(office.id, auditor.id, "孙监督", Role.AUDITOR)
    await town.store.write(lambda tx: people.join(tx, member, town.clock.ms()))
    assert "您的身份不能做这一步" in await auditor.presses("接单")
    await auditor.says("/tickets")
    assert "（1）" in await auditor.last()
    await auditor.says("/note 001 看过")
    assert "您的身份不能做这一步" in await auditor.last()
    await office["周敏"].says("/assign 001 孙监督")
    assert (await town.ticket()).assignee_id is None


async def test_personal_data_are_masked_in_the_group(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(f"3号楼2单元电梯坏了，我电话{PHONE}，身份证{CARD_NUMBER}")
    await zhang.says("催办")
    card = await office.card(await town.ticket())
    await office["李强"].says("我已经联系物业", reply_to=card["message_id"])
    answer = await zhang.message("我已经联系物业")
    await zhang.says(f"打{PHONE}", reply_to=answer["message_id"])
    await zhang.sends(contact={"phone_number": PHONE, "first_name": "张三"})
    await office["李强"].says(f"/search {PHONE[:7]}")
    shown = "".join(await office["李强"].heard())
    assert PHONE not in shown
    assert CARD_NUMBER not in shown
    li = office["李强"].in_private
    await li.says("/start")
    await li.says("/t 001")
    assert PHONE in await li.hears("本次查看已记录")


async def test_sensitive_matters_show_nothing_in_the_group(
    town: Town, office: Community, zhang: Person
) -> None:
    secret = "低保"
    text = "想申请低保，家里没有收入，老伴在3号楼2单元501卧床"
    town.doubt(text, "subsistence")
    reported = await zhang.sends(photo="sample", caption=text)
    ticket = await town.ticket()
    assert town.office.closed(ticket)
    answer = "请带户口本来社区"
    await office["李强"].presses("接单")
    await office["李强"].says(answer, reply_to=(await office.card(ticket))["message_id"])
    await zhang.says("卧床三年了，能上门吗", reply_to=(await zhang.message(answer))["message_id"])
    await zhang.sends(voice="sample")
    await town.drive.act(
        "edit", from_=zhang.id, chat=zhang.chat, message_id=reported, caption=text + "，卧床很久"
    )
    await town.settle()
    await office["李强"].says("/tickets")
    await office["李强"].says(f"/search {secret}")
    await office["李强"].says("/summary")
    await office["李强"].presses("办结", on=(await office.card(ticket))["message_id"])
    await office["李强"].presses("部分解决")
    await zhang.presses("没解决")
    await zhang.says("卧床还是没人管")
    await town.until(town.clock.now().replace(hour=8, minute=40))
    await town.later(days=1)
    assert await summaries.push_due(town.office) == 1
    await town.settle()
    ours = [words for words in await office["李强"].heard() if f"“{secret}”" not in words]
    shown = "".join(ours)
    for word in (secret, "卧床", "3号楼", "501"):
        assert word not in shown, word
    assert not any({"photo", "voice"} & set(m) for m in await office["李强"].messages())


async def test_sensitive_matters_are_read_in_private_by_who_has_them(
    town: Town, office: Community, zhang: Person
) -> None:
    text = "老公打我，我怕"
    town.doubt(text, "family_dispute")
    await zhang.says(text)
    ticket = await town.ticket()
    li = office["李强"]
    await li.in_private.says("/start")
    await li.says("/tickets")
    await li.presses("更多")
    assert "请先接单" in await li.presses("看全文")
    assert await li.in_private.count("老公打我") == 0
    await li.presses("返回")
    await li.presses("接单")
    await li.presses("更多")
    assert "私聊" in await li.presses("看全文")
    assert "老公打我" in await li.in_private.hears(ticket.number)


async def test_who_does_not_want_to_live_is_not_shown_to_the_group(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("我不想活了，在3号楼楼顶")
    ticket = await town.ticket()
    assert ticket.dangers == ("suicide",)
    await zhang.hears("12356")
    shown = "".join(words_of(m) for m in await office.anyone.messages())
    assert "有轻生念头" in shown
    assert "不想活" not in shown
    assert "楼顶" not in shown


async def test_what_may_be_a_private_matter_stays_closed_until_somebody_is_sure(
    town: Town, office: Community, zhang: Person
) -> None:
    text = "3号楼2单元那家天天吵"
    town.doubt(text, "neighbour_noise", "family_dispute")
    await zhang.sends(photo="sample", caption=text)
    ticket = await town.ticket()
    assert "天天吵" not in (await office.card(ticket))["text"]
    assert not any("photo" in m for m in await office.anyone.messages())
    await zhang.presses(town.office.catalogue.leaf("neighbour_noise").name)
    assert "天天吵" in (await office.card(ticket))["text"]
    assert any("photo" in m for m in await office.anyone.messages())
