"""The duty roster (/duty): who is on duty, who is away and who stands in for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from desk.hand import Hand, name_of, role_at
from desk.office import Office
from desk.pages import new_page, turn
from desk.speech import desk_chats, tell
from domain.errors import Refused
from domain.roles import DESK, LEADS, READERS
from storage import duty, people, tickets
from storage.people import Member
from storage.store import Tx
from texts.duty import AWAY_SPANS
from texts.names import WEEKDAYS

DAYS_SHOWN = 7
MOST_COUNTED = 99
MOST_DEPUTIES = 3
"""How often a deputy may be away in turn before nobody stands in."""


def today(office: Office) -> date:
    return office.now().astimezone(office.zone).date()


async def present(tx: Tx, office: Office, community_id: int, day: date | None = None) -> list[Member]:
    """Who is on duty on this day (today): the roster, with the deputies of those who are away."""
    day = day or today(office)
    team = {member.user_id: member for member in await people.team(tx, community_id)}
    rostered = await duty.rostered(tx, community_id, day)
    there = [await stand_in(tx, office, community_id, member.user_id, day) for member in rostered]
    return [team[user_id] for user_id in dict.fromkeys(there) if user_id in team]


async def stand_in(tx: Tx, office: Office, community_id: int, user_id: int, day: date | None = None) -> int:
    """Who does this person's work on the day: themselves, or the deputy while they are away."""
    away = await duty.away_on(tx, community_id, day or today(office))
    holder = user_id
    for _ in range(MOST_DEPUTIES):
        if holder not in away:
            return holder
        holder = away[holder].deputy_id
        if await people.member(tx, community_id, holder) is None:
            break  # the deputy has left meanwhile
    return user_id


async def show_week(office: Office, hand: Hand, page: str = "") -> None:
    """/duty: the next seven days."""

    async def change(tx: Tx) -> None:
        if await role_at(tx, office, hand) not in READERS:
            raise Refused("not_your_role")
        await _tell_week(tx, office, hand, page or new_page())

    await office.write(change)


async def show_day(office: Office, hand: Hand, page: str, day: date) -> None:
    """One day of the roster with everybody to choose from."""

    async def change(tx: Tx) -> None:
        await _lead(tx, office, hand)
        await _tell_day(tx, office, hand, page, day)

    await office.write(change)


async def put(office: Office, hand: Hand, page: str, day: date, user_id: int) -> str:
    """Put somebody on the roster of this day, or take them off."""

    async def change(tx: Tx) -> str:
        await _lead(tx, office, hand)
        await _colleague(tx, hand.community_id, user_id)
        now = [member.user_id for member in await duty.rostered(tx, hand.community_id, day)]
        then = [u for u in now if u != user_id] if user_id in now else [*now, user_id]
        if not then:
            raise Refused("duty_nobody")
        await duty.put_on_day(tx, hand.community_id, day, then)
        await _tell_day(tx, office, hand, page, day)
        return "已改"

    return await office.write(change)


async def every_week(office: Office, hand: Hand, page: str, day: date) -> str:
    """This day's roster is that of its weekday from now on."""

    async def change(tx: Tx) -> str:
        await _lead(tx, office, hand)
        rostered = [member.user_id for member in await duty.rostered(tx, hand.community_id, day)]
        if not rostered:
            raise Refused("duty_nobody")
        await duty.put_on_weekday(tx, hand.community_id, day.weekday(), rostered)
        await duty.put_on_day(tx, hand.community_id, day, ())
        await _tell_week(tx, office, hand, page)
        return f"以后每周{WEEKDAYS[day.weekday()]}都这样"

    return await office.write(change)


async def ask_who(office: Office, hand: Hand, page: str) -> None:
    """A lead enters that a colleague is away."""

    async def change(tx: Tx) -> None:
        await _lead(tx, office, hand)
        team = [(m.user_id, m.name) for m in await _workers(tx, hand.community_id)]
        await turn(tx, office, hand.chat_id, page, "duty_who", community_id=hand.community_id, team=team)

    await office.write(change)


async def ask_span(office: Office, hand: Hand, page: str, user_id: int) -> None:
    """How long is somebody away?"""

    async def change(tx: Tx) -> None:
        await _own_or_lead(tx, office, hand, user_id)
        who = await name_of(tx, hand.community_id, user_id)
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "duty_span",
            community_id=hand.community_id,
            user=user_id,
            who=who,
        )

    await office.write(change)


async def ask_deputy(office: Office, hand: Hand, page: str, user_id: int, length: str) -> None:
    """Who stands in?"""

    async def change(tx: Tx) -> None:
        await _own_or_lead(tx, office, hand, user_id)
        _days(length)
        others = [m for m in await _workers(tx, hand.community_id) if m.user_id != user_id]
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "duty_deputy",
            community_id=hand.community_id,
            user=user_id,
            who=await name_of(tx, hand.community_id, user_id),
            length=length,
            team=[(m.user_id, m.name) for m in others],
        )

    await office.write(change)


