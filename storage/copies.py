"""Whole copies of a SQLite store: made while it is in use, checked, and put in its place.

A copy is one step of SQLite's backup API on a connection of its own: one consistent picture that neither
blocks the writer nor begins again when somebody writes. `cp` is none: 34 of 40 lacked rows.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import CopyError, StoreTooNew, StoreUnavailable
from storage import migrate

QUICK = 64 * 1024 * 1024
"""Bytes that are looked through at every start; a tenth of a second."""


def copy(source: Path, target: Path) -> None:
    """Make `target` a copy of the store; it is there whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        with (
            contextlib.closing(
                sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
            ) as db,
            contextlib.closing(sqlite3.connect(part)) as made,
        ):
            db.backup(made)
            made.execute("pragma journal_mode=delete")  # one file, nothing beside it
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise StoreUnavailable(str(target), str(error)) from error


def damage(path: Path) -> str:
    """What is wrong with a store's file as a file; "" when nothing is."""
    try:
        with contextlib.closing(_look_at(path)) as db:
            for check in ("integrity_check", "foreign_key_check"):
                rows = db.execute(f"pragma {check}").fetchall()
                if rows and tuple(rows[0]) != ("ok",):
                    return f"{check}: {tuple(rows[0])}"
            stands_at = db.execute("pragma user_version").fetchone()[0]
            known = migrate.migrations()[-1].number
            if stands_at > known:
                raise StoreTooNew(str(path), stands_at, known)
            tables = {row[0] for row in db.execute("select name from sqlite_master")}
            return "" if {"tickets", "events", "inbox", "outbox"} <= tables else "no store of ours"
    except sqlite3.Error as error:
        return str(error)


def quick_damage(path: Path) -> str:
    """What a short look finds wrong before a store is opened; "" also for a new or a very big one."""
    if not path.exists() or not 0 < path.stat().st_size <= QUICK:
        return ""
    try:
        with contextlib.closing(_look_at(path)) as db:
            said = db.execute("pragma quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError:
        return ""  # locked, or its log has to be read in first: opening it will tell
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else f"malformed: {said}"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a store goes: when something was last written down (ms), and how much was ever sealed."""

    at: int = 0
    sealed: int = 0

    def beyond(self, other: Reach) -> bool:
        return self.at > other.at or self.sealed > other.sealed


def reach(path: Path) -> Reach:
    """How far the store of this file goes; nowhere when it cannot be read: anything is newer than ruins."""
    try:
        with contextlib.closing(_look_at(path)) as db:
            found = db.execute(
                "select max(at) from events union select max(created_at) from outbox "
                "union select max(received_at) from inbox"
            ).fetchall()
            chained = db.execute("select 1 from sqlite_master where name = 'chains'").fetchone()
            sealed = db.execute("select sum(place) from chains").fetchone()[0] if chained else 0
    except sqlite3.Error:
        return Reach()
    return Reach(max((row[0] for row in found if row[0] is not None), default=0), sealed or 0)


def restore(made: Path, store: Path, *, force: bool = False, now: datetime) -> Path | None:
    """Put the copy in the place of the store; where the store that was there lies now.

    Refused when the copy is damaged, while a program uses the store, and (without `force`) when the store
    holds something newer than the copy.
    """
    if problem := damage(made):
        raise CopyError("bad", problem)
    aside: Path | None = None
    if store.exists():
        if in_use(store):
            raise CopyError("in_use")
        if not force and reach(store).beyond(reach(made)):
            raise CopyError("newer")
        aside = store.with_name(f"{store.name}.before-{now:%Y%m%d-%H%M%S}")
        for ending in ("", "-wal", "-shm"):
            beside = store.with_name(store.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
    store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy(made, store)
    return aside


def in_use(store: Path) -> bool:
    """Whether another connection holds the store open."""
    with contextlib.closing(sqlite3.connect(store, isolation_level=None, timeout=0.5)) as db:
        try:
            db.execute("pragma locking_mode=exclusive")
            db.execute("begin exclusive")
            db.execute("rollback")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:  # ruins are used by nobody
            return False
    return False


def _look_at(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
