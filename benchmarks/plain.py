"""The same bot by plain means: this project's desk, reading and texts on the library's own floors.

What benchmarks/message_cost.py compares this project's floors with, like for like: the same records, the same
words, the same two messages a report. Here the library's own updater takes the updates (webhook or polling),
every statement is awaited through aiosqlite's ordinary door, every change has a commit of its own
(synchronous=FULL), and the library's default request sends. There is no inbox and no group commit; what is
promised is sent right after the change, as fast as it goes. A kill loses what is under way: plain, too.
Started by the benchmark as `plain.py webhook|polling reply|silent`, with the product's settings in the
environment, on a store that the product itself has made.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

os.environ.setdefault("PTB_TIMEDELTA", "true")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiosqlite
from telegram import InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler

import texts.all
from config import load
from desk.from_settings import open_office
from desk.office import Office
from desk.outgoing import Outgoing, Post
from desk.setup.importing import upload
from handlers.register import register
from jobs import clock
from nlp.read import read, warm
from storage import outbox
from storage.named import queries
from storage.store import Store
from storage.tx import Change, Row, Tx

assert texts.all
T = TypeVar("T")
WEBHOOK, REPLIES = sys.argv[1] == "webhook", sys.argv[2] == "reply"
BY_HAND = 10  # a handler group behind the bot's own


class PlainTx(Tx):
    """A transaction whose statements are awaited one by one."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    async def one(self, name: str, /, **values: Any) -> Row | None:
        async with self._db.execute(_sql(name), values) as cursor:
            return await cursor.fetchone()

    async def all(self, name: str, /, **values: Any) -> list[Row]:
        async with self._db.execute(_sql(name), values) as cursor:
            return list(await cursor.fetchall())

    async def do(self, name: str, /, **values: Any) -> int:
        async with self._db.execute(_sql(name), values) as cursor:
            return cursor.rowcount

    async def each(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        found = [await self.one(name, **values) for values in rows]
        return [row for row in found if row is not None]

    async def many(self, name: str, /, rows: Sequence[Mapping[str, Any]]) -> None:
        await self._db.executemany(_sql(name), rows)


def _sql(name: str) -> str:
    file, _, query = name.partition(".")
    return cast(str, getattr(queries()[file], query).sql)


class PlainStore:
    """One connection, one change at a time, a commit for each."""

    shared = False

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self._mine = asyncio.Lock()

    async def write(self, change: Change[T]) -> T:
        async with self._mine:
            try:
                done = await change(PlainTx(self._db))
            except BaseException:
                await self._db.rollback()
                raise
            await self._db.commit()
            return done

    async def read(self, look: Change[T], *, community: int | None = None) -> T:
        async with self._mine:
            return await look(PlainTx(self._db))


async def deliver(application: Application[Any, Any, Any, Any, Any, Any], office: Office, post: Post) -> None:
    """Send what is promised now, and remember the message ids."""
    while rows := await office.store.read(lambda tx: outbox.heads(tx, office.now_ms())):
        for row in rows:

            async def compose(tx: Tx, row: outbox.OutboxRow = row) -> Outgoing | None:
                await outbox.claim(tx, row.id)
                return await post.compose(tx, row)

            outgoing = await office.store.write(compose)
            sent = await send(application, outgoing) if outgoing else None

            async def settle(
                tx: Tx,
                row: outbox.OutboxRow = row,
                outgoing: Outgoing | None = outgoing,
                sent: Message | None = sent,
            ) -> None:
                await outbox.sent(tx, row, sent.message_id if sent else None, office.now_ms())
                if outgoing and sent:
                    await post.settled(tx, row, outgoing, (sent.message_id,))

            await office.store.write(settle)


async def send(application: Application[Any, Any, Any, Any, Any, Any], outgoing: Outgoing) -> Message | None:
    """One message or one edit, by the library's own methods."""
    bot = application.bot
    markup = InlineKeyboardMarkup.de_json(outgoing.markup, bot) if outgoing.markup else None
    if outgoing.edit is not None:
        done = await bot.edit_message_text(
            outgoing.html,
            chat_id=outgoing.chat_id,
            message_id=outgoing.edit,
            parse_mode="HTML",
            reply_markup=markup,
        )
        return done if isinstance(done, Message) else None
    sent: Message = await bot.send_message(
        outgoing.chat_id,
        outgoing.html,
        parse_mode="HTML",
        reply_markup=markup,
        reply_parameters=ReplyParameters(outgoing.reply_to) if outgoing.reply_to else None,
    )
    return sent


async def work() -> None:
    settings = load()
    await asyncio.to_thread(warm)
    db = await aiosqlite.connect(settings.database_path)
    db.row_factory = aiosqlite.Row
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=4000"):
        await db.execute(f"PRAGMA {pragma}")
    store = PlainStore(db)
    application = (
        ApplicationBuilder()
        .token(settings.every_bot[0].token.get_secret_value())
        .base_url(settings.telegram_api_base_url)
        .base_file_url(settings.file_base_url)
        .job_queue(None)
        .build()
    )
    office = open_office(settings, cast(Store, store), read)
    register(application, replace(office))
    post = Post(office, upload)
    if REPLIES:

        async def after(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            await deliver(application, office, post)

        application.add_handler(TypeHandler(Update, after), group=BY_HAND)
    async with application:
        await application.start()
        assert application.updater is not None
        if WEBHOOK:
            host, _, port = settings.webhook_listen.rpartition(":")
            await application.updater.start_webhook(
                listen=host,
                port=int(port),
                url_path="hook",
                webhook_url=settings.webhook_url,
                secret_token=settings.webhook_secret.get_secret_value(),
            )
        else:
            await application.updater.start_polling()
        await clock.run(office, lambda: None)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(work())
