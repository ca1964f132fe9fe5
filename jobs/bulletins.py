"""The weekly bulletin on Monday, the monthly one on the 1st: after the daily summary, each once."""

from __future__ import annotations

from datetime import date, datetime

from desk.figures import bulletins
from desk.office import Office
from desk.speech import tell
from jobs import summaries
from storage import communities, periods
from storage.communities import Community
from storage.periods import Period, Span, period_of
from storage.store import Tx

CATCH_UP = {Span.WEEK: 3, Span.MONTH: 5}
"""Days from the end of a period on which its bulletin still goes out, when the bot was down on the first."""


async def push_due(office: Office) -> int:
    """Promise every bulletin that is due and not yet promised; how many."""
    now = office.now().astimezone(office.zone)
    pushed = 0
    for period in due_periods(now.date()):

        async def look(tx: Tx, period: Period = period) -> list[Community]:
            return await _waiting(tx, office, period, now)

        for community in await office.store.read(look):
            pushed += await push(office, community, period)
    return pushed


def due_periods(today: date) -> list[Period]:
    """The week and the month that have just ended."""
    ended = [period_of(span, today).before() for span in CATCH_UP]
    return [period for period in ended if (today - period.last).days <= CATCH_UP[period.span]]


async def push(office: Office, community: Community, period: Period) -> int:
    """Promise one bulletin, once; the row of the job and the promise are one transaction."""
    counted = await bulletins.count(office, community, period)

    async def change(tx: Tx) -> int:
        first = await tx.do(
            "small.first_time",
            job=_job(period),
            community_id=community.id,
            local_date=period.first.isoformat(),
            now=office.now_ms(),
        )
        fresh = await communities.by_id(tx, community.id)
        if not first or fresh is None or fresh.group_chat_id is None:
            return 0
        chat_id = fresh.group_chat_id
        await tell(tx, office, chat_id, "bulletin", period.code, community_id=fresh.id, summary=counted)
        return 1

    return await office.store.write(change)


async def _waiting(tx: Tx, office: Office, period: Period, now: datetime) -> list[Community]:
    """Whose hour has come, who have had today's summary, and had a ticket before the period's end."""
    found = []
    _, until = period.bounds(office.zone)
    for community in await summaries.waiting(tx, _job(period), period.first, now):
        told = await tx.one(
            "small.did",
            job=summaries.JOB,
            community_id=community.id,
            local_date=now.date().isoformat(),
        )
        began = await periods.first(tx, community.id)
        if told and began is not None and began < until:
            found.append(community)
    return found


def _job(period: Period) -> str:
    return f"{period.span.value}_bulletin"
