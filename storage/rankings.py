"""Rankings of communities and estates: drafts, confirmations, exclusions, objections, what was published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.store import Row, Tx

SWITCH = "ranking"


@dataclass(frozen=True, slots=True)
class Ranking:
    """`state` is draft, notice, published or dropped; `standing` as desk/figures/ranking.py counted it."""

    id: int
    month: str
    state: str
    standing: Mapping[str, Any]
    first_by: int | None
    second_by: int | None
    notice_until: int | None


@dataclass(frozen=True, slots=True)
class Cases:
    """The rates of an estate, each as (part, whole)."""

    on_time: tuple[int, int]
    satisfied: tuple[int, int]
    lasting: tuple[int, int]


def _ranking(r: Row) -> Ranking:
    return Ranking(
        r["id"],
        r["month"],
        r["state"],
        json.loads(r["standing"]),
        r["first_by"],
        r["second_by"],
        r["notice_until"],
    )


async def is_on(tx: Tx) -> bool:
    """Whether this office ranks at all; it does not until somebody wants it."""
    return bool(await tx.value("small.setting", name=SWITCH) == "on")


async def turn(tx: Tx, *, on: bool) -> None:
    await tx.do("small.set_setting", name=SWITCH, value="on" if on else "off")


async def draft(tx: Tx, month: str, standing: Mapping[str, Any], by: int, now: int) -> None:
    """Enter or renew the draft of a month; one that somebody has confirmed stays as it is."""
    await tx.value(
        "rankings.draft", month=month, standing=json.dumps(standing, ensure_ascii=False), by_id=by, now=now
    )


async def of_month(tx: Tx, month: str) -> Ranking | None:
    row = await tx.one("rankings.of_month", month=month)
    return _ranking(row) if row else None


async def by_id(tx: Tx, ranking_id: int) -> Ranking | None:
    row = await tx.one("rankings.by_id", id=ranking_id)
    return _ranking(row) if row else None


async def set_standing(tx: Tx, ranking_id: int, standing: Mapping[str, Any]) -> None:
    await tx.do("rankings.set_standing", id=ranking_id, standing=json.dumps(standing, ensure_ascii=False))


async def confirm_first(tx: Tx, ranking_id: int, by: int) -> bool:
    return await tx.do("rankings.confirm_first", id=ranking_id, by_id=by) == 1


async def confirm_second(tx: Tx, ranking_id: int, by: int, notice_until: int) -> bool:
    """True for the second person, when they are another than the first."""
    touched = await tx.do("rankings.confirm_second", id=ranking_id, by_id=by, notice_until=notice_until)
    return touched == 1


async def unconfirm(tx: Tx, ranking_id: int) -> None:
    """What was confirmed has changed."""
    await tx.do("rankings.unconfirm", id=ranking_id)


async def ready(tx: Tx, now: int) -> list[int]:
    """Those whose notice is over without an open objection."""
    return [row["id"] for row in await tx.all("rankings.ready", now=now)]


async def publish(tx: Tx, ranking_id: int, now: int) -> bool:
    return await tx.do("rankings.publish", id=ranking_id, now=now) == 1


async def exclude(tx: Tx, ranking_id: int, community_id: int, reason: str, by: int) -> None:
    await tx.do("rankings.exclude", ranking_id=ranking_id, community_id=community_id, reason=reason, by_id=by)


async def exclusions(tx: Tx, ranking_id: int) -> dict[int, str]:
    """Who is not ranked, and the code of the reason."""
    rows = await tx.all("rankings.exclusions", ranking_id=ranking_id)
    return {row["community_id"]: row["reason"] for row in rows}


async def object_(tx: Tx, ranking_id: int, community_id: int, reason: str, by: int, now: int) -> bool:
    """Enter an objection; False when the community has objected before."""
    touched = await tx.do(
        "rankings.object",
        ranking_id=ranking_id,
        community_id=community_id,
        reason=reason,
        by_id=by,
        now=now,
    )
    return touched == 1


async def decide(tx: Tx, ranking_id: int, community_id: int, outcome: str, by: int) -> bool:
    touched = await tx.do(
        "rankings.decide", ranking_id=ranking_id, community_id=community_id, outcome=outcome, by_id=by
    )
    return touched == 1


async def sizes(tx: Tx) -> dict[int, int]:
    """Households of each community, as far as its house list tells."""
    return {row["community_id"]: int(row["size"]) for row in await tx.all("rankings.sizes")}


async def estate_sizes(tx: Tx) -> dict[int, int]:
    """Households of each estate, counted in the same way."""
    return {row["estate_id"]: int(row["size"]) for row in await tx.all("rankings.estate_sizes")}


async def estate_cases(tx: Tx, since: int, until: int) -> dict[int, Cases]:
    """What became in [since, until) of the tickets of each estate that had a limit to keep then."""
    said = {row["estate_id"]: row for row in await _estates(tx, "opinions", since, until)}
    moves = {row["estate_id"]: row for row in await _estates(tx, "moves", since, until)}
    found = {}
    for row in await _estates(tx, "due", since, until):
        spoken, moved = said.get(row["estate_id"]), moves.get(row["estate_id"])
        closed, again = (moved["closed"], moved["again"]) if moved else (0, 0)
        found[row["estate_id"]] = Cases(
            on_time=(row["on_time"], row["count"]),
            satisfied=(spoken["good"], spoken["count"]) if spoken else (0, 0),
            lasting=(max(0, closed - again), closed),
        )
    return found


async def _estates(tx: Tx, what: str, since: int, until: int) -> list[Row]:
    return await tx.all(f"rankings.estate_{what}", since=since, until=until)


async def confirmers(tx: Tx) -> list[int]:
    """Who works for a city or a district."""
    return [row["user_id"] for row in await tx.all("rankings.confirmers")]
