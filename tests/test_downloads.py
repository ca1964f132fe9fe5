"""Files that people send are fetched only while they are small, whatever is claimed of their size."""

from __future__ import annotations

import base64
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from telegram.error import BadRequest

from standin.profile import DOWNLOAD_LIMIT
from tests.town import Community, Town
from transport.request import AiohttpRequest, Unsure

TOO_MUCH = DOWNLOAD_LIMIT + 1
CASES: dict[str, dict[str, Any]] = {
    "its size is told": {"size": TOO_MUCH},
    "its size is left out": {"size": TOO_MUCH, "unsized": True},
    "its size is untrue": {"size": 1000, "base64": base64.b64encode(bytes(TOO_MUCH)).decode()},
}


@pytest.mark.filterwarnings("ignore:Sending a large body")  # it is the person's side that does
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("asked", "words"), [("导入楼栋", "文件太大"), ("用表格导入", "超过 20 MB")])
async def test_a_list_too_big_is_said_to_be(
    town: Town, office: Community, case: str, asked: str, words: str
) -> None:
    admin = town.admin
    await admin.says("/start")
    if asked != "导入楼栋":
        await admin.presses("上级和单位")
    await admin.presses(asked)
    await admin.sends(document={"name": "名单.csv", **CASES[case]})
    assert words in await admin.last()
    assert town.rows("select state, attempts from inbox where state <> 'done' or attempts > 0") == []
    small = {"name": "名单.csv", "unsized": True, "base64": base64.b64encode("名单".encode()).decode()}
    await admin.sends(document=small)
    assert words not in await admin.last()


@pytest.fixture
async def endless() -> AsyncIterator[tuple[str, list[int]]]:
    """A server whose answers do not end; and how many bytes it came to send."""
    sent = [0]

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while sent[0] < 10 * TOO_MUCH:
            await response.write(bytes(1 << 20))
            sent[0] += 1 << 20
        return response

    async def bomb(request: web.Request) -> web.Response:
        packed = gzip.compress(bytes(10 * TOO_MUCH), 1)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    application = web.Application()
    application.router.add_route("*", "/endless", answer)
    application.router.add_route("*", "/bomb", bomb)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", sent
    await runner.cleanup()


@pytest.mark.parametrize(("method", "error"), [("GET", BadRequest), ("POST", Unsure)])
@pytest.mark.parametrize("page", ["endless", "bomb"])
async def test_an_answer_without_end_is_left(
    endless: tuple[str, list[int]], page: str, method: str, error: type[Exception]
) -> None:
    url, sent = endless
    async with AiohttpRequest(direct=True) as request:
        with pytest.raises(error):
            await request.exchange(method, f"{url}/{page}")
    assert sent[0] < 3 * TOO_MUCH
