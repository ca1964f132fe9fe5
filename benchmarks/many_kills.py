"""The long form of tests/test_postgres_many.py: any number of kills among processes on one database.

Run in the project's folder: `python -m benchmarks.many_kills [kills] [updates] [seed]`. Ends with 1 when a
promise was broken.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.many_harness import Plan, run
from tests.postgres_server import new_database

ROLES = ("all", "all", "work", "work", "work", "jobs", "jobs")


def main() -> int:
    kills, updates, seed = (
        int(value) for value in [*sys.argv[1:], *("40", "1000", "1")[len(sys.argv) - 1 :]]
    )
    plan = Plan(
        kills=kills,
        updates=updates,
        seed=seed,
        roles=ROLES,
        communities=30,
        residents=300,
        patience=900,
        pause=5.0,
    )
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(run(plan, new_database(), Path(folder)))
    print(outcome)
    return 1 if outcome.verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
