"""抽查回访: a lot is drawn for each closed ticket a week later; a few residents are asked once more."""

from __future__ import annotations

from desk import asking
from desk.beside import own
from desk.office import Office
from desk.residents import judging
from desk.speech import tell
from domain.errors import Refused
from domain.roles import Role
from domain.states import State
from storage import events, tickets
from storage.store import Tx

WEEK = 7 * 24 * 3600 * 1000
"""Milliseconds after closing from which on the lot is drawn, for as long again."""
AT_ONCE = 200


async def draw(tx: Tx, office: Office, community_id: int, chosen: list[bool]) -> int:
    """Draw for tickets that have none yet, one of `chosen` for each; how many residents are asked."""
    now = office.now_ms()
    rows = await tx.all(
        "resident.rated_a_week_ago",
        community_id=community_id,
        since=now - 2 * WEEK,
        until=now - WEEK,
        most=min(AT_ONCE, len(chosen)),
    )
    asked = 0
    for ticket, lot in zip([tickets.of_row(row) for row in rows], chosen, strict=False):
        await tx.do("resident.draw", ticket_id=ticket.id, community_id=community_id, now=now, asked=int(lot))
        if lot:
            asked += 1
            values = {
                "number": ticket.number,
                "category": office.catalogue.leaf(ticket.category).name,
                "place": ticket.place,
                "ticket_id": ticket.id,
            }
            said = asking.Said("recheck_ask", str(ticket.id), values)
            chat_id, who = ticket.chat_id, ticket.resident_id
            await asking.in_turn(tx, office, chat_id, who, "recheck", said, ticket=ticket)
    return asked


async def answer(office: Office, ticket_id: int, user_id: int, said: str, key: str) -> str:
    """Still good, or bad again: then the ticket is opened again."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        row = await tx.one("resident.recheck", ticket_id=ticket.id)
        if row is None or not row["asked"] or said not in ("good", "bad"):
            raise Refused("gone")
        if ticket.state not in (State.CLOSED, State.REVIEW):
            return "已经在重新办理了" if ticket.means.is_open else "谢谢您"
        await tx.do("resident.answer_recheck", ticket_id=ticket.id, answer=said)
        await asking.settled(tx, office, ticket, "recheck")
        await events.append(
            tx, ticket, ticket, "recheck", office.now_ms(), role=Role.RESIDENT.value, actor=user_id, name=said
        )
        if said == "bad":
            await judging.reopen(tx, office, ticket, user_id)
            return "已重新办理"
        await tell(tx, office, ticket.chat_id, "recheck_good", key, ticket=ticket)
        return "谢谢您"

    return await office.write(change)
