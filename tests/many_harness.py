"""Several processes of the real bot on one PostgreSQL database, killed (SIGKILL) one by one while it is fed.

`tests/kill_checker.py` judges, as it does for one process on a SQLite file.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from standin.driver import Driver
from storage.postgres import PostgresEngine
from tests.balancer import balance
from tests.kill_checker import Json, Verdict, judge
from tests.kill_feed import BOT, FIRST_RESIDENT, Feed, staff_of
from tests.kill_harness import FAULTS, PROJECT, SLOW, TOKEN, free_port, standin_process
from tests.postgres_server import rows

TAKERS = ("all", "intake")


@dataclass(frozen=True)
class Plan:
    """One run. `roles` are the processes that serve side by side; each is started again after its kill."""

    kills: int
    updates: int
    roles: tuple[str, ...] = ("all", "all", "work", "work")
    seed: int = 1
    faults: bool = True
    webhook: bool = False  # behind a balancer, in every process that takes in
    residents: int = 120
    communities: int = 12
    pause: float = 1.0  # seconds between kills, at most
    patience: float = 150.0  # seconds to finish what is left
    disaster: Callable[[], Awaitable[None]] | None = None  # what happens to the server half-way


@dataclass
class Outcome:
    """What a run gave: the verdict, and how it went."""

    verdict: Verdict
    kills: int = 0
    struck: Json = field(default_factory=dict)
    seconds: float = 0.0
    workers: int = 0  # how many processes have finished updates

    def __str__(self) -> str:
        return f"kills: {self.kills}\nworkers: {self.workers}\nseconds: {self.seconds:.0f}\n{self.verdict}"


class Crowd:
    """The processes."""

    def __init__(self, plan: Plan, url: str, database: str, folder: Path) -> None:
        self._plan = plan
        self.database = database
        self.folder = folder
        self.processes: dict[int, asyncio.subprocess.Process] = {}
        kept = ("PATH", "HOME", "TMPDIR", "LANG")
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in kept},
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_BASE_URL": f"{url}/bot",
            "TELEGRAM_FILE_BASE_URL": f"{url}/file/bot",
            "DATABASE_URL": database,
            "MINXINQIAO_CONFIG": str(folder / "none.toml"),
            "LOG_LEVEL": "INFO",
        }
        self.ports = [free_port() for _ in plan.roles]

    def behind(self, port: int) -> None:
        """Telegram posts to this port; what arrives there is handed to one of `ports`."""
        self._environment |= {
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "WEBHOOK_SECRET": "a-secret-only-for-this-test",
        }

    async def start(self, place: int) -> None:
        with (self.folder / f"bot{place}.log").open("ab") as log:
            self.processes[place] = await asyncio.create_subprocess_exec(
                sys.executable,
                str(PROJECT / "bot.py"),
                "run",
                "--role",
                self._plan.roles[place],
                cwd=self.folder,
                env=self._environment | {"WEBHOOK_LISTEN": f"127.0.0.1:{self.ports[place]}"},
                stdout=log,
                stderr=log,
            )

    async def kill(self, place: int) -> None:
        self.check()
        self.processes[place].kill()
        await self.processes[place].wait()

    def check(self) -> None:
        """A process that ended by itself is an error of its own."""
        for place, process in self.processes.items():
            if process.returncode is not None:
                raise AssertionError(f"bot {place} ended with {process.returncode}:\n{self.tail(place)}")

    async def close(self) -> list[int]:
        """SIGTERM to all; the exit codes."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            return [await process.wait() for process in self.processes.values()]

    async def put_away(self) -> None:
        for process in self.processes.values():
            if process.returncode is None:
                process.kill()
                await process.wait()

    def tail(self, place: int) -> str:
        return (self.folder / f"bot{place}.log").read_text(errors="replace")[-3000:]

    def left(self, *tables: str) -> int:
        """Rows that still wait."""
        counts = (
            f"(select count(*) from {table} where state in ('waiting', 'sending'))"  # noqa: S608 - our own words
            for table in tables or ("inbox", "outbox")
        )
        return int(rows(self.database, f"select {' + '.join(counts)}")[0][0])


