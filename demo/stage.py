"""The stand-in seen from outside: its control API and its Bot API over plain HTTP."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import aiohttp

Json = dict[str, Any]


class StageError(Exception):
    """The stand-in said no."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status


class Stage:
    """One session with the stand-in at `url`, as people (`act`, `look`) and as the bot (`call`)."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Stage:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def act(self, path: str, **body: Any) -> Json:
        """POST /control/PATH; a trailing underscore is taken off names (`from_=11`)."""
        wanted = {name.rstrip("_"): value for name, value in body.items()}
        return await self._ask("POST", f"control/{path}", json=wanted)

    async def look(self, path: str, **query: Any) -> Json:
        """GET /control/PATH."""
        wanted = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self._ask("GET", f"control/{path}", params=wanted)

    async def call(self, method: str, **values: Any) -> Any:
        """One call of the Bot API; its result."""
        answer = await self._ask("POST", f"bot{self._token}/{method}", json=values)
        return answer["result"]

    async def _ask(self, verb: str, path: str, **more: Any) -> Json:
        assert self._session is not None  # noqa: S101 - used inside `async with`
        async with self._session.request(verb, f"{self.url}/{path}", **more) as answer:
            body: Json = await answer.json()
        if answer.status != 200:
            raise StageError(answer.status, str(body.get("error") or body.get("description")))
        return body
