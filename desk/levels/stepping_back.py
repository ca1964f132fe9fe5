"""The way back of a ticket that had climbed on: one rung at a time, or straight to its community."""

from __future__ import annotations

from desk.hand import Hand, tell_resident
from desk.levels.rungs import end
from desk.moves import step
from desk.office import Office
from desk.speech import show, show_hop, tell, tell_group, unit_chats
from domain.roles import Role
from domain.states import Move
from storage import hops, organisations
from storage.hops import Hop
from storage.organisations import Organisation
from storage.store import Tx
from storage.tickets import Ticket

RETURNED = "returned"


async def giver_of(tx: Tx, hop: Hop) -> Organisation | None:
    """The organisation that had passed the ticket on, if it is still in the tree and somebody reads there."""
    if hop.from_id is None:
        return None
    in_tree = await organisations.reachable_from(tx, hop.community_id)
    giver = next((unit for unit in in_tree if unit.id == hop.from_id), None)
    return giver if giver and await unit_chats(tx, giver) else None


async def step_back(
    tx: Tx,
    office: Office,
    hand: Hand,
    ticket: Ticket,
    hop: Hop,
    unit: Organisation,
    giver: Organisation,
    role: Role,
    *,
    outcome: str,
    why: str,
    said: str,
) -> Ticket:
    """One rung down: whoever had passed it on holds it again, signed for as it was.

    `said`: the last words to the resident, as another organisation may see them.
    """
    back = await step(
        tx,
        office,
        ticket,
        Move.HAND_BACK,
        role,
        hand.user_id,
        changes={"returned": ticket.returned + (outcome == RETURNED)},
        reason=f"{unit.name} → {giver.name}：{why}",
        unit=unit.name,
        back_to=giver.name,
    )
    await end(tx, office, back, hop, outcome)
    before = await _earlier(tx, back.id, giver.id)
    now = office.now_ms()
    above = before.from_id if before else None
    new_id = await hops.enter(tx, back, giver.id, above, "back", hand.user_id, now)
    if before and before.signed_by is not None:
        await hops.sign(tx, new_id, before.signed_by, now)
    held = await hops.by_id(tx, new_id)
    await show(tx, office, back, now_please=True)
    if held is not None:
        await show_hop(tx, office, back, held, now_please=True)
    for chat_id in await unit_chats(tx, giver):
        await tell(
            tx,
            office,
            chat_id,
            "unit_stepped_to_us",
            str(hop.id),
            community_id=back.community_id,
            outcome=outcome,
            said=said,
            number=back.number,
            unit=unit.name,
            why=why,
        )
    await tell_group(
        tx,
        office,
        back,
        "unit_stepped",
        str(hop.id),
        number=back.number,
        unit=unit.name,
        giver=giver.name,
        why=why,
    )
    if outcome != RETURNED:
        await tell_resident(
            tx,
            office,
            back,
            "unit_says_done",
            hand.key,
            number=back.number,
            unit=unit.name,
            result=outcome,
            to=giver.name,
        )
    return back


async def _earlier(tx: Tx, ticket_id: int, organisation_id: int) -> Hop | None:
    """The last hop by which that organisation held the ticket."""
    held = [hop for hop in await hops.of_ticket(tx, ticket_id) if hop.organisation_id == organisation_id]
    return held[-1] if held else None
