"""Quiet acknowledgement: an emoji on somebody's message instead of one message more; words where that fails.

It goes through the outbox like everything that is said: promised in the transaction of what it acknowledges.
"""

from __future__ import annotations

from typing import Any, Final

from desk.incoming import Incoming
from desk.office import Office
from desk.speech import tell
from storage import people
from storage.filings import has_no_telegram
from storage.outbox import Letter, OutboxRow, put, refresh
from storage.store import Tx
from storage.tickets import Ticket

NOTED: Final = "👌"
SEEN: Final = "👍"
WELCOME: Final = "🙏"
REWRITTEN: Final = "✍"
BREATH: Final = 5_000
"""Milliseconds between the signs that somebody gets who writes faster than anyone can read."""
KIND: Final = "nod"
"""Of rows in the outbox."""


async def acknowledge(
    tx: Tx,
    office: Office,
    message: Incoming,
    emoji: str,
    text: str,
    key: str = "",
    /,
    *,
    ticket: Ticket | None = None,
    **values: Any,
) -> None:
    """Take note of a resident's message: by the emoji, or by this text for whom an emoji is silence.

    In 长辈版 it is always the text; so it is for what was not written in this chat.
    """
    resident = await people.resident(tx, message.user_id)
    simple = bool(resident and resident.simple)
    if simple or message.message_id <= 0 or has_no_telegram(message.chat_id):
        await tell(tx, office, message.chat_id, text, key or message.key, ticket=ticket, **values)
        return
    await nod(
        tx,
        office,
        message.chat_id,
        message.message_id,
        emoji,
        text,
        key or message.key,
        ticket=ticket,
        **values,
    )


async def nod(
    tx: Tx,
    office: Office,
    chat_id: int,
    message_id: int,
    emoji: str,
    text: str,
    key: str,
    /,
    *,
    ticket: Ticket | None = None,
    **values: Any,
) -> None:
    """Promise the emoji, once for each `key`; `text` with its values is said if Telegram refuses it."""
    letter = Letter(
        key=f"{KIND}:{chat_id}:{key}",
        chat_id=chat_id,
        kind=KIND,
        payload={"emoji": emoji, "message_id": message_id, "text": text, "values": values},
        community_id=ticket.community_id if ticket else None,
        ticket_id=ticket.id if ticket else None,
    )
    await put(tx, letter, office.now_ms())


async def nod_now_and_then(tx: Tx, office: Office, message: Incoming, ticket: Ticket) -> None:
    """In a flood the latest message gets the sign, every few seconds."""
    letter = Letter(
        key=f"{KIND}:{message.chat_id}:flood",
        chat_id=message.chat_id,
        kind=KIND,
        payload={
            "emoji": NOTED,
            "message_id": message.message_id,
            "text": "supplemented",
            "values": {"number": ticket.number},
        },
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        not_before=office.now_ms() + BREATH,
    )
    await refresh(tx, letter, office.now_ms())


async def refused(tx: Tx, office: Office, row: OutboxRow) -> None:
    """Telegram does not put it there (the chat forbids it, the server is too old): say it in words."""
    payload = row.payload
    letter = Letter(
        key=f"{payload['text']}:{row.chat_id}:{KIND}:{row.id}",
        chat_id=row.chat_id,
        kind="say",
        payload={
            "text": payload["text"],
            "values": payload["values"],
            "role": "talk" if row.chat_id > 0 else "notice",
            "reply_to": payload["message_id"],
        },
        community_id=row.community_id,
        ticket_id=row.ticket_id,
    )
    await put(tx, letter, office.now_ms())
