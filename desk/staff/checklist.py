"""The checklist of a ticket: the steps that are usual for its kind, ticked by buttons."""

from __future__ import annotations

from desk.hand import Hand, name_of, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.pages import new_page, turn
from desk.speech import show
from domain.errors import Refused
from domain.habits import load_habits
from domain.states import HELPERS
from storage import checks
from storage import events as history
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import short


async def open_list(office: Office, hand: Hand) -> str:
    """🧾 清单: a page with a button for each step."""

    async def change(tx: Tx) -> str:
        if await role_at(tx, office, hand) not in HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        await _tell(tx, office, hand, new_page(), ticket)
        return ""

    return await office.write(change)


async def tick(office: Office, hand: Hand, page: str, item: str) -> str:
    """A step is done, or was not after all."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        steps = load_habits().of(ticket.category).steps
        if item not in steps:
            raise Refused("gone")  # the category was corrected meanwhile
        now = office.now_ms()
        kind = "checked" if await checks.tick(tx, ticket, item, hand.user_id, now) else "unchecked"
        if kind == "unchecked":
            await checks.untick(tx, ticket, item)
        await history.append(
            tx, ticket, ticket, kind, now, role=role.value, actor=hand.user_id, reason=steps[item]
        )
        await show(tx, office, ticket)
        await _tell(tx, office, hand, page, ticket)
        return "已打勾" if kind == "checked" else "已取消"

    return await office.write(change)


async def _tell(tx: Tx, office: Office, hand: Hand, page: str, ticket: Ticket) -> None:
    ticks = [
        (
            check.item,
            await name_of(tx, ticket.community_id, check.user_id),
            short(office.local(check.at)),
        )
        for check in await checks.done(tx, ticket.id)
    ]
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "checklist",
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        number=ticket.number,
        ticket=ticket.id,
        leaf=ticket.category,
        ticks=ticks,
    )
