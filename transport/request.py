"""HTTP to Telegram over aiohttp, with errors that say whether the call may have had its effect.

No URL is ever logged or put into an error: it carries the bot's token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import msgspec
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from transport import wire

KEEP_ALIVE: Final = 15.0  # under the server's own, so that a closing connection is not picked for a send
BIGGEST_ANSWER: Final = 20 * 1024 * 1024  # as much as Telegram lets a bot fetch
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Body = bytes | aiohttp.FormData | None

_REFUSALS: Final[dict[int, Callable[[str], TelegramError]]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
    413: BadRequest,
}


class NotSent(NetworkError):
    """Nothing reached Telegram: it is safe to try again."""


class Unsure(NetworkError):
    """No readable answer came back: the call may or may not have had its effect."""


class TooMany(TelegramError):
    """429: refused without effect, welcome again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Flood control exceeded. Retry in {seconds:g} seconds")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """The library's door to HTTP over one aiohttp session; `exchange` is that door without the library."""

    __slots__ = ("_connect_timeout", "_direct", "_most_connections", "_read_timeout", "_session")

    def __init__(
        self,
        *,
        most_connections: int = 64,
        connect_timeout: float = 5.0,
        read_timeout: float = 20.0,
        direct: bool = False,
    ) -> None:
        """`direct` ignores the proxies of the environment, as for a server on this machine."""
        self._most_connections = most_connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._direct = direct
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; once open, it stays."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._most_connections, keepalive_timeout=KEEP_ALIVE),
                trust_env=not self._direct,
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def renew(self) -> None:
        """Replace the session: connections that went bad go with it."""
        await self.shutdown()
        await self.initialize()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call of the library; `write_timeout` is part of the reading time here."""
        status, content = await self.exchange(
            method,
            url,
            body=_form(request_data) if request_data else None,
            connect_timeout=_chosen(connect_timeout, self._connect_timeout),
            read_timeout=_chosen(read_timeout, self._read_timeout),
        )
        if not 200 <= status < 300:
            raise_refusal(status, content, known_only=True)
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as a dict; the library's own version logs the whole text of one it cannot read."""
        return read_answer(payload)

    async def exchange(
        self,
        method: str,
        url: str,
        *,
        body: Body = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
    ) -> tuple[int, bytes]:
        """Status and body of the answer; `NotSent` or `Unsure` when there is none.

        A file without end is a `BadRequest`, as Telegram itself refuses one that is too big.
        """
        if self._session is None:
            raise NotSent("the connection is closed")
        reading = self._read_timeout if read_timeout is None else read_timeout
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=self._connect_timeout if connect_timeout is None else connect_timeout,
            sock_connect=self._connect_timeout if connect_timeout is None else connect_timeout,
            sock_read=reading,
        )
        headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else None
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                content = await _read(answer)
        except (
            aiohttp.ClientConnectorError,  # name not found, refused, TLS not agreed
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientHttpProxyError,  # the proxy did not let us through
            aiohttp.InvalidURL,
        ) as error:
            raise NotSent(type(error).__name__) from None  # the text of some of these holds the URL
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(type(error).__name__) from None
        if content is not None:
            return answer.status, content
        raise BadRequest("file is too big") if method == "GET" else Unsure("an answer without end")


async def _read(answer: aiohttp.ClientResponse) -> bytes | None:
    """The whole body; None when it is too big, whatever size it claimed: then it is not read to its end."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > BIGGEST_ANSWER:
            answer.close()
            return None
    return bytes(body)


class Line:
    """Calls of the Bot API by name, with plain values: `await line.call("sendMessage", {...})`."""

    def __init__(self, request: AiohttpRequest, base_url: str, token: str) -> None:
        self.request = request
        self._address = f"{base_url}{token}"

    async def call(
        self,
        method: str,
        values: dict[str, Any],
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        read_timeout: float | None = None,
    ) -> Any:
        """The `result` of the answer. `files` are uploads, by field: (name, content).

        Raises `NotSent`, `Unsure`, `TooMany` and the library's `BadRequest`, `Forbidden`, `ChatMigrated`,
        `InvalidToken`, `Conflict`.
        """
        body: Body = msgspec.json.encode(values)
        if files:
            body = aiohttp.FormData(quote_fields=False)
            for name, value in values.items():
                plain = value if isinstance(value, str) else msgspec.json.encode(value).decode()
                body.add_field(name, plain)
            for name, (filename, content) in files.items():
                body.add_field(name, content, filename=filename, content_type="application/octet-stream")
        status, content = await self.request.exchange(
            "POST", f"{self._address}/{method}", body=body, read_timeout=read_timeout
        )
        if not 200 <= status < 300:
            raise_refusal(status, content)
        answer = read_answer(content)
        if "result" not in answer:
            raise Unsure("an answer without a result")
        return answer["result"]


def read_answer(content: bytes) -> dict[str, Any]:
    """The JSON object in an answer; `Unsure` when it is none (a proxy's page, half a body)."""
    try:
        answer = wire.decode(content)
    except msgspec.DecodeError:
        raise Unsure("an answer that is not JSON") from None
    if not isinstance(answer, dict):
        raise Unsure("an answer that is no object")
    return answer


def raise_refusal(status: int, content: bytes, *, known_only: bool = False) -> None:
    """Raise what an answer outside 200-299 means. With `known_only` the rest is left to the library.

    A refusal counts only in Telegram's own words (JSON): the 403 of a proxy must not mark a resident as gone.
    """
    try:
        answer = read_answer(content)
    except Unsure:
        raise Unsure(f"HTTP {status} without Telegram's words") from None
    if status >= 500:
        raise Unsure(f"HTTP {status}")
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if status == 429:
        raise TooMany(float(parameters.get("retry_after") or 1))
    if known_only:
        return
    if isinstance(moved := parameters.get("migrate_to_chat_id"), int):
        raise ChatMigrated(moved)
    description = str(answer.get("description") or f"HTTP {status}")
    raise _REFUSALS.get(status, NetworkError)(description)


def is_local(url: str) -> bool:
    """Whether a server on this machine is meant: no proxy stands before it."""
    return (urlsplit(url).hostname or "") in LOOPBACK


def _chosen(asked: ODVInput[float], otherwise: float) -> float | None:
    """The time limit that a caller of the library asked for; None there means no limit."""
    if asked is BaseRequest.DEFAULT_NONE:
        return otherwise
    return 0 if asked is None else float(asked)  # type: ignore[arg-type]  # DefaultValue is gone by now


def _form(data: RequestData) -> Body:
    if not data.contains_files:
        return data.json_payload
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
