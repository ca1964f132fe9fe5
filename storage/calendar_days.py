"""Days off and make-up days that the office entered itself, and which community follows which country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from storage.store import Tx


async def everything(tx: Tx) -> tuple[dict[str, dict[date, bool]], dict[int, str]]:
    """(country → day → whether it is worked, community → country)."""
    noticed: dict[str, dict[date, bool]] = {}
    for row in await tx.all("levels.days"):
        noticed.setdefault(row["country"], {})[date.fromisoformat(row["day"])] = bool(row["works"])
    chosen = {int(row["community_id"]): str(row["country"]) for row in await tx.all("levels.calendars")}
    return noticed, chosen


async def enter(tx: Tx, country: str, days: Mapping[date, bool], by: int, now: int) -> None:
    for day, works in sorted(days.items()):
        await tx.do(
            "levels.set_day", country=country, day=day.isoformat(), works=int(works), entered_by=by, now=now
        )


async def choose(tx: Tx, community_id: int, country: str) -> None:
    """Let the community follow this country's days; empty: the office's own again."""
    if country:
        await tx.do("levels.set_calendar", community_id=community_id, country=country)
    else:
        await tx.do("levels.unset_calendar", community_id=community_id)
