"""A city's year brought into a store in bulk: bare tables first, then indexes and triggers as migrations say.

Nothing of this is a way for records of people: the office's own door writes, seals and indexes one by one.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from benchmarks.city_tickets import DAYS, EVENT, HOUR, NOW, STAFF, TICKET, Made, ms
from storage import migrate, words
from storage.postgres import connect
from storage.postgres_schema import migrate_database

BATCH: Final = 20_000
LONG: Final = 3600.0  # seconds; the connection's own limit is for the office
BARE: Final = ("tickets", "events")
Rows = list[tuple[Any, ...]]
COMMUNITY: Final = ("id", "name", "code", "group_chat_id", "group_state", "created_at")
STAFFED: Final = ("community_id", "user_id", "name", "role", "joined_at")
CHAIN: Final = ("community_id", "place", "head")
"""Where a chain of seals ends, as the summary shows it; the seals themselves are left out."""


class Bar:
    """How far it is, on stderr."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._begun = time.monotonic()
        self._told = 0.0

    def tell(self, what: str, done: int, total: int = 0) -> None:
        now, total = time.monotonic(), total or self._total
        if now - self._told < 0.5 and done < total:
            return
        self._told = now
        bar = "█" * int(30 * done / total)
        spent = f"{now - self._begun:.0f} s"
        print(f"\r{what:24} {bar:<30} {done / total:4.0%}  {spent}  ", end="", file=sys.stderr, flush=True)


def offices(communities: int) -> dict[str, tuple[tuple[str, ...], Rows]]:
    """What stands before the first ticket."""
    long_ago = ms(NOW) - (DAYS + 1) * 24 * HOUR
    everybody = range(1, communities + 1)
    return {
        "communities": (
            COMMUNITY,
            [(n, f"第{n}社区", f"c{n}", -1_000_000_000 - n, "bound", long_ago) for n in everybody],
        ),
        "staff": (
            STAFFED,
            [
                (n, n * 10 + who, f"同事{who}", "staff", long_ago)
                for n in everybody
                for who in range(1, STAFF + 1)
            ],
        ),
        "chains": (CHAIN, [(n, 1, f"{n:064x}") for n in everybody]),
    }


def pages(made: Iterator[Made]) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Tickets, events and words, so many tickets at a time."""
    event = 0
    while batch := list(islice(made, BATCH)):
        events: Rows = []
        for ticket in batch:
            for step in ticket.history:
                event += 1
                events.append((event, *step))
        found: Rows = [
            (one.row[0], migrate.of_community(one.community, words.bigrams(one.text).split()))
            for one in batch
        ]
        yield [one.row for one in batch], events, found


def _insert(table: str, columns: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    return f"insert into {table} ({', '.join(columns)}) values ({places})"  # noqa: S608 - our own words


def into_sqlite(path: Path, made: Iterator[Made], communities: int, bar: Bar) -> None:
    """Make the file."""
    migrate.migrate_sqlite(path)
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-600000", "temp_store=FILE"):
        db.execute(f"pragma {pragma}")
    beside = db.execute(
        "select type, name, sql from sqlite_master where sql is not null and type in ('index', 'trigger') "
        "and tbl_name in ('tickets', 'events')"
    ).fetchall()
    for kind, name, _ in beside:
        db.execute(f"drop {kind} {name}")
    db.execute("begin")
    for table, (columns, rows) in offices(communities).items():
        db.executemany(_insert(table, columns), rows)
    ticket, event = _insert("tickets", TICKET), _insert("events", EVENT)
    done = 0
    for tickets, events, found in pages(made):
        db.executemany(ticket, tickets)
        db.executemany(event, events)
        db.executemany("insert into ticket_words (rowid, words) values (?, ?)", found)
        done += len(tickets)
        bar.tell(f"{done:,} tickets", done)
    db.execute("commit")
    for number, (_, name, sql) in enumerate(beside, 1):
        bar.tell(name, number, len(beside))
        db.execute(sql)
    db.execute("pragma journal_mode=WAL")
    db.close()
    print(file=sys.stderr)


async def into_postgres(url: str, made: Iterator[Made], communities: int, bar: Bar) -> None:
    """Fill an empty database."""
    db = await connect(url, as_owner=True)
    try:
        await migrate_database(db, "the city")
        if await db.fetchval("select exists (select 1 from communities)"):
            raise SystemExit("the database holds records already")
        await db.execute(
            "set lock_timeout = 0; set synchronous_commit = off; set maintenance_work_mem = '512MB'"
        )
        indexes = await db.fetch(
            "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as sql from pg_index "
            "where indrelid in ('tickets'::regclass, 'events'::regclass, 'ticket_words'::regclass) "
            "and not exists (select 1 from pg_constraint where conindid = indexrelid)"
        )
        for index in indexes:
            await db.execute(f"drop index {index['name']}")
        for table in (*BARE, "ticket_words"):
            await db.execute(f"alter table {table} disable trigger all")
        for table, (columns, rows) in offices(communities).items():
            await db.copy_records_to_table(table, records=rows, columns=columns, timeout=LONG)
        await db.execute("create temporary table come (id bigint, words text)")
        done = 0
        for tickets, events, found in pages(made):
            await db.copy_records_to_table("tickets", records=tickets, columns=TICKET, timeout=LONG)
            await db.copy_records_to_table("events", records=events, columns=EVENT, timeout=LONG)
            await db.copy_records_to_table("come", records=found, timeout=LONG)
            await db.execute(
                "insert into ticket_words "
                "select id, array_to_tsvector(string_to_array(words, ' ')) from come",
                timeout=LONG,
            )
            await db.execute("truncate come")
            done += len(tickets)
            bar.tell(f"{done:,} tickets", done)
        for number, index in enumerate(indexes, 1):
            bar.tell(str(index["name"]), number, len(indexes))
            await db.execute(index["sql"], timeout=LONG)
        for table in (*BARE, "ticket_words"):
            await db.execute(f"alter table {table} enable trigger all")
        await db.execute("vacuum analyze", timeout=LONG)
        print(file=sys.stderr)
    finally:
        await db.close()


def load(where: str | Path, made: Callable[[], Iterator[Made]], communities: int, total: int) -> None:
    """Fill a new SQLite file or an empty PostgreSQL database."""
    bar = Bar(total)
    if isinstance(where, Path):
        into_sqlite(where, made(), communities, bar)
    else:
        asyncio.run(into_postgres(where, made(), communities, bar))
