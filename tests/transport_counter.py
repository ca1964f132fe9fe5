"""What the transport tests share: the stand-in over real HTTP, a real store, and a very small post office."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

import standin
from config import Settings
from desk.outgoing import Outgoing
from storage import outbox
from storage.outbox import Letter, OutboxRow, Priority
from storage.store import Store, Tx
from transport.clock import now_ms
from transport.deliver import Deliverer
from transport.limits import Limits
from transport.request import AiohttpRequest, Line

BOT = 700001
TOKEN = f"{BOT}:AAtestAAtestAAtestAAtestAAtestAAtest"
FAST = (0.01, 0.02, 0.05)


@dataclass
class Telegram:
    """The stand-in and its control API."""

    url: str
    session: aiohttp.ClientSession

    async def control(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/control/{path}", json=body) as answer:
            found = await answer.json()
            assert answer.status == 200, (path, body, found)
            return found

    async def look(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/control/{path}") as answer:
            return await answer.json()

    async def resident(self, name: str = "王芳") -> int:
        """A resident who has opened the chat with the bot."""
        person = int((await self.control("users", first_name=name))["id"])
        await self.control("send", **{"from": person, "chat": BOT, "text": "/start"})
        return person

    async def says(self, person: int, text: str) -> None:
        await self.control("send", **{"from": person, "chat": BOT, "text": text})

    async def group(self, *members: int, kind: str = "supergroup") -> int:
        made = await self.control("groups", title="和平社区", type=kind, members=list(members), bots=[BOT])
        return int(made["id"])

    async def faults(self, *rules: dict[str, Any]) -> None:
        await self.control("faults", rules=list(rules))

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """Calls of the bot, in order."""
        entries = (await self.look("book?kind=call"))["entries"]
        return [entry for entry in entries if entry["method"] == method]

    async def texts(self, chat: int, person: int) -> list[str]:
        """What the bot's messages in a chat say, oldest first."""
        messages = (await self.look(f"chat/{chat}?as={person}"))["messages"]
        return [message["text"] for message in messages if "text" in message and not message.get("out")]

    def settings(self, path: Path, **over: Any) -> Settings:
        return Settings(
            telegram_bot_token=SecretStr(TOKEN),
            telegram_api_base_url=f"{self.url}/bot",
            telegram_file_base_url=f"{self.url}/file/bot",
            database_url=f"sqlite:{path}",
            **over,
        )


@contextlib.asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    async with standin.serve() as running, aiohttp.ClientSession() as session:
        there = Telegram(running.url, session)
        await there.control("bots", token=TOKEN, first_name="民心桥", username="bridge_bot")
        yield there


@contextlib.asynccontextmanager
async def open_line(there: Telegram) -> AsyncIterator[Line]:
    async with AiohttpRequest(direct=True, read_timeout=5) as request:
        yield Line(request, f"{there.url}/bot", TOKEN)


@dataclass
class TinyPost:
    """Composes {"text": ...}; an edit once the row has a message; remembers what it was told."""

    settled_as: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)
    broken: Callable[[OutboxRow], bool] = lambda row: False

    async def compose(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        if self.broken(row):
            raise ValueError("cannot compose")
        if row.payload.get("void"):
            return None
        text = row.payload["text"] + ("（重发）" if row.unsure and row.message_id is None else "")
        return Outgoing(row.chat_id, text, row.payload.get("markup"), edit=row.message_id)

    async def settled(self, tx: Tx, row: OutboxRow, outgoing: Outgoing, message_ids: tuple[int, ...]) -> None:
        self.settled_as.append((row.key, message_ids))

    async def undeliverable(self, tx: Tx, row: OutboxRow, reason: str) -> None:
        self.lost.append((row.key, reason))

    async def moved(self, tx: Tx, old: int, new: int) -> None:
        self.moves.append((old, new))
        await outbox.move_chat(tx, old, new)


@contextlib.asynccontextmanager
async def delivering(
    store: Store, there: Telegram, post: TinyPost, limits: Limits | None = None, **more: Any
) -> AsyncIterator[Deliverer]:
    async with open_line(there) as line:
        paced = limits or Limits(time.monotonic)
        deliverer = Deliverer(store, line, post, paced, backoff=(0.05, 0.1, 0.2), **more)
        running = asyncio.create_task(deliverer.run())
        try:
            yield deliverer
        finally:
            await deliverer.stop()
            await running


async def promise(store: Store, chat: int, text: str, key: str = "", **more: Any) -> None:
    priority = more.pop("priority", Priority.MESSAGE)
    letter = Letter(key or text, chat, "say", {"text": text} | more, priority=priority)
    await store.write(lambda tx: outbox.put(tx, letter, now_ms()))


async def show_again(store: Store, chat: int, text: str, key: str) -> None:
    letter = Letter(key, chat, "card", {"text": text})
    await store.write(lambda tx: outbox.refresh(tx, letter, now_ms()))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Look into the file from outside, as an auditor would."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def states(path: Path, table: str) -> dict[str, int]:
    return dict(rows(path, f"select state, count(*) from {table} group by state"))  # noqa: S608 - names from this file's own lists or the store's schema, never from people


async def until(what: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until `what` is true."""
    async with asyncio.timeout(seconds):
        while not what():  # the truth lies outside of this loop
            await asyncio.sleep(0.01)


def message(number: int, chat: int, text: str = "路灯不亮") -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "王芳"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "王芳"},
            "from": person,
            "text": text,
        },
    }


def text_of(payload: str) -> str:
    return str(json.loads(payload)["message"]["text"])
