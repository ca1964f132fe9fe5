"""The state of the stand-in: bots, people, groups, chats with their messages, files."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from standin.faults import Faults
from standin.journal import Journal
from standin.limits import Limits
from standin.samples import picture_size
from standin.updates import Queue

Json = dict[str, Any]

TOKEN = re.compile(r"(\d{1,16}):([\w-]{30,})", re.ASCII)
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
PHOTO_SIDES = (90, 320, 800, 1280)


class MissingError(LookupError):
    """The control API named somebody or something that is not there."""


@dataclass
class Bot:
    """A bot and what it told Telegram about itself."""

    id: int
    token: str
    first_name: str
    username: str
    can_read_all_group_messages: bool = False
    queue: Queue = field(default_factory=Queue)
    settings: dict[str, Any] = field(default_factory=dict)

    def as_user(self) -> Json:
        """The bot as a User."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass
class Person:
    """A person with a Telegram account."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "zh-hans"

    def as_user(self, language: bool = True) -> Json:
        """The person as a User; only updates carry the language."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        user |= {k: v for k, v in (("last_name", self.last_name), ("username", self.username)) if v}
        if language and self.language_code:
            user["language_code"] = self.language_code
        return user

    def as_chat(self) -> Json:
        """The person's private chat as bots see it."""
        chat: Json = {"id": self.id, "first_name": self.first_name}
        chat |= {k: v for k, v in (("last_name", self.last_name), ("username", self.username)) if v}
        chat["type"] = "private"
        return chat


@dataclass
class Member:
    """Somebody's place in a group."""

    status: str
    anonymous: bool = False


@dataclass
class Group:
    """A group or supergroup."""

    id: int
    title: str
    type: str = "supergroup"
    is_forum: bool = False
    username: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    migrated_to: int = 0
    reactions: list[str] | None = None  # None: all of them

    def as_chat(self) -> Json:
        """The group as a Chat."""
        chat: Json = {"id": self.id, "title": self.title, "type": self.type}
        if self.username:
            chat["username"] = self.username
        if self.is_forum:
            chat["is_forum"] = True
        if self.type == "group":
            chat["all_members_are_administrators"] = False
        return chat

    def has(self, who: int) -> bool:
        """Whether somebody is in the group now."""
        member = self.members.get(who)
        return member is not None and member.status in PRESENT


@dataclass
class Note:
    """One message as stored: what bots see, and what only the page needs."""

    body: Json
    version: int
    deleted: bool = False
    keyboard: Json | None = None
    reactions: dict[int, str] = field(default_factory=dict)


@dataclass
class ChatLog:
    """A private chat of a person with a bot, or a group's chat."""

    key: str
    group: int = 0
    bot: int = 0
    user: int = 0
    notes: dict[int, Note] = field(default_factory=dict)
    next_id: int = 1
    version: int = 0
    started: bool = False
    blocked: bool = False
    keyboard: Json | None = None
    force_reply: int = 0
    pinned: list[int] = field(default_factory=list)
    typing: float = 0.0


@dataclass(frozen=True)
class Stored:
    """A file that was sent; `data` is empty when only its size was claimed."""

    file_id: str
    unique_id: str
    path: str
    size: int
    mime: str
    name: str
    data: bytes
    width: int = 0
    height: int = 0


@dataclass
class Query:
    """A pressed button that waits for its answer."""

    id: str
    bot: int
    at: float
    answer: Json | None = None


