"""The HTTP server: the Bot API, files, the control API and the page, on loopback only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from standin import control, forms, methods
from standin.book import Book
from standin.courier import Courier
from standin.refuse import Refusal
from standin.store import Store

PAGE = Path(__file__).parent / "page"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
SAVE_EVERY = 3.0  # seconds
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol that remembers its connections, so that a fault can break one."""

    by_peer: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Remember the connection by the peer's address."""
        super().connection_made(transport)
        self._peer = transport.get_extra_info("peername")
        self.by_peer[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.by_peer.pop(self._peer, None)
        super().connection_lost(exc)


class Dropped(Response):
    """Breaks the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort, then let the loop tell uvicorn that the peer is gone."""
        transport = Protocol.by_peer.get(tuple(scope.get("client") or ()))
        if transport is not None:
            transport.abort()
            await asyncio.sleep(0.01)


class OnlyLoopback:
    """Refuses requests of foreign pages: by Host (DNS rebinding) and by Origin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from here."""
        if scope["type"] == "http" and not _own(scope):
            await control.reply({"error": "only from this machine"}, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _own(scope: Scope) -> bool:
    host = origin = ""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value.decode("latin-1")
        elif name == b"origin":
            origin = value.decode("latin-1")
    if (urlsplit(f"//{host}").hostname or "") not in LOOPBACK:
        return False
    return not origin or origin == f"http://{host}"


async def _bot_api(request: Request) -> Response:
    try:
        params, files = await forms.read(request)
    except Refusal as refusal:
        return control.reply(refusal.body(), refusal.code)
    path = request.path_params
    answer = await methods.answer(request.app.state.book, path["token"], path["method"], params, files)
    if answer.drop:
        return Dropped()
    if isinstance(answer.body, bytes):
        return Response(answer.body, answer.status, media_type="text/html")
    headers = {"Retry-After": str(answer.body["parameters"]["retry_after"])} if answer.status == 429 else None
    body = msgspec.json.encode(answer.body)
    return Response(body, answer.status, headers, media_type="application/json")


async def _no_method(request: Request) -> Response:
    return control.reply({"ok": False, "error_code": 404, "description": "Not Found"}, 404)


async def _download(request: Request) -> Response:
    book: Book = request.app.state.book
    bot = book.bot_by_token(request.path_params["token"])
    file = book.paths.get(request.path_params["path"])
    if bot is None or file is None:
        return control.reply({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
    return Response(file.data, media_type="application/octet-stream")


async def _page(request: Request) -> Response:
    name = request.path_params.get("name", "index.html")
    path = PAGE / name
    if path.parent != PAGE or not path.is_file():
        return Response("not found", 404)
    headers = {"Cache-Control": "no-store"}
    return FileResponse(path, headers=headers, media_type=_TYPES.get(path.suffix))


async def _no_icon(request: Request) -> Response:
    return Response(status_code=204)


def create_app(book: Book, store: Store | None = None) -> Starlette:
    """The application around a book; webhooks are delivered while it runs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(Courier(book).run())]
            if store is not None:
                tasks.append(group.create_task(_keep_saving(book, store)))
            yield
            for task in tasks:
                task.cancel()
        if store is not None:
            store.save(book)

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", _bot_api, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", _download),
            *control.routes(),
            Route("/", _page),
            Route("/page/{name}", _page),
            Route("/favicon.ico", _no_icon),
            Route("/{rest:path}", _no_method, methods=["GET", "POST"]),
        ],
        lifespan=lifespan,
    )
    app.add_middleware(OnlyLoopback)
    app.state.book = book
    return app


async def _keep_saving(book: Book, store: Store) -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY)
        store.save(book)


@dataclass(frozen=True)
class Running:
    """A stand-in that listens."""

    url: str
    book: Book
    server: uvicorn.Server

    def stop(self) -> None:
        """Ask it to end."""
        self.server.should_exit = True


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start and say so."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Take none."""
        yield


@contextlib.asynccontextmanager
async def serve(
    port: int = 0, data: Path | None = None, tokens: frozenset[str] = frozenset()
) -> AsyncIterator[Running]:
    """Run a stand-in in this event loop until the block ends."""
    book = Book(tokens)
    store = Store(data) if data is not None else None
    if store is not None:
        store.load(book)
    # asyncio sets TCP_NODELAY only where the protocol is named; without it every answer takes 40 ms
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        create_app(book, store),
        http=Protocol,
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.listening.wait()
        if not server.started:
            raise RuntimeError("the stand-in could not start")
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", book, server)
    finally:
        book.closing = True
        book.journal.changed.fire()
        for bot in book.bots.values():
            bot.queue.closed = True
            bot.queue.wake.fire()
        server.should_exit = True
        await task
        listener.close()
