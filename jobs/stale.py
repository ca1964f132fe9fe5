"""久未动的件: once a week the lead sees the open tickets that nobody has moved, each a button away."""

from __future__ import annotations

from datetime import timedelta

from desk import views
from desk.office import Office, to_ms
from desk.speech import leads, tell
from storage import communities, tickets
from storage.store import Tx

WEEKDAY = 0
HOUR = 9
"""Monday morning, after the daily summary."""
UNMOVED_FOR = timedelta(days=7)
MOST_LISTED = 15


async def push_due(office: Office) -> int:
    """Tell the leads of every community what has stood still, once a week; how many were told."""
    now = office.now().astimezone(office.zone)
    monday = (now - timedelta(days=now.weekday() - WEEKDAY)).replace(
        hour=HOUR, minute=0, second=0, microsecond=0
    )
    if now < monday:
        return 0
    week = monday.date().isoformat()

    async def look(tx: Tx) -> list[tuple[int, str]]:
        return [(row["id"], row["name"]) for row in await tx.all("levels.not_listed", week=week)]

    return sum([await _tell(office, number, name, week) for number, name in await office.store.read(look)])


async def _tell(office: Office, community_id: int, name: str, week: str) -> int:
    async def change(tx: Tx) -> int:
        first = await tx.do(
            "small.first_time", job="stale", community_id=community_id, local_date=week, now=office.now_ms()
        )
        if not first:
            return 0
        since = to_ms(office.now() - UNMOVED_FOR)
        rows = await tx.all("levels.unmoved", community_id=community_id, since=since, most=MOST_LISTED + 1)
        if not rows:
            return 0
        still = [tickets.of_row(row) for row in rows]
        lines = [await views.line(tx, office, ticket) for ticket in still[:MOST_LISTED]]
        community = await communities.by_id(tx, community_id)
        for user_id in await leads(tx, office, community):
            await tell(
                tx,
                office,
                user_id,
                "stale_list",
                f"{community_id}:{week}",
                community_id=community_id,
                community=name,
                lines=lines,
                more=len(still) > MOST_LISTED,
                days=UNMOVED_FOR.days,
            )
        return 1

    return await office.store.write(change)
