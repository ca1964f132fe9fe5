"""One person writes 1,000 messages in a minute: what that does to the others.

Run from the project's folder: `python -m benchmarks.flood [--seconds 60]`. Others write 5 messages a second,
first alone, then beside the flood; the p95 of their times until the first answer is compared.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.first_answer import COMMUNITIES, feed, page, percentile, times_since
from standin.driver import Driver
from tests.kill_feed import BOT, FIRST_RESIDENT
from tests.kill_harness import Patient, Plan, drain, open_office, standin_process

RATE = 5.0
PER_MINUTE = 1000
MOST_MORE = 0.10


async def flood(drive: Driver, who: int, seconds: float) -> None:
    """1,000 messages a minute from one person, no two alike."""
    began, count = time.monotonic(), round(PER_MINUTE * seconds / 60)
    for n in range(count):
        text = f"喂喂喂第{n}遍，楼道灯还没修"
        await drive.act("updates/bulk", sends=[{"from": who, "chat": BOT, "text": text}])
        await asyncio.sleep(max(0.0, began + (n + 1) * 60 / PER_MINUTE - time.monotonic()))


async def main(seconds: float) -> None:
    residents = round(RATE * seconds)
    plan = Plan(kills=0, updates=0, residents=residents + 1, communities=COMMUNITIES, patience=300.0)
    others = range(FIRST_RESIDENT, FIRST_RESIDENT + residents)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with standin_process(folder) as url, Driver(url) as drive:
            patient = Patient(plan, url, folder)
            try:
                await open_office(plan, drive, patient)
                await feed(drive, 0, 20, residents / 20, residents)
                await drain(plan, drive, patient)
                p95 = []
                for turn, loud in enumerate((False, True, False, True)):
                    since = await page(drive)
                    work = [feed(drive, residents * (turn + 1), RATE, seconds, residents)]
                    if loud:
                        work.append(flood(drive, FIRST_RESIDENT + residents, seconds))
                    await asyncio.gather(*work)
                    await drain(plan, drive, patient)
                    found = await times_since(drive, patient.database, since, others)
                    p95.append(percentile(found.answered, 95))
                    print(
                        found.row("beside the flood" if loud else "alone"),
                        f"  p95 {p95[-1]:.3f} s",
                        flush=True,
                    )
                quiet, loudly = (p95[0] + p95[2]) / 2, (p95[1] + p95[3]) / 2
                print(f"others' p95: {loudly / quiet - 1:+.0%} (at most {MOST_MORE:+.0%})")
            finally:
                await patient.put_away()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    asyncio.run(main(parser.parse_args().seconds))
