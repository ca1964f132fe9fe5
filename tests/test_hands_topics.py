"""A staff group that is a forum: a topic for each heading, private matters outside, no harm when it fails."""

from __future__ import annotations

import pytest

from tests.town import BOT, Community, Json, Person, Town


async def turn_into_forum(town: Town, office: Community, *, admin: bool = True) -> None:
    """The group becomes a forum and the bot its administrator; somebody sends /setup again."""
    group = town.book.groups[office.group]
    group.is_forum = True
    if admin:
        group.members[BOT].status = "administrator"
    await office["周敏"].says("/setup")


async def calls(town: Town) -> list[Json]:
    found = await town.drive.look("book", kind="call", since=0)
    return [entry for entry in found["entries"] if entry["method"] == "createForumTopic"]


@pytest.fixture
async def forum(town: Town, office: Community) -> Community:
    await turn_into_forum(town, office)
    return office


async def test_a_heading_gets_one_topic_and_its_cards_stand_there(
    town: Town, forum: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("2号楼1单元漏水")
    await zhang.says("5号楼门口的路灯不亮")
    lift, leak, lamp = await town.tickets()
    threads = [(await forum.card(ticket)).get("message_thread_id") for ticket in (lift, leak, lamp)]
    assert threads[0] is not None
    assert threads[0] == threads[1] != threads[2]
    names = set(town.book.groups[forum.group].topics.values())
    assert names == {"物业与住房", "公共环境"}
    assert len(await calls(town)) == 2
    await forum["李强"].presses("接单", on=(await forum.card(lift))["message_id"])
    assert "办理中" in (await forum.card(lift))["text"]


async def test_private_matters_have_no_topic(town: Town, forum: Community, zhang: Person) -> None:
    text = "老公打我，我怕"
    town.doubt(text, "family_dispute")
    await zhang.says(text)
    assert "message_thread_id" not in await forum.card(await town.ticket())
    assert await calls(town) == []


async def test_a_topic_that_is_gone_is_opened_again(town: Town, forum: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    town.book.groups[forum.group].topics.clear()
    await zhang.says("2号楼1单元漏水")
    assert "message_thread_id" not in await forum.card(await town.ticket()), "it is not lost: it is outside"
    await zhang.says("6号楼的电梯也坏了")
    assert (await forum.card(await town.ticket())).get("message_thread_id") is not None
    assert len(await calls(town)) == 2


async def test_without_the_right_to_open_topics_all_goes_on_in_the_group(
    town: Town, office: Community, zhang: Person
) -> None:
    await turn_into_forum(town, office, admin=False)
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("2号楼1单元漏水")
    for ticket in await town.tickets():
        assert "message_thread_id" not in await office.card(ticket)
    assert len(await calls(town)) == 1, "it is tried once, not for every ticket"
    town.book.groups[office.group].members[BOT].status = "administrator"
    await office["周敏"].says("/setup")
    await zhang.says("6号楼的电梯也坏了")
    assert (await office.card(await town.ticket())).get("message_thread_id") is not None


async def test_a_group_that_is_no_forum_is_asked_for_no_topic(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    assert await calls(town) == []


async def test_a_note_in_a_topic_is_no_answer(town: Town, forum: Community, zhang: Person) -> None:
    """In a topic every message replies to the topic's first one: that is no reply to a ticket."""
    await zhang.says("3号楼2单元电梯坏了")
    thread = (await forum.card(await town.ticket()))["message_thread_id"]
    before = len(await zhang.heard())
    await forum["李强"].sends(text="大家看一下这件", thread=thread)
    await forum["李强"].sends(text="/tickets", thread=thread)
    assert len(await zhang.heard()) == before
    assert "（1）" in await forum["李强"].last()
