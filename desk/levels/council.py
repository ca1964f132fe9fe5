"""协调会: after three returns those concerned sit down together; the council says who is responsible."""

from __future__ import annotations

from typing import Any

from desk.hand import Hand
from desk.levels.climbing import pass_on, reachable
from desk.levels.rungs import is_meant
from desk.moves import remember, the_ticket
from desk.office import Office
from desk.speech import show, tell, tell_group, unit_chats
from domain.errors import Refused
from domain.levels import Kind
from domain.roles import LEADS, Role
from domain.states import Move
from nlp.personal import mask
from storage import communities, organisations, people
from storage import events as history
from storage.organisations import Organisation
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts.when import moment, short

RETURNS_FOR_COUNCIL = 3
"""Returns (退单) after which a 协调会 is proposed, and again after as many more."""
MOST_NAMED = 12


async def propose_if_due(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Send the agenda to the council; where there is none, to the community's own group."""
    if not ticket.returned or ticket.returned % RETURNS_FOR_COUNCIL:
        return
    closed = office.closed(ticket)
    agenda: dict[str, Any] = {
        "number": ticket.number,
        "category": "" if closed else office.catalogue.leaf(ticket.category).name,
        "place": "" if closed else mask(ticket.place),
        "responsible": ticket.responsible,
        "due": moment(office.local(ticket.answer_due)),
        "hops": await _returns(tx, office, ticket),
    }
    key = f"{ticket.id}:{ticket.returned}"
    choices = await candidates(tx, ticket)
    if not choices:
        await tell_group(tx, office, ticket, "council_proposal", key, **agenda)
        return
    community = await communities.by_id(tx, ticket.community_id)
    called = community.name if community else ""
    units = [(unit.id, unit.name) for unit in choices]
    council = await of_community(tx, ticket.community_id)
    chats = await unit_chats(tx, council)
    for chat_id in chats:
        await tell(
            tx,
            office,
            chat_id,
            "council_meeting",
            key,
            community_id=ticket.community_id,
            community=called,
            units=units,
            ticket_id=ticket.id,
            **agenda,
        )
    if not chats:
        await tell_group(
            tx,
            office,
            ticket,
            "council_meeting",
            key,
            community=called,
            units=units,
            ticket_id=ticket.id,
            **agenda,
        )
        return
    await tell_group(tx, office, ticket, "council_proposal", key, **agenda)


async def of_community(tx: Tx, community_id: int) -> Organisation | None:
    """The 共建委 nearest to the community."""
    found = [u for u in await organisations.reachable_from(tx, community_id) if u.kind is Kind.COUNCIL]
    return found[0] if found else None


async def candidates(tx: Tx, ticket: Ticket) -> list[Organisation]:
    """Who can be designated beside the community itself."""
    found = [
        unit
        for unit in await organisations.reachable_from(tx, ticket.community_id)
        if unit.kind is not Kind.COUNCIL and await unit_chats(tx, unit)
    ]
    found.sort(key=lambda unit: not is_meant(unit, ticket.responsible))
    return found[:MOST_NAMED]


async def authority(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> tuple[Role, str]:
    """As what, and by which name, the presser may designate: a member of the council, else a lead."""
    council = await of_community(tx, ticket.community_id)
    member = await organisations.person(tx, council.id, hand.user_id) if council else None
    if council and member:
        return Role.COUNCIL, f"{council.name}{member.name}"
    role = await office.role_of(tx, ticket.community_id, hand.user_id)
    if role in LEADS and not await unit_chats(tx, council):
        name = await people.name_of(tx, ticket.community_id, hand.user_id) or names.ROLES[role.value]
        return role, name
    raise Refused("not_council")


async def designate(office: Office, hand: Hand, unit_id: int) -> str:
    """What the meeting decided: an organisation of the tree handles it, or (0) the community itself."""

    async def change(tx: Tx) -> str:
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        role, who = await authority(tx, office, hand, ticket)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        if unit_id:
            unit = await reachable(tx, ticket, unit_id)
            after = await pass_on(
                tx, office, ticket, unit, role, hand.user_id, reason="council", key=hand.key
            )
            name = unit.name
        else:
            community = await communities.by_id(tx, ticket.community_id)
            name = community.name if community else ""
            reason = f"协调会议定：{name}"
            after = await remember(tx, office, ticket, ticket, "council", role, hand.user_id, reason=reason)
            await show(tx, office, after)
        await tell_group(
            tx, office, after, "council_decided", hand.key, number=after.number, who=who, unit=name
        )
        return f"已定：{name}主办"

    return await office.write(change)


async def _returns(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[str, str, str]]:
    """(time, who, why) of each return."""
    return [
        (
            short(office.local(event.at)),
            await people.name_of(tx, ticket.community_id, event.actor_id) or names.ROLES[event.actor_role],
            str(event.data.get("reason", "")),
        )
        for event in await history.of_ticket(tx, ticket.id)
        if event.kind == Move.RETURN
    ]
