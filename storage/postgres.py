"""The store as a PostgreSQL database that any number of processes share.

A change is driven here step by step, so that it can wait for nothing but its own transaction, as on SQLite.
Changes of other processes run at the same time: one that meets them (a row held too long, a ticket saved
since it was read, a key entered meanwhile) is undone to its savepoint and run again on what is there then.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import random
import re
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from domain.errors import Refused, StoreBusy, StoreError, StoreUnavailable
from storage import postgres_schema
from storage.named import Query, for_postgres
from storage.tx import OUT_OF_PLACE, Change, Failed, Row, Tx

log = logging.getLogger(__name__)

T = TypeVar("T")
Connection = Any  # asyncpg.Connection is generic over its record and wants it everywhere

READERS: Final = 4
LOCK_WAIT: Final = "200ms"
"""Less than the server's deadlock_timeout: two batches in each other's way part before it shoots one."""
COMMAND_TIMEOUT: Final = 15.0
CONNECT_TIMEOUT: Final = 5.0
TRIES: Final = 6  # of a change that meets others
PING: Final = 1.0
TURN_PAUSE: Final = 0.3

TROUBLE: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby answered: the fail-over is not through
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InterfaceError,
    asyncpg.TargetServerAttributeNotMatched,
    OSError,
    TimeoutError,
)
_IN_THE_WAY: Final = (
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,  # deadlock, serialisation
    asyncpg.UniqueViolationError,
)


@dataclass(slots=True)
class _Ask:
    """A question of a change to its transaction; awaiting it hands it to `_drive`."""

    kind: str
    name: str
    values: Any

    def __await__(self) -> Any:
        return (yield self)


class PostgresTx(Tx):
    """Asks `_drive`."""

    __slots__ = ()

    async def one(self, name: str, /, **values: Any) -> Row | None:
        return await _Ask("one", name, values)

    async def all(self, name: str, /, **values: Any) -> list[Row]:
        return cast("list[Row]", await _Ask("all", name, values))

    async def do(self, name: str, /, **values: Any) -> int:
        return cast(int, await _Ask("do", name, values))

    async def each(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        return cast("list[Row]", await _Ask("each", name, rows)) if rows else []

    async def many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        await _Ask("many", name, rows)

    async def within(self, community_id: int) -> None:
        await _Ask("within", "", community_id)


_TX: Final = PostgresTx()


@dataclass(slots=True)
class _Walls:
    """For which tenant a transaction stands open; None when a savepoint took it back to something before."""

    tenant: str | None = postgres_schema.EVERYBODY

    async def open_for(self, db: Connection, tenant: str) -> None:
        """The rows of this tenant and no others, from here on (of all with '*')."""
        if self.tenant != tenant:
            await db.execute(f"SET LOCAL {postgres_schema.TENANT} = '{tenant}'")
            self.tenant = tenant


class _Again(Exception):  # never leaves this module
    """Met another process; worth another try."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


