"""The history is sealed: what is changed, removed or slipped in is found, and erasing leaves it whole."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from jobs import summaries
from storage import audit
from storage.audit import Break, Head
from storage.sqlite import SqliteTx
from storage.store import Tx
from tests.town import ZONE, Community, Person, Town

pytestmark = pytest.mark.sqlite

EDITED = (
    "at",
    "actor_role",
    "actor_id",
    "kind",
    "from_state",
    "to_state",
    "data",
    "ticket_id",
    "community_id",
)


async def a_week(town: Town, office: Community) -> None:
    """Residents write, staff handle, one person is erased."""
    for number, name in enumerate(("张三", "李四", "王五")):
        person = await town.resident(name, office)
        await person.says(f"{number + 1}号楼2单元电梯坏了")
        await office["李强"].presses("接单")
        await office["李强"].says(f"/close {(await town.ticket()).number} 修好了")
        await person.presses("解决了")
        await person.says(f"{number + 2}号楼楼道堆满杂物")
    await person.says("我的数据")
    await person.presses("删除")
    await person.presses("撤回这 1 件并删除")


async def found(town: Town, community_id: int) -> list[Break]:
    return await town.store.read(lambda tx: audit.breaks(tx, community_id))


async def head(town: Town, community_id: int) -> Head:
    now = await town.store.read(lambda tx: audit.head(tx, community_id))
    assert now is not None
    return now


async def test_a_week_and_an_erasure_leave_the_chain_whole(town: Town, office: Community) -> None:
    await a_week(town, office)
    assert await found(town, office.id) == []
    events = town.rows("select count(*) from events")[0][0]
    erased = town.rows("select count(*) from seals where about = 'erased'")[0][0]
    assert erased > 0
    assert (await head(town, office.id)).place == events + erased
    muted = (
        "select count(*) from seals where salt = '' "
        "and event_id in (select event_id from seals where about = 'erased')"
    )
    assert town.rows(muted)[0][0] >= erased, "what was erased can be guessed back from its hash"


async def test_a_head_of_earlier_stays_in_the_chain(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    told = (await head(town, office.id)).short
    await office["李强"].presses("接单")
    assert (await head(town, office.id)).short != told
    holds = [
        told,
        told.upper(),
        told[:-1],
        f"9{told}",
        "",
        "x-y",
        told[:-1] + ("0" if told[-1] != "0" else "1"),
    ]

    async def look(tx: Tx) -> list[bool]:
        return [await audit.holds(tx, office.id, value) for value in holds]

    answers = await town.store.read(look)
    assert answers == [True, True, False, False, False, False, False]


async def test_a_history_of_before_the_chain_is_taken_in(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None, timeout=10)) as db:
        db.execute("delete from seals")
        db.execute("delete from chains")
    await office["李强"].presses("接单")
    assert await found(town, office.id) == []
    assert (await head(town, office.id)).place == 2


async def test_a_history_sealed_anew_does_not_hold_the_head_that_was_told(
    town: Town, office: Community, zhang: Person
) -> None:
    """Who owns the whole store can forge and seal everything again; the heads in the group remain."""
    await zhang.says("3号楼2单元电梯坏了")
    told = (await head(town, office.id)).short
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None, timeout=10)) as db:
        db.execute("drop trigger events_stay")
        db.execute("update events set at = at - 86400000")
        db.execute("delete from seals")
        db.execute("delete from chains")
    event_id = town.rows("select max(id) from events")[0][0]
    await town.store.write(lambda tx: audit.seal(tx, office.id, event_id))
    assert await found(town, office.id) == []
    assert not await town.store.read(lambda tx: audit.holds(tx, office.id, told))


async def test_a_thousand_forgeries_are_all_found(town: Town, office: Community) -> None:
    await a_week(town, office)
    other = await town.community("和平社区", "和平里")
    await (await town.resident("赵六", other)).says("2号楼漏水了")
    await town.stop()
    assert unseen(town.path, 1000) == []


def unseen(path: Path, times: int) -> list[str]:
    """Forgeries, each on the store as it was, that no chain notices."""
    chance, kept = random.Random(7), []
    with contextlib.closing(sqlite3.connect(path)) as disk:
        disk.execute("pragma wal_checkpoint(truncate)")
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            disk.backup(db)
            db.row_factory = sqlite3.Row
            db.execute("drop trigger events_stay")
            assert all_breaks(db) == [], "it was broken before"
            for _ in range(times):
                forge = chance.choice((edit, edit, edit, remove, swap, slip_in, cut, unsalt, reseal))
                db.execute("begin")
                said = forge(db, chance)
                if not all_breaks(db):
                    kept.append(said)
                db.execute("rollback")
    return kept


def all_breaks(db: sqlite3.Connection) -> list[Break]:
    tx = SqliteTx(db)
    return [b for c in now(audit.sealed_communities(tx)) for b in now(audit.breaks(tx, c))]


def now(look: Coroutine[Any, Any, Any]) -> Any:
    """What a look gives; it waits for nothing but its transaction."""
    with pytest.raises(StopIteration) as ended:
        look.send(None)
    return ended.value.value


def _any(db: sqlite3.Connection, chance: random.Random, table: str) -> sqlite3.Row:
    rows: list[sqlite3.Row] = db.execute(f"select rowid as at_row, * from {table}").fetchall()  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    return chance.choice(rows)


def edit(db: sqlite3.Connection, chance: random.Random) -> str:
    """Another value in one column of one event."""
    row, column = _any(db, chance, "events"), chance.choice(EDITED)
    value = row[column]
    changed: Any = value + chance.choice(("x", " ", "}")) if isinstance(value, str) else (value or 0) + 1
    db.execute(f"update events set {column} = ? where id = ?", (changed, row["id"]))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    return f"{column} of event {row['id']}"


def remove(db: sqlite3.Connection, chance: random.Random) -> str:
    row = _any(db, chance, "events")
    db.execute("delete from events where id = ?", (row["id"],))
    if chance.random() < 0.5:
        db.execute("delete from seals where event_id = ?", (row["id"],))
    return f"event {row['id']} removed"


def swap(db: sqlite3.Connection, chance: random.Random) -> str:
    """Two events change places (words and times)."""
    one, two = _any(db, chance, "events"), _any(db, chance, "events")
    while (one["at"], one["kind"]) == (two["at"], two["kind"]):
        two = _any(db, chance, "events")
    for column in ("at", "kind", "data"):
        db.execute(f"update events set {column} = ? where id = ?", (two[column], one["id"]))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
        db.execute(f"update events set {column} = ? where id = ?", (one[column], two["id"]))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    return f"events {one['id']} and {two['id']} swapped"


def slip_in(db: sqlite3.Connection, chance: random.Random) -> str:
    """An event that never happened."""
    row = _any(db, chance, "events")
    columns = "community_id, ticket_id, at, actor_role, actor_id, kind, from_state, to_state, data"
    db.execute(f"insert into events ({columns}) select {columns} from events where id = ?", (row["id"],))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    return f"a second event {row['id']}"


def cut(db: sqlite3.Connection, chance: random.Random) -> str:
    """The newest events and their seals are gone."""
    row = _any(db, chance, "seals")
    gone = (row["community_id"], row["place"])
    db.execute(
        "delete from events where id in (select event_id from seals where community_id = ? and place >= ?)",
        gone,
    )
    db.execute("delete from seals where community_id = ? and place >= ?", gone)
    return f"cut at {row['place']}"


def unsalt(db: sqlite3.Connection, chance: random.Random) -> str:
    """New words, passed off as an erasure."""
    rows = db.execute("select event_id from seals where salt <> ''").fetchall()
    event_id = chance.choice(rows)[0]
    db.execute('update events set data = \'{"text": "改过"}\' where id = ?', (event_id,))
    db.execute("update seals set salt = '' where event_id = ?", (event_id,))
    return f"event {event_id} passed off as erased"


def reseal(db: sqlite3.Connection, chance: random.Random) -> str:
    """A seal made again for other words, the chain behind it not."""
    row = _any(db, chance, "seals")
    db.execute("update seals set words = ?, salt = ? where rowid = ?", ("0" * 64, "1" * 32, row["at_row"]))
    return f"seal {row['place']} made again"


FORGERIES: tuple[Callable[[sqlite3.Connection, random.Random], str], ...] = (
    *(edit, remove, swap, slip_in, cut, unsalt, reseal),
)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: str(forge.__name__))
async def test_each_kind_of_forgery_is_named(
    town: Town, office: Community, zhang: Person, forge: Callable[[sqlite3.Connection, random.Random], str]
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await zhang.says("补充一下：就是靠左边的那一台")
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None, timeout=10)) as db:
        db.row_factory = sqlite3.Row
        db.execute("drop trigger events_stay")
        forge(db, random.Random(3))
    assert await found(town, office.id) != []


async def test_the_daily_summary_tells_the_head(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await town.until(datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))
    await summaries.push_due(town.office)
    await town.settle()
    told = (await head(town, office.id)).short
    assert f"🔏 办理经过封存号 {told}" in await office.anyone.hears("日报")
