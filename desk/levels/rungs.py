"""Where a ticket is on the ladder of organisations, and what a move means for the one that holds it."""

from __future__ import annotations

from desk import asking
from desk.office import Office
from desk.speech import desk_chats, show, show_hop, tell, tell_group, unit_chats
from domain.levels import ABOVE, HANDLES, USUAL_REASON, Kind
from domain.roles import UNITS, Role
from domain.states import Move
from storage import hops, organisations
from storage.hops import Hop
from storage.organisations import Organisation
from storage.outbox import OutboxRow
from storage.store import Tx
from storage.tickets import Ticket
from texts import levels as words
from texts.when import short

TAKEN_UP_HERE = frozenset({Move.TAKE, Move.ASSIGN, Move.SIGN, Move.RETURN, Move.QUEUE})
"""Moves by which the community takes a ticket back into its own hands."""
NAMED_FIRST = 12
MOST_HELD = 500


async def follow(tx: Tx, office: Office, after: Ticket, move: Move, role: Role) -> None:
    """End the hop of a ticket whose way leads elsewhere, and tell the organisation that held it."""
    hop = await hops.present(tx, after.id)
    if hop is None:
        return
    if not after.means.is_open:
        outcome = "closed"
    elif move is Move.HAND_ON:
        outcome = "passed"
    elif role in UNITS:
        outcome = "returned" if move is Move.RETURN else ""
    else:
        outcome = "recalled" if move in TAKEN_UP_HERE else ""
    if outcome:
        await end(tx, office, after, hop, outcome, aloud=role not in UNITS)


async def end(tx: Tx, office: Office, ticket: Ticket, hop: Hop, outcome: str, *, aloud: bool = False) -> None:
    """The organisation does not hold the ticket any more. `aloud`: by no doing of its own."""
    if not await hops.end(tx, hop.id, outcome, ticket.version, office.now_ms()):
        return
    await show_hop(tx, office, ticket, hop)
    if not aloud:
        return
    unit = await organisations.by_id(tx, hop.organisation_id)
    for chat_id in await unit_chats(tx, unit):
        await tell(
            tx,
            office,
            chat_id,
            "unit_no_more",
            f"{hop.id}:{ticket.version}",
            community_id=ticket.community_id,
            number=ticket.number,
            unit=unit.name if unit else "",
            outcome=outcome,
        )


