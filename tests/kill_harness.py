"""Kills the real bot with SIGKILL again and again while the stand-in feeds it, and keeps what happened.

The stand-in and the bot are processes of their own and talk over real HTTP; the bot's file is opened here
with plain sqlite3, to set the office up and to see whether work is left. `tests/kill_checker.py` judges.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from standin.driver import Driver
from tests.kill_checker import Json, Verdict, judge
from tests.kill_feed import BOT, FIRST_RESIDENT, Feed, staff_of

PROJECT = Path(__file__).resolve().parent.parent
TOKEN = f"{BOT}:AAkillAAkillAAkillAAkillAAkillAAkill"

SLOW: Json = {"kind": "delay", "method": "send*", "probability": 1.0, "ms": 150}
"""Telegram takes its time: kills also hit messages that are on their way, and these arrive nevertheless."""
FAULTS: tuple[Json, ...] = (
    {"kind": "retry_after", "method": "send*", "probability": 0.03},
    {"kind": "error_before", "probability": 0.05},
    {"kind": "error_after", "probability": 0.03},
    {"kind": "drop_after", "probability": 0.03},
    {"kind": "garbage", "probability": 0.01},
    {"kind": "error_before", "method": "getUpdates", "probability": 0.05, "html": True},
    {"kind": "drop_after", "method": "getUpdates", "probability": 0.03},
    {"kind": "garbage", "method": "getUpdates", "probability": 0.01},
    {"kind": "duplicate_update", "probability": 0.05},
)


@dataclass(frozen=True)
class Plan:
    """One run. `webhook` instead of polling; `faults` of Telegram's side in the first half of the lives."""

    kills: int
    updates: int
    seed: int = 1
    webhook: bool = False
    faults: bool = True
    residents: int = 200
    communities: int = 30
    longest_life: float = 0.8  # seconds from the first update taken to the kill, at most
    patience: float = 150.0  # seconds to finish what is left
    project: Path = PROJECT
    python: str = sys.executable


@dataclass
class Outcome:
    """What a run gave: the verdict, and how it went."""

    verdict: Verdict
    kills: int = 0
    early: int = 0  # of them while the bot was still starting
    violations: Json = field(default_factory=dict)
    struck: Json = field(default_factory=dict)
    seconds: float = 0.0
    draining: float = 0.0

    def __str__(self) -> str:
        head = (
            f"kills: {self.kills} ({self.early} while starting)\n"
            f"seconds: {self.seconds:.0f}, of them draining {self.draining:.0f}\n"
            f"faults that struck: {self.struck}\nlimits overstepped: {self.violations}"
        )
        return f"{head}\n{self.verdict}"


