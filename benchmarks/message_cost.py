"""CPU per committed message: this bot against a plain python-telegram-bot bot, same machine, same run.

Run from the project's folder: `python -m benchmarks.message_cost [--messages 600] [--rounds 3] [--fast]
[--only webhook]`.
All run in one fresh environment (made with uv) as processes of their own, against the stand-in over real
HTTP, in turn; medians are given. Every message is committed when the clock stops. "with sends": receipt and
card have been sent as well; "commit only": nothing is sent (this bot's sends are refused for an hour, so they
wait). Every resident has written before, so that no first notices are counted. docs/decisions/0008 says which
to quote: "same bot, plainly" is this bot's desk on the library's own floors (benchmarks/plain.py): the same
job.
"peer" does the same visible job in the plainest way (benchmarks/peer.py `whole`). "small peer" writes one row
and sends one reply; "floors" does the small peer's job on this project's floors.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.programs import HOLD, cpu_seconds, environment, have_fast, people, rss_mb, settings_of_small
from standin.driver import Driver
from tests.kill_feed import BOT, FIRST_RESIDENT, REPORTS
from tests.kill_harness import PROJECT, Patient, Plan, free_port, open_office, standin_process

RESIDENTS = 300
COMMUNITIES = 60  # a group takes 20 messages a minute: with fewer the cards would wait for the clock
AGAINST = {"this bot": ("same bot, plainly", "peer"), "floors": ("small peer",)}


@dataclass(frozen=True)
class Way:
    """One setting that both programs are measured in."""

    webhook: bool
    sends: bool

    def __str__(self) -> str:
        return f"{'webhook' if self.webhook else 'polling'}, {'with sends' if self.sends else 'commit only'}"


@dataclass(frozen=True)
class Cost:
    """What one run gave. CPU is user + system time of the process, as the kernel counts it."""

    cpu_ms: float  # per message
    first_answer: float  # seconds from the start of the process
    rss_start: float  # MB
    rss_end: float
    sent: float  # messages sent per message taken


async def ours(python: Path, way: Way, messages: int, folder: Path) -> Cost:
    return await _bot(python, way, messages, folder, ())


async def plainly(python: Path, way: Way, messages: int, folder: Path) -> Cost:
    """The same bot on the library's own floors (benchmarks/plain.py)."""
    moves, sends = "webhook" if way.webhook else "polling", "reply" if way.sends else "silent"
    return await _bot(python, way, messages, folder, ("benchmarks/plain.py", moves, sends))


async def _bot(python: Path, way: Way, messages: int, folder: Path, command: tuple[str, ...]) -> Cost:
    """This bot, or what `command` starts in its place on the store that it has made."""
    plan = Plan(
        kills=0,
        updates=0,
        webhook=way.webhook,
        residents=RESIDENTS,
        communities=COMMUNITIES,
        python=str(python),
    )
    async with standin_process(folder) as url, Driver(url) as drive:
        patient = Patient(plan, url, folder)

        def settled(tickets: int) -> bool:
            waits = patient.left() if way.sends else patient.count("inbox", "waiting")
            return not waits and patient.count("tickets", "new") == tickets

        try:
            await open_office(plan, drive, patient)
            await _until(lambda: not patient.left())
            await patient.close()
            await _say(drive, 0, 1)  # waits for the bot, as a first resident might
            began = time.monotonic()
            patient.command = command or patient.command
            await patient.start()
            first = await _answered(drive, began) if way.sends or not command else 0.0
            await _until(lambda: patient.count("tickets", "new") == 1)
            await _become_known(drive, lambda: patient.count("tickets", "new") == 1 + RESIDENTS)
            known = 1 + RESIDENTS
            if not way.sends and not command:
                await _until(lambda: not patient.left(), 240)
                await drive.act("faults", rules=[HOLD])
                await _say(drive, 1, 40)  # two chats refused at once: the whole bot holds its sends
                known += 40
                await _until(lambda: settled(known))
                await asyncio.sleep(2)
            elif way.sends:
                await _until(lambda: settled(known), 240)
            return await _measure(drive, patient.pid, messages, first, lambda: settled(known + messages))
        finally:
            await patient.put_away()


async def peer(python: Path, way: Way, messages: int, folder: Path) -> Cost:
    return await _small(python, "peer.py", "tickets", way, messages, folder, "whole")


async def small_peer(python: Path, way: Way, messages: int, folder: Path) -> Cost:
    return await _small(python, "peer.py", "tickets", way, messages, folder, "small")


async def floors(python: Path, way: Way, messages: int, folder: Path) -> Cost:
    return await _small(python, "pipeline.py", "messages", way, messages, folder)


