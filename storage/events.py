"""The history: what happened to a ticket, never changed afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage import audit
from storage.store import Tx
from storage.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Event:
    at: int
    kind: str
    actor_role: str
    actor_id: int | None
    from_state: str
    to_state: str
    data: Mapping[str, Any]


async def append(
    tx: Tx,
    before: Ticket | None,
    after: Ticket,
    kind: str,
    at: int,
    /,
    *,
    role: str,
    actor: int | None,
    **data: Any,
) -> None:
    """Add one event of a ticket and seal it (`storage.audit`); `before` is None when it was opened."""
    event_id = await tx.value(
        "events.append",
        community_id=after.community_id,
        ticket_id=after.id,
        at=at,
        actor_role=role,
        actor_id=actor,
        kind=kind,
        from_state=before.state.value if before else "",
        to_state=after.state.value,
        data=json.dumps(data, ensure_ascii=False),
    )
    await audit.seal(tx, after.community_id, event_id)


async def of_ticket(tx: Tx, ticket_id: int) -> list[Event]:
    """Oldest first."""
    rows = await tx.all("events.of_ticket", ticket_id=ticket_id)
    return [
        Event(
            r["at"],
            r["kind"],
            r["actor_role"],
            r["actor_id"],
            r["from_state"],
            r["to_state"],
            json.loads(r["data"]),
        )
        for r in rows
    ]
