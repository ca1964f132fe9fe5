"""A ranking whose notice is over is published by the clock, once."""

from __future__ import annotations

from desk.figures import ranking
from desk.office import Office
from storage import rankings
from storage.store import Tx


async def push_due(office: Office) -> int:
    """Publish what is ready; how many groups are told."""

    async def look(tx: Tx) -> list[int]:
        return await rankings.ready(tx, office.now_ms()) if await rankings.is_on(tx) else []

    told = 0
    for ranking_id in await office.store.read(look):

        async def change(tx: Tx, which: int = ranking_id) -> int:
            return await ranking.publish(tx, office, which)

        told += await office.store.write(change)
    return told
