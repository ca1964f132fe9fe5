"""The ledger of hops: to which organisation a ticket was handed, who signed, how it came back."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Row, Tx
from storage.tickets import Ticket, of_row


@dataclass(frozen=True, slots=True)
class Hop:
    id: int
    community_id: int
    ticket_id: int
    organisation_id: int
    from_id: int | None  # None: from the community itself
    reason: str
    by_id: int | None
    at: int
    signed_by: int | None
    signed_at: int | None
    ended_at: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Rung:
    """How many open tickets of a community wait at one organisation."""

    kind: str
    name: str
    waiting: int
    signed: int
    since: int


def _hop(r: Row) -> Hop:
    return Hop(
        r["id"],
        r["community_id"],
        r["ticket_id"],
        r["organisation_id"],
        r["from_id"],
        r["reason"],
        r["by_id"],
        r["at"],
        r["signed_by"],
        r["signed_at"],
        r["ended_at"],
        r["outcome"],
    )


async def enter(
    tx: Tx, ticket: Ticket, organisation_id: int, from_id: int | None, reason: str, by: int | None, now: int
) -> int:
    """Hand the ticket to an organisation; the id of the hop."""
    return int(
        await tx.value(
            "levels.enter",
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            organisation_id=organisation_id,
            from_id=from_id,
            reason=reason,
            by_id=by,
            now=now,
        )
    )


async def by_id(tx: Tx, hop_id: int) -> Hop | None:
    row = await tx.one("levels.by_id", id=hop_id)
    return _hop(row) if row else None


async def present(tx: Tx, ticket_id: int) -> Hop | None:
    """Where the ticket is now; None: with its own community."""
    row = await tx.one("levels.present", ticket_id=ticket_id)
    return _hop(row) if row else None


async def of_ticket(tx: Tx, ticket_id: int) -> list[Hop]:
    """Oldest first."""
    return [_hop(row) for row in await tx.all("levels.of_ticket", ticket_id=ticket_id)]


async def sign(tx: Tx, hop_id: int, user_id: int, now: int) -> bool:
    """True for the one who was first."""
    return await tx.do("levels.sign", id=hop_id, user_id=user_id, now=now) == 1


async def unsign(tx: Tx, organisation_id: int, user_id: int) -> int:
    """What somebody who leaves had signed for waits for a colleague; how many tickets that are."""
    return await tx.do("levels.unsign", organisation_id=organisation_id, user_id=user_id)


async def end(tx: Tx, hop_id: int, outcome: str, version: int, now: int) -> bool:
    """`version`: of the ticket after the move that ended it."""
    return await tx.do("levels.end", id=hop_id, outcome=outcome, version=version, now=now) == 1


async def ended_by(tx: Tx, ticket_id: int, version: int) -> Hop | None:
    """The hop that the move to this version of the ticket has ended."""
    row = await tx.one("levels.ended_by", ticket_id=ticket_id, version=version)
    return _hop(row) if row else None


async def reopen(tx: Tx, hop_id: int) -> None:
    await tx.do("levels.reopen", id=hop_id)


async def held(tx: Tx, organisation_id: int, most: int = 30) -> list[Ticket]:
    """What the organisation holds now, the one due first first."""
    return [of_row(row) for row in await tx.all("levels.held", organisation_id=organisation_id, most=most)]


async def waiting_by_rung(tx: Tx, community_id: int) -> list[Rung]:
    """On which rung the community's open tickets wait; those that are not here wait with itself."""
    rows = await tx.all("levels.waiting_by_rung", community_id=community_id)
    return [Rung(r["kind"], r["name"], r["waiting"], r["signed"] or 0, r["since"]) for r in rows]
