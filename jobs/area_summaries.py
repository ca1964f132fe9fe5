"""The summaries of subdistricts, districts and cities: day, week and month, each once, after downtime too."""

from __future__ import annotations

from datetime import datetime

from desk.levels import areas as desk_areas
from desk.levels.areas import Told
from desk.office import Office
from desk.speech import tell
from jobs import bulletins, summaries
from storage import areas, organisations
from storage.periods import Period, Span, period_of
from storage.store import Tx

MINUTE = 8 * 60 + 40
"""After midnight: the communities have had theirs."""


async def push_due(office: Office) -> int:
    """Promise every area's summary that is due and not yet promised; to how many chats."""
    now = office.now().astimezone(office.zone)
    if not MINUTE <= now.hour * 60 + now.minute < summaries.LATEST:
        return 0
    pushed = 0
    for period in due_periods(now):
        waiting = await _waiting(office, period)
        if waiting:
            for told in await desk_areas.count(office, period, waiting):
                pushed += await push(office, told)
    return pushed


def due_periods(now: datetime) -> list[Period]:
    """Yesterday, and the week and month that have just ended."""
    yesterday = period_of(Span.DAY, now.date()).before()
    return [yesterday, *bulletins.due_periods(now.date())]


async def _waiting(office: Office, period: Period) -> frozenset[int]:
    _, until = period.bounds(office.zone)

    async def look(tx: Tx) -> frozenset[int]:
        return await areas.not_told(tx, _job(period), period.first, until)

    return await office.store.read(look)


async def push(office: Office, told: Told) -> int:
    """Promise one summary, once, to the area's group, else to its people in private."""
    period, node = told.facts.period, told.node
    values = told.values(office)

    async def change(tx: Tx) -> int:
        first = await tx.do(
            "small.first_time",
            job=_job(period),
            community_id=node.id,
            local_date=period.first.isoformat(),
            now=office.now_ms(),
        )
        if not first:
            return 0
        fresh = await organisations.by_id(tx, node.id)
        people = [worker.user_id for worker in await organisations.people(tx, node.id)]
        chats = [fresh.chat_id] if fresh and fresh.chat_id else people
        for chat_id in chats:
            await tell(tx, office, chat_id, "area_summary", f"{node.id}:{period.code}", summary=values)
        return len(chats)

    return await office.store.write(change)


def _job(period: Period) -> str:
    return f"area_{period.span.value}"
