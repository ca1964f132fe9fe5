"""The agenda of the monthly joint meeting: on the first working day of a month, each community once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desk.figures import joint_meeting
from desk.office import Office
from jobs.summaries import waiting
from storage import communities
from storage.communities import Community
from storage.store import Tx

JOB = "meeting"


async def push_due(office: Office) -> int:
    """Promise the agenda to every community whose hour has come; to how many."""
    now = office.now().astimezone(office.zone)
    first = now.date().replace(day=1)
    if now.date() != office.calendar.next_workday(first - timedelta(days=1)):
        return 0

    async def look(tx: Tx) -> list[Community]:
        return await waiting(tx, JOB, first, now)

    told = 0
    for community in await office.store.read(look):

        async def count(tx: Tx, of: Community = community) -> dict[str, Any]:
            return await joint_meeting.agenda(tx, office, of)

        values = await office.store.read(count)  # beside the writer: it reads a month

        async def change(tx: Tx, here: int = community.id, told_: dict[str, Any] = values) -> int:
            fresh = await communities.by_id(tx, here)
            done = await tx.do(
                "small.first_time",
                job=JOB,
                community_id=here,
                local_date=first.isoformat(),
                now=office.now_ms(),
            )
            return (
                await joint_meeting.promise_agenda(tx, office, fresh, first, told_) if done and fresh else 0
            )

        told += await office.store.write(change)
    return told