async def run(plan: Plan, database: str, folder: Path) -> Outcome:
    """Feed and kill, one after the other and never all at once; let it finish in peace; judge."""
    began = time.monotonic()
    chance = random.Random(plan.seed)
    async with standin_process(folder) as url, Driver(url) as drive, contextlib.AsyncExitStack() as stack:
        crowd = Crowd(plan, url, database, folder)
        if plan.webhook:
            takers = [port for port, role in zip(crowd.ports, plan.roles, strict=True) if role in TAKERS]
            crowd.behind(await stack.enter_async_context(balance(takers)))
        try:
            feed = Feed(plan.updates, plan.residents, await open_office(plan, drive, database), chance)
            outcome = Outcome(Verdict())
            await drive.act("faults", seed=plan.seed, rules=[SLOW, *FAULTS] if plan.faults else [SLOW])
            for place in range(len(plan.roles)):
                await crowd.start(place)
            await _torment(plan, drive, crowd, feed, chance, outcome)
            await _drain(plan, drive, crowd)
            assert await crowd.close() == [0] * len(plan.roles), crowd.tail(0)
        finally:
            await crowd.put_away()
        outcome.struck = (await drive.look("summary"))["faults"]
        entries = (await drive.look("book"))["entries"]
        (folder / "journal.json").write_bytes(msgspec.json.encode(entries))
    outcome.verdict = judge(entries, database)
    workers = "select count(distinct claimed_by) from inbox where state = 'done'"
    outcome.workers = int(rows(database, workers)[0][0])
    outcome.seconds = time.monotonic() - began
    return outcome


async def _torment(
    plan: Plan, drive: Driver, crowd: Crowd, feed: Feed, chance: random.Random, outcome: Outcome
) -> None:
    await _busy(crowd, drive, feed)
    for number in range(plan.kills):
        if number == plan.kills // 2:
            await drive.act("faults", rules=[SLOW])  # the tail of retries runs out while the kills go on
            if plan.disaster is not None:
                await asyncio.gather(plan.disaster(), feed.wave(drive, feed.left // 2))
        await feed.wave(drive, -(-feed.left // (plan.kills - number)))
        await asyncio.sleep(chance.uniform(0.0, plan.pause))
        place = chance.randrange(len(plan.roles))
        await crowd.kill(place)
        outcome.kills += 1
        await crowd.start(place)
    while feed.left:
        await feed.wave(drive, 50)


async def _busy(crowd: Crowd, drive: Driver, feed: Feed) -> None:
    """Until the first updates have come through: the office is open."""
    await feed.wave(drive, 20)
    async with asyncio.timeout(90):
        while not await asyncio.to_thread(
            rows, crowd.database, "select 1 from inbox where state = 'done' limit 1"
        ):
            crowd.check()
            await asyncio.sleep(0.1)


async def _drain(plan: Plan, drive: Driver, crowd: Crowd) -> None:
    """Until Telegram has nothing to give and the office nothing to do."""
    quiet = 0
    async with asyncio.timeout(plan.patience):
        while quiet < 3:
            crowd.check()
            pending = (await drive.look("summary"))["bots"][str(BOT)]["pending"]
            quiet = quiet + 1 if not pending and not await asyncio.to_thread(crowd.left) else 0
            await asyncio.sleep(0.3)


async def open_office(plan: Plan, drive: Driver, database: str) -> list[int]:
    """Communities and staff, residents who are known. Gives back the groups."""
    await drive.act("bots", token=TOKEN, username="bridge_bot", can_read_all_group_messages=True)
    engine = await PostgresEngine.open(database)
    await engine.close()
    now = time.time_ns() // 1_000_000
    groups = []
    for place in range(plan.communities):
        team = [staff_of(place, colleague) for colleague in range(2)]
        for who in team:
            await drive.act("users", id=who, first_name=f"同事{who % 1000}")
        made = await drive.act("groups", title=f"第{place}社区", members=team, bots=[BOT])
        groups.append(int(made["id"]))
        await asyncio.to_thread(_enter_community, database, place, groups[-1], now)
    for number in range(plan.residents):
        await drive.act("users", id=FIRST_RESIDENT + number, first_name=f"居民{number}")
    await asyncio.to_thread(_enter_residents, database, plan, now)
    return groups


def _enter_community(database: str, place: int, group: int, now: int) -> None:
    rows(
        database,
        "insert into communities (id, name, code, group_chat_id, group_state, created_at) "
        "values (?, ?, ?, ?, 'bound', ?)",
        *(place + 1, f"第{place}社区", f"K{place}", group, now),
    )
    for colleague in range(2):
        rows(
            database,
            "insert into staff (community_id, user_id, name, role, joined_at) values (?, ?, ?, 'staff', ?)",
            *(place + 1, staff_of(place, colleague), f"同事{colleague}", now),
        )


def _enter_residents(database: str, plan: Plan, now: int) -> None:
    for number in range(plan.residents):
        rows(
            database,
            "insert into residents (user_id, community_id, name, notified_at, created_at) "
            "values (?, ?, ?, ?, ?)",
            *(FIRST_RESIDENT + number, number % plan.communities + 1, f"居民{number}"),
            *(now if number % 10 else None, now),
        )
