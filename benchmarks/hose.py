"""Posts messages to a bot's webhook as Telegram does, over raw connections: cheap, and at an exact pace.

The stand-in's own courier is a program as slow as the bots that are measured; where the pace or the time of
arrival counts, the updates come from here.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import msgspec

from tests.kill_feed import FIRST_RESIDENT, REPORTS

SECRET: Final = "a-secret-only-for-this-test"  # noqa: S105  # of this machine's own bots
CONNECTIONS: Final = 40  # as many as Telegram opens by default
FIRST: Final = 10_000_000  # numbers of updates and messages that the stand-in never reaches
LENGTH: Final = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)

Key = tuple[int, int]  # chat, message


@dataclass(frozen=True)
class Crowd:
    """Residents in turn, every text another; no two matters of a community lie at one place."""

    residents: int
    communities: int

    def text(self, number: int) -> str:
        return REPORTS[number % 3].format(n=number, b=number // self.communities + 1, u=number % 4 + 1)

    def who(self, number: int) -> int:
        return FIRST_RESIDENT + number % self.residents

    def post(self, number: int) -> tuple[Key, bytes]:
        """The message of that number: whose it is, and the whole request."""
        who = self.who(number)
        body = msgspec.json.encode(
            {
                "update_id": FIRST + number,
                "message": {
                    "message_id": FIRST + number,
                    "date": int(time.time()),
                    "chat": {"id": who, "type": "private", "first_name": "居民"},
                    "from": {"id": who, "is_bot": False, "first_name": "居民", "language_code": "zh-hans"},
                    "text": self.text(number),
                },
            }
        )
        head = (
            "POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return (who, FIRST + number), head.encode() + body


class Hose:
    """Open connections to one webhook. The numbers of the messages go on from call to call."""

    def __init__(self, crowd: Crowd, port: int) -> None:
        self._crowd = crowd
        self._port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        self.number = 0

    async def open(self) -> None:
        """Connect as soon as the bot listens."""
        async with asyncio.timeout(60):
            while self._free.qsize() < CONNECTIONS:
                try:
                    self._free.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))
                except OSError:
                    await asyncio.sleep(0.05)

    async def close(self) -> None:
        while not self._free.empty():
            self._free.get_nowait()[1].close()

    async def burst(self, count: int) -> None:
        """So many at once, each connection its next when the last was answered."""
        posts = iter([self._next() for _ in range(count)])

        async def run() -> None:
            for _, request in posts:
                await self._post(request)

        await asyncio.gather(*(run() for _ in range(CONNECTIONS)))

    async def steady(self, rate: float, seconds: float) -> dict[Key, float]:
        """So many a second, evenly, whatever the answers take; when each was posted (monotonic)."""
        sent, began, tasks = dict[Key, float](), time.monotonic(), list[asyncio.Task[None]]()
        for step in range(round(rate * seconds)):
            key, request = self._next()
            await asyncio.sleep(max(0.0, began + step / rate - time.monotonic()))
            sent[key] = time.monotonic()
            tasks.append(asyncio.create_task(self._post(request)))
        await asyncio.gather(*tasks)
        return sent

    def _next(self) -> tuple[Key, bytes]:
        self.number += 1
        return self._crowd.post(self.number)

    async def _post(self, request: bytes) -> None:
        reader, writer = await self._free.get()
        if reader.at_eof():  # servers close a connection that has been idle
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if found := LENGTH.search(head):
                await reader.readexactly(int(found[1]))
            if not head.startswith(b"HTTP/1.1 200"):
                raise AssertionError(f"the bot answered {head[:40]!r}")
        finally:
            self._free.put_nowait((reader, writer))


@contextlib.asynccontextmanager
async def hose(crowd: Crowd, port: int) -> AsyncIterator[Hose]:
    opened = Hose(crowd, port)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.close()
