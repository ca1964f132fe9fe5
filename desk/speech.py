"""Promises to tell people something, entered in the transaction of what is told."""

from __future__ import annotations

from typing import Any

from desk.office import Office
from desk.residents import telephone
from desk.staff import topics
from domain.roles import LEADS
from nlp.personal import mask
from storage import communities, hops, organisations, people, tickets
from storage.communities import Community
from storage.filings import has_no_telegram
from storage.hops import Hop
from storage.organisations import Organisation
from storage.outbox import Letter, Priority, put, refresh
from storage.store import Tx
from storage.tickets import Ticket


async def tell(
    tx: Tx,
    office: Office,
    chat_id: int,
    text: str,
    key: str,
    /,
    *,
    ticket: Ticket | None = None,
    community_id: int | None = None,
    reply_to: int | None = None,
    priority: Priority = Priority.MESSAGE,
    role: str = "talk",
    not_before: int = 0,
    files: list[dict[str, str]] | None = None,
    upload: str = "",
    arrived: tuple[int, int] | None = None,
    **values: Any,
) -> None:
    """Promise the text of that name to a chat, once for each `key`.

    `files` (kind and file_id) or a file of ours by its name (`upload`) go along with it. When it has arrived,
    the message `arrived` (chat id, message id) of staff is given a sign. For a resident without Telegram it
    becomes a call that staff are asked to make.
    """
    if has_no_telegram(chat_id):
        if ticket and text in telephone.TO_BE_CALLED:
            call = await telephone.call_for(tx, office, ticket, text, values)
            if call:
                await tell_group(tx, office, ticket, "call_resident", f"{text}:{key}", **call)
        return
    payload: dict[str, Any] = {"text": text, "values": values, "role": role}
    if files:
        payload["media"] = files
    if upload:
        payload["upload"] = upload
    if reply_to:
        payload["reply_to"] = reply_to
    if arrived:
        payload["arrived"] = arrived
    letter = Letter(
        key=f"{text}:{chat_id}:{key}",
        chat_id=chat_id,
        kind="say",
        payload=payload,
        community_id=ticket.community_id if ticket else community_id,
        ticket_id=ticket.id if ticket else None,
        priority=priority,
        not_before=not_before,
    )
    await put(tx, letter, office.now_ms())


async def tell_group(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    text: str,
    key: str,
    /,
    *,
    priority: Priority = Priority.MESSAGE,
    **values: Any,
) -> None:
    """Promise a text to the staff group, as a reply to the ticket's card. Without a group, to the leads."""
    for chat_id in await desk_chats(tx, office, ticket.community_id):
        await tell(tx, office, chat_id, text, key, ticket=ticket, priority=priority, role="notice", **values)


async def desk_chats(tx: Tx, office: Office, community_id: int) -> list[int]:
    """Where a community's staff read: their group; while there is none, the leads and administrators."""
    community = await communities.by_id(tx, community_id)
    if community and community.group_chat_id:
        return [community.group_chat_id]
    return await leads(tx, office, community)


async def leads(tx: Tx, office: Office, community: Community | None) -> list[int]:
    found: list[int] = []
    if community:
        found = [m.user_id for m in await people.team(tx, community.id) if m.role in LEADS]
    return found or sorted(office.admins)


async def show(tx: Tx, office: Office, ticket: Ticket, *, menu: str = "", now_please: bool = False) -> None:
    """Bring the ticket's card and the resident's receipt up to the present state."""
    edits = Priority.MESSAGE if now_please else Priority.EDIT
    urgent = Priority.DANGER if ticket.dangers else Priority.MESSAGE
    for chat_id in await desk_chats(tx, office, ticket.community_id):
        card = Letter(
            key=f"card:{ticket.id}:{chat_id}",
            chat_id=chat_id,
            kind="card",
            payload={"menu": menu},
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            priority=urgent,
        )
        await topics.prepare(tx, office, chat_id, ticket)
        await refresh(tx, card, office.now_ms(), edit_priority=edits)
    if not menu:
        await show_receipt(tx, office, ticket)
        hop = await hops.present(tx, ticket.id)
        if hop is not None:
            await show_hop(tx, office, ticket, hop)


async def unit_chats(tx: Tx, unit: Organisation | None) -> list[int]:
    """Where an organisation reads: its group; without one its people in private."""
    if unit is None:
        return []
    if unit.chat_id:
        return [unit.chat_id]
    return [worker.user_id for worker in await organisations.people(tx, unit.id)]


async def show_hop(
    tx: Tx, office: Office, ticket: Ticket, hop: Hop, *, menu: str = "", now_please: bool = False
) -> None:
    """Bring the card that an organisation has of a ticket up to the present state."""
    edits = Priority.MESSAGE if now_please else Priority.EDIT
    for chat_id in await unit_chats(tx, await organisations.by_id(tx, hop.organisation_id)):
        card = Letter(
            key=f"unit:{hop.id}:{chat_id}",
            chat_id=chat_id,
            kind="unit_card",
            payload={"hop": hop.id, "menu": menu},
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            priority=Priority.DANGER if ticket.dangers else Priority.MESSAGE,
        )
        await refresh(tx, card, office.now_ms(), edit_priority=edits)


async def show_receipt(tx: Tx, office: Office, ticket: Ticket) -> None:
    if has_no_telegram(ticket.chat_id):
        return
    if ticket.part:  # the matters of one message stand on one receipt
        first, *_ = await tickets.of_one_message(tx, ticket)
        ticket = first
    receipt = Letter(
        key=f"receipt:{ticket.id}",
        chat_id=ticket.chat_id,
        kind="receipt",
        community_id=ticket.community_id,
        ticket_id=ticket.id,
    )
    await refresh(tx, receipt, office.now_ms())


def shown_to_group(office: Office, ticket: Ticket, text: str) -> str:
    """A resident's words as the group may see them."""
    return "（内容请点看全文）" if office.closed(ticket) else mask(text)
