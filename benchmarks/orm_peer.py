"""The other peer of benchmarks/speed.py: the library's webhook, jieba, and SQLAlchemy's ORM on aiosqlite.

The same job as benchmarks/peer.py `whole` (number, category, place, ticket, history, one commit of its own
with synchronous=FULL), written as SQLAlchemy's own asyncio tutorial writes it: a session for each message,
mapped classes, relations. It sends nothing. Started with PEER_DATABASE and the webhook in the environment.
"""

from __future__ import annotations

import logging
import os
import re
from typing import Any

import jieba
from sqlalchemy import (  # type: ignore[import-not-found]  # it is only in the benchmark's environment
    BigInteger,
    ForeignKey,
    Index,
    event,
    func,
    select,
)
from sqlalchemy.ext.asyncio import (  # type: ignore[import-not-found]  # as above
    AsyncEngine,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import (  # type: ignore[import-not-found]  # as above
    DeclarativeBase,
    Mapped,
    mapped_column,
    relationship,
)
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

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


class Base(DeclarativeBase):  # type: ignore[misc]  # as above
    pass


class Ticket(Base):
    __tablename__ = "tickets"
    __table_args__ = (Index("tickets_of_chat", "chat_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    category: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str]
    place: Mapped[str]
    state: Mapped[str]
    events: Mapped[list[Event]] = relationship(back_populates="ticket", cascade="all, delete-orphan")


class Event(Base):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    what: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    ticket: Mapped[Ticket] = relationship(back_populates="events")


def engine() -> AsyncEngine:
    made = create_async_engine(f"sqlite+aiosqlite:///{os.environ['PEER_DATABASE']}")

    @event.listens_for(made.sync_engine, "connect")  # type: ignore[untyped-decorator]  # as above
    def safe(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return made


async def opened(application: Application) -> None:  # type: ignore[type-arg]  # six parameters, none matters
    made = engine()
    async with made.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    application.bot_data["engine"] = made
    application.bot_data["session"] = async_sessionmaker(made, expire_on_commit=False)


async def closed(application: Application) -> None:  # type: ignore[type-arg]  # as above
    await application.bot_data["engine"].dispose()


async def take(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Read, look for the same matter, number, write down."""
    message = update.effective_message
    assert message is not None
    text = message.text or ""
    now = int(message.date.timestamp())
    category = next((CATEGORIES[word] for word in jieba.lcut(text) if word in CATEGORIES), "other")
    found = PLACE.search(text)
    place = found[0] if found else ""
    async with context.bot_data["session"]() as session:
        same = select(Ticket).where(
            Ticket.chat_id == message.chat_id,
            Ticket.state == "open",
            Ticket.category == category,
            Ticket.place == place,
        )
        (await session.scalars(same)).first()
        count = await session.scalar(select(func.count()).select_from(Ticket))
        ticket = Ticket(
            chat_id=message.chat_id,
            message_id=message.message_id,
            category=category,
            body=text,
            created_at=now,
            number=f"{message.date:%y%m%d}-{(count or 0) + 1:03d}",
            place=place,
            state="open",
        )
        ticket.events.append(Event(what="opened", at=now))
        session.add(ticket)
        await session.commit()


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
    application.run_webhook(
        listen="127.0.0.1",
        port=int(os.environ["WEBHOOK_LISTEN"].rpartition(":")[2]),
        url_path="hook",
        webhook_url=os.environ["WEBHOOK_URL"],
        secret_token=os.environ["WEBHOOK_SECRET"],
    )


if __name__ == "__main__":
    main()
