"""默认办结: whoever does not answer the review in time is taken as content, and counted apart."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.moves import remember, step
from desk.office import Office
from desk.speech import show, tell
from domain.roles import Role
from domain.states import Move, State
from storage import tickets
from storage.store import Tx


async def settle_silent(office: Office) -> int:
    """Settle every ticket whose review time has passed; how many."""

    async def look(tx: Tx) -> list[int]:
        return [t.id for t in await tickets.silent(tx, office.now_ms())]

    found = await office.store.read(look)
    for ticket_id in found:
        await _settle(office, ticket_id)
    return len(found)


async def _settle(office: Office, ticket_id: int) -> None:
    async def change(tx: Tx) -> None:
        ticket = await tickets.by_id(tx, ticket_id)
        if ticket is None or ticket.review_due is None or ticket.review_due >= office.now_ms():
            return
        if ticket.state is not State.REVIEW:
            await remember(tx, office, ticket, replace(ticket, review_due=None), "settle", Role.CLOCK, None)
            return
        closed = await step(
            tx,
            office,
            ticket,
            Move.SETTLE,
            Role.CLOCK,
            None,
            changes={"review_due": None, "opinion": ticket.opinion or "silent"},
        )
        await asking.settled(tx, office, closed, "confirm", "opinion")
        await show(tx, office, closed)
        await tell(
            tx,
            office,
            closed.chat_id,
            "default_closed",
            f"{closed.id}:{closed.reopened}",
            ticket=closed,
            number=closed.number,
        )

    await office.store.write(change)
