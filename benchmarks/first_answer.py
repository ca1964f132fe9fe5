"""Time to the first answer under load: the real bot, a stand-in as its own process, real HTTP.

Run from the project's folder: `python -m benchmarks.first_answer [--seconds 10]`.
At 15 messages a second the receipts and the cards together just fit into Telegram's 30 sends a second; at 60
they cannot, whatever the program does: there the time until the matter is decided and committed is what the
program answers for, and the time until the receipt arrives is what Telegram's limit makes of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin.driver import Driver
from tests.kill_feed import BOT, FIRST_RESIDENT, REPORTS
from tests.kill_harness import Patient, Plan, drain, open_office, standin_process

COMMUNITIES = 60  # a group takes 20 messages a minute: with fewer the cards would wait for the clock


@dataclass(frozen=True)
class Times:
    """Seconds from a message's arrival at Telegram, one for each message."""

    committed: list[float]
    answered: list[float]

    def row(self, name: str) -> str:
        parts = [f"{name:<28}"]
        for label, found in (("committed", self.committed), ("answered", self.answered)):
            if found:
                parts.append(
                    f"{label} p50 {percentile(found, 50):7.3f} s  p99 {percentile(found, 99):7.3f} s"
                )
        return "   ".join(parts)


def percentile(found: Sequence[float], share: int) -> float:
    return statistics.quantiles(found, n=100, method="inclusive")[share - 1]


async def feed(drive: Driver, start: int, rate: float, seconds: float, residents: int) -> None:
    """So many messages a second, evenly, each from the next resident."""
    began, count = time.monotonic(), round(rate * seconds)
    for n in range(count):
        number = start + n
        text = REPORTS[n % 3].format(n=number, b=number // COMMUNITIES + 1, u=n % 4 + 1)
        who = FIRST_RESIDENT + number % residents
        await drive.act("updates/bulk", sends=[{"from": who, "chat": BOT, "text": text}])
        await asyncio.sleep(max(0.0, began + (n + 1) / rate - time.monotonic()))


async def times_since(drive: Driver, database: Path, since: int, only: range) -> Times:
    """What became of the messages of these residents since that number of the journal."""
    entries: list[dict[str, Any]] = (await drive.look("book", since=since))["entries"]
    came = {
        e["update_id"]: (e["at"], e["chat"]) for e in entries if e["kind"] == "update" and e["chat"] in only
    }
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as db:
        done = dict(db.execute("select update_id, done_at from inbox where done_at is not null"))
    committed = [done[number] / 1000 - at for number, (at, _) in came.items() if number in done]
    first: dict[int, list[float]] = {}
    for entry in entries:
        if entry["kind"] == "call" and entry["ok"] and entry["method"] == "sendMessage":
            first.setdefault(int(entry["params"]["chat_id"]), []).append(entry["at"])
    answered = []
    for at, chat in came.values():
        later = [sent for sent in first.get(chat, ()) if sent >= at]
        if later:
            answered.append(min(later) - at)
    return Times(committed, answered)


async def page(drive: Driver) -> int:
    return int((await drive.look("book", kind="none"))["n"])


async def main(seconds: float) -> None:
    residents = max(120, round(60 * seconds))
    plan = Plan(kills=0, updates=0, residents=residents, communities=COMMUNITIES, patience=300.0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with standin_process(folder) as url, Driver(url) as drive:
            patient = Patient(plan, url, folder)
            try:
                await open_office(plan, drive, patient)
                await feed(drive, 0, 20, residents / 20, residents)  # nobody's first message is measured
                await drain(plan, drive, patient)
                start = residents
                for rate in (15, 60):
                    since = await page(drive)
                    everyone = range(FIRST_RESIDENT, FIRST_RESIDENT + residents)
                    await feed(drive, start, rate, seconds, residents)
                    start += round(rate * seconds)
                    await drain(plan, drive, patient)
                    found = await times_since(drive, patient.database, since, everyone)
                    print(found.row(f"{rate} messages/s, {seconds:g} s"), flush=True)
                violations = (await drive.look("summary"))["violations"]
                print(json.dumps({"limits of Telegram overstepped": violations}))
            finally:
                await patient.put_away()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args().seconds))
