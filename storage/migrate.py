"""Numbered SQL files brought to a store in one transaction: a kill leaves a store that starts.

0004_levels.sql is for both databases; what only one of them understands stands beside it in
0004_levels.sqlite.sql or 0004_levels.postgres.sql and follows it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from domain.errors import StoreTooNew
from storage import words

MIGRATIONS = Path(__file__).parent / "migrations"
INDEXED_ANEW = 10
"""The migration after which SQLite's search is filled from the tickets: its words cannot be read back."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str


def migrations(database: str = "sqlite") -> list[Migration]:
    """All migrations of this version for this database, in order."""
    found = []
    for path in sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        if "." in path.stem:
            continue
        beside = path.with_name(f"{path.stem}.{database}.sql")
        parts = [path, beside] if beside.exists() else [path]
        sql = "\n".join(part.read_text(encoding="utf-8") for part in parts)
        found.append(Migration(int(path.name[:4]), path.stem[5:], sql))
    return found


def statements(sql: str) -> list[str]:
    """Split a migration file at statement ends, triggers kept whole."""
    bare = re.sub(r"--[^\n]*", "", sql)
    found, pending = [], ""
    for piece in bare.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n;"):
                found.append(pending.strip())
            pending = ""
    return found


def migrate_sqlite(path: Path) -> int:
    """Bring the SQLite file at `path` to this version's tables; the number it stands at."""
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        known = migrations()
        db.execute("BEGIN IMMEDIATE")  # two processes that start at once: the second waits here
        present = db.execute("PRAGMA user_version").fetchone()[0]
        if present > known[-1].number:
            db.execute("ROLLBACK")
            raise StoreTooNew(str(path), present, known[-1].number)
        for migration in known:
            if migration.number > present:
                for statement in statements(migration.sql):
                    db.execute(statement)
                if migration.number == INDEXED_ANEW:
                    _index_anew(db)
                db.execute(f"PRAGMA user_version = {migration.number}")
        db.execute("COMMIT")
        return known[-1].number
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
        db.close()


def _index_anew(db: sqlite3.Connection) -> None:
    """As tickets.index does, for all that are there."""
    rows = db.execute("select id, community_id, number, place, body from tickets order by id")
    for ticket_id, community, number, place, body in rows:
        found = words.bigrams(f"{number} {place} {body}").split()
        if found:
            db.execute(
                "insert into ticket_words (rowid, words) values (?, ?)",
                (ticket_id, of_community(community, found)),
            )


def of_community(community: int, found: Iterable[str]) -> str:
    """Words as the search keeps them: each with its community."""
    return " ".join(f"c{community}x{word}" for word in found)
