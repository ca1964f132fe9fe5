"""The duty roster: who is on duty on a day, who is away and who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.roles import Role
from storage.people import Member
from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Away:
    user_id: int
    since: str
    until: str
    deputy_id: int


def _member(r: Row) -> Member:
    return Member(r["community_id"], r["user_id"], r["name"], Role(r["role"]), r["duty"])


async def rostered(tx: Tx, community_id: int, day: date) -> list[Member]:
    """Who stands in the roster for this day: the day's own, else its weekday's."""
    own = await tx.all("hands.duty_of_day", community_id=community_id, day=day.isoformat())
    if own:
        return [_member(row) for row in own]
    usual = await tx.all("hands.duty_of_weekday", community_id=community_id, weekday=day.weekday())
    return [_member(row) for row in usual]


async def put_on_day(tx: Tx, community_id: int, day: date, user_ids: Sequence[int]) -> None:
    """This day's roster from now on; an empty one gives the day back to its weekday."""
    await tx.do("hands.clear_day", community_id=community_id, day=day.isoformat())
    for user_id in user_ids:
        await tx.do("hands.put_on_day", community_id=community_id, day=day.isoformat(), user_id=user_id)


async def put_on_weekday(tx: Tx, community_id: int, weekday: int, user_ids: Sequence[int]) -> None:
    await tx.do("hands.clear_weekday", community_id=community_id, weekday=weekday)
    for user_id in user_ids:
        await tx.do("hands.put_on_weekday", community_id=community_id, weekday=weekday, user_id=user_id)


async def away_on(tx: Tx, community_id: int, day: date) -> dict[int, Away]:
    """Who is not there on this day, by user id."""
    rows = await tx.all("hands.away_on", community_id=community_id, day=day.isoformat())
    return {r["user_id"]: Away(r["user_id"], r["since"], r["until"], r["deputy_id"]) for r in rows}


async def go_away(tx: Tx, community_id: int, user_id: int, since: date, until: date, deputy_id: int) -> None:
    await tx.do(
        "hands.go_away",
        community_id=community_id,
        user_id=user_id,
        since=since.isoformat(),
        until=until.isoformat(),
        deputy_id=deputy_id,
    )


async def come_back(tx: Tx, community_id: int, user_id: int) -> bool:
    return await tx.do("hands.come_back", community_id=community_id, user_id=user_id) == 1


async def leaves(tx: Tx, community_id: int, user_id: int) -> None:
    """The roster without somebody who has left."""
    await tx.do("hands.leaves_roster", community_id=community_id, user_id=user_id)
    await tx.do("hands.leaves_days", community_id=community_id, user_id=user_id)
    await tx.do("hands.come_back", community_id=community_id, user_id=user_id)


async def forget(tx: Tx, before: date) -> None:
    """Days that are over."""
    await tx.do("hands.forget_days", day=before.isoformat())
    await tx.do("hands.forget_away", day=before.isoformat())
