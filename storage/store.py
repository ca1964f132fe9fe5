"""The store: one writer that shares its commits, one reader beside it.

A *change* is an async function of a `Tx`. Changes that wait at the same time run one after another in one
transaction, each under its own savepoint, and are answered only after the common commit (group commit:
one fsync for many). On SQLite the whole batch runs inside aiosqlite's own thread, so a change must wait for
nothing but its `Tx`: no network, no other lock.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import aiosql
import aiosqlite

from domain.errors import StoreBusy, StoreUnavailable
from storage import migrate

log = logging.getLogger(__name__)

T = TypeVar("T")
Row = Any  # sqlite3.Row: by name or by place
MOST_PER_COMMIT = 256
QUERIES = Path(__file__).parent / "queries"


@functools.cache
def queries() -> Mapping[str, Any]:
    """The named queries, a set for each file of storage/queries."""
    return {
        path.stem: aiosql.from_path(path, "sqlite3", mandatory_parameters=False)
        for path in sorted(QUERIES.glob("*.sql"))
    }


@functools.cache
def _query(name: str) -> Callable[..., Any]:
    file, _, query = name.partition(".")
    return cast(Callable[..., Any], getattr(queries()[file], query))


class Tx:
    """One transaction. Queries are named as in storage/queries: `tx.one("tickets.by_id", id=3)`."""

    __slots__ = ("_db",)

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    async def one(self, name: str, /, **values: Any) -> Row | None:
        return cast("Row | None", _query(name)(self._db, **values))

    async def all(self, name: str, /, **values: Any) -> list[Row]:
        return list(_query(name)(self._db, **values))

    async def value(self, name: str, /, **values: Any) -> Any:
        """The one value that a query gives back; None without a row. For INSERT ... RETURNING too: the `<!`
        of aiosql answers SQLite's last row id instead, even when nothing was inserted."""
        row = _query(name)(self._db, **values)
        return None if row is None else row[0]

    async def do(self, name: str, /, **values: Any) -> int:
        """Run an INSERT, UPDATE or DELETE; how many rows it touched."""
        return cast(int, _query(name)(self._db, **values))

    async def many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        _query(name)(self._db, rows)


Change = Callable[[Tx], Awaitable[T]]


@dataclass(slots=True)
class _Waiting(Generic[T]):
    change: Change[T]
    answer: asyncio.Future[T]


class Store:
    """An open store. `write` for changes, `read` to look; both take an async function of a `Tx`."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self.path = path
        self._writer = writer
        self._reader = reader
        self._queue: asyncio.Queue[_Waiting[Any]] = asyncio.Queue()
        self._loop = asyncio.create_task(self._write_for_ever(), name="store-writer")
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> Store:
        """Open (and create or migrate) the SQLite file at `path`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            await asyncio.to_thread(migrate.migrate_sqlite, path)
            writer = await _connect(path)
            reader = await _connect(path, query_only=True)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(str(path), str(error)) from error
        os.chmod(path, 0o600)
        return cls(path, writer, reader)

    async def write(self, change: Change[T]) -> T:
        """Run `change` in a shared transaction; returns after it is on the disk.

        Raises what the change raises (nothing of it is kept then), `StoreUnavailable` when the store
        itself failed (nothing of the batch is kept; try again later).
        """
        if self._closed:
            raise StoreUnavailable(str(self.path), "closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(change, answer))
        return await answer

    async def read(self, look: Change[T]) -> T:
        """Run `look` on one consistent picture of the store; it cannot write."""
        try:
            return cast(T, await _in_thread(self._reader, _run_look, look))
        except sqlite3.Error as error:
            raise _unavailable(self.path, error) from error

    async def backup(self, target: Path) -> None:
        """Copy the whole store, consistently, while it is in use (SQLite's backup API)."""
        async with aiosqlite.connect(target) as copy:
            await self._reader.backup(copy, pages=2000, sleep=0.01)
        os.chmod(target, 0o600)

    async def scrub(self) -> bool:
        """Make what was deleted unreadable in the files too; False when a reader was in the way."""
        await self.write(_merge_index)
        return cast(bool, await _in_thread(self._writer, _truncate_log, None))

    async def close(self) -> None:
        """Finish what is queued, then close both connections."""
        if self._closed:
            return
        self._closed = True
        finished = asyncio.create_task(self._queue.join())
        await asyncio.wait({finished, self._loop}, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._writer.close()
        await self._reader.close()

    async def _write_for_ever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST_PER_COMMIT and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                changes = [waiting.change for waiting in batch]
                outcomes = await asyncio.shield(_in_thread(self._writer, _run_batch, changes))
            except sqlite3.Error as error:
                log.error("store: a batch of %d changes failed: %s", len(batch), error)
                outcomes = [_unavailable(self.path, error)] * len(batch)
            except asyncio.CancelledError:
                for waiting in batch:
                    waiting.answer.cancel()
                raise
            for waiting, outcome in zip(batch, outcomes, strict=True):
                self._queue.task_done()
                if waiting.answer.done():
                    continue  # the caller went away; the change itself is committed
                if isinstance(outcome, _Failed):
                    waiting.answer.set_exception(outcome.error)
                elif isinstance(outcome, StoreUnavailable):
                    waiting.answer.set_exception(outcome)
                else:
                    waiting.answer.set_result(outcome)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


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
    tx = Tx(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        for change in changes:
            db.execute("SAVEPOINT one")
            try:
                outcomes.append(_drive(change(tx)))
            except sqlite3.OperationalError:
                raise  # disk full, I/O error, locked: nothing of this batch can be trusted
            except Exception as error:  # the change's own failure: undo it alone, hand it back to its caller
                db.execute("ROLLBACK TO one")
                outcomes.append(_Failed(error))
            db.execute("RELEASE one")
        db.execute("COMMIT")
    except BaseException:
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
        return _drive(look(Tx(db)))
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
    raise RuntimeError("a change may wait for nothing but its own transaction")


def _unavailable(path: Path, error: sqlite3.Error) -> StoreUnavailable:
    kind = StoreBusy if "locked" in str(error) else StoreUnavailable
    return kind(str(path), str(error))
