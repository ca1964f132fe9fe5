"""The register at a million tickets: the open list of a community, and a search that finds everything.

    python -m benchmarks.storage_scale [--tickets 1000000] [--communities 1380] [--folder DIR]

The tickets are made by a generator with a fixed seed and go in through the store's own door (tickets.insert,
which also indexes). Then it is measured how long the open list of a community and a search take, and every
search is compared with reading all tickets of that community: recall must be 100 %.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from domain.states import OPEN, State
from storage import communities, tickets, words
from storage.store import Change, Store, Tx
from storage.tickets import Ticket

AT_ONCE = 2000
SHOWN = 20
"""Tickets that a search shows."""
MEASURED = 40
"""Communities that are looked at."""
OPEN_PART = 0.08
DAY = 24 * 3600 * 1000
NOW = 1_795_400_000_000
WHAT = (
    "电梯坏了", "路灯不亮", "楼道堆满杂物", "垃圾没人清", "楼上漏水", "井盖松动", "半夜施工太吵",
    "消防通道被占", "想问低保怎么申请", "老人想申请居家养老", "广场舞音响太大", "水管爆了", "门禁失灵",
    "充电桩跳闸", "树枝挡住窗户",
)  # fmt: skip
WHERE = ("东门", "西门", "凉亭旁边", "地下车库", "快递柜旁", "健身器材那里", "垃圾房后面", "")
WISH = (
    "麻烦尽快看看",
    "已经三天了",
    "家里有老人出行不便",
    "请派人来修",
    "上次说修一直没来",
    "谢谢",
    "孩子差点摔倒",
)
SHORT = (State.REVIEW, State.CLOSED, State.CLOSED, State.CLOSED, State.ARCHIVED)
GOING = sorted(OPEN)


def made(number: int, community: int, rng: random.Random) -> Ticket:
    """One ticket of the generator."""
    house, unit = rng.randint(1, 40), rng.randint(1, 6)
    place = f"{house}号楼{unit}单元{rng.choice(WHERE)}"
    body = f"{place}{rng.choice(WHAT)}，{rng.choice(WISH)}，{rng.choice(WISH)}"
    created = NOW - rng.randint(0, 730) * DAY - rng.randint(0, DAY)
    is_open = rng.random() < OPEN_PART
    return Ticket(
        community_id=community,
        number=f"{created // DAY % 1_000_000:06d}-{number:07d}",
        resident_id=1 + number % 400_000,
        chat_id=1 + number % 400_000,
        source_message=number,
        state=rng.choice(GOING) if is_open else rng.choice(SHORT),
        category="elevator",
        kind="求助",
        urgency="一般",
        body=body,
        clock_class="general",
        clock_unit="天",
        accept_due=created + DAY,
        answer_due=created + 7 * DAY,
        created_at=created,
        place=place,
        building=str(house),
        unit=str(unit),
        assignee_id=10 + number % 5,
    )


async def load(store: Store, count: int, many: int) -> None:
    """Fill the store, with a bar that shows how far it is."""
    rng = random.Random(20261122)
    begun = time.monotonic()

    async def found(tx: Tx) -> None:
        for community in range(1, many + 1):
            await communities.found(tx, f"社区{community}", f"c{community}", NOW)

    await store.write(found)
    for first in range(0, count, AT_ONCE):
        batch = [made(n, 1 + n % many, rng) for n in range(first, min(first + AT_ONCE, count))]

        async def enter(tx: Tx, batch: list[Ticket] = batch) -> None:
            for ticket in batch:
                await tickets.insert(tx, ticket)

        await store.write(enter)
        done = (first + len(batch)) / count
        bar = "█" * int(30 * done)
        spent = time.monotonic() - begun
        print(f"\r{bar:<30} {done:4.0%}  {spent:.0f} s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: by the wall, and of the processor in the store's own thread."""

    wall: float
    cpu: float


async def timed(store: Store, look: Change[list[Ticket]], times: int = 5) -> Took:
    """The fastest of some runs."""
    runs = []
    for _ in range(times):

        async def watched(tx: Tx) -> float:
            begun = time.thread_time()
            await look(tx)
            return (time.thread_time() - begun) * 1000

        begun = time.perf_counter()
        cpu = await store.read(watched)
        runs.append(Took((time.perf_counter() - begun) * 1000, cpu))
    return Took(min(run.wall for run in runs), min(run.cpu for run in runs))


async def whole(store: Store, community: int) -> list[Ticket]:
    """All tickets of a community, by reading them: what a search is compared with."""

    async def look(tx: Tx) -> list[Ticket]:
        rows = await tx.all("hands.newest", community_id=community, since=0, until=2**62, most=10**6)
        return [tickets.of_row(row) for row in rows]

    return await store.read(look)


async def measure(store: Store, many: int) -> int:
    """Print the figures; 1 when a search has missed something."""
    rng = random.Random(7)
    lists, searches, right, all_ = [], [], 0, 0
    for community in rng.sample(range(1, many + 1), min(MEASURED, many)):
        lists.append(await timed(store, functools.partial(_open_list, community=community)))
        everything = await whole(store, community)
        texts = {t.id: words.fold(tickets.searchable(t)) for t in everything}
        for asked in _questions(rng, everything):
            shown = functools.partial(_search, community=community, asked=asked, most=SHOWN)
            searches.append(await timed(store, shown, times=3))
            answer = await store.read(
                functools.partial(_search, community=community, asked=asked, most=10**6)
            )
            wanted = words.wanted(asked)
            due = {i for i, text in texts.items() if all(words.holds(text, word) for word in wanted)}
            all_ += len(due)
            right += len(due & {ticket.id for ticket in answer})
    for name, took, goal in (("open list (50)", lists, 1.0), (f"search ({SHOWN})", searches, 20.0)):
        for what in ("cpu", "wall"):
            figures = [getattr(one, what) for one in took]
            p50, p99 = statistics.median(figures), statistics.quantiles(figures, n=100)[98]
            print(f"{name:16} {what:4}  p50 {p50:7.2f} ms  p99 {p99:7.2f} ms  goal {goal:g} ms")
    print(f"recall           {right} of {all_} ({right / all_:.2%}) in {len(searches)} searches")
    return 0 if right == all_ else 1


async def _open_list(tx: Tx, community: int) -> list[Ticket]:
    return await tickets.open_of_community(tx, community, most=50)


async def _search(tx: Tx, community: int, asked: str, most: int) -> list[Ticket]:
    return await tickets.search(tx, community, asked, most=most)


def _questions(rng: random.Random, everything: list[Ticket]) -> list[str]:
    """Words of two and more characters out of the tickets themselves, alone and in pairs."""
    asked = []
    for ticket in rng.sample(everything, min(6, len(everything))):
        run = rng.choice([part for part in ticket.body.split("，") if len(part) >= 4])
        length = rng.randint(2, 4)
        start = rng.randrange(len(run) - length + 1)
        asked.append(run[start : start + length])
        asked.append(f"{ticket.building}号楼 {run[-2:]}")
    return [one for one in asked if words.wanted(one)]


async def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--communities", type=int, default=1380)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "scale.sqlite"
        store = await Store.open(path)
        try:
            await load(store, options.tickets, options.communities)
            size = path.stat().st_size / 2**20
            print(f"{options.tickets:,} tickets, {options.communities} communities, {size:,.0f} MB")
            return await measure(store, options.communities)
        finally:
            await store.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
