"""Looking things up for staff and saying them: lists, search, the summary, refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

from desk import views
from desk.hand import Hand, the_community
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import READERS
from reports.daily import bounds, figures
from storage import communities, people, periods, tickets
from storage.store import Tx
from storage.tickets import Ticket

ON_ONE_LIST = 15
TITLES = {
    "open": "在办",
    "overdue": "超期未答复",
    "urgent": "紧急在办",
    "new": "新增",
}


async def standing(office: Office, chat_id: int, user_id: int) -> int:
    """The community that the person speaks for here; `Refused` for strangers."""

    async def look(tx: Tx) -> int:
        community_id = await the_community(tx, office, chat_id, user_id)
        if await office.role_of(tx, community_id, user_id) is None:
            raise Refused("not_staff")
        return community_id

    return await office.store.read(look)


async def find(office: Office, community_id: int, number: str) -> int | None:
    """The ticket's id by its number or the last digits of it; of several the newest."""

    async def look(tx: Tx) -> int | None:
        found = await tickets.by_number(tx, community_id, number)
        return found[0].id if found else None

    return await office.store.read(look, community=community_id)


async def colleague(office: Office, community_id: int, name: str) -> int:
    """A colleague by name (or the beginning or a part of it)."""

    async def look(tx: Tx) -> int:
        wanted = name.strip().lstrip("@")
        team = await people.team(tx, community_id)
        for fits in (lambda n: n == wanted, lambda n: n.startswith(wanted), lambda n: wanted in n):
            found = [m for m in team if wanted and fits(m.name)]
            if len(found) == 1:
                return found[0].user_id
        raise Refused("no_such_colleague", name=wanted)

    return await office.store.read(look, community=community_id)


async def send_list(office: Office, hand: Hand, which: str) -> None:
    """The lists behind the daily summary's buttons: "open", "overdue", "urgent", "new:2026-11-21"."""
    which, _, day = which.partition(":")

    async def change(tx: Tx) -> None:
        role = await office.role_of(tx, hand.community_id, hand.user_id)
        if role not in READERS:
            raise Refused("not_your_role")
        found = await _found(tx, office, hand, which, day)
        lines = [await views.line(tx, office, ticket) for ticket in found[:ON_ONE_LIST]]
        await tell(
            tx,
            office,
            hand.chat_id,
            "ticket_list",
            hand.key,
            community_id=hand.community_id,
            reply_to=hand.message_id or None,
            title=TITLES[which],
            lines=lines,
            total=len(found),
        )

    await office.write(change)


async def _found(tx: Tx, office: Office, hand: Hand, which: str, day: str = "") -> list[Ticket]:
    if which == "overdue":
        return await tickets.overdue(tx, hand.community_id, office.now_ms(), most=100)
    if which == "new":
        since, until = bounds(date.fromisoformat(day), office.zone)
        opened = await periods.created(tx, hand.community_id, since, until)
        found = [await tickets.of_community(tx, hand.community_id, case.id) for case in opened]
        return [ticket for ticket in found if ticket]
    open_now = await tickets.open_of_community(tx, hand.community_id, most=200)
    return [t for t in open_now if t.urgency != "一般"] if which == "urgent" else open_now


async def send_summary(office: Office, hand: Hand, day: date | None = None) -> None:
    """/summary: today so far."""

    async def change(tx: Tx) -> None:
        role = await office.role_of(tx, hand.community_id, hand.user_id)
        if role not in READERS:
            raise Refused("not_your_role")
        community = await communities.by_id(tx, hand.community_id)
        if community is None:
            raise Refused("no_community")
        today = day or office.now().astimezone(office.zone).date()
        counted = await figures(
            tx, community, today, office.now(), office.zone, office.catalogue, calendar=office.calendar
        )
        await tell(
            tx,
            office,
            hand.chat_id,
            "daily_summary",
            hand.key,
            community_id=hand.community_id,
            summary=counted,
        )

    await office.write(change)


async def say_back(office: Office, hand: Hand, text: str, /, *, settled: bool = False, **values: Any) -> None:
    """Answer a command where it was given. `settled`: its own change is made already."""

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            text,
            hand.key,
            community_id=hand.community_id or None,
            reply_to=hand.message_id or None,
            **values,
        )

    await (office.store.write(change) if settled else office.write(change))


async def refuse(office: Office, hand: Hand, refusal: Refused) -> None:
    """Say why it cannot be done, where it was asked."""
    if refusal.reason == "not_staff" and hand.chat_id < 0:
        await say_back(office, hand, "stranger")
        return
    values = {name: str(value) for name, value in refusal.values.items()}
    await say_back(office, hand, "refused", reason=refusal.reason, values=values)
