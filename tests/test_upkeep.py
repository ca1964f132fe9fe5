"""Backups that restore, a history that is verified, retention that counts first: an operator's tools."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import bot
from domain.errors import CopyError
from jobs import backups, learned, upkeep
from storage import audit, copies, invariants
from storage.store import Store, Tx
from tests.town import ZONE, Community, Person, Town
from tests.transport_counter import until

pytestmark = pytest.mark.sqlite


async def a_matter(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")


def kept_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_each_day_has_its_copy_with_the_model_and_the_oldest_goes(
    town: Town, office: Community, zhang: Person, tmp_path: Path
) -> None:
    await a_matter(town, office, zhang)
    learned.path_beside(town.path).write_bytes(b"a model")
    folder = tmp_path / "copies"
    for _ in range(3):
        assert await backups.make_due(town.office, folder, 2) is not None
        assert await backups.make_due(town.office, folder, 2) is None, "once a day"
        await town.later(days=1)
    assert kept_names(folder) == [
        "minxinqiao-2026-11-24.learned.bin",
        "minxinqiao-2026-11-24.sqlite",
        "minxinqiao-2026-11-25.learned.bin",
        "minxinqiao-2026-11-25.sqlite",
    ]
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    night = replace(town.office, now=lambda: datetime(2026, 12, 1, 2, 59, tzinfo=ZONE))
    assert await backups.make_due(night, folder, 2) is None


async def test_a_folder_that_cannot_be_written_is_told_and_tried_again(
    town: Town, office: Community, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    running = asyncio.create_task(backups.run(town.office, tmp_path / "file" / "copies", 2, look_every=0.05))
    await until(lambda: caplog.text.count("backup was not made") >= 2)
    (tmp_path / "file").unlink()
    await until(lambda: (tmp_path / "file" / "copies").is_dir() and kept_names(tmp_path / "file" / "copies"))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_forty_copies_under_full_writing_lack_nothing_that_was_answered(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "s.sqlite")
    answered = 0
    ending = asyncio.Event()

    async def put(name: str) -> None:
        await store.write(lambda tx: tx.do("small.set_setting", name=name, value="x" * 500))

    async def write() -> None:
        nonlocal answered
        while not ending.is_set():
            await asyncio.gather(*(put(f"k{answered + i}") for i in range(30)))
            answered += 30

    writing = asyncio.create_task(write())
    while answered < 600:
        await asyncio.sleep(0.005)
    lacking = []
    for number in range(40):
        promised, copy = answered, tmp_path / f"{number}.sqlite"
        await store.backup(copy)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            held = db.execute("select count(*) from settings where name like 'k%'").fetchone()[0]
            whole = db.execute("pragma integrity_check").fetchone()[0]
        if held < promised or whole != "ok":
            lacking.append(f"copy {number}: {held} of {promised}, {whole}")
        copy.unlink()
    ending.set()
    await writing
    await store.close()
    assert lacking == []


async def test_the_drill_restores_a_store_that_goes_on(
    town: Town, office: Community, zhang: Person, tmp_path: Path
) -> None:
    await a_matter(town, office, zhang)
    learned.path_beside(town.path).write_bytes(b"a model")
    copy = tmp_path / "copies" / "c.sqlite"
    copy.parent.mkdir()
    await backups.make(town.store, copy)
    assert (await upkeep.check_backup(copy)).good
    assert kept_names(copy.parent) == ["c.learned.bin", "c.sqlite"], "the look leaves nothing beside it"
    head = await town.store.read(lambda tx: audit.head(tx, office.id))
    await zhang.says("5号楼楼道堆满杂物")

    with pytest.raises(CopyError) as refused:
        copies.restore(copy, town.path, now=town.clock.now())
    assert refused.value.reason == "in_use"
    await town.stop()
    with pytest.raises(CopyError) as refused:
        copies.restore(copy, town.path, now=town.clock.now())
    assert refused.value.reason == "newer"
    learned.path_beside(town.path).unlink()
    aside = backups.put_back(copy, town.path, force=True, now=town.clock.now())
    assert aside is not None
    assert aside.exists()
    assert learned.path_beside(town.path).read_bytes() == b"a model"

    await town.start()
    assert [t.body for t in await town.tickets()] == ["3号楼2单元电梯坏了"]
    assert await town.store.read(invariants.violations) == {}
    assert await town.store.read(lambda tx: audit.head(tx, office.id)) == head
    await zhang.says("路灯不亮")
    assert len(await town.tickets()) == 2
    assert await town.store.read(lambda tx: audit.breaks(tx, office.id)) == []


async def test_an_older_store_gives_way_without_force(
    town: Town, office: Community, zhang: Person, tmp_path: Path
) -> None:
    early = tmp_path / "early.sqlite"
    await town.store.backup(early)
    await a_matter(town, office, zhang)
    late = tmp_path / "late.sqlite"
    await town.store.backup(late)
    copies.restore(late, early, now=town.clock.now())
    assert copies.reach(early) == copies.reach(late)


@pytest.mark.parametrize("kind", ["not a store", "cut", "bytes", "another store", "missing"])
async def test_a_bad_copy_is_named_and_nothing_is_touched(
    town: Town, office: Community, zhang: Person, tmp_path: Path, kind: str
) -> None:
    await a_matter(town, office, zhang)
    copy = tmp_path / "copy.sqlite"
    await town.store.backup(copy)
    await town.stop()
    whole = copy.read_bytes()
    if kind == "not a store":
        copy.write_text("this is a letter", encoding="utf-8")
    elif kind == "cut":
        copy.write_bytes(whole[: len(whole) // 2])
    elif kind == "bytes":
        copy.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])
    elif kind == "another store":
        copy.unlink()
        with contextlib.closing(sqlite3.connect(copy)) as db:
            db.execute("create table tickets (a)")
    else:
        copy.unlink()
    before = town.path.read_bytes()
    assert not (await upkeep.check_backup(copy)).good
    with pytest.raises(CopyError) as refused:
        backups.put_back(copy, town.path, force=True, now=town.clock.now())
    assert refused.value.reason == "bad"
    assert town.path.read_bytes() == before


async def test_a_copy_that_breaks_a_rule_of_the_office_is_no_backup(
    town: Town, office: Community, zhang: Person, tmp_path: Path
) -> None:
    await a_matter(town, office, zhang)
    copy = tmp_path / "copy.sqlite"
    for forge in (
        "update tickets set state = 'closed'",
        "delete from events where kind = 'opened'",
        "update tickets set paused_at = 5",
        "update tickets set review_due = 5",
        "update messages set community_id = 99 where ticket_id is not null",
        "update outbox set ticket_id = 99 where ticket_id is not null",
        "insert into joined select id, community_id, id, 1 from tickets",
    ):
        await town.store.backup(copy)
        assert (await upkeep.check_backup(copy)).good
        with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute(forge)
        assert not (await upkeep.check_backup(copy)).good, forge
        copy.unlink()


async def test_the_commands(
    town: Town,
    office: Community,
    zhang: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await a_matter(town, office, zhang)
    await office["李强"].says(f"/close {(await town.ticket()).number} 修好了")
    await zhang.presses("解决了")
    head = await town.store.read(lambda tx: audit.head(tx, office.id))
    assert head is not None
    await town.stop()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{town.path}")
    monkeypatch.setenv("RETENTION_DAYS", "30")

    def run(*words: str) -> tuple[int, str]:
        code = bot.main(list(words))
        said = capsys.readouterr()
        return code, said.out + said.err

    async def command(*words: str) -> tuple[int, str]:
        return await asyncio.to_thread(run, *words)

    assert await command("audit", "verify", "--head", head.short) == (
        0,
        (
            f"✅ 幸福社区：办理经过完整，封存号 {head.short}\n"
            f"✅ 封存号 {head.short} 还在原处：那之前的经过没有动过。/ the head still stands.\n"
        ),
    )
    assert (await command("audit", "verify", "--head", "2-0000000000"))[0] == 1
    assert (await command("audit", "verify", "--community", "别处"))[0] == 1
    code, said = await command("backup", "copy.sqlite")
    assert code == 0
    assert (await command("backup", "--check", "copy.sqlite"))[0] == 0
    assert (await command("retention", "--dry-run"))[1].startswith("有 0 件")
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None)) as db:
        db.execute("update tickets set closed_at = 5, answered_at = 5, created_at = 5")
    assert (await command("retention", "--dry-run"))[1].startswith("有 1 件")
    assert (await command("retention", "--dry-run"))[1].startswith("有 1 件")
    assert "1 件" in (await command("retention"))[1]
    assert (await command("retention", "--dry-run"))[1].startswith("有 0 件")
    assert (await command("audit", "verify"))[0] == 0, "letting go of words keeps the chain whole"
    assert "--force" in (await command("restore", "copy.sqlite"))[1]
    code, said = await command("restore", "copy.sqlite", "--force")
    assert (code, "已恢复" in said) == (0, True)
    await town.start()
    assert (await town.ticket()).body == "3号楼2单元电梯坏了"


async def test_the_doctor_looks_deep(
    town: Town,
    office: Community,
    zhang: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await a_matter(town, office, zhang)
    await town.stop()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{town.path}")
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "copies"))

    async def doctor() -> str:
        await asyncio.to_thread(bot.main, ["doctor", "--deep"])
        return capsys.readouterr().out

    said = await doctor()
    for good in ("✅ 数据库文件完整", "✅ 数据前后一致", "✅ 办理经过没有被改动"):
        assert good in said
    assert "自动备份还没做过" in said
    (tmp_path / "copies").mkdir()
    shutil.copy(town.path, tmp_path / "copies" / "minxinqiao-2026-11-23.sqlite")
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None)) as db:
        db.execute("update tickets set state = 'closed', result = 'solved'")
        db.execute("delete from seals where place = 2")
        db.execute("update inbox set state = 'dead'")
    said = await doctor()
    assert "❌ 数据前后不一致：状态和经过不符 1" in said
    assert "❌ 办理经过有" in said
    assert "没处理成的消息" in said
    assert "最近的备份 minxinqiao-2026-11-23.sqlite，0.0 天前" in said


async def test_retention_can_be_off(town: Town, office: Community) -> None:
    off = replace(town.office, retention_days=0)
    assert "一直保留" in (await upkeep.retention(off, dry_run=True)).text


async def test_a_backup_never_stops_the_writer(tmp_path: Path) -> None:
    """A big store is copied; meanwhile every write is answered quickly."""
    store = await Store.open(tmp_path / "s.sqlite")

    async def fill(tx: Tx) -> None:
        for number in range(3000):
            await tx.do("small.set_setting", name=f"k{number}", value="x" * 8000)

    await store.write(fill)
    copying = asyncio.create_task(store.backup(tmp_path / "copy.sqlite"))
    longest, begun = timedelta(), datetime.now(ZONE)
    while not copying.done():
        at = datetime.now(ZONE)
        await store.write(lambda tx: tx.do("small.set_setting", name="beat", value="1"))
        longest = max(longest, datetime.now(ZONE) - at)
    await copying
    await store.close()
    assert longest < max(timedelta(seconds=2), (datetime.now(ZONE) - begun) / 2)
