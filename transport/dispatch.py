"""The inbox handed to the handlers: in order within a chat, side by side between chats, nothing forgotten.

A row that fails is tried again before anything behind it in its chat. After five failures it is given up to
the desk, which tells the resident that a person will look, and the chat goes on. Only so many rows are held
in memory; the rest wait in the store.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from domain.errors import StoreUnavailable
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store
from transport import patience
from transport.clock import Now, now_ms
from transport.logs import where
from transport.patience import within

log = logging.getLogger(__name__)

Handle = Callable[[InboxRow], Awaitable[bool]]
GiveUp = Callable[[InboxRow, BaseException], Awaitable[None]]
PAUSES: Final = (0.2, 1.0, 3.0, 10.0)
SWEEP: Final = 30.0  # seconds between looks for rows that nobody announced


class TookTooLong(Exception):
    """A handler ran past its time limit and was cancelled."""


class HandlerCancelled(Exception):
    """A handler ended itself with CancelledError."""


class Dispatcher:
    """Takes rows of the inbox to `handle`, which answers True when its own transaction marked it done."""

    def __init__(
        self,
        store: Store,
        handle: Handle,
        give_up: GiveUp,
        *,
        most_at_once: int = 64,
        most_in_memory: int = 2000,
        time_limit: float = 30.0,
        pauses: tuple[float, ...] = PAUSES,
        sweep: float = SWEEP,
        now: Now = now_ms,
    ) -> None:
        self._store = store
        self._handle = handle
        self._give_up = give_up
        self._most_in_memory = most_in_memory
        self._time_limit = time_limit
        self._pauses = pauses
        self._sweep = sweep
        self._now = now
        self._places = asyncio.Semaphore(most_at_once)
        self._lanes: dict[int, list[tuple[int, InboxRow]]] = {}  # by chat, a heap by row id
        self._servers: dict[int, asyncio.Task[None]] = {}
        self._known: set[int] = set()
        self._finished_while_loading: set[int] | None = None
        self._loaded_to = 0
        self._behind = True  # the store holds rows that are not in memory
        self._turned_away = 0
        self._look = asyncio.Event()
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._quiet = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self.last_step = time.monotonic()  # good or bad
        self.tally: Counter[str] = Counter()

    def add(self, rows: Iterable[InboxRow]) -> None:
        """Rows that were just committed. What does not fit into memory is read from the store later."""
        for row in rows:
            if self._behind or len(self._known) >= self._most_in_memory:
                self._behind = True
                self._turned_away += 1
            else:
                self._admit(row)
        self._take_stock()
        if self._behind:
            self._look.set()

    async def run(self) -> None:
        """Serve until `stop`; ends with an error only when something of this program itself is broken."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for chat_id in self._lanes:
                    self._staff(chat_id)
                while not self._stop.is_set():
                    self._look.clear()
                    if self._behind and len(self._known) <= self._most_in_memory // 2:
                        await self._load()
                        continue
                    if not await within(self._look, self._sweep):
                        self._loaded_to, self._behind = 0, True
                        self._take_stock()
        finally:
            self._group = None
            self._ended.set()

    async def stop(self, grace: float = 3.0) -> None:
        """Begin nothing new; what runs is cancelled after `grace` seconds, its row waits in the store."""
        self._stop.set()
        self._look.set()
        if self._group is None:
            return
        if not await within(self._ended, grace):
            for server in list(self._servers.values()):
                server.cancel()
            await self._ended.wait()

    @property
    def waiting(self) -> bool:
        """Whether rows are in memory that are not settled yet."""
        return bool(self._known)

    async def idle(self) -> None:
        """Return once nothing waits, neither in memory nor in the store (for tests and drills)."""
        await self._quiet.wait()

    def _admit(self, row: InboxRow) -> None:
        if row.id in self._known:
            return
        if not self._known:
            self.last_step = time.monotonic()  # waiting begins now
        self._known.add(row.id)
        self._loaded_to = max(self._loaded_to, row.id)
        heapq.heappush(self._lanes.setdefault(row.chat_id, []), (row.id, row))
        if self._group is not None:
            self._staff(row.chat_id)

    def _staff(self, chat_id: int) -> None:
        """See that somebody serves this chat."""
        if self._group is None or chat_id in self._servers or self._stop.is_set():
            return
        self._servers[chat_id] = self._group.create_task(self._serve(chat_id), name=f"chat {chat_id}")

    async def _load(self) -> None:
        """Read the next rows from the store."""
        room = self._most_in_memory - len(self._known)
        after, before = self._loaded_to, self._turned_away
        self._finished_while_loading = set()
        try:
            rows = await self._store.read(lambda tx: inbox.waiting(tx, after=after, most=room))
        except StoreUnavailable as error:
            log.error("the inbox cannot be read (%s); trying again", error.problem)
            await asyncio.sleep(1.0)
            return
        finally:
            finished, self._finished_while_loading = self._finished_while_loading or set(), None
        for row in rows:
            if row.id not in finished:
                self._admit(row)
            self._loaded_to = max(self._loaded_to, row.id)
        if len(rows) < room and self._turned_away == before:
            self._behind = False
        self._take_stock()

    async def _serve(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        try:
            while lane and not self._stop.is_set():
                _, row = heapq.heappop(lane)
                if not await self._settle(row):
                    return  # the program stops; the row waits in the store
                self._forget(row)
        finally:
            del self._servers[chat_id]
            if not lane:
                del self._lanes[chat_id]

    def _forget(self, row: InboxRow) -> None:
        self._known.discard(row.id)
        if self._finished_while_loading is not None:
            self._finished_while_loading.add(row.id)
        if self._behind:
            self._look.set()
        self._take_stock()

    def _take_stock(self) -> None:
        if self._behind or self._known:
            self._quiet.clear()
        else:
            self._quiet.set()

    async def _settle(self, row: InboxRow) -> bool:
        """Try until the row is done or given up; False when the program stops first."""
        failures, unavailable = row.attempts, 0
        while not self._stop.is_set():
            async with self._places:
                self.last_step = time.monotonic()
                error = await self._attempt(row)
            self.last_step = time.monotonic()
            self.tally["updates_failed" if error else "updates_handled"] += 1
            if error is None:
                return True
            if isinstance(error, StoreUnavailable):  # nobody's fault here: not counted
                unavailable += 1
                log.error("update %d waits: the store is unavailable (%s)", row.update_id, error.problem)
                pause = patience.pause_after(unavailable)
            else:
                failures += 1
                log.error("update %d failed (%d): %s", row.update_id, failures, where(error))
                if failures > len(self._pauses):
                    await self._surrender(row, error)
                    self.tally["updates_given_up"] += 1
                    return True
                await self._count(row, error)
                pause = patience.pause_after(failures, self._pauses)
            await within(self._stop, pause)
        return False

    async def _attempt(self, row: InboxRow) -> BaseException | None:
        """Run the handlers once; None when the row is marked done, else what went wrong."""
        work = asyncio.ensure_future(self._handle(row))
        try:
            done, _ = await asyncio.wait({work}, timeout=self._time_limit)
        except asyncio.CancelledError:
            await _cancel(work)
            raise
        if not done:
            await _cancel(work)
            if not work.done() or work.cancelled() or work.exception():
                return TookTooLong(f"more than {self._time_limit:g} s")
        if work.cancelled():
            return HandlerCancelled()
        if error := work.exception():
            return error
        if not work.result():
            await patience.write(
                self._store, lambda tx: inbox.done(tx, row.id, self._now()), "a finished update"
            )
        return None

    async def _count(self, row: InboxRow, error: BaseException) -> None:
        words = type(error).__name__
        await patience.write(self._store, lambda tx: inbox.failed(tx, row.id, words), "a failure")

    async def _surrender(self, row: InboxRow, error: BaseException) -> None:
        """Hand the row to the desk, which marks it dead; do that here when the desk fails too."""
        while True:
            try:
                await self._give_up(row, error)
                return
            except StoreUnavailable:
                await asyncio.sleep(patience.PAUSES[-1])
            except Exception as second:  # the last resort must not itself block the chat
                log.critical("update %d could not be given up properly: %s", row.update_id, where(second))
                break
        words = type(error).__name__
        await patience.write(
            self._store, lambda tx: inbox.dead(tx, row.id, words, self._now()), "a dead update"
        )


async def _cancel(work: asyncio.Future[bool]) -> None:
    work.cancel()
    await asyncio.wait({work}, timeout=1.0)
