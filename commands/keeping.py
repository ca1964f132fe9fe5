"""bot.py backup, restore, migrate-store, audit, retention: what keeps the records whole."""

from __future__ import annotations

import argparse
import asyncio
import time
from datetime import datetime
from pathlib import Path

from commands.console import Commands, added, say_error, tell, with_store
from config import load
from desk.from_settings import open_office
from domain.errors import CopyError
from jobs import backups, upkeep
from storage.store import Store
from texts import cli
from texts import stores as store_words
from texts import upkeep as upkeep_words


def add(commands: Commands) -> None:
    words = upkeep_words.HELP
    backup = added(commands, "backup", cli.HELP["backup"], run_backup)
    backup.add_argument("file", type=Path, metavar="FILE", help=cli.HELP["backup FILE"])
    backup.add_argument("--check", action="store_true", help=words["backup --check"])
    restore = added(commands, "restore", words["restore"], run_restore)
    restore.add_argument("file", type=Path, metavar="FILE", help=words["restore FILE"])
    restore.add_argument("--force", action="store_true", help=words["restore --force"])
    moving_ = added(commands, "migrate-store", store_words.HELP["migrate-store"], run_migrate_store)
    moving_.add_argument("source", metavar="FROM", help=store_words.HELP["migrate-store FROM"])
    moving_.add_argument("target", metavar="TO", help=store_words.HELP["migrate-store TO"])
    audit = added(commands, "audit", words["audit"], run_audit)
    audit.add_argument("action", choices=["verify"], help=words["audit ACTION"])
    audit.add_argument("--community", default="", help=words["audit --community"])
    audit.add_argument("--head", default="", help=words["audit --head"])
    retention = added(commands, "retention", words["retention"], run_retention)
    retention.add_argument("--dry-run", action="store_true", help=words["retention --dry-run"])


def run_backup(options: argparse.Namespace) -> int:
    """bot.py backup: a whole copy of the store, also while the bot runs; or a look at such a copy."""
    if options.check:
        return tell(asyncio.run(upkeep.check_backup(options.file)))
    settings = load()
    if settings.on_postgres:
        return say_error(store_words.own_tools())
    if options.file.exists():
        return say_error(cli.file_exists(str(options.file)))
    if not settings.database_path.exists():
        return say_error(cli.no_store(str(settings.database_path)))
    asyncio.run(with_store(settings, lambda store: backups.make(store, options.file)))
    print(cli.backup_done(str(options.file), options.file.stat().st_size))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """bot.py restore: a copy in the place of the store; what was there is kept under another name."""
    settings = load()
    if settings.on_postgres:
        return say_error(store_words.own_tools())
    now = datetime.now(settings.zone)
    try:
        aside = backups.put_back(options.file, settings.database_path, force=options.force, now=now)
    except CopyError as error:
        return say_error(upkeep_words.copy_refused(error.reason, error.detail))
    print(upkeep_words.restored(str(settings.database_path), str(aside or "")))
    return 0


def run_migrate_store(options: argparse.Namespace) -> int:
    """bot.py migrate-store: all records into an empty PostgreSQL database, and compared there."""
    source, target = str(options.source), str(options.target)
    if source.startswith("postgres") or not target.startswith("postgres"):
        return say_error(store_words.same_kind())
    try:
        from storage import moving  # asyncpg is an extra
    except ModuleNotFoundError:
        return say_error(store_words.no_driver())
    begun = time.monotonic()
    try:
        compared = asyncio.run(moving.move(Path(source.removeprefix("sqlite:")), target, _table_bar))
    except moving.NotEmpty as holds:
        return say_error(store_words.not_empty(str(holds)))
    wrong = [(c.table, c.before, c.after) for c in compared if not c.same]
    if wrong:
        return say_error(store_words.differs(wrong))
    print(store_words.moved(len(compared), sum(c.after for c in compared), time.monotonic() - begun))
    return 0


def _table_bar(table: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{store_words.bar(table, done, total)}", end=end, flush=True)


def run_audit(options: argparse.Namespace) -> int:
    """bot.py audit verify: has anybody changed the history?"""
    settings = load()
    found = with_store(settings, lambda store: upkeep.verify(store, options.community, options.head))
    return tell(asyncio.run(found))


def run_retention(options: argparse.Namespace) -> int:
    """bot.py retention: let go of the words of old tickets, or say of how many."""
    settings = load()

    async def work(store: Store) -> upkeep.Said:
        return await upkeep.retention(open_office(settings, store), dry_run=options.dry_run)

    return tell(asyncio.run(with_store(settings, work)))
