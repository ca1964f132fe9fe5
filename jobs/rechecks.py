"""抽查回访 by the clock: once a day, at the community's hour, a lot for every ticket closed a week ago."""

from __future__ import annotations

import secrets

from desk.office import Office
from desk.residents.rechecking import AT_ONCE, draw
from jobs.summaries import waiting
from storage.communities import Community
from storage.store import Tx

JOB = "recheck"
SHARE = 5
"""Of a hundred closed tickets so many residents are asked again."""


async def push_due(office: Office, share: int = SHARE) -> int:
    """Draw for every community whose hour has come; how many residents are asked."""
    now = office.now().astimezone(office.zone)

    async def look(tx: Tx) -> list[Community]:
        return await waiting(tx, JOB, now.date(), now)

    asked = 0
    for community in await office.store.read(look):
        lots = [secrets.randbelow(100) < share for _ in range(AT_ONCE)]

        async def change(tx: Tx, here: int = community.id, chosen: list[bool] = lots) -> int:
            first = await tx.do(
                "small.first_time",
                job=JOB,
                community_id=here,
                local_date=now.date().isoformat(),
                now=office.now_ms(),
            )
            return await draw(tx, office, here, chosen) if first else 0

        asked += await office.store.write(change)
    return asked
