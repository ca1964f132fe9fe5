"""Waiting: for a store that does not serve now (try again, say so, never give up), and for an event."""

from __future__ import annotations

import asyncio
import logging
from typing import TypeVar
from weakref import WeakKeyDictionary

from domain.errors import StoreUnavailable
from storage.store import Change, Store

log = logging.getLogger(__name__)

T = TypeVar("T")
_held: WeakKeyDictionary[Store, int] = WeakKeyDictionary()  # writes that wait, by store
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)


def pause_after(failures: int, pauses: tuple[float, ...] = PAUSES) -> float:
    """Seconds to wait after so many failures in a row (1 is the first)."""
    return pauses[min(failures, len(pauses)) - 1]


async def write(store: Store, change: Change[T], what: str) -> T:
    """`store.write`, repeated while the store is unavailable. `what` names the purpose in the log."""
    failures = 0
    try:
        while True:
            try:
                result = await store.write(change)
            except StoreUnavailable as error:
                failures += 1
                _held[store] = _held.get(store, 0) + (failures == 1)
                if failures == 1 or failures % 20 == 0:
                    log.error("the store does not take %s (%s); trying again", what, error.problem)
                await asyncio.sleep(pause_after(failures))
            else:
                if failures:
                    log.warning("the store takes %s again after %d failures", what, failures)
                return result
    finally:
        if failures:
            _held[store] -= 1


def held_up(store: Store) -> bool:
    """Whether writes are waiting for the store to serve again."""
    return _held.get(store, 0) > 0


async def within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most so long; whether it came."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
