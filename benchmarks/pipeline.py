"""The peer's small job on this project's floors: inbox, dispatcher, group commit, outbox, aiohttp.

What benchmarks/peer.py does (words by jieba, one row, one reply), with nothing of the desk above it, so that
the two ways of moving a message can be compared like for like. Started by benchmarks/message_cost.py as
`pipeline.py webhook|polling reply|silent` with the product's own settings in the environment.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import jieba
from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from config import load
from desk.origin import ORIGIN
from desk.outgoing import Outgoing
from storage import inbox, messages, outbox
from storage.inbox import InboxRow
from storage.messages import Message
from storage.outbox import Letter, OutboxRow
from storage.store import Store, Tx
from transport.application import build
from transport.clock import now_ms
from transport.serve import serve

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
REPLIES = sys.argv[2] == "reply"


class Post:
    async def compose(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        return Outgoing(row.chat_id, f"✅ 已登记　编号 {row.id}\n类别：{row.payload['category']}")

    async def settled(self, tx: Tx, row: OutboxRow, outgoing: Outgoing, message_ids: tuple[int, ...]) -> None:
        pass

    async def undeliverable(self, tx: Tx, row: OutboxRow, reason: str) -> None:
        raise AssertionError(reason)

    async def moved(self, tx: Tx, old: int, new: int) -> None:
        raise AssertionError("moved")


async def work() -> None:
    settings = load()
    store = await Store.open(settings.database_path)

    async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Read, write down, promise the reply: one transaction."""
        message, origin = update.effective_message, ORIGIN.get()
        assert message is not None
        assert origin is not None
        assert origin.inbox_id is not None
        text, now, inbox_id = message.text or "", now_ms(), origin.inbox_id
        category = next((CATEGORIES[word] for word in jieba.lcut(text) if word in CATEGORIES), "other")

        async def change(tx: Tx) -> None:
            kept = Message(message.chat_id, message.message_id, "report", now, text=text)
            await messages.keep(tx, kept)
            if REPLIES:
                key = f"{message.chat_id}:{message.message_id}"
                await outbox.put(tx, Letter(key, message.chat_id, "say", {"category": category}), now)
            await inbox.done(tx, inbox_id, now)

        await store.write(change)
        origin.settled = True

    async def give_up(row: InboxRow, error: BaseException) -> None:
        raise AssertionError(row.update_id) from error

    application = build(settings)
    application.add_handler(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, take))
    try:
        await serve(settings, store, application, give_up=give_up, post=Post())
    finally:
        await store.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    asyncio.run(work())
