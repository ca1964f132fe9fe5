"""并单 and 我也是: residents and staff put matters together and take them apart again."""

from __future__ import annotations

from desk import asking
from desk.beside import own
from desk.hand import Hand, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.residents import neighbours
from desk.speech import show, tell, tell_group
from domain.errors import Refused
from domain.roles import DESK, Role
from domain.states import State
from storage import events as history
from storage import tickets
from storage.store import Tx


async def me_too(office: Office, ticket_id: int, user_id: int, into_id: int, key: str) -> str:
    """🙋 算我一个: the resident's own matter goes on in the neighbour's."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        into = await tickets.of_community(tx, ticket.community_id, into_id)
        if ticket.state is State.MERGED:
            return "已经算上您了"
        if into is None or into.erased or into.category != ticket.category or office.closed(into):
            raise Refused("gone")
        await asking.settled(tx, office, ticket, "same")
        into = await neighbours.join_into(tx, office, ticket, into, Role.RESIDENT, user_id, key)
        return f"已算上您，跟 {into.number} 一起办"

    return await office.write(change)


async def not_the_same(office: Office, ticket_id: int, user_id: int, into_id: int) -> str:
    """不是同一件: written down, so that staff see that it was asked."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        into = await tickets.of_community(tx, ticket.community_id, into_id)
        await asking.settled(tx, office, ticket, "same")
        await history.append(
            tx,
            ticket,
            ticket,
            "not_same",
            office.now_ms(),
            role=Role.RESIDENT.value,
            actor=user_id,
            number=into.number if into else "",
        )
        return "好的，您的单独办"

    return await office.write(change)


async def solved_here_too(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """👍 好了, of a neighbour who had joined."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if ticket.state is not State.MERGED:
            raise Refused("wrong_state", state=ticket.state.value)
        await asking.settled(tx, office, ticket, "confirm")
        await history.append(
            tx,
            ticket,
            ticket,
            "joined_solved",
            office.now_ms(),
            role=Role.RESIDENT.value,
            actor=user_id,
        )
        await tell(tx, office, ticket.chat_id, "rated", key, ticket=ticket, opinion="satisfied")
        return "谢谢您"

    return await office.write(change)


async def not_solved_here(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """👎 我这边还没好: the resident's matter goes on by itself."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await asking.settled(tx, office, ticket, "confirm")
        main = await neighbours.carrier(tx, ticket)
        alone = await neighbours.part(tx, office, ticket, Role.RESIDENT, user_id, key)
        await tell_group(
            tx, office, alone, "neighbour_unsolved", key, number=alone.number, before=main.number
        )
        return "已单独接着办"

    return await office.write(change)


async def merge(office: Office, hand: Hand, into_id: int) -> str:
    """并单 by staff."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        into = await the_ticket(tx, hand.community_id, into_id)
        into = await neighbours.join_into(tx, office, ticket, into, role, hand.user_id, hand.key)
        return f"已并入 {into.number}"

    return await office.write(change)


async def split(office: Office, hand: Hand) -> str:
    """取消并单 by staff."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        alone = await neighbours.part(tx, office, ticket, role, hand.user_id, hand.key)
        return f"{alone.number} 已分开单独办"

    return await office.write(change)


async def open_merge(office: Office, hand: Hand) -> str:
    """The menu 并单: with which open tickets it can be put together."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in DESK:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        if not await neighbours.for_staff(tx, office, ticket):
            raise Refused("nothing_alike")
        await show(tx, office, ticket, menu="merge", now_please=True)
        return ""

    return await office.write(change)
