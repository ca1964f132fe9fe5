"""答复 on the card: three ready answers in full, the second tap sends, blanks are pressed or written."""

from __future__ import annotations

import pytest

from tests.town import Community, Person, Town, labels_of


async def test_nobody_takes_it_yet_the_words_take_it(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("5号楼门口的路灯不亮")
    await office["李强"].presses("答复")
    page = await office["李强"].message("选一条发给居民")
    assert "〔接单〕" in page["text"]
    assert "〔补充〕" in page["text"]
    await office["李强"].presses("① 接单并发送")
    await zhang.hears("您好，5号楼门口的情况收到了，李强负责")
    ticket = await town.ticket()
    assert ticket.assignee_id == office["李强"].id
    assert ticket.answered_at is None, "to say who takes it is no answer: the clock runs on"
    assert "李强已发给居民" in await office.anyone.hears("已发给居民")
    assert labels_of(await office.anyone.message("已发给居民")) == []


async def test_asking_stops_the_clock(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("答复")
    await office["李强"].presses("③ 发送，等补充")
    assert "想跟您了解一下" in await zhang.hears("停在几层")
    assert (await town.ticket()).state == "needs_info"


async def test_a_blank_that_nobody_can_guess_is_written(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("老人高龄津贴的事想请社区帮忙跑一下，3号楼2单元")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    page = await office["李强"].message("选一条发给居民")
    assert "＿＿" in page["text"]
    await office["李强"].presses("③ 填情况")
    wants = await office["李强"].message("只写“情况”")
    await office["李强"].says("每月80元，下月起到账。", reply_to=wants["message_id"])
    assert "每月80元，下月起到账" in await zhang.hears("办理结果")
    assert (await town.ticket()).result_text.endswith("每月80元，下月起到账。")


async def test_the_time_can_be_written_too(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    await office["李强"].presses("② 填时间")
    await office["李强"].presses("✏️ 写时间")
    wants = await office["李强"].message("只写“时间”")
    await office["李强"].says("今晚七点", reply_to=wants["message_id"])
    assert "维保师傅今晚七点到3号楼2单元" in await zhang.last()


async def test_written_words_pass_the_same_check(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    await office["李强"].presses("② 填时间")
    await office["李强"].presses("✏️ 写时间")
    wants = await office["李强"].message("只写“时间”")
    await office["李强"].says("今天保证能", reply_to=wants["message_id"])
    assert "还没发给居民" in await office["李强"].last()
    assert not await zhang.count("保证")
    await office["李强"].presses("照发")
    assert "今天保证能" in await zhang.last()


async def test_what_changed_meanwhile_is_looked_at_anew(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    page = (await office["李强"].message("选一条发给居民"))["message_id"]
    await office["王芳"].says(
        "地点：5号楼1单元", reply_to=(await office.card(await town.ticket()))["message_id"]
    )
    assert "重新点" in await office["李强"].presses("① 发送", on=page)
    await office["李强"].presses("答复")
    await office["李强"].presses("① 发送")
    assert "5号楼1单元" in await zhang.hears("社区答复")


async def test_a_private_matter_is_answered_in_private(town: Town, office: Community, zhang: Person) -> None:
    await office["李强"].in_private.says("/start")
    await zhang.says("我家3号楼2单元，丈夫失业揭不开锅，请社区来人帮我办临时救助")
    assert "先接单" in await office["李强"].presses("答复")
    await office["李强"].presses("接单")
    assert "私聊" in await office["李强"].presses("答复")
    assert not await office.anyone.count("选一条发给居民")
    alone = office["李强"].in_private
    await alone.presses("① 发送")
    assert "已报街道" in await zhang.last()
    assert "已报街道" not in (await office.card(await town.ticket()))["text"]
    assert "已报街道" in await alone.hears("已发给居民")


async def test_they_read_in_their_own_script(town: Town, office: Community) -> None:
    chen = await town.resident("陳太", office, "zh-hant")
    await chen.says("3號樓2單元電梯壞了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    await office["李强"].presses("① 发送")
    assert "修好前請先走樓梯" in await chen.last()


async def test_own_words_are_a_reply(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    first = (await office["李强"].message("选一条发给居民"))["text"]
    await office["李强"].presses("🔄 换一批")
    assert (await office["李强"].message("选一条发给居民"))["text"] != first
    await office["李强"].presses("✏️ 改一改")
    own = await office["李强"].message("写您的话")
    await office["李强"].says("师傅下午三点到", reply_to=own["message_id"])
    assert "师傅下午三点到" in await zhang.last()


@pytest.mark.parametrize("state", ["needs_info", "suspended", "returned", "answered"])
async def test_every_state_has_something_to_say(
    town: Town, office: Community, zhang: Person, state: str
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    lead = office["周敏"]
    await lead.presses("接单")
    presses = {
        "needs_info": ("补充", "要照片"),
        "suspended": ("缓办", "⏸ 挂"),
        "returned": ("退回", "情况不清楚"),
        "answered": ("答复", "① 发送"),
    }
    for label in presses[state]:
        await lead.presses(label)
    assert (await town.ticket()).state == state
    await lead.presses("答复")
    assert len(labels_of(await lead.message("选一条发给居民"))) >= 3
    if state == "returned":
        await lead.presses("① 发送")
        assert "正替您转交" in await zhang.last()
        assert (await town.ticket()).state == "returned", "words alone move nothing"


async def test_a_page_in_the_group_dies_when_the_matter_turns_private(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("答复")
    page = (await office["李强"].message("选一条发给居民"))["message_id"]
    ticket = await town.ticket()
    for label in ("更多", "改类别", "保障救助", "临时救助"):
        await office["李强"].presses(label, on=(await office.card(ticket))["message_id"])
    assert "重新点" in await office["李强"].presses("换一批", on=page)
    assert "重新点" in await office["李强"].presses("① 发送", on=page)


async def test_neighbours_read_no_name_and_no_number_of_another(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    first = await town.ticket()
    li = await town.resident("李阿姨", office)
    await li.says("3号楼2单元电梯又坏了")
    await li.presses("算我一个")
    await office["李强"].presses("接单", on=(await office.card(first))["message_id"])
    await office["李强"].presses("答复", on=(await office.card(first))["message_id"])
    for _ in range(6):
        page = await office["李强"].message("选一条发给居民")
        assert first.number not in page["text"].partition("\n")[2]
        assert "阿姨" not in page["text"]
        await office["李强"].presses("换一批")
    while "① 发送" not in labels_of(await office["李强"].message("选一条发给居民")):
        await office["李强"].presses("换一批")
    await office["李强"].presses("① 发送")
    assert "您好" in await li.last()
    assert "李强" in await li.last()
