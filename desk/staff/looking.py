"""What staff look at: menus of a card, the full text, the history, the card again."""

from __future__ import annotations

from desk import views
from desk.hand import Hand, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.speech import show, tell
from domain.errors import Refused
from domain.roles import READERS, Role
from domain.states import HELPERS
from storage import events as history
from storage import messages
from storage.store import Tx
from storage.tickets import Ticket

IN_ALBUMS = frozenset({"photo", "video"})
SENT_ALONE = frozenset({"voice", "video_note", "document", "audio"})
MOST_FILES = 10


async def open_menu(office: Office, hand: Hand, menu: str) -> str:
    """Show another row of buttons under the card."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        await show(tx, office, ticket, menu=menu if ticket.means.is_open else "", now_please=True)
        return ""

    return await office.write(change)


async def look(office: Office, hand: Hand) -> str:
    """看全文: unmasked, in private, to those who work on it; the look is written into the history."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        closed = office.closed(ticket)
        if role not in READERS and ticket.assignee_id != hand.user_id:
            raise Refused("not_your_role")
        if closed and role not in (Role.LEAD, Role.ADMINISTRATOR) and ticket.assignee_id != hand.user_id:
            raise Refused("take_first")
        await history.append(
            tx, ticket, ticket, "looked", office.now_ms(), role=role.value, actor=hand.user_id
        )
        values = await views.full_text(tx, office, ticket)
        works = role in HELPERS and ticket.means.is_open
        await tell(
            tx,
            office,
            hand.user_id,
            "full_text",
            hand.key,
            ticket=ticket,
            role="notice",
            ticket_id=ticket.id,
            works=works,
            **values,
        )
        await _send_files(tx, office, hand, ticket)
        return "全文已发到您和我的私聊（没收到请先私聊我点“开始”）"

    return await office.write(change)


async def _send_files(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> None:
    """What the resident sent, in private: pictures together, the rest one by one."""
    kept = [m for m in await messages.media_of_ticket(tx, ticket.id) if m.media in SENT_ALONE | IN_ALBUMS]
    files = [{"kind": m.media, "file_id": m.file_id} for m in kept]
    pictures = [file for file in files if file["kind"] in IN_ALBUMS][:MOST_FILES]
    parts = [pictures, *([file] for file in files if file["kind"] in SENT_ALONE)]
    for number, part in enumerate([part for part in parts if part][:MOST_FILES]):
        key = f"{hand.key}:{number}"
        await tell(
            tx,
            office,
            hand.user_id,
            "attachment",
            key,
            ticket=ticket,
            role="notice",
            files=part,
            number=ticket.number,
        )


async def timeline(office: Office, hand: Hand) -> str:
    """The whole history, to the asker in private."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in READERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        lines = await views.timeline(tx, office, ticket)
        await tell(
            tx,
            office,
            hand.user_id,
            "timeline",
            hand.key,
            community_id=hand.community_id,
            number=ticket.number,
            lines=lines,
        )
        return "办理经过已发到您和我的私聊"

    return await office.write(change)


async def post_card(office: Office, hand: Hand) -> str:
    """Show the ticket's card again at the end of the group; in private the full text."""
    if hand.chat_id > 0:
        return await look(office, hand)

    async def change(tx: Tx) -> str:
        if await role_at(tx, office, hand) not in READERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        await show(tx, office, ticket, now_please=True)
        row = await tx.one("outbox.by_key", key=f"card:{ticket.id}:{hand.chat_id}")
        if row is not None:
            await tx.do("outbox.fresh", id=row["id"])
        return ticket.number

    return await office.write(change)
