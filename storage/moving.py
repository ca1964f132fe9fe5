"""A SQLite store moved into an empty PostgreSQL database, and compared row by row afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from domain.errors import StoreUnavailable
from storage import migrate, words
from storage.postgres import TROUBLE, connect, without_password
from storage.postgres_schema import migrate_database

Progress = Callable[[str, int, int], None]
Row = tuple[Any, ...]
PAGE: Final = 2000
_CEILING: Final = 1 << 256
_SEARCH: Final = "ticket_words"
_FILLED: Final = frozenset({"looks"})
"""What triggers fill while tickets come in; emptied before the rows of the old store are entered."""


class NotEmpty(Exception):
    """The target holds records already."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One table on both sides."""

    table: str
    before: int
    after: int
    same: bool


async def move(source: Path, target: str, progress: Progress) -> list[Compared]:
    """Copy everything; the comparison of every table. Raises NotEmpty, StoreUnavailable."""
    await asyncio.to_thread(_prepare, source)
    where = without_password(target)
    try:
        db = await connect(target, as_owner=True)
    except (*TROUBLE, asyncpg.PostgresError, ValueError) as error:
        raise StoreUnavailable(where, str(error) or type(error).__name__) from error
    try:
        await migrate_database(db, where)
        if await db.fetchval("select exists (select 1 from communities)"):
            raise NotEmpty(where)
        with contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old:
            old.row_factory = sqlite3.Row
            old.execute("begin")
            async with db.transaction():
                await db.execute("set local lock_timeout = 0")
                names = await _in_order(db, _tables(old))
                for name in names:
                    await _copy(db, old, name, progress)
                await _index(db, old, progress)
                await _continue_numbers(db, names)
            return [await _compare(db, old, name) for name in names]
    finally:
        await db.close()


def _prepare(source: Path) -> None:
    if not source.exists():
        raise StoreUnavailable(str(source), "no such file")
    migrate.migrate_sqlite(source)  # the same tables on both sides


def _tables(old: sqlite3.Connection) -> list[str]:
    rows = old.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' "
        "and name not like ? order by name",
        (f"{_SEARCH}%",),
    )
    return [row[0] for row in rows]


async def _in_order(db: Any, names: Sequence[str]) -> list[str]:
    """Whoever is referred to comes first."""
    rows = await db.fetch(
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where contype = 'f'"
    )
    needs: dict[str, set[str]] = {name: set() for name in names}
    for table, other in rows:
        if table in needs and other != table:
            needs[table].add(other)
    order: list[str] = []
    while len(order) < len(names):
        free = [name for name in names if name not in order and needs[name] <= set(order)]
        assert free, "tables that refer to each other in a circle"  # noqa: S101 - ours do not
        order += free
    return order


async def _copy(db: Any, old: sqlite3.Connection, name: str, progress: Progress) -> None:
    columns = _columns(old, name)
    total = old.execute(f'select count(*) from "{name}"').fetchone()[0]  # noqa: S608 - a table of ours
    if name in _FILLED:
        await db.execute(f"delete from {name}")  # noqa: S608 - a table of ours
    parent = await _parent(db, name)
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    listed = ", ".join(f'"{column}"' for column in columns)
    insert = f'insert into "{name}" ({listed}) values ({places})'  # noqa: S608 - our own words
    done = 0
    progress(name, 0, total)
    at = columns.index(parent) if parent else None
    for page in _pages(old, name, columns):
        orphans = page if at is None else [(*row[:at], None, *row[at + 1 :]) for row in page]
        await db.executemany(insert, orphans, timeout=None)
        done += len(page)
        progress(name, done, total)
    if parent:  # a row may refer to one that came after it
        links = old.execute(f'select "{parent}", id from "{name}" where "{parent}" is not null')  # noqa: S608 - names from this file's own lists or the store's schema, never from people
        update = f'update "{name}" set "{parent}" = $1 where id = $2'  # noqa: S608 - our own words
        await db.executemany(update, [tuple(row) for row in links])


async def _parent(db: Any, name: str) -> str | None:
    """The column in which a row of this table refers to another one of it."""
    found = await db.fetchval(
        "select a.attname from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid "
        "and a.attnum = c.conkey[1] where c.contype = 'f' and c.conrelid = c.confrelid "
        "and c.conrelid = $1::regclass",
        name,
    )
    return None if found is None else str(found)


def _columns(old: sqlite3.Connection, name: str) -> list[str]:
    return [row[1] for row in old.execute(f'pragma table_info("{name}")')]


def _pages(old: sqlite3.Connection, name: str, columns: Sequence[str]) -> Iterator[list[Row]]:
    listed = ", ".join(f'"{column}"' for column in columns)
    cursor = old.execute(f'select {listed} from "{name}"')  # noqa: S608 - our own words
    while page := cursor.fetchmany(PAGE):
        yield [tuple(_plain(value) for value in row) for row in page]


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


async def _index(db: Any, old: sqlite3.Connection, progress: Progress) -> None:
    """The words of the search are made anew: each database keeps them in its own way."""
    total = old.execute("select count(*) from tickets").fetchone()[0]
    cursor = old.execute("select id, community_id, number, place, body from tickets order by id")
    insert = "insert into ticket_words (ticket_id, words) values ($1, array_to_tsvector($2::text[]))"
    done = 0
    while page := cursor.fetchmany(PAGE):
        entries = []
        for row in page:
            text = f"{row['number']} {row['place']} {row['body']}"
            found = migrate.of_community(row["community_id"], words.bigrams(text).split())
            entries.append((row["id"], found.split()))
        await db.executemany(insert, entries, timeout=None)
        done += len(page)
        progress(_SEARCH, done, total)


async def _continue_numbers(db: Any, names: Sequence[str]) -> None:
    """Numbers that the database gives go on behind the ones that came along."""
    for name in names:
        sequence = await db.fetchval(
            "select pg_get_serial_sequence($1, a.attname) from pg_attribute a "
            "where a.attrelid = $1::regclass and a.attname = 'id' and a.attidentity <> ''",
            name,
        )
        if sequence:
            await db.execute(
                f'select setval($1, coalesce((select max(id) from "{name}"), 0) + 1, false)',  # noqa: S608 - names from this file's own lists or the store's schema, never from people
                sequence,
            )


async def _compare(db: Any, old: sqlite3.Connection, name: str) -> Compared:
    """Both sides counted, and their rows summed up without regard to their order."""
    columns = _columns(old, name)
    before = after = there = here = 0
    for page in _pages(old, name, columns):
        before += len(page)
        there = (there + _sum(page)) % _CEILING
    listed = ", ".join(f'"{column}"' for column in columns)
    async with db.transaction(readonly=True):
        cursor = await db.cursor(f'select {listed} from "{name}"')  # noqa: S608 - our own words
        while page := [tuple(row) for row in await cursor.fetch(PAGE)]:
            after += len(page)
            here = (here + _sum(page)) % _CEILING
    return Compared(name, before, after, (before, there) == (after, here))


def _sum(page: Sequence[Row]) -> int:
    return sum(int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big") for row in page)