class PostgresEngine:
    """An open database: one connection that writes, a few that look, one for each turn that is held."""

    shared = True
    """Whether other processes work on the same records at the same time."""

    def __init__(self, url: str, readers: asyncpg.Pool) -> None:
        self.where = without_password(url)
        self._url = url
        self._readers = readers
        self._writer: Connection | None = None

    @classmethod
    async def open(cls, url: str) -> PostgresEngine:
        """Connect, and bring the database to this version's tables."""
        where = without_password(url)
        try:
            migrating = await connect(url, as_owner=True)
            try:
                await postgres_schema.migrate_database(migrating, where)
            finally:
                await migrating.close()
            readers = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=READERS,
                init=_prepare,
                reset=_leave,
                **_SETTINGS,
            )
        except (*TROUBLE, asyncpg.PostgresError, ValueError) as error:
            raise StoreUnavailable(where, _words(error)) from error
        return cls(url, readers)

    async def write(self, changes: Sequence[Change[Any]]) -> list[Any]:
        """What each gives back, or `Failed`; the rest is committed."""
        outcomes: list[Any] = [None] * len(changes)
        waiting = list(range(len(changes)))
        for attempt in range(TRIES):
            try:
                db = self._writer = self._writer or await connect(self._url)
                done = await _run_batch(db, [changes[place] for place in waiting])
            except asyncio.CancelledError:
                self._drop_writer()
                raise
            except TROUBLE as error:
                self._drop_writer()
                trouble = StoreUnavailable(self.where, _words(error))
                if len(waiting) == len(changes):
                    raise trouble from error
                done = [Failed(trouble)] * len(waiting)  # what was committed before stays so
            again = []
            for place, outcome in zip(waiting, done, strict=True):
                if isinstance(outcome, _Again):
                    again.append(place)
                    outcome = Failed(self._given_up(outcome.error))
                outcomes[place] = outcome
            if not again:
                break
            waiting = again
            await asyncio.sleep(random.uniform(0.0, 0.01) * (attempt + 1))
        return outcomes

    async def read(self, look: Change[T], community: int | None) -> T:
        """One consistent picture; with a `community` the database itself shows the rows of no other."""
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        if community is not None:
            begin += f"; SET LOCAL {postgres_schema.TENANT} = '{community:d}'"
        try:
            async with self._readers.acquire(timeout=COMMAND_TIMEOUT) as db:
                try:
                    await db.execute(begin)
                    tenant = postgres_schema.EVERYBODY if community is None else str(community)
                    result = await _drive(db, look, _Walls(tenant), tenant)
                    await db.execute("COMMIT")
                except BaseException:  # also a cancelled look: its transaction must not stay open
                    with contextlib.suppress(*TROUBLE):
                        await db.execute("ROLLBACK")
                    raise
                return result
        except TROUBLE as error:
            raise StoreUnavailable(self.where, _words(error)) from error

    async def backup(self, target: Path) -> None:
        """Not here: PostgreSQL's own tools copy a database consistently and whole."""
        raise StoreError(
            "PostgreSQL is backed up with its own tools: pg_dump -Fc (as a role with BYPASSRLS), or "
            "pg_basebackup and WAL archiving; see docs/city.md"
        )

    async def scrub(self) -> bool:
        """Drop dead rows. Their bytes leave the files when PostgreSQL reuses the room (docs/city.md)."""
        try:
            db = await connect(self._url, as_owner=True)
            try:
                await db.execute("VACUUM (SKIP_LOCKED)", timeout=600)
            finally:
                await db.close()
        except TROUBLE as error:
            raise StoreUnavailable(self.where, _words(error)) from error
        return True

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[asyncio.Event]:
        """Wait for a turn that one process has at a time. The event is set when it was lost.

        An advisory lock of a connection of its own: the server lets go of it when the process dies.
        """
        db = await self._take_turn(_number_of(name))
        lost = asyncio.Event()
        watching = asyncio.create_task(_watch(db, lost), name=f"turn {name}")
        try:
            yield lost
        finally:
            db.terminate()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.close(timeout=2)
            self._writer = None
        try:
            async with asyncio.timeout(2):
                await self._readers.close()
        except (TimeoutError, *TROUBLE):
            self._readers.terminate()

    async def _take_turn(self, number: int) -> Connection:
        while True:
            with contextlib.suppress(*TROUBLE):
                db = await connect(self._url)
                try:
                    while True:  # no event tells: the server is asked
                        if await db.fetchval("select pg_try_advisory_lock($1)", number):
                            return db
                        await asyncio.sleep(TURN_PAUSE)
                except BaseException:  # cancelled while it waits, too: nobody else knows this connection
                    db.terminate()
                    raise
            await asyncio.sleep(TURN_PAUSE)

    def _given_up(self, error: BaseException) -> BaseException:
        if isinstance(error, asyncpg.LockNotAvailableError | asyncpg.TransactionRollbackError):
            return StoreBusy(self.where, _words(error))
        return error

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.terminate()
            self._writer = None


_SETTINGS: Final[Mapping[str, Any]] = {
    "timeout": CONNECT_TIMEOUT,
    "command_timeout": COMMAND_TIMEOUT,
    "server_settings": {
        "application_name": "minxinqiao",
        "timezone": "UTC",
        "lock_timeout": LOCK_WAIT,
        "idle_in_transaction_session_timeout": "30s",
        postgres_schema.TENANT: postgres_schema.EVERYBODY,
    },
}


async def connect(url: str, *, as_owner: bool = False) -> Connection:
    """A connection of our own; `as_owner` for what changes tables. Raises what asyncpg raises."""
    db = await asyncpg.connect(url, **_SETTINGS)
    if not as_owner:
        try:
            await _prepare(db)
        except BaseException:  # cancelled, too: nobody else knows this connection
            db.terminate()
            raise
    return db


async def _prepare(db: Connection) -> None:
    """Work as the role that owns no table: the walls between tenants hold for it."""
    await db.execute(f"SET ROLE {postgres_schema.ROLE}")
    await db.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number)


async def _leave(db: Connection) -> None:
    """A look leaves nothing behind that would have to be reset."""


def _number(text: str) -> int | float:
    """Sums of whole numbers are whole numbers, as on SQLite."""
    return float(text) if "." in text else int(text)


