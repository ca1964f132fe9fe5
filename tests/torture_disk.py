"""The real bot on a bad disk: its store cannot grow, is locked, fails at the n-th write; nothing is lost.

A limit on the size of files (RLIMIT_FSIZE) is put on the running process from outside: to the program it is a
disk that is full. `tests/kill_checker.py` judges afterwards from the stand-in's own book.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from standin.driver import Driver
from tests.kill_checker import Verdict, judge
from tests.kill_feed import BOT, Feed
from tests.kill_harness import (
    Patient,
    Plan,
    drain,
    open_office,
    standin_process,
)

UNLIMITED = resource.RLIM_INFINITY


@dataclass(frozen=True)
class Trial:
    """What came out: the judge's verdict, what the bot logged, what it could not take meanwhile."""

    verdict: Verdict
    log: str
    withheld: tuple[int, ...]  # updates that Telegram still held at the end of each trouble


Trouble = Callable[[Patient], "contextlib.AbstractAsyncContextManager[None]"]


async def through(
    troubles: Mapping[Trouble, float], folder: Path, *, updates: int = 90, seed: int = 5
) -> Trial:
    """Feed the bot before, during and after each trouble (of so many seconds); judge once all is done."""
    plan = Plan(kills=0, updates=updates, seed=seed, faults=False, residents=80, communities=40)
    withheld = list[int]()
    async with standin_process(folder) as url, Driver(url) as drive:
        patient = Patient(plan, url, folder)
        try:
            feed = Feed(updates, plan.residents, await open_office(plan, drive, patient), random.Random(seed))
            part = updates // (2 * len(troubles) + 1)
            for number, (trouble, seconds) in enumerate(troubles.items(), 1):
                await feed.wave(drive, part)
                await _all_taken(drive)
                async with trouble(patient):
                    await feed.wave(drive, part)
                    await asyncio.sleep(seconds)
                    await _told(patient, number)
                    patient.alive()
                    withheld.append(await _pending(drive))
                await _all_taken(drive)
            await feed.wave(drive, feed.left)
            await drain(plan, drive, patient)
            assert await patient.close() == 0, patient.tail()
        finally:
            await patient.put_away()
        entries = (await drive.look("book"))["entries"]
    log = patient.log.read_text(encoding="utf-8", errors="replace")
    return Trial(judge(entries, patient.database), log, tuple(withheld))


async def _pending(drive: Driver) -> int:
    return int((await drive.look("summary"))["bots"][str(BOT)]["pending"])


async def _told(patient: Patient, times: int) -> None:
    """Until the bot has met the trouble and said so, in vain at times: that the test sees."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(15):
            while patient.log.read_text(errors="replace").count("the store does not take updates") < times:
                await asyncio.sleep(0.1)


async def _all_taken(drive: Driver) -> None:
    """It serves again by itself."""
    async with asyncio.timeout(60):
        while await _pending(drive):
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def full_disk(patient: Patient) -> AsyncIterator[None]:
    """The store's log can take a little more, then nothing."""
    with _no_file_beyond(patient, 40_000):
        yield


@contextlib.asynccontextmanager
async def no_room_at_all(patient: Patient) -> AsyncIterator[None]:
    """Hardly a write succeeds, as on a disk that went away; only the bot's own log can still be read."""
    with _no_file_beyond(patient, patient.log.stat().st_size + 12_000):
        yield


@contextlib.contextmanager
def _no_file_beyond(patient: Patient, size: int) -> Iterator[None]:
    pid = patient.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))


@contextlib.asynccontextmanager
async def locked(patient: Patient) -> AsyncIterator[None]:
    """Another program holds the store."""
    other = sqlite3.connect(patient.database, isolation_level=None, timeout=30)
    other.execute("begin exclusive")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()


FAILING = """
import asyncio, resource, sys
from pathlib import Path
from domain.errors import StoreUnavailable
from storage.store import Store
path, first, steps = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
FREE = resource.RLIM_INFINITY
async def put(store, name):
    async def change(tx):
        await tx.do("small.set_setting", name=name + "a", value="x" * 3000)
        await tx.do("small.set_setting", name=name + "b", value="x" * 3000)
    await store.write(change)
async def main():
    store = await Store.open(path)
    number = failures = 0
    for step in range(first, first + steps):
        wal = path.with_name(path.name + "-wal")
        room = wal.stat().st_size + 1024 * step
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, FREE))
        for _ in range(500):
            try:
                await put(store, f"k{number}")
            except StoreUnavailable:
                failures += 1
                break
            print("kept", number, flush=True)
            number += 1
        resource.setrlimit(resource.RLIMIT_FSIZE, (FREE, FREE))
        number += 1
        await put(store, f"k{number}")  # it serves again by itself
        print("kept", number, flush=True)
        number += 1
    print("failures", failures, flush=True)
    await store.close()
asyncio.run(main())
"""


async def failing_writes(path: Path, steps: int, project: Path, first: int = 0) -> list[str]:
    """Let writes fail so many KB from here, then one more, and so on; what is wrong with the store then."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", FAILING, str(path), str(first), str(steps)),
        env={"PYTHONPATH": str(project)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    if process.returncode:
        return [f"ended with {process.returncode}: {errors.decode()[-500:]}"]
    lines = out.decode().split("\n")
    kept = {int(line.split()[1]) for line in lines if line.startswith("kept")}
    wrong = [] if f"failures {steps}" in lines else [f"not every limit was felt: {lines[-2]}"]
    with contextlib.closing(sqlite3.connect(path)) as db:
        there = {row[0] for row in db.execute("select name from settings where name like 'k%'")}
        if (said := db.execute("pragma integrity_check").fetchone()[0]) != "ok":
            wrong.append(said)
    wrong += [f"{n} was answered and is gone" for n in sorted(kept) if f"k{n}a" not in there]
    wrong += [f"half of {name[:-1]}" for name in there if name[:-1] + "b" not in there]
    return wrong
