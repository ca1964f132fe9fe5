"""What the page and the checkers look at: a chat as one person sees it, the cast, the journal."""

from __future__ import annotations

import asyncio
from typing import Any

from standin.book import Book, Bot, ChatLog, Note
from standin.community import bot_view, group_view
from standin.people import chat_of
from standin.profile import scope_key
from standin.samples import PICTURES

Json = dict[str, Any]


def state(book: Book) -> Json:
    """The cast."""
    return {
        "n": book.journal.n,
        "bots": [{**bot_view(bot), "description": _word(bot, "description")} for bot in book.bots.values()],
        "users": [person.as_user() for person in book.people.values()],
        "groups": [group_view(group) for group in book.groups.values()],
        "samples": {"photo": list(PICTURES)},
        "limits": book.limits.settings(),
        "chats": {
            key: {"version": log.version, "blocked": log.blocked, "started": log.started}
            for key, log in book.chats.items()
        },
        "now": book.now(),
    }


def _word(bot: Bot, name: str) -> str:
    return str(bot.settings.get(name, {}).get("", ""))


def chat(book: Book, chat_id: int, who: int, since: int) -> Json:
    """A chat as a person sees it, or what changed in it."""
    log = chat_of(book, chat_id, who)
    changed = [note for note in log.notes.values() if note.version > since]
    return {
        "n": book.journal.n,
        "chat": {**book.chat_object(log), "key": log.key},
        "messages": [note_view(note, who) for note in changed],
        "keyboard": log.keyboard,
        "force_reply": log.force_reply,
        "commands": commands(book, log, who),
        "typing": log.typing > book.now(),
        "blocked": log.blocked,
        "started": log.started,
        "pinned": log.pinned,
    }


def note_view(note: Note, who: int) -> Json:
    """A message with what only people see."""
    body = note.body
    shown = {**body, "version": note.version, "out": body.get("from", {}).get("id") == who}
    if note.deleted:
        return {key: shown[key] for key in ("message_id", "version", "out")} | {"deleted": True}
    if note.keyboard:
        shown["keyboard"] = note.keyboard
    if note.reactions:
        shown["reactions"] = list(note.reactions.values())
    return shown


def commands(book: Book, log: ChatLog, who: int) -> list[Json]:
    """The menu that a person sees in a chat, by Telegram's order of scopes and languages."""
    if log.group:
        group = book.groups[log.group]
        bots = list(book.bots_in(group))
        member = group.members.get(who)
        admin = member is not None and member.status in {"creator", "administrator"}
        scopes: list[Json] = [{"type": "chat_member", "chat_id": log.group, "user_id": who}]
        if admin:
            scopes += [
                {"type": "chat_administrators", "chat_id": log.group},
            ]
        scopes.append({"type": "chat", "chat_id": log.group})
        if admin:
            scopes.append({"type": "all_chat_administrators"})
        scopes.append({"type": "all_group_chats"})
    else:
        bots = [book.bots[log.bot]]
        scopes = [{"type": "chat", "chat_id": log.user}, {"type": "all_private_chats"}]
    person = book.people.get(who)
    language = person.language_code.partition("-")[0] if person else ""
    found: list[Json] = []
    for bot in bots:
        found += _menu(bot, [*scopes, {"type": "default"}], language)
    return found


def _menu(bot: Bot, scopes: list[Json], language: str) -> list[Json]:
    table: dict[str, list[Json]] = bot.settings.get("commands", {})
    for scope in scopes:
        for tongue in (language, ""):
            found = table.get(scope_key(scope, tongue))
            if found:
                return found
    return []


# waiting


async def wait(book: Book, wanted: Json) -> Json | None:
    """Wait for a message, or until a bot's updates are confirmed; None when it did not come in time."""
    loop = asyncio.get_running_loop()
    until = loop.time() + float(wanted.get("timeout", 10))
    while True:
        found = _idle(book, wanted) if "idle" in wanted else _matching(book, wanted)
        if found is not None:
            return found
        left = until - loop.time()
        if left <= 0 or book.closing:
            return None
        await book.journal.changed.wait(left)


def _idle(book: Book, wanted: Json) -> Json | None:
    return {} if not book.bot(int(wanted["idle"])).queue.pending else None


def _matching(book: Book, wanted: Json) -> Json | None:
    who = int(wanted["as"])
    log = chat_of(book, int(wanted["chat"]), who)
    since = int(wanted.get("since", 0))
    for note in log.notes.values():
        if note.version > since and not note.deleted and _fits(note.body, wanted):
            return {"message": note_view(note, who), "n": note.version}
    return None


def _fits(body: Json, wanted: Json) -> bool:
    if wanted.get("from_bot", True) and not body.get("from", {}).get("is_bot"):
        return False
    text = str(body.get("text") or body.get("caption") or "")
    if str(wanted.get("contains", "")) not in text:
        return False
    if "button" not in wanted:
        return True
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return any(wanted["button"] in button["text"] for row in rows for button in row)


async def events(book: Book, after: int, seconds: float) -> Json:
    """Which chats changed after a number; waits for the first change."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while book.journal.n <= after and not book.closing and (left := until - loop.time()) > 0:
        await book.journal.changed.wait(left)
    changed = [key for key, log in book.chats.items() if log.version > after]
    return {"n": book.journal.n, "chats": changed}


def summary(book: Book) -> Json:
    """Counts."""
    return {
        "bots": {
            str(bot.id): {
                "created": bot.queue.created,
                "pending": len(bot.queue.pending),
                "confirmed": bot.queue.confirmed,
            }
            for bot in book.bots.values()
        },
        "calls": {name: {"ok": c["ok"], "failed": c["failed"]} for name, c in book.journal.calls.items()},
        "violations": dict(book.journal.violations),
        "faults": dict(book.journal.faults),
    }
