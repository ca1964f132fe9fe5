"""The weekly and monthly bulletin: counted for whoever asks, or promised to the group by the clock."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from desk import views
from desk.figures.exporting import months
from desk.hand import Hand
from desk.office import Office
from desk.speech import tell
from desk.staff.listing import ON_ONE_LIST, say_back
from domain.errors import Refused
from domain.roles import READERS
from reports import bulletin
from storage import communities, tickets
from storage.communities import Community
from storage.periods import Period, Span, period_of
from storage.store import Tx
from texts import bulletin as words

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


async def send_bulletin(office: Office, hand: Hand, span: Span) -> None:
    """/week [上周 | 2026-11-16] and /month [上月 | 2026-10]; without more the present one so far."""
    community = await reader_of(office, hand)
    today = office.now().astimezone(office.zone).date()
    period = asked_week(hand.text, today) if span is Span.WEEK else asked_month(hand.text, today)
    if period is None:
        await say_back(office, hand, "bulletin_how", month=span is Span.MONTH)
        return
    counted = await count(office, community, period)

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            "bulletin",
            hand.key,
            community_id=hand.community_id,
            reply_to=hand.message_id or None,
            summary=counted,
        )

    await office.write(change)


async def send_figure(office: Office, hand: Hand, asked: str) -> None:
    """The tickets behind one number of a bulletin: "rebounds:week:2026-11-16"."""
    community = await reader_of(office, hand)
    which, _, code = asked.partition(":")
    period = period_named(code)
    if which not in bulletin.WHICH or period is None:
        raise Refused("gone")

    async def look(tx: Tx) -> tuple[int, list[Any]]:
        book = await bulletin.open_book(tx, community, period, office.now(), office.zone, office.catalogue)
        found = bulletin.tickets_of(book, which)
        shown = [await tickets.of_community(tx, community.id, n) for n in found[:ON_ONE_LIST]]
        return len(found), [await views.line(tx, office, ticket) for ticket in shown if ticket]

    total, lines = await office.store.read(look, community=community.id)
    title = words.figure_title(which, period.first, period.last)
    await say_back(office, hand, "ticket_list", title=title, lines=lines, total=total)


async def count(office: Office, community: Community, period: Period) -> dict[str, Any]:
    """The bulletin's values, read beside the writer."""

    async def look(tx: Tx) -> dict[str, Any]:
        return await bulletin.bulletin(
            tx, community, period, office.now(), office.zone, office.catalogue, office.calendar
        )

    return await office.store.read(look, community=community.id)


def asked_week(asked: str, today: date) -> Period | None:
    """The week that these words name, not one to come."""
    this = period_of(Span.WEEK, today)
    if asked in words.WEEK_WORDS:
        return this
    if asked in words.LAST_WEEK_WORDS:
        return this.before()
    found = _DAY.fullmatch(asked)
    day = _date(*map(int, found.groups())) if found else None
    return period_of(Span.WEEK, day) if day and day <= today else None


def asked_month(asked: str, today: date) -> Period | None:
    """The month that these words name, not one to come."""
    found = months(asked, today)
    return period_of(Span.MONTH, found[0]) if found and found[0] <= today else None


def period_named(code: str) -> Period | None:
    """ "week:2026-11-16" as a period."""
    span, _, first = code.partition(":")
    found = _DAY.fullmatch(first)
    day = _date(*map(int, found.groups())) if found else None
    return period_of(Span(span), day) if day and span in set(Span) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


async def reader_of(office: Office, hand: Hand) -> Community:
    """The community that the person may read the figures of; `Refused` for others."""

    async def look(tx: Tx) -> Community:
        role = await office.role_of(tx, hand.community_id, hand.user_id)
        community = await communities.by_id(tx, hand.community_id)
        if role not in READERS:
            raise Refused("not_your_role")
        if community is None:
            raise Refused("no_community")
        return community

    return await office.store.read(look)
