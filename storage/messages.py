"""The message map: which message in which chat belongs to which ticket, with its text and file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Message:
    chat_id: int
    message_id: int
    role: str  # report | supplement | loose | answer | ask | note | card | receipt | media | talk
    at: int
    community_id: int | None = None
    ticket_id: int | None = None
    sender_id: int | None = None
    media: str = ""
    file_id: str = ""
    file_size: int | None = None
    album: str = ""
    text: str = ""
    forwarded: str = ""  # from whom, veiled


_COLUMNS = tuple(field.name for field in fields(Message))


def _message(row: Row) -> Message:
    return Message(**{name: row[name] for name in _COLUMNS})


def _all(rows: Iterable[Row]) -> list[Message]:
    return [_message(row) for row in rows]


async def keep(tx: Tx, message: Message) -> bool:
    """Keep a message; False when it is there already."""
    return await tx.do("messages.keep", **{name: getattr(message, name) for name in _COLUMNS}) == 1


async def at(tx: Tx, chat_id: int, message_id: int) -> Message | None:
    row = await tx.one("messages.at", chat_id=chat_id, message_id=message_id)
    return _message(row) if row else None


async def of_ticket(tx: Tx, ticket_id: int) -> list[Message]:
    return _all(await tx.all("messages.of_ticket", ticket_id=ticket_id))


async def media_of_ticket(tx: Tx, ticket_id: int) -> list[Message]:
    """What the resident sent that is not text."""
    return _all(await tx.all("messages.media_of_ticket", ticket_id=ticket_id))


async def of_album(tx: Tx, chat_id: int, album: str) -> Message | None:
    """A message of the same album that has its ticket."""
    row = await tx.one("messages.album", chat_id=chat_id, album=album) if album else None
    return _message(row) if row else None


async def loose(tx: Tx, chat_id: int, since: int) -> list[Message]:
    """Pictures and the like that wait for the words that say what they are about."""
    return _all(await tx.all("messages.loose", chat_id=chat_id, since=since))


async def adopt(tx: Tx, chat_id: int, since: int, ticket_id: int, community_id: int) -> int:
    """Give the loose ones to a ticket; how many."""
    return await tx.do(
        "messages.adopt", chat_id=chat_id, since=since, ticket_id=ticket_id, community_id=community_id
    )


async def passed_on_from(tx: Tx, ticket_id: int) -> str:
    """Whose words (veiled) the ticket was opened with, when they were forwarded."""
    row = await tx.one("messages.passed_on", ticket_id=ticket_id)
    return str(row["forwarded"]) if row else ""


async def last_talk(tx: Tx, chat_id: int) -> Message | None:
    """The office's last word in this chat."""
    row = await tx.one("messages.last_talk", chat_id=chat_id)
    return _message(row) if row else None


async def rewrite(tx: Tx, chat_id: int, message_id: int, text: str) -> bool:
    return await tx.do("messages.rewrite", chat_id=chat_id, message_id=message_id, text=text) == 1
