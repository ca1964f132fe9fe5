"""The daily summary: once for each community and local date, at the community's hour, also after downtime."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from desk.office import Office
from desk.speech import tell
from reports.daily import figures
from storage import communities, periods
from storage.communities import Community
from storage.store import Tx

JOB = "daily_summary"
LATEST = 20 * 60
"""Minutes after midnight: a summary missed until then is not pushed any more, tomorrow's will tell."""


async def push_due(office: Office) -> int:
    """Promise every summary that is due and not yet promised; how many."""
    now = office.now().astimezone(office.zone)

    async def look(tx: Tx) -> list[Community]:
        due = await waiting(tx, JOB, now.date(), now)
        return [c for c in due if await _has_yesterday(tx, office, c, now.date())]

    pushed = 0
    for community in await office.store.read(look):
        pushed += await push(office, community, now)
    return pushed


async def waiting(tx: Tx, job: str, occasion: date, now: datetime) -> list[Community]:
    """The communities with a group whose hour has come and for which the job is not done yet."""
    left = await periods.not_done(tx, job, occasion)
    return [c for c in await communities.everyone(tx) if c.id in left and is_due(c, now)] if left else []


def is_due(community: Community, now: datetime) -> bool:
    minute = now.hour * 60 + now.minute
    return community.summary_minute <= minute < max(LATEST, community.summary_minute + 60)


async def push(office: Office, community: Community, now: datetime) -> int:
    """Promise the summary of yesterday, once; the row of the job and the promise are one transaction."""
    today = now.date()

    async def change(tx: Tx) -> int:
        await tx.within(community.id)
        first = await tx.do(
            "small.first_time",
            job=JOB,
            community_id=community.id,
            local_date=today.isoformat(),
            now=office.now_ms(),
        )
        fresh = await communities.by_id(tx, community.id)
        if not first or fresh is None or fresh.group_chat_id is None:
            return 0
        yesterday = today - timedelta(days=1)
        counted = await figures(
            tx, fresh, yesterday, now, office.zone, office.catalogue, calendar=office.calendar
        )
        await tell(
            tx,
            office,
            fresh.group_chat_id,
            "daily_summary",
            today.isoformat(),
            community_id=fresh.id,
            summary=counted,
        )
        return 1

    return await office.store.write(change)


async def _has_yesterday(tx: Tx, office: Office, community: Community, today: date) -> bool:
    """Whether there is a yesterday to tell of: one that came in today is told tomorrow morning."""
    midnight = periods.midnight(today, office.zone)
    began = await periods.first(tx, community.id)
    if began is not None and began < midnight:
        return True
    bound_today = await tx.one(
        "small.did", job="bound", community_id=community.id, local_date=today.isoformat()
    )
    return not bound_today and await periods.founded(tx, community.id) < midnight
