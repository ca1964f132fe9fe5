"""Keeps people, chats, files and unconfirmed updates in a folder between runs (not the journal)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from standin.book import Book, Bot, ChatLog, Group, Person, Stored
from standin.updates import Queue, Webhook

Json = dict[str, Any]

FILE_NAME = "book.json"


class SavedBot(msgspec.Struct):
    """A bot with its queue."""

    token: str
    first_name: str
    username: str
    can_read_all_group_messages: bool
    settings: Json
    next_id: int
    pending: list[Json]
    allowed: list[str]
    webhook: Webhook | None


class SavedFile(msgspec.Struct):
    """A file; its bytes lie beside, under `blob` (several sizes of a photo share one)."""

    file_id: str
    unique_id: str
    path: str
    size: int
    mime: str
    name: str
    width: int
    height: int
    blob: str


class Snapshot(msgspec.Struct):
    """All that is kept."""

    n: int
    bots: list[SavedBot]
    people: list[Person]
    groups: list[Group]
    chats: list[ChatLog]
    files: list[SavedFile]


class Store:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blobs: dict[int, str] = {}
        self._saved_n = -1

    def load(self, book: Book) -> None:
        """Fill a new book with what was kept."""
        path = self._folder / FILE_NAME
        if not path.exists():
            return
        saved = msgspec.json.decode(path.read_bytes(), type=Snapshot)
        book.journal.n = self._saved_n = saved.n
        for kept in saved.bots:
            _load_bot(book, kept)
        book.people = {person.id: person for person in saved.people}
        book.groups = {group.id: group for group in saved.groups}
        book.chats = {log.key: log for log in saved.chats}
        blobs: dict[str, bytes] = {}
        for file in saved.files:
            if file.blob not in blobs:
                blobs[file.blob] = (self._folder / file.blob).read_bytes() if file.blob else b""
                self._blobs[id(blobs[file.blob])] = file.blob
            _load_file(book, file, blobs[file.blob])

    def save(self, book: Book) -> None:
        """Write everything if anything changed, in place of the last snapshot at once."""
        if book.journal.n == self._saved_n:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        snapshot = Snapshot(
            n=book.journal.n,
            bots=[_saved_bot(bot) for bot in book.bots.values()],
            people=list(book.people.values()),
            groups=list(book.groups.values()),
            chats=list(book.chats.values()),
            files=[self._saved_file(file) for file in book.files.values()],
        )
        path = self._folder / FILE_NAME
        fresh = path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(snapshot))
        os.replace(fresh, path)
        self._saved_n = snapshot.n

    def _saved_file(self, file: Stored) -> SavedFile:
        key = id(file.data)
        if file.data and key not in self._blobs:
            self._blobs[key] = f"{len(self._blobs) + 1}.blob"
            (self._folder / self._blobs[key]).write_bytes(file.data)
        return SavedFile(
            file.file_id,
            file.unique_id,
            file.path,
            file.size,
            file.mime,
            file.name,
            file.width,
            file.height,
            self._blobs[key] if file.data else "",
        )


def _saved_bot(bot: Bot) -> SavedBot:
    queue = bot.queue
    return SavedBot(
        token=bot.token,
        first_name=bot.first_name,
        username=bot.username,
        can_read_all_group_messages=bot.can_read_all_group_messages,
        settings=bot.settings,
        next_id=queue.next_id,
        pending=list(queue.pending.values()),
        allowed=queue.allowed,
        webhook=queue.webhook,
    )


def _load_bot(book: Book, kept: SavedBot) -> None:
    bot = book.add_bot(kept.token, kept.first_name, kept.username)
    bot.can_read_all_group_messages = kept.can_read_all_group_messages
    bot.settings = kept.settings
    pending = {int(update["update_id"]): update for update in kept.pending}
    bot.queue = Queue(
        next_id=kept.next_id,
        pending=pending,
        allowed=kept.allowed,
        webhook=kept.webhook,
        created=len(pending),
    )
    bot.queue.relane()


def _load_file(book: Book, file: SavedFile, data: bytes) -> None:
    stored = Stored(
        file.file_id,
        file.unique_id,
        file.path,
        file.size,
        file.mime,
        file.name,
        data,
        file.width,
        file.height,
    )
    book.files[stored.file_id] = stored
    book.paths[stored.path] = stored
