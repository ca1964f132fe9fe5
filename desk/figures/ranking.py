"""The monthly ranking, off by default: draft, two confirmations, notice with objections, publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from desk.figures import estate_ranking
from desk.hand import Hand
from desk.office import Office, to_ms
from desk.speech import tell
from domain import ranking
from domain.errors import Refused
from domain.ranking import Entrant, Place, consequence
from domain.roles import LEADS
from storage import areas, communities, rankings
from storage.communities import Community, Estate
from storage.periods import Span, period_of
from storage.rankings import Ranking
from storage.store import Tx
from texts import ranking as words
from texts.bulletin import day_words

NOTICE_DAYS = 3  # working days
GOOD = ("satisfied", "fair")


async def send_ranking(office: Office, hand: Hand) -> None:
    """/ranking: the draft of last month for those who confirm; while ranking is off, how to turn it on."""

    async def change(tx: Tx) -> None:
        await _may(tx, office, hand)
        if not await rankings.is_on(tx):
            await tell(tx, office, hand.user_id, "ranking_off", hand.key)
            return
        await _send_draft(tx, office, await _draft(tx, office, hand.user_id), hand.key)

    await office.write(change)


async def switch(office: Office, hand: Hand, *, on: bool) -> str:
    async def change(tx: Tx) -> str:
        if hand.user_id not in office.admins:
            raise Refused("not_admin")
        await rankings.turn(tx, on=on)
        return words.TURNED_ON if on else words.TURNED_OFF

    return await office.write(change)


async def confirm(office: Office, hand: Hand, number: str) -> str:
    """The first, then another person; after the second the notice goes to every community."""

    async def change(tx: Tx) -> str:
        await _may(tx, office, hand)
        found = await _the(tx, number, "draft")
        if await rankings.confirm_first(tx, found.id, hand.user_id):
            again = await _the(tx, number, "draft")
            await _send_draft(tx, office, again, f"{hand.key}:second", without=hand.user_id)
            return words.FIRST_DONE
        until = office.calendar.nth_workday(office.now().astimezone(office.zone).date(), NOTICE_DAYS)
        end = to_ms(
            office.now().astimezone(office.zone).replace(year=until.year, month=until.month, day=until.day)
        )
        if not await rankings.confirm_second(tx, found.id, hand.user_id, end):
            return words.SAME_PERSON
        await _notice(tx, office, found, until)
        return words.NOTICED

    return await office.write(change)


async def ask_why(office: Office, hand: Hand, asked: str) -> str:
    """[剔除 …]: which reason is to be published."""
    number, community_id, estate_id = (*asked.split(":"), "0")[:3]

    async def change(tx: Tx) -> str:
        await _may(tx, office, hand)
        found = await _the(tx, number, "draft")
        community = await communities.by_id(tx, int(community_id))
        estate = await _estate(tx, int(community_id), int(estate_id))
        await tell(
            tx,
            office,
            hand.user_id,
            "ranking_why",
            hand.key,
            name=estate.name if estate else community.name if community else "?",
            number=found.id,
            community=int(community_id),
            estate=int(estate_id),
        )
        return ""

    return await office.write(change)


async def exclude(office: Office, hand: Hand, asked: str) -> str:
    """Leave a community or an estate out, with a public reason; whoever confirmed must confirm again."""
    number, community_id, reason, estate_id = (*asked.split(":"), "0")[:4]

    async def change(tx: Tx) -> str:
        await _may(tx, office, hand)
        found = await _the(tx, number, "draft")
        if reason not in words.EXCLUDED:
            raise Refused("gone")
        await rankings.unconfirm(tx, found.id)
        if await _estate(tx, int(community_id), int(estate_id)):
            out = {**found.standing.get("estates_out", {}), estate_id: reason}
            await rankings.set_standing(tx, found.id, {**found.standing, "estates_out": out})
        else:
            await rankings.exclude(tx, found.id, int(community_id), reason, hand.user_id)
        await _send_draft(tx, office, await _draft(tx, office, hand.user_id), hand.key)
        return words.EXCLUDED_NOW

    return await office.write(change)


async def object_to(office: Office, hand: Hand, asked: str) -> str:
    """A community's lead objects within the notice; those who confirm are told."""
    number, _, reason = asked.partition(":")

    async def change(tx: Tx) -> str:
        if await office.role_of(tx, hand.community_id, hand.user_id) not in LEADS:
            raise Refused("not_your_role")
        found = await _the(tx, number, "notice")
        community = await communities.by_id(tx, hand.community_id)
        if community is None or reason not in words.OBJECTIONS or (found.notice_until or 0) < office.now_ms():
            raise Refused("gone")
        if not await rankings.object_(tx, found.id, hand.community_id, reason, hand.user_id, office.now_ms()):
            return words.OBJECTED_BEFORE
        for chat_id in await _confirmers(tx, office):
            await tell(
                tx,
                office,
                chat_id,
                "ranking_objection",
                f"{found.id}:{hand.community_id}",
                community=community.name,
                month=found.month,
                reason=reason,
                number=found.id,
                of=community.id,
            )
        return words.OBJECTED

    return await office.write(change)


