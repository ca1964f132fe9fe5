"""The torture house in its long form, and proof that it can see: a broken copy of the program must fail it.

Run from the project's folder:
    python -m benchmarks.torture                  # the quick form, as in the test command
    python -m benchmarks.torture --long           # minutes to hours: more of everything
    python -m benchmarks.torture --mutate all     # each mutation must make its part of the house fail
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from storage.store import Store
from tests.kill_harness import PROJECT
from tests.test_torture_clock import due, ticks
from tests.torture_clock import COMMUNITIES, promised
from tests.torture_close import closings
from tests.torture_disk import Trouble, failing_writes, full_disk, locked, no_room_at_all, through
from tests.torture_faults import FAULTS, FIRST, OFTEN, strace_works, working
from tests.torture_month import live
from tests.torture_power import images, lost, photographs
from tests.torture_trace import crashes, traced
from tests.town import open_town

QUICK: Final[Mapping[Trouble, float]] = {full_disk: 1.0, no_room_at_all: 1.0, locked: 0.5}
LONG: Final[Mapping[Trouble, float]] = {full_disk: 30.0, no_room_at_all: 30.0, locked: 40.0}
NOT_COPIED: Final = (".git", ".venv", "__pycache__", "docs")


@dataclass(frozen=True)
class Mutation:
    """One promise taken out of the source, and the tests that must fail then."""

    about: str
    edits: tuple[tuple[str, str, str], ...]  # file, before, after
    tests: str


_ANSWER_FIRST: Final = (
    (
        "storage/sqlite.py",
        '        db.execute("COMMIT")\n    except BaseException:',
        (
            '        with contextlib.suppress(sqlite3.Error):\n            db.execute("COMMIT")\n'
            "    except BaseException:"
        ),
    ),
)

MUTATIONS: Final = {
    "no-job-row": Mutation(
        "a summary is promised without a row that says it was, and without a key of its own",
        (
            ("jobs/summaries.py", "if not first or fresh is None", "if fresh is None"),
            (
                "jobs/summaries.py",
                '            "daily_summary",\n            today.isoformat(),\n',
                '            "daily_summary",\n            f"{id(office)}:{today.isoformat()}",\n',
            ),
        ),
        "tests/test_torture_clock.py",
    ),
    "answer-first": Mutation(
        "a change is answered although its commit failed",
        _ANSWER_FIRST,
        "tests/test_torture_disk.py::test_a_write_may_fail_anywhere",
    ),
    "answer-first-all-the-same": Mutation(
        "the same, seen by calls of every kind that fail",
        _ANSWER_FIRST,
        "tests/test_torture_faults.py",
    ),
    "impatient": Mutation(
        "updates that the store did not take are forgotten",
        (
            (
                "transport/patience.py",
                "                await asyncio.sleep(pause_after(failures))\n            else:",
                "                return []  # type: ignore\n            else:",
            ),
        ),
        "tests/test_torture_disk.py -k bad_disks",
    ),
    "no-fsync": Mutation(
        "a commit does not wait for the disk",
        (
            (
                "storage/sqlite.py",
                '"synchronous=FULL"',
                '"synchronous=NORMAL"',
            ),
        ),
        "tests/test_torture_power.py",
    ),
    "step-by-step": Mutation(
        "each statement of an upgrade is a transaction of its own",
        (
            (
                "storage/migrate.py",
                'db.execute("BEGIN IMMEDIATE")',
                'db.execute("SELECT 1")',
            ),
        ),
        "tests/test_torture_power.py",
    ),
    "no-look": Mutation(
        "a damaged file is opened all the same",
        (
            (
                "storage/copies.py",
                'return "" if said == "ok" else f"malformed: {said}"',
                'return ""',
            ),
        ),
        "tests/test_torture_disk.py -k middle",
    ),
    "no-haste": Mutation(
        "closing waits for whatever is on its way",
        (
            (
                "transport/serve.py",
                "SENDING_GRACE: Final = 1.5",
                "SENDING_GRACE: Final = 15.0",
            ),
        ),
        "tests/test_torture_close.py",
    ),
    "leak": Mutation(
        "every handled update is kept in memory",
        (
            (
                "transport/dispatch.py",
                "        self._known.discard(row.id)\n",
                (
                    "        self._known.discard(row.id)\n"
                    "        self.__dict__.setdefault('kept', []).append(row.payload * 40)\n"
                ),
            ),
        ),
        "tests/test_torture_month.py",
    ),
    "unsealed": Mutation(
        "words are not part of the seal",
        (
            (
                "storage/audit.py",
                'return _hash([salt, row["data"], row["actor_id"]])',
                "return _hash([salt])",
            ),
        ),
        "tests/test_audit.py",
    ),
}


def caught(name: str) -> bool:
    """Whether the tests fail on a copy of the program with this mutation in it, and pass without."""
    mutation = MUTATIONS[name]
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        copy = Path(folder) / "program"
        shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
        failure = _failure(copy, mutation.tests)
        for file, before, after in mutation.edits:
            source = (copy / file).read_text(encoding="utf-8")
            if source.count(before) != 1:
                raise SystemExit(f"{file} has changed: the mutation {name} does not fit any more")
            (copy / file).write_text(source.replace(before, after), encoding="utf-8")
        seen = not failure and bool(_failure(copy, mutation.tests))
    state = f"the tests fail without it too\n{failure}" if failure else "caught" if seen else "NOT CAUGHT"
    print(f"{name}: {mutation.about}: {state}", flush=True)
    return seen


def _failure(copy: Path, tests: str) -> str:
    """The end of what failing tests say; "" when they pass."""
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", *tests.split()]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    return ended.stdout[-1500:] + ended.stderr[-500:] if ended.returncode else ""


async def _disk(troubles: Mapping[Trouble, float], updates: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        trial = await through(troubles, Path(folder), updates=updates)
    print(f"    withheld meanwhile: {trial.withheld}")
    return [f"{kind}: {len(found)}" for kind, found in trial.verdict.problems.items()]


async def _writes(steps: int, at_once: int = 8) -> list[str]:
    """A new store for each few places: a log that has grown is used again, and no limit would be felt."""
    wrong = list[str]()
    for first in range(0, steps, at_once):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            wrong += await failing_writes(Path(folder) / "s.sqlite", at_once, PROJECT, first)
    return wrong


async def _power(writes: int, crashes: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        taken = await photographs(Path(folder) / "s.sqlite", writes)
        shots = images(taken, crashes, random.Random(1))
        return [wrong for image in shots for wrong in lost(image, Path(folder))]


async def _failing_calls(places: int) -> list[str]:
    """One call of each kind fails at ever another place; without places, every so many in one run."""
    if not strace_works():
        return ["strace cannot be used here"]
    wrong, struck, failures = list[str](), 0, 0
    tried = [(kind, str(FIRST[kind] + n)) for kind in FAULTS for n in range(places)] or OFTEN.items()
    for kind, when in tried:
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            faulty = await working(Path(folder) / "s.sqlite", kind, when, 12 if places else 40, PROJECT)
        wrong += [f"{kind} at {when}: {line}" for line in faulty.wrong]
        struck, failures = struck + faulty.struck, failures + faulty.failures
    print(f"    {struck} calls were made to fail, {failures} failures were told")
    return wrong


async def _trace(writes: int, size: int, crashed: int) -> list[str]:
    if not strace_works():
        return ["strace cannot be used here"]
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        path = Path(folder) / "s.sqlite"
        await (await Store.open(path)).close()
        main = path.read_bytes()
        steps = await asyncio.to_thread(traced, path, writes, size, PROJECT)
        print(f"    {len(steps)} steps, {sum(1 for step in steps if step.change)} of them writes")
        found = crashes(steps, main, crashed, random.Random(1))
        return [wrong for image in found for wrong in lost(image, Path(folder))]


async def _close(rounds: int, updates: int) -> list[str]:
    wrong, longest = list[str](), 0.0
    for seed in range(rounds):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            closing = await closings(Path(folder), updates, seed)
        wrong += [f"{kind}: {len(found)}" for kind, found in closing.verdict.problems.items()]
        wrong += [f"{m}: {s:.1f} s, code {c}" for m, (s, c) in closing.seconds.items() if s > 5 or c]
        longest = max(longest, *(s for s, _ in closing.seconds.values()))
    print(f"    longest closing {longest:.2f} s over {rounds * 4} closings")
    return wrong


async def _year(days: int) -> list[str]:
    zone, begin = ZoneInfo("Europe/Berlin"), datetime(2027, 12, 25, tzinfo=UTC)  # a leap year
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        counted = await promised(Path(folder) / "s.sqlite", zone, ticks(begin, days))
    wanted = {(c + 1, day): 1 for c in range(COMMUNITIES) for day in due(zone, ticks(begin, days))}
    if counted == wanted:
        return []
    return [f"{len(counted)} of {len(wanted)} summaries, {counted.total() - len(counted)} doubled"]


async def _month(days: int, each: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        async with open_town(Path(folder)) as town:
            month = await live(town, await town.community(), days, each)
    print(f"    {month.tickets} tickets, {month.summaries} summaries, {month.grown / 1e6:.2f} MB more")
    return month.broken


def house(long: bool) -> dict[str, Callable[[], Awaitable[list[str]]]]:
    """Every room, by name; each gives what went wrong in it."""
    return {
        "disk full, no room at all, locked": lambda: _disk(LONG if long else QUICK, 2400 if long else 90),
        "n-th write fails": lambda: _writes(400 if long else 24),
        "n-th call fails": lambda: _failing_calls(100 if long else 0),
        "power loss, from photographs": lambda: _power(60 if long else 26, 4000 if long else 120),
        "power loss, from a trace": lambda: _trace(
            260 if long else 26, 20_000 if long else 200_000, 4000 if long else 50
        ),
        "SIGTERM in the worst moments": lambda: _close(12 if long else 1, 400 if long else 56),
        "summaries, three schedulers": lambda: _year(400 if long else 10),
        "thirty days": lambda: _month(30, 24 if long else 2),
    }


async def visit(long: bool) -> bool:
    good = True
    for name, room in house(long).items():
        begun = time.monotonic()
        wrong = await room()
        good = good and not wrong
        print(f"{'ok ' if not wrong else 'BAD'} {name} ({time.monotonic() - begun:.0f} s)", flush=True)
        for line in wrong[:10]:
            print(f"    {line}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--mutate", choices=[*MUTATIONS, "all"])
    options = parser.parse_args()
    if options.mutate:
        names = list(MUTATIONS) if options.mutate == "all" else [options.mutate]
        seen = [caught(name) for name in names]
        return 0 if all(seen) else 1
    return 0 if asyncio.run(visit(options.long)) else 1


if __name__ == "__main__":
    sys.exit(main())
