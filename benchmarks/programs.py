"""The programs that are measured against each other, each started behind a webhook in a process of its own.

Used by benchmarks/speed.py and benchmarks/message_cost.py. All run in one fresh environment (made with uv):
this project's own dependencies, and what the peers need besides.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from benchmarks.hose import SECRET, Crowd, Hose, Key, hose
from standin.driver import Driver
from tests.kill_feed import BOT, FIRST_RESIDENT
from tests.kill_harness import (
    PROJECT,
    TOKEN,
    Patient,
    Plan,
    free_port,
    introduced,
    open_office,
    page,
    standin_process,
)

CROWD: Final = Crowd(residents=1500, communities=60)
"""A group takes 20 messages a minute: with fewer communities the cards would wait for the clock. With fewer
residents somebody would write more than thirty messages in a minute, which are not answered one by one."""
HOLD: Final = {"kind": "retry_after", "method": "send*", "probability": 1.0, "seconds": 3600}
PEERS_NEED: Final = ("python-telegram-bot[webhooks]==22.8", "sqlalchemy[asyncio]>=2")
FAST: Final = "rjieba>=0.2"


@dataclass(frozen=True)
class Program:
    """How one of them is called and started, and where its tickets stand."""

    name: str
    script: tuple[str, ...] = ()  # this project's own bot when empty
    instead: tuple[str, ...] = ()  # what is started on the store that this project's own bot has made
    message: str = "message_id"  # the column with the message that opened the ticket
    on_telegram: bool = True  # it asks Telegram for something before it listens


OURS: Final = Program("this bot, fast", message="source_message")
PLAINLY: Final = Program("this bot", message="source_message")
SAME: Final = Program(
    "the same bot on b's floors",
    instead=("benchmarks/plain.py", "webhook", "silent"),
    message="source_message",
)
ORM: Final = Program("a: library, jieba, ORM", ("orm_peer.py",))
PLAIN: Final = Program("b: library, jieba, aiosqlite", ("peer.py", "webhook", "silent", "whole"))
TALKING: Final = Program("b, with its two sends", ("peer.py", "webhook", "reply", "whole"))
FLOOR: Final = Program("c: the floor", ("floor.py",), on_telegram=False)


@dataclass
class Running:
    """One of them, listening, with a crowd of residents whom it knows."""

    program: Program
    pid: int
    database: Path
    hose: Hose
    drive: Driver

    def count(self, table: str = "tickets", where: str = "1") -> int:
        """How many rows there are, seen from outside."""
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self.database)) as db:
            sql = f"select count(*) from {table} where {where}"  # noqa: S608 - this file's own words
            return int(db.execute(sql).fetchone()[0])
        return 0

    async def reaches(self, tickets: int, seconds: float = 120.0) -> float:
        """Wait until there are so many tickets; when that was seen (monotonic)."""
        async with asyncio.timeout(seconds):
            while await asyncio.to_thread(self.count) < tickets:  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.02)
        return time.monotonic()


def environment(folder: Path) -> Path:
    """A fresh environment without the extra `fast`; its python."""
    python = folder / "env" / "bin" / "python"
    subprocess.run(["uv", "venv", "-q", folder / "env"], check=True)
    wanted = ["-r", str(PROJECT / "pyproject.toml"), *PEERS_NEED]
    install = ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", str(python), *wanted]
    subprocess.run(install, check=True)
    return python


def have_fast(python: Path, wanted: bool) -> None:
    """Put rjieba into that environment, or take it out: the floor needs it, this bot uses it if it can."""
    change = ["install", "--compile-bytecode", FAST] if wanted else ["uninstall", "rjieba"]
    command = ["uv", "pip", change[0], "-q", "--python", str(python), *change[1:]]
    subprocess.run(command, check=True, capture_output=True)


def settings_of_small(url: str, database: Path, port: int) -> dict[str, str]:
    """The environment of a program of one file; without a port it polls."""
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": f"{url}/bot",
        "TELEGRAM_FILE_BASE_URL": f"{url}/file/bot",
        "DATABASE_URL": f"sqlite:{database}",
        "PEER_DATABASE": str(database),
    }
    if port:
        settings |= {
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
            "WEBHOOK_LISTEN": f"127.0.0.1:{port}",
            "WEBHOOK_SECRET": SECRET,
        }
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | settings


async def people(drive: Driver, residents: int, communities: int) -> list[int]:
    """Residents who exist at Telegram, and groups for the cards; the groups."""
    await drive.act("bots", token=TOKEN)
    for number in range(residents):
        await drive.act("users", id=FIRST_RESIDENT + number, first_name=f"居民{number}")
    return [
        int((await drive.act("groups", title=f"第{n}社区", members=[FIRST_RESIDENT], bots=[BOT]))["id"])
        for n in range(communities)
    ]


@contextlib.asynccontextmanager
async def running(
    program: Program, python: Path, *, held: bool = False, warm: int = 300
) -> AsyncIterator[Running]:
    """Start it and feed so many messages; `held` = Telegram refuses every send for an hour."""
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        folder = Path(name)
        async with standin_process(folder) as url, Driver(url) as drive:
            start = _small if program.script else _ours
            async with start(program, python, url, drive, folder) as found:
                if held:
                    await drive.act("faults", rules=[HOLD])
                await found.hose.burst(warm)
                await found.reaches(warm)
                await asyncio.sleep(1.5)
                yield found


async def _write_once(url: str, drive: Driver) -> None:
    """Every resident has opened the chat (who never did cannot be answered); no bot ever sees it."""
    sends = [{"from": CROWD.who(n), "chat": BOT, "text": "/start"} for n in range(CROWD.residents)]
    await drive.act("updates/bulk", sends=sends)
    drop = {"drop_pending_updates": True}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/bot{TOKEN}/deleteWebhook", json=drop) as answer,
    ):
        answer.raise_for_status()


@contextlib.asynccontextmanager
async def _small(
    program: Program, python: Path, url: str, drive: Driver, folder: Path
) -> AsyncIterator[Running]:
    database, port, since = folder / "small.sqlite", free_port(), await page(drive)
    groups = []
    if program.on_telegram:
        groups = await people(drive, CROWD.residents, CROWD.communities)
        await _write_once(url, drive)
    process = await asyncio.create_subprocess_exec(
        python,
        PROJECT / "benchmarks" / program.script[0],
        *program.script[1:],
        env=settings_of_small(url, database, port) | {"PEER_GROUPS": ",".join(map(str, groups))},
    )
    try:
        async with hose(CROWD, port) as opened:
            if program.on_telegram:
                await _hooked(drive, since)
            yield Running(program, process.pid, database, opened, drive)
    finally:
        process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def _ours(
    program: Program, python: Path, url: str, drive: Driver, folder: Path
) -> AsyncIterator[Running]:
    plan = Plan(
        kills=0,
        updates=0,
        webhook=True,
        residents=CROWD.residents,
        communities=CROWD.communities,
        python=str(python),
    )
    patient = Patient(plan, url, folder)
    try:
        await open_office(plan, drive, patient)
        with contextlib.closing(sqlite3.connect(patient.database, timeout=10)) as db, db:
            db.execute("update residents set notified_at = created_at")  # no first notices are counted
        await introduced(drive, patient, 0)
        await patient.close()
        await _write_once(url, drive)
        since = await page(drive)
        patient.command = program.instead or patient.command
        await patient.start()  # anew, for what was read at the first start is not there
        async with hose(CROWD, patient.port) as opened:
            await introduced(drive, patient, since)
            yield Running(program, patient.pid, patient.database, opened, drive)
    finally:
        await patient.put_away()


async def _hooked(drive: Driver, since: int) -> None:
    """Wait until the program has told Telegram its address."""
    async with asyncio.timeout(60):
        while True:
            calls = (await drive.look("book", since=since, kind="call"))["entries"]
            if any(call["method"] == "setWebhook" and call["ok"] for call in calls):
                return
            await asyncio.sleep(0.05)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, all its threads, to the nanosecond (Linux)."""
    return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of that process: MAKE_PROCESS_CPUCLOCK


def rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextlib.contextmanager
def commits(found: Running) -> Iterator[Callable[[], dict[Key, float]]]:
    """Watch from outside when each ticket can be seen by others: it is committed then (monotonic)."""
    seen, ended = dict[Key, float](), threading.Event()
    ready = threading.Event()

    def watch() -> None:
        fresh = f"select id, chat_id, {found.program.message} from tickets where id > ?"  # noqa: S608 - this file's own words
        with contextlib.closing(sqlite3.connect(found.database, isolation_level=None)) as db:
            last = db.execute("select max(id) from tickets").fetchone()[0] or 0
            version = -1
            while not ended.wait(0.0005):
                if version == (version := db.execute("pragma data_version").fetchone()[0]):
                    continue
                at = time.monotonic()
                for number, chat, message in db.execute(fresh, (last,)).fetchall():
                    last, seen[chat, message] = number, at
                ready.set()

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    ready.wait(5)
    try:
        yield lambda: dict(seen)
    finally:
        ended.set()
        watching.join()
