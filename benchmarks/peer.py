"""The peer of benchmarks/message_cost.py: a plain bot as the library's own examples write it.

python-telegram-bot with its own updater (webhook or polling), jieba for the words, one aiosqlite row with a
commit of its own (synchronous=FULL) for each message, one reply through the library's default request.
Started by the benchmark as `peer.py webhook|polling reply|silent small|whole`, with its settings in the
environment. `small` writes one row and sends one reply; `whole` does what this project's bot visibly does for
a report, as plainly as it can be written: number, category, place, a ticket and its history, the receipt with
buttons, the card for the staff group with buttons, and the message ids kept so that replies find the ticket.
"""

from __future__ import annotations

import logging
import os
import re
import sys

import aiosqlite
import jieba
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

SCHEMA = """
CREATE TABLE IF NOT EXISTS tickets (
  id INTEGER PRIMARY KEY, chat_id BIGINT, message_id BIGINT, category TEXT, body TEXT, created_at BIGINT,
  number TEXT, place TEXT, state TEXT);
CREATE INDEX IF NOT EXISTS tickets_of_chat ON tickets (chat_id, state);
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, ticket_id INTEGER, what TEXT, at BIGINT);
CREATE TABLE IF NOT EXISTS sent (
  chat_id BIGINT, message_id BIGINT, ticket_id INTEGER, PRIMARY KEY (chat_id, message_id));
"""
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
REPLIES = sys.argv[2] == "reply"
WHOLE = sys.argv[3:] == ["whole"]
GROUPS = [int(chat) for chat in os.environ.get("PEER_GROUPS", "").split(",") if chat]


async def opened(application: Application) -> None:  # type: ignore[type-arg]  # six parameters, none matters
    db = await aiosqlite.connect(os.environ["PEER_DATABASE"])
    await db.execute("PRAGMA journal_mode=WAL")
    await db.execute("PRAGMA synchronous=FULL")
    await db.executescript(SCHEMA)
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


def buttons(ticket_id: int, *labels: str) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(label, callback_data=f"{label}:{ticket_id}") for label in labels]
    return InlineKeyboardMarkup([row])


async def take_whole(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The visible whole of a report: ticket, history, receipt, card, message ids."""
    message = update.effective_message
    assert message is not None
    text = message.text or ""
    now = int(message.date.timestamp())
    category = next((CATEGORIES[word] for word in jieba.lcut(text) if word in CATEGORIES), "other")
    found = PLACE.search(text)
    place = found[0] if found else ""
    db: aiosqlite.Connection = context.bot_data["db"]
    async with db.execute(
        "SELECT id FROM tickets WHERE chat_id = ? AND state = 'open' AND category = ? AND place = ?",
        (message.chat_id, category, place),
    ) as same:
        await same.fetchone()
    async with db.execute("SELECT COUNT(*) FROM tickets") as counted:
        (count,) = await counted.fetchone() or (0,)
    number = f"{message.date:%y%m%d}-{count + 1:03d}"
    row = await db.execute(
        "INSERT INTO tickets (chat_id, message_id, category, body, created_at, number, place, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
        (message.chat_id, message.message_id, category, text, now, number, place),
    )
    ticket_id = row.lastrowid or 0
    await db.execute("INSERT INTO events (ticket_id, what, at) VALUES (?, 'opened', ?)", (ticket_id, now))
    await db.commit()
    if not REPLIES:
        return
    receipt = await message.reply_text(
        f"✅ 已登记　编号 {number}\n类别：{category}\n地点：{place}",
        reply_markup=buttons(ticket_id, "改类别", "补充", "撤回"),
    )
    await db.execute("INSERT INTO sent VALUES (?, ?, ?)", (message.chat_id, receipt.message_id, ticket_id))
    await db.commit()
    group = GROUPS[message.chat_id % len(GROUPS)]
    card = await context.bot.send_message(
        group,
        f"🆕 {number}\n{category}　{place}\n{text}",
        reply_markup=buttons(ticket_id, "接单", "转派", "补充", "办结", "退回"),
    )
    await db.execute("INSERT INTO sent VALUES (?, ?, ?)", (group, card.message_id, ticket_id))
    await db.commit()


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
    application.add_handler(
        MessageHandler(filters.TEXT & filters.UpdateType.MESSAGE, take_whole if WHOLE else take)
    )
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
