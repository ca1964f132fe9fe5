"""A random day: whatever people press, write and send, in whatever order, nothing breaks or is lost."""

from __future__ import annotations

import logging
import random
from collections.abc import Awaitable, Callable

import pytest

from jobs import ladder, reviews, summaries
from tests.story_player import asks
from tests.town import Community, Person, Town, words_of

SAYINGS = (
    "3号楼2单元电梯坏了",
    "电梯坏了",
    "5号楼楼下垃圾没人清",
    "着火了",
    "老公打我",
    "想问问低保怎么申请",
    "催办",
    "撤回",
    "进度",
    "没解决",
    "没解决，还是老样子",
    "解决了",
    "满意",
    "不满意",
    "谢谢",
    "你好",
    "找人工",
    "3号楼2单元",
    "补充一下，在左边",
    "对",
    "/start",
    "/help",
    "/tickets",
    "3號樓電梯壞了",
    "Water leak, please help",
    "我的数据",
)
COMMANDS = (
    "/tickets",
    "/mine",
    "/overdue",
    "/t 001",
    "/reply 002 师傅在路上",
    "/note 001 记一下",
    "/assign 001 王芳",
    "/close 001 好了",
    "/close 002",
    "/search 电梯",
    "/summary",
    "/help",
    "/t",
)
FILES = ("photo", "voice", "video_note", "document", "sticker", "location", "contact", "album")
WHAT = {
    "sticker": {"emoji": "👍"},
    "location": {"latitude": 30.5, "longitude": 114.3},
    "contact": {"phone_number": "13812345678", "first_name": "张"},
    "album": [{"photo": "sample"}] * 3,
}


async def press_any(dice: random.Random, person: Person) -> None:
    """Press one of the buttons that stand in the chat, old ones too."""
    found = [
        (message["message_id"], button["callback_data"])
        for message in await person.messages()
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "callback_data" in button
    ]
    if found:
        await person.forges(*dice.choice(found))


async def reply_any(dice: random.Random, person: Person) -> None:
    """Answer some message of the chat."""
    ids = [message["message_id"] for message in await person.messages()]
    if ids:
        await person.says(dice.choice(SAYINGS[:20]), reply_to=dice.choice(ids))


async def edit_any(dice: random.Random, person: Person) -> None:
    mine = [m for m in await person.messages() if m.get("out") and "text" in m]
    if mine:
        await person.edits(dice.choice(mine)["message_id"], dice.choice(SAYINGS[:8]) + str(dice.random()))


async def one_question_each(town: Town, residents: list[Person]) -> None:
    """Whatever has happened, nobody stands before two questions of ours."""
    meanings = dict(town.rows("select token, action from buttons"))
    for person in residents:
        asking = [message for message in await person.messages() if asks(message, meanings)]
        assert len(asking) < 2, [words_of(message) for message in asking]


@pytest.mark.parametrize("seed", range(4))
async def test_a_random_day(
    town: Town, office: Community, zhang: Person, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    dice = random.Random(seed)
    chen = await town.resident("陳", office, language="zh-hant")
    newcomer = await town.resident("新人")
    other = await town.community("和平社区", "和平里小区", ("赵刚",))
    for colleague in (*office.team.values(), other["赵刚"]):
        await colleague.in_private.says("/help")
    residents = [zhang, chen, newcomer]
    staff = [*office.team.values(), *office.team.values(), other["赵刚"], office["周敏"].in_private]

    async def speak() -> None:
        await dice.choice(residents).says(dice.choice(SAYINGS))

    async def send() -> None:
        kind = dice.choice(FILES)
        words = {"caption": dice.choice(SAYINGS[:6])} if kind in ("photo", "album", "voice") else {}
        await dice.choice(residents).sends(**{kind: WHAT.get(kind, "sample")}, **dice.choice([words, {}]))

    async def command() -> None:
        await dice.choice(staff).says(dice.choice(COMMANDS))

    async def time_passes() -> None:
        await town.later(hours=dice.choice([0.2, 2, 20, 80]))
        for job in (summaries.push_due, reviews.settle_silent, ladder.climb):
            await job(town.office)
        await town.settle()

    async def restart() -> None:
        await town.stop()
        await town.start()

    acts: list[Callable[[], Awaitable[None]]] = [
        *[speak] * 5,
        *[lambda: press_any(dice, dice.choice(residents))] * 5,
        *[lambda: press_any(dice, dice.choice(staff))] * 8,
        *[lambda: reply_any(dice, dice.choice(residents))] * 2,
        *[lambda: reply_any(dice, dice.choice(staff))] * 2,
        *[lambda: edit_any(dice, dice.choice(residents))],
        *[command] * 3,
        *[send] * 3,
        time_passes,
        restart,
    ]
    with caplog.at_level(logging.ERROR):
        for _ in range(70):
            await dice.choice(acts)()
            await one_question_each(town, residents)
    # What became due while the clock jumped has waited for hours, says the watchdog rightly.
    told = [record.getMessage() for record in caplog.records if record.name != "transport.watchdog"]
    assert told == []
    assert town.rows("select count(*) from inbox where state <> 'done'") == [(0,)]
    assert town.rows("select key, error from outbox where state = 'dead'") == []
    for ticket in [t for t in await town.tickets() if t.resident_id]:  # 0: erased at the wish of the resident
        own = 0 if ticket.part else 1  # what one message has opened stands on one receipt
        assert town.rows("select count(*) from outbox where key = ?", f"receipt:{ticket.id}") == [(own,)]
        assert town.events(ticket)[0] == "opened"