async def decide(office: Office, hand: Hand, asked: str) -> str:
    """An objection is upheld (then the community is not ranked) or refused; the community is told."""
    number, community_id, outcome = asked.split(":")

    async def change(tx: Tx) -> str:
        await _may(tx, office, hand)
        found = await _the(tx, number, "notice")
        community = await communities.by_id(tx, int(community_id))
        if community is None or outcome not in ("upheld", "refused"):
            raise Refused("gone")
        if not await rankings.decide(tx, found.id, community.id, outcome, hand.user_id):
            raise Refused("gone")
        if outcome == "upheld":
            await rankings.exclude(tx, found.id, community.id, "objection", hand.user_id)
            await rankings.set_standing(tx, found.id, await _standing(tx, office, found.month, found))
        if community.group_chat_id:
            await tell(
                tx,
                office,
                community.group_chat_id,
                "ranking_decided",
                str(found.id),
                community_id=community.id,
                month=found.month,
                upheld=outcome == "upheld",
            )
        return words.DECIDED

    return await office.write(change)


async def publish(tx: Tx, office: Office, ranking_id: int) -> int:
    """The clock's part: the notice is over; to how many groups it went."""
    found = await rankings.by_id(tx, ranking_id)
    if found is None or not await rankings.publish(tx, ranking_id, office.now_ms()):
        return 0
    groups = {c.group_chat_id: c.id for c in await communities.everyone(tx) if c.group_chat_id}
    for chat_id in (*groups, *await _confirmers(tx, office)):
        await tell(
            tx,
            office,
            chat_id,
            "ranking_published",
            str(ranking_id),
            standing=_as_seen(found.standing, groups.get(chat_id)),
        )
    return len(groups)


def _as_seen(standing: Mapping[str, Any], community_id: int | None) -> dict[str, Any]:
    """A community's group reads of its own estates, not of others'."""
    estates = standing.get("estates", {})
    if community_id is not None:
        estates = {of: told for of, told in estates.items() if of == str(community_id)}
    return {**standing, "estates": estates}


async def _estate(tx: Tx, community_id: int, estate_id: int) -> Estate | None:
    ours = await communities.estates(tx, community_id)
    return next((estate for estate in ours if estate.id == estate_id), None)


async def _may(tx: Tx, office: Office, hand: Hand) -> None:
    if hand.user_id not in await _confirmers(tx, office):
        raise Refused("not_admin")


async def _confirmers(tx: Tx, office: Office) -> list[int]:
    """Administrators and whoever works for the city or a district."""
    return sorted({*office.admins, *await rankings.confirmers(tx)})


async def _the(tx: Tx, number: str, state: str) -> Ranking:
    found = await rankings.by_id(tx, int(number)) if number.isdigit() else None
    if found is None or found.state != state or not await rankings.is_on(tx):
        raise Refused("gone")
    return found


async def _draft(tx: Tx, office: Office, by: int) -> Ranking:
    """The ranking of last month, counted anew while nobody has confirmed it."""
    month = f"{_last_month(office):%Y-%m}"
    known = await rankings.of_month(tx, month)
    standing = await _standing(tx, office, month, known)
    await rankings.draft(tx, month, standing, by, office.now_ms())
    found = await rankings.of_month(tx, month)
    assert found is not None  # noqa: S101 - entered just now
    return found


