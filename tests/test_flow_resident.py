"""A resident's matter from the first sentence to the last word, over real HTTP."""

from __future__ import annotations

from datetime import timedelta

from domain.states import State
from jobs import reviews
from tests.town import Community, Person, Town, labels_of, words_of


async def test_a_sentence_becomes_a_ticket_is_solved_and_rated(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    receipt = await zhang.hears("已登记")
    assert ticket.number in receipt
    assert "3号楼2单元" in receipt
    assert "11月24日" in receipt
    assert ticket.body in (await office.card(ticket))["text"]

    await office["李强"].presses("接单")
    assert "李强" in await zhang.hears("已接手")
    assert "李强" in (await office.card(ticket))["text"]
    assert "正在办理" in await zhang.hears("已登记")

    card = await office.card(ticket)
    await office["李强"].says("师傅下午三点到", reply_to=card["message_id"])
    assert "师傅下午三点到" in await zhang.hears("社区答复")
    assert (await town.ticket()).state is State.ANSWERED

    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await zhang.hears("您的事解决了吗")
    await zhang.presses("解决了")
    assert (await town.ticket()).state is State.CLOSED
    await zhang.presses("满意")
    assert (await town.ticket()).opinion == "satisfied"
    assert "居民评价：满意" in (await office.card(ticket))["text"]
    await zhang.hears("谢谢您的评价")
    assert town.events(ticket) == ["opened", "take", "answer", "close", "confirm", "rate"]


async def test_one_card_is_edited_and_not_posted_again(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("办结")
    await office["李强"].presses("‹ 返回")
    await office["李强"].presses("办结")
    await office["李强"].presses("部分解决")
    cards = [m for m in await office.anyone.messages() if "待回访" in words_of(m)]
    assert len(cards) == 1


async def test_not_solved_opens_it_again_for_the_same_person(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    assert await zhang.presses("没解决") == "已重新办理"
    ticket = await town.ticket()
    assert (ticket.state, ticket.reopened, ticket.result) == (State.REOPENED, 1, "")
    assert "李强" in await office.anyone.hears("居民说没解决")
    await zhang.says("还是会半路停下来")
    assert "还是会半路停下来" in await office.anyone.hears("居民说：")
    assert not labels_of(await zhang.message("您的事解决了吗"))
    assert len(await town.tickets()) == 1


async def test_words_judge_as_well_as_buttons(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await zhang.says("没解决")
    assert (await town.ticket()).state is State.REOPENED
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await zhang.says("解决了")
    assert (await town.ticket()).state is State.CLOSED
    await zhang.says("非常满意")
    assert (await town.ticket()).opinion == "satisfied"
    assert len(await town.tickets()) == 1


async def test_words_judge_the_matter_that_waits_for_them(
    town: Town, office: Community, zhang: Person
) -> None:
    """Of two finished matters that one is meant which is asked about; then the other one is asked."""
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    first, second = await town.tickets()
    for ticket in (first, second):
        await office["李强"].says(f"/close {ticket.number[-3:]} 办好了")
    await zhang.presses("解决了")
    await zhang.says("非常满意")
    again, other = await town.tickets()
    assert (again.opinion, other.opinion) == ("", "satisfied")
    await zhang.hears(f"还想问一句：{first.number}")
    await zhang.presses("解决了")
    assert (await town.tickets())[0].state is State.CLOSED


async def test_silence_closes_by_default_and_is_counted_apart(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    assert await reviews.settle_silent(town.office) == 0
    await town.later(days=8)
    assert await reviews.settle_silent(town.office) == 1
    assert await reviews.settle_silent(town.office) == 0
    await town.settle()
    ticket = await town.ticket()
    assert (ticket.state, ticket.opinion) == (State.CLOSED, "silent")
    await zhang.hears("按办结归档")
    await zhang.says("没解决")
    assert (await town.ticket()).state is State.REOPENED


async def test_thanks_and_greetings_open_nothing(town: Town, zhang: Person) -> None:
    for words in ("你好", "谢谢你们", "👍"):
        await zhang.says(words)
    assert await town.tickets() == []
    await zhang.hears("不客气")


async def test_danger_is_advised_before_the_receipt(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元着火了，好大的烟")
    heard = await zhang.heard()
    advice = next(i for i, words in enumerate(heard) if "119" in words and "火情" in words)
    receipt = next(i for i, words in enumerate(heard) if "已登记" in words)
    assert advice < receipt
    alarm = await office.anyone.hears("🚨🚨")
    assert (await town.ticket()).number in alarm


async def test_danger_is_advised_to_someone_of_no_known_community(town: Town, office: Community) -> None:
    await town.community("和平社区", "和平里小区", ("赵刚",))
    newcomer = await town.resident("新人")
    await newcomer.says("着火了，快来人")
    heard = await newcomer.heard()
    advice = next(i for i, words in enumerate(heard) if "打 119" in words)
    question = next(i for i, words in enumerate(heard) if "哪个社区" in words)
    assert advice < question
    assert await town.tickets() == []
    await newcomer.presses("和平社区")
    assert (await town.ticket()).dangers == ("fire",)
    assert await newcomer.count("打 119") == 1


async def test_an_unsure_category_is_asked_once_and_chosen(
    town: Town, office: Community, zhang: Person
) -> None:
    text = "3号楼2单元那里总是响"
    town.doubt(text, "neighbour_noise", "elevator", "social_noise")
    await zhang.says(text)
    ticket = await town.ticket()
    assert not ticket.category_sure
    assert "（待确认）" in (await office.card(ticket))["text"]
    receipt = await zhang.message("更像哪一类")
    assert labels_of(receipt)[3:] == ["跳过", "➕ 补充", "🕶 匿名", "🚫 撤回"]
    await zhang.presses(town.office.catalogue.leaf("elevator").name)
    ticket = await town.ticket()
    assert (ticket.category, ticket.category_sure) == ("elevator", True)
    assert town.office.catalogue.leaf("elevator").name in (await office.card(ticket))["text"]
    assert "更像哪一类" not in await zhang.hears("已登记")
    assert town.events(ticket) == ["opened", "category"]


async def test_a_missing_place_is_asked_and_the_card_is_edited(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("电梯坏了")
    assert "地点待补充" in (await office.card(await town.ticket()))["text"]
    await zhang.hears("请问在哪里")
    await zhang.says("3号楼2单元")
    assert (await town.ticket()).place == "3号楼2单元"
    assert "3号楼2单元" in (await office.card(await town.ticket()))["text"]
    receipt = await zhang.hears("已登记")
    assert "3号楼2单元" in receipt
    assert "请问在哪里" not in receipt
    assert len(await town.tickets()) == 1


async def test_the_place_may_be_skipped(town: Town, zhang: Person) -> None:
    await zhang.says("电梯坏了")
    await zhang.presses("跳过")
    assert "请问在哪里" not in await zhang.hears("已登记")
    assert (await town.ticket()).place == ""


async def test_a_location_answers_where(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("电梯坏了")
    await zhang.sends(location={"latitude": 30.5, "longitude": 114.3})
    assert "请问在哪里" not in await zhang.hears("已登记")
    assert "地点待补充" not in (await office.card(await town.ticket()))["text"]
    assert any("location" in m for m in await office.anyone.messages())


async def test_a_new_matter_instead_of_an_answer_opens_its_own_ticket(town: Town, zhang: Person) -> None:
    await zhang.says("电梯坏了")
    await zhang.says("5号楼楼下的垃圾堆了三天没人清")
    first, second = await town.tickets()
    assert first.place == ""
    assert "5号楼" in second.place


async def test_urging_reaches_the_group_once_a_day(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("催一下")
    await zhang.hears("已替您催办")
    await zhang.says("催办")
    await zhang.hears("今天已经替您催过")
    assert await office.anyone.count("居民催办") == 1
    await town.later(days=1)
    await zhang.says("催办")
    assert await office.anyone.count("居民催办") == 2


async def test_withdrawing_is_asked_once_more(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("撤回")
    await zhang.presses("不撤，继续办")
    assert (await town.ticket()).state is State.NEW
    await zhang.says("撤回")
    await zhang.presses("撤回", on=(await zhang.message("要撤回"))["message_id"])
    assert (await town.ticket()).state is State.WITHDRAWN
    await office.anyone.hears("居民已撤回")
    assert not any("接单" in label for label in labels_of(await office.card(await town.ticket())))


async def test_a_reply_finds_its_ticket_among_several(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    first, second = await town.tickets()
    card = await office.card(first)
    await office["李强"].says("请问是哪一部电梯？", reply_to=card["message_id"])
    answer = await zhang.message("请问是哪一部电梯")
    await zhang.says("左边那一部", reply_to=answer["message_id"])
    assert "左边那一部" in (await office.card(first))["text"]
    assert "左边那一部" not in (await office.card(second))["text"]
    added = await office.anyone.message("左边那一部")
    assert added["reply_to_message"]["message_id"] == card["message_id"]


async def test_of_several_the_resident_is_asked_which(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    _, second = await town.tickets()
    await zhang.says("催一下")
    await zhang.says("你好")  # something else in between loses nothing
    await zhang.presses(second.number, on=(await zhang.message("您说的是哪一件"))["message_id"])
    assert second.number in await office.anyone.hears("居民催办")


async def test_progress_lists_only_own_tickets(town: Town, office: Community, zhang: Person) -> None:
    li = await town.resident("李四", office)
    await zhang.says("3号楼2单元电梯坏了")
    await li.says("5号楼楼下垃圾没人清")
    mine, theirs = await town.tickets()
    await zhang.presses_home("查进度")
    listed = await zhang.hears("您反映的事")
    assert mine.number in listed
    assert theirs.number not in listed
    await zhang.presses("看经过")
    await zhang.hears("您的事已登记")


async def test_another_residents_ticket_cannot_be_pressed(
    town: Town, office: Community, zhang: Person
) -> None:
    li = await town.resident("李四", office)
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    token = town.rows("select token from buttons where action = 'withdraw' and ticket_id = ?", ticket.id)[0][
        0
    ]
    await li.says("你好")
    hello = await li.message("您好")
    assert "失效" in await li.forges(hello["message_id"], token)
    assert (await town.ticket()).state is State.NEW


async def test_staff_ask_for_more_and_the_clock_waits(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    before = await town.ticket()
    await office["李强"].presses("补充", on=(await office.card(before))["message_id"])
    await office["李强"].presses("要照片")
    assert (await town.ticket()).state is State.NEEDS_INFO
    await zhang.hears("想跟您了解一下")
    await town.later(hours=5)
    await zhang.sends(photo="sample")
    after = await town.ticket()
    assert after.state is State.WORKING
    assert (
        timedelta(hours=4.9)
        < timedelta(milliseconds=after.answer_due - before.answer_due)
        < timedelta(hours=5.1)
    )


async def test_the_same_words_again_do_not_open_a_second_ticket(town: Town, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    again = await zhang.says("3号楼2单元电梯坏了")
    assert len(await town.tickets()) == 1
    assert await zhang.signs(again) == ["👌"]


async def test_who_writes_traditional_is_answered_so(town: Town, office: Community) -> None:
    chen = await town.resident("陳", office, language="zh-hant")
    await chen.says("3號樓2單元電梯壞了")
    assert "已登記" in await chen.hears("編號")
    assert "电梯" not in "".join(await chen.heard())
    await office["李强"].presses("接单")
    await chen.hears("正在辦理")


async def test_wanting_a_person_tells_telephone_and_duty(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.presses_home("找人工")
    assert "010-5550100" in await zhang.hears("会有人在这里回复您")
    assert len(await town.tickets()) == 1


async def test_the_notice_of_what_is_stored_comes_once(town: Town, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("/start")
    assert await zhang.count("您的信息我们这样用") == 1


async def test_what_was_said_before_the_community_is_known_is_not_lost(town: Town, office: Community) -> None:
    other = await town.community("和平社区", "和平里小区", ("赵刚",))
    newcomer = await town.resident("新人")
    await newcomer.says("楼道里的灯坏了好几天了")
    await newcomer.says("晚上老人走路很危险")
    await newcomer.hears("哪个社区")
    assert await town.tickets() == []
    await newcomer.says("和平里小区")
    ticket = await town.ticket()
    assert ticket.community_id == other.id
    assert "灯坏了" in ticket.body
    kept = town.rows("select text from messages where ticket_id = ?", ticket.id)
    assert any("老人走路" in row[0] for row in kept)


async def test_what_is_still_wrong_reaches_staff_with_the_words(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await zhang.says("没解决，还是停在三楼不动")
    assert "还是停在三楼不动" in await office.anyone.hears("居民说没解决")
    assert "还差什么" not in await zhang.last()
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await zhang.says("没解决")
    assert "还差什么" in await zhang.last()
    await zhang.says("门关不上")
    assert "门关不上" in await office.anyone.hears("居民说：")
    assert len(await town.tickets()) == 1


async def test_a_promise_that_has_passed_is_not_repeated(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("进度")
    assert "前答复" in await zhang.hears("您反映的事")
    await town.later(days=3)
    await zhang.says("进度")
    assert "前答复" not in await zhang.hears("您反映的事")
    await zhang.says("催办")
    assert "对不起" in await zhang.hears("已替您催办")


async def test_what_cannot_be_solved_is_asked_about_honestly(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("办结")
    await office["李强"].presses("暂未解决")
    await zhang.hears("这样处理，您看行吗")
    await zhang.presses("可以")
    assert (await town.ticket()).state is State.CLOSED