class Book:
    """Everything, in memory."""

    def __init__(self, tokens: frozenset[str] = frozenset()) -> None:
        self.tokens = tokens
        self.bots: dict[int, Bot] = {}
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.chats: dict[str, ChatLog] = {}
        self.files: dict[str, Stored] = {}
        self.paths: dict[str, Stored] = {}
        self.queries: dict[str, Query] = {}
        self.journal = Journal()
        self.limits = Limits()
        self.faults = Faults()
        self.clock_offset = 0.0
        self.callback_timeout = 30.0
        self.closing = False

    def now(self) -> float:
        """Epoch seconds, moved by the control API if it likes."""
        return time.time() + self.clock_offset

    # bots

    def bot_by_token(self, token: str) -> Bot | None:
        """The bot of a token, made at first use; None for a wrong token."""
        match = TOKEN.fullmatch(token)
        if match is None or (self.tokens and token not in self.tokens):
            return None
        bot = self.bots.get(int(match[1]))
        if bot is None:
            return self.add_bot(token)
        return bot if bot.token == token else None

    def add_bot(self, token: str, first_name: str = "", username: str = "") -> Bot:
        """A new bot."""
        bot_id = int(token.split(":", 1)[0])
        bot = Bot(bot_id, token, first_name or f"Bot {bot_id}", username or f"bot{bot_id}_bot")
        self.bots[bot_id] = bot
        self.journal.tick()
        return bot

    def emit(self, bot: Bot, kind: str, payload: Json) -> int | None:
        """Queue an update for a bot; gives its id, or None if the bot does not want that kind."""
        if not bot.queue.wants(kind):
            return None
        update = bot.queue.push(kind, payload)
        self._write_update(bot, kind, payload, update)
        return int(update["update_id"])

    def emit_raw(self, bot: Bot, update: Json) -> int:
        """Queue an update of any shape."""
        queued = bot.queue.push_raw(dict(update), "raw")
        self._write_update(bot, "raw", {}, queued)
        return int(queued["update_id"])

    def _write_update(self, bot: Bot, kind: str, payload: Json, update: Json) -> None:
        message = payload.get("message", payload) if kind == "callback_query" else payload
        self.journal.add(
            "update",
            self.now(),
            bot=bot.id,
            update_id=update["update_id"],
            type=kind,
            chat=message.get("chat", {}).get("id"),
            message_id=message.get("message_id"),
            update=update,
        )

    def confirm(self, bot: Bot, updates: list[Json]) -> None:
        """Write down confirmed updates; a fault may bring some of them once more."""
        if not updates:
            return
        self.journal.add(
            "confirmed", self.now(), bot=bot.id, update_ids=[update["update_id"] for update in updates]
        )
        if self.faults.rules:
            bot.queue.again += [update for update in updates if self.faults.duplicates(bot.id)]

    # people and chats

    def person(self, user_id: int) -> Person:
        """A person, or MissingError."""
        if user_id not in self.people:
            raise MissingError(f"no user {user_id}")
        return self.people[user_id]

    def bot(self, bot_id: int) -> Bot:
        """A bot, or MissingError."""
        if bot_id not in self.bots:
            raise MissingError(f"no bot {bot_id}")
        return self.bots[bot_id]

    def group(self, group_id: int) -> Group:
        """A group, or MissingError."""
        if group_id not in self.groups:
            raise MissingError(f"no group {group_id}")
        return self.groups[group_id]

    def private(self, bot_id: int, user_id: int) -> ChatLog:
        """The private chat of a bot and a person, made when first looked at."""
        key = f"{bot_id}:{user_id}"
        if key not in self.chats:
            self.chats[key] = ChatLog(key, bot=bot_id, user=user_id)
        return self.chats[key]

    def group_chat(self, group_id: int) -> ChatLog:
        """A group's chat."""
        key = str(group_id)
        if key not in self.chats:
            self.chats[key] = ChatLog(key, group=group_id)
        return self.chats[key]

    def chat_object(self, log: ChatLog) -> Json:
        """The Chat that stands in a message."""
        return self.groups[log.group].as_chat() if log.group else self.people[log.user].as_chat()

    def bots_in(self, group: Group) -> Iterator[Bot]:
        """Bots that are in a group now."""
        return (bot for bot in list(self.bots.values()) if group.has(bot.id))

    def user_object(self, who: int, language: bool = True) -> Json:
        """A person or bot as a User."""
        if who in self.bots:
            return self.bots[who].as_user()
        if who in self.people:
            return self.people[who].as_user(language)
        raise MissingError(f"no user {who}")

    # messages

    def write(self, log: ChatLog, sender: Json | None, content: Json, date: float | None = None) -> Note:
        """Put a message into a chat."""
        body: Json = {"message_id": log.next_id}
        if sender is not None:
            body["from"] = sender
        body |= {"chat": self.chat_object(log), "date": int(self.now() if date is None else date)}
        body |= content
        note = Note(body, 0)
        log.notes[log.next_id] = note
        log.next_id += 1
        self.touch(log, note)
        return note

    def touch(self, log: ChatLog, note: Note | None = None) -> None:
        """Stamp a change with the next number."""
        log.version = self.journal.tick()
        if note is not None:
            note.version = log.version

    # files

    def store(self, data: bytes, name: str, mime: str, folder: str, size: int | None = None) -> Stored:
        """Keep a file and give it ids and a path."""
        width, height = picture_size(data) or (0, 0)
        return self.store_sized(data, name, mime, folder, size or len(data), (width, height))

    def store_sized(
        self, data: bytes, name: str, mime: str, folder: str, size: int, side: tuple[int, int]
    ) -> Stored:
        """Keep a file under a given size and picture size."""
        number = len(self.files) + 1
        ending = name.rpartition(".")[2].lower() if "." in name else "bin"
        ending = re.sub(r"[^a-z0-9]", "", ending)[:8] or "bin"
        stored = Stored(
            file_id=f"AgACAgUAAx{secrets.token_urlsafe(30)}",
            unique_id=f"AQAD{secrets.token_urlsafe(9)}",
            path=f"{folder}/file_{number}.{ending}",
            size=size,
            mime=mime,
            name=name,
            data=data,
            width=side[0],
            height=side[1],
        )
        self.files[stored.file_id] = stored
        self.paths[stored.path] = stored
        return stored

    def store_photo(self, data: bytes, size: int | None = None) -> list[Json]:
        """The PhotoSize list of a picture: smaller ones first, each with its own file id."""
        width, height = picture_size(data) or (1280, 960)
        full = size or len(data)
        longest = max(width, height)
        sides = [side for side in PHOTO_SIDES if side < longest][:3]
        answer = []
        for side in [*sides, longest]:
            scale = side / longest
            box = (max(1, round(width * scale)), max(1, round(height * scale)))
            claimed = full if side == longest else max(1, int(full * scale * scale))
            stored = self.store_sized(data, "photo.jpg", "image/jpeg", "photos", claimed, box)
            answer.append(photo_size(stored))
        return answer


def photo_size(stored: Stored) -> Json:
    """A stored picture as a PhotoSize."""
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "width": stored.width,
        "height": stored.height,
    }
