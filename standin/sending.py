"""Bot API methods that put a message into a chat."""

from __future__ import annotations

import secrets
from typing import Any

from standin.book import ChatLog, Note, Stored
from standin.call import Call, Upload, method
from standin.entities import read_text, units
from standin.markup import Markup, read_markup
from standin.refuse import Refusal, bad_request

Json = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024

COMMON = (
    "business_connection_id chat_id! message_thread_id direct_messages_topic_id disable_notification "
    "protect_content allow_paid_broadcast message_effect_id reply_parameters"
)
MARKED = f"{COMMON} suggested_post_parameters reply_markup"
CAPTION = "caption parse_mode caption_entities"
FOLDERS = {
    "photo": "photos",
    "voice": "voice",
    "video": "videos",
    "video_note": "video_notes",
    "document": "documents",
    "audio": "music",
    "animation": "animations",
    "sticker": "stickers",
}


def message_text(call: Call, name: str = "text", entities: str = "entities") -> Json:
    """Text and entities of a message, checked."""
    text, found = read_text(call.text(name), call.text("parse_mode") or None, call.items(entities))
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, **({"entities": found} if found else {})}


def caption_of(raw: str, parse_mode: str | None, entities: list[Any]) -> Json:
    """Caption and its entities, checked; empty without a caption."""
    if not raw:
        return {}
    text, found = read_text(raw, parse_mode, entities)
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": found} if found else {})}


def caption(call: Call) -> Json:
    """The caption of a call."""
    return caption_of(call.text("caption"), call.text("parse_mode") or None, call.items("caption_entities"))


def quoted(log: ChatLog, message_id: int) -> Json | None:
    """A message as it stands inside another one: one level deep."""
    note = log.notes.get(message_id)
    if note is None or note.deleted:
        return None
    return {key: value for key, value in note.body.items() if key != "reply_to_message"}


def _reply(call: Call, log: ChatLog) -> Json:
    wanted = call.data("reply_parameters")
    if not wanted:
        return {}
    if not isinstance(wanted, dict):
        raise bad_request("can't parse reply parameters JSON object")
    original = quoted(log, int(wanted.get("message_id", 0)))
    if original is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": original}


def _thread(call: Call, log: ChatLog) -> Json:
    thread = call.whole("message_thread_id")
    if not thread:
        return {}
    if not log.group or thread not in call.book.groups[log.group].topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}


def put(call: Call, log: ChatLog, content: Json, markup: Markup | None = None) -> Note:
    """Write a bot's message with what comes along: reply, topic, keyboard."""
    markup = markup or read_markup(call.data("reply_markup"))
    body: Json = {**_thread(call, log), **_reply(call, log), **content}
    if call.flag("protect_content"):
        body["has_protected_content"] = True
    if markup.inline:
        body["reply_markup"] = markup.inline
    note = call.book.write(log, call.bot.as_user(), body)
    note.keyboard = markup.keyboard
    if markup.keyboard:
        log.keyboard = markup.keyboard
    elif markup.remove:
        log.keyboard = None
    if markup.force_reply:
        log.force_reply = int(note.body["message_id"])
    log.typing = 0.0
    return note


def _send(call: Call, content: Json) -> Json:
    return put(call, call.chat(), content).body


@method(f"{MARKED} text! parse_mode entities link_preview_options", counts="send")
def send_message(call: Call) -> Json:
    """A text message."""
    log = call.chat()
    return put(call, log, message_text(call)).body


# files


def _upload(call: Call, value: Any, name: str, kind: str) -> Stored | str:
    """The upload that a parameter brings, stored; or the file id that it names."""
    upload: Upload | None = call.files.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        upload = call.files.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request("file must be attached to the request")
    if upload is not None:
        return _keep(call, upload, kind)
    text = str(value or "")
    if text.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the stand-in never leaves loopback
    if text not in call.book.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return text


def _keep(call: Call, upload: Upload, kind: str) -> Stored:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.data) > PHOTO_LIMIT:
        raise bad_request("file is too big")
    stored = call.book.store(upload.data, upload.name, upload.mime, FOLDERS[kind])
    if kind == "photo":
        if not stored.width:
            raise bad_request("IMAGE_PROCESS_FAILED")
        sides = (stored.width, stored.height)
        if sum(sides) > 10000 or max(sides) > 20 * min(sides):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return stored


def media(call: Call, value: Any, kind: str, extra: Json, name: str = "") -> Json:
    """The media part of a message from an upload or from a file id."""
    stored = _upload(call, value, name or kind, kind)
    book = call.book
    if isinstance(stored, str):
        known = book.files[stored]
        if kind == "photo":
            same = [file for file in book.files.values() if file.data is known.data and file.width]
            return {"photo": [_size(file) for file in sorted(same, key=lambda file: file.width)][-4:]}
        return described(kind, known, extra)
    if kind == "photo":
        return {"photo": book.store_photo(stored.data)}
    return described(kind, stored, extra)


def _size(file: Stored) -> Json:
    return {**_ids(file), "width": file.width, "height": file.height}


def _ids(file: Stored) -> Json:
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}


