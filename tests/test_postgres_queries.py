"""Every named query and every migration is understood by PostgreSQL too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from domain.errors import StoreTooNew
from storage import dialect, migrate
from storage.named import for_postgres, queries
from storage.postgres import PostgresEngine
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, elsewhere, new_database, rows

pytestmark = pytest.mark.skipif(
    not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
)


@pytest.fixture(scope="module")
def here() -> Iterator[str]:
    url = new_database()
    yield url
    drop_database(url)


def test_every_query_is_understood(here: str) -> None:
    async def prepare() -> dict[str, str]:
        refused = {}
        db = await asyncpg.connect(here)
        for name, query in for_postgres().items():
            try:
                await db.prepare(query.sql)
            except asyncpg.PostgresError as error:
                refused[name] = str(error)
        await db.close()
        return refused

    assert elsewhere().run(prepare()) == {}


def test_both_databases_know_the_same_queries_but_for_claims() -> None:
    sqlite = {f"{file}.{name}" for file, known in queries().items() for name in known.available_queries}
    sqlite = {name for name in sqlite if not name.endswith("_cursor")}
    assert set(for_postgres()) - sqlite == {"inbox.claim", "inbox.renew", "inbox.release"}
    assert sqlite <= set(for_postgres())


def test_a_value_that_is_named_twice_is_one_value() -> None:
    sql, names = dialect.query(
        "select ':no', a::int -- :neither\nfrom t where b = :x and (c = :y or c <> :x);"
    )
    assert (sql, names) == ("select ':no', a::int \nfrom t where b = $1 and (c = $2 or c <> $1)", ("x", "y"))


def test_a_database_is_brought_to_this_version_by_several_at_once() -> None:
    url = new_database(empty=True)

    async def open_all() -> None:  # side by side
        for engine in await asyncio.gather(*(PostgresEngine.open(url) for _ in range(3))):
            await engine.close()

    elsewhere().run(open_all())
    assert rows(url, "select number from schema_version") == [(migrate.migrations()[-1].number,)]
    drop_database(url)


def test_a_database_of_a_newer_version_is_left_alone() -> None:
    url = new_database()
    rows(url, "update schema_version set number = 999")
    with pytest.raises(StoreTooNew):
        elsewhere().run(PostgresEngine.open(url))
    drop_database(url)
