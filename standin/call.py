"""One call of the Bot API: its parameters as Telegram reads them, and the table of methods."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from standin.book import PRESENT, Book, Bot, ChatLog, Group
from standin.refuse import Refusal, bad_request, forbidden, migrated

Json = dict[str, Any]

JSON_PARAMS = frozenset(
    [
        "entities",
        "caption_entities",
        "reply_parameters",
        "reply_markup",
        "media",
        "allowed_updates",
        "commands",
        "scope",
        "menu_button",
        "reaction",
        "message_ids",
        "link_preview_options",
        "permissions",
    ]
)
WHOLE_PARAMS = frozenset(
    [
        "chat_id",
        "from_chat_id",
        "message_id",
        "user_id",
        "offset",
        "limit",
        "timeout",
        "duration",
        "message_thread_id",
    ]
)
EMPTY_WORDS = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "photo": "there is no photo in the request",
    "voice": "there is no voice in the request",
    "video": "there is no video in the request",
    "video_note": "there is no video note in the request",
    "document": "there is no document in the request",
    "audio": "there is no audio in the request",
    "animation": "there is no animation in the request",
    "sticker": "there is no sticker in the request",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class Method:
    """A method of the Bot API that the stand-in has."""

    name: str
    run: Callable[[Call], Any | Awaitable[Any]]
    params: tuple[str, ...]
    required: tuple[str, ...]
    counts: str  # "send", "edit" or "": how it counts for the limits


METHODS: dict[str, Method] = {}


def method(params: str = "", counts: str = "") -> Callable[[Callable[[Call], Any]], Callable[[Call], Any]]:
    """Put a function into the table; `!` marks a required parameter, the name is made from the function's."""
    words = params.split()

    def register(run: Callable[[Call], Any]) -> Callable[[Call], Any]:
        head, *tail = run.__name__.split("_")
        name = head + "".join(part.capitalize() for part in tail)
        METHODS[name.lower()] = Method(
            name,
            run,
            tuple(word.rstrip("!") for word in words),
            tuple(word.rstrip("!") for word in words if word.endswith("!")),
            counts,
        )
        return run

    return register


@dataclass
class Call:
    """A request of a bot."""

    book: Book
    bot: Bot
    params: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def require(self, names: tuple[str, ...]) -> None:
        """Refuse as Telegram does if a required parameter is missing."""
        for name in names:
            if self.params.get(name) in (None, "") and name not in self.files:
                raise bad_request(EMPTY_WORDS.get(name, f'parameter "{name}" is required'))

    def text(self, name: str) -> str:
        """A parameter as text, empty if not given."""
        value = self.params.get(name)
        return "" if value is None else value if isinstance(value, str) else str(value)

    def whole(self, name: str, default: int = 0) -> int:
        """A parameter as a whole number."""
        value = self.params.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'field "{name}" must be of type Number') from None

    def number(self, name: str) -> float:
        """A parameter as a number."""
        try:
            return float(self.params[name])
        except (TypeError, ValueError):
            raise bad_request(f'field "{name}" must be of type Number') from None

    def flag(self, name: str) -> bool:
        """A parameter as yes or no."""
        value = self.params.get(name)
        return value is True or (isinstance(value, str) and value.lower() in {"true", "1", "yes"})

    def data(self, name: str) -> Any:
        """A JSON parameter, decoded; None if not given."""
        value = self.params.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def items(self, name: str) -> list[Any]:
        """A JSON list parameter."""
        value = self.data(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f'field "{name}" must be of type Array')
        return value

    def for_journal(self) -> Json:
        """The parameters as the journal keeps them: numbers and JSON decoded, files by name and size."""
        shown: Json = {}
        for name, value in self.params.items():
            try:
                shown[name] = self.data(name) if name in JSON_PARAMS else value
                if name in WHOLE_PARAMS and isinstance(value, str) and value:
                    shown[name] = int(value)
            except (Refusal, ValueError):
                shown[name] = value
        for name, upload in self.files.items():
            shown[name] = {"file": upload.name, "size": len(upload.data)}
        return shown

    # chats

    def chat(self, name: str = "chat_id") -> ChatLog:
        """The chat to write to, or Telegram's refusal."""
        log = self.look(name)
        if log.group:
            check_group(self.book.groups[log.group], self.bot)
        elif log.blocked:
            raise forbidden("bot was blocked by the user")
        elif not log.started:
            raise forbidden("bot can't initiate conversation with a user")
        return log

    def look(self, name: str = "chat_id") -> ChatLog:
        """The chat that a parameter names."""
        value = self.text(name)
        if value.startswith("@"):
            return self._by_username(value[1:].lower())
        try:
            chat_id = int(value)
        except ValueError:
            raise bad_request("chat not found") from None
        if chat_id in self.book.groups:
            return self.book.group_chat(chat_id)
        if chat_id in self.book.bots:
            raise forbidden("bots can't send messages to bots")
        if chat_id not in self.book.people:
            raise bad_request("chat not found")
        return self.book.private(self.bot.id, chat_id)

    def _by_username(self, username: str) -> ChatLog:
        for group in self.book.groups.values():
            if group.username.lower() == username:
                return self.book.group_chat(group.id)
        raise bad_request("chat not found")

    def is_admin(self, group: Group) -> bool:
        """Whether the bot administers a group."""
        member = group.members.get(self.bot.id)
        return member is not None and member.status in {"administrator", "creator"}


def check_group(group: Group, bot: Bot) -> None:
    """Refuse unless the bot is in the group and the group still has its id."""
    if group.migrated_to:
        raise migrated(group.migrated_to)
    member = group.members.get(bot.id)
    kind = "supergroup" if group.type == "supergroup" else "group"
    if member is None:
        raise bad_request("chat not found")
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {kind} chat")
    if member.status not in PRESENT:
        raise forbidden(f"bot is not a member of the {kind} chat")
