"""What an operator does by hand: verify the history, check a backup, see what retention would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.office import Office
from desk.residents import privacy
from jobs import backups
from storage import audit, communities
from storage.audit import Break, Head
from storage.store import Store, Tx
from texts import upkeep as words


@dataclass(frozen=True, slots=True)
class Said:
    """What to print, and whether all is well."""

    text: str
    good: bool = True


@dataclass(frozen=True, slots=True)
class _Chain:
    name: str
    head: Head | None
    breaks: Sequence[Break]


async def verify(store: Store, name: str = "", head: str = "") -> Said:
    """bot.py audit verify: every community's chain, or one's; and whether a head told once is still in it."""

    async def look(tx: Tx) -> tuple[list[_Chain], bool | None]:
        names = {c.id: c.name for c in await communities.everyone(tx)}
        ids = set(names) | set(await audit.sealed_communities(tx))
        wanted = [i for i in sorted(ids) if not name or names.get(i) == name]
        chains = [
            _Chain(names.get(i, f"#{i}"), await audit.head(tx, i), await audit.breaks(tx, i)) for i in wanted
        ]
        holds = [await audit.holds(tx, i, head) for i in wanted] if head else None
        return chains, None if holds is None else any(holds)

    chains, holds = await store.read(look)
    if not chains:
        return Said(words.no_chain(name), good=False)
    lines = [
        words.chain(c.name, c.head.short if c.head else "", [(b.what, b.place, b.event_id) for b in c.breaks])
        for c in chains
    ]
    if holds is not None:
        lines.append(words.head_found(head) if holds else words.head_lost(head))
    return Said("\n".join(lines), not any(c.breaks for c in chains) and holds is not False)


async def check_backup(path: Path) -> Said:
    """bot.py backup --check: whether a copy could be restored."""
    problem = await backups.check(path)
    return (
        Said(words.copy_bad(str(path), problem), good=False) if problem else Said(words.copy_good(str(path)))
    )


async def retention(office: Office, *, dry_run: bool) -> Said:
    """bot.py retention: let go of the words of old tickets now, or say how many it would be."""
    if not office.retention_days:
        return Said(words.RETENTION_OFF)
    if dry_run:
        return Said(words.retention_would(await privacy.due_for_retention(office), office.retention_days))
    done = await privacy.retire(office)
    await privacy.scrub(office)
    return Said(words.retention_done(done, office.retention_days))
