"""上报 / 转交: a ticket goes to another organisation with a reason; the program hands some up by itself."""

from __future__ import annotations

from desk.gate import missing, say_what_is_missing
from desk.hand import Hand, role_at, tell_resident
from desk.levels.rungs import above, seen
from desk.moves import step, the_ticket
from desk.office import Office
from desk.speech import show, show_hop, tell_group, unit_chats
from domain.errors import Refused
from domain.levels import HANDLES
from domain.roles import DESK, Role
from domain.states import Move, may
from storage import hops, organisations, people, undos
from storage.organisations import Organisation
from storage.store import Tx
from storage.tickets import Ticket
from texts import levels as words
from texts.when import moment

TIMES_BEFORE_IT_CLIMBS = 2
"""How often a resident says 没解决 until the level above has it."""


async def hand_on(office: Office, hand: Hand, unit_id: int, reason: str) -> str:
    """上报 / 转交 by the community's staff: one press with the usual reason."""
    if reason not in words.REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in DESK:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        unit = await reachable(tx, ticket, unit_id)
        lacks = await missing(tx, office, ticket)
        if lacks:
            return await say_what_is_missing(tx, office, hand, ticket, lacks)
        after = await pass_on(tx, office, ticket, unit, role, hand.user_id, reason=reason, key=hand.key)
        await undos.keep(tx, ticket, after, Move.HAND_ON, hand.user_id, hand.key, office.now_ms())
        return f"已转给{unit.name}，等他们签收；签收前还由首接的同事负责"

    return await office.write(change)


async def reachable(tx: Tx, ticket: Ticket, unit_id: int) -> Organisation:
    """The organisation, if a ticket of this community can go there and somebody would read it."""
    unit = next(
        (u for u in await organisations.reachable_from(tx, ticket.community_id) if u.id == unit_id), None
    )
    if unit is None or unit.kind not in HANDLES:
        raise Refused("gone")
    if not await unit_chats(tx, unit):
        raise Refused("unit_empty", name=unit.name)
    return unit


async def pass_on(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    unit: Organisation,
    role: Role,
    actor: int | None,
    *,
    reason: str,
    key: str,
    giver: Organisation | None = None,
) -> Ticket:
    """Move it to the organisation's desk; whoever received it first stays responsible until it signs."""
    present = await hops.present(tx, ticket.id)
    if present is not None and present.organisation_id == unit.id:
        raise Refused("there_already", name=unit.name)
    first = ticket.assignee_id
    if (
        first is None
        and role in DESK
        and actor is not None
        and await people.member(tx, ticket.community_id, actor)
    ):
        first = actor
    after = await step(
        tx,
        office,
        ticket,
        Move.HAND_ON,
        role,
        actor,
        changes={"assignee_id": first},
        reason=f"{unit.name}：{words.REASONS[reason]}",
        unit=unit.name,
    )
    now = office.now_ms()
    await seen(tx, office, after)
    hop_id = await hops.enter(tx, after, unit.id, giver.id if giver else None, reason, actor, now)
    await show(tx, office, after, now_please=True)
    hop = await hops.by_id(tx, hop_id)
    if hop is not None:
        await show_hop(tx, office, after, hop, now_please=True)
    await tell_resident(
        tx,
        office,
        after,
        "handed_up",
        key,
        number=after.number,
        unit=unit.name,
        promise=moment(office.local(after.answer_due)),
    )
    return after


async def climb_by_itself(tx: Tx, office: Office, ticket: Ticket) -> Ticket:
    """After the second 没解决 the level above has it, if there is one and the four questions have answers."""
    if ticket.reopened < TIMES_BEFORE_IT_CLIMBS or not may(Move.HAND_ON, ticket.state, Role.CLOCK):
        return ticket
    unit = await above(tx, ticket.community_id)
    if unit is None or await missing(tx, office, ticket):
        return ticket
    key = f"again:{ticket.reopened}"
    after = await pass_on(tx, office, ticket, unit, Role.CLOCK, None, reason="again", key=key)
    await tell_group(
        tx,
        office,
        after,
        "climbed_again",
        f"{after.id}:{after.reopened}",
        number=after.number,
        unit=unit.name,
        times=after.reopened,
    )
    return after
