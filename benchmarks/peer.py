"""The peer of benchmarks/message_cost.py: a plain bot as the library's own examples write it.

python-telegram-bot with its own updater (webhook or polling), jieba for the words, one aiosqlite row with a
commit of its own (synchronous=FULL) for each message, one reply through the library's default request.
Started by the benchmark as `peer.py webhook|polling reply|silent`, with its settings in the environment.
"""

from __future__ import annotations

import logging
import os
import sys

import aiosqlite
import jieba
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
  id INTEGER PRIMARY KEY, chat_id BIGINT, message_id BIGINT, category TEXT, body TEXT, created_at BIGINT)
"""
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


async def opened(application: Application) -> None:  # type: ignore[type-arg]  # six parameters, none matters
    db = await aiosqlite.connect(os.environ["PEER_DATABASE"])
    await db.execute("PRAGMA journal_mode=WAL")
    await db.execute("PRAGMA synchronous=FULL")
    await db.execute(SCHEMA)
    await db.commit()
    application.bot_data["db"] = db


async def closed(application: Application) -> None:  # type: ignore[type-arg]  # as above
    await application.bot_data["db"].close()


async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Read, write down, reply."""
    message = update.effective_message
    assert message is not None
    text = message.text or ""
    category = next((CATEGORIES[word] for word in jieba.lcut(text) if word in CATEGORIES), "other")
    db: aiosqlite.Connection = context.bot_data["db"]
    row = await db.execute(
        "INSERT INTO tickets (chat_id, message_id, category, body, created_at) VALUES (?, ?, ?, ?, ?)",
        (message.chat_id, message.message_id, category, text, int(message.date.timestamp())),
    )
    await db.commit()
    if REPLIES:
        await message.reply_text(f"✅ 已登记　编号 {row.lastrowid}\n类别：{category}")


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    application = (
        ApplicationBuilder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(os.environ["TELEGRAM_API_BASE_URL"])
        .post_init(opened)
        .post_shutdown(closed)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, take))
    if sys.argv[1] == "polling":
        application.run_polling()
        return
    application.run_webhook(
        listen="127.0.0.1",
        port=int(os.environ["WEBHOOK_LISTEN"].rpartition(":")[2]),
        url_path="hook",
        webhook_url=os.environ["WEBHOOK_URL"],
        secret_token=os.environ["WEBHOOK_SECRET"],
    )


if __name__ == "__main__":
    main()
