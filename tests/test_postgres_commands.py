"""What the operator types, on PostgreSQL: it works, or it names what does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

import bot
from config import load
from storage import communities
from storage.store import Store
from tests.kill_harness import PROJECT
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, rows
from tests.test_learning import GROVE, best, office_with
from tests.town import TOKEN

pytestmark = pytest.mark.skipif(
    not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    made = new_database()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", made)
    yield made
    drop_database(made)


def found(url: str, name: str = "幸福社区") -> None:
    async def work() -> None:
        store = await Store.open(url)
        await store.write(lambda tx: communities.found(tx, name, "c1", 0))
        await store.close()

    asyncio.run(work())


def test_the_doctor_looks_at_the_database(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(url)
    monkeypatch.setenv("ADMIN_IDS", "9001")
    bot.main(["doctor", "--deep"])
    told = capsys.readouterr().out.split("\n")
    assert any("✅" in line and "postgresql://" in line for line in told)
    assert any("⚠️" in line and "pg_amcheck" in following for line, following in pairwise(told))
    assert [line for line in told if "❌" in line and "TELEGRAM_BOT_TOKEN" not in line] == []


def test_the_summary_and_the_export_come_from_it(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    found(url)
    assert bot.main(["summary", "--community", "幸福社区"]) == 0
    assert bot.main(["export", "--community", "幸福社区", "--out", "登记簿.csv"]) == 0
    assert "幸福社区" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["backup", "copy.sqlite"], ["restore", "copy.sqlite"]])
def test_backups_are_its_own_tools_affair(
    url: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bot.main(command) == 2
    said = capsys.readouterr().err
    assert "pg_dump" in said
    assert "pg_restore" in said
    assert not Path("copy.sqlite").exists()


def test_a_role_alone_needs_a_shared_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "sqlite:data/office.sqlite")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert bot.main(["run", "--role", "work"]) == 2
    assert "PostgreSQL" in capsys.readouterr().err
    assert not Path("data").exists()


async def test_a_login_that_owns_nothing_serves_and_changes_no_table(url: str) -> None:
    """The owner has made the tables; from then on the office may log in as a mere member of the role."""
    if not rows(url, "select 1 from pg_roles where rolname = 'clerk'"):
        rows(url, "create role clerk login in role minxinqiao_app")
    clerk = url.replace("postgres:@", "clerk@")
    assert clerk != url
    store = await Store.open(clerk)
    number = await store.write(lambda tx: communities.found(tx, "幸福社区", "c1", 0))
    assert await store.read(lambda tx: communities.by_id(tx, number)) is not None
    await store.close()
    db = await asyncpg.connect(clerk)
    for forbidden in ("alter table tickets disable row level security", "update events set kind = 'void'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(forbidden)
    await db.close()


def test_the_history_is_verified_there(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    office_with(url, GROVE[:3])
    assert bot.main(["audit", "verify"]) == 0
    head = re.search(r"封存号 (\S+)", capsys.readouterr().out)
    assert head is not None
    assert bot.main(["audit", "verify", "--community", "幸福社区", "--head", head[1]]) == 0
    rows(url, "alter table events disable trigger user")  # only the owner of the database could
    rows(url, "update events set data = ? where id = (select min(id) from events)", '{"after": "noise"}')
    assert bot.main(["audit", "verify"]) == 1
    assert "1 处对不上" in capsys.readouterr().out
    bot.main(["doctor", "--deep"])
    assert "❌ 办理经过" in capsys.readouterr().out


def test_old_words_go_there(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RETENTION_DAYS", "30")
    office_with(url, GROVE[:3])
    rows(url, "update tickets set state = 'closed', closed_at = 1000 where number <> '261101-001'")
    assert bot.main(["retention", "--dry-run"]) == 0
    assert "有 2 件" in capsys.readouterr().out
    assert sorted(body for (body,) in rows(url, "select body from tickets"))[0] != ""
    assert bot.main(["retention"]) == 0
    assert "✅ 2 件" in capsys.readouterr().out
    assert rows(url, "select body from tickets where body <> ''") == [(GROVE[0][0],)]
    assert bot.main(["audit", "verify"]) == 0


def test_posters_and_guides_are_made_and_kept_there(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    found(url)
    made = ["poster", "--community", "幸福社区", "--username", "bridge_bot", "--out", "海报"]
    assert bot.main(made) == 0
    assert len(list(Path("海报").iterdir())) == 2
    guide = PROJECT / "desk" / "data" / "guides" / "vaccine.md"
    assert bot.main(["guides", "import", str(guide), "--community", "幸福社区"]) == 0
    assert rows(url, "select count(*) from guides where title = '疫苗接种'") == [(1,)]
    assert bot.main(["guides", "remove", "疫苗接种", "--community", "幸福社区"]) == 0
    assert bot.main(["guides", "remove", "疫苗接种", "--community", "幸福社区"]) == 2


def test_it_learns_from_the_corrections_there(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    place = load().database_path
    assert best(place) != "greenery"
    office_with(url, GROVE)
    assert bot.main(["train"]) == 0, capsys.readouterr()
    assert best(place) == "greenery"
    assert rows(url, "select count(*) from tickets where body = ?", GROVE[0][0]) == [(1,)]
    assert bot.main(["train", "--undo"]) == 0
    assert best(place) != "greenery"
