"""Nothing acknowledged is lost: the real bot is killed (SIGKILL) 32 times under more than 1,000 updates.

The long form (any number of kills, and mutated copies of the program that must be caught) is
`python -m benchmarks.kill`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill_harness import Outcome, Plan, run

pytestmark = pytest.mark.timeout(400)  # two cores shared with other tests; alone it takes a quarter of that


def _kept_every_promise(outcome: Outcome, plan: Plan) -> None:
    assert outcome.verdict.problems == {}, str(outcome)
    assert outcome.kills == plan.kills
    assert outcome.verdict.figures["updates"] >= plan.updates
    assert outcome.verdict.figures["tickets"] >= plan.updates / 4  # most of it were reports
    assert outcome.struck, "no fault ever struck"


async def test_twenty_kills_while_polling_lose_and_double_nothing(tmp_path: Path) -> None:
    plan = Plan(kills=20, updates=550, seed=11)
    _kept_every_promise(await run(plan, tmp_path), plan)


async def test_twelve_kills_behind_a_webhook_lose_and_double_nothing(tmp_path: Path) -> None:
    plan = Plan(kills=12, updates=480, seed=12, webhook=True)
    _kept_every_promise(await run(plan, tmp_path), plan)
