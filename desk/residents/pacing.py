"""Somebody who writes faster than anyone can answer: everything is kept, one calm sentence is said."""

from __future__ import annotations

from desk import nodding
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import keep_message
from desk.speech import show, tell
from nlp.reading import Reading
from storage import messages, people, tickets
from storage.messages import Message
from storage.store import Tx

MOST = 30
"""Messages of one person in a minute that are each answered."""


async def too_fast(tx: Tx, office: Office, message: Incoming) -> bool:
    """Count this message; whether it is one too many to be answered. The first such one is told."""
    count = await people.pace(tx, message.user_id, office.now_ms())
    if count == MOST + 1:
        minute = office.now_ms() // 60_000
        await tell(tx, office, message.chat_id, "slow_down", str(minute))
    return count > MOST


async def fold(tx: Tx, office: Office, message: Incoming, reading: Reading) -> bool:
    """Keep one too many with the newest open matter, unanswered; False when it is to be handled.

    A danger that no open ticket knows is handled always.
    """
    if message.album or not await too_fast(tx, office, message):
        return False  # the pictures of an album are one thing, and are not answered one by one
    open_now = await tickets.open_of_resident(tx, message.user_id, most=20)
    known = {danger for ticket in open_now for danger in ticket.dangers}
    if any(danger.value not in known for danger in reading.dangers):
        return False
    if open_now:
        await keep_message(tx, message, open_now[0], "supplement")
        await show(tx, office, open_now[0])  # many of these become one edit of the card
        await nodding.nod_now_and_then(tx, office, message, open_now[0])
        return True
    kept = Message(
        chat_id=message.chat_id,
        message_id=message.message_id,
        role="loose",
        at=message.at,
        sender_id=message.user_id,
        media=message.media,
        file_id=message.file_id,
        file_size=message.file_size,
        album=message.album,
        text=message.text,
    )
    await messages.keep(tx, kept)
    return True
