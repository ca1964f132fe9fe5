"""The webhook: 200 is answered after the update is on the disk, never before.

Requests that arrive together share one commit. Whoever does not know the secret is turned away before a byte
of the body is looked at.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import BadRequest, TelegramError

from config import Settings
from domain.errors import SettingsError, StoreUnavailable
from storage import inbox
from storage.inbox import InboxRow
from storage.store import Store, Tx
from transport import patience, wire
from transport.clock import Now, now_ms
from transport.listening import Quiet, bind
from transport.poll import PAUSES, Arrived
from transport.request import Line
from transport.updates import WANTED, keepable

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 1_000_000
SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  # the header's name, not a secret
RETRY_AFTER: Final = {"Retry-After": "5"}
MOST_CONNECTIONS: Final = 40


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts the updates of one bot. `bot` is Telegram's id of it, `number` ours."""

    line: Line
    bot: int
    number: int = 0
    name: str = ""

    def address(self, url: str) -> str:
        return f"{url.rstrip('/')}/{self.name}" if self.name else url

    def secret(self, common: bytes) -> bytes:
        """The first bot's is the one of the settings; each other has its own, made from it and its name."""
        if not self.name:
            return common
        return hmac.new(common, self.name.encode(), hashlib.sha256).hexdigest().encode()


class Webhook:
    """A server on `settings.webhook_listen` that keeps what Telegram posts. `arrived` is told of new rows."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        line: Line,
        bot: int,
        arrived: Arrived,
        *,
        now: Now = now_ms,
        pauses: tuple[float, ...] = PAUSES,
        hooks: Sequence[Hook] = (),
    ) -> None:
        """With several bots `hooks` names all of them."""
        self._settings = settings
        self._store = store
        self._hooks = tuple(hooks) or (Hook(line, bot),)
        self._arrived = arrived
        self._now = now
        self._pauses = pauses
        self._secret = settings.webhook_secret.get_secret_value().encode()
        self._server: uvicorn.Server | None = None
        self.port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def app(self) -> Starlette:
        routes = [Route("/health", self._health, methods=["GET"])]
        for hook in self._hooks:
            path = urlsplit(hook.address(self._settings.webhook_url)).path or "/"
            routes.append(Route(path, partial(self._take, hook, hook.secret(self._secret)), methods=["POST"]))
        return Starlette(routes=routes)

    async def run(self) -> None:
        """Listen, tell Telegram the address, serve until cancelled."""
        host, port = self._settings.listen
        listening = bind(host, port, "WEBHOOK_LISTEN")
        self.port.set_result(listening.getsockname()[1])
        config = uvicorn.Config(
            self.app,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = Quiet(config)
        serving = asyncio.create_task(self._server.serve(sockets=[listening]), name="webhook server")
        try:
            async with asyncio.TaskGroup() as group:
                for hook in self._hooks:
                    group.create_task(self._introduce(hook))
            await serving
            raise RuntimeError("the webhook server ended by itself")
        finally:
            self._server.should_exit = True
            await asyncio.wait({serving}, timeout=3)
            serving.cancel()
            listening.close()

    async def _introduce(self, hook: Hook) -> None:
        """Tell Telegram where to post; patient with the network, not with a wrong address."""
        values: dict[str, Any] = {
            "url": hook.address(self._settings.webhook_url),
            "secret_token": hook.secret(self._secret).decode(),
            "allowed_updates": WANTED,
            "max_connections": MOST_CONNECTIONS,
        }
        failures = 0
        while True:
            try:
                await hook.line.call("setWebhook", values)
            except BadRequest as error:
                raise SettingsError("WEBHOOK_URL", f"Telegram refuses it: {error}") from None
            except TelegramError as error:
                failures += 1
                log.warning("setWebhook failed (%s); trying again", type(error).__name__)
                await asyncio.sleep(patience.pause_after(failures, self._pauses))
            else:
                log.info("Telegram posts updates to the webhook")
                return

    async def _take(self, hook: Hook, secret: bytes, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, secret):
            return Response(status_code=403)
        content = await _content(request)
        if content is None:
            return Response(status_code=413)
        try:
            update = wire.decode(content)
        except msgspec.DecodeError:
            return Response(status_code=400)
        kept = keepable([update])
        if not kept:
            return Response()  # logged; refusing it would only bring it back again and again

        async def keep(tx: Tx) -> list[InboxRow]:
            return await inbox.take_in(tx, hook.bot, kept, self._now(), hook.number)

        try:
            self._arrived(await self._store.write(keep))
        except StoreUnavailable as error:
            log.error("the store does not take an update (%s); Telegram is asked to repeat it", error.problem)
            return Response(status_code=503, headers=RETRY_AFTER)
        return Response()

    async def _health(self, request: Request) -> Response:
        try:
            found = await self._store.read(lambda tx: tx.one("inbox.backlog"))
        except StoreUnavailable:
            return JSONResponse({"ok": False, "store": "unavailable"}, status_code=503)
        return JSONResponse({"ok": True, "waiting": found["waiting"] if found else 0})


async def _content(request: Request) -> bytes | None:
    """The body, or None as soon as it proves too large."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return None
    content = bytearray()
    with contextlib.suppress(ClientDisconnect):
        async for piece in request.stream():
            content += piece
            if len(content) > LARGEST_BODY:
                return None
    return bytes(content)
