"""The ladder of warnings: who is called and when, the alarm that repeats, and that a tick stays cheap."""

from __future__ import annotations

from datetime import datetime

import pytest

from jobs import ladder
from storage import buttons
from storage.store import Tx
from tests.town import ZONE, Community, Person, Town, labels_of


async def test_handler_then_the_lead_with_the_limit_then_once_more(
    town: Town, office: Community, zhang: Person
) -> None:
    """Nobody stands above this community: its lead is called once more in the subdistrict's place."""
    await zhang.says("5号楼下水道堵了，请通一下")
    await office["李强"].presses("接单")
    ticket = await town.ticket()
    heard: list[str] = []
    day = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)
    while len(heard) < 3 and day.month < 12:
        await town.until(day)
        if await ladder.climb(town.office):
            await town.settle()
            heard.append(await office.anyone.last())
        day = day.replace(hour=day.hour + 1) if day.hour < 20 else day.replace(day=day.day + 1, hour=8)
    assert ["李强" in text for text in heard] == [True, True, False]
    assert ["周敏" in text for text in heard] == [False, True, True]
    assert "快到期了" in heard[0]
    assert "已超期" in heard[1]
    assert "仍没有答复" in heard[2]
    await town.later(days=20)
    assert await ladder.climb(town.office) == 0, "each is told once"
    assert town.rows("select count(*) from looks where ticket_id = ?", ticket.id) == [(0,)]


async def test_half_of_the_time_is_seen_on_the_card_only(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    heard = len(await office.anyone.heard())
    await town.later(hours=12, minutes=5)
    assert await ladder.climb(town.office) == 0
    await town.settle()
    assert len(await office.anyone.heard()) == heard
    assert "时间过半" in (await office.card(await town.ticket()))["text"]


async def test_danger_is_called_out_until_somebody_signs(
    town: Town, office: Community, zhang: Person
) -> None:
    await town.until(datetime(2026, 11, 23, 23, 0, tzinfo=ZONE))
    await zhang.says("3号楼着火了，快来人")
    assert (await town.ticket()).dangers
    assert await ladder.climb(town.office) == 0
    for times in (1, 2):
        await town.later(minutes=3, seconds=1)
        assert await ladder.climb(town.office) == 1
        await town.settle()
        assert f"第 {times} 次提醒" in await office.anyone.last()
    await office["李强"].presses("接单")
    await town.later(minutes=4)
    assert await ladder.climb(town.office) == 0


async def test_the_alarm_ends_after_five(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼着火了，快来人")
    for _ in range(9):
        await town.later(minutes=3, seconds=1)
        await ladder.climb(town.office)
    await town.settle()
    assert await office.anyone.count("次提醒") == 5


async def test_an_extension_begins_the_ladder_anew(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["周敏"].presses("接单")
    await town.later(hours=19)
    assert await ladder.climb(town.office) == 1
    await town.settle()
    await office["周敏"].presses("申请延期")
    await office["周敏"].presses("+1 工作日")
    await office["周敏"].presses("天气")
    await town.later(hours=6)
    assert await ladder.climb(town.office) == 0
    await town.until(datetime(2026, 11, 25, 17, 31, tzinfo=ZONE))
    assert await ladder.climb(town.office) == 1
    await town.settle()
    assert "已超期" in await office.anyone.last()


@pytest.mark.sqlite  # it reads the plan in SQLite's words
async def test_a_tick_reads_only_what_is_due(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await ladder.climb(town.office)

    async def plan(tx: Tx) -> int:
        rows = await tx.all("desk.due_looks", now=town.clock.ms(), most=100)
        return len(rows)

    assert await town.store.read(plan) == 0
    used = town.rows("explain query plan select ticket_id from looks where at <= 5 order by at limit 9")
    assert "looks_at" in used[0][3]
    await office["李强"].presses("接单")
    assert await town.store.read(plan) == 1
    await ladder.climb(town.office)
    assert await town.store.read(plan) == 0
    await office["李强"].says("/close 001 好了")
    await ladder.climb(town.office)
    assert town.rows("select count(*) from looks") == [(0,)]


async def test_danger_is_not_put_off(town: Town, office: Community, zhang: Person) -> None:
    """No button for 延期 or 挂账 until somebody has answered; one kept from elsewhere is refused."""
    await zhang.says("3号楼着火了，快来人")
    lead = office["周敏"]
    await lead.presses("接单")
    card = await office.card(await town.ticket())
    assert not any("缓办" in label for label in labels_of(card))
    await lead.presses("更多")
    card = await office.card(await town.ticket())
    assert not any("延期" in label or "挂账" in label for label in labels_of(card))
    ticket = await town.ticket()
    for action, arg in (("extend", "3:parts"), ("suspend", "funds:30")):

        async def keep(tx: Tx, action: str = action, arg: str = arg) -> str:
            about = {"ticket_id": ticket.id, "community_id": office.id}
            return await buttons.issue(tx, office.group, action, town.clock.ms(), arg=arg, **about)

        token = await town.store.write(keep)
        assert "有危险的件不能" in await lead.forges(card["message_id"], token)
    await town.later(hours=1, minutes=40)
    await ladder.climb(town.office)
    await town.settle()
    near = await office.anyone.message("快到期了")
    assert "不能延期" in near["text"]
    assert labels_of(near) == []
    await lead.says("火已经灭了，人没事", reply_to=card["message_id"])
    assert any("缓办" in label for label in labels_of(await office.card(ticket)))
