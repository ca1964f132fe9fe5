"""The process watched: /health and /metrics, alarms, systemd's watchdog, a blocked loop, logs as JSON."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from config import load
from domain.errors import SettingsError, StoreUnavailable
from storage import inbox
from storage.store import Store, Tx
from tests.transport_counter import BOT, TOKEN, Telegram, TinyPost, message, telegram, until
from transport import patience
from transport.application import build
from transport.clock import now_ms
from transport.deliver import Deliverer
from transport.dispatch import Dispatcher
from transport.limits import Limits
from transport.logs import set_up
from transport.poll import Poll
from transport.request import AiohttpRequest, Line
from transport.serve import Open, serve
from transport.vitals import SILENCE, STUCK, Vitals
from transport.watchdog import BLOCKED, Stuck, Watchdog, tell_systemd


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


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextlib.asynccontextmanager
async def serving(store: Store, path: Path, there: Telegram, **over: Any) -> AsyncIterator[Open]:
    settings, opened = there.settings(path, **over), list[Open]()

    async def give_up(row: Any, error: BaseException) -> None:
        raise AssertionError(error)

    task = asyncio.create_task(
        serve(
            settings,
            store,
            build(settings),
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
        opened[0].stop()
        await task


async def test_health_and_metrics_tell_counts_and_no_word(store: Store, path: Path, there: Telegram) -> None:
    address = f"127.0.0.1:{free_port()}"
    person = await there.resident()
    async with serving(store, path, there, health_listen=address), aiohttp.ClientSession() as session:
        await there.says(person, "暗号鼹鼯 13912345678")
        await there.control("wait", idle=BOT)
        async with session.get(f"http://{address}/health") as answer:
            body = await answer.json()
            assert (answer.status, body["ok"], body["problems"]) == (200, True, [])
            assert body["poll_age"] < 5
        page = ""
        async with asyncio.timeout(10):
            while "minxinqiao_updates_handled_total 2.0" not in page:  # taken, perhaps not handled yet
                async with session.get(f"http://{address}/metrics") as answer:
                    page = await answer.text()
        assert "minxinqiao_inbox_waiting 0.0" in page
        assert "minxinqiao_store 1.0" in page
        for secret in ("鼹鼯", "13912345678", str(person), TOKEN):
            assert secret not in page + json.dumps(body)


async def test_a_store_that_does_not_serve_is_unhealthy(store: Store, path: Path, there: Telegram) -> None:
    address = f"127.0.0.1:{free_port()}"
    async with serving(store, path, there, health_listen=address), aiohttp.ClientSession() as session:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("alter table inbox rename to elsewhere")  # the reader fails, as on a broken disk
            async with session.get(f"http://{address}/health") as answer:
                assert answer.status == 503
                assert (await answer.json())["problems"] == ["the store does not serve"]
            other.execute("alter table elsewhere rename to inbox")
        async with session.get(f"http://{address}/health") as answer:
            assert answer.status == 200


async def test_a_store_that_takes_no_writes_is_unhealthy_and_no_reason_to_end(
    store: Store, there: Telegram
) -> None:
    async with parts(store, there) as (poll, _, vitals):

        async def refuse(tx: Tx) -> None:
            raise StoreUnavailable("there", "database or disk is full")

        waiting = asyncio.create_task(patience.write(store, refuse, "updates"))
        await asyncio.sleep(0.05)
        poll.last_step -= STUCK + 1
        condition = await vitals.look()
        assert (condition.store, condition.stuck) == (False, "")
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (await vitals.look()).stuck == "poll"


async def test_a_taken_port_names_its_setting(store: Store, path: Path, there: Telegram) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = there.settings(path, health_listen=f"127.0.0.1:{taken.getsockname()[1]}")

        async def give_up(row: Any, error: BaseException) -> None:
            raise AssertionError(error)

        with pytest.raises(SettingsError, match="HEALTH_LISTEN"):
            await serve(settings, store, build(settings), give_up=give_up, post=TinyPost(), signals=False)


def test_wrong_values_are_named() -> None:
    for name, value in (("health_listen", "8081"), ("log_format", "xml"), ("backup_keep", 0)):
        with pytest.raises(SettingsError, match=name.upper()):
            load(**{name: value})


@contextlib.asynccontextmanager
async def parts(store: Store, there: Telegram) -> AsyncIterator[tuple[Poll, Dispatcher, Vitals]]:
    """The parts of a counter that nobody has started."""

    async def handle(row: Any) -> bool:
        return False

    async def give_up(row: Any, error: BaseException) -> None: ...

    async with AiohttpRequest(direct=True) as request:
        line = Line(request, f"{there.url}/bot", TOKEN)
        dispatcher = Dispatcher(store, handle, give_up)
        poll = Poll(store, line, BOT, dispatcher.add)
        deliverer = Deliverer(store, line, TinyPost(), Limits(time.monotonic))
        yield poll, dispatcher, Vitals(store, poll, dispatcher, deliverer, now_ms)


async def test_silence_and_a_late_inbox_are_alarms(
    store: Store, there: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    async with parts(store, there) as (poll, _, vitals):
        assert (await vitals.look()).problems == []
        poll.last_good -= SILENCE + 1
        long_ago = now_ms() - int(SILENCE * 1000) - 1000
        await store.write(lambda tx: inbox.take_in(tx, BOT, [message(1, 5)], long_ago))
        watching = asyncio.create_task(Watchdog(vitals, look_every=0).run())
        await until(lambda: "no good poll" in caplog.text)
        watching.cancel()
        assert "1 updates wait" in caplog.text


@pytest.mark.parametrize("part", ["poll", "dispatcher"])
async def test_a_part_without_a_step_ends_the_process(store: Store, there: Telegram, part: str) -> None:
    async with parts(store, there) as (poll, dispatcher, vitals):
        rows = await store.write(lambda tx: inbox.take_in(tx, BOT, [message(1, 5)], now_ms()))
        dispatcher._behind = False  # as after its first look
        dispatcher.add(rows)
        if part == "poll":
            poll.last_step -= STUCK + 1
        else:
            dispatcher.last_step -= STUCK + 1
        with pytest.raises(Stuck, match=part):
            await Watchdog(vitals, look_every=0).run()


async def test_systemd_is_fed_while_all_goes_well(
    store: Store, path: Path, there: Telegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not tell_systemd("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(tmp_path / "notify"))
        supervisor.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        async with serving(store, path, there):
            await asyncio.sleep(1.3)
        told = []
        with contextlib.suppress(BlockingIOError):
            while True:
                told.append(supervisor.recv(100).decode())
    assert told == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


BLOCKS = """
import asyncio, time
from transport.watchdog import Watchdog, guard_loop
class Fine:
    loop_lag = 0.0
async def main():
    guard_loop(Watchdog(Fine()), longest=0.4)
    time.sleep(20)
asyncio.run(main())
"""


def test_a_blocked_loop_ends_the_process_and_says_where() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", BLOCKS],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert ended.returncode == BLOCKED
    assert "in main" in ended.stderr


@pytest.mark.parametrize("as_json", [False, True])
def test_what_an_error_says_stays_out_of_the_log(as_json: bool) -> None:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    try:
        set_up("INFO", as_json=as_json, stream=stream)
        _fail_with("我家在3号楼，我叫鼹鼯")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "鼹鼯" not in stream.getvalue()
    assert "ValueError from KeyError at test_health.py" in stream.getvalue()
    if as_json:
        assert json.loads(stream.getvalue())["error"].startswith("ValueError")


def _fail_with(words: str) -> None:
    def inner() -> None:
        raise KeyError(words)

    fail: Callable[[], None] = inner
    try:
        try:
            fail()
        except KeyError as error:
            raise ValueError(words) from error
    except ValueError:
        logging.getLogger("test").exception("it failed")
