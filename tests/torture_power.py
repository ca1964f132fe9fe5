"""Power fails: the store's files as they may lie on the disk then, and what a new start finds in them.

After every answered write the files are photographed. A crash image lies between two photographs: the later
log cut anywhere, its end torn, the main file of before. What was answered before the first must be in all.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.store import Store, Tx


@dataclass(frozen=True)
class Photograph:
    answered: int
    main: bytes
    log: bytes


async def photographs(path: Path, writes: int, size: int = 200_000) -> list[Photograph]:
    """Write so many times; the files after each answer, and how many were answered."""
    store, taken = await Store.open(path), list[Photograph]()
    log = path.with_name(f"{path.name}-wal")

    async def put(number: int) -> None:
        async def change(tx: Tx) -> None:
            await tx.do("small.set_setting", name=f"k{number}", value="x" * size)

        await store.write(change)

    for number in range(writes):
        await put(number)
        taken.append(Photograph(number + 1, path.read_bytes(), log.read_bytes()))  # noqa: ASYNC240 - alone here
    await store.close()
    return taken


def images(taken: list[Photograph], count: int, dice: random.Random) -> Iterator[Photograph]:
    """Crash images, each with how much was answered by then."""
    for _ in range(count):
        place = dice.randrange(len(taken) - 1)
        before, after = taken[place], taken[place + 1]
        reached = dice.randrange(len(after.log) + 1)
        log = after.log[:reached] + before.log[reached:]
        if before.log and after.log.startswith(before.log):  # nothing that was there is written again
            reached = dice.randrange(len(before.log), len(after.log) + 1)
            log = after.log[:reached]
        if dice.random() < 0.3:
            log += dice.randbytes(dice.randrange(1, 9000))  # a torn sector behind it
        yield Photograph(before.answered, dice.choice((before.main, after.main)), log)


def lost(image: Photograph, folder: Path) -> list[str]:
    """What a start on this image lacks of what was answered, or what is wrong with it."""
    path = folder / "crash.sqlite"
    path.write_bytes(image.main)
    path.with_name("crash.sqlite-wal").write_bytes(image.log)
    path.with_name("crash.sqlite-shm").unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db:
        there = {row[0] for row in db.execute("select name from settings where name like 'k%'")}
        wrong = [] if db.execute("pragma integrity_check").fetchone()[0] == "ok" else ["damaged"]
    numbers = {int(name[1:]) for name in there}
    wrong += [f"k{n} was answered and is gone" for n in range(image.answered) if n not in numbers]
    return wrong if numbers == set(range(len(numbers))) else [*wrong, "a later write without an earlier one"]
