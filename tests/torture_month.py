"""Weeks of a community's life under a moved clock: people write, staff handle, the clock does its work."""

from __future__ import annotations

import gc
import random
import tracemalloc
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from jobs import bulletins, housekeeping, ladder, reviews, summaries
from storage import audit, invariants
from tests.town import MONDAY, Community, Person, Town

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS_TO_WATCH = (str(ROOT / "standin" / "*"), str(ROOT / "tests" / "*"), tracemalloc.__file__)
REPORTS = (
    "{b}号楼{u}单元电梯坏了，第{n}次",
    "{b}号楼楼下路灯不亮，第{n}次",
    "{b}号楼{u}单元楼道堆满杂物，第{n}次",
    "{b}号楼{u}单元水管漏水，第{n}次",
)
TALK = ("谢谢", "到哪一步了？", "补充一下：今天早上还是老样子", "你们几点上班？", "又坏了！都三天了")


@dataclass
class Month:
    """What is seen on the way."""

    broken: list[str] = field(default_factory=list)  # day and rule
    tickets: int = 0
    summaries: int = 0
    grown: int = 0  # bytes of Python objects, made after the first third and still there


async def live(town: Town, office: Community, days: int, each: int, seed: int = 4) -> Month:
    """So many days, so many residents' messages on each."""
    dice, month = random.Random(seed), Month()
    residents = [await town.resident(f"居民{n}", office) for n in range(6)]
    for day in range(days):
        if day == days // 3:
            gc.collect()
            tracemalloc.start()
        begin = (MONDAY + timedelta(days=day)).replace(hour=8, minute=35)
        for hour in (0, 8):
            await town.until(begin + timedelta(hours=hour))
            await _clock(town)
            await _a_spell(town, office, residents, dice, each // 2, day * 2 + hour // 8)
        await housekeeping.tidy(town.office)
        await town.settle()
        found = await town.store.read(invariants.violations)
        found |= {"audit": len(await town.store.read(lambda tx: audit.breaks(tx, office.id)))}
        month.broken += [f"day {day}: {name} {count}" for name, count in found.items() if count]
        town.book.journal.clear()
    gc.collect()
    kept = tracemalloc.take_snapshot().filter_traces(
        [tracemalloc.Filter(False, pattern) for pattern in NOT_OURS_TO_WATCH]
    )
    tracemalloc.stop()
    month.grown = sum(trace.size for trace in kept.traces)
    month.tickets = len(await town.tickets())
    month.summaries = town.rows("select count(*) from jobs where job = 'daily_summary'")[0][0]
    return month


async def _clock(town: Town) -> None:
    for job in (summaries.push_due, bulletins.push_due, reviews.settle_silent, ladder.climb):
        await job(town.office)
    await town.settle()


async def _a_spell(
    town: Town, office: Community, residents: list[Person], dice: random.Random, count: int, day: int
) -> None:
    for number in range(count):
        who = dice.choice(residents)
        words = dice.choice(REPORTS) if dice.random() < 0.6 else dice.choice(TALK)
        place = {"b": dice.choice((1, 2, 3, 5, 6)), "u": dice.randint(1, 4), "n": day * 100 + number}
        await who.says(words.format(**place))
    open_ones = [t for t in await town.tickets() if t.means.is_open]
    for ticket in dice.sample(open_ones, min(len(open_ones), count)):
        staff = office[dice.choice(("周敏", "李强", "王芳"))]
        luck = dice.random()
        if luck < 0.3:
            card = await office.card(ticket)
            await staff.says("师傅下午三点到", reply_to=card["message_id"])
        elif luck < 0.9:
            await staff.says(f"/close {ticket.number} 修好了")
