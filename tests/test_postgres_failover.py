"""The primary dies and the standby takes over: nothing that was acknowledged is lost, and the bots go on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from storage import inbox
from storage.store import Store
from tests.many_harness import Plan, run
from tests.postgres_pair import Pair
from tests.postgres_server import HAVE_SERVER, WANTED, rows

pytestmark = [
    pytest.mark.skipif(
        not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
    ),
    pytest.mark.timeout(400),
]


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    try:
        made.start()
        yield made
    finally:
        made.put_away()


async def test_every_acknowledged_commit_stands_on_the_promoted_standby(pair: Pair) -> None:
    store = await Store.open(pair.url)
    acknowledged: set[int] = set()
    refused = 0
    stop = asyncio.Event()

    async def feed(lane: int) -> None:
        nonlocal refused
        number = lane * 1_000_000
        while not stop.is_set():
            number += 1
            update = {"update_id": number, "message": {"chat": {"id": lane + 1}}}
            try:
                await store.write(lambda tx, new=update: inbox.take_in(tx, 1, [new], 0))  # type: ignore[misc]  # a lambda with a default
            except StoreUnavailable:
                refused += 1
                await asyncio.sleep(0.05)
            else:
                acknowledged.add(number)

    async def reached(count: int) -> None:
        async with asyncio.timeout(60):
            while len(acknowledged) < count:
                await asyncio.sleep(0.01)

    feeding = [asyncio.create_task(feed(lane)) for lane in range(8)]
    await reached(400)
    await asyncio.to_thread(pair.kill_primary)
    before = len(acknowledged)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(pair.promote)
    await reached(before + 400)  # it serves again, by itself
    stop.set()
    await asyncio.gather(*feeding)
    await store.close()
    kept = {row[0] for row in rows(pair.url, "select update_id from inbox")}
    assert acknowledged <= kept, f"{len(acknowledged - kept)} lost"
    assert refused, "the fail-over was never felt"


async def test_bots_go_on_across_a_failover(pair: Pair, tmp_path: Path) -> None:
    async def disaster() -> None:
        await asyncio.to_thread(pair.kill_primary)
        await asyncio.sleep(1.0)
        await asyncio.to_thread(pair.promote)

    plan = Plan(kills=2, updates=200, seed=31, roles=("all", "all"), faults=False, disaster=disaster)
    outcome = await run(plan, pair.url, tmp_path)
    assert outcome.verdict.problems == {}, str(outcome)
    assert outcome.verdict.figures["updates"] >= plan.updates
