"""The one writer: shared commits, and each change for itself."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from domain.errors import Refused, StoreUnavailable
from storage import communities, inbox
from storage.inbox import InboxRow
from storage.store import Store, Tx
from tests.postgres_server import rows


@pytest.fixture
async def store(store_address: str) -> AsyncIterator[Store]:
    opened = await Store.open(store_address)
    yield opened
    await opened.close()


async def setting(store: Store, name: str) -> str | None:
    async def look(tx: Tx) -> str | None:
        found = await tx.value("small.setting", name=name)
        return None if found is None else str(found)

    return await store.read(look)


async def put(store: Store, name: str, value: str, then: Exception | None = None) -> None:
    async def change(tx: Tx) -> None:
        await tx.do("small.set_setting", name=name, value=value)
        if then is not None:
            raise then

    await store.write(change)


async def test_one_failing_change_does_not_hurt_the_others(store: Store) -> None:
    work = [put(store, f"n{i}", "yes", Refused("gone") if i % 7 == 0 else None) for i in range(100)]
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for number, outcome in enumerate(outcomes):
        failed = number % 7 == 0
        assert isinstance(outcome, Refused) == failed
        assert await setting(store, f"n{number}") == (None if failed else "yes")


async def test_a_broken_rule_of_the_store_fails_its_own_change_only(store: Store) -> None:
    async def orphan(tx: Tx) -> None:
        await communities.add_estate(tx, 999, "没有社区的小区")

    outcomes = await asyncio.gather(
        put(store, "before", "yes"), store.write(orphan), put(store, "after", "yes"), return_exceptions=True
    )
    assert isinstance(outcomes[1], sqlite3.IntegrityError | asyncpg.ForeignKeyViolationError)
    assert [await setting(store, name) for name in ("before", "after")] == ["yes", "yes"]


async def test_changes_of_one_batch_see_each_other_in_order(store: Store) -> None:
    async def add(tx: Tx) -> int:
        now = int(await tx.value("small.setting", name="count") or 0)
        await tx.do("small.set_setting", name="count", value=str(now + 1))
        return now

    given = await asyncio.gather(*(store.write(add) for _ in range(300)))
    assert sorted(given) == list(range(300))
    assert await setting(store, "count") == "300"


async def test_what_is_answered_is_seen_from_outside(store: Store, store_address: str) -> None:
    await put(store, "kept", "yes")
    assert rows(store_address, "select value from settings where name = 'kept'") == [("yes",)]


async def test_a_caller_who_goes_away_does_not_stop_the_writer(store: Store) -> None:
    leaving = asyncio.create_task(put(store, "gone", "yes"))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await put(store, "next", "yes")
    assert await setting(store, "next") == "yes"


async def test_a_reader_cannot_write(store: Store) -> None:
    async def look(tx: Tx) -> None:
        await tx.do("small.set_setting", name="a", value="b")

    with pytest.raises(StoreUnavailable):
        await store.read(look)


async def test_waiting_for_anything_else_in_a_change_is_an_error(store: Store) -> None:
    async def change(tx: Tx) -> None:
        await tx.do("small.set_setting", name="a", value="b")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError):
        await store.write(change)
    assert await setting(store, "a") is None


async def test_a_closed_store_says_so(store_address: str) -> None:
    store = await Store.open(store_address)
    await store.close()
    with pytest.raises(StoreUnavailable):
        await put(store, "a", "b")


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreUnavailable):
        await Store.open(tmp_path / "file" / "s.sqlite")


@pytest.mark.sqlite
async def test_the_file_is_for_its_owner_only(store: Store) -> None:
    assert os.stat(store.path).st_mode & 0o077 == 0


async def test_an_update_is_taken_in_once(store: Store) -> None:
    update = {"update_id": 5, "message": {"chat": {"id": 7}, "text": "路灯"}}

    async def take(tx: Tx) -> list[InboxRow]:
        return await inbox.take_in(tx, 1, [update, update], 1000)

    assert [row.chat_id for row in await store.write(take)] == [7]
    assert await store.write(take) == []


@pytest.mark.sqlite
async def test_a_backup_while_writing_restores_completely(store: Store, tmp_path: Path) -> None:
    stop = asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            await asyncio.gather(*(put(store, f"k{written + i}", "x" * 400) for i in range(20)))
            written += 20

    writing = asyncio.create_task(write())
    while written < 2000:  # the writer runs in this loop
        await asyncio.sleep(0.005)
    before = written
    await store.backup(tmp_path / "copy.sqlite")
    stop.set()
    await writing
    assert os.stat(tmp_path / "copy.sqlite").st_mode & 0o077 == 0
    copy = await Store.open(tmp_path / "copy.sqlite")

    async def count(tx: Tx) -> list[int]:
        return [1 for number in range(before) if await tx.value("small.setting", name=f"k{number}")]

    assert len(await copy.read(count)) == before
    await put(copy, "alive", "yes")
    await copy.close()
    with sqlite3.connect(tmp_path / "copy.sqlite") as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
