"""What people do: write, press, edit, react, block; each reaches the bots as Telegram would tell them."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
from typing import Any

from standin.book import ANONYMOUS, Book, Bot, ChatLog, Group, MissingError, Note, Person, Query
from standin.entities import cut, find
from standin.samples import sample
from standin.sending import FOLDERS, described, quoted

Json = dict[str, Any]
Ids = dict[str, list[int]]

KINDS = ("photo", "voice", "video", "video_note", "document", "audio", "sticker")


def chat_of(book: Book, chat: int, who: int) -> ChatLog:
    """The chat that a person means: a bot's id is the private chat with it, a negative id a group."""
    if chat < 0:
        book.group(chat)
        return book.group_chat(chat)
    book.bot(chat)
    book.person(who)
    return book.private(chat, who)


def audience(book: Book, log: ChatLog, body: Json) -> list[Bot]:
    """Bots that get to see a person's message."""
    if not log.group:
        return [book.bots[log.bot]]
    group = book.groups[log.group]
    return [bot for bot in book.bots_in(group) if _sees(group, bot, body)]


def _sees(group: Group, bot: Bot, body: Json) -> bool:
    if bot.can_read_all_group_messages or group.members[bot.id].status in {"administrator", "creator"}:
        return True
    if body.get("reply_to_message", {}).get("from", {}).get("id") == bot.id:
        return True
    text = body.get("text") or body.get("caption") or ""
    for entity in body.get("entities") or body.get("caption_entities") or []:
        words = cut(text, entity).lower()
        if entity["type"] == "bot_command":
            name = words.partition("@")[2]
            if not name or name == bot.username.lower():
                return True
        elif entity["type"] == "mention" and words == f"@{bot.username.lower()}":
            return True
    return False


def tell(book: Book, bots: list[Bot], kind: str, payload: Json) -> Ids:
    """Queue one update for several bots."""
    given: Ids = {}
    for bot in bots:
        update_id = book.emit(bot, kind, payload)
        if update_id is not None:
            given[str(bot.id)] = [update_id]
    return given


def merge(into: Ids, more: Ids) -> Ids:
    """Add update ids to those already there."""
    for bot, ids in more.items():
        into.setdefault(bot, []).extend(ids)
    return into


# writing


def send(book: Book, wanted: Json) -> Json:
    """A person writes; gives message and update ids."""
    who = int(wanted["from"])
    log = chat_of(book, int(wanted["chat"]), who)
    person = book.person(who)
    sender = _sender(book, log, person, wanted)
    shared = _shared(book, log, wanted)
    contents = _contents(book, wanted)
    if not log.group:
        log.started = True
        log.force_reply = 0
    message_ids, given = [], Ids()
    for content in contents:
        note = book.write(log, sender, {**shared, **content}, wanted.get("date"))
        message_ids.append(note.body["message_id"])
        merge(given, tell(book, audience(book, log, note.body), "message", note.body))
    return {"message_id": message_ids[0], "message_ids": message_ids, "update_ids": given}


def _sender(book: Book, log: ChatLog, person: Person, wanted: Json) -> Json:
    if not log.group:
        if log.blocked:
            raise ValueError("the user has blocked this bot")
        return person.as_user()
    group = book.groups[log.group]
    if group.migrated_to:
        raise ValueError(f"the group is now {group.migrated_to}")
    if not group.has(person.id):
        raise ValueError(f"user {person.id} is not in the group")
    if wanted.get("anonymous") or group.members[person.id].anonymous:
        return dict(ANONYMOUS)
    return person.as_user()


