"""Checklists and watchers: which steps of a ticket are done, and who wants to hear how it ends."""

from __future__ import annotations

from dataclasses import dataclass

from domain.roles import Role
from storage.people import Member
from storage.store import Tx
from storage.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Check:
    item: str
    user_id: int
    at: int


async def done(tx: Tx, ticket_id: int) -> list[Check]:
    return [
        Check(r["item"], r["user_id"], r["at"]) for r in await tx.all("hands.checks", ticket_id=ticket_id)
    ]


async def tick(tx: Tx, ticket: Ticket, item: str, user_id: int, now: int) -> bool:
    """Done now; False when it was done already."""
    return (
        await tx.do(
            "hands.check",
            ticket_id=ticket.id,
            community_id=ticket.community_id,
            item=item,
            user_id=user_id,
            now=now,
        )
        == 1
    )


async def untick(tx: Tx, ticket: Ticket, item: str) -> None:
    await tx.do("hands.uncheck", ticket_id=ticket.id, item=item)


async def watch(tx: Tx, ticket: Ticket, user_id: int, now: int) -> bool:
    """Hears of it from now on; False who did already."""
    return (
        await tx.do(
            "hands.watch", ticket_id=ticket.id, community_id=ticket.community_id, user_id=user_id, now=now
        )
        == 1
    )


async def unwatch(tx: Tx, ticket: Ticket, user_id: int) -> bool:
    return await tx.do("hands.unwatch", ticket_id=ticket.id, user_id=user_id) == 1


async def watchers(tx: Tx, ticket: Ticket) -> list[Member]:
    """Who still works there and wants to hear of it."""
    rows = await tx.all("hands.watchers", ticket_id=ticket.id, community_id=ticket.community_id)
    return [Member(r["community_id"], r["user_id"], r["name"], Role(r["role"]), r["duty"]) for r in rows]
