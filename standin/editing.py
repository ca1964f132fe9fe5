"""Bot API methods that change what is already in a chat, and answers to pressed buttons."""

from __future__ import annotations

from typing import Any

from standin.book import ChatLog, Note
from standin.call import Call, method
from standin.markup import read_markup
from standin.refuse import NOT_MODIFIED, QUERY_TOO_OLD, bad_request
from standin.sending import CAPTION, album_item, caption, message_text

Json = dict[str, Any]

MEDIA = ("photo", "voice", "video", "video_note", "document", "audio", "animation", "sticker")
TWO_DAYS = 48 * 3600
TARGET = "business_connection_id chat_id message_id inline_message_id"


def _to_edit(call: Call) -> tuple[ChatLog, Note]:
    if call.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    call.require(("chat_id", "message_id"))
    log = call.chat()
    note = log.notes.get(call.whole("message_id"))
    if note is None or note.deleted:
        raise bad_request("message to edit not found")
    if note.body.get("from", {}).get("id") != call.bot.id or "forward_origin" in note.body:
        raise bad_request("message can't be edited")
    if note.keyboard is not None:
        raise bad_request("message can't be edited")
    return log, note


def _change(call: Call, log: ChatLog, note: Note, replaced: tuple[str, ...], content: Json) -> Json:
    markup = read_markup(call.data("reply_markup")).inline
    old = note.body
    body = {key: value for key, value in old.items() if key not in (*replaced, "reply_markup")} | content
    if markup:
        body["reply_markup"] = markup
    if body == old:
        raise bad_request(NOT_MODIFIED)
    body["edit_date"] = int(call.book.now())
    note.body = body
    call.book.touch(log, note)
    return body


@method(f"{TARGET} text! parse_mode entities link_preview_options reply_markup", counts="edit")
def edit_message_text(call: Call) -> Json:
    """Another text; the inline keyboard goes unless it is given again."""
    log, note = _to_edit(call)
    if "text" not in note.body:
        raise bad_request("there is no text in the message to edit")
    return _change(call, log, note, ("text", "entities"), message_text(call))


@method(f"{TARGET} {CAPTION} show_caption_above_media reply_markup", counts="edit")
def edit_message_caption(call: Call) -> Json:
    """Another caption."""
    log, note = _to_edit(call)
    if not any(kind in note.body for kind in MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _change(call, log, note, ("caption", "caption_entities"), caption(call))


@method(f"{TARGET} reply_markup", counts="edit")
def edit_message_reply_markup(call: Call) -> Json:
    """Another inline keyboard, or none."""
    log, note = _to_edit(call)
    return _change(call, log, note, (), {})


@method(f"{TARGET} media! reply_markup", counts="edit")
def edit_message_media(call: Call) -> Json:
    """Another picture or file with its caption."""
    log, note = _to_edit(call)
    content = album_item(call, call.data("media"))
    return _change(call, log, note, (*MEDIA, "text", "entities", "caption", "caption_entities"), content)


def _delete(call: Call, log: ChatLog, message_id: int) -> None:
    note = log.notes.get(message_id)
    if note is None or note.deleted:
        raise bad_request("message to delete not found")
    mine = note.body.get("from", {}).get("id") == call.bot.id
    if log.group and not mine and not call.is_admin(call.book.groups[log.group]):
        raise bad_request("message can't be deleted")
    if call.book.now() - float(note.body["date"]) > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    note.deleted = True
    call.book.touch(log, note)


@method("chat_id! message_id!")
def delete_message(call: Call) -> bool:
    """Take a message away."""
    _delete(call, call.chat(), call.whole("message_id"))
    return True


@method("chat_id! message_ids!")
def delete_messages(call: Call) -> bool:
    """Take messages away; those that are not there are passed over."""
    log = call.chat()
    for message_id in call.items("message_ids"):
        if int(message_id) in log.notes and not log.notes[int(message_id)].deleted:
            _delete(call, log, int(message_id))
    return True


def _check_pin(call: Call, log: ChatLog) -> None:
    if log.group and not call.is_admin(call.book.groups[log.group]):
        raise bad_request("not enough rights to manage pinned messages in the chat")


@method("business_connection_id chat_id! message_id! disable_notification")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; the chat is told."""
    log = call.chat()
    message_id = call.whole("message_id")
    note = log.notes.get(message_id)
    if note is None or note.deleted:
        raise bad_request("message to pin not found")
    _check_pin(call, log)
    if message_id not in log.pinned:
        log.pinned.append(message_id)
        call.book.write(log, call.bot.as_user(), {"pinned_message": note.body})
    return True


@method("business_connection_id chat_id! message_id")
def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, the last one pinned if none is named."""
    log = call.chat()
    _check_pin(call, log)
    message_id = call.whole("message_id") or (log.pinned[-1] if log.pinned else 0)
    if message_id not in log.pinned:
        raise bad_request("message to unpin not found")
    log.pinned.remove(message_id)
    call.book.touch(log)
    return True


@method("chat_id!")
def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin everything."""
    log = call.chat()
    _check_pin(call, log)
    log.pinned.clear()
    call.book.touch(log)
    return True


@method("callback_query_id! text show_alert url cache_time")
def answer_callback_query(call: Call) -> bool:
    """What the presser sees; once, and not too late."""
    query = call.book.queries.get(call.text("callback_query_id"))
    late = query is None or call.book.now() - query.at > call.book.callback_timeout
    if query is None or late or query.bot != call.bot.id or query.answer is not None:
        raise bad_request(QUERY_TOO_OLD)
    if len(call.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {
        "text": call.text("text"),
        "show_alert": call.flag("show_alert"),
        "url": call.text("url"),
    }
    call.book.journal.tick()
    return True
