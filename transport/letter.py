"""One composed message turned into a call of the Bot API, and the message ids read from its answer."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from desk.outgoing import Media, Outgoing

CAPTION: Final = {"photo", "voice", "video", "document", "audio"}
ALBUM: Final = {"photo", "video", "document", "audio"}
PICTURES: Final = (".png", ".jpg", ".jpeg")
ELSEWHERE: Final = "the file is another bot's"


@dataclass(frozen=True, slots=True)
class Call:
    """Method, values and files of one call."""

    method: str
    values: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def count_of(outgoing: Outgoing) -> int:
    """How many messages Telegram counts: each picture of an album is one, a reaction is none."""
    if outgoing.reaction:
        return 0
    return max(1, len(outgoing.media)) if outgoing.edit is None else 1


def call_for(outgoing: Outgoing) -> Call:
    """The call that keeps this promise."""
    if outgoing.reaction:
        emoji = [{"type": "emoji", "emoji": outgoing.reaction}]
        values = {"chat_id": outgoing.chat_id, "message_id": outgoing.edit, "reaction": emoji}
        return Call("setMessageReaction", values)
    if outgoing.edit is not None:
        return _edit(outgoing)
    if outgoing.topic:
        return Call("createForumTopic", {"chat_id": outgoing.chat_id, "name": outgoing.topic[:128]})
    values = _addressed(outgoing)
    if outgoing.upload is not None:
        part = "photo" if outgoing.upload.name.lower().endswith(PICTURES) else "document"
        files = {part: (outgoing.upload.name, outgoing.upload.content)}
        return Call(f"send{part.capitalize()}", values | _words("caption", outgoing), files)
    if len(outgoing.media) > 1:
        return Call("sendMediaGroup", values | {"media": _album(outgoing)})
    if outgoing.media:
        return _single(outgoing, outgoing.media[0], values)
    values |= _words("text", outgoing) | {"link_preview_options": {"is_disabled": True}}
    return Call("sendMessage", values)


def message_ids(result: Any) -> tuple[int, ...]:
    """The ids in an answer: one message, an album's list, a topic, or none (an edit may answer True)."""
    if isinstance(result, dict) and "message_id" not in result and "message_thread_id" in result:
        return (int(result["message_thread_id"]),)
    found = result if isinstance(result, list) else [result]
    return tuple(int(message["message_id"]) for message in found if isinstance(message, dict))


def simplified(outgoing: Outgoing, words: str) -> Outgoing | None:
    """What was refused with these words, without what was refused; None when nothing can be left out."""
    words = words.lower()
    if "can't parse" in words:
        simpler = replace(outgoing, html=html.escape(without_markup(outgoing.html), quote=False))
    elif "too long" in words:
        most = 1000 if outgoing.media or outgoing.upload else 4000
        simpler = replace(outgoing, html=html.escape(without_markup(outgoing.html)[:most], quote=False))
    elif "thread not found" in words or "topic" in words:
        simpler = replace(outgoing, thread=None)
    elif ELSEWHERE in words and outgoing.html:
        simpler = replace(outgoing, media=())
    elif "button" in words or "reply markup" in words:
        simpler = replace(outgoing, markup=None)
    else:
        return None
    return simpler if simpler != outgoing else None


def without_markup(text: str) -> str:
    """Telegram's HTML as the plain text that a person reads."""
    return html.unescape(re.sub(r"<[^<>]*>", "", text))


def _edit(outgoing: Outgoing) -> Call:
    values: dict[str, Any] = {"chat_id": outgoing.chat_id, "message_id": outgoing.edit}
    if outgoing.markup is not None:
        values["reply_markup"] = outgoing.markup
    if outgoing.upload is not None:
        part = "photo" if outgoing.upload.name.lower().endswith(PICTURES) else "document"
        media = {"type": part, "media": "attach://upload"} | _words("caption", outgoing)
        files = {"upload": (outgoing.upload.name, outgoing.upload.content)}
        return Call("editMessageMedia", values | {"media": media}, files)
    if outgoing.media:
        return Call("editMessageCaption", values | _words("caption", outgoing))
    if not outgoing.html:
        return Call("editMessageReplyMarkup", values)
    values |= _words("text", outgoing) | {"link_preview_options": {"is_disabled": True}}
    return Call("editMessageText", values)


def _addressed(outgoing: Outgoing) -> dict[str, Any]:
    values: dict[str, Any] = {"chat_id": outgoing.chat_id}
    if outgoing.markup is not None and len(outgoing.media) < 2:
        values["reply_markup"] = outgoing.markup
    if outgoing.reply_to is not None:
        values["reply_parameters"] = {
            "message_id": outgoing.reply_to,
            "allow_sending_without_reply": True,  # a deleted message must not stop the answer to it
        }
    if outgoing.silent:
        values["disable_notification"] = True
    if outgoing.thread is not None:
        values["message_thread_id"] = outgoing.thread
    return values


def _words(name: str, outgoing: Outgoing) -> dict[str, Any]:
    if not outgoing.html:
        return {}
    return {name: outgoing.html, "parse_mode": "HTML"}


def _single(outgoing: Outgoing, media: Media, values: dict[str, Any]) -> Call:
    if media.kind == "location":
        place = {"latitude": media.latitude, "longitude": media.longitude}
        return Call("sendLocation", values | place)
    if media.kind == "video_note":
        return Call("sendVideoNote", values | {"video_note": media.file_id})
    words = _words("caption", outgoing) if media.kind in CAPTION else {}
    return Call(f"send{media.kind.capitalize()}", values | {media.kind: media.file_id} | words)


def _album(outgoing: Outgoing) -> list[dict[str, Any]]:
    album: list[dict[str, Any]] = [
        {"type": media.kind, "media": media.file_id} for media in outgoing.media if media.kind in ALBUM
    ]
    if album:
        album[0] |= _words("caption", outgoing)
    return album
