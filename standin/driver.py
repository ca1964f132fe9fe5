"""A thin client for tests and harnesses: the control API and raw calls of the Bot API over real HTTP."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import aiohttp

Json = dict[str, Any]


class ControlError(Exception):
    """The control API said no."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status


class Driver:
    """Acts as people and, if need be, as a bot: `async with Driver(url) as drive`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Driver:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            raise RuntimeError("use `async with Driver(url)`")
        return self._session

    async def act(self, path: str, **body: Any) -> Json:
        """POST /control/PATH; a trailing underscore is taken off names (`from_=11`)."""
        wanted = {name.rstrip("_"): value for name, value in body.items()}
        async with self.session.post(f"{self.url}/control/{path}", json=wanted) as answer:
            return await self._read(answer)

    async def look(self, path: str, **query: Any) -> Json:
        """GET /control/PATH."""
        wanted = {name.rstrip("_"): str(value) for name, value in query.items()}
        async with self.session.get(f"{self.url}/control/{path}", params=wanted) as answer:
            return await self._read(answer)

    async def erase(self, path: str) -> Json:
        """DELETE /control/PATH."""
        async with self.session.delete(f"{self.url}/control/{path}") as answer:
            return await self._read(answer)

    async def _read(self, answer: aiohttp.ClientResponse) -> Json:
        body: Json = await answer.json()
        if answer.status != 200:
            raise ControlError(answer.status, str(body.get("error")))
        return body

    async def say(self, who: int, chat: int, text: str, **more: Any) -> Json:
        """A person writes a text."""
        return await self.act("send", from_=who, chat=chat, text=text, **more)

    async def call(self, token: str, method: str, **params: Any) -> Json:
        """One call of the Bot API with a JSON body; gives the whole answer, refused or not."""
        async with self.session.post(f"{self.url}/bot{token}/{method}", json=params) as answer:
            body: Json = await answer.json()
            return body

    async def result(self, token: str, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self.call(token, method, **params)
        if not body["ok"]:
            raise RuntimeError(f"{method}: {body['description']}")
        return body["result"]
