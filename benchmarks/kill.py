"""The kill test in its long form, and proof that it can see: mutated copies of the program must be caught.

Run from the project's folder:
    python -m benchmarks.kill --kills 1000 --updates 50000    # polling and webhook in turn
    python -m benchmarks.kill --mutate confirm-first          # one mutation
    python -m benchmarks.kill --mutate all                    # all; exit code 1 if one goes unseen
A mutation is a copy of the program in a temporary folder with one promise taken out of its source.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.kill_harness import PROJECT, Outcome, Plan, run

NOT_COPIED: Final = ("tests", "benchmarks")
UPDATES_A_RUN: Final = 2000  # the journal is kept in memory: long runs go in pieces
KILLS_A_RUN: Final = 40


@dataclass(frozen=True)
class Edit:
    file: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutation:
    """One promise taken out, and which problems of the verdict must then be there (one of them is enough)."""

    about: str
    edits: tuple[Edit, ...]
    seen_as: frozenset[str]
    webhook: bool = False
    faults: bool = False  # needs Telegram's side to misbehave, such as to deliver an update twice


_POLL_COMMIT = '            self._arrived(await patience.write(self._store, keep, "updates"))\n'
_POLL_LATER = """            async def later() -> None:
                await asyncio.sleep(0.2)  # as long as an update may sit in the library's queue
                self._arrived(await patience.write(self._store, keep, "updates"))

            self._tasks = getattr(self, "_tasks", set())
            self._tasks.add(asyncio.create_task(later()))
"""
_HOOK_COMMIT = "            self._arrived(await self._store.write(keep))\n"
_HOOK_LATER = """            async def later() -> None:
                await asyncio.sleep(0.2)
                self._arrived(await self._store.write(keep))

            self._tasks = getattr(self, "_tasks", set())
            self._tasks.add(asyncio.create_task(later()))
