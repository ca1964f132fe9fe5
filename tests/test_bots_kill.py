"""Two bots on one set of records, killed again and again: nothing lost, doubled, or said by the wrong bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bots_harness import Plan, run
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database

pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("webhook", [False, True], ids=["poll", "webhook"])
async def test_two_bots_on_a_file(tmp_path: Path, webhook: bool) -> None:
    plan = Plan(kills=6, reports=120, webhook=webhook)
    found = await run(plan, f"sqlite:{tmp_path / 'office.sqlite'}", tmp_path)
    assert found.problems == {}, found
    assert found.kills == plan.kills
    assert found.tickets > plan.reports // 3, "too much was folded into few tickets to prove anything"
    assert found.struck, "no fault ever struck"


@pytest.mark.skipif(not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted")
async def test_two_bots_and_three_processes_on_postgres(tmp_path: Path) -> None:
    url = new_database()
    try:
        plan = Plan(kills=6, reports=120, processes=3)
        found = await run(plan, url, tmp_path)
    finally:
        drop_database(url)
    assert found.problems == {}, found
    assert found.kills == plan.kills
    assert found.tickets > plan.reports // 3
