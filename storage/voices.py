"""Voice notes that nobody has turned into words yet; each is tried twice at most, whatever happens."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Tx

TRIES = ("hear 1", "hear 2")
"""Names in the clock's book of what was done; a process that dies over a voice note counts as a try."""


@dataclass(frozen=True, slots=True)
class Voice:
    id: int
    community_id: int
    chat_id: int
    message_id: int
    file_id: str
    file_size: int | None


async def next_unheard(tx: Tx, since: int) -> Voice | None:
    """The oldest that came since then."""
    row = await tx.one("voices.unheard", since=since)
    return Voice(**{name: row[name] for name in Voice.__dataclass_fields__}) if row else None


async def claim(tx: Tx, voice: Voice, now: int) -> bool:
    """Enter one more try; False when there have been enough."""
    for job in TRIES:
        values = {"job": job, "community_id": voice.community_id, "local_date": str(voice.id), "now": now}
        if await tx.do("small.first_time", **values):
            return True
    return False


async def give_up(tx: Tx, voice: Voice, now: int) -> None:
    """No further try: there is nothing to be heard in it."""
    while await claim(tx, voice, now):
        pass