"""
_DONE_WITH_IT = "            if not await inbox.done(tx, inbox_id, now):"
_NOT_YET = "            if inbox_id < 0:"
_AND_OUT = "        origin.settled = True\n        return result\n"
_DONE_LATER = "        await self.store.write(lambda tx: inbox.done(tx, inbox_id, now))\n"

MUTATIONS: Final = {
    "confirm-first": Mutation(
        "the next poll confirms updates that are not on the disk yet",
        (Edit("transport/poll.py", _POLL_COMMIT, _POLL_LATER),),
        frozenset({"lost updates"}),
    ),
    "answer-first": Mutation(
        "the webhook answers 200 before the commit",
        (Edit("transport/webhook.py", _HOOK_COMMIT, _HOOK_LATER),),
        frozenset({"lost updates"}),
        webhook=True,
    ),
    "two-transactions": Mutation(
        "the update is marked done in a second transaction, without the second net",
        (
            Edit("desk/office.py", _DONE_WITH_IT, _NOT_YET),
            Edit("desk/office.py", _AND_OUT, _DONE_LATER + _AND_OUT),
            Edit("storage/migrations/0001_spine.sql", "  UNIQUE (chat_id, source_message, part),", "  --"),
            Edit(
                "storage/queries/tickets.sql", "on conflict (chat_id, source_message, part) do nothing\n", ""
            ),
        ),
        frozenset({"doubled tickets", "doubled history"}),
    ),
    "no-keys": Mutation(
        "neither the update's number nor the message of a ticket is unique",
        (
            Edit("storage/migrations/0001_spine.sql", "  UNIQUE (bot, update_id)", "  CHECK (bot > 0)"),
            Edit("storage/queries/inbox.sql", "on conflict (bot, update_id) do nothing\n", ""),
            Edit("storage/migrations/0001_spine.sql", "  UNIQUE (chat_id, source_message, part),", "  --"),
            Edit(
                "storage/queries/tickets.sql", "on conflict (chat_id, source_message, part) do nothing\n", ""
            ),
        ),
        frozenset({"doubled tickets"}),
        faults=True,
    ),
    "unmarked": Mutation(
        "what may have arrived before the kill is sent again without a mark",
        (
            Edit(
                "storage/queries/outbox.sql",
                "unsure = 1, attempts = attempts + 1 where state = 'sending' and bot",
                "attempts = attempts + 1 where state = 'sending' and bot",
            ),
        ),
        frozenset({"unmarked doubles"}),
    ),
    "forgotten": Mutation(
        "what was on its way at the kill is taken for sent",
        (
            Edit(
                "storage/queries/outbox.sql",
                "set state = 'waiting', unsure = 1, attempts = attempts + 1 where state = 'sending' and bot",
                "set state = 'sent' where state = 'sending' and bot",
            ),
        ),
        frozenset({"missing messages"}),
    ),
    "overtaking": Mutation(
        "newer updates of a chat are handled before older ones",
        (
            Edit(
                "transport/dispatch.py",
                "heapq.heappush(self._lanes.setdefault(row.chat_id, []), (row.id, row))",
                "heapq.heappush(self._lanes.setdefault(row.chat_id, []), (-row.id, row))",
            ),
        ),
        frozenset({"broken order"}),
    ),
}


def mutate(mutation: Mutation, folder: Path) -> Path:
    """A copy of the program with the mutation in it."""
    copy = folder / "program"
    copy.mkdir()
    for part in PROJECT.iterdir():
        if part.suffix == ".py":
            shutil.copy(part, copy)
        elif (part / "__init__.py").exists() and part.name not in NOT_COPIED:
            shutil.copytree(part, copy / part.name, ignore=shutil.ignore_patterns("__pycache__"))
    for edit in mutation.edits:
        source = (copy / edit.file).read_text(encoding="utf-8")
        if source.count(edit.before) != 1:
            raise SystemExit(f"{edit.file} has changed: the mutation does not fit any more ({edit.before!r})")
        (copy / edit.file).write_text(source.replace(edit.before, edit.after), encoding="utf-8")
    return copy


async def seen(name: str, kills: int, seed: int) -> bool:
    """Whether the checker notices the mutation."""
    mutation = MUTATIONS[name]
    with tempfile.TemporaryDirectory(prefix="kill-") as temporary:
        folder = Path(temporary)
        plan = Plan(
            kills=kills,
            updates=30 * kills,
            seed=seed,
            webhook=mutation.webhook,
            faults=mutation.faults,
            longest_life=0.5,
            project=mutate(mutation, folder),
        )
        outcome = await run(plan, folder)
    caught = mutation.seen_as & outcome.verdict.problems.keys()
    print(f"{name}: {mutation.about}")
    for kind, examples in outcome.verdict.problems.items():
        print(f"    {kind}: {len(examples)}, such as {examples[0]}")
    print(f"    {'caught' if caught else 'NOT CAUGHT'} after {outcome.kills} kills\n", flush=True)
    return bool(caught)


async def long_form(kills: int, updates: int, seed: int) -> bool:
    """Pieces of the whole, polling and webhook in turn; True when every promise was kept."""
    pieces = max(-(-kills // KILLS_A_RUN), -(-updates // UPDATES_A_RUN))
    kept, done, totals = True, 0, dict[str, int]()
    for piece in range(pieces):
        plan = Plan(
            kills=kills // pieces + (piece < kills % pieces),
            updates=-(-updates // pieces),
            seed=seed + piece,
            webhook=piece % 2 == 1,
            patience=900.0,
            residents=400,
            communities=80,
        )
        with tempfile.TemporaryDirectory(prefix="kill-") as folder:
            outcome = await run(plan, Path(folder))
        done += outcome.kills
        for name, count in _counted(outcome).items():
            totals[name] = totals.get(name, 0) + count
        kept = kept and not outcome.verdict.problems
        way = "webhook" if plan.webhook else "polling"
        print(f"-- piece {piece + 1} of {pieces}, {way}, seed {plan.seed}\n{outcome}\n", flush=True)
    print(f"== {done} kills\n" + "\n".join(f"{name}: {count}" for name, count in totals.items()))
    return kept


def _counted(outcome: Outcome) -> dict[str, int]:
    problems = {f"PROBLEM {kind}": len(found) for kind, found in outcome.verdict.problems.items()}
    return outcome.verdict.figures | {"faults": sum(outcome.struck.values())} | problems


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--updates", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutate", choices=[*MUTATIONS, "all"])
    options = parser.parse_args()
    if not options.mutate:
        return 0 if asyncio.run(long_form(options.kills, options.updates, options.seed)) else 1
    names = list(MUTATIONS) if options.mutate == "all" else [options.mutate]
    caught = [asyncio.run(seen(name, min(options.kills, 12), options.seed)) for name in names]
    return 0 if all(caught) else 1


if __name__ == "__main__":
    sys.exit(main())
