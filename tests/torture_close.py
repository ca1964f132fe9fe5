"""SIGTERM in the worst moments: how long the real bot takes to go, and what the next one finds."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from standin.driver import Driver
from tests.kill_checker import Verdict, judge
from tests.kill_feed import Feed
from tests.kill_harness import Patient, Plan, drain, introduced, open_office, page, standin_process

SLOW = {"kind": "delay", "method": "send*", "probability": 1.0, "ms": 3000}
DEAF = {"kind": "delay", "probability": 1.0, "ms": 30_000}
WORST = ("slow Telegram", "deaf Telegram", "locked store")
MOMENTS = ("backlog", *WORST)


@dataclass(frozen=True)
class Closing:
    """How long each closing took (s), by moment, with its exit code; and the judge's verdict on all."""

    seconds: dict[str, tuple[float, int]]
    backlog: int
    verdict: Verdict


async def closings(folder: Path, updates: int, seed: int = 9, moments: Sequence[str] = MOMENTS) -> Closing:
    """Close the bot in each moment, start it anew, let it finish in peace at the end, judge."""
    plan = Plan(kills=0, updates=updates, seed=seed, residents=60, communities=60, patience=200)
    taken: dict[str, tuple[float, int]] = {}
    async with standin_process(folder) as url, Driver(url) as drive:
        patient, most = Patient(plan, url, folder), 0
        try:
            feed = Feed(updates, plan.residents, await open_office(plan, drive, patient), random.Random(seed))
            await introduced(drive, patient, 0)
            for moment in moments:
                rule = {"slow Telegram": [SLOW], "deaf Telegram": [DEAF]}.get(moment, [])
                await drive.act("faults", rules=rule)
                await feed.wave(drive, updates // len(moments))
                await asyncio.sleep(0.7)
                most = max(most, await asyncio.to_thread(patient.left))
                with _lock(patient.database) if moment == "locked store" else contextlib.nullcontext():
                    begun = time.monotonic()
                    code = await patient.close()
                    taken[moment] = (time.monotonic() - begun, code)
                await drive.erase("faults")
                seen = await page(drive)
                await patient.start()
                await introduced(drive, patient, seen)
            await feed.wave(drive, feed.left)
            await drain(plan, drive, patient)
            assert await patient.close() == 0, patient.tail()
        finally:
            await patient.put_away()
        entries = (await drive.look("book"))["entries"]
    return Closing(taken, most, judge(entries, patient.database))


@contextlib.contextmanager
def _lock(database: Path) -> Iterator[None]:
    other = sqlite3.connect(database, isolation_level=None, timeout=30)
    other.execute("begin exclusive")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()
