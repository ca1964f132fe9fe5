"""The whole counter: an update in, a handler, an answer out; closing in time; dying aloud."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from desk.origin import ORIGIN
from domain.errors import SettingsError
from storage import inbox, outbox
from storage.inbox import InboxRow
from storage.outbox import Letter
from storage.store import Store, Tx
from tests.transport_counter import BOT, Telegram, TinyPost, message, rows, states, telegram, until
from transport.application import App, build, make_handle
from transport.clock import now_ms
from transport.serve import Open, reach, serve


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


def answering(application: App, store: Store) -> None:
    """A handler that answers through the outbox and settles its update, all in one transaction."""

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        origin = ORIGIN.get()
        assert origin is not None
        assert update.effective_chat is not None
        assert update.message is not None
        chat, text, row = update.effective_chat.id, update.message.text, origin.inbox_id
        assert row is not None

        async def change(tx: Tx) -> None:
            await outbox.put(tx, Letter(f"re:{row}", chat, "say", {"text": f"已收到：{text}"}), now_ms())
            await inbox.done(tx, row, now_ms())

        await store.write(change)
        origin.settled = True
        if text == "先办后错":
            raise RuntimeError("after the commit")

    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, answer))


async def give_up(row: InboxRow, error: BaseException) -> None:
    raise AssertionError(f"{row.update_id} was given up: {error!r}")


@contextlib.asynccontextmanager
async def office(store: Store, path: Path, there: Telegram, **over: Any) -> AsyncIterator[Open]:
    settings = there.settings(path, **over)
    application = build(settings)
    answering(application, store)
    opened: list[Open] = []
    task = asyncio.create_task(
        serve(
            settings,
            store,
            application,
            give_up=give_up,
            post=TinyPost(),
            opened=opened.append,
            signals=False,
        )
    )
    await until(lambda: opened or task.done())
    try:
        yield opened[0]
    finally:
        if opened:
            opened[0].stop()
        begun = time.monotonic()
        await task
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("hook", [False, True], ids=["poll", "webhook"])
async def test_what_a_resident_writes_is_answered(
    store: Store, path: Path, there: Telegram, hook: bool
) -> None:
    person = await there.resident()
    over: dict[str, Any] = {}
    if hook:
        over = {
            "webhook_url": "http://127.0.0.1:18443/hook",
            "webhook_listen": "127.0.0.1:18443",
            "webhook_secret": SecretStr("s3cret"),
        }
    async with office(store, path, there, **over):
        await there.says(person, "先办后错")
        await there.says(person, "路灯不亮")
        await until(lambda: states(path, "outbox") == {"sent": 3})
    assert await there.texts(BOT, person) == ["已收到：/start", "已收到：先办后错", "已收到：路灯不亮"]
    assert states(path, "inbox") == {"done": 3}


async def test_a_committed_update_is_not_handled_twice_after_a_late_error(
    store: Store, path: Path, there: Telegram
) -> None:
    application = build(there.settings(path))
    answering(application, store)
    async with application:
        (row,) = await store.write(lambda tx: inbox.take_in(tx, BOT, [message(1, 5, "先办后错")], now_ms()))
        assert await make_handle(application)(row) is True
    assert rows(path, "select count(*) from outbox") == [(1,)]


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError()])
async def test_what_a_handler_raises_comes_back(
    store: Store, path: Path, there: Telegram, error: BaseException
) -> None:
    application = build(there.settings(path))
    later: list[Update] = []

    async def fails(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        raise error

    async def follows(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        later.append(update)

    application.add_handler(MessageHandler(filters.ALL, fails))
    application.add_handler(MessageHandler(filters.ALL, follows), group=1)
    async with application:
        (row,) = await store.write(lambda tx: inbox.take_in(tx, BOT, [message(1, 5)], now_ms()))
        with pytest.raises(type(error)):
            await make_handle(application)(row)
    assert later == []


async def test_an_update_without_a_handler_is_not_settled(store: Store, path: Path, there: Telegram) -> None:
    application = build(there.settings(path))
    async with application:
        (row,) = await store.write(lambda tx: inbox.take_in(tx, BOT, [message(1, 5)], now_ms()))
        assert await make_handle(application)(row) is False


async def test_a_wrong_token_is_named(path: Path, there: Telegram) -> None:
    await there.faults({"kind": "error_before", "status": 401, "method": "getMe", "next": 9})
    application = build(there.settings(path))
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN") as caught:
        await reach(application)
    await application.bot.shutdown()
    assert "AAtest" not in str(caught.value)


async def test_the_start_waits_for_telegram(path: Path, there: Telegram) -> None:
    await there.faults({"kind": "error_before", "status": 502, "html": True, "method": "getMe", "next": 3})
    application = build(there.settings(path))
    await reach(application, pauses=(0.01,))
    assert application.bot.username == "bridge_bot"
    await application.shutdown()


async def test_a_job_that_dies_ends_the_process(store: Store, path: Path, there: Telegram) -> None:
    async def job(wake: Callable[[], None]) -> None:
        raise ValueError("broken")

    settings = there.settings(path)
    with pytest.raises(ExceptionGroup) as caught:
        await serve(
            settings, store, build(settings), give_up=give_up, post=TinyPost(), jobs=[job], signals=False
        )
    assert caught.group_contains(ValueError)


async def test_a_job_that_ends_by_itself_ends_the_process(store: Store, path: Path, there: Telegram) -> None:
    async def job(wake: Callable[[], None]) -> None:
        wake()

    settings = there.settings(path)
    with pytest.raises(ExceptionGroup) as caught:
        await serve(
            settings, store, build(settings), give_up=give_up, post=TinyPost(), jobs=[job], signals=False
        )
    assert caught.group_contains(RuntimeError, match="ended by itself")


async def test_sigterm_closes_in_time(store: Store, path: Path, there: Telegram) -> None:
    settings = there.settings(path)
    opened: list[Open] = []
    task = asyncio.create_task(
        serve(settings, store, build(settings), give_up=give_up, post=TinyPost(), opened=opened.append)
    )
    await until(lambda: opened)
    await asyncio.sleep(0.1)
    begun = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)
    await task
    assert time.monotonic() - begun < 5
