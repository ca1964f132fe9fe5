"""How much of Telegram's 30 messages a second the deliverer uses, and whether it ever exceeds them.

Run in the project's folder: `python -m benchmarks.sending [messages] [notice]`. The stand-in is a process of
its own and enforces Telegram's limits; every message goes to another resident.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from desk.outgoing import Outgoing
from storage import outbox
from storage.outbox import Letter, OutboxRow, Priority
from storage.store import Change, Row, Store, Tx
from transport.clock import now_ms
from transport.deliver import Deliverer
from transport.limits import Limits
from transport.request import AiohttpRequest, Line

BOT = 700001
TOKEN = f"{BOT}:AAtestAAtestAAtestAAtestAAtestAAtest"


class Post:
    async def compose(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        return Outgoing(row.chat_id, f"您好，您的事项 {row.id} 已收到。")

    async def settled(self, tx: Tx, row: OutboxRow, outgoing: Outgoing, message_ids: tuple[int, ...]) -> None:
        pass

    async def undeliverable(self, tx: Tx, row: OutboxRow, reason: str) -> None:
        raise AssertionError(reason)

    async def moved(self, tx: Tx, old: int, new: int) -> None:
        raise AssertionError("moved")


async def people(url: str, count: int) -> list[int]:
    """So many residents who opened the chat."""
    found = []
    async with aiohttp.ClientSession(url) as session:
        await (await session.post("/control/bots", json={"token": TOKEN})).read()
        for number in range(count):
            async with session.post("/control/users", json={"first_name": f"居民{number}"}) as answer:
                found.append(int((await answer.json())["id"]))
        sends = [{"from": person, "chat": BOT, "text": "/start"} for person in found]
        await (await session.post("/control/updates/bulk", json={"sends": sends})).read()
        await (await session.post("/control/limits", json={"enforce": True})).read()
    return found


async def measure(url: str, count: int, priority: Priority) -> dict[str, float]:
    residents = await people(url, count)
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "office.sqlite")
        letters = [Letter(f"receipt:{person}", person, "say", priority=priority) for person in residents]
        await asyncio.gather(*(store.write(_promise(letter)) for letter in letters))
        async with AiohttpRequest(direct=True) as request:
            deliverer = Deliverer(store, Line(request, f"{url}/bot", TOKEN), Post(), Limits(time.monotonic))
            begun, used = time.monotonic(), time.process_time()
            running = asyncio.create_task(deliverer.run())
            while (await store.read(_backlog))["waiting"]:  # noqa: ASYNC110  # the store tells nobody
                await asyncio.sleep(0.05)
            await deliverer.stop()
            await running
            took, used = time.monotonic() - begun, time.process_time() - used
        await store.close()
    async with aiohttp.ClientSession(url) as session, session.get("/control/summary") as answer:
        summary = await answer.json()
    rate = (count - 30) / took  # the first 30 may go at once
    return {
        "messages": count,
        "seconds": round(took, 1),
        "per second": round(rate, 2),
        "of the allowance": round(rate / 30, 3),
        "CPU ms per message": round(used / count * 1000, 2),
        "violations": sum(summary["violations"].values()),
    }


async def _backlog(tx: Tx) -> Row:
    found = await tx.one("outbox.backlog")
    assert found is not None
    return found


def _promise(letter: Letter) -> Change[bool]:
    async def promise(tx: Tx) -> bool:
        return await outbox.put(tx, letter, now_ms())

    return promise


async def main(count: int, priority: Priority = Priority.MESSAGE) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "standin", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        url = json.loads(await server.stdout.readline())["url"]
        print(json.dumps(await measure(url, count, priority), ensure_ascii=False))
    finally:
        server.terminate()
        await server.wait()


if __name__ == "__main__":
    wanted = Priority.NOTICE if "notice" in sys.argv else Priority.MESSAGE
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, wanted))
