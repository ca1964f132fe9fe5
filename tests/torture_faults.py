"""Reads, writes and fsyncs of the store's files that fail at the n-th call: strace makes the kernel say so.

A limit on sizes (tests/torture_disk.py) lets only writes fail, and only where a file grows. strace answers
any call with any error, also an fsync, after which nobody knows what is on the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.store import Store

FAULTS: Final = {
    "fsync": "fdatasync,fsync:error=EIO",
    "write": "pwrite64:error=EIO",
    "full": "pwrite64:error=ENOSPC",
    "read": "pread64:error=EIO",
}
OFTEN: Final = {"fsync": "4..60+5", "write": "40..900+97", "full": "60..900+83", "read": "20..400+19"}
"""The n-th call of a thread and every so many after it, up to a last one: after that all is well again."""
FIRST: Final = {"fsync": 1, "write": 1, "full": 1, "read": 20}
"""strace counts in each thread by itself, and each opening reads in new ones: a file of which the first reads
always fail can never be opened."""

WORKING: Final = """
import asyncio, sys
from pathlib import Path
from domain.errors import StoreUnavailable
from storage.store import Store
path, steps = Path(sys.argv[1]), int(sys.argv[2])
async def until_it_works(what):
    for _ in range(300):  # each thread of the opening meets its own failures
        try:
            return await what()
        except StoreUnavailable:
            print("failed", flush=True)
    raise SystemExit("it does not serve again")
async def main():
    store = await until_it_works(lambda: Store.open(path))
    for number in range(steps):
        async def change(tx):
            await tx.do("small.set_setting", name=f"k{number}a", value="x" * 3000)
            await tx.do("small.set_setting", name=f"k{number}b", value="x" * 3000)
        await until_it_works(lambda: store.write(change))
        print("kept", number, flush=True)
        look = lambda tx: tx.one("small.setting", name=f"k{number}a")
        found = await until_it_works(lambda: store.read(look))
        print("seen" if found else "blind", number, flush=True)
    await store.close()
asyncio.run(main())
"""


@dataclass(frozen=True)
class Faulty:
    """What is wrong afterwards; how many calls were made to fail, and how many failures the store told."""

    wrong: list[str]
    struck: int
    failures: int


def strace_works() -> bool:
    """Whether strace is there and may trace here (containers often forbid it)."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        return False
    command = ["strace", "-f", "-qq", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


async def working(path: Path, kind: str, when: str, steps: int, project: Path) -> Faulty:
    """Write so many times while every call that `when` names fails (strace's words: n, first..last+step)."""
    await (await Store.open(path)).close()  # its tables are there; the trouble comes later
    trace = path.with_name("trace")
    process = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={FAULTS[kind].partition(':')[0]}"),
        *("-P", str(path), "-P", f"{path}-wal", "-e", f"inject={FAULTS[kind]}:when={when}"),
        *(sys.executable, "-c", WORKING, str(path), str(steps)),
        env={"PYTHONPATH": str(project)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    struck = trace.read_text(errors="replace").count("(INJECTED)")
    lines = out.decode().split("\n")
    wrong = [f"ended with {process.returncode}: {errors.decode()[-500:]}"] if process.returncode else []
    wrong += [line for line in lines if line.startswith("blind")]
    kept = {int(line.split()[1]) for line in lines if line.startswith("kept")}
    return Faulty(wrong or _lacking(path, kept), struck, lines.count("failed"))


def _lacking(path: Path, kept: set[int]) -> list[str]:
    """What of the answered is not there whole."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        there = {row[0] for row in db.execute("select name from settings where name like 'k%'")}
        said = db.execute("pragma integrity_check").fetchone()[0]
    wrong = [] if said == "ok" else [said]
    wrong += [f"{n} was answered and is gone" for n in sorted(kept) if f"k{n}a" not in there]
    return wrong + [f"half of {n[:-1]}" for n in there if {n[:-1] + "a", n[:-1] + "b"} - there]
