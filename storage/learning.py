"""What people have corrected: rows to learn from, and how many there were when it was last learned."""

from __future__ import annotations

from storage.store import Tx

_LEARNED = "learned_corrections"


async def corrections(tx: Tx, most: int) -> list[tuple[str, str]]:
    """(words of a ticket, the category that staff or its resident gave it), newest first."""
    return [(row["body"], row["category"]) for row in await tx.all("learning.corrections", most=most)]


async def count(tx: Tx) -> int:
    """How often a category was corrected or chosen, ever."""
    return int(await tx.value("learning.count_corrections"))


async def fresh(tx: Tx) -> int:
    """How many corrections have come since the last training."""
    return await count(tx) - int(await tx.value("small.setting", name=_LEARNED) or 0)


async def remember(tx: Tx, counted: int) -> None:
    """This many had come when it was learned."""
    await tx.do("small.set_setting", name=_LEARNED, value=str(counted))
