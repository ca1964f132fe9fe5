"""抽查 by the clock: on two mornings a week, each community once."""

from __future__ import annotations

from desk.figures import spot_checks
from desk.office import Office
from jobs.summaries import waiting
from storage import communities
from storage.communities import Community
from storage.store import Tx

JOB = "spot_check"
WEEKDAYS = frozenset({1, 4})
"""Tuesday and Friday, when the week's work can still be mended."""


async def push_due(office: Office) -> int:
    """Draw for every community whose hour has come; how many tickets were drawn."""
    now = office.now().astimezone(office.zone)
    if now.weekday() not in WEEKDAYS:
        return 0

    async def look(tx: Tx) -> list[Community]:
        return await waiting(tx, JOB, now.date(), now)

    drawn = 0
    for community in await office.store.read(look):

        async def change(tx: Tx, here: int = community.id) -> int:
            first = await tx.do(
                "small.first_time",
                job=JOB,
                community_id=here,
                local_date=now.date().isoformat(),
                now=office.now_ms(),
            )
            fresh = await communities.by_id(tx, here)
            return await spot_checks.draw(tx, office, fresh, now.date()) if first and fresh else 0

        drawn += await office.store.write(change)
    return drawn
