"""Who stands beside a ticket: the person it is really about, and whether its resident stays unnamed."""

from __future__ import annotations

from dataclasses import dataclass

from storage import tickets
from storage.store import Row, Tx
from storage.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Companion:
    """The mother or father for whom somebody else has written."""

    ticket_id: int
    community_id: int
    whom: str
    phone: str
    user_id: int | None
    code: str


def _companion(row: Row) -> Companion:
    return Companion(
        row["ticket_id"], row["community_id"], row["whom"], row["phone"], row["user_id"], row["code"]
    )


async def hide(tx: Tx, ticket: Ticket, now: int) -> None:
    """From now on staff see neither the name nor the telephone of its resident."""
    await tx.do("resident.hide", ticket_id=ticket.id, community_id=ticket.community_id, now=now)


async def unhide(tx: Tx, ticket: Ticket) -> None:
    await tx.do("resident.unhide", ticket_id=ticket.id)


async def is_hidden(tx: Tx, ticket_id: int) -> bool:
    return await tx.one("resident.hidden", ticket_id=ticket_id) is not None


async def add(tx: Tx, ticket: Ticket, whom: str, phone: str, code: str, now: int) -> None:
    await tx.do(
        "resident.add_companion",
        ticket_id=ticket.id,
        community_id=ticket.community_id,
        whom=whom,
        phone=phone,
        code=code,
        now=now,
    )


async def companion(tx: Tx, ticket_id: int) -> Companion | None:
    row = await tx.one("resident.companion", ticket_id=ticket_id)
    return _companion(row) if row else None


async def by_code(tx: Tx, code: str) -> Companion | None:
    row = await tx.one("resident.companion_by_code", code=code)
    return _companion(row) if row else None


async def set_phone(tx: Tx, ticket_id: int, phone: str) -> None:
    await tx.do("resident.set_companion_phone", ticket_id=ticket_id, phone=phone)


async def meet(tx: Tx, ticket_id: int, user_id: int) -> bool:
    """The first who opens the link is the companion; whether it was this person."""
    return await tx.do("resident.meet_companion", ticket_id=ticket_id, user_id=user_id) == 1


async def accompanied(tx: Tx, user_id: int, most: int = 10) -> list[Ticket]:
    """What others have reported for this person, newest first."""
    rows = await tx.all("resident.accompanied", user_id=user_id, most=most)
    return [tickets.of_row(row) for row in rows]
