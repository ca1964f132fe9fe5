"""Telegram's message turned into plain values."""

from __future__ import annotations

import re
from typing import Any

from telegram import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.ext import CallbackContext

from desk.incoming import Incoming
from desk.office import Office
from texts.names import FROM_A_GROUP, FROM_SOMEBODY

Context = CallbackContext[Any, Any, Any, Any]

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PILED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2,}")
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
        name=_shown_straight(user.full_name),
        at=int(message.date.timestamp() * 1000),
        text=_shown_straight(message.text or message.caption or "").strip(),
        media=media,
        file_id=file_id,
        file_size=size,
        album=message.media_group_id or "",
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        language=user.language_code or "",
        phone=message.contact.phone_number if message.contact else "",
        contact_of=message.contact.user_id if message.contact else None,
        forwarded=_passed_on(message, user.id),
    )


def _passed_on(message: Message, by: int) -> str:
    """Whose words somebody forwards, veiled; "" for their own, forwarded or not."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        return "" if origin.sender_user.id == by else _veiled(origin.sender_user.full_name)
    if isinstance(origin, MessageOriginHiddenUser):
        return _veiled(origin.sender_user_name)
    if isinstance(origin, MessageOriginChat):
        return _shown_straight(origin.sender_chat.title or "")[:20] or FROM_A_GROUP
    if isinstance(origin, MessageOriginChannel):
        return _shown_straight(origin.chat.title or "")[:20] or FROM_A_GROUP
    return ""


def _veiled(name: str) -> str:
    straight = _shown_straight(name).strip()
    return f"{straight[:1]}**" if straight else FROM_SOMEBODY


def replied(update: Update) -> Incoming | None:
    """The message that this one replies to, when it holds something of a person."""
    message = update.effective_message
    answered = message.reply_to_message if message else None
    if answered is None or answered.from_user is None or answered.from_user.is_bot:
        return None
    media, file_id, size = _file(answered)
    text = (answered.text or answered.caption or "").strip()
    if not text and not file_id:
        return None
    return Incoming(
        chat_id=answered.chat_id,
        message_id=answered.message_id,
        user_id=answered.from_user.id,
        name=answered.from_user.full_name,
        at=int(answered.date.timestamp() * 1000),
        text=text,
        media=media,
        file_id=file_id,
        file_size=size,
    )


def _shown_straight(text: str) -> str:
    """Without signs that turn the words of others around or pile up over them."""
    return _PILED.sub("", _TURNING.sub("", text))


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
