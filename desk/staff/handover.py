"""Handing over (/handover): all open tickets of one colleague go to another by one press."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desk.hand import Hand, name_of, role_at
from desk.moves import remember, step
from desk.office import Office
from desk.pages import new_page, turn
from desk.speech import desk_chats, show, tell
from desk.staff import duty as roster
from domain.errors import Refused
from domain.roles import DESK, LEADS, Role
from domain.states import Move, may
from nlp.personal import mask
from storage import duty, people, tickets
from storage.people import Member
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts.when import moment

MOST = 1000
SHOWN = 15


async def begin(office: Office, hand: Hand) -> None:
    """/handover: whose tickets? A lead chooses; everybody else hands over their own."""

    async def change(tx: Tx) -> None:
        role = await role_at(tx, office, hand)
        page = new_page()
        if role in LEADS:
            team = [
                (m.user_id, m.name, len(await _held(tx, m.community_id, m.user_id)))
                for m in await people.team(tx, hand.community_id)
                if m.role in DESK
            ]
            await turn(
                tx,
                office,
                hand.chat_id,
                page,
                "handover_who",
                community_id=hand.community_id,
                reply_to=hand.message_id or None,
                team=team,
            )
        else:
            await _tell_list(tx, office, hand, page, hand.user_id, role)

    await office.write(change)


async def show_list(office: Office, hand: Hand, page: str, user_id: int) -> None:
    """What somebody holds, with a button for each colleague who could have it."""

    async def change(tx: Tx) -> None:
        await _tell_list(tx, office, hand, page, user_id, await role_at(tx, office, hand))

    await office.write(change)


async def confirm(office: Office, hand: Hand, page: str, user_id: int, heir_id: int) -> None:
    """The preview with its one press."""

    async def change(tx: Tx) -> None:
        role = await role_at(tx, office, hand)
        _own_or_lead(role, hand, user_id)
        leaver = await _member(tx, hand.community_id, user_id)
        heir = await _heir(tx, office, hand.community_id, user_id, heir_id)
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "handover_confirm",
            community_id=hand.community_id,
            user=user_id,
            who=leaver.name,
            heir=heir.user_id,
            heir_name=heir.name,
            total=len(await _held(tx, hand.community_id, user_id)),
            leave=role in LEADS and user_id != hand.user_id,
        )

    await office.write(change)


async def hand_over(
    office: Office, hand: Hand, page: str, user_id: int, heir_id: int, *, leave: bool = False
) -> str:
    """Move every open ticket, each with its own history; with `leave` the colleague's rights end too."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        _own_or_lead(role, hand, user_id)
        if leave and (role not in LEADS or user_id == hand.user_id):
            raise Refused("not_your_role")
        leaver = await _member(tx, hand.community_id, user_id)
        heir = await _heir(tx, office, hand.community_id, user_id, heir_id)
        moved = [
            await _give(tx, office, ticket, role, hand, heir)
            for ticket in await _held(tx, hand.community_id, user_id)
        ]
        for ticket in moved:
            await show(tx, office, ticket)
        if leave:
            await people.leave(tx, hand.community_id, user_id, office.now_ms())
            await duty.leaves(tx, hand.community_id, user_id)
        values: dict[str, Any] = {
            "who": leaver.name,
            "user": heir.user_id,
            "heir": heir.name,
            "numbers": [ticket.number for ticket in moved],
            "left": leave,
        }
        await turn(tx, office, hand.chat_id, page, "handed_over", community_id=hand.community_id, **values)
        for chat_id in {heir.user_id, *await desk_chats(tx, office, hand.community_id)} - {hand.chat_id}:
            await tell(tx, office, chat_id, "handed_over", hand.key, community_id=hand.community_id, **values)
        return f"已把 {len(moved)} 件交给{heir.name}"

    return await office.write(change)


async def _give(tx: Tx, office: Office, ticket: Ticket, role: Role, hand: Hand, heir: Member) -> Ticket:
    """The ticket in other hands. What stands still (待补充, 挂账) goes on standing still."""
    data = {"to": heir.user_id, "name": heir.name, "before": ticket.assignee_id}
    if ticket.means.clock_runs and may(Move.ASSIGN, ticket.state, role):
        changes = {"assignee_id": heir.user_id}
        return await step(tx, office, ticket, Move.ASSIGN, role, hand.user_id, changes=changes, **data)
    given = replace(ticket, assignee_id=heir.user_id)
    return await remember(tx, office, ticket, given, "handover", role, hand.user_id, **data)


async def _tell_list(tx: Tx, office: Office, hand: Hand, page: str, user_id: int, role: Role) -> None:
    _own_or_lead(role, hand, user_id)
    leaver = await _member(tx, hand.community_id, user_id)
    held = await _held(tx, hand.community_id, user_id)
    lines = []
    for ticket in held[:SHOWN]:
        closed = office.closed(ticket)
        what = "🔒" if closed else f"{office.catalogue.leaf(ticket.category).name} {mask(ticket.place)}"
        due = moment(office.local(ticket.answer_due))
        lines.append((ticket.number, what, names.STATES[ticket.state.value], due))
    away = await duty.away_on(tx, hand.community_id, roster.today(office))
    heirs = [
        (m.user_id, f"{m.name}（{len(await _held(tx, m.community_id, m.user_id))}件）")
        for m in await people.team(tx, hand.community_id)
        if m.role in DESK and m.user_id != user_id and m.user_id not in away
    ]
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "handover_list",
        community_id=hand.community_id,
        user=user_id,
        who=leaver.name,
        lines=lines,
        total=len(held),
        team=heirs,
    )


async def _held(tx: Tx, community_id: int, user_id: int) -> list[Ticket]:
    return await tickets.open_of_assignee(tx, community_id, user_id, most=MOST)


async def _member(tx: Tx, community_id: int, user_id: int) -> Member:
    member = await people.member(tx, community_id, user_id)
    if member is None:
        raise Refused("no_such_colleague", name=await name_of(tx, community_id, user_id))
    return member


async def _heir(tx: Tx, office: Office, community_id: int, user_id: int, heir_id: int) -> Member:
    """Who takes over: somebody of the desk, not the same; their deputy while they are away."""
    heir = await _member(tx, community_id, await roster.stand_in(tx, office, community_id, heir_id))
    if heir.role not in DESK or heir.user_id == user_id:
        raise Refused("no_such_colleague", name=heir.name)
    return heir


def _own_or_lead(role: Role, hand: Hand, user_id: int) -> None:
    if role not in LEADS and (role not in DESK or user_id != hand.user_id):
        raise Refused("not_your_role")
