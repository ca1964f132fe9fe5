"""Joint meetings: what is difficult enough for the agenda, and which tickets came of the minutes."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Difficult:
    """A ticket for the agenda; `reason` of one that is suspended."""

    ticket_id: int
    reason: str


async def difficult(tx: Tx, community_id: int, long_late: int, most: int) -> list[Difficult]:
    """Suspended, sent back twice, reopened, or late since before `long_late`: the oldest first."""
    rows = await tx.all(
        "checks_and_meetings.difficult", community_id=community_id, long_late=long_late, most=most
    )
    return [Difficult(row["id"], row["reason"] or "") for row in rows]


async def meet(tx: Tx, community_id: int, month: str, now: int) -> int:
    """The meeting of that month; its id."""
    return int(await tx.value("checks_and_meetings.meet", community_id=community_id, month=month, now=now))


async def add_item(tx: Tx, community_id: int, meeting_id: int, ticket_id: int) -> None:
    await tx.do(
        "checks_and_meetings.item", community_id=community_id, meeting_id=meeting_id, ticket_id=ticket_id
    )


async def items(tx: Tx, community_id: int, meeting_id: int) -> list[int]:
    """The tickets that came of its minutes."""
    rows = await tx.all("checks_and_meetings.items", community_id=community_id, meeting_id=meeting_id)
    return [row["ticket_id"] for row in rows]


async def is_agenda(tx: Tx, chat_id: int, message_id: int) -> bool:
    """Whether this message of the bot is an agenda."""
    return bool(await tx.value("checks_and_meetings.agenda_at", chat_id=chat_id, message_id=message_id))
