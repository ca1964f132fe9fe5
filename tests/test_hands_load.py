"""Many at once: a hundred presses are one step, a hundred tickets stay within the group's limit, mornings."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from domain.states import State
from jobs import mornings
from tests.town import SPEED, Community, Person, Town

MINUTE = 60 / SPEED
"""Seconds of the hurried world in which a group may get twenty messages and edits."""


async def test_a_hundred_presses_at_once_are_one_step(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    card = await office.card(ticket)

    async def press(number: int) -> str:
        who = office[("李强", "王芳", "周敏")[number % 3]]
        body = {"from_": who.id, "chat": office.group, "message_id": card["message_id"], "text": "接单"}
        return str((await town.drive.act("press", **body))["text"])

    shown = Counter(await asyncio.gather(*(press(number) for number in range(100))))
    await town.settle()
    taken = await town.ticket()
    assert taken.state is State.WORKING
    assert taken.version == ticket.version + 1
    assert town.events(taken).count("take") == 1
    assert shown[f"{taken.number} 归您了"] == 1
    assert sum(shown.values()) == 100
    assert all("接单了" in words for words in shown if "归您了" not in words), shown
    assert await zhang.count("已接手") == 1


async def test_a_hundred_tickets_in_ten_minutes_stay_within_the_limit(town: Town, office: Community) -> None:
    """In a world that runs two hundred times faster: ten minutes are three seconds."""
    writers = [await town.resident(f"居民{number}", office) for number in range(10)]
    places = [(house, unit) for house in (1, 2, 3, 5, 6) for unit in (1, 2, 3, 4)]

    async def write(number: int) -> None:
        await asyncio.sleep(number * 6 / SPEED)  # one every six seconds
        house, unit = places[number // 5]
        what = ("的路灯不亮", "垃圾没人清", "井盖坏了", "漏水了", "消防通道被堵了")[number % 5]
        text = f"{house}号楼{unit}单元{what}" if number != 60 else "6号楼1单元着火了"
        who = writers[number % 10]
        await town.drive.act("send", from_=who.id, chat=who.chat, text=text)

    await asyncio.gather(*(write(number) for number in range(100)))
    await town.settle()
    opened = await town.tickets()
    assert len(opened) == 100
    shown = town.rows("select count(*) from outbox where kind = 'card' and message_id is not null")
    assert shown == [(100,)], "no ticket is missing from the group"
    calls = await _calls(town, office.group)
    most = max(sum(1 for other in calls if at <= other < at + MINUTE) for at in calls)
    assert most <= 20, f"{most} messages and edits in one minute"
    assert len(calls) <= 110, "a card is sent once, what changes meanwhile is one edit"
    heard = [words for words in await office.anyone.heard() if "🚨🚨" in words]
    assert len(heard) == 1


async def _calls(town: Town, group: int) -> list[float]:
    """When Telegram took a message or an edit to the group."""
    found = await town.drive.look("book", kind="call", since=0)
    calls = [e for e in found["entries"] if e["method"].startswith(("send", "edit")) and e["ok"]]
    return sorted(float(e["at"]) for e in calls if int(e["params"].get("chat_id", 0)) == group)


async def test_an_alarm_goes_ahead_of_a_hundred_cards(town: Town, office: Community, zhang: Person) -> None:
    async def burst() -> None:
        for number in range(30):
            house, unit = (1, 2, 3, 5, 6)[number % 5], number // 5 + 1
            text = f"{house}号楼{unit}单元的路灯不亮"
            await town.drive.act("send", from_=zhang.id, chat=zhang.chat, text=text)
        await town.drive.act("send", from_=zhang.id, chat=zhang.chat, text="3号楼2单元着火了")

    await burst()
    await town.settle()
    sent = town.rows(
        "select kind, payload from outbox where chat_id = ? and state = 'sent' order by message_id",
        office.group,
    )
    alarm = next(n for n, (_, payload) in enumerate(sent) if "danger_alarm" in payload)
    cards_behind = sum(kind == "card" for kind, _ in sent[alarm:])
    assert cards_behind >= 1, "the alarm was not the last to be sent"


async def test_the_morning_list_comes_once_and_only_with_something_in_it(
    town: Town, office: Community, zhang: Person
) -> None:
    for name in ("李强", "王芳"):
        await office[name].in_private.says("/start")
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼门口的路灯不亮")
    first, second = await town.tickets()
    await office["李强"].presses("接单", on=(await office.card(first))["message_id"])
    await office["李强"].presses("接单", on=(await office.card(second))["message_id"])
    await town.until((town.clock.now() + timedelta(days=1)).replace(hour=8, minute=35))
    assert await mornings.push_due(town.office) == 1
    assert await mornings.push_due(town.office) == 0
    await town.settle()
    heard = await office["李强"].in_private.hears("早上好")
    assert "手上 2 件" in heard
    assert "今天到期 1 件" in heard
    assert first.number in heard
    assert second.number not in heard
    assert await office["王芳"].in_private.count("早上好") == 0
    await town.later(days=1)
    assert await mornings.push_due(town.office) == 1
    await town.settle()
    assert "已超期 1 件" in await office["李强"].in_private.hears("早上好")
    await town.until((town.clock.now() + timedelta(days=3)).replace(hour=8, minute=40))  # Saturday
    assert await mornings.push_due(town.office) == 0
