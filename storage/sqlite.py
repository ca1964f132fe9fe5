"""The store as one SQLite file: a connection that writes, one beside it that only looks.

A whole batch of changes runs inside aiosqlite's own thread: no round trip lies between its statements.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from domain.errors import StoreBusy, StoreUnavailable
from storage import copies, migrate
from storage.named import queries
from storage.tx import OUT_OF_PLACE, Change, Failed, Row, Tx

T = TypeVar("T")


@functools.cache
def _sql(name: str) -> str:
    file, _, query = name.partition(".")
    return cast(str, getattr(queries()[file], query).sql)


class SqliteTx(Tx):
    """A transaction of the thread's own connection: nothing in it ever really waits.

    The queries are aiosql's; they are run without its adapter, which costs as much as a short query itself.
    """

    __slots__ = ("_db",)

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    async def one(self, name: str, /, **values: Any) -> Row | None:
        return cast("Row | None", self._db.execute(_sql(name), values).fetchone())

    async def all(self, name: str, /, **values: Any) -> list[Row]:
        return self._db.execute(_sql(name), values).fetchall()

    async def do(self, name: str, /, **values: Any) -> int:
        return self._db.execute(_sql(name), values).rowcount

    async def each(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        found = (self._db.execute(_sql(name), values).fetchone() for values in rows)
        return [row for row in found if row is not None]

    async def many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        self._db.executemany(_sql(name), rows)


class SqliteEngine:
    """An open SQLite file."""

    shared = False
    """Whether other processes work on the same records at the same time."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.where = str(path)
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path) -> SqliteEngine:
        """Open (and create or migrate) the file."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if problem := await asyncio.to_thread(copies.quick_damage, path):
                raise StoreUnavailable(str(path), problem)
            await asyncio.to_thread(migrate.migrate_sqlite, path)
            writer = await _connect(path)
            reader = await _connect(path, query_only=True)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(str(path), str(error)) from error
        os.chmod(path, 0o600)
        return cls(path, writer, reader)

    async def write(self, changes: Sequence[Change[Any]]) -> list[Any]:
        """What each gives back, or `Failed`; they are on the disk."""
        try:
            return cast("list[Any]", await asyncio.shield(_in_thread(self._writer, _run_batch, changes)))
        except sqlite3.Error as error:
            raise _unavailable(self.where, error) from error

    async def read(self, look: Change[T], community: int | None) -> T:
        """Every query names its own community, and that is the only wall here: `community` adds nothing."""
        try:
            return cast(T, await _in_thread(self._reader, _run_look, look))
        except sqlite3.Error as error:
            raise _unavailable(self.where, error) from error

    async def backup(self, target: Path) -> None:
        """Copy the whole store, consistently, while it is in use."""
        await asyncio.to_thread(copies.copy, Path(self.where), target)

    async def scrub(self) -> bool:
        """Write the log back into the file; False when a reader was in the way."""
        await self.write([_merge_index])
        return cast(bool, await _in_thread(self._writer, _truncate_log, None))

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[asyncio.Event]:
        """The one process on this file has every turn, and never loses it."""
        yield asyncio.Event()

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.close()


async def _connect(path: Path, *, query_only: bool = False) -> aiosqlite.Connection:
    connecting = aiosqlite.connect(path, isolation_level=None, cached_statements=512)
    connecting._thread.daemon = True  # else a process with a fatal error would hang for ever at its end
    db = await connecting
    db.row_factory = sqlite3.Row
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL lost confirmed updates at more than half of the power-loss points
        "foreign_keys=ON",
        "busy_timeout=4000",
        "cache_size=-16000",
        "secure_delete=ON",
        f"query_only={'ON' if query_only else 'OFF'}",
    ):
        await db.execute_fetchall(f"PRAGMA {pragma}")
    return db


async def _in_thread(db: aiosqlite.Connection, run: Callable[..., Any], what: Any) -> Any:
    """Run a function in aiosqlite's thread. It has no public door for that; the version is pinned."""
    return await db._execute(run, db._conn, what)  # type: ignore[no-untyped-call]  # aiosqlite types its public door only


def _run_batch(db: sqlite3.Connection, changes: Sequence[Change[Any]]) -> list[Any]:
    outcomes: list[Any] = []
    tx = SqliteTx(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        for change in changes:
            db.execute("SAVEPOINT one")
            try:
                outcomes.append(_drive(change(tx)))
            except sqlite3.OperationalError:
                raise  # disk full, I/O error, locked: nothing of this batch can be trusted
            except Exception as error:
                if type(error) is sqlite3.DatabaseError:
                    raise  # the file is damaged
                # the change's own failure: undo it alone, hand it back to its caller
                db.execute("ROLLBACK TO one")
                outcomes.append(Failed(error))
            db.execute("RELEASE one")
        db.execute("COMMIT")
    except BaseException:  # whatever it is, no half of a batch may stay
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return outcomes


async def _merge_index(tx: Tx) -> None:
    await tx.do("privacy.merge_index")


def _truncate_log(db: sqlite3.Connection, _: None) -> bool:
    """Write the log back into the file and empty it; deleted rows are zeroed there (secure_delete)."""
    return not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]


def _run_look(db: sqlite3.Connection, look: Change[Any]) -> Any:
    db.execute("BEGIN")
    try:
        return _drive(look(SqliteTx(db)))
    finally:
        if db.in_transaction:
            db.execute("COMMIT")


def _drive(change: Awaitable[T]) -> T:
    """Run a coroutine that never really waits to its end, here and now."""
    coroutine = cast("Coroutine[Any, Any, T]", change)
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast(T, stop.value)
    coroutine.close()
    raise RuntimeError(OUT_OF_PLACE)


def _unavailable(where: str, error: sqlite3.Error) -> StoreUnavailable:
    kind = StoreBusy if "locked" in str(error) else StoreUnavailable
    return kind(where, str(error))
