"""What sharing commits is worth on SQLite: changes a second, shared against each by itself with aiosqlite.

Both wait for the disk (WAL, synchronous=FULL) and do the same: an update taken in, a receipt promised.
`python -m benchmarks.sqlite_commit [FOLDER]`; the folder must lie on a real disk, not in memory.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import aiosqlite

from benchmarks.postgres_commit import INBOX, LETTER, PRODUCERS, ROUNDS, rate, values
from storage.named import queries
from storage.store import Store, Tx


async def shared(path: Path, start: int) -> float:
    """Changes a second through the store."""
    store = await Store.open(path)

    async def one(number: int) -> None:
        update, letter = values(number)

        async def change(tx: Tx) -> None:
            await tx.one(INBOX, **update)
            await tx.do(LETTER, **letter)

        await store.write(change)

    try:
        return await rate(one, start)
    finally:
        await store.close()


async def one_by_one(path: Path, start: int) -> float:
    """The same statements, each change in a transaction of its own, one connection and one lock."""
    db = await aiosqlite.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        await db.execute_fetchall(f"pragma {pragma}")
    turn = asyncio.Lock()

    async def run(name: str, given: Mapping[str, Any]) -> None:
        file, _, query = name.partition(".")
        await db.execute_fetchall(cast(str, getattr(queries()[file], query).sql), given)

    async def one(number: int) -> None:
        update, letter = values(number)
        async with turn:
            await db.execute("begin immediate")
            await run(INBOX, update)
            await run(LETTER, letter)
            await db.commit()

    try:
        return await rate(one, start)
    finally:
        await db.close()


async def main(folder: Path | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = Path(made) / "commit.sqlite"
        both: list[tuple[float, float]] = []
        for place in range(ROUNDS):
            start = 100_000_000 * (place + 1)
            used = time.process_time()
            ours = await shared(path, start)
            ours_cpu = time.process_time() - used
            used = time.process_time()
            theirs = await one_by_one(path, start + 50_000_000)
            theirs_cpu = time.process_time() - used
            both.append((ours, theirs))
            print(
                f"{PRODUCERS} producers: shared {ours:7.0f}/s ({ours_cpu:.1f} s CPU)   "
                f"one by one {theirs:6.0f}/s ({theirs_cpu:.1f} s CPU)   x{ours / theirs:.1f}",
                flush=True,
            )
        ratios = sorted(ours / theirs for ours, theirs in both)
        print(f"median ratio: {ratios[len(ratios) // 2]:.1f}")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
