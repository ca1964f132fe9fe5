"""不予受理 and 作废: what the office does not take on, and where to turn instead."""

from __future__ import annotations

from desk import asking
from desk.hand import Hand, role_at, tell_resident
from desk.moves import step, the_ticket
from desk.office import Office
from desk.speech import show
from domain.errors import Refused
from domain.states import Move
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words


async def reject(office: Office, hand: Hand, reason: str) -> str:
    """不予受理, with a reason of the list; neighbours who had joined hear the same."""
    if reason not in words.REJECT_REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        after = await _end(tx, office, hand, Move.REJECT, words.REJECT_REASONS[reason])
        await tell_resident(tx, office, after, "declined", hand.key, number=after.number, reason=reason)
        return f"{after.number} 已不予受理，已告诉居民该找谁"

    return await office.write(change)


async def void(office: Office, hand: Hand, reason: str) -> str:
    """作废: a test, an advertisement, a slip of the hand."""
    if reason not in words.VOID_REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        why = words.VOID_REASONS[reason]
        after = await _end(tx, office, hand, Move.VOID, why)
        await tell_resident(tx, office, after, "voided", hand.key, number=after.number, reason=why)
        return f"{after.number} 已作废"

    return await office.write(change)


async def _end(tx: Tx, office: Office, hand: Hand, move: Move, reason: str) -> Ticket:
    role = await role_at(tx, office, hand)
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    ended = {"closed_at": office.now_ms(), "paused_at": None}
    after = await step(tx, office, ticket, move, role, hand.user_id, changes=ended, reason=reason)
    await asking.ended(tx, office, after)
    await show(tx, office, after, now_please=True)
    return after
