"""办结照片: after closing a matter of a place, a photo is asked for, to stand beside the resident's own."""

from __future__ import annotations

from desk.hand import Hand, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import DESK
from storage import events as history
from storage import messages
from storage.store import Tx
from storage.tickets import Ticket
from texts.levels import PHOTO_REASONS

PICTURES = frozenset({"photo", "video"})
DONE = frozenset({"solved", "partly"})


async def ask(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> None:
    """Ask whoever closed it, unless there is a picture of the work already or the kind needs none.

    A reply to the question with a photo goes to the resident like every answer.
    """
    leaf = office.catalogue.leaf(ticket.category)
    if not leaf.on_site or office.closed(ticket) or ticket.result not in DONE or hand.media in PICTURES:
        return
    said = await messages.of_ticket(tx, ticket.id)
    if any(message.role == "answer" and message.media in PICTURES for message in said):
        return
    await tell(
        tx,
        office,
        hand.chat_id or hand.user_id,
        "closing_photo",
        hand.key,
        ticket=ticket,
        role="notice",
        number=ticket.number,
        ticket_id=ticket.id,
    )


async def skip(office: Office, hand: Hand, reason: str) -> str:
    """不拍: one press with the reason, written into the history."""
    if reason not in PHOTO_REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in DESK:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        first = await tx.do(
            "small.first_time",
            job=f"photo:{ticket.id}",
            community_id=ticket.community_id,
            local_date=str(ticket.reopened),
            now=office.now_ms(),
        )
        if not first:
            raise Refused("extension_decided")
        await history.append(
            tx,
            ticket,
            ticket,
            "photo_skipped",
            office.now_ms(),
            role=role.value,
            actor=hand.user_id,
            reason=PHOTO_REASONS[reason],
        )
        return "好的，记下了，不用拍"

    return await office.write(change)
