"""Long polling that confirms nothing to Telegram before it is on the disk.

The library's own updater confirms updates while they sit in memory: killed, it loses 73 % of them. Here a
batch is committed to the inbox first; only then is a higher offset asked for. The offset is never restored
from the database: after a quiet week Telegram numbers its updates anew.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from telegram.error import Conflict, InvalidToken, TelegramError

from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store, Tx
from transport import patience
from transport.clock import Now, now_ms
from transport.request import Line, TooMany, Unsure
from transport.updates import WANTED, keepable, number_of

log = logging.getLogger(__name__)

PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
RENEW_AFTER: Final = 3  # failures in a row after which the connection is replaced

Arrived = Callable[[Sequence[InboxRow]], None]


class Poll:
    """One long poll after the other. `arrived` is told of the rows that were new."""

    def __init__(
        self,
        store: Store,
        line: Line,
        bot: int,
        arrived: Arrived,
        *,
        now: Now = now_ms,
        timeout: int = 25,
        pauses: tuple[float, ...] = PAUSES,
        number: int = 0,
    ) -> None:
        """`bot` is Telegram's id of the bot, `number` ours (`domain.bots`)."""
        self._store = store
        self._line = line
        self._bot = bot
        self._number = number
        self._arrived = arrived
        self._now = now
        self._timeout = timeout
        self._pauses = pauses
        self._offset: int | None = None
        self.last_good = time.monotonic()
        self.last_step = self.last_good  # good or bad: a poll that fails is alive

    async def run(self) -> None:
        """Poll until cancelled; nothing that Telegram or the network answers ends it."""
        failures, unhook = 0, True
        self._offset = None
        while True:
            try:
                if unhook:  # a webhook of an earlier set-up would refuse every poll
                    await self._line.call("deleteWebhook", {})
                    unhook = False
                updates = await self._ask()
            except TelegramError as error:
                failures += 1
                unhook = unhook or isinstance(error, Conflict)
                await self._endure(error, failures)
                continue
            if failures:
                log.warning("Telegram answers again after %d failed polls", failures)
            failures = 0
            await self._take(updates)
            self.last_good = self.last_step = time.monotonic()

    def stand_by(self) -> None:
        """Another process polls: that nothing comes in here is right."""
        self.last_good = self.last_step = time.monotonic()

    async def _ask(self) -> list[Any]:
        values: dict[str, Any] = {"limit": 100, "timeout": self._timeout, "allowed_updates": WANTED}
        if self._offset is not None:
            values["offset"] = self._offset
        try:
            async with asyncio.timeout(self._timeout + 30):  # an answer may also trickle for ever
                updates = await self._line.call("getUpdates", values, read_timeout=self._timeout + 10)
        except TimeoutError:
            raise Unsure("getUpdates took too long") from None
        if not isinstance(updates, list):
            raise Unsure("getUpdates gave no list")
        return updates

    async def _take(self, updates: list[Any]) -> None:
        numbers = [number for update in updates if (number := number_of(update)) is not None]
        kept = keepable(updates)
        if kept:

            async def keep(tx: Tx) -> list[InboxRow]:
                return await inbox.take_in(tx, self._bot, kept, self._now(), self._number)

            self._arrived(await patience.write(self._store, keep, "updates"))
        if numbers:
            self._offset = max(numbers) + 1
        else:
            # An empty answer to offset N confirmed everything below N. Asking without one from here on also
            # finds updates that Telegram has begun to number anew.
            self._offset = None
            if updates:
                await asyncio.sleep(self._pauses[0])  # only unreadable ones: they will come again

    async def _endure(self, error: TelegramError, failures: int) -> None:
        self.last_step = time.monotonic()
        if failures == 1 or failures % 10 == 0:
            log.warning("poll %d failed: %s%s", failures, _meaning(error), type(error).__name__)
        if failures % RENEW_AFTER == 0:
            await self._line.request.renew()
        pause = patience.pause_after(failures, self._pauses)
        await asyncio.sleep(max(pause, error.seconds) if isinstance(error, TooMany) else pause)


def _meaning(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return "Telegram (or a proxy before it) does not know this token; "
    if isinstance(error, Conflict):
        return "another program polls with the same token, or a webhook is set; "
    return ""
