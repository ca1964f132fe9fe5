"""Two bots of one deployment, killed (SIGKILL) again and again while people write to both of them.

Judged from outside: the stand-in's journal against the rows. Every report carries its own number, so that a
ticket, a receipt or a card with the wrong bot is seen.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.bots import bot_of, inside, outside
from domain.roles import Role
from standin.driver import Driver
from storage import communities, people
from storage.people import Member
from storage.store import Store, Tx
from tests.kill_harness import FAULTS, PROJECT, SLOW, free_port, standin_process
from tests.postgres_server import rows

Json = dict[str, Any]
IDS = (700001, 700002)
TOKENS = tuple(f"{bot}:AAkillAAkillAAkillAAkillAAkillAAkill" for bot in IDS)
FIRST = 5_000_000
STAFF = 9_000_000
HOMES = 8  # communities of each bot: a group takes 20 messages a minute
SAID = re.compile(r"第(\d+)件")
RECEIPT = re.compile(r"已登记</b>\s*编号 <code>(\d{6}-\d{3,4})</code>")


@dataclass(frozen=True)
class Plan:
    kills: int
    reports: int
    processes: int = 1
    residents: int = 40
    webhook: bool = False
    seed: int = 5
    patience: float = 150.0


@dataclass
class Found:
    """What was wrong, by kind; empty when every promise was kept by the right bot."""

    problems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tickets: int = 0
    doubled: int = 0
    kills: int = 0
    struck: Json = field(default_factory=dict)

    def note(self, kind: str, what: object) -> None:
        self.problems[kind].append(str(what))


@dataclass(frozen=True)
class Report:
    number: int
    who: int
    bot: int  # 0 or 1

    @property
    def home(self) -> int:
        return self.bot * HOMES + self.who % HOMES + 1


class Pair:
    """The processes that serve both bots; they are killed together or one by one."""

    def __init__(self, plan: Plan, url: str, database: str, folder: Path) -> None:
        self.database, self._folder, self._plan = database, folder, plan
        kept = ("PATH", "HOME", "TMPDIR", "LANG")
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in kept},
            "TELEGRAM_BOT_TOKEN": TOKENS[0],
            "TELEGRAM_BOT_TOKENS": f"second={TOKENS[1]}",
            "TELEGRAM_API_BASE_URL": f"{url}/bot",
            "TELEGRAM_FILE_BASE_URL": f"{url}/file/bot",
            "DATABASE_URL": database,
            "MINXINQIAO_CONFIG": str(folder / "none.toml"),
        }
        if plan.webhook:
            port = free_port()
            self._environment |= {
                "WEBHOOK_URL": f"http://127.0.0.1:{port}/hook",
                "WEBHOOK_LISTEN": f"127.0.0.1:{port}",
                "WEBHOOK_SECRET": "a-secret-only-for-this-test",
            }
        self._running: dict[int, asyncio.subprocess.Process] = {}

    async def start(self, place: int) -> None:
        with (self._folder / f"bot{place}.log").open("ab") as log:
            self._running[place] = await asyncio.create_subprocess_exec(
                *(sys.executable, str(PROJECT / "bot.py"), "run"),
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self, place: int) -> None:
        self.check()
        self._running[place].kill()
        await self._running[place].wait()

    def check(self) -> None:
        for place, process in self._running.items():
            if process.returncode is not None:
                said = (self._folder / f"bot{place}.log").read_text(errors="replace")[-3000:]
                raise AssertionError(f"bot {place} ended with {process.returncode}:\n{said}")

    async def close(self) -> list[int]:
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            return [await process.wait() for process in self._running.values()]

    async def put_away(self) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.kill()
                await process.wait()

    def look(self, sql: str) -> list[Any]:
        where = Path(self.database.removeprefix("sqlite:")) if self.database.startswith("sqlite") else None
        return rows(where or self.database, sql)

    def left(self) -> int:
        waiting = "(select count(*) from {} where state in ('waiting', 'sending'))"
        return int(self.look(f"select {waiting.format('inbox')} + {waiting.format('outbox')}")[0][0])


async def run(plan: Plan, database: str, folder: Path) -> Found:
    """Feed and kill; let it finish in peace; judge."""
    chance = random.Random(plan.seed)
    async with standin_process(folder) as url, Driver(url) as drive:
        pair = Pair(plan, url, database, folder)
        groups = await _open(plan, drive, database)
        found, reports = Found(), _reports(plan, chance)
        try:
            await drive.act("faults", seed=plan.seed, rules=[SLOW, *FAULTS])
            for place in range(plan.processes):
                await pair.start(place)
            await _write(drive, reports[:10])
            await _busy(pair)
            share = -(-len(reports[10:]) // plan.kills)
            for life in range(plan.kills):
                if life == plan.kills // 2:
                    await drive.act("faults", rules=[SLOW])
                await _write(drive, reports[10 + life * share : 10 + (life + 1) * share])
                await asyncio.sleep(chance.uniform(0.1, 1.2))
                place = chance.randrange(plan.processes)
                await pair.kill(place)
                found.kills += 1
                await pair.start(place)
            await _drain(plan, drive, pair)
            assert await pair.close() == [0] * plan.processes
        finally:
            await pair.put_away()
        found.struck = (await drive.look("summary"))["faults"]
        entries = (await drive.look("book", kind="call"))["entries"]
    _judge(found, reports, groups, entries, pair)
    return found


def _reports(plan: Plan, chance: random.Random) -> list[Report]:
    """Everybody writes to either bot, as it comes."""
    return [
        Report(number, FIRST + chance.randrange(plan.residents), chance.randrange(2))
        for number in range(1, plan.reports + 1)
    ]


async def _write(drive: Driver, reports: list[Report]) -> None:
    sends = [
        {"from": r.who, "chat": IDS[r.bot], "text": f"报修第{r.number}件：{r.number % 9 + 1}号楼的路灯不亮"}
        for r in reports
    ]
    if sends:
        await drive.act("updates/bulk", sends=sends)


async def _busy(pair: Pair) -> None:
    async with asyncio.timeout(90):
        while not await asyncio.to_thread(pair.look, "select 1 from inbox where state = 'done' limit 1"):
            pair.check()
            await asyncio.sleep(0.1)


async def _drain(plan: Plan, drive: Driver, pair: Pair) -> None:
    quiet = 0
    async with asyncio.timeout(plan.patience):
        while quiet < 3:
            pair.check()
            bots = (await drive.look("summary"))["bots"]
            pending = sum(bots[str(bot)]["pending"] for bot in IDS)
            quiet = quiet + 1 if not pending and not await asyncio.to_thread(pair.left) else 0
            await asyncio.sleep(0.3)


async def _open(plan: Plan, drive: Driver, database: str) -> list[int]:
    """Communities with their groups for each bot; everybody lives in one of each bot's."""
    groups: list[int] = []
    for bot, token in zip(IDS, TOKENS, strict=True):
        await drive.act("bots", token=token, username=f"b{bot}_bot", can_read_all_group_messages=True)
        for _ in range(HOMES):
            colleague = STAFF + len(groups)
            await drive.act("users", id=colleague, first_name="同事")
            made = await drive.act("groups", title=f"第{len(groups)}社区", members=[colleague], bots=[bot])
            groups.append(int(made["id"]))
    for number in range(plan.residents):
        await drive.act("users", id=FIRST + number, first_name=f"居民{number}")

    now = time.time_ns() // 1_000_000  # who came long ago and asked nothing is forgotten

    async def enter(tx: Tx) -> None:
        for place, group in enumerate(groups):
            bot = place // HOMES
            home = await communities.found(tx, f"第{place}社区", f"K{place}", 1, served_by=bot)
            await communities.bind(tx, home, inside(bot, group))
            await people.join(tx, Member(home, inside(bot, STAFF + place), "同事", Role.STAFF), 1)
            for who in range(FIRST, FIRST + plan.residents):
                if who % HOMES == place % HOMES:
                    await people.greet(tx, inside(bot, who), "居民", "hans", now)
                    await people.settle_in(tx, inside(bot, who), home, None)

    store = await Store.open(database)
    await store.write(enter)
    await store.close()
    return groups


