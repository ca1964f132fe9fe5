"""Bulk work (/bulk): several tickets given to a colleague or closed; a preview and one confirming press."""

from __future__ import annotations

from dataclasses import replace

from desk.gate import missing
from desk.hand import Hand, name_of, role_at
from desk.office import Office
from desk.pages import new_page, turn
from desk.speech import show, tell
from desk.staff import duty as roster
from desk.staff.finding import asked_on, look_up
from desk.staff.handling import finish, give
from domain.errors import Refused
from domain.roles import DESK, Role
from domain.states import Move, may
from nlp.personal import mask
from storage import bulks, people, tickets
from storage.bulks import Bulk
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts.desk import MISSING
from texts.refusals import why

MOST = 20
"""Tickets on one page of choices: as many as a person still looks through."""
ALL = "all"


async def begin(office: Office, hand: Hand, asked: str, *, listed_on: str = "") -> None:
    """/bulk: the open list, what a search finds, or what stands on a list's page, to choose from."""

    async def change(tx: Tx) -> None:
        await _desk_role(tx, office, hand)
        wanted = await asked_on(tx, hand.chat_id, listed_on) if listed_on else asked or "@open"
        found = [t for t in await look_up(tx, office, hand, wanted) if t.means.is_open][:MOST]
        if not found:
            raise Refused("nothing_to_choose")
        ids = [ticket.id for ticket in found]
        bulk_id = await bulks.keep(tx, hand.community_id, hand.user_id, hand.chat_id, ids, office.now_ms())
        bulk = Bulk(bulk_id, hand.user_id, tuple(ids), frozenset(), "")
        await _tell_page(tx, office, hand, new_page(), bulk)

    await office.write(change)


async def tick(office: Office, hand: Hand, page: str, bulk_id: int, which: str) -> None:
    """Choose a ticket or leave it out; 'all' turns between everything and nothing."""

    async def change(tx: Tx) -> None:
        bulk = await _own(tx, office, hand, bulk_id)
        if which == ALL:
            chosen = frozenset[int]() if len(bulk.chosen) == len(bulk.offered) else frozenset(bulk.offered)
        else:
            chosen = bulk.chosen ^ (frozenset({int(which)}) & frozenset(bulk.offered))
        await bulks.choose(tx, bulk, chosen)
        await _tell_page(tx, office, hand, page, replace(bulk, chosen=chosen))

    await office.write(change)


async def open_menu(office: Office, hand: Hand, page: str, bulk_id: int, menu: str) -> None:
    """To whom, or with which result? Without a menu: back to the choice."""

    async def change(tx: Tx) -> None:
        bulk = await _own(tx, office, hand, bulk_id)
        if menu and not bulk.chosen:
            raise Refused("nothing_chosen")
        await _tell_page(tx, office, hand, page, bulk, menu)

    await office.write(change)


async def preview(office: Office, hand: Hand, page: str, bulk_id: int, act: str) -> None:
    """What would be done, ticket by ticket, before anything is."""

    async def change(tx: Tx) -> None:
        role = await _desk_role(tx, office, hand)
        bulk = await _own(tx, office, hand, bulk_id)
        if not bulk.chosen:
            raise Refused("nothing_chosen")
        who = await _addressee(tx, office, hand, act)
        able, unable = [], []
        for ticket in await _chosen(tx, hand, bulk):
            obstacle = await _obstacle(tx, office, ticket, role, act)
            if obstacle:
                unable.append((ticket.number, obstacle))
            else:
                able.append(ticket.number)
        await bulks.choose(tx, bulk, bulk.chosen, act)
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "bulk_preview",
            community_id=hand.community_id,
            bulk=bulk.id,
            act=act,
            who=who,
            able=able,
            unable=unable,
        )

    await office.write(change)


