"""The monthly joint meeting: an agenda of what the community cannot do alone, minutes that become tickets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from desk.hand import Hand, role_at
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import open_ticket
from desk.speech import tell
from desk.staff.listing import say_back
from domain.errors import Refused
from domain.roles import DESK, READERS
from domain.states import State
from nlp.personal import mask
from nlp.reading import Reading
from reports import bulletin
from storage import communities, filings, meetings, people, questions, tickets
from storage import events as history
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Tx
from storage.tickets import Ticket
from texts.hands import CAME
from texts.meeting import why

DAY = 86_400_000
LONG_LATE = 7 * DAY
"""Milliseconds past the promise."""
MOST_DIFFICULT = 12
MOST_ITEMS = 20
SHORTEST = 4  # characters of a line that can be a matter
ORIGIN = "meeting"
_NUMBERED = re.compile(r"^\s*(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*[.．、)）]\s*|^\s*[•·*-]\s*")
_HEAD = re.compile(r"^(?:会议)?纪要\s*[:：]?\s*$|^(?:时间|地点|参会|出席|主持|记录)[人员]*\s*[:：]")


async def send_agenda(office: Office, hand: Hand) -> None:
    """/meeting: the agenda as things stand now."""
    values = await count(office, hand)

    async def change(tx: Tx) -> None:
        if values["rows"] or values["hot"]:
            await _promise(tx, office, hand.chat_id, hand.key, hand.community_id, values)
        else:
            await tell(
                tx,
                office,
                hand.chat_id,
                "meeting_nothing",
                hand.key,
                community_id=hand.community_id,
                community=values["community"],
            )

    await office.write(change)


async def count(office: Office, hand: Hand) -> dict[str, Any]:
    """The agenda's values for somebody who may read them."""

    async def look(tx: Tx) -> dict[str, Any]:
        role = await office.role_of(tx, hand.community_id, hand.user_id)
        community = await communities.by_id(tx, hand.community_id)
        if role not in READERS:
            raise Refused("not_your_role")
        if community is None:
            raise Refused("no_community")
        return await agenda(tx, office, community)

    return await office.store.read(look)


async def agenda(tx: Tx, office: Office, community: Community) -> dict[str, Any]:
    """What the meeting should talk about, as plain values for `texts.meeting.meeting_agenda`."""
    now = office.now_ms()
    found = await meetings.difficult(tx, community.id, now - LONG_LATE, MOST_DIFFICULT)
    rows = []
    for one in found:
        ticket = await tickets.of_community(tx, community.id, one.ticket_id)
        if ticket and not ticket.erased:
            rows.append((ticket.id, ticket.number, _what(office, ticket), _why(ticket, one.reason, now)))
    today = office.now().astimezone(office.zone).date()
    last = period_of(Span.MONTH, today - timedelta(days=14))
    told = await bulletin.bulletin(
        tx, community, last, office.now(), office.zone, office.catalogue, office.calendar
    )
    return {
        "community": community.name,
        "month": f"{today.month}月",
        "rows": rows,
        "hot": [hot["what"] for hot in told["hot"]],
    }


async def promise_agenda(
    tx: Tx, office: Office, community: Community, day: date, values: dict[str, Any]
) -> int:
    """The clock's agenda (`values`) of a month to the group; 1 when there is something to meet about."""
    if not community.group_chat_id or not (values["rows"] or values["hot"]):
        return 0
    await _promise(tx, office, community.group_chat_id, f"{day:%Y-%m}", community.id, values)
    return 1


async def _promise(
    tx: Tx, office: Office, chat_id: int, key: str, community_id: int, values: dict[str, Any]
) -> None:
    await meetings.meet(tx, community_id, _month(office), office.now_ms())
    await tell(tx, office, chat_id, "meeting_agenda", key, community_id=community_id, role="agenda", **values)


def _month(office: Office) -> str:
    return f"{office.now().astimezone(office.zone):%Y-%m}"


async def is_agenda(office: Office, chat_id: int, message_id: int) -> bool:
    """Whether this message of the bot is an agenda, so that a reply to it is minutes."""

    async def look(tx: Tx) -> bool:
        return await meetings.is_agenda(tx, chat_id, message_id)

    return await office.store.read(look)


async def take_minutes(office: Office, hand: Hand) -> None:
    """/minutes, or a reply to the agenda: every line is a matter and becomes a ticket, all at once."""
    lines = minute_lines(hand.text)
    if not lines:
        await say_back(office, hand, "minutes_how")
        return
    gazetteer = await office.gazetteer()
    readings = [office.read(line, gazetteer, office.now()) for line in lines]

    async def change(tx: Tx) -> None:
        role = await role_at(tx, office, hand)
        if role not in DESK:
            raise Refused("not_your_role")
        meeting = await meetings.meet(tx, hand.community_id, _month(office), office.now_ms())
        rows = []
        for n, (line, reading) in enumerate(zip(lines, readings, strict=True)):
            ticket = await _file(tx, office, hand, n, line, reading)
            if ticket is None:
                return  # these minutes were filed before
            await history.append(
                tx,
                ticket,
                ticket,
                "filed",
                office.now_ms(),
                role=role.value,
                actor=hand.user_id,
                reason=CAME[ORIGIN],
            )
            await meetings.add_item(tx, hand.community_id, meeting, ticket.id)
            rows.append((ticket.id, ticket.number, _what(office, ticket)))
        await tell(
            tx,
            office,
            hand.chat_id,
            "minutes_filed",
            hand.key,
            community_id=hand.community_id,
            reply_to=hand.message_id or None,
            rows=rows,
        )

    await office.write(change)


def minute_lines(text: str) -> list[str]:
    """The lines that are matters, without their numbers; headings and who was there are none."""
    found = (_NUMBERED.sub("", line).strip() for line in text.splitlines())
    return [line for line in found if len(line) >= SHORTEST and not _HEAD.match(line)][:MOST_ITEMS]


async def _file(tx: Tx, office: Office, hand: Hand, n: int, line: str, reading: Reading) -> Ticket | None:
    """A ticket of nobody's in particular; None when this line was filed before."""
    now = office.now_ms()
    place = -(hand.message_id * 100 + n)  # of its own: several tickets come of one message
    filing = await filings.file(tx, hand.community_id, hand.chat_id, place, ORIGIN, hand.user_id, now)
    if filing is None:
        return None
    who = await filings.caller(tx, hand.community_id, filing, "", "", now)
    resident = await people.resident(tx, who)
    assert resident is not None  # noqa: S101 - entered just now
    message = Incoming(chat_id=who, message_id=filing, user_id=who, name="", at=now, text=line)
    ticket = await open_ticket(tx, office, hand.community_id, resident, message, reading)
    await filings.filed_as(tx, filing, ticket.id)
    await questions.answered(tx, who, who)  # nobody is there to be asked by the bot
    return ticket


def _what(office: Office, ticket: Ticket) -> str:
    if office.closed(ticket):
        return "🔒"
    return f"{office.catalogue.leaf(ticket.category).name} {mask(ticket.place)}".strip()


def _why(ticket: Ticket, reason: str, now: int) -> str:
    if ticket.state is State.SUSPENDED:
        return why("suspended", 0, reason)
    if ticket.returned >= 2:
        return why("returned", ticket.returned, "")
    if ticket.reopened:
        return why("reopened", ticket.reopened, "")
    return why("late", max(1, (now - ticket.answer_due) // DAY), "")
