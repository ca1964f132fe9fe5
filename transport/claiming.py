"""The inbox handed to the handlers of many processes: each row is claimed before it is touched.

A claim is the first waiting row of a chat, so order within a chat is kept whoever has it in hand. It is a
lease: who is killed loses it after a few seconds, and another takes the row over. Who only seemed dead finds
at the commit that its update is done (desk/office.py), and nothing of its own is kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterable
from typing import Any, Final

from domain.errors import StoreUnavailable
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store
from transport.dispatch import Dispatcher, GiveUp, Handle

log = logging.getLogger(__name__)

LEASE: Final = 12.0  # seconds; renewed three times in that
LOOK: Final = 0.2  # seconds between looks for rows that another process took in
IN_HAND: Final = 128


class ClaimingDispatcher(Dispatcher):
    """A dispatcher among others on the same store."""

    def __init__(
        self, store: Store, handle: Handle, give_up: GiveUp, *, lease: float = LEASE, **more: Any
    ) -> None:
        super().__init__(store, handle, give_up, most_in_memory=IN_HAND, sweep=LOOK, **more)
        self._lease = lease
        self._worker = secrets.randbits(62) + 1

    def add(self, rows: Iterable[InboxRow]) -> None:
        """Rows were committed here: whoever is first claims them."""
        self._behind = True
        self._take_stock()
        self._look.set()

    async def run(self) -> None:
        keeping = asyncio.create_task(self._keep(), name="claims")
        try:
            await super().run()
        finally:
            keeping.cancel()
            with contextlib.suppress(StoreUnavailable, TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._store.write(lambda tx: inbox.release(tx, self._worker))

    async def _load(self) -> None:
        """Claim the next rows."""
        room = self._most_in_memory - len(self._known)
        lease = int(self._lease * 1000)
        self._behind = False  # what comes in from here on is announced again
        try:
            rows = await self._store.write(lambda tx: inbox.claim(tx, self._worker, lease, room))
        except StoreUnavailable as error:
            log.error("the inbox cannot be claimed from (%s); trying again", error.problem)
            self._behind = True
            await asyncio.sleep(1.0)
            return
        for row in rows:
            self._admit(row)
        self._behind = self._behind or len(rows) >= room
        self._take_stock()

    def _forget(self, row: InboxRow) -> None:
        self._behind = True  # the next of this chat may be claimed now
        super()._forget(row)

    async def _keep(self) -> None:
        """Renew what is in hand, again and again."""
        lease = int(self._lease * 1000)
        while True:
            await asyncio.sleep(self._lease / 3)
            if not self._known:
                continue
            try:
                await self._store.write(lambda tx: inbox.renew(tx, self._worker, lease))
            except StoreUnavailable as error:
                log.error("claims cannot be renewed (%s)", error.problem)