async def confirm(office: Office, hand: Hand, page: str, bulk_id: int) -> str:
    """Do it: every ticket with its own step and history, what cannot be done is named."""

    async def change(tx: Tx) -> str:
        role = await _desk_role(tx, office, hand)
        bulk = await _own(tx, office, hand, bulk_id)
        if not bulk.act or not await bulks.drop(tx, bulk):
            raise Refused("gone")
        to = await _addressee(tx, office, hand, bulk.act)
        done: list[Ticket] = []
        skipped = []
        for ticket in await _chosen(tx, hand, bulk):
            obstacle = await _obstacle(tx, office, ticket, role, bulk.act)
            if obstacle:
                skipped.append((ticket.number, obstacle))
            else:
                done.append(await _do(tx, office, hand, ticket, role, bulk.act))
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        numbers = [ticket.number for ticket in done]
        for ticket in done:
            await show(tx, office, ticket)
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "bulk_done",
            community_id=hand.community_id,
            who=who,
            act=bulk.act,
            to=to,
            numbers=numbers,
            skipped=skipped,
        )
        if done and bulk.act.startswith("assign:") and done[0].assignee_id:
            await tell(
                tx,
                office,
                done[0].assignee_id,
                "bulk_given",
                hand.key,
                community_id=hand.community_id,
                who=who,
                numbers=numbers,
            )
        return f"已办 {len(done)} 件"

    return await office.write(change)


async def _do(tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: Role, act: str) -> Ticket:
    kind, _, arg = act.partition(":")
    if kind == "assign":
        given, _ = await give(tx, office, hand, ticket, role, int(arg))
        return given
    return await finish(tx, office, hand, ticket, role, arg)


async def _obstacle(tx: Tx, office: Office, ticket: Ticket, role: Role, act: str) -> str:
    """Why this cannot be done with the ticket; empty when it can."""
    move = Move.ASSIGN if act.startswith("assign:") else Move.CLOSE
    if ticket.erased:
        return why("erased")
    if not may(move, ticket.state, role):
        return why("wrong_state", state=ticket.state.value)
    if move is Move.ASSIGN:
        lacks = await missing(tx, office, ticket)
        return f"还缺：{'、'.join(MISSING[name] for name in lacks)}" if lacks else ""
    return ""


async def _addressee(tx: Tx, office: Office, hand: Hand, act: str) -> str:
    """Whom it is given to, by name; `Refused` for a result or a colleague that does not exist."""
    kind, _, arg = act.partition(":")
    if kind == "close" and arg in names.RESULTS:
        return ""
    if kind != "assign" or not arg.isdecimal():
        raise Refused("gone")
    heir = await roster.stand_in(tx, office, hand.community_id, int(arg))
    member = await people.member(tx, hand.community_id, heir)
    if member is None or member.role not in DESK:
        raise Refused("no_such_colleague", name=await people.name_of(tx, hand.community_id, heir))
    return member.name


async def _chosen(tx: Tx, hand: Hand, bulk: Bulk) -> list[Ticket]:
    found = [
        await tickets.of_community(tx, hand.community_id, ticket_id)
        for ticket_id in bulk.offered
        if ticket_id in bulk.chosen
    ]
    return [ticket for ticket in found if ticket]


async def _tell_page(tx: Tx, office: Office, hand: Hand, page: str, bulk: Bulk, menu: str = "") -> None:
    everything = await _chosen(tx, hand, replace(bulk, chosen=frozenset(bulk.offered)))
    lines = [
        (ticket.id, ticket.number, _what(office, ticket), ticket.id in bulk.chosen) for ticket in everything
    ]
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "bulk_page",
        community_id=hand.community_id,
        reply_to=hand.message_id or None,
        bulk=bulk.id,
        lines=lines,
        chosen=len(bulk.chosen),
        menu=menu,
        team=await roster.roster(tx, office, hand.community_id) if menu == "assign" else [],
    )


def _what(office: Office, ticket: Ticket) -> str:
    if office.closed(ticket):
        return "🔒"
    what = f"{office.catalogue.leaf(ticket.category).name} {mask(ticket.place)}".strip()
    return f"{what[:30]} · {names.STATES[ticket.state.value]}"


async def _own(tx: Tx, office: Office, hand: Hand, bulk_id: int) -> Bulk:
    """The choice, if it is this person's own."""
    await _desk_role(tx, office, hand)
    bulk = await bulks.by_id(tx, hand.community_id, bulk_id)
    if bulk is None:
        raise Refused("gone")
    if bulk.user_id != hand.user_id:
        raise Refused("not_your_choice")
    return bulk


async def _desk_role(tx: Tx, office: Office, hand: Hand) -> Role:
    role = await role_at(tx, office, hand)
    if role not in DESK:
        raise Refused("not_your_role")
    return role
