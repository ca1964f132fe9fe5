"""Watchers: a colleague who is mentioned (@王芳) hears in private of the answer and of the end."""

from __future__ import annotations

from desk.hand import Hand, name_of, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import READERS
from domain.states import HELPERS
from nlp.personal import mask
from storage import checks, people
from storage.store import Tx
from storage.tickets import Ticket


async def watch_mentioned(tx: Tx, office: Office, ticket: Ticket, hand: Hand) -> None:
    """Colleagues whose name stands behind an @ in a note hear of the ticket from now on."""
    if "@" not in hand.text:
        return
    who = await name_of(tx, ticket.community_id, hand.user_id, hand.user_name)
    for member in await people.team(tx, ticket.community_id):
        named = f"@{member.name}" in hand.text
        if not named or member.user_id == hand.user_id or member.role not in READERS:
            continue
        await checks.watch(tx, ticket, member.user_id, office.now_ms())
        await tell(
            tx,
            office,
            member.user_id,
            "mentioned",
            f"{ticket.id}:{hand.key}",
            ticket=ticket,
            role="notice",
            number=ticket.number,
            who=who,
            note="（内容请点看这件）" if office.closed(ticket) else mask(hand.text),
            ticket_id=ticket.id,
        )


async def tell_watchers(tx: Tx, office: Office, ticket: Ticket, hand: Hand, what: str) -> None:
    """An answer or the end, to those who watch; not to whoever did it."""
    watching = [m for m in await checks.watchers(tx, ticket) if m.user_id != hand.user_id]
    if not watching:
        return
    who = await name_of(tx, ticket.community_id, hand.user_id, hand.user_name)
    for member in watching:
        await tell(
            tx,
            office,
            member.user_id,
            "watched_news",
            f"{ticket.id}:{hand.key}",
            ticket=ticket,
            number=ticket.number,
            what=what,
            who=who,
            ticket_id=ticket.id,
        )


async def unwatch(office: Office, hand: Hand) -> str:
    """不用再告诉我."""

    async def change(tx: Tx) -> str:
        if await role_at(tx, office, hand) not in READERS | HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        watched = await checks.unwatch(tx, ticket, hand.user_id)
        return "好的，不再告诉您" if watched else "您没有在关注这件"

    return await office.write(change)
