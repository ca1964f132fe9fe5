"""Full, locked, read-only and broken disks: nothing that was acknowledged is lost, and it is said plainly."""

from __future__ import annotations

import ctypes
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from storage.store import Store, Tx
from tests.kill_harness import PROJECT
from tests.torture_disk import failing_writes, full_disk, locked, no_room_at_all, through

pytestmark = [pytest.mark.timeout(240), pytest.mark.sqlite]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are set as on Linux")


@LINUX
async def test_bad_disks_delay_and_lose_nothing(tmp_path: Path) -> None:
    trial = await through({full_disk: 1.0, no_room_at_all: 1.0, locked: 0.5}, tmp_path)
    assert trial.verdict.problems == {}, str(trial.verdict)
    assert 0 not in trial.withheld, "a trouble was no trouble"
    assert trial.verdict.figures["updates"] >= 90
    assert trial.log.count("the store does not take updates") == 3
    assert trial.log.count("the store takes updates again after") == 3


@LINUX
async def test_a_write_may_fail_anywhere(tmp_path: Path) -> None:
    assert await failing_writes(tmp_path / "s.sqlite", 24, PROJECT) == []


def without_rights() -> None:
    """Root loses the right to write where the file says no (CAP_DAC_OVERRIDE); others lack it anyway."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


def doctor_and_run(path: Path, prepare: Callable[[], None] | None = None) -> tuple[int, str]:
    """What `bot.py run` says of this store: it ends before it needs Telegram."""
    ended = subprocess.run(
        [sys.executable, "bot.py", "run"],
        cwd=PROJECT,
        env=os.environ
        | {
            "DATABASE_URL": f"sqlite:{path}",
            "TELEGRAM_BOT_TOKEN": "700001:AAtestAAtestAAtestAAtestAAtestAAtest",
            "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9/bot",
            "MINXINQIAO_CONFIG": "none.toml",
        },
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=prepare,
        check=False,
    )
    return ended.returncode, ended.stderr


async def some_store(path: Path) -> None:
    store = await Store.open(path)

    async def fill(tx: Tx) -> None:
        for number in range(400):
            await tx.do("small.set_setting", name=f"k{number}", value="x" * 300)

    await store.write(fill)
    await store.close()


@LINUX
async def test_a_read_only_file_is_named_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "home" / "s.sqlite"
    path.parent.mkdir()
    await some_store(path)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    before = path.read_bytes()
    try:
        code, said = doctor_and_run(path, without_rights)
    finally:
        path.parent.chmod(0o700)
    assert code == 2
    assert "数据库打不开" in said
    assert "Traceback" not in said
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["header", "middle", "cut", "letter"])
async def test_a_corrupted_store_is_named_and_not_touched(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "s.sqlite"
    await some_store(path)
    whole = path.read_bytes()
    middle = len(whole) // 2 // 4096 * 4096
    path.write_bytes(
        {
            "header": b"\xff" * 100 + whole[100:],
            "middle": whole[:middle] + b"\xff" * 8192 + whole[middle + 8192 :],
            "cut": whole[:middle],
            "letter": "这不是数据库".encode() * 500,
        }[kind]
    )
    before = path.read_bytes()
    code, said = doctor_and_run(path)
    assert code == 2, said
    assert "数据库打不开" in said
    assert "bot.py restore" in said
    assert "Traceback" not in said
    assert path.read_bytes() == before, "evidence was overwritten"


async def test_a_store_that_breaks_while_it_is_open_keeps_updates_waiting(tmp_path: Path) -> None:
    """Damage that shows only later is the store's failure, not that of the change that met it."""
    path = tmp_path / "s.sqlite"
    await some_store(path)
    store = await Store.open(path)
    with sqlite3.connect(path) as db:
        page = db.execute("select rootpage from sqlite_master where name = 'settings'").fetchone()[0]
        db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)

    async def change(tx: Tx) -> None:
        await tx.do("small.set_setting", name="new", value="1")
        await tx.one("small.setting", name="k7")

    with pytest.raises(StoreUnavailable):
        await store.write(change)
    await store.close()