def _shared(book: Book, log: ChatLog, wanted: Json) -> Json:
    shared: Json = {}
    if log.group:
        group = book.groups[log.group]
        member = group.members.get(int(wanted["from"]))
        if wanted.get("anonymous") or (member and member.anonymous):
            shared["sender_chat"] = group.as_chat()
        if thread := wanted.get("thread"):
            if thread not in group.topics:
                raise MissingError(f"no topic {thread}")
            shared |= {"message_thread_id": thread, "is_topic_message": True}
    if (reply_to := wanted.get("reply_to")) is not None:
        original = quoted(log, int(reply_to))
        if original is None:
            raise MissingError(f"no message {reply_to} to reply to")
        shared["reply_to_message"] = original
    if (source := wanted.get("forward_from")) is not None:
        shared["forward_origin"] = _origin(book, source)
    return shared


def _origin(book: Book, source: Any) -> Json:
    date = int(book.now())
    if isinstance(source, int):
        return {"type": "user", "sender_user": book.user_object(source, language=False), "date": date}
    return {"type": "hidden_user", "sender_user_name": str(source), "date": date}


def _contents(book: Book, wanted: Json) -> list[Json]:
    caption = _text(str(wanted.get("caption") or ""), "caption")
    if album := wanted.get("album"):
        group = str(secrets.randbelow(10**17) + 10**16)
        parts = [{"media_group_id": group, **_file(book, _kind(item), item)} for item in album]
        parts[0] |= caption
        return parts
    if "text" in wanted:
        text = str(wanted["text"]).strip()
        if not text or len(text) > 4096:
            raise ValueError("text must have 1 to 4096 characters")
        return [_text(text, "text")]
    if location := wanted.get("location"):
        return [{"location": _point(location)}]
    if venue := wanted.get("venue"):
        point = _point(venue)
        return [
            {"location": point, "venue": {"location": point, **{k: venue[k] for k in ("title", "address")}}}
        ]
    if contact := wanted.get("contact"):
        return [{"contact": contact}]
    return [{**_file(book, _kind(wanted), wanted), **caption}]


def _kind(wanted: Json) -> str:
    for kind in KINDS:
        if wanted.get(kind):
            return kind
    raise ValueError(f"nothing to send: one of text, album, location, venue, contact, {', '.join(KINDS)}")


def _point(value: Json) -> Json:
    return {"latitude": float(value["latitude"]), "longitude": float(value["longitude"])}


def _text(text: str, name: str) -> Json:
    if not text:
        return {}
    entities = find(text)
    key = "entities" if name == "text" else "caption_entities"
    return {name: text, **({key: entities} if entities else {})}


def _file(book: Book, kind: str, wanted: Json) -> Json:
    spec = wanted[kind]
    if isinstance(spec, str):
        data, name, mime = sample(kind, spec)
        spec = {}
    elif isinstance(spec, dict):
        data, name, mime = _given(kind, spec)
    else:
        raise ValueError(f"{kind} must be a sample's name or an object")
    size = spec.get("size")
    if kind == "photo":
        return {"photo": book.store_photo(data, size)}
    stored = book.store(data, name, mime, FOLDERS[kind], size)
    part = described(kind, stored, {"duration": 4, **spec})
    if spec.get("unsized"):
        del part[kind]["file_size"]
    return part


