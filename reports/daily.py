"""The figures of one community's day, each with the tickets that it counts."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.privacy import is_closed
from domain.workdays import WorkCalendar
from nlp.personal import mask
from reports import trend
from storage import audit, hops, people
from storage.communities import Community
from storage.store import Row, Tx

CLOSED = "🔒"  # stands for a kind that the group does not see by name
NAMED = 3  # how many tickets stand by number under 最久 and 紧急


def bounds(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The local day as [since, until) in milliseconds; 23 or 25 hours long where clocks are moved."""
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + timedelta(days=1), time(), zone)
    return int(since.timestamp() * 1000), int(until.timestamp() * 1000)


async def figures(
    tx: Tx,
    community: Community,
    day: date,
    now: datetime,
    zone: ZoneInfo,
    catalogue: Catalogue,
    *,
    calendar: WorkCalendar | None = None,
) -> dict[str, Any]:
    """What the daily summary tells, as plain values for `texts.summary.daily_summary`.

    Without the office's `calendar` the trend knows weekends only, no holidays.
    """
    since, until = bounds(day, zone)
    now_ms = int(now.timestamp() * 1000)
    span = {"community_id": community.id, "since": since, "until": until}
    created = await tx.all("figures.created", **span)
    beside = await trend.compared(tx, community.id, [day], now, zone, calendar or WorkCalendar(zone))
    moves = {row["kind"]: row["count"] for row in await tx.all("figures.moves", **span)}
    opinions = {row["opinion"]: row["count"] for row in await tx.all("figures.opinions", **span)}
    open_rows = await tx.all("figures.open_now", community_id=community.id, now=now_ms)
    review = await tx.one("figures.in_review", community_id=community.id)
    oldest = await tx.all("figures.oldest", community_id=community.id, most=NAMED)
    urgent = await tx.all("figures.urgent", community_id=community.id, most=NAMED)
    sealed = await audit.head(tx, community.id)

    def named(rows: list[Row]) -> list[list[Any]]:
        return [[r["id"], r["number"], _name(catalogue, r), (now_ms - r["created_at"]) // 1000] for r in rows]

    return {
        "community": community.name,
        "day": day.isoformat(),
        "new": sum(row["count"] for row in created),
        "trend": trend.plain(beside),
        "by_category": _by_category(catalogue, created),
        "answered": moves.get("answer", 0),
        "closed": moves.get("close", 0),
        "reopened": moves.get("reopen", 0),
        "returned": moves.get("return", 0),
        "urged": moves.get("urge", 0),
        "withdrawn": moves.get("withdraw", 0),
        "opinions": opinions,
        "open": sum(row["count"] for row in open_rows),
        "late": sum(row["late"] or 0 for row in open_rows),
        "unassigned": sum(row["count"] for row in open_rows if row["assignee_id"] is None),
        "suspended": sum(row["count"] for row in open_rows if row["state"] == "suspended"),
        "waiting_for_resident": sum(row["count"] for row in open_rows if row["state"] == "needs_info"),
        "review": review["count"] if review else 0,
        "urgent_open": sum(row["count"] for row in open_rows if row["urgency"] != "一般"),
        "oldest": named(oldest),
        "urgent": named(urgent),
        "holders": await _holders(tx, community.id, open_rows),
        "rungs": [
            [rung.name, rung.waiting, rung.waiting - rung.signed]
            for rung in await hops.waiting_by_rung(tx, community.id)
        ],
        "sealed": sealed.short if sealed else "",
    }


async def _holders(tx: Tx, community_id: int, open_rows: list[Row]) -> list[list[Any]]:
    """(name, how many open, how many of them late), the busiest first."""
    held: dict[int, list[int]] = {}
    for row in open_rows:
        if row["assignee_id"] is not None:
            total = held.setdefault(row["assignee_id"], [0, 0])
            total[0] += row["count"]
            total[1] += row["late"] or 0
    busiest = sorted(held.items(), key=lambda item: -item[1][0])
    return [[await people.name_of(tx, community_id, who) or "?", n, late] for who, (n, late) in busiest]


def _by_category(catalogue: Catalogue, rows: list[Row]) -> list[list[Any]]:
    """(name, how many), the most frequent first; sensitive kinds are counted together, without names."""
    counted: dict[str, int] = {}
    for row in rows:
        code = row["category"]
        leaf = catalogue.leaf(code) if catalogue.has(code) else None
        name = code if leaf is None else CLOSED if leaf.sensitive else leaf.name
        counted[name] = counted.get(name, 0) + row["count"]
    return [[name, count] for name, count in sorted(counted.items(), key=lambda item: -item[1])]


def _name(catalogue: Catalogue, row: Row) -> str:
    """Category and place of a ticket; sensitive kinds show neither."""
    closed = is_closed(
        catalogue,
        row["category"],
        sure=bool(row["category_sure"]),
        guesses=json.loads(row["guesses"]),
        dangers=json.loads(row["dangers"]),
    )
    if closed or not catalogue.has(row["category"]):
        return CLOSED
    return f"{catalogue.leaf(row['category']).name} {mask(row['place'])}".strip()
