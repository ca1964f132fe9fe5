"""小区 beside each other within their community: a part of the monthly ranking, by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from domain import ranking
from domain.ranking import Entrant, Place
from storage import communities, rankings
from storage.communities import Estate
from storage.store import Tx

LEAST = 2  # ranked estates: one alone is compared with nobody


async def standings(
    tx: Tx,
    shown: Collection[int],
    since: int,
    until: int,
    left_out: Mapping[str, str],
    before: Mapping[int, int],
    plain: Callable[[Place], dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Community id -> where its estates stand, for those communities of `shown` that have several.

    `left_out`: estate id -> code of the public reason. `before`: yellow cards in a row up to last month.
    """
    cases = await rankings.estate_cases(tx, since, until)
    sizes = await rankings.estate_sizes(tx)
    estates: dict[int, list[Estate]] = {}
    for estate in await communities.estates(tx):
        if estate.community_id in shown and estate.id in cases:
            estates.setdefault(estate.community_id, []).append(estate)

    def entrant(estate: Estate) -> Entrant:
        found = cases[estate.id]
        size = sizes.get(estate.id, 0)
        return Entrant(estate.id, estate.name, size, found.on_time, found.satisfied, found.lasting)

    told = {}
    for community_id, ours in estates.items():
        out = [estate for estate in ours if str(estate.id) in left_out]
        places, few = ranking.ranking([entrant(one) for one in ours if one not in out], before)
        if len(places) >= LEAST or out:
            told[str(community_id)] = {
                "places": [plain(place) for place in places],
                "few": [one.name for one in few],
                "excluded": [[one.name, left_out[str(one.id)]] for one in out],
            }
    return told


def yellow_cards(standing: Mapping[str, Any]) -> dict[int, int]:
    """Estate -> yellow cards in a row, of a month that was published."""
    return {
        place["id"]: place["months"]
        for ours in standing.get("estates", {}).values()
        for place in ours["places"]
        if place["months"]
    }