def _given(kind: str, spec: Json) -> tuple[bytes, str, str]:
    data, name, mime = sample(kind) if "size" not in spec else (b"", f"big.{kind}", "")
    if "base64" in spec:
        try:
            data = base64.b64decode(spec["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(f"{kind}: not base64") from None
    return data, str(spec.get("name") or name), str(spec.get("mime") or mime)


# changing


def _mine(log: ChatLog, wanted: Json) -> Note:
    note = message(log, int(wanted["message_id"]))
    if note.body.get("from", {}).get("id") != int(wanted["from"]):
        raise ValueError("not this person's message")
    return note


def message(log: ChatLog, message_id: int) -> Note:
    """A message that is there."""
    note = log.notes.get(message_id)
    if note is None or note.deleted:
        raise MissingError(f"no message {message_id}")
    return note


def edit(book: Book, wanted: Json) -> Json:
    """A person changes an own message."""
    log = chat_of(book, int(wanted["chat"]), int(wanted["from"]))
    note = _mine(log, wanted)
    name = "text" if "text" in wanted else "caption"
    gone = {name, "entities" if name == "text" else "caption_entities"}
    if name == "text" and "text" not in note.body:
        raise ValueError("the message has no text")
    kept = {key: value for key, value in note.body.items() if key not in gone}
    note.body = {**kept, "edit_date": int(book.now()), **_text(str(wanted[name]).strip(), name)}
    book.touch(log, note)
    return {"update_ids": tell(book, audience(book, log, note.body), "edited_message", note.body)}


def delete(book: Book, wanted: Json) -> Json:
    """A person takes an own message away; bots are not told."""
    log = chat_of(book, int(wanted["chat"]), int(wanted["from"]))
    note = _mine(log, wanted)
    note.deleted = True
    book.touch(log, note)
    return {}


def react(book: Book, wanted: Json) -> Json:
    """A person reacts to a message, or takes the reaction back."""
    who = int(wanted["from"])
    log = chat_of(book, int(wanted["chat"]), who)
    note = message(log, int(wanted["message_id"]))
    old = note.reactions.pop(who, None)
    new = wanted.get("emoji")
    if new:
        note.reactions[who] = str(new)
    book.touch(log, note)
    payload = {
        "chat": book.chat_object(log),
        "message_id": note.body["message_id"],
        "user": book.person(who).as_user(),
        "date": int(book.now()),
        "old_reaction": [{"type": "emoji", "emoji": old}] if old else [],
        "new_reaction": [{"type": "emoji", "emoji": new}] if new else [],
    }
    if log.group:
        group = book.groups[log.group]
        bots = [bot for bot in book.bots_in(group) if group.members[bot.id].status == "administrator"]
    else:
        bots = [book.bots[log.bot]]
    return {"update_ids": tell(book, bots, "message_reaction", payload)}


# buttons


async def press(book: Book, wanted: Json) -> Json:
    """A person presses an inline button; waits for the bot's answer."""
    who = int(wanted["from"])
    log = chat_of(book, int(wanted["chat"]), who)
    person = book.person(who)
    if log.group and not book.groups[log.group].has(who):
        raise ValueError(f"user {who} is not in the group")
    note = message(log, int(wanted["message_id"]))
    button = {"callback_data": wanted["data"]} if wanted.get("force") else _button(note.body, wanted)
    if "callback_data" not in button:
        return {"answered": True, "text": "", "show_alert": False, "url": button.get("url", "")}
    author = int(note.body.get("from", {}).get("id", 0))
    bot = book.bot(author)
    query = Query(str(secrets.randbelow(10**18) + 10**17), bot.id, book.now())
    book.queries[query.id] = query
    payload = {
        "id": query.id,
        "from": person.as_user(),
        "message": note.body,
        "chat_instance": str(abs(hash(log.key)) % 10**18),
        "data": str(button["callback_data"]),
    }
    update_id = book.emit(bot, "callback_query", payload)
    answer = await _answered(book, query, float(wanted.get("wait", 10)))
    told = answer or {"text": "", "show_alert": False, "url": ""}
    return {"callback_query_id": query.id, "update_id": update_id, "answered": answer is not None, **told}


async def _answered(book: Book, query: Query, seconds: float) -> Json | None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while query.answer is None and not book.closing and (left := until - loop.time()) > 0:
        await book.journal.changed.wait(left)
    return query.answer


def _button(body: Json, wanted: Json) -> Json:
    rows: list[list[Json]] = body.get("reply_markup", {}).get("inline_keyboard", [])
    if "row" in wanted:
        row, col = int(wanted["row"]), int(wanted.get("col", 0))
        if 0 <= row < len(rows) and 0 <= col < len(rows[row]):
            return rows[row][col]
    for row_of in rows:
        for button in row_of:
            if "data" in wanted and button.get("callback_data") == wanted["data"]:
                return button
            if "data" not in wanted and "text" in wanted and wanted["text"] in button["text"]:
                return button
    raise MissingError("no such button on this message")
