"""Power fails at any call: the store's files replayed from a trace of every write, cut, fsync and answer.

What was written before a file's last fsync is on the disk. Of what was written to it since then any part may
be, in any order: each sector of each later write reached the disk or did not. That is more than a photograph
of the files can show, for the kernel on which the test runs keeps its writes in order.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.torture_power import Photograph

SECTOR: Final = 512
CALLS: Final = "pwrite64,ftruncate,fsync,fdatasync"
CALL: Final = re.compile(
    r'^(\d+) +(\w+)\(\d+<(?:\\x[0-9a-f]{2}|[^>])*?([^/>]+)>(?:, "([^"]*)", \d+)?(?:, (\d+))?(\)| <unf)(.*)$'
)
RESUMED: Final = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>.* = (-?\d+)")

WRITING: Final = """
import asyncio, os, sys
from pathlib import Path
from storage.store import Store
path, writes, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
answered = os.open(path.with_name("answered"), os.O_WRONLY | os.O_CREAT)
async def main():
    store = await Store.open(path)
    for number in range(writes):
        async def change(tx):
            await tx.do("small.set_setting", name=f"k{number}", value="x" * size)
        await store.write(change)
        os.pwrite(answered, str(number + 1).encode(), 0)
    os._exit(0)
asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A write (or with `content` None a cut to `at`) of one of the two files."""

    at: int
    content: bytes | None

    def apply(self, file: bytearray) -> None:
        if self.content is None:
            del file[self.at :]
            return
        if len(file) < self.at:
            file.extend(bytes(self.at - len(file)))
        file[self.at : self.at + len(self.content)] = self.content

    def apply_part(self, file: bytearray, share: float, dice: random.Random) -> None:
        """As after a crash: each sector of it with that probability."""
        if self.content is None:
            if dice.random() < share:
                self.apply(file)
            return
        for start in range(0, len(self.content), SECTOR):
            if dice.random() < share:
                Change(self.at + start, self.content[start : start + SECTOR]).apply(file)


@dataclass
class File:
    """One file: what is surely on the disk, and what may be."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)

    def synced(self, count: int) -> None:
        """So many of the pending changes are on the disk now."""
        for change in self.pending[:count]:
            change.apply(self.safe)
        del self.pending[:count]

    def after_crash(self, dice: random.Random) -> bytes:
        file, share = bytearray(self.safe), dice.choice((0.0, 0.03, 0.5, 0.97, 1.0))
        for change in self.pending:
            change.apply_part(file, share, dice)
        return bytes(file)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: what was changed, or begun or ended to be synced, or answered."""

    file: str  # main, log; "" for an answer
    change: Change | None = None
    synced: int = 0  # how many changes of that file, counted from the first, are safe now
    answered: int = 0


def traced(path: Path, writes: int, size: int, project: Path) -> list[Step]:
    """Write so many times on the store there (closed, with its tables); every step, in order."""
    trace = path.with_name("trace")
    files = [part for name in (path, f"{path}-wal", path.with_name("answered")) for part in ("-P", str(name))]
    command = ["strace", "-f", "-qq", "-y", "-xx", "-s", "70000", "-e", f"trace={CALLS}", "-o", str(trace)]
    subprocess.run(
        [*command, *files, sys.executable, "-c", WRITING, str(path), str(writes), str(size)],
        env={"PYTHONPATH": str(project)},
        check=True,
        capture_output=True,
        timeout=300,
    )
    return list(_steps(trace, path.name))


def _steps(trace: Path, name: str) -> Iterator[Step]:
    parts = {name: "main", f"{name}-wal": "log", "answered": ""}
    changed, syncing = {"main": 0, "log": 0}, dict[str, tuple[str, int]]()
    with trace.open(encoding="utf-8") as lines:
        for line in lines:
            if found := RESUMED.match(line):
                if found[1] in syncing and found[2] == "0":
                    file, count = syncing.pop(found[1])
                    yield Step(file, synced=count)
                continue
            found = CALL.match(line)
            if found is None:
                raise AssertionError(f"a line that is not understood: {line[:200]}")
            thread, call, where, content, number, _, ending = found.groups()
            file = parts[_plain(where)]
            if call == "pwrite64" and not file:
                yield Step("", answered=int(bytes.fromhex(content.replace("\\x", ""))))
            elif call in ("pwrite64", "ftruncate"):
                changed[file] += 1
                written = bytes.fromhex(content.replace("\\x", "")) if call == "pwrite64" else None
                yield Step(file, Change(int(number), written))
            elif ending.endswith("= 0"):
                yield Step(file, synced=changed[file])
            else:
                syncing[thread] = file, changed[file]


def _plain(name: str) -> str:
    """A file's name, which strace may write as numbers."""
    return bytes.fromhex(name.replace("\\x", "")).decode().rpartition("/")[2] if "\\x" in name else name


def crashes(steps: list[Step], main: bytes, count: int, dice: random.Random) -> Iterator[Photograph]:
    """What may lie on the disk when the power fails after a step, for so many steps, in their order."""
    places = sorted(dice.randrange(len(steps)) for _ in range(count))
    files, done, answered, at = {"main": File(bytearray(main)), "log": File()}, {"main": 0, "log": 0}, 0, 0
    for place in places:
        for step in steps[at : place + 1]:
            if step.change is not None:
                files[step.file].pending.append(step.change)
            elif step.file:
                files[step.file].synced(step.synced - done[step.file])
                done[step.file] = step.synced
            else:
                answered = step.answered
        at = max(at, place + 1)
        yield Photograph(answered, files["main"].after_crash(dice), files["log"].after_crash(dice))