def _last_month(office: Office) -> date:
    today = office.now().astimezone(office.zone).date()
    return period_of(Span.MONTH, today).before().first


async def _send_draft(tx: Tx, office: Office, found: Ranking, key: str, *, without: int = 0) -> None:
    for chat_id in await _confirmers(tx, office):
        if chat_id != without:
            await tell(
                tx,
                office,
                chat_id,
                "ranking_draft",
                key,
                standing=found.standing,
                number=found.id,
                confirmed=found.first_by is not None,
            )


async def _notice(tx: Tx, office: Office, found: Ranking, until: date) -> None:
    groups = {c.id: c.group_chat_id for c in await communities.everyone(tx)}
    for place in found.standing["places"]:
        chat_id = groups.get(place["id"])
        if chat_id:
            await tell(
                tx,
                office,
                chat_id,
                "ranking_notice",
                str(found.id),
                community_id=place["id"],
                month=found.month,
                place=place,
                estates=found.standing.get("estates", {}).get(str(place["id"]), {}),
                until=day_words(until),
                number=found.id,
            )


async def _standing(tx: Tx, office: Office, month: str, known: Ranking | None) -> dict[str, Any]:
    """Who stands where, as plain values: kept as they are once two people have confirmed them."""
    period = period_of(Span.MONTH, date.fromisoformat(f"{month}-01"))
    since, until = period.bounds(office.zone)
    limits = await areas.limits(tx, since, until)
    said = await areas.opinions(tx, since, until)
    moves = (await areas.counts(tx, since, until)).moves
    sizes = await rankings.sizes(tx)
    left_out = await rankings.exclusions(tx, known.id) if known else {}
    estates_out = known.standing.get("estates_out", {}) if known else {}
    everyone = await communities.everyone(tx)

    def entrant(one: Community) -> Entrant:
        due = limits.get(one.id, areas.Limits())
        spoken: Mapping[str, int] = said.get(one.id, {})
        closed, again = moves.get(one.id, {}).get("close", 0), moves.get(one.id, {}).get("reopen", 0)
        return Entrant(
            id=one.id,
            name=one.name,
            size=sizes.get(one.id, 0),
            on_time=(due.on_time, due.due),
            satisfied=(sum(spoken.get(word, 0) for word in GOOD), sum(spoken.values())),
            lasting=(max(0, closed - again), closed),
        )

    before, estates_before = await _yellow_before(tx, period.first)
    ours = [one for one in everyone if one.id not in left_out]
    places, few = ranking.ranking([entrant(one) for one in ours], before)
    return {
        "month": f"{period.first.year}年{period.first.month}月",
        "places": [_plain(place) for place in places],
        "few": [one.name for one in few],
        "excluded": [[one.name, left_out[one.id]] for one in everyone if one.id in left_out],
        "names": {str(one.id): one.name for one in ours},
        "estates": await estate_ranking.standings(
            tx, {one.id for one in ours}, since, until, estates_out, estates_before, _plain
        ),
        "estates_out": estates_out,
    }


async def _yellow_before(tx: Tx, first: date) -> tuple[dict[int, int], dict[int, int]]:
    """Yellow cards in a row up to the month before: of communities, of estates; of a published ranking."""
    known = await rankings.of_month(tx, f"{first - timedelta(days=1):%Y-%m}")
    if known is None or known.state != "published":
        return {}, {}
    communities_ = {place["id"]: place["months"] for place in known.standing["places"] if place["months"]}
    return communities_, estate_ranking.yellow_cards(known.standing)


def _plain(place: Place) -> dict[str, Any]:
    one = place.entrant
    return {
        "id": one.id,
        "name": one.name,
        "group": place.group,
        "rank": place.rank,
        "score": round(place.score, 4),
        "attained": place.attained,
        "flag": place.flag,
        "months": place.months,
        "then": consequence(place.months),
        "on_time": _pair(one.on_time),
        "satisfied": _pair(one.satisfied),
        "lasting": _pair(one.lasting),
    }


def _pair(rate: Sequence[int]) -> list[int]:
    return [rate[0], rate[1]]
