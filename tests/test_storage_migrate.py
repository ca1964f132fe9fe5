"""Migrations: a kill at any statement leaves a store that starts."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import StoreTooNew
from storage import migrate
from storage.store import Store

ROOT = Path(__file__).parent.parent
STEPS = sum(len(migrate.statements(m.sql)) for m in migrate.migrations())
# The process counts the statements that SQLite begins and kills itself before the one it was told.
KILLED = """
import os, pathlib, signal, sqlite3, sys
from storage import migrate
at, path = int(sys.argv[1]), pathlib.Path(sys.argv[2])
seen = 0
def count(statement):
    global seen
    seen += statement.startswith(("CREATE", "PRAGMA user_version =", "COMMIT"))
    if seen > at:
        os.kill(os.getpid(), signal.SIGKILL)
class Watched(sqlite3.Connection):
    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.set_trace_callback(count)
connect = sqlite3.connect
sqlite3.connect = lambda *args, **more: connect(*args, factory=Watched, **more)
migrate.migrate_sqlite(path)
print("done")
"""


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as db:
        return {row[0] for row in db.execute("select name from sqlite_master")}


@pytest.mark.parametrize("part", range(4))
def test_a_kill_at_any_statement_leaves_a_store_that_starts(tmp_path: Path, part: int) -> None:
    migrate.migrate_sqlite(tmp_path / "whole.sqlite")
    whole = tables(tmp_path / "whole.sqlite")
    for at in range(part, STEPS + 2, 4):
        path = tmp_path / f"{at}.sqlite"
        command = [sys.executable, "-c", KILLED, str(at), str(path)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        ended = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
        assert tables(path) in (set(), whole)
        migrate.migrate_sqlite(path)
        assert tables(path) == whole


def test_two_that_start_at_once_make_one_store(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys; from storage import migrate; migrate.migrate_sqlite(pathlib.Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "s.sqlite")]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    assert migrate.migrate_sqlite(path) == migrate.migrations()[-1].number
    before = tables(path)
    assert migrate.migrate_sqlite(path) == migrate.migrations()[-1].number
    assert tables(path) == before


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 999")
    with pytest.raises(StoreTooNew) as too_new:
        asyncio.run(Store.open(path))
    assert too_new.value.found == 999


def test_migrations_are_numbered_without_gaps() -> None:
    assert [m.number for m in migrate.migrations()] == list(range(1, len(migrate.migrations()) + 1))


def test_statements_keep_triggers_whole() -> None:
    sql = "CREATE TABLE a (b); -- 1; 2\nCREATE TRIGGER t BEFORE UPDATE ON a BEGIN SELECT 1; SELECT 2; END;\n"
    assert len(migrate.statements(sql)) == 2
