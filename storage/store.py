"""The store: one writer that shares its commits, looks beside it; SQLite by default, PostgreSQL for a city.

A *change* is an async function of a `Tx`. Changes that wait at the same time run one after another in one
transaction, each under its own savepoint, and are answered only after the common commit (group commit:
one fsync for many). A change must wait for nothing but its `Tx`: no network, no other lock. It may be run
again when another process was in its way, so it must leave nothing behind but what it does to its `Tx`.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from domain.errors import SettingsError, StoreUnavailable
from storage.named import queries
from storage.sqlite import SqliteEngine
from storage.tx import Change, Failed, Row, Tx

__all__ = ["Change", "Row", "Store", "Tx", "queries"]

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST_PER_COMMIT = 256
POSTGRES = re.compile(r"postgres(ql)?://")


class Engine(Protocol):
    """A database that can run changes and looks: storage/sqlite.py, storage/postgres.py."""

    where: str
    shared: bool

    async def write(self, changes: list[Change[Any]]) -> list[Any]: ...
    async def read(self, look: Change[T], community: int | None) -> T: ...
    async def backup(self, target: Path) -> None: ...
    async def scrub(self) -> bool: ...
    def turn(self, name: str) -> AbstractAsyncContextManager[asyncio.Event]: ...
    async def close(self) -> None: ...


@dataclass(slots=True)
class _Waiting(Generic[T]):
    change: Change[T]
    answer: asyncio.Future[T]


class Store:
    """An open store. `write` for changes, `read` to look; both take an async function of a `Tx`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[_Waiting[Any]] = asyncio.Queue()
        self._loop = asyncio.create_task(self._write_for_ever(), name="store-writer")
        self._closed = False

    @classmethod
    async def open(cls, where: Path | str) -> Store:
        """Open (and create or migrate) a store: a SQLite file, or an address as in DATABASE_URL."""
        if isinstance(where, str) and POSTGRES.match(where):
            return cls(await _open_postgres(where))
        path = where if isinstance(where, Path) else Path(re.sub(r"^sqlite:(///)?", "", where))
        return cls(await SqliteEngine.open(path))

    @property
    def where(self) -> str:
        """What may be shown of where it is."""
        return self._engine.where

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self._engine.where)

    @property
    def shared(self) -> bool:
        """Whether other processes work on the same records: rows must be claimed, turns waited for."""
        return self._engine.shared

    async def write(self, change: Change[T]) -> T:
        """Run `change` in a shared transaction; returns after it is on the disk.

        Raises what the change raises (nothing of it is kept then), `StoreUnavailable` when the store
        itself failed (whoever repeats the change must find out whether it was kept: `inbox.done` tells).
        """
        if self._closed:
            raise StoreUnavailable(self.where, "closed")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Waiting(change, answer))
        return await answer

    async def read(self, look: Change[T], *, community: int | None = None) -> T:
        """Run `look` on one consistent picture of the store; it cannot write.

        With a `community` PostgreSQL itself shows the rows of no other, whatever the queries say.
        """
        return await self._engine.read(look, community)

    async def backup(self, target: Path) -> None:
        """Copy the whole store, consistently, while it is in use."""
        await self._engine.backup(target)

    async def scrub(self) -> bool:
        """Make what was deleted unreadable in the files too; False when a reader was in the way."""
        return await self._engine.scrub()

    def turn(self, name: str) -> AbstractAsyncContextManager[asyncio.Event]:
        """Inside of it no other process has the turn of this name; the event tells that it was lost."""
        return self._engine.turn(name)

    async def close(self) -> None:
        """Finish what is queued, then close the connections."""
        if self._closed:
            return
        self._closed = True
        finished = asyncio.create_task(self._queue.join())
        await asyncio.wait({finished, self._loop}, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._engine.close()

    async def _write_for_ever(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MOST_PER_COMMIT and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                outcomes = await self._engine.write([waiting.change for waiting in batch])
            except StoreUnavailable as error:
                log.error("store: a batch of %d changes failed: %s", len(batch), error.problem)
                outcomes = [Failed(error)] * len(batch)
            except asyncio.CancelledError:
                for waiting in batch:
                    waiting.answer.cancel()
                raise
            for waiting, outcome in zip(batch, outcomes, strict=True):
                self._queue.task_done()
                if waiting.answer.done():
                    continue  # the caller went away; the change itself is committed
                if isinstance(outcome, Failed):
                    waiting.answer.set_exception(outcome.error)
                else:
                    waiting.answer.set_result(outcome)


async def _open_postgres(url: str) -> Engine:
    try:
        from storage.postgres import PostgresEngine  # asyncpg is an extra
    except ModuleNotFoundError as missing:
        raise SettingsError(
            "DATABASE_URL", f"PostgreSQL needs the package {missing.name}: uv sync --extra postgres"
        ) from None
    return await PostgresEngine.open(url)
