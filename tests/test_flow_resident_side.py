"""The resident's side beyond the first sentence: corrections, anonymity, urging, parents, elders, floods."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.states import State
from jobs import rechecks
from reports.receipt_picture import Receipt, draw
from tests.town import BOT, ZONE, Community, Person, Town, labels_of, words_of


async def closed_and_solved(town: Town, office: Community, resident: Person) -> None:
    await resident.says("3号楼2单元电梯坏了")
    await office["李强"].says(f"/close {(await town.ticket()).number[-3:]} 修好了")
    await resident.presses("👍 解决了")


async def test_another_kind_is_two_taps_and_the_promise_follows(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    before = await town.ticket()
    await zhang.presses("改类别")
    offered = labels_of(await zhang.message("更像哪一类"))
    assert "跳过" in offered
    kinds = offered[: offered.index("跳过")]
    assert 3 <= len(kinds) <= 6
    await zhang.presses(kinds[0])
    after = await town.ticket()
    assert (after.category != before.category, after.category_sure) == (True, True)
    assert town.office.catalogue.leaf(after.category).name == kinds[0]
    assert kinds[0] in (await office.card(after))["text"]


async def test_another_place_is_two_taps_when_it_was_named_before(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("5号楼楼下垃圾没人清")
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.presses("改地点", on=(await zhang.message("电梯故障"))["message_id"])
    await zhang.presses("5号楼 楼下")
    ticket = await town.ticket()
    assert (ticket.building, ticket.place) == ("5", "5号楼 楼下")


async def test_only_the_resident_may_correct(town: Town, office: Community, zhang: Person) -> None:
    li = await town.resident("李四", office)
    await zhang.says("3号楼2单元电梯坏了")
    await li.says("你好")
    on = (await li.message("您好"))["message_id"]
    for action in ("fix_category", "fix_place", "hide"):
        token = town.rows("select token from buttons where action = ?", action)[0][0]
        assert "失效" in await li.forges(on, token)


async def test_who_stays_unnamed_is_named_nowhere(town: Town, office: Community) -> None:
    mole = await town.resident("鼹大鼠", office)
    await mole.sends(contact={"phone_number": "13812345678", "first_name": "鼹大鼠"})
    await mole.says("3号楼2单元电梯坏了")
    await mole.presses("匿名")
    staff = office["李强"]
    await staff.in_private.says("/start")
    await staff.presses("接单")
    await staff.presses("更多")
    await staff.presses("看全文")
    private = await staff.in_private.hears("本次查看已记录")
    assert "匿名居民" in private
    for said in (private, (await office.card(await town.ticket()))["text"]):
        assert "鼹" not in said
        assert "138" not in said
    await mole.presses("不匿名")
    assert "鼹**" in (await office.card(await town.ticket()))["text"]
    assert town.events(await town.ticket()).count("anonymous") == 1


async def test_danger_offers_no_anonymity(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元着火了，好大的烟")
    assert not any("匿名" in label for label in labels_of(await zhang.message("已登记")))


async def test_an_urging_on_a_day_off_counts_for_the_working_day_before(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("6号楼3单元楼道灯不亮")
    await town.until(datetime(2026, 11, 27, 15, 0, tzinfo=ZONE))  # a Friday
    await zhang.says("催办")
    for day in (28, 29):
        await town.until(datetime(2026, 11, day, 15, 0, tzinfo=ZONE))
        await zhang.says("催办")
    assert await office.anyone.count("居民催办") == 1
    await town.until(datetime(2026, 11, 30, 10, 0, tzinfo=ZONE))
    await zhang.says("催办")
    assert await office.anyone.count("居民催办") == 2


async def test_twice_not_solved_is_the_subdistricts_and_the_lead_hears_in_private(
    town: Town, office: Community, zhang: Person
) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await zhang.says("6号楼3单元楼道灯不亮")
    for _ in range(2):
        await office["李强"].says("/close 001 换了灯泡")
        await zhang.says("没解决，还是不亮")
    ticket = await town.ticket()
    assert (ticket.reopened, ticket.level) == (2, "subdistrict")
    assert ticket.number in await lead.hears("第 2 次说没解决")


async def test_the_lot_is_drawn_once_for_each(town: Town, office: Community, zhang: Person) -> None:
    await closed_and_solved(town, office, zhang)
    await town.later(days=6)
    assert await rechecks.push_due(town.office, share=100) == 0, "too early"
    await town.later(days=2)
    assert await rechecks.push_due(town.office, share=100) == 1
    await town.later(days=1)
    assert await rechecks.push_due(town.office, share=100) == 0
    assert await zhang.count("随机抽到您") == 1
    await zhang.presses("一直好着")
    assert town.rows("select asked, answer from rechecks") == [(1, "good")]
    assert (await town.ticket()).state is State.CLOSED


async def test_who_is_not_drawn_is_left_in_peace(town: Town, office: Community, zhang: Person) -> None:
    await closed_and_solved(town, office, zhang)
    await town.later(days=8)
    assert await rechecks.push_due(town.office, share=0) == 0
    assert await zhang.count("随机抽到您") == 0
    assert town.rows("select asked from rechecks") == [(0,)]


async def test_a_reason_waved_away_reaches_nobody(town: Town, office: Community, zhang: Person) -> None:
    await closed_and_solved(town, office, zhang)
    await zhang.presses("不满意")
    assert await zhang.presses("不说了") == "好的"
    await zhang.says("5号楼楼下垃圾没人清")
    assert await office.anyone.count("居民说：") == 0
    assert len(await town.tickets()) == 2


async def test_a_new_matter_is_no_reason(town: Town, office: Community, zhang: Person) -> None:
    await closed_and_solved(town, office, zhang)
    await zhang.presses("基本满意")
    await zhang.says("5号楼楼下垃圾没人清")
    assert len(await town.tickets()) == 2
    assert await office.anyone.count("居民说：") == 0


async def test_consent_is_asked_once(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("我家没有收入，想申请低保，请帮我办一下")
    await zhang.says("我得了重病，家里困难，想申请临时救助")
    assert await zhang.count("关系到您的隐私") == 1
    await zhang.presses("同意")
    assert town.rows("select consented_at is not null from residents where user_id = ?", zhang.id) == [(1,)]


async def test_the_mothers_telephone_is_for_the_handler_alone(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("帮我妈报修，她住6号楼2单元301，暖气不热")
    await zhang.sends(contact={"phone_number": "13912345678", "first_name": "妈妈"})
    assert town.rows("select phone from companions") == [("13912345678",)]
    assert town.rows("select phone from residents where user_id = ?", zhang.id) == [("",)]
    assert not any("13912345678" in words_of(m) for m in await office.anyone.messages())
    staff = office["李强"]
    await staff.in_private.says("/start")
    await staff.presses("接单")
    await staff.presses("更多")
    await staff.presses("看全文")
    assert "替妈妈报：13912345678" in await staff.in_private.hears("本次查看已记录")


async def test_the_link_is_for_one_person(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("帮我妈报修，她住6号楼2单元301，暖气不热")
    code = town.rows("select code from companions")[0][0]
    await zhang.says(f"/start p_{code}")
    assert "转发给妈妈" in await zhang.last()
    mother = Person(town, await town._telephone("妈妈"), "妈妈")
    curious = Person(town, await town._telephone("好奇的人"), "好奇的人")
    await mother.says(f"/start p_{code}")
    await curious.says(f"/start p_{code}")
    assert await mother.count("替您报了一件事") == 1
    assert await curious.count("替您报了一件事") == 0
    await mother.says("进度")
    assert "供暖" in await mother.hears("您反映的事")


async def test_erasing_the_son_forgets_the_mother(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("帮我妈报修，她住6号楼2单元301，暖气不热，电话13912345678")
    await zhang.says("我的数据")
    await zhang.presses("删除")
    await zhang.presses("撤回这 1 件并删除")
    assert town.rows("select count(*) from companions") == [(0,)]


async def test_simple_mode_has_a_large_picture_and_few_buttons(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("长辈版")
    await zhang.says("3号楼2单元电梯坏了")
    receipt = await zhang.message("记下了")
    assert labels_of(receipt) == ["🔠 看大字图", "🚫 不用办了"]
    assert len(words_of(receipt)) < 80
    await zhang.presses("看大字图")
    assert any("photo" in m for m in await zhang.messages())
    keyboard = (await town.drive.look(f"chat/{BOT}", as_=zhang.id))["keyboard"]["keyboard"]
    assert [len(row) for row in keyboard] == [1, 1, 1]


def test_the_large_picture_has_room_for_its_words() -> None:
    receipt = Receipt(
        "261123-007", "老年人家庭适老化改造", "幸福里小区12号楼3单元" * 6, "已登记", "李强", "11月24日"
    )
    canvas = draw(receipt)
    boxes = canvas.boxes
    assert all(box.left >= 0 and box.right <= canvas.width and box.bottom <= canvas.height for box in boxes)
    assert not any(a.meets(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert min(box.size for box in boxes) >= 44


async def test_the_telephone_may_be_kept_to_oneself(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("请打电话给我")
    await zhang.says("不方便")
    await zhang.hears("继续办")
    await zhang.says("6号楼3单元楼道灯不亮")
    assert len(await town.tickets()) == 2


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("我不住你们社区，想问问怎么报修", False),
        ("不是本小区的车老占我们车位", True),
        ("我在上海，帮我妈报修，她住6号楼2单元301，暖气不热", True),
        ("我们不是你们社区的，路灯坏了归谁管", False),
    ],
)
async def test_only_who_lives_elsewhere_is_turned_away(
    town: Town, office: Community, zhang: Person, said: str, taken: bool
) -> None:
    await zhang.says(said)
    assert (len(await town.tickets()) == 1) is taken
    assert await zhang.count("当地的 12345") == (0 if taken else 1)


async def test_the_number_is_asked_by_a_contact_button_and_once(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("请打电话给我")
    keyboard = (await town.drive.look(f"chat/{BOT}", as_=zhang.id))["keyboard"]["keyboard"]
    assert keyboard[0] == [{"text": "📱 发我的电话", "request_contact": True}]
    await zhang.says("13812345678")
    assert town.rows("select phone from residents where user_id = ?", zhang.id) == [("13812345678",)]
    await zhang.says("怎么还不打电话给我")
    assert await zhang.count("打哪个号码") == 1
    assert len(await town.tickets()) == 1


async def test_somebody_elses_contact_is_not_ones_own(town: Town, office: Community, zhang: Person) -> None:
    other = await town.resident("李四", office)
    contact = {"phone_number": "13700000000", "first_name": "李四", "user_id": other.id}
    await zhang.sends(contact=contact)
    sent = next(m for m in await zhang.messages() if "contact" in m)
    if sent["contact"].get("user_id") == other.id:
        assert town.rows("select phone from residents where user_id = ?", zhang.id) == [("",)]


async def test_a_flood_is_kept_and_answered_with_one_sentence(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("6号楼3单元楼道灯不亮")
    sends = [{"from": zhang.id, "chat": BOT, "text": f"快点快点第{n}遍"} for n in range(120)]
    await town.drive.act("updates/bulk", sends=sends)
    await town.settle()
    assert await zhang.count("一条不落") == 1
    kept = town.rows("select count(*) from messages where chat_id = ? and text like '快点%'", zhang.id)[0][0]
    answered = town.rows("select count(*) from outbox where chat_id = ?", zhang.id)[0][0]
    assert kept >= 119 - 30
    assert answered < 60
    assert town.rows("select count(*) from inbox where state <> 'done'") == [(0,)]


@pytest.mark.parametrize(
    "said", ["5号楼\u202e楼下垃圾没人清\u202c", "5号楼楼下垃\u0337\u0338\u0335\u0336圾没人清"]
)
async def test_signs_that_turn_words_around_reach_nobody(
    town: Town, office: Community, zhang: Person, said: str
) -> None:
    await zhang.says(said)
    ticket = await town.ticket()
    assert ticket.category == "exposed_rubbish"
    assert "5号楼楼下垃圾没人清" in (await office.card(ticket))["text"]


@pytest.mark.parametrize("said", ["   \u200b", "🙂" * 50, "。" * 4096, "哈" * 4096])
async def test_nothing_to_act_on_is_answered_and_opens_nothing(
    town: Town, office: Community, zhang: Person, said: str
) -> None:
    before = len(await zhang.heard())
    await zhang.says(said)
    assert len(await zhang.heard()) == before + 1
    assert await town.tickets() == []


async def test_danger_in_a_flood_is_heard(town: Town, office: Community, zhang: Person) -> None:
    sends = [{"from": zhang.id, "chat": BOT, "text": f"在吗{n}"} for n in range(60)]
    await town.drive.act("updates/bulk", sends=sends)
    await zhang.says("3号楼2单元着火了，好大的烟")
    assert (await town.ticket()).dangers == ("fire",)
    await office.anyone.hears("🚨🚨")


async def test_what_was_too_fast_joins_the_next_matter(town: Town, office: Community, zhang: Person) -> None:
    sends = [{"from": zhang.id, "chat": BOT, "text": f"喂{n}"} for n in range(50)]
    await town.drive.act("updates/bulk", sends=sends)
    await town.settle()
    await town.later(minutes=2)
    await zhang.says("6号楼3单元楼道灯不亮")
    ticket = await town.ticket()
    kept = town.rows("select count(*) from messages where ticket_id = ? and text like '喂%'", ticket.id)
    assert kept[0][0] >= 19


async def test_a_word_in_another_group_is_not_taken(town: Town, office: Community, zhang: Person) -> None:
    made = await town.drive.act(
        "groups", title="闲聊群", type="supergroup", members=[zhang.id], bots=[BOT], creator=zhang.id
    )
    here = Person(town, zhang.id, "张三", int(made["id"]))
    await here.says("@minxinqiao_bot 5号楼楼下垃圾没人清")
    assert await town.tickets() == []


async def test_only_those_who_manage_bind_a_residents_group(
    town: Town, office: Community, zhang: Person
) -> None:
    made = await town.drive.act(
        "groups", title="邻里群", type="supergroup", members=[zhang.id], bots=[BOT], creator=zhang.id
    )
    here = Person(town, zhang.id, "张三", int(made["id"]))
    await here.says("/setup 居民群")
    assert town.rows("select count(*) from resident_groups") == [(0,)]


@pytest.mark.parametrize("said", ["@minxinqiao_bot 3号楼2单元着火了", "3号楼2单元着火了 @minxinqiao_bot"])
async def test_danger_in_the_residents_group_is_advised_there(
    town: Town, office: Community, zhang: Person, said: str
) -> None:
    lead = office["周敏"]
    made = await town.drive.act(
        "groups", title="邻里群", type="supergroup", members=[lead.id, zhang.id], bots=[BOT], creator=lead.id
    )
    await Person(town, lead.id, "周敏", int(made["id"])).says("/setup 居民群")
    here = Person(town, zhang.id, "张三", int(made["id"]))
    await here.says(said)
    assert "打 119" in await here.hears("已受理")
    await zhang.hears("已登记")
    await office.anyone.hears("🚨🚨")


async def test_a_doubled_picture_is_marked(town: Town, office: Community, zhang: Person) -> None:
    await town.drive.act("faults", rules=[{"kind": "drop_after", "method": "sendPhoto", "next": 1}])
    await zhang.sends(photo="sample", caption="3号楼2单元电梯坏了")
    await town.later(minutes=5)
    photos = [m for m in await office.anyone.messages() if "photo" in m]
    assert [words_of(m) for m in photos] == ["", "（重发）"]