async def go_away(office: Office, hand: Hand, page: str, user_id: int, length: str, deputy_id: int) -> str:
    """Somebody is away from today on, and somebody else stands in."""

    async def change(tx: Tx) -> str:
        await _own_or_lead(tx, office, hand, user_id)
        await _colleague(tx, hand.community_id, deputy_id)
        if deputy_id == user_id:
            raise Refused("gone")
        since = today(office)
        until = since + timedelta(days=_days(length))
        await duty.go_away(tx, hand.community_id, user_id, since, until, deputy_id)
        who = await name_of(tx, hand.community_id, user_id)
        deputy = await name_of(tx, hand.community_id, deputy_id)
        for chat_id in {*await desk_chats(tx, office, hand.community_id), deputy_id}:
            await tell(
                tx,
                office,
                chat_id,
                "away_noted",
                hand.key,
                community_id=hand.community_id,
                who=who,
                until=_label(until),
                deputy=deputy,
            )
        await _tell_week(tx, office, hand, page)
        return f"记下了，{deputy}代"

    return await office.write(change)


async def come_back(office: Office, hand: Hand, page: str) -> str:
    """Back earlier than was said."""

    async def change(tx: Tx) -> str:
        await _own_or_lead(tx, office, hand, hand.user_id)
        was_away = await duty.come_back(tx, hand.community_id, hand.user_id)
        await _tell_week(tx, office, hand, page)
        return "欢迎回来" if was_away else "您没有登记过不在"

    return await office.write(change)


async def _tell_week(tx: Tx, office: Office, hand: Hand, page: str) -> None:
    first = today(office)
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS_SHOWN)):
        there = await present(tx, office, hand.community_id, day)
        days.append((day.isoformat(), _label(day), "、".join(m.name for m in there), day == first))
    away = [
        (
            await name_of(tx, hand.community_id, gone.user_id),
            _label(date.fromisoformat(gone.until)),
            await name_of(tx, hand.community_id, gone.deputy_id),
        )
        for gone in (await duty.away_on(tx, hand.community_id, first)).values()
    ]
    in_group_or_lead = hand.chat_id < 0 or await role_at(tx, office, hand) in LEADS
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "duty_week",
        community_id=hand.community_id,
        reply_to=hand.message_id or None,
        days=days,
        away=away,
        lead=in_group_or_lead,
    )


async def _tell_day(tx: Tx, office: Office, hand: Hand, page: str, day: date) -> None:
    on = {member.user_id for member in await duty.rostered(tx, hand.community_id, day)}
    team = [(m.user_id, m.name, m.user_id in on) for m in await _workers(tx, hand.community_id)]
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "duty_day",
        community_id=hand.community_id,
        day=day.isoformat(),
        label=_label(day),
        team=team,
    )


async def _workers(tx: Tx, community_id: int) -> Sequence[Member]:
    return [member for member in await people.team(tx, community_id) if member.role in DESK]


async def _colleague(tx: Tx, community_id: int, user_id: int) -> Member:
    member = await people.member(tx, community_id, user_id)
    if member is None or member.role not in DESK:
        raise Refused("no_such_colleague", name=await people.name_of(tx, community_id, user_id))
    return member


async def _lead(tx: Tx, office: Office, hand: Hand) -> None:
    if await role_at(tx, office, hand) not in LEADS:
        raise Refused("not_your_role")


async def _own_or_lead(tx: Tx, office: Office, hand: Hand, user_id: int) -> None:
    """One's own absence is entered by oneself, another's by a lead."""
    role = await role_at(tx, office, hand)
    if role not in LEADS and (role not in DESK or user_id != hand.user_id):
        raise Refused("not_your_role")
    await _colleague(tx, hand.community_id, user_id)


def _days(length: str) -> int:
    if length not in AWAY_SPANS:
        raise Refused("gone")
    return int(length)


def _label(day: date) -> str:
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


async def roster(
    tx: Tx, office: Office, community_id: int, *, without: int | None = None
) -> list[tuple[int, str]]:
    """(user id, label) of those who can be given work: who is on duty first, with how many each holds."""
    on_duty = {member.user_id for member in await present(tx, office, community_id)}
    away = await duty.away_on(tx, community_id, today(office))
    found = []
    for member in await people.team(tx, community_id):
        if member.role not in DESK or member.user_id == without:
            continue
        held = await tickets.open_of_assignee(tx, community_id, member.user_id, most=MOST_COUNTED)
        what = f"·{member.duty}" if member.duty else ""
        mark = "🟢" if member.user_id in on_duty else "🏖" if member.user_id in away else ""
        found.append(
            (member.user_id in on_duty, member.user_id, f"{mark}{member.name}{what}（{len(held)}件）")
        )
    return [(user_id, label) for _, user_id, label in sorted(found, key=lambda one: not one[0])]
