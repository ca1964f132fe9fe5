"""What a report costs this bot, as ratios against peers in the same run: `python -m benchmarks.speed`.

All programs keep the same report (benchmarks/peer.py says what belongs to it) with synchronous=FULL:
    a      the library's webhook, jieba, SQLAlchemy's ORM on aiosqlite   benchmarks/orm_peer.py
    b      the library's webhook, jieba, aiosqlite                       benchmarks/peer.py
    c      the floor: httptools, msgspec, rjieba, shared commits         benchmarks/floor.py
    same   this bot's own desk, reading and records on b's floors        benchmarks/plain.py
    ours   everything that this bot does for a report, from the webhook to the committed ticket; with the
           extra `fast` (rjieba) and without
The updates come from benchmarks/hose.py, 40 connections as Telegram has; CPU is the process's own, user and
system. "commit only": the peers do not send, this bot's sends are refused for an hour, so that they wait.
Then the whole job with its two sends against b's; whether the inbox grows at twice the pace that b can just
keep; one call of the Bot API by this bot's own door and by the library's (benchmarks/http_cost.py); and the
store with 32 producers against aiosqlite with a commit for each. Takes less than three minutes; for figures
to quote let the machine be quiet. `--rounds 3` gives medians.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import sqlite_commit
from benchmarks.programs import (
    FLOOR,
    ORM,
    OURS,
    PLAIN,
    PLAINLY,
    SAME,
    TALKING,
    Program,
    Running,
    commits,
    cpu_seconds,
    environment,
    have_fast,
    rss_mb,
    running,
)
from tests.kill_harness import PROJECT

PROGRAMS = (ORM, PLAIN, SAME, PLAINLY, FLOOR, OURS)
MESSAGES = 600
WITH_SENDS = 200  # this bot keeps Telegram's 30 a second
PACE, PACE_SECONDS = 60.0, 5.0
OVERLOAD_SECONDS = 20.0


@dataclass
class Figures:
    """All that was measured, by name: one value a round."""

    found: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.found.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> float:
        return statistics.median(self.found[name])

    def spread(self, name: str) -> str:
        values = self.found[name]
        return f" ({min(values):.2f}-{max(values):.2f})" if len(values) > 1 else ""


async def commit_only(python: Path, program: Program, figures: Figures) -> None:
    """CPU a committed report in a burst, what it can do a second, and how soon a commit is there at 60/s."""
    async with running(program, python, held=not program.script) as found:
        figures.add(f"cpu {program.name}", await _burst(found, MESSAGES, figures))
        with commits(found) as seen:
            sent = await found.hose.steady(PACE, PACE_SECONDS)
            await found.reaches(300 + MESSAGES + len(sent))
            await asyncio.sleep(0.1)
            late = [seen()[key] - at for key, at in sent.items()]
        figures.add(f"p50 {program.name}", statistics.median(late) * 1000)
        figures.add(f"p99 {program.name}", statistics.quantiles(late, n=100)[98] * 1000)
        figures.add(f"rss {program.name}", rss_mb(found.pid))


async def _burst(found: Running, count: int, figures: Figures) -> float:
    """CPU milliseconds a report, everything committed; notes the reports a second too."""
    have, before, began = found.count(), cpu_seconds(found.pid), time.monotonic()
    await found.hose.burst(count)
    took = await found.reaches(have + count) - began
    figures.add(f"rate {found.program.name}", count / took)
    await _quiet(found)
    return (cpu_seconds(found.pid) - before) / count * 1000


async def _quiet(found: Running) -> None:
    """Until the program has nothing to do any more: its CPU stands still."""
    before = -1.0
    while (now := cpu_seconds(found.pid)) - before > 0.02:
        before = now
        await asyncio.sleep(0.5)


async def with_sends(python: Path, figures: Figures) -> None:
    """The whole job a report, then twice the pace of b on this bot."""
    async with running(TALKING, python, warm=100) as found:
        figures.add("whole b", await _sending(found, WITH_SENDS))
        figures.add("saturation", await _saturation(found))
    async with running(OURS, python, warm=100) as found:
        await _all_sent(found)
        figures.add("whole ours", await _sending(found, WITH_SENDS))
        await _overload(found, 2 * figures.found["saturation"][-1], figures)


async def _sending(found: Running, count: int) -> float:
    """CPU milliseconds a report, with both its messages sent."""
    sent, before = await _sends(found), cpu_seconds(found.pid)
    await found.hose.burst(count)
    async with asyncio.timeout(120):
        while await _sends(found) < sent + 2 * count:  # noqa: ASYNC110  # the truth lies in another process
            await asyncio.sleep(0.1)
    await _quiet(found)
    return (cpu_seconds(found.pid) - before) / count * 1000


async def _saturation(found: Running) -> float:
    """Reports a second that it finishes, both messages sent, while there is always a next one."""
    sent, began = await _sends(found), time.monotonic()
    await found.hose.burst(WITH_SENDS)
    while await _sends(found) < sent + 2 * WITH_SENDS:  # noqa: ASYNC110  # as above
        await asyncio.sleep(0.02)
    return WITH_SENDS / (time.monotonic() - began)


async def _overload(found: Running, pace: float, figures: Figures) -> None:
    """Feed at this pace; how many reports have no ticket yet, in the middle and at the end, until all have.

    Those count too that the webhook has not even answered: to Telegram they are its backlog.
    """
    have, began, behind = await asyncio.to_thread(found.count), time.monotonic(), list[float]()
    feeding = asyncio.create_task(found.hose.steady(pace, OVERLOAD_SECONDS))
    while (passed := time.monotonic() - began) < OVERLOAD_SECONDS:
        behind.append(pace * passed - (await asyncio.to_thread(found.count) - have))
        await asyncio.sleep(0.5)
    half = len(behind) // 2
    figures.add("overload middle", statistics.fmean(behind[half - 4 : half + 4]))
    figures.add("overload end", statistics.fmean(behind[-8:]))
    due = have + len(await feeding)
    figures.add("overload drained", await found.reaches(due, 300) - began - OVERLOAD_SECONDS)


async def _sends(found: Running) -> int:
    calls = (await found.drive.look("summary"))["calls"]
    return int(calls.get("sendMessage", {}).get("ok", 0))


async def _all_sent(found: Running) -> None:
    async with asyncio.timeout(60):
        while await asyncio.to_thread(found.count, "outbox", "state in ('waiting', 'sending')"):  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.2)


def calls(python: Path, figures: Figures) -> None:
    """One call of sendMessage by each door, in processes of their own, in turn."""
    said = subprocess.run(
        [python, "-m", "benchmarks.http_cost"], cwd=PROJECT, check=True, capture_output=True, text=True
    ).stdout
    for line in said.splitlines():
        name, _, value = line.rpartition(" ")
        figures.add(f"call {name}", float(value))


async def store(figures: Figures) -> None:
    """Changes a second from 32 producers, in shared commits and one by one."""
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        path = Path(folder) / "commit.sqlite"
        figures.add("shared", await sqlite_commit.shared(path, 100_000_000))
        figures.add("one by one", await sqlite_commit.one_by_one(path, 200_000_000))


def report(figures: Figures) -> None:
    """The table: figure, what it is held against, ratio, goal."""
    print(
        f"\nCPU ms a committed report, commit only ({MESSAGES} in a burst); receive to commit at {PACE:g}/s"
    )
    for program in PROGRAMS:
        name = program.name
        print(
            f"  {name:28} {figures[f'cpu {name}']:6.2f} ms{figures.spread(f'cpu {name}')},"
            f" {figures[f'rate {name}']:5.0f}/s; p50 {figures[f'p50 {name}']:5.2f} p99"
            f" {figures[f'p99 {name}']:6.2f} ms; RSS {figures[f'rss {name}']:.0f} MB"
        )
    for ours in (OURS, PLAINLY):
        for theirs, goal in ((ORM, "<= 0.10"), (PLAIN, "<= 0.25"), (SAME, "<= 0.25"), (FLOOR, "<= 3")):
            _line(f"CPU, {ours.name} / {theirs.name}", _of(figures, "cpu", ours, theirs), goal)
        _line(f"p50, {ours.name} / {FLOOR.name}", _of(figures, "p50", ours, FLOOR), "<= 3")
    whole, theirs_whole = figures["whole ours"], figures["whole b"]
    print("whole job with its two sends, CPU ms a report")
    _line(f"b {theirs_whole:.2f}, ours {whole:.2f}", whole / theirs_whole, "<= 0.25")
    print(f"twice b's saturation ({figures['saturation']:.0f}/s with its sends) for {OVERLOAD_SECONDS:g} s")
    grows = figures["overload end"] > 1.2 * figures["overload middle"] + 20
    print(
        f"  reports without a ticket in the middle {figures['overload middle']:.0f},"
        f" at the end {figures['overload end']:.0f}: {'GROWS' if grows else 'does not grow'};"
        f" gone {figures['overload drained']:.1f} s later"
    )
    print("CPU ms a call of sendMessage")
    for level in ("request", "bot"):
        mine, theirs_ms = figures["call ours"], figures[f"call library {level}"]
        _line(f"the library's {level} {theirs_ms:.2f}, ours {mine:.2f}", mine / theirs_ms, "<= 0.20")
    print("SQLite FULL, 32 producers, changes a second")
    shared, alone = figures["shared"], figures["one by one"]
    _line(f"aiosqlite one by one {alone:.0f}, ours {shared:.0f}", shared / alone, ">= 10")


def _of(figures: Figures, what: str, ours: Program, theirs: Program) -> float:
    return figures[f"{what} {ours.name}"] / figures[f"{what} {theirs.name}"]


def _line(said: str, ratio: float, goal: str) -> None:
    sign, _, value = goal.partition(" ")
    good = ratio <= float(value) if sign == "<=" else ratio >= float(value)
    print(f"  {said}: x{ratio:.2f}, goal {goal}: {'reached' if good else 'NOT REACHED'}")


def measure(python: Path, rounds: int, say: Callable[[str], None]) -> Figures:
    figures = Figures()
    for _ in range(rounds):
        for program in PROGRAMS:
            say(program.name)
            have_fast(python, program in (FLOOR, OURS))
            asyncio.run(commit_only(python, program, figures))
        say("with sends")
        asyncio.run(with_sends(python, figures))
        say("calls")
        calls(python, figures)
        say("store")
        asyncio.run(store(figures))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--python", type=Path, help="an environment as this command makes one (it is changed)"
    )
    options = parser.parse_args()
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:4.0f} s] {what}", flush=True)

    with tempfile.TemporaryDirectory(prefix="speed-env-") as folder:
        say("environment")
        python = options.python or environment(Path(folder))
        figures = measure(python, options.rounds, say)
    report(figures)
    print(f"{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
