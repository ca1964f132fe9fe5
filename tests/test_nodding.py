"""Signs instead of messages: promised like every word, never lost, said in words where they are refused."""

from __future__ import annotations

import json

import pytest

from standin.reactions import ALLOWED
from tests.test_standin_api import SPEC
from tests.town import BOT, Community, Person, Town

REPORT = "3号楼2单元电梯坏了"


async def test_a_sign_that_did_not_get_through_is_set_again(town: Town, zhang: Person) -> None:
    await zhang.says(REPORT)
    await town.drive.act("faults", rules=[{"kind": "drop_before", "method": "setMessageReaction", "next": 1}])
    said = await zhang.says("那部电梯上个月才修过")
    assert await zhang.signs(said) == ["👌"]
    assert await zhang.count("已补充到") == 0


async def test_a_kill_loses_no_sign_and_says_nothing_twice(town: Town, zhang: Person) -> None:
    await zhang.says(REPORT)
    await town.drive.act("faults", rules=[{"kind": "drop_after", "method": "setMessageReaction", "next": 1}])
    said = await zhang.says("那部电梯上个月才修过")
    await town.stop()
    await town.start()
    await town.settle()
    assert await zhang.signs(said) == ["👌"]
    assert not [words for words in await zhang.heard() if "重发" in words]


async def test_the_answer_that_reached_the_resident_has_a_sign_and_one_that_did_not_has_none(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(REPORT)
    card = await office.card(await town.ticket())
    li = office["李强"]
    arrived = await li.says("师傅十点半到", reply_to=card["message_id"])
    assert await li.signs(arrived) == ["👌"]
    await zhang.blocks()
    lost = await li.says("师傅改到下午三点", reply_to=card["message_id"])
    assert await li.signs(lost) == []


async def test_a_message_taken_away_meanwhile_is_acknowledged_in_words(town: Town, zhang: Person) -> None:
    await zhang.says(REPORT)
    await town.drive.act(
        "faults", rules=[{"kind": "delay", "method": "setMessageReaction", "ms": 300, "next": 1}]
    )
    sent = await town.drive.act("send", from_=zhang.id, chat=BOT, text="那部电梯上个月才修过")
    await town.drive.act("delete", from_=zhang.id, chat=BOT, message_id=sent["message_id"])
    await town.settle()
    await zhang.hears("已补充到")


async def test_in_a_flood_the_last_one_has_a_sign(town: Town, zhang: Person) -> None:
    await zhang.says(REPORT)
    said = [await zhang.says(f"第{n}遍了") for n in range(40)]
    await town.later(seconds=10)
    signs = [await zhang.signs(message_id) for message_id in said]
    assert signs[-1] == ["👌"]
    assert await zhang.count("发得有点快") == 1


async def test_the_emoji_are_those_that_telegram_lists() -> None:
    if not SPEC.exists():
        pytest.skip("Telegram's list is not beside the repository")
    fields = json.loads(SPEC.read_text())["types"]["ReactionTypeEmoji"]["fields"]
    told = next(field["description"] for field in fields if field["name"] == "emoji")
    assert frozenset(told.split('"')[1::2]) == ALLOWED


async def test_the_standin_refuses_as_telegram_does(town: Town, office: Community, zhang: Person) -> None:
    said = await zhang.says("你好")
    token = town.settings.telegram_bot_token.get_secret_value()
    for reaction, words in (
        ([{"type": "emoji", "emoji": "✅"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "👌"}], "REACTIONS_TOO_MANY"),
    ):
        answer = await town.drive.call(
            token, "setMessageReaction", chat_id=zhang.id, message_id=said, reaction=reaction
        )
        assert words in answer["description"]