async def _small(
    python: Path, script: str, table: str, way: Way, messages: int, folder: Path, *arguments: str
) -> Cost:
    """A program of one file that keeps one row of `table` a message."""
    database, port = folder / "small.sqlite", free_port()
    async with standin_process(folder) as url, Driver(url) as drive:
        groups = await people(drive, RESIDENTS, COMMUNITIES)
        await _say(drive, 0, 1)
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            python,
            PROJECT / "benchmarks" / script,
            "webhook" if way.webhook else "polling",
            "reply" if way.sends else "silent",
            *arguments,
            env=settings_of_small(url, database, port if way.webhook else 0)
            | {"PEER_GROUPS": ",".join(map(str, groups))},
        )
        try:

            def rows() -> int:
                with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(database)) as db:
                    return int(db.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608 - names from this file's own lists or the store's schema, never from people
                return 0

            first = await _answered(drive, began) if way.sends else 0.0
            await _until(lambda: rows() == 1)
            known = 1 + RESIDENTS
            await _become_known(drive, lambda: rows() == known)
            return await _measure(drive, process.pid, messages, first, lambda: rows() == known + messages)
        finally:
            process.kill()
            await process.wait()


async def _measure(drive: Driver, pid: int, messages: int, first: float, done: Callable[[], bool]) -> Cost:
    """Feed so many messages at once and wait until the program has finished with them."""
    await asyncio.sleep(1.5)
    before, rss, sent = cpu_seconds(pid), rss_mb(pid), await _sent(drive)
    await _say(drive, 2000, messages)
    while await _pending(drive) or not await asyncio.to_thread(done):  # noqa: ASYNC110  # as in _until
        await asyncio.sleep(0.25)
    await _settled(drive)
    used, sent = cpu_seconds(pid) - before, await _sent(drive) - sent
    return Cost(used / messages * 1000, first, rss, rss_mb(pid), sent / messages)


async def _become_known(drive: Driver, done: Callable[[], bool]) -> None:
    """Let every resident write once, and wait until that is settled."""
    await _say(drive, 1000, RESIDENTS)
    while await _pending(drive) or not await asyncio.to_thread(done):  # noqa: ASYNC110  # as in _until
        await asyncio.sleep(0.25)
    await _settled(drive)


async def _say(drive: Driver, start: int, count: int) -> None:
    """Residents in turn, every text another; bulk as at a peak."""
    await drive.act(
        "updates/bulk",
        sends=[
            {
                "from": FIRST_RESIDENT + (start + n) % RESIDENTS,
                "chat": BOT,
                # no two of a community at one place: nobody is offered to join a neighbour's matter
                "text": REPORTS[n % 3].format(n=start + n, b=(start + n) // COMMUNITIES + 1, u=n % 4 + 1),
            }
            for n in range(count)
        ],
    )


async def _answered(drive: Driver, began: float) -> float:
    """Seconds from `began` to the first message that the bot sent."""
    async with asyncio.timeout(60):
        while not await _sent(drive):  # noqa: ASYNC110  # the truth lies in another process
            await asyncio.sleep(0.01)
    return time.monotonic() - began


async def _sent(drive: Driver) -> int:
    calls = (await drive.look("summary"))["calls"]
    return sum(count.get("ok", 0) for method, count in calls.items() if method.startswith("send"))


async def _settled(drive: Driver) -> None:
    """Wait until nothing has been sent for a second and a half."""
    last = -1
    while (now := await _sent(drive)) != last:
        last = now
        await asyncio.sleep(1.5)


async def _pending(drive: Driver) -> int:
    return int((await drive.look("summary"))["bots"][str(BOT)]["pending"])


async def _until(what: Callable[[], bool], seconds: float = 120.0) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(what):  # noqa: ASYNC110  # the truth lies in another process
            await asyncio.sleep(0.1)


async def compare(python: Path, way: Way, messages: int, rounds: int) -> None:
    """Measure both in turn; print medians, and how many times the peer."""
    programs = {
        "this bot": ours,
        "same bot, plainly": plainly,
        "peer": peer,
        "floors": floors,
        "small peer": small_peer,
    }
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            async with _folder() as folder:
                costs[name].append(await program(python, way, messages, folder))
    print(f"\n{way} ({messages} messages, {rounds} rounds)")
    for name, found in costs.items():
        first = f"first answer {_median(found, 'first_answer'):.2f} s, " if way.sends else ""
        mine = _median(found, "cpu_ms")
        ratios = (
            f"x{mine / _median(costs[other], 'cpu_ms'):.2f} of {other}" for other in AGAINST.get(name, ())
        )
        print(
            f"  {name:18} {mine:.2f} ms CPU a message"
            f" ({min(c.cpu_ms for c in found):.2f}-{max(c.cpu_ms for c in found):.2f}),"
            f" {_median(found, 'sent'):.1f} sent a message, {first}"
            f"RSS {_median(found, 'rss_start'):.0f} -> {_median(found, 'rss_end'):.0f} MB  "
            + ", ".join(ratios),
            flush=True,
        )


def _median(found: list[Cost], name: str) -> float:
    return float(statistics.median(getattr(cost, name) for cost in found))


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cost-") as folder:
        yield Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fast", action="store_true", help="with the extra `fast` (rjieba for both, uvloop)")
    parser.add_argument(
        "--python", type=Path, help="an environment as this command makes one (it is changed)"
    )
    parser.add_argument("--only", choices=["webhook", "polling"], help="one way of getting the updates")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cost-env-") as folder:
        python = options.python or environment(Path(folder))
        have_fast(python, options.fast)
        for webhook in [True] * (options.only != "polling") + [False] * (options.only != "webhook"):
            for sends in (False, True):
                asyncio.run(compare(python, Way(webhook, sends), options.messages, options.rounds))


if __name__ == "__main__":
    main()
