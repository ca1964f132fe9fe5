"""Requests for more time (延期): asked, granted, refused, and counted."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Row, Tx
from storage.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Extension:
    id: int
    community_id: int
    ticket_id: int
    asked_by: int
    asked_at: int
    days: int
    reason: str
    state: str


def _extension(r: Row) -> Extension:
    return Extension(**{name: r[name] for name in Extension.__dataclass_fields__})


async def ask(tx: Tx, ticket: Ticket, asked_by: int, days: int, reason: str, now: int) -> int:
    """Enter a request; its id."""
    return int(
        await tx.value(
            "desk.ask_extension",
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            asked_by=asked_by,
            days=days,
            reason=reason,
            now=now,
        )
    )


async def by_id(tx: Tx, community_id: int, extension_id: int) -> Extension | None:
    row = await tx.one("desk.extension", id=extension_id, community_id=community_id)
    return _extension(row) if row else None


async def waiting(tx: Tx, ticket_id: int) -> Extension | None:
    """The ticket's request that nobody has decided yet."""
    row = await tx.one("desk.waiting_extension", ticket_id=ticket_id)
    return _extension(row) if row else None


async def decide(tx: Tx, extension_id: int, state: str, decided_by: int, now: int) -> bool:
    """True for the one who decided first."""
    return (
        await tx.do("desk.decide_extension", id=extension_id, state=state, decided_by=decided_by, now=now)
        == 1
    )


async def drop(tx: Tx, ticket_id: int, now: int) -> None:
    """The ticket went another way before anybody decided."""
    await tx.do("desk.drop_extensions", ticket_id=ticket_id, now=now)


async def granted(tx: Tx, ticket_id: int) -> int:
    """How often the ticket got more time."""
    return int(await tx.value("desk.granted_extensions", ticket_id=ticket_id))