def _judge(found: Found, reports: list[Report], groups: list[int], entries: list[Json], pair: Pair) -> None:
    by_number = {report.number: report for report in reports}
    tickets: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for body, community, chat, name in pair.look("select body, community_id, chat_id, number from tickets"):
        for number in SAID.findall(body):
            tickets[int(number)].append((community, chat, name))
    joined = "\n".join(str(row[0]) for row in pair.look("select text from messages"))
    for report in reports:
        entered = tickets[report.number]
        if not entered and f"第{report.number}件" not in joined:
            found.note("lost", report)
        if len(entered) > 1:
            found.note("doubled", report)
        for community, chat, _ in entered:
            if (bot_of(chat), outside(chat), community) != (report.bot, report.who, report.home):
                found.note("wrong ticket", (report, community, chat))
    found.tickets = sum(map(len, tickets.values()))
    receipts: Counter[tuple[int, int, str]] = Counter()
    for entry in entries:
        if not entry["method"].startswith("send") or not entry["effect"]:
            continue
        bot, chat, text = IDS.index(entry["bot"]), int(entry["result"]["chat"]["id"]), entry["params"]["text"]
        if chat < 0 and groups.index(chat) // HOMES != bot:
            found.note("wrong group", entry["params"])
        for number in SAID.findall(text):
            if by_number[int(number)].bot != bot:
                found.note("wrong bot", entry["params"])
        if receipt := RECEIPT.search(text):
            key = (bot, chat, receipt[1])
            receipts[key] += 1
            if receipts[key] > 1:
                found.doubled += 1
                if "（重发）" not in text:
                    found.note("doubled receipt unmarked", text)
    for entered in tickets.values():
        for _, chat, name in entered:
            if not receipts[(bot_of(chat), outside(chat), name)]:
                found.note("no receipt", (chat, name))
    for state, count in pair.look("select state, count(*) from outbox where state <> 'sent' group by state"):
        found.note("outbox", (state, count))
    for state, count in pair.look("select state, count(*) from inbox where state <> 'done' group by state"):
        found.note("inbox", (state, count))
