"""An update is on the disk before Telegram is told that it was taken, by polling and by webhook."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from pydantic import SecretStr

from storage.inbox import InboxRow
from storage.sqlite import SqliteEngine
from storage.store import Store
from tests.transport_counter import (
    BOT,
    FAST,
    TOKEN,
    Telegram,
    message,
    open_line,
    rows,
    telegram,
    text_of,
    until,
)
from transport.poll import Poll
from transport.request import AiohttpRequest, Line
from transport.webhook import LARGEST_BODY, SECRET_HEADER, Webhook

SECRET = "s3cret-of-the-webhook"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "office.sqlite"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(path)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Telegram]:
    async with telegram() as running:
        yield running


@contextlib.asynccontextmanager
async def polling(store: Store, there: Telegram) -> AsyncIterator[list[InboxRow]]:
    got: list[InboxRow] = []
    async with open_line(there) as line:
        task = asyncio.create_task(Poll(store, line, BOT, got.extend, timeout=1, pauses=FAST).run())
        try:
            yield got
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def texts(path: Path) -> list[str]:
    return [text_of(payload) for (payload,) in rows(path, "select payload from inbox order by id")]


async def test_polling_keeps_what_is_written(store: Store, path: Path, there: Telegram) -> None:
    person = await there.resident()
    async with polling(store, there) as got:
        await there.says(person, "3号楼路灯不亮")
        await until(lambda: len(got) == 2)
        await there.control("wait", idle=BOT)
    assert texts(path) == ["/start", "3号楼路灯不亮"]
    assert [row.update_id for row in got] == sorted(row.update_id for row in got)


async def test_a_repeated_delivery_changes_nothing(store: Store, path: Path, there: Telegram) -> None:
    person = await there.resident()
    async with polling(store, there) as got:
        await until(lambda: len(got) == 1)
        await there.faults({"kind": "duplicate_update", "probability": 1.0})
        for number in range(5):
            await there.says(person, f"第{number}条")
        await until(lambda: len(got) == 6)
        await there.control("wait", idle=BOT)
    assert texts(path) == ["/start", *(f"第{number}条" for number in range(5))]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error_before", "status": 401},
        {"kind": "error_before", "status": 404},
        {"kind": "error_before", "status": 404, "html": True},
        {"kind": "error_before", "status": 409},
        {"kind": "error_before", "status": 502, "html": True},
        {"kind": "retry_after", "seconds": 1},
        {"kind": "garbage"},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
async def test_polling_goes_on_after(
    store: Store, path: Path, there: Telegram, fault: dict[str, Any]
) -> None:
    count = 1 if fault["kind"] == "retry_after" else 5
    await there.faults(fault | {"method": "getUpdates", "next": count})
    person = await there.resident()
    async with polling(store, there) as got:
        await there.says(person, "电梯坏了")
        await until(lambda: len(got) == 2)
    assert texts(path) == ["/start", "电梯坏了"]


async def test_polling_takes_an_old_webhook_away(store: Store, there: Telegram) -> None:
    async with open_line(there) as line:
        await line.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    await there.resident()
    async with polling(store, there) as got:
        await until(lambda: len(got) == 1)


async def test_while_the_store_is_locked_nothing_is_confirmed_and_nothing_lost(
    store: Store, path: Path, there: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    person = await there.resident()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    async with polling(store, there) as got:
        await there.says(person, "停水了")
        await asyncio.sleep(4.5)
        assert got == []
        assert (await there.look("book?kind=confirmed"))["entries"] == []
        other.execute("ROLLBACK")
        other.close()
        await until(lambda: len(got) == 2)
    assert texts(path) == ["/start", "停水了"]
    assert "the store does not take updates" in caplog.text


async def test_a_full_disk_loses_nothing(store: Store, path: Path, there: Telegram) -> None:
    full = "pragma max_page_count = %d"
    (pages,) = (await _on_writer(store, "pragma page_count"))[0]
    await _on_writer(store, full % pages)
    person = await there.resident()
    async with polling(store, there) as got:
        for number in range(40):
            await there.says(person, f"{number}：" + "长" * 3000)
        await asyncio.sleep(0.5)
        stored = len(texts(path))
        assert stored < 41
        await _on_writer(store, full % 100_000)
        await until(lambda: len(got) == 41)
        await there.control("wait", idle=BOT)
    assert [text[:3] for text in texts(path)[1:3]] == ["0：长", "1：长"]
    assert len(texts(path)) == 41


async def _on_writer(store: Store, sql: str) -> list[Any]:
    """Set a limit on the store's own writing connection: SQLite keeps max_page_count per connection."""
    assert isinstance(store._engine, SqliteEngine)
    return list(await store._engine._writer.execute_fetchall(sql))


