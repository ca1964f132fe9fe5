"""Many processes on one database lose nothing, double nothing and keep the order, also when killed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config import Settings
from desk.from_settings import open_office
from jobs import summaries
from storage import communities, tickets
from storage.store import Store, Tx
from tests.many_harness import Plan, run
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, rows
from tests.test_postgres import ticket
from tests.town import MONDAY
from tests.transport_counter import BOT, TinyPost, delivering, promise, telegram, until
from transport.limits import Limits

pytestmark = [
    pytest.mark.skipif(
        not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
    ),
    pytest.mark.timeout(400),
]


@pytest.fixture
def url() -> Iterator[str]:
    made = new_database()
    yield made
    drop_database(made)


async def test_eight_kills_among_four_processes_lose_and_double_nothing(url: str, tmp_path: Path) -> None:
    plan = Plan(kills=8, updates=520, seed=21)
    outcome = await run(plan, url, tmp_path)
    assert outcome.verdict.problems == {}, str(outcome)
    assert outcome.kills == plan.kills
    assert outcome.verdict.figures["updates"] >= plan.updates
    assert outcome.workers > len(plan.roles), "too few of them have worked"
    assert outcome.struck, "no fault ever struck"


async def test_webhooks_behind_a_balancer_lose_nothing_when_one_of_each_role_is_killed(
    url: str, tmp_path: Path
) -> None:
    roles = ("intake", "intake", "work", "work", "deliver", "jobs")
    plan = Plan(kills=4, updates=160, seed=23, roles=roles, webhook=True)
    outcome = await run(plan, url, tmp_path)
    assert outcome.verdict.problems == {}, str(outcome)
    assert outcome.verdict.figures["updates"] >= plan.updates


async def test_three_schedulers_promise_every_summary_once(url: str) -> None:
    """Without any turn: the row of the job alone keeps two of them from telling the same."""
    stores = [await Store.open(url) for _ in range(3)]
    now = MONDAY.replace(hour=9)
    yesterday = int((now - timedelta(days=1)).timestamp() * 1000)

    async def found(tx: Tx) -> None:
        for number in range(1, 41):
            home = await communities.found(tx, f"社区{number}", f"c{number}", 0)
            await communities.bind(tx, home, -1000 - number)
            await tickets.insert(tx, ticket(home, number, created_at=yesterday))

    await stores[0].write(found)
    settings = Settings.model_validate({"database_url": url})
    offices = [replace(open_office(settings, store), now=lambda: now) for store in stores]
    told = [sum(await asyncio.gather(*(summaries.push_due(office) for office in offices))) for _ in range(2)]
    assert told == [40, 0]
    summaries_ = "select chat_id, count(*) from outbox where key like '%daily_summary%' group by chat_id"
    assert sorted(rows(url, summaries_)) == [(-1000 - n, 1) for n in range(40, 0, -1)]
    for store in stores:
        await store.close()


async def test_a_message_whose_sender_died_with_it_goes_out_marked(url: str) -> None:
    """Its claim was committed after the next sender had taken over: nobody had it in hand."""
    store = await Store.open(url)
    quick = Limits(lambda: asyncio.get_running_loop().time() * 50)
    async with telegram() as there:
        person = await there.resident()
        async with delivering(store, there, TinyPost(), quick, orphans_every=0.2):
            await promise(store, person, "先")
            await until(lambda: rows(url, "select state from outbox") == [("sent",)])
            await promise(store, person, "后")
            await until(lambda: rows(url, "select state from outbox order by id")[1] == ("sent",))
            rows(
                url, "update outbox set state = 'sending', message_id = null, sent_revision = 0 where id = 2"
            )
            await until(lambda: rows(url, "select state from outbox order by id")[1] == ("sent",))
        texts = await there.texts(BOT, person)
    await store.close()
    assert texts[:2] == ["先", "后"]
    assert "重发" in texts[2]