async def _run_batch(db: Connection, changes: Sequence[Change[Any]]) -> list[Any]:
    """One transaction; `_Again` for changes that met others. Savepoints only once something has failed."""
    await db.execute("BEGIN")
    try:
        walls = _Walls()
        outcomes = [await _drive(db, change, walls) for change in changes]
    except TROUBLE:
        raise
    except Exception as error:  # somebody's own failure
        await db.execute("ROLLBACK")
        return [_outcome(error)] if len(changes) == 1 else await _run_carefully(db, changes)
    await db.execute("COMMIT")
    return outcomes


async def _run_carefully(db: Connection, changes: Sequence[Change[Any]]) -> list[Any]:
    """The same, each change under its own savepoint: one that fails is undone alone."""
    outcomes: list[Any] = []
    walls = _Walls()
    await db.execute("BEGIN")
    for change in changes:
        await db.execute("SAVEPOINT one" if not outcomes else "RELEASE SAVEPOINT one; SAVEPOINT one")
        try:
            outcomes.append(await _drive(db, change, walls))
        except TROUBLE:
            raise
        except Exception as error:  # the change's own failure: undo it alone, hand it back to its caller
            await db.execute("ROLLBACK TO SAVEPOINT one")
            walls.tenant = None
            outcomes.append(_outcome(error))
            if isinstance(error, _IN_THE_WAY[:2]):
                break  # commit what there is: whoever waits for it may go on
    await db.execute("COMMIT")
    behind = _Again(asyncpg.LockNotAvailableError("behind one that waited"))
    return outcomes + [behind] * (len(changes) - len(outcomes))


def _outcome(error: Exception) -> _Again | Failed:
    return _Again(error) if isinstance(error, _IN_THE_WAY) or _overtaken(error) else Failed(error)


def _overtaken(error: BaseException) -> bool:
    return isinstance(error, Refused) and error.reason == "somebody_was_faster"


async def _drive(
    db: Connection, change: Change[T], walls: _Walls, tenant: str = postgres_schema.EVERYBODY
) -> T:
    """Run a change: answer each of its questions until it ends. It begins wide, until it says `within`."""
    coroutine = cast("Coroutine[Any, Any, T]", change(_TX))
    answer: Any = None
    problem: Exception | None = None
    try:
        while True:
            try:
                asked = coroutine.send(answer) if problem is None else coroutine.throw(problem)
            except StopIteration as stop:
                return cast(T, stop.value)
            if not isinstance(asked, _Ask):
                raise RuntimeError(OUT_OF_PLACE)
            answer, problem = None, None
            if asked.kind == "within":
                tenant = str(int(asked.values))
                continue  # told to the server with the next question, if there is one
            try:
                await walls.open_for(db, tenant)
                answer = await _answer(db, asked)
            except TROUBLE:
                raise
            except asyncpg.PostgresError as error:
                problem = error
    finally:
        coroutine.close()


async def _answer(db: Connection, asked: _Ask) -> Any:
    query = for_postgres()[asked.name]
    if asked.kind == "many":
        return await db.executemany(query.sql, [_values(query, row) for row in asked.values])
    if asked.kind == "each":  # one round trip for all
        return await db.fetchmany(query.sql, [_values(query, row) for row in asked.values])
    values = _values(query, asked.values)
    if asked.kind == "one":
        return await db.fetchrow(query.sql, *values)
    if asked.kind == "all":
        return await db.fetch(query.sql, *values)
    status = await db.execute(query.sql, *values) if values else await db.execute(query.sql)
    return int(status.rpartition(" ")[2])


def _values(query: Query, given: Mapping[str, Any]) -> list[Any]:
    return [_plain(given[name]) for name in query.names]


def _plain(value: Any) -> Any:
    """PostgreSQL's texts hold no NUL; people's sometimes do."""
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value


async def _watch(db: Connection, lost: asyncio.Event) -> None:
    """Look again and again whether the connection that holds the turn is still there."""
    try:
        while True:
            await asyncio.sleep(PING)
            await db.execute("select 1", timeout=2 * PING)
    except TROUBLE as error:
        log.error("a turn was lost: %s", _words(error))
        lost.set()


def _number_of(name: str) -> int:
    """The advisory lock's number."""
    return int.from_bytes(hashlib.sha256(f"minxinqiao {name}".encode()).digest()[:8], "big", signed=True)


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def without_password(url: str) -> str:
    """The address as it may be shown."""
    return re.sub(r"//([^:@/]*):[^/]*@", r"//\1@", url).partition("?")[0]
