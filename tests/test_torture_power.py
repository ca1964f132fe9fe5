"""Power loss replayed from the files and from a trace of all writes; kills in the midst of an upgrade."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import audit, invariants, migrate
from storage.store import Store
from tests.kill_harness import PROJECT
from tests.test_storage_migrate import KILLED
from tests.torture_faults import strace_works
from tests.torture_power import images, lost, photographs
from tests.torture_trace import crashes, traced

pytestmark = pytest.mark.sqlite


async def test_power_loss_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    taken = await photographs(tmp_path / "s.sqlite", 26)
    assert len({len(p.main) for p in taken}) > 1, "no checkpoint came between"
    assert [wrong for image in images(taken, 120, random.Random(3)) for wrong in lost(image, tmp_path)] == []


async def test_the_judge_sees_a_lost_write(tmp_path: Path) -> None:
    taken = await photographs(tmp_path / "s.sqlite", 10)
    image = next(images(taken, 1, random.Random(3)))
    shortened = type(image)(image.answered, image.main, image.log[:9000])
    assert lost(shortened, tmp_path) != []


@pytest.mark.skipif(not strace_works(), reason="strace, which writes the trace, cannot be used here")
async def test_power_loss_at_any_call_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    """Between two fsyncs the disk may write in any order; without an fsync a commit is lost here."""
    path = tmp_path / "s.sqlite"
    await (await Store.open(path)).close()
    main = path.read_bytes()
    steps = traced(path, 26, 200_000, PROJECT)
    assert max(step.answered for step in steps) == 26
    assert any(step.file == "main" and step.change for step in steps), "no checkpoint came between"
    found = crashes(steps, main, 50, random.Random(3))
    assert [wrong for image in found for wrong in lost(image, tmp_path)] == []


@contextlib.contextmanager
def older_version(path: Path, number: int) -> Iterator[sqlite3.Connection]:
    """A store as version `number` of the tables left it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        for migration in migrate.migrations()[:number]:
            for statement in migrate.statements(migration.sql):
                db.execute(statement)
        db.execute(f"pragma user_version = {number}")
        yield db


def with_a_ticket(path: Path) -> None:
    with older_version(path, 3) as db:
        db.execute("insert into communities (id, name, code, created_at) values (1, '幸福社区', 'c', 1)")
        db.execute(
            "insert into tickets (id, community_id, number, resident_id, chat_id, source_message, state,"
            " category, kind, urgency, body, clock_class, clock_unit, accept_due, answer_due, created_at)"
            " values (1, 1, '261122-001', 5, 5, 9, 'new', 'elevator', 'repair', '一般', '电梯坏了', 'x',"
            " 'hours', 1, 1, 1)"
        )
        db.execute(
            "insert into events (community_id, ticket_id, at, actor_role, kind, from_state, to_state)"
            " values (1, 1, 1, 'resident', 'opened', '', 'new')"
        )


@pytest.mark.parametrize("part", range(2))
def test_a_kill_at_any_statement_of_an_upgrade_leaves_the_old_or_the_new(tmp_path: Path, part: int) -> None:
    path = tmp_path / "old.sqlite"
    with_a_ticket(path)
    old, newest = path.read_bytes(), migrate.migrations()[-1].number
    steps = sum(len(migrate.statements(m.sql)) for m in migrate.migrations()[3:])
    seen, at = set[int](), part
    words = '("CREATE", "INSERT", "ALTER", "UPDATE", "DELETE", "DROP", "PRAGMA user_version =", "COMMIT")'
    killed = KILLED.replace('("CREATE", "PRAGMA user_version =", "COMMIT")', words)
    assert words in killed
    while at < steps + newest + 1:
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.write_bytes(old)
        ended = subprocess.run(
            [sys.executable, "-c", killed, str(at), str(path)],
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            capture_output=True,
            check=False,
        )
        with contextlib.closing(sqlite3.connect(path)) as db:
            seen.add(db.execute("pragma user_version").fetchone()[0])
            assert db.execute("select body from tickets").fetchall() == [("电梯坏了",)]
        if ended.returncode != -signal.SIGKILL:
            assert ended.returncode == 0, ended.stderr.decode()
            break
        at += 2
    assert seen == {3, newest}
    asyncio.run(_works(path))


async def _works(path: Path) -> None:
    """The upgraded store obeys the rules, and its history of before is sealed."""
    store = await Store.open(path)
    assert await store.read(invariants.violations) == {}
    await store.write(lambda tx: audit.seal(tx, 1, 1))
    assert await store.read(lambda tx: audit.breaks(tx, 1)) == []
    await store.close()
