"""撤销: the last move of a ticket taken back by whoever made it, within a minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desk import asking
from desk.hand import Hand, name_of, role_at
from desk.levels import rungs
from desk.moves import remember, the_ticket
from desk.office import Office
from desk.speech import show, tell, tell_group
from desk.views import UNDO_FOR
from domain.errors import Refused
from domain.states import HELPERS, State
from storage import joined, outbox, undos
from storage.store import Tx
from storage.tickets import Ticket

TOLD = {
    "take": ("taken", "taken"),
    "close": ("solved", "joined_result"),
    "hand_on": ("handed_up", "handed_up"),
}
"""What a move says to its resident, and to neighbours who have joined."""


async def undo(office: Office, hand: Hand) -> str:
    """Bring the ticket back to where it stood. Refused when anything has happened to it since.

    Whoever was told of the move hears that it was a slip; what has not gone out yet never goes.
    """

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        last = await undos.last(tx, ticket.id)
        if role not in HELPERS:
            raise Refused("not_your_role")
        if last is None or last.version != ticket.version:
            raise Refused("moved_on")
        if last.user_id != hand.user_id:
            raise Refused("not_your_move", who=await name_of(tx, ticket.community_id, last.user_id))
        if office.now_ms() - last.at > UNDO_FOR:
            raise Refused("undo_too_late")
        await undos.forget(tx, ticket.id)
        words: dict[str, Any] = {"result_text": ""} if last.move == "close" else {}
        before = replace(ticket, **last.before, **words)
        saved = await remember(tx, office, ticket, before, "undo", role, hand.user_id, name=last.move)
        if saved.state is State.NEEDS_INFO:
            await asking.at_once(tx, office, saved.chat_id, saved.resident_id, "supply", ticket=saved)
        await rungs.undo(tx, office, saved, last.move, last.version)
        await show(tx, office, saved, now_please=True)
        await _unsay(tx, office, saved, last)
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_group(tx, office, saved, "undone", hand.key, number=saved.number, who=who, move=last.move)
        return "已撤销"

    return await office.write(change)


async def _unsay(tx: Tx, office: Office, ticket: Ticket, last: undos.Undo) -> None:
    if last.move not in TOLD:
        return
    own, neighbours = TOLD[last.move]
    told = [(own, ticket), *((neighbours, other) for other in await joined.others(tx, ticket.id))]
    for text, whose in told:
        if await outbox.cancel(tx, f"{text}:{whose.chat_id}:{whose.id}:{last.key}"):
            continue  # it was never said
        key = f"{whose.id}:{last.key}"
        await tell(
            tx, office, whose.chat_id, "taken_back", key, ticket=whose, number=whose.number, move=last.move
        )
