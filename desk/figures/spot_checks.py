"""Spot checks: closed tickets are drawn by lot, looked at again by somebody else, and reopened if need be."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from desk.hand import Hand, role_at
from desk.moves import promised, step, the_ticket
from desk.office import Office
from desk.pages import new_page, shown, turn
from desk.speech import show, tell
from domain.errors import Refused
from domain.roles import DESK, LEADS
from domain.states import Move
from nlp.personal import mask
from storage import people, spot_checks, tickets
from storage.communities import Community
from storage.store import Tx
from storage.tickets import Ticket
from texts import spot_checks as words
from texts.when import moment

BACK = 14 * 86_400_000
"""Milliseconds: how long ago what is drawn may have been closed."""
AT_ONCE = 3


def by_lot(community_id: int, day: date, candidates: list[int], most: int = AT_ONCE) -> list[int]:
    """Which are drawn: an order that nobody can choose and everybody can check again."""
    return sorted(candidates, key=lambda ticket: sha256(f"{community_id}:{day}:{ticket}".encode()).digest())[
        :most
    ]


async def draw(tx: Tx, office: Office, community: Community, day: date) -> int:
    """Draw and tell the group; how many were drawn."""
    now = office.now_ms()
    found = await spot_checks.candidates(tx, community.id, now - BACK, now)
    chosen = by_lot(community.id, day, found)
    for ticket_id in chosen:
        await spot_checks.draw(tx, community.id, ticket_id, day)
    if chosen and community.group_chat_id:
        await _show_page(tx, office, community.id, community.group_chat_id, new_page(), day)
    return len(chosen)


async def check(office: Office, hand: Hand, found: str, page: str) -> str:
    """[✅] [❌ 没办好] [📞 联系不上]; what the presser is shown."""
    if found not in words.FOUND or not found:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        if await role_at(tx, office, hand) not in DESK:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if ticket.assignee_id == hand.user_id:
            return words.OWN_WORK
        day = await _day_of(tx, hand, page)
        done = await spot_checks.check(tx, hand.community_id, ticket.id, found, hand.user_id, office.now_ms())
        await _show_page(tx, office, hand.community_id, hand.chat_id, page, day)
        return words.DONE if done else words.ALREADY

    return await office.write(change)


async def reopen(office: Office, hand: Hand, page: str) -> str:
    """[🔁 重办]: a lead has it done again; the resident is told."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in LEADS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        clock_class, clock_unit, _, answer_due = promised(
            office,
            ticket.category,
            ticket.urgency,
            ticket.kind,
            office.now(),
            community_id=ticket.community_id,
        )
        again = await step(
            tx,
            office,
            ticket,
            Move.REOPEN,
            role,
            hand.user_id,
            changes={
                "reopened": ticket.reopened + 1,
                "answer_due": answer_due,
                "clock_class": clock_class,
                "clock_unit": clock_unit,
                "answered_at": None,
                "closed_at": None,
                "review_due": None,
                "result": "",
                "opinion": "",
            },
            reason=words.FOUND["false"],
        )
        await show(tx, office, again)
        promise = moment(office.local(answer_due))
        await tell(
            tx,
            office,
            again.chat_id,
            "spot_reopened",
            f"{again.id}:{again.reopened}",
            ticket=again,
            number=again.number,
            promise=promise,
        )
        return words.AGAIN

    return await office.write(change)


async def _day_of(tx: Tx, hand: Hand, page: str) -> date:
    values = await shown(tx, hand.chat_id, page)
    return date.fromisoformat(str(values["day"]))


async def _show_page(tx: Tx, office: Office, community_id: int, chat_id: int, page: str, day: date) -> None:
    rows = []
    for one in await spot_checks.drawn(tx, community_id, day):
        ticket = await tickets.of_community(tx, community_id, one.ticket_id)
        if ticket is None or ticket.erased:
            continue
        who = await people.name_of(tx, community_id, ticket.assignee_id) or ""
        rows.append((ticket.id, ticket.number, _what(office, ticket), who, one.found))
    await turn(
        tx,
        office,
        chat_id,
        page,
        "spot_check",
        community_id=community_id,
        day=day.isoformat(),
        rows=rows,
    )


def _what(office: Office, ticket: Ticket) -> str:
    if office.closed(ticket):
        return "🔒"
    return f"{office.catalogue.leaf(ticket.category).name} {mask(ticket.place)}".strip()