class Patient:
    """The real bot as a process: started, killed, started again."""

    def __init__(self, plan: Plan, url: str, folder: Path) -> None:
        self.database = folder / "office.sqlite"
        self.log = folder / "bot.log"
        self._plan = plan
        self._process: asyncio.subprocess.Process | None = None
        kept = ("PATH", "HOME", "TMPDIR", "LANG")
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in kept},
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": f"{url}/bot",
            "TELEGRAM_FILE_BASE_URL": f"{url}/file/bot",
            "DATABASE_URL": f"sqlite:{self.database}",
            "MINXINQIAO_CONFIG": str(folder / "none.toml"),
            "LOG_LEVEL": "INFO",
        }
        self.command: tuple[str, ...] = ("bot.py", "run")
        self.port = free_port() if plan.webhook else 0
        if plan.webhook:
            self._environment |= {
                "WEBHOOK_URL": f"http://127.0.0.1:{self.port}/hook",
                "WEBHOOK_LISTEN": f"127.0.0.1:{self.port}",
                "WEBHOOK_SECRET": "a-secret-only-for-this-test",
            }

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._plan.python,
                *self.command,
                cwd=self._plan.project,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """SIGKILL; a bot that was dead already is an error of its own."""
        process = self.alive()
        process.kill()
        await process.wait()

    async def close(self) -> int:
        """SIGTERM, as the supervisor does; the exit code."""
        process = self.alive()
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            return await process.wait()

    def alive(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        if self._process.returncode is not None:
            raise AssertionError(f"the bot ended by itself with {self._process.returncode}:\n{self.tail()}")
        return self._process

    @property
    def pid(self) -> int:
        return self.alive().pid

    def tail(self) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-3000:]

    async def put_away(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def count(self, table: str, *states: str) -> int:
        """How many rows are in these states, seen from outside."""
        holes = ",".join("?" * len(states))
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as db:
            sql = f"select count(*) from {table} where state in ({holes})"  # noqa: S608 - our own words
            return int(db.execute(sql, states).fetchone()[0])

    def left(self) -> int:
        """Rows that still wait."""
        return self.count("inbox", "waiting") + self.count("outbox", "waiting", "sending")


async def run(plan: Plan, folder: Path) -> Outcome:
    """Feed, kill, feed, ...; let it finish in peace; judge."""
    began = time.monotonic()
    chance = random.Random(plan.seed)
    async with standin_process(folder) as url, Driver(url) as drive:
        patient = Patient(plan, url, folder)
        try:
            outcome = Outcome(Verdict())
            feed = Feed(plan.updates, plan.residents, await open_office(plan, drive, patient), chance)
            await _torment(plan, drive, patient, feed, chance, outcome)
            drained = time.monotonic()
            await drain(plan, drive, patient)
            outcome.draining = time.monotonic() - drained
            assert await patient.close() == 0, patient.tail()
        finally:
            await patient.put_away()
        summary = await drive.look("summary")
        outcome.violations, outcome.struck = summary["violations"], summary["faults"]
        entries = (await drive.look("book"))["entries"]
        (folder / "journal.json").write_bytes(msgspec.json.encode(entries))
    outcome.verdict = judge(entries, patient.database)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _torment(
    plan: Plan, drive: Driver, patient: Patient, feed: Feed, chance: random.Random, outcome: Outcome
) -> None:
    """One life after the other; half of each wave is there before the bot is."""
    await drive.act("faults", seed=plan.seed, rules=[SLOW, *FAULTS] if plan.faults else [SLOW])
    for life in range(plan.kills):
        if life == plan.kills // 2:
            await drive.act("faults", rules=[SLOW])  # the tail of retries runs out while the kills go on
        wave = -(-feed.left // (plan.kills - life))
        seen = await page(drive)
        if life:
            await patient.start()
        await feed.wave(drive, wave // 2)
        early = chance.random() < 0.15
        if early:
            await asyncio.sleep(chance.uniform(0.0, 2.0))
        else:
            await _serving(plan, drive, patient, seen)
            feeding = asyncio.create_task(feed.wave(drive, wave - wave // 2))
            if chance.random() < 0.4:
                await _sending(patient, 3.0)
                await asyncio.sleep(chance.uniform(0.0, SLOW["ms"] / 1000))
            else:
                await asyncio.sleep(chance.uniform(0.0, plan.longest_life))
        await patient.kill()
        if not early:
            await feeding
        outcome.kills += 1
        outcome.early += early
    seen = await page(drive)
    await patient.start()
    while feed.left:
        await feed.wave(drive, 50)
    await introduced(drive, patient, seen)


async def _serving(plan: Plan, drive: Driver, patient: Patient, since: int) -> None:
    """Wait until the bot has taken its first update of this life."""
    kind = "confirmed" if plan.webhook else "given"
    async with asyncio.timeout(60):
        while not (await drive.look("book", since=since, kind=kind, limit=1))["entries"]:
            patient.alive()
            await asyncio.sleep(0.02)


async def _sending(patient: Patient, longest: float) -> None:
    """Wait until messages are on their way, so that the kill catches them there; at most so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(longest):
            while not await asyncio.to_thread(patient.count, "outbox", "sending"):
                await asyncio.sleep(0.005)


async def introduced(drive: Driver, patient: Patient, since: int) -> None:
    """Wait until the bot has told Telegram how it wants its updates: it is open from then on."""
    async with asyncio.timeout(60):
        while True:
            entries = (await drive.look("book", since=since, kind="call"))["entries"]
            if any(entry["method"].endswith("Webhook") and entry["ok"] for entry in entries):
                return
            patient.alive()
            await asyncio.sleep(0.05)


async def page(drive: Driver) -> int:
    """The number of the journal's newest entry."""
    return int((await drive.look("book", kind="none"))["n"])


async def drain(plan: Plan, drive: Driver, patient: Patient) -> None:
    """Until Telegram has nothing to give and the office nothing to do."""
    quiet = 0
    async with asyncio.timeout(plan.patience):
        while quiet < 3:
            patient.alive()
            pending = (await drive.look("summary"))["bots"][str(BOT)]["pending"]
            quiet = quiet + 1 if not pending and not await asyncio.to_thread(patient.left) else 0
            await asyncio.sleep(0.2)


async def open_office(plan: Plan, drive: Driver, patient: Patient) -> list[int]:
    """Communities and staff, residents who are known; the bot runs afterwards. Gives back the groups."""
    await drive.act("bots", token=TOKEN, username="bridge_bot", can_read_all_group_messages=True)
    groups = []
    for place in range(plan.communities):
        team = [staff_of(place, colleague) for colleague in range(2)]
        for who in team:
            await drive.act("users", id=who, first_name=f"同事{who % 1000}")
        made = await drive.act("groups", title=f"第{place}社区", members=team, bots=[BOT])
        groups.append(int(made["id"]))
    for number in range(plan.residents):
        await drive.act("users", id=FIRST_RESIDENT + number, first_name=f"居民{number}")
    await patient.start()
    async with asyncio.timeout(60):
        while not _has_tables(patient.database):
            patient.alive()
            await asyncio.sleep(0.05)
    await asyncio.to_thread(_enter, patient.database, plan, groups)
    return groups


def _has_tables(database: Path) -> bool:
    if not database.exists():
        return False
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as db:
        return bool(db.execute("select 1 from sqlite_master where name = 'ticket_words'").fetchone())


def _enter(database: Path, plan: Plan, groups: list[int]) -> None:
    """The office's own records, as if set up long ago."""
    now = time.time_ns() // 1_000_000
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as db, db:
        for place, group in enumerate(groups):
            db.execute(
                "insert into communities (id, name, code, group_chat_id, group_state, created_at) "
                "values (?, ?, ?, ?, 'bound', ?)",
                (place + 1, f"第{place}社区", f"K{place}", group, now),
            )
            db.executemany(
                "insert into staff (community_id, user_id, name, role, joined_at) "
                "values (?, ?, ?, 'staff', ?)",
                [(place + 1, staff_of(place, n), f"同事{n}", now) for n in range(2)],
            )
        db.executemany(
            "insert into residents (user_id, community_id, name, notified_at, created_at) "
            "values (?, ?, ?, ?, ?)",
            [
                (FIRST_RESIDENT + n, n % len(groups) + 1, f"居民{n}", now if n % 10 else None, now)
                for n in range(plan.residents)
            ],
        )


def free_port() -> int:
    with socket.socket() as probing:
        probing.bind(("127.0.0.1", 0))
        return int(probing.getsockname()[1])


@contextlib.asynccontextmanager
async def standin_process(folder: Path) -> AsyncIterator[str]:
    """The stand-in as its own process; its address."""
    with (folder / "standin.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "standin",
            "--port",
            "0",
            cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        yield str(msgspec.json.decode(await process.stdout.readline())["url"])
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
