"""A store moved from SQLite to PostgreSQL: the same rows, found by the same words, numbered on from there."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage import moving, tickets
from storage.postgres import connect
from storage.postgres_schema import migrate_database
from storage.store import Store
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, rows
from tests.town import open_town

pytestmark = pytest.mark.skipif(
    not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
)
PROJECT = Path(__file__).parent.parent


@pytest.fixture
def target() -> Iterator[str]:
    url = new_database(empty=True)
    yield url
    drop_database(url)


def move(source: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "bot.py", "migrate-store", f"sqlite:{source}", target]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=120)


async def test_a_used_store_is_moved_compared_and_goes_on(tmp_path: Path, target: str) -> None:
    async with open_town(tmp_path) as town:
        office = await town.community()
        zhang = await town.resident("张三", office)
        await zhang.says("3号楼2单元电梯坏了")
        await zhang.says("5号楼楼下的路灯不亮")
        await office["李强"].presses("接单")
        before = await town.tickets()
        tables = {row[0] for row in town.rows("select name from sqlite_master where type = 'table'")}
    said = move(town.path, target)
    assert said.returncode == 0, said.stderr
    assert "逐表核对一致" in said.stdout
    assert "tickets 2/2" in said.stdout
    for table in sorted(tables - {"looks"}):
        if not table.startswith(("ticket_words", "sqlite_")):
            count = f"select count(*) from {table}"  # noqa: S608 - a table of ours
            assert rows(target, count) == rows(town.path, count), table

    store = await Store.open(target)
    try:
        found = await store.read(lambda tx: tickets.search(tx, office.id, "路灯"))
        assert [ticket.number for ticket in found] == [before[1].number]
        new = replace(before[0], id=0, number="x", source_message=99)
        entered = await store.write(lambda tx: tickets.insert(tx, new))
        assert entered is not None
        assert entered.id == before[-1].id + 1
    finally:
        await store.close()

    again = move(town.path, target)
    assert again.returncode == 2
    assert "已经有数据" in again.stderr


async def test_a_row_that_differs_is_told(tmp_path: Path, target: str) -> None:
    """The comparison is no decoration: it is made of what really stands on both sides."""
    store = await Store.open(tmp_path / "s.sqlite")
    await store.close()
    rows(tmp_path / "s.sqlite", "insert into settings (name, value) values ('a', '1'), ('b', '2')")
    db = await connect(target, as_owner=True)
    await migrate_database(db, target)
    old = sqlite3.connect(tmp_path / "s.sqlite")
    await moving._copy(db, old, "settings", lambda *_: None)
    assert (await moving._compare(db, old, "settings")).same
    await db.execute("update settings set value = '3' where name = 'b'")
    assert not (await moving._compare(db, old, "settings")).same
    old.close()
    await db.close()
