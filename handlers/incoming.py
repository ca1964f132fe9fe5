"""Telegram's message turned into plain values."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update
from telegram.ext import CallbackContext

from desk.incoming import Incoming
from desk.office import Office

Context = CallbackContext[Any, Any, Any, Any]

MEDIA = ("voice", "video_note", "video", "audio", "document", "sticker")


def office_of(context: Context) -> Office:
    """The office that bot.py put into the application."""
    found = context.application.bot_data["office"]
    assert isinstance(found, Office)  # noqa: S101 - put there by bot.py at start
    return found


def incoming(update: Update) -> Incoming:
    """The message of an update (new or edited)."""
    message = update.effective_message
    user = update.effective_user
    assert message is not None  # noqa: S101 - the filters ask for it
    assert user is not None  # noqa: S101 - and for this
    media, file_id, size = _file(message)
    return Incoming(
        chat_id=message.chat_id,
        message_id=message.message_id,
        user_id=user.id,
        name=user.full_name,
        at=int(message.date.timestamp() * 1000),
        text=(message.text or message.caption or "").strip(),
        media=media,
        file_id=file_id,
        file_size=size,
        album=message.media_group_id or "",
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        language=user.language_code or "",
        phone=message.contact.phone_number if message.contact else "",
    )


def _file(message: Message) -> tuple[str, str, int | None]:
    """(kind, file id, size in bytes) of what is attached."""
    if message.photo:
        largest = message.photo[-1]
        return "photo", largest.file_id, largest.file_size
    place = message.venue.location if message.venue else message.location
    if place:
        return "location", f"{place.latitude},{place.longitude}", None
    if message.contact:
        return "contact", "", None
    for kind in MEDIA:
        part = getattr(message, kind)
        if part:
            return kind, part.file_id, part.file_size
    return "", "", None
