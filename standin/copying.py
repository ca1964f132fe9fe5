"""Bot API methods that send a message once more: copies and forwards."""

from __future__ import annotations

from typing import Any

from standin.book import Note
from standin.call import Call, method
from standin.markup import Markup
from standin.refuse import bad_request
from standin.sending import CAPTION, caption, put

Json = dict[str, Any]

_NOT_COPIED = frozenset(
    [
        "message_id",
        "from",
        "sender_chat",
        "chat",
        "date",
        "edit_date",
        "reply_to_message",
        "reply_markup",
        "media_group_id",
        "forward_origin",
        "message_thread_id",
        "is_topic_message",
        "has_protected_content",
        "author_signature",
    ]
)
_COPIED = "chat_id! message_thread_id direct_messages_topic_id from_chat_id! message_id!"


def _source(call: Call, words: str) -> Note:
    note = call.chat("from_chat_id").notes.get(call.whole("message_id"))
    if note is None or note.deleted:
        raise bad_request(words)
    return note


@method(
    f"{_COPIED} video_start_timestamp {CAPTION} show_caption_above_media disable_notification "
    "protect_content allow_paid_broadcast message_effect_id suggested_post_parameters "
    "reply_parameters reply_markup",
    counts="send",
)
def copy_message(call: Call) -> Json:
    """A message again, without its author; gives only the id."""
    log = call.chat()
    content = _content(_source(call, "message to copy not found"))
    if "caption" in call.params and "text" not in content:
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | caption(call)
    return {"message_id": put(call, log, content).body["message_id"]}


@method(
    f"{_COPIED} video_start_timestamp disable_notification protect_content message_effect_id "
    "suggested_post_parameters",
    counts="send",
)
def forward_message(call: Call) -> Json:
    """A message again, with its author."""
    log = call.chat()
    source = _source(call, "message to forward not found")
    origin = source.body.get("forward_origin") or origin_of(source.body)
    return put(call, log, {"forward_origin": origin, **_content(source)}, Markup()).body


def _content(note: Note) -> Json:
    content = {key: value for key, value in note.body.items() if key not in _NOT_COPIED}
    if not content:
        raise bad_request("message can't be copied")
    return content


def origin_of(body: Json) -> Json:
    """Where a forwarded message came from."""
    if "sender_chat" in body:
        return {"type": "chat", "sender_chat": body["sender_chat"], "date": body["date"]}
    return {"type": "user", "sender_user": body.get("from"), "date": body["date"]}
