"""Filings: tickets that staff entered for somebody, and people who are known by telephone only."""

from __future__ import annotations

from domain.bots import bot_of
from storage.store import Tx

BY_PHONE = -(10**15)
"""Ids below this are of people without Telegram: no chat of Telegram's has such an id."""


def has_no_telegram(chat_id: int) -> bool:
    """Whether this person is reached by telephone, not by the bot."""
    return chat_id < BY_PHONE and bot_of(chat_id) == 0


async def file(
    tx: Tx, community_id: int, chat_id: int, message_id: int, origin: str, filed_by: int, now: int
) -> int | None:
    """Enter what staff wrote as a filing; its id, or None when this message has filed one before."""
    found = await tx.value(
        "hands.file",
        community_id=community_id,
        chat_id=chat_id,
        message_id=message_id,
        origin=origin,
        filed_by=filed_by,
        now=now,
    )
    return None if found is None else int(found)


async def filed_as(tx: Tx, filing_id: int, ticket_id: int) -> None:
    await tx.do("hands.filed_as", id=filing_id, ticket_id=ticket_id)


async def origin_of(tx: Tx, ticket_id: int) -> str:
    """How it came, when staff entered it; else nothing."""
    row = await tx.one("hands.filing", ticket_id=ticket_id)
    return str(row["origin"]) if row else ""


async def set_origin(tx: Tx, community_id: int, ticket_id: int, origin: str) -> bool:
    return await tx.do("hands.set_origin", community_id=community_id, ticket_id=ticket_id, origin=origin) == 1


async def caller(tx: Tx, community_id: int, filing_id: int, name: str, phone: str, now: int) -> int:
    """The id of who telephoned or came: the known one of this telephone, else a new one."""
    if phone:
        known = await tx.value("hands.caller", community_id=community_id, phone=phone, border=BY_PHONE)
        if known is not None:
            return int(known)
    user_id = BY_PHONE - filing_id
    await tx.do(
        "hands.enter_caller", user_id=user_id, community_id=community_id, name=name, phone=phone, now=now
    )
    return user_id


async def name_caller(tx: Tx, user_id: int, name: str, phone: str) -> bool:
    """Write down who it was; False for somebody who has Telegram and says it themselves."""
    return await tx.do("hands.name_caller", user_id=user_id, name=name, phone=phone, border=BY_PHONE) == 1