def described(kind: str, file: Stored, extra: Json) -> Json:
    """A stored file as the part of a message it becomes."""
    part: Json = {**_ids(file)}
    duration = int(extra.get("duration") or 0)
    if kind == "voice":
        part |= {"duration": duration, "mime_type": file.mime}
    elif kind == "video_note":
        part |= {"duration": duration, "length": int(extra.get("length") or 240)}
    elif kind in {"video", "animation"}:
        part |= {
            "duration": duration,
            "width": int(extra.get("width") or 640),
            "height": int(extra.get("height") or 480),
            "file_name": file.name,
            "mime_type": file.mime,
        }
    elif kind == "audio":
        part |= {"duration": duration, "file_name": file.name, "mime_type": file.mime}
        part |= {key: extra[key] for key in ("performer", "title") if extra.get(key)}
    elif kind == "sticker":
        part |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        part |= {"emoji": extra["emoji"]} if extra.get("emoji") else {}
    else:
        part |= {"file_name": file.name, "mime_type": file.mime}
    return {kind: part}


def _send_media(call: Call, kind: str) -> Json:
    log = call.chat()
    content = media(call, call.params.get(kind), kind, call.params)
    return put(call, log, {**content, **caption(call)}).body


@method(f"{MARKED} photo! {CAPTION} show_caption_above_media has_spoiler", counts="send")
def send_photo(call: Call) -> Json:
    """A photo."""
    return _send_media(call, "photo")


@method(f"{MARKED} voice! {CAPTION} duration", counts="send")
def send_voice(call: Call) -> Json:
    """A voice message."""
    return _send_media(call, "voice")


@method(
    f"{MARKED} video! {CAPTION} duration width height thumbnail cover start_timestamp "
    "show_caption_above_media has_spoiler supports_streaming",
    counts="send",
)
def send_video(call: Call) -> Json:
    """A video."""
    return _send_media(call, "video")


@method(
    f"{MARKED} animation! {CAPTION} duration width height thumbnail show_caption_above_media has_spoiler",
    counts="send",
)
def send_animation(call: Call) -> Json:
    """An animation."""
    return _send_media(call, "animation")


@method(f"{MARKED} video_note! duration length thumbnail", counts="send")
def send_video_note(call: Call) -> Json:
    """A round video."""
    return _send_media(call, "video_note")


@method(f"{MARKED} document! {CAPTION} thumbnail disable_content_type_detection", counts="send")
def send_document(call: Call) -> Json:
    """A file."""
    return _send_media(call, "document")


@method(f"{MARKED} audio! {CAPTION} duration performer title thumbnail", counts="send")
def send_audio(call: Call) -> Json:
    """Music."""
    return _send_media(call, "audio")


@method(f"{MARKED} sticker! emoji", counts="send")
def send_sticker(call: Call) -> Json:
    """A sticker."""
    return _send_media(call, "sticker")


@method(
    f"{MARKED} latitude! longitude! horizontal_accuracy live_period heading proximity_alert_radius",
    counts="send",
)
def send_location(call: Call) -> Json:
    """A point on the map."""
    return _send(call, {"location": _point(call)})


def _point(call: Call) -> Json:
    point = {"latitude": call.number("latitude"), "longitude": call.number("longitude")}
    if abs(point["latitude"]) > 90 or abs(point["longitude"]) > 180:
        raise bad_request("wrong latitude or longitude specified")
    return point


@method(
    f"{MARKED} latitude! longitude! title! address! foursquare_id foursquare_type "
    "google_place_id google_place_type",
    counts="send",
)
def send_venue(call: Call) -> Json:
    """A place with a name."""
    venue = {"location": _point(call), "title": call.text("title"), "address": call.text("address")}
    return _send(call, {"venue": venue, "location": venue["location"]})


@method(f"{MARKED} phone_number! first_name! last_name vcard", counts="send")
def send_contact(call: Call) -> Json:
    """A phone contact."""
    names = ("phone_number", "first_name", "last_name", "vcard")
    return _send(call, {"contact": {name: call.text(name) for name in names if call.text(name)}})


@method(f"{COMMON} media!", counts="send")
def send_media_group(call: Call) -> list[Json]:
    """An album: 2 to 10 items, each its own message."""
    log = call.chat()
    wanted = call.items("media")
    if not 2 <= len(wanted) <= 10:
        raise bad_request("group send failed" if wanted else "media array is empty")
    made = [album_item(call, item) for item in wanted]
    group = str(secrets.randbelow(10**17) + 10**16)
    return [put(call, log, {"media_group_id": group, **content}, Markup()).body for content in made]


def album_item(call: Call, item: Any) -> Json:
    """One InputMedia as the content of a message."""
    if not isinstance(item, dict) or item.get("type") not in FOLDERS:
        raise bad_request('can\'t parse InputMedia: Field "type" must be a known media type')
    content = media(call, item.get("media"), item["type"], item, name="media")
    text = caption_of(
        str(item.get("caption") or ""), item.get("parse_mode"), list(item.get("caption_entities") or [])
    )
    return {**content, **text}
