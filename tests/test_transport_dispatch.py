"""Rows of the inbox reach their handlers: in order in a chat, side by side between chats, none forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from domain.errors import StoreUnavailable
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store
from tests.transport_counter import message, states
from transport.clock import now_ms
from transport.dispatch import Dispatcher, HandlerCancelled, TookTooLong

FAST = (0.01, 0.01, 0.01, 0.01)
Handle = Callable[[InboxRow], Awaitable[bool]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "office.sqlite"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(path)
    yield opened
    await opened.close()


class Desk:
    """Gives up as the desk does, and remembers."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.given_up: list[tuple[int, BaseException]] = []

    async def give_up(self, row: InboxRow, error: BaseException) -> None:
        await self.store.write(lambda tx: inbox.dead(tx, row.id, type(error).__name__, now_ms()))
        self.given_up.append((row.update_id, error))


async def arrive(store: Store, *updates: dict[str, object]) -> list[InboxRow]:
    return await store.write(lambda tx: inbox.take_in(tx, 1, updates, now_ms()))


@contextlib.asynccontextmanager
async def serving(dispatcher: Dispatcher) -> AsyncIterator[Dispatcher]:
    running = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        await dispatcher.stop(1.0)
        await running


async def test_a_chat_is_served_in_order_and_chats_side_by_side(store: Store, path: Path) -> None:
    seen: list[tuple[int, int]] = []
    together = most = 0

    async def handle(row: InboxRow) -> bool:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.002 * (row.update_id % 3))
        together -= 1
        seen.append((row.chat_id, row.update_id))
        return False

    async with serving(Dispatcher(store, handle, Desk(store).give_up)) as dispatcher:
        dispatcher.add(await arrive(store, *(message(n, n % 10 + 1) for n in range(1, 201))))
        await dispatcher.idle()
    assert len(seen) == 200
    for chat in range(1, 11):
        numbers = [number for at, number in seen if at == chat]
        assert numbers == sorted(numbers)
    assert most > 3
    assert states(path, "inbox") == {"done": 200}


async def test_rows_left_by_an_earlier_run_come_first(store: Store) -> None:
    await arrive(store, message(1, 5), message(2, 5))
    seen: list[int] = []

    async def handle(row: InboxRow) -> bool:
        seen.append(row.update_id)
        return False

    dispatcher = Dispatcher(store, handle, Desk(store).give_up)
    dispatcher.add(await arrive(store, message(3, 5)))
    async with serving(dispatcher):
        await dispatcher.idle()
    assert seen == [1, 2, 3]


async def test_what_does_not_fit_into_memory_waits_in_the_store(store: Store, path: Path) -> None:
    seen: list[tuple[int, int]] = []
    in_memory = 0

    async def handle(row: InboxRow) -> bool:
        nonlocal in_memory
        in_memory = max(in_memory, len(dispatcher._known))
        seen.append((row.chat_id, row.update_id))
        return False

    dispatcher = Dispatcher(store, handle, Desk(store).give_up, most_in_memory=20)
    async with serving(dispatcher):
        for start in range(1, 301, 50):
            dispatcher.add(await arrive(store, *(message(n, n % 7 + 1) for n in range(start, start + 50))))
        await dispatcher.idle()
    assert in_memory <= 20
    assert len(seen) == 300
    for chat in range(1, 8):
        numbers = [number for at, number in seen if at == chat]
        assert numbers == sorted(numbers)
    assert states(path, "inbox") == {"done": 300}


async def test_nothing_overtakes_a_failed_update_and_after_five_failures_the_chat_goes_on(
    store: Store, path: Path
) -> None:
    seen: list[int] = []

    async def handle(row: InboxRow) -> bool:
        seen.append(row.update_id)
        if row.update_id == 1:
            raise ValueError("居民写的话")
        return False

    desk = Desk(store)
    async with serving(Dispatcher(store, handle, desk.give_up, pauses=FAST)) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5), message(2, 5), message(3, 6)))
        await dispatcher.idle()
    assert [number for number in seen if number != 3] == [1, 1, 1, 1, 1, 2]
    assert [number for number, _ in desk.given_up] == [1]
    assert states(path, "inbox") == {"dead": 1, "done": 2}


async def test_failures_are_counted_across_restarts(store: Store) -> None:
    (row,) = await arrive(store, message(1, 5))
    for _ in range(4):
        await store.write(lambda tx: inbox.failed(tx, row.id, "ValueError"))
    tries = 0

    async def handle(row: InboxRow) -> bool:
        nonlocal tries
        tries += 1
        raise ValueError

    desk = Desk(store)
    async with serving(Dispatcher(store, handle, desk.give_up, pauses=FAST)) as dispatcher:
        await dispatcher.idle()
    assert tries == 1
    assert len(desk.given_up) == 1


