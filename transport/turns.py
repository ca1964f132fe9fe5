"""Work that one process at a time may do for a bot: polling, sending, the clock. The others stand by."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from storage.store import Store

log = logging.getLogger(__name__)

STAND_BY: Final = 1.0  # seconds

Work = Callable[[], Coroutine[Any, Any, None]]


async def in_turn(store: Store, name: str, work: Work, standing_by: Callable[[], None] | None = None) -> None:
    """Run `work` while this process has the turn; begin again when it was lost and comes back.

    `standing_by` is called every second of waiting. On a store of one process the turn is always its own.
    """
    if not store.shared:
        await work()
        return
    while True:
        idling = asyncio.create_task(_idle(standing_by))
        try:
            async with store.turn(name) as lost:
                idling.cancel()
                log.info("%s: it is our turn", name)
                if await _until_lost(work, lost):
                    return
        finally:
            idling.cancel()
        log.warning("%s: the turn was lost; standing by", name)


async def _until_lost(work: Work, lost: asyncio.Event) -> bool:
    """Whether the work ended by itself."""
    doing, losing = asyncio.ensure_future(work()), asyncio.ensure_future(lost.wait())
    both: set[asyncio.Future[Any]] = {doing, losing}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            await doing
            return True
        return False
    finally:
        for task in both:
            task.cancel()
        await asyncio.wait(both)


async def _idle(standing_by: Callable[[], None] | None) -> None:
    while standing_by is not None:
        standing_by()
        await asyncio.sleep(STAND_BY)