async def seen(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The community has acted on what an organisation replied: that message loses its buttons."""
    ledger = await hops.of_ticket(tx, ticket.id)
    done = next((hop for hop in reversed(ledger) if hop.outcome in words.DONE), None)
    if done is not None:
        for chat_id in await desk_chats(tx, office, ticket.community_id):
            told = f"unit_done:{chat_id}:{done.id}"
            await asking.take_off(tx, office, chat_id, told, ticket.id, said_anyway=True)


async def undo(tx: Tx, office: Office, ticket: Ticket, move: str, version: int) -> None:
    """A move was taken back: whoever held the ticket before it holds it again."""
    hop = await hops.present(tx, ticket.id)
    if move == Move.HAND_ON and hop is not None:
        await end(tx, office, ticket, hop, "undone", aloud=True)
    before = await hops.ended_by(tx, ticket.id, version)
    if before is not None:
        await hops.reopen(tx, before.id)
        await show_hop(tx, office, ticket, before, now_please=True)


async def holder(tx: Tx, ticket: Ticket) -> str:
    """Which organisation has signed for the ticket; empty when its own community has it."""
    hop = await hops.present(tx, ticket.id)
    return await organisations.name_of(tx, hop.organisation_id) if hop and hop.signed_by else ""


async def card_line(tx: Tx, office: Office, ticket: Ticket) -> str:
    """The way of the ticket and where it is now; empty while it is with its community."""
    hop = await hops.present(tx, ticket.id)
    if hop is None:
        return ""
    way = [await organisations.name_of(tx, hop.organisation_id)]
    if hop.from_id:
        way.insert(0, await organisations.name_of(tx, hop.from_id))
    signed = await organisations.person_name(tx, hop.organisation_id, hop.signed_by)
    return words.rung(way, signed, short(office.local(hop.at)))


async def has_tree(tx: Tx, community_id: int) -> bool:
    return await organisations.of_community(tx, community_id) is not None


async def targets(
    tx: Tx, ticket: Ticket, present: Organisation | None = None
) -> list[tuple[int, str, str, str]]:
    """(id, name, kind, usual reason) of those to whom the ticket can go now: the likeliest first."""
    found = [
        unit
        for unit in await organisations.reachable_from(tx, ticket.community_id)
        if unit.kind in HANDLES and (present is None or unit.id != present.id) and await unit_chats(tx, unit)
    ]
    found.sort(key=lambda unit: (not is_meant(unit, ticket.responsible), unit.kind is not Kind.SUBDISTRICT))
    return [(unit.id, unit.name, unit.kind.value, USUAL_REASON[unit.kind]) for unit in found[:NAMED_FIRST]]


async def choices(tx: Tx, ticket: Ticket) -> list[tuple[int, str, str, str]]:
    """What the menu 上报/转交 of the community's card offers."""
    hop = await hops.present(tx, ticket.id)
    return await targets(tx, ticket, await organisations.by_id(tx, hop.organisation_id) if hop else None)


def is_meant(unit: Organisation, responsible: str) -> bool:
    """Whether the register's responsible unit is this organisation: 城管 is 东城城管局."""
    if not responsible:
        return False
    if unit.kind is Kind.SUBDISTRICT and responsible.startswith("街道"):
        return True
    return responsible in unit.name or unit.name in responsible


async def above(tx: Tx, community_id: int) -> Organisation | None:
    """The subdistrict (or whatever stands next above) that can be told."""
    node = await organisations.of_community(tx, community_id)
    for rung in await organisations.chain(tx, node) if node else []:
        if rung.kind in ABOVE and await unit_chats(tx, rung):
            return rung
    return None


async def department_of(tx: Tx, ticket: Ticket) -> Organisation | None:
    """The department that the register names as responsible, when it is in the tree and can be told."""
    for unit in await organisations.reachable_from(tx, ticket.community_id):
        if unit.kind is Kind.DEPARTMENT and is_meant(unit, ticket.responsible) and await unit_chats(tx, unit):
            return unit
    return None


async def show_held(tx: Tx, office: Office, unit: Organisation) -> None:
    """Bring the cards of all that an organisation holds up to date, where it reads now."""
    for ticket in await hops.held(tx, unit.id, most=MOST_HELD):
        await show(tx, office, ticket)


async def lose_group(tx: Tx, office: Office, chat_id: int) -> None:
    """The bot is out of an organisation's group: its people go on in private."""
    lost = await organisations.by_chat(tx, chat_id)
    await organisations.unbind(tx, chat_id)
    for unit in lost:
        await show_held(tx, office, unit)


async def tell_erased(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The resident had their data deleted: whoever signed for the ticket elsewhere deletes what they keep."""
    for hop in await hops.of_ticket(tx, ticket.id):
        if hop.signed_by is not None:
            about = f"{hop.id}:{ticket.number}"
            await tell(tx, office, hop.signed_by, "unit_erased", about, number=ticket.number)


async def unreachable(tx: Tx, office: Office, row: OutboxRow, ticket: Ticket) -> None:
    """What was meant for an organisation cannot arrive: the community is told to telephone."""
    hop = await hops.present(tx, ticket.id)
    unit = await organisations.by_id(tx, hop.organisation_id) if hop else None
    if unit is None or row.chat_id not in await unit_chats(tx, unit):
        return
    if unit.chat_id == row.chat_id:
        await lose_group(tx, office, row.chat_id)
    day = office.local(office.now_ms()).date().isoformat()
    await tell_group(
        tx,
        office,
        ticket,
        "unit_unreachable",
        f"{ticket.id}:{unit.id}:{day}",
        number=ticket.number,
        unit=unit.name,
    )