async def test_a_log_names_the_place_of_a_failure_and_not_the_words(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def handle(row: InboxRow) -> bool:
        raise ValueError("我叫王芳")

    async with serving(Dispatcher(store, handle, Desk(store).give_up, pauses=FAST)) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5, "我叫王芳")))
        await dispatcher.idle()
    assert "ValueError at test_transport_dispatch.py" in caplog.text
    assert "王芳" not in caplog.text


async def test_a_desk_that_cannot_give_up_does_not_block_the_chat(store: Store, path: Path) -> None:
    async def handle(row: InboxRow) -> bool:
        if row.update_id == 1:
            raise ValueError
        return False

    async def give_up(row: InboxRow, error: BaseException) -> None:
        raise KeyError("desk")

    async with serving(Dispatcher(store, handle, give_up, pauses=FAST)) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5), message(2, 5)))
        await dispatcher.idle()
    assert states(path, "inbox") == {"dead": 1, "done": 1}


@pytest.mark.parametrize("kind", ["cancelled", "slow"])
async def test_a_handler_that_cancels_itself_or_hangs_is_a_failure(store: Store, kind: str) -> None:
    async def handle(row: InboxRow) -> bool:
        if row.update_id == 1 and kind == "cancelled":
            raise asyncio.CancelledError
        if row.update_id == 1:
            await asyncio.sleep(60)
        return False

    desk = Desk(store)
    async with serving(Dispatcher(store, handle, desk.give_up, pauses=FAST, time_limit=0.05)) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5), message(2, 5)))
        await dispatcher.idle()
    ((number, error),) = desk.given_up
    assert number == 1
    assert isinstance(error, HandlerCancelled if kind == "cancelled" else TookTooLong)


async def test_an_unavailable_store_is_not_counted_as_a_failure(store: Store, path: Path) -> None:
    tries = 0

    async def handle(row: InboxRow) -> bool:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise StoreUnavailable("x", "disk full")
        return False

    desk = Desk(store)
    async with serving(Dispatcher(store, handle, desk.give_up, pauses=())) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5)))
        await dispatcher.idle()
    assert tries == 3
    assert desk.given_up == []
    assert states(path, "inbox") == {"done": 1}


async def test_a_locked_database_delays_and_loses_nothing(store: Store, path: Path) -> None:
    async def handle(row: InboxRow) -> bool:
        await store.write(lambda tx: inbox.done(tx, row.id, now_ms()))
        return True

    desk = Desk(store)
    async with serving(Dispatcher(store, handle, desk.give_up)) as dispatcher:
        rows = await arrive(store, *(message(n, n) for n in range(1, 21)))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        dispatcher.add(rows)
        await asyncio.sleep(4.5)  # longer than the store's own patience
        assert states(path, "inbox") == {"waiting": 20}
        other.execute("ROLLBACK")
        other.close()
        await dispatcher.idle()
    assert desk.given_up == []
    assert states(path, "inbox") == {"done": 20}


async def test_stop_lets_a_running_handler_finish_and_leaves_the_rest_waiting(
    store: Store, path: Path
) -> None:
    begun = asyncio.Event()

    async def handle(row: InboxRow) -> bool:
        begun.set()
        await asyncio.sleep(0.1)
        return False

    async with serving(Dispatcher(store, handle, Desk(store).give_up)) as dispatcher:
        dispatcher.add(await arrive(store, message(1, 5), message(2, 5)))
        await begun.wait()
    assert states(path, "inbox") == {"done": 1, "waiting": 1}


async def test_stop_cancels_a_handler_that_does_not_end(store: Store, path: Path) -> None:
    begun = asyncio.Event()

    async def handle(row: InboxRow) -> bool:
        begun.set()
        await asyncio.sleep(60)
        return False

    dispatcher = Dispatcher(store, handle, Desk(store).give_up)
    running = asyncio.create_task(dispatcher.run())
    dispatcher.add(await arrive(store, message(1, 5)))
    await begun.wait()
    async with asyncio.timeout(2):
        await dispatcher.stop(0.1)
        await running
    assert states(path, "inbox") == {"waiting": 1}


async def test_rows_that_nobody_announced_are_found(store: Store, path: Path) -> None:
    async def handle(row: InboxRow) -> bool:
        return False

    async with serving(Dispatcher(store, handle, Desk(store).give_up, sweep=0.05)) as dispatcher:
        await dispatcher.idle()
        await arrive(store, message(1, 5))
        await asyncio.sleep(0.2)
        await dispatcher.idle()
    assert states(path, "inbox") == {"done": 1}
