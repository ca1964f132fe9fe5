"""The control API: JSON requests by which people, tests and the page act and look (see README.md)."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from standin import community, people, view
from standin.book import Book, MissingError

Json = dict[str, Any]
Act = Callable[[Book, Json], Json | Awaitable[Json]]


def reply(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


async def _guarded(request: Request, run: Callable[[Book, Json], Awaitable[Any]]) -> Response:
    try:
        raw = await request.body()
        wanted = msgspec.json.decode(raw) if raw else {}
        if not isinstance(wanted, dict):
            raise ValueError("an object is expected")
        return reply(await run(request.app.state.book, {**request.query_params, **wanted}))
    except MissingError as missing:
        return reply({"error": str(missing)}, 404)
    except KeyError as missing:
        return reply({"error": f"{missing.args[0]} is missing"}, 400)
    except (ValueError, TypeError, msgspec.DecodeError) as wrong:
        return reply({"error": str(wrong)}, 400)
    except TimeoutError as late:
        return reply({"error": str(late)}, 408)


def _route(path: str, methods: str, run: Callable[[Book, Json], Awaitable[Any]]) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _guarded(request, run)

    return Route(f"/control/{path}", endpoint, methods=methods.split())


def _plain(act: Callable[[Book, Json], Json]) -> Callable[[Book, Json], Awaitable[Any]]:
    async def run(book: Book, wanted: Json) -> Json:
        return act(book, wanted)

    return run


async def _wait(book: Book, wanted: Json) -> Json:
    found = await view.wait(book, wanted)
    if found is None:
        raise TimeoutError("it did not come in time")
    return found


async def _events(book: Book, wanted: Json) -> Json:
    return await view.events(book, int(wanted.get("after", 0)), float(wanted.get("timeout", 25)))


def _bulk(book: Book, wanted: Json) -> Json:
    ids: people.Ids = {}
    message_ids: list[int] = []
    for item in wanted["sends"]:
        done = people.send(book, item)
        people.merge(ids, done["update_ids"])
        message_ids += done["message_ids"]
    spans = {bot: [given[0], given[-1]] for bot, given in ids.items()}
    return {"count": len(wanted["sends"]), "update_ids": spans, "message_ids": message_ids}


def _raw(book: Book, wanted: Json) -> Json:
    return {"update_id": book.emit_raw(book.bot(int(wanted["bot"])), dict(wanted["update"]))}


def _limits(book: Book, wanted: Json) -> Json:
    book.limits.change(wanted)
    return book.limits.settings()


def _set_faults(book: Book, wanted: Json) -> Json:
    book.faults.replace(list(wanted.get("rules", [])), int(wanted.get("seed", 0)))
    return _faults(book, wanted)


def _no_faults(book: Book, wanted: Json) -> Json:
    book.faults.replace([])
    return {}


def _faults(book: Book, wanted: Json) -> Json:
    return {"rules": [asdict(rule) for rule in book.faults.rules]}


def _clock(book: Book, wanted: Json) -> Json:
    if "now" in wanted:
        book.clock_offset = float(wanted["now"]) - time.time()
    else:
        book.clock_offset = float(wanted["offset"])
    return {"now": book.now()}


def _callbacks(book: Book, wanted: Json) -> Json:
    book.callback_timeout = float(wanted["timeout"])
    return {"timeout": book.callback_timeout}


def _book(book: Book, wanted: Json) -> Json:
    kind, bot = wanted.get("kind"), int(wanted.get("bot") or 0)
    limit = int(wanted.get("limit") or 0)
    entries: list[Json] = []
    for entry in book.journal.since(int(wanted.get("since") or 0)):
        if (kind and entry["kind"] != kind) or (bot and entry.get("bot") != bot):
            continue
        entries.append(entry)
        if limit and len(entries) >= limit:
            return {"n": entry["n"], "entries": entries}
    return {"n": book.journal.n, "entries": entries}


def _clear_book(book: Book, wanted: Json) -> Json:
    book.journal.clear()
    return {}


async def _chat(request: Request) -> Response:
    async def run(book: Book, wanted: Json) -> Json:
        chat_id = int(request.path_params["chat"])
        return view.chat(book, chat_id, int(wanted.get("as") or 0), int(wanted.get("since") or 0))

    return await _guarded(request, run)


async def _file(request: Request) -> Response:
    book: Book = request.app.state.book
    file = book.files.get(request.path_params["file_id"])
    if file is None:
        return reply({"error": "no such file"}, 404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return Response(file.data, media_type=file.mime or "application/octet-stream", headers=headers)


ACTS: dict[str, Callable[[Book, Json], Json]] = {
    "bots": community.make_bot,
    "users": community.make_user,
    "groups": community.make_group,
    "members/add": community.add,
    "members/remove": community.remove,
    "members/promote": community.promote,
    "members/demote": community.demote,
    "migrate": community.migrate,
    "title": community.retitle,
    "reactions": community.allow_reactions,
    "topics": community.topic,
    "block": community.block,
    "unblock": community.unblock,
    "send": people.send,
    "edit": people.edit,
    "delete": people.delete,
    "react": people.react,
    "updates/bulk": _bulk,
    "updates/raw": _raw,
    "limits": _limits,
    "faults": _set_faults,
    "clock": _clock,
    "callbacks": _callbacks,
}
LOOKS: dict[str, Callable[[Book, Json], Json]] = {
    "state": lambda book, wanted: view.state(book),
    "summary": lambda book, wanted: view.summary(book),
    "book": _book,
    "faults": _faults,
}


def routes() -> list[Route]:
    """All routes of the control API."""
    return [
        *(_route(path, "POST", _plain(act)) for path, act in ACTS.items()),
        *(_route(path, "GET", _plain(look)) for path, look in LOOKS.items()),
        _route("faults", "DELETE", _plain(_no_faults)),
        _route("book", "DELETE", _plain(_clear_book)),
        _route("press", "POST", people.press),
        _route("wait", "POST", _wait),
        _route("events", "GET", _events),
        Route("/control/chat/{chat}", _chat),
        Route("/control/file/{file_id}", _file),
    ]
