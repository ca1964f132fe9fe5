"""What happens by the clock: summaries and warnings, each once, at the right hour."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from jobs import clock, housekeeping, ladder, summaries
from storage import communities
from tests.town import ZONE, Community, Person, Town


@pytest.fixture
async def due(town: Town, office: Community, zhang: Person) -> Community:
    """A community with one ticket of Monday; it is Tuesday 08:31."""
    await zhang.says("3号楼2单元电梯坏了")
    await town.until(datetime(2026, 11, 24, 8, 31, tzinfo=ZONE))
    return office


async def test_the_summary_comes_once_each_day(town: Town, due: Community) -> None:
    assert await summaries.push_due(town.office) == 1
    assert await summaries.push_due(town.office) == 0
    await town.settle()
    summary = await due.anyone.hears("幸福社区日报")
    assert "11月23日" in summary
    assert "新增 1 件" in summary
    await town.later(hours=3)
    assert await summaries.push_due(town.office) == 0
    await town.later(days=1)
    assert await summaries.push_due(town.office) == 1
    await town.settle()
    assert await due.anyone.count("幸福社区日报") == 2


async def test_not_before_its_hour(town: Town, office: Community) -> None:
    await town.until(datetime(2026, 11, 24, 8, 29, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 0


async def test_at_the_hour_of_the_community(town: Town, office: Community) -> None:
    await town.store.write(lambda tx: communities.set_summary(tx, office.id, 17 * 60))
    await town.until(datetime(2026, 11, 24, 16, 59, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 0
    await town.until(datetime(2026, 11, 24, 17, 1, tzinfo=ZONE))
    assert await summaries.push_due(town.office) == 1


async def test_after_downtime_it_still_comes_the_same_day(town: Town, due: Community) -> None:
    await town.stop()
    await town.until(datetime(2026, 11, 24, 14, 0, tzinfo=ZONE))
    await town.start()
    assert await summaries.push_due(town.office) == 1
    await town.stop()
    await town.start()
    assert await summaries.push_due(town.office) == 0
    await town.settle()
    assert await due.anyone.count("幸福社区日报") == 1


async def test_two_processes_push_it_once(town: Town, due: Community) -> None:
    pushed = await asyncio.gather(*(summaries.push_due(town.office) for _ in range(5)))
    assert sum(pushed) == 1


async def test_its_numbers_open_the_tickets(town: Town, due: Community) -> None:
    await summaries.push_due(town.office)
    await town.settle()
    await due["李强"].presses("在办 1")
    assert "261123-001" in await due["李强"].hears("在办（1）")
    await due["李强"].presses("261123-001")
    assert "电梯" in (await due.card(await town.ticket()))["text"]


async def test_warnings_come_once_for_each_stage(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    assert await ladder.climb(town.office) == 0
    await town.later(minutes=31)
    assert await ladder.climb(town.office) == 1
    assert await ladder.climb(town.office) == 0
    await town.settle()
    await office.anyone.hears("还没人接单")
    await office["李强"].presses("接单")
    await town.later(hours=18)
    assert await ladder.climb(town.office) == 1
    await town.settle()
    assert "李强" in await office.anyone.hears("快到期了")
    await town.later(hours=6)
    assert await ladder.climb(town.office) == 1
    assert await ladder.climb(town.office) == 0
    await town.settle()
    await office.anyone.hears("已超期")
    assert "已超期" in (await office.card(await town.ticket()))["text"]


async def test_what_is_answered_or_waits_for_the_resident_is_not_warned_of(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    _, second = await town.tickets()
    await office["李强"].says("/reply 001 已安排")
    await office["李强"].presses("补充", on=(await office.card(second))["message_id"])
    await office["李强"].presses("问地点")
    await town.later(days=12)
    assert await ladder.climb(town.office) == 0


async def test_at_night_only_the_urgent_is_told(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("5号楼楼下垃圾没人清")
    assert (await town.ticket()).urgency == "一般"
    await town.until(datetime(2026, 11, 30, 23, 0, tzinfo=ZONE))
    assert await ladder.climb(town.office) == 0
    await town.until(datetime(2026, 12, 1, 9, 0, tzinfo=ZONE))
    assert await ladder.climb(town.office) == 1


async def test_the_clock_does_it_all_by_itself(town: Town, due: Community) -> None:
    ticking = asyncio.create_task(clock.run(town.office, town.counter.wake, tick=0.02))
    async with asyncio.timeout(10):
        while not await due.anyone.count("幸福社区日报"):  # the truth lies in the stand-in
            await asyncio.sleep(0.02)
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)
    await town.settle()
    assert await due.anyone.count("幸福社区日报") == 1


async def test_tidying_keeps_tickets_and_forgets_what_is_done(town: Town, due: Community) -> None:
    await town.later(days=30)
    await housekeeping.tidy(town.office)
    assert town.rows("select count(*) from inbox") == [(0,)]
    assert town.rows("select count(*) from outbox where kind = 'say' and payload <> '{}'") == [(0,)]
    assert len(await town.tickets()) == 1
    await due["李强"].presses("接单")
    assert "李强" in (await due.card(await town.ticket()))["text"]