async def test_updates_that_cannot_be_read_block_nothing_behind_them(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    batches: list[list[Any]] = [
        [
            {"message": {"chat": {"id": 1}, "text": "没有编号"}},
            "garbage",
            {"update_id": "7", "message": {"chat": {"id": 1}}},
            {"update_id": True},
            {"update_id": 2**70},
            message(8, 5, "第一条") | {"message": {"chat": {"id": "不是数字"}}},
            message(9, 5, "第二条"),
        ]
    ]
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("deleteWebhook"):
            return web.json_response({"ok": True, "result": True})
        asked.append((await request.json()).get("offset"))
        if not batches:
            await asyncio.sleep(0.05)
        return web.json_response({"ok": True, "result": batches.pop() if batches else []})

    got: list[InboxRow] = []
    async with serving(answer) as url, AiohttpRequest(direct=True) as request:
        poll = Poll(store, Line(request, f"{url}/bot", TOKEN), BOT, got.extend, timeout=0, pauses=FAST)
        task = asyncio.create_task(poll.run())
        await until(lambda: len(asked) >= 3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert texts(path) == ["第二条"]
    assert asked[:3] == [None, 10, None]
    assert "skipped" in caplog.text


@contextlib.asynccontextmanager
async def serving(answer: Any) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert isinstance(runner.addresses[0], tuple)
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextlib.asynccontextmanager
async def hooked(store: Store, there: Telegram, path: Path) -> AsyncIterator[tuple[str, list[InboxRow]]]:
    """A running webhook that Telegram knows: its address, and the rows it took."""
    got: list[InboxRow] = []
    url = f"http://127.0.0.1:{free_port()}/hook"
    settings = there.settings(
        path,
        webhook_url=url,
        webhook_listen=url.removeprefix("http://").removesuffix("/hook"),
        webhook_secret=SecretStr(SECRET),
    )
    async with open_line(there) as line:
        task = asyncio.create_task(Webhook(settings, store, line, BOT, got.extend, pauses=FAST).run())
        try:
            async with asyncio.timeout(10):
                while not (await line.call("getWebhookInfo", {}))["url"]:  # Telegram's side
                    await asyncio.sleep(0.01)
            yield url, got
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_the_webhook_keeps_what_telegram_posts(store: Store, path: Path, there: Telegram) -> None:
    async with hooked(store, there, path) as (_, got):
        person = await there.resident()
        for number in range(20):
            await there.says(person, f"第{number}条")
        await until(lambda: len(got) == 21)
        await there.control("wait", idle=BOT)
    assert sorted(texts(path)) == sorted(["/start", *(f"第{number}条" for number in range(20))])


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, json.dumps(message(1, 5)), 403),
        ({SECRET_HEADER: SECRET[:-1]}, json.dumps(message(1, 5)), 403),
        ({SECRET_HEADER: "密码".encode().decode("latin-1")}, "{}", 403),
        ({SECRET_HEADER: "x"}, "x" * (LARGEST_BODY + 1), 403),
        ({SECRET_HEADER: SECRET}, "x" * (LARGEST_BODY + 1), 413),
        ({SECRET_HEADER: SECRET}, "{not json", 400),
        ({SECRET_HEADER: SECRET}, "[]", 200),
        ({SECRET_HEADER: SECRET}, '{"update_id": "1"}', 200),
    ],
)
async def test_the_webhook_stores_nothing_of(
    store: Store, path: Path, there: Telegram, headers: dict[str, str], body: str, status: int
) -> None:
    async with (
        hooked(store, there, path) as (url, got),
        aiohttp.ClientSession() as session,
        session.post(url, data=body.encode(), headers=headers) as answer,
    ):
        assert answer.status == status
    assert got == []
    assert rows(path, "select * from inbox") == []


async def test_an_endless_body_is_cut_off(store: Store, path: Path, there: Telegram) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    async with hooked(store, there, path) as (url, _), aiohttp.ClientSession() as session:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.post(url, data=endless(), headers={SECRET_HEADER: SECRET}) as answer:
                assert answer.status == 413
    assert rows(path, "select * from inbox") == []


async def test_forged_posts_in_bulk_store_nothing(store: Store, path: Path, there: Telegram) -> None:
    async with hooked(store, there, path) as (url, _), aiohttp.ClientSession() as session:

        async def forge(number: int) -> int:
            async with session.post(
                url, json=message(number, 5), headers={SECRET_HEADER: f"{number}"}
            ) as answer:
                return answer.status

        seen: set[int] = set()
        for start in range(0, 10_000, 50):
            seen |= set(await asyncio.gather(*(forge(start + number) for number in range(50))))
    assert seen == {403}
    assert rows(path, "select * from inbox") == []


async def test_half_a_character_holds_up_nothing(store: Store, path: Path, there: Telegram) -> None:
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    broken = json.dumps(message(1, 5)).encode().replace(b'"text": "', rb'"text": "\ud83d')
    assert rb"\ud83d" in broken
    async with (
        hooked(store, there, path) as (url, _),
        aiohttp.ClientSession() as session,
        session.post(url, data=broken, headers=headers) as answer,
    ):
        assert answer.status == 200
    assert texts(path)[0].startswith("\ufffd")


async def test_200_is_answered_after_the_commit_and_503_when_the_store_does_not_serve(
    store: Store, path: Path, there: Telegram
) -> None:
    headers = {SECRET_HEADER: SECRET}
    async with hooked(store, there, path) as (url, _), aiohttp.ClientSession() as session:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        async with session.post(url, json=message(1, 5), headers=headers) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
        assert time.monotonic() - begun > 1  # it waited for the store, and did not say 200 meanwhile
        other.execute("ROLLBACK")
        other.close()
        assert texts(path) == []
        async with session.post(url, json=message(1, 5), headers=headers) as answer:
            assert answer.status == 200
            assert texts(path) == ["路灯不亮"]
        async with session.post(url, json=message(1, 5), headers=headers) as answer:
            assert answer.status == 200
    assert texts(path) == ["路灯不亮"]


async def test_health_tells_whether_the_store_serves(store: Store, path: Path, there: Telegram) -> None:
    async with hooked(store, there, path) as (url, _), aiohttp.ClientSession() as session:
        await session.post(url, json=message(1, 5), headers={SECRET_HEADER: SECRET})
        async with session.get(url.replace("/hook", "/health")) as answer:
            assert answer.status == 200
            assert await answer.json() == {"ok": True, "waiting": 1}
        async with session.get(url) as answer:
            assert answer.status == 405
        async with session.post(url.replace("/hook", "/other")) as answer:
            assert answer.status == 404
