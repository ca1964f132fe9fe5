"""The floor of benchmarks/speed.py: what a committed report costs in Python at least, nothing around it.

A bare asyncio protocol with httptools, msgspec, rjieba and commits shared by whatever waits; the same
work on the words and the same rows as benchmarks/peer.py `whole`, written with synchronous=FULL. 200 is
answered after the commit. No inbox, no order within a chat, no retry, no sending: it is a measure, no bot.
Started as `floor.py` with PEER_DATABASE, WEBHOOK_LISTEN and WEBHOOK_SECRET in the environment.
"""

from __future__ import annotations

import asyncio
import os
import queue
import re
import sqlite3
import threading
import time
from dataclasses import dataclass

import httptools
import msgspec
import rjieba

SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
  id INTEGER PRIMARY KEY, update_id BIGINT UNIQUE, chat_id BIGINT, message_id BIGINT, category TEXT,
  body TEXT, created_at BIGINT, number TEXT, place TEXT, state TEXT);
CREATE INDEX IF NOT EXISTS tickets_of_chat ON tickets (chat_id, state);
CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, ticket_id INTEGER, what TEXT, at BIGINT);
"""
SAME = "SELECT id FROM tickets WHERE chat_id = ? AND state = 'open' AND category = ? AND place = ?"
TICKET = (
    "INSERT INTO tickets (update_id, chat_id, message_id, category, body, created_at, number, place, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (update_id) DO NOTHING RETURNING id"
)
EVENT = "INSERT INTO events (ticket_id, what, at) VALUES (?, 'opened', ?)"
PLACE = re.compile(r"\d+号楼(?:\d+单元)?(?:\d+室)?")
CATEGORIES = {
    "电梯": "elevator",
    "路灯": "street_lamp",
    "垃圾": "rubbish",
    "漏水": "leak",
    "噪音": "noise",
    "停电": "power",
    "停车": "parking",
    "低保": "aid",
}
ANSWERS = {
    status: f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    for status in ("200 OK", "400 Bad Request", "403 Forbidden")
}


class Chat(msgspec.Struct):
    id: int


class Message(msgspec.Struct):
    message_id: int
    date: int
    chat: Chat
    text: str = ""


class Update(msgspec.Struct):
    update_id: int
    message: Message


@dataclass(frozen=True, slots=True)
class Report:
    """One read message, and whom to tell once it is on the disk."""

    update: Update
    category: str
    place: str
    door: Door


class Writer(threading.Thread):
    """Takes whatever waits into one commit."""

    def __init__(self, path: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.waiting: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._path = path
        self._loop = loop

    def run(self) -> None:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(SCHEMA)
        last = db.execute("SELECT count(*) FROM tickets").fetchone()[0]
        while True:
            batch = [self.waiting.get()]
            while not self.waiting.empty():
                batch.append(self.waiting.get())
            db.execute("BEGIN IMMEDIATE")
            for report in batch:
                last += self._keep(db, report, last + 1)
            db.execute("COMMIT")
            self._loop.call_soon_threadsafe(_answer, batch)

    def _keep(self, db: sqlite3.Connection, report: Report, count: int) -> int:
        message = report.update.message
        db.execute(SAME, (message.chat.id, report.category, report.place)).fetchone()
        day = time.strftime("%y%m%d", time.gmtime(message.date))
        ticket = db.execute(
            TICKET,
            (
                report.update.update_id,
                message.chat.id,
                message.message_id,
                report.category,
                message.text,
                message.date,
                f"{day}-{count:03d}",
                report.place,
            ),
        ).fetchone()
        if ticket is None:
            return 0
        db.execute(EVENT, (ticket[0], message.date))
        return 1


def _answer(batch: list[Report]) -> None:
    for report in batch:
        report.door.say("200 OK")


class Door(asyncio.Protocol):
    """One connection: a request after the other."""

    def __init__(self, writer: Writer, secret: bytes) -> None:
        self._writer = writer
        self._secret = secret
        self._parser = httptools.HttpRequestParser(self)
        self._body = bytearray()
        self._known = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._body.clear()
        self._known = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-telegram-bot-api-secret-token":
            self._known = value == self._secret

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        if not self._known:
            self.say("403 Forbidden")
            return
        try:
            update = READ.decode(self._body)
        except msgspec.DecodeError:
            self.say("400 Bad Request")
            return
        text = update.message.text
        category = next((CATEGORIES[word] for word in WORDS.cut(text) if word in CATEGORIES), "other")
        found = PLACE.search(text)
        self._writer.waiting.put(Report(update, category, found[0] if found else "", self))

    def say(self, status: str) -> None:
        if self._transport is not None:
            self._transport.write(ANSWERS[status])


READ = msgspec.json.Decoder(Update)
WORDS = rjieba.Jieba()


async def main() -> None:
    loop = asyncio.get_running_loop()
    writer = Writer(os.environ["PEER_DATABASE"], loop)
    writer.start()
    host, _, port = os.environ["WEBHOOK_LISTEN"].rpartition(":")
    secret = os.environ["WEBHOOK_SECRET"].encode()
    server = await loop.create_server(lambda: Door(writer, secret), host, int(port))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
