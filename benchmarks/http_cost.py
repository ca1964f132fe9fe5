"""CPU of one sendMessage: this bot's own door to Telegram against the library's default one.

Run from the project's folder: `python -m benchmarks.http_cost [calls]`. The stand-in is a process of its own;
each door is a process of its own too and makes its calls one after the other over a connection that stays
open, the doors in turn, medians of three. "request": nothing but the HTTP call and the JSON of the answer
(`Line.call` against `HTTPXRequest.post`). "bot": what a program calls (`Line.call` again against
`Bot.send_message`, which also makes objects of the answer).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from telegram import Bot
from telegram._utils.types import JSONDict
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from transport.request import AiohttpRequest, Line

BOT, RESIDENT = 700001, 5_000_000
TOKEN = f"{BOT}:AAtestAAtestAAtestAAtestAAtestAAtest"
TEXT = "✅ <b>已登记</b>　编号 <code>261122-007</code>\n类别：电梯\n地点：5号楼2单元"
MARKUP = {
    "inline_keyboard": [[{"text": words, "callback_data": words} for words in ("改类别", "补充", "撤回")]]
}
VALUES: JSONDict = {"chat_id": RESIDENT, "text": TEXT, "parse_mode": "HTML", "reply_markup": MARKUP}
ROUNDS = 3

Call = Callable[[], Awaitable[Any]]


async def timed(call: Call, calls: int) -> float:
    """CPU milliseconds of this process a call."""
    for _ in range(20):
        await call()
    used = time.process_time()
    for _ in range(calls):
        await call()
    return (time.process_time() - used) / calls * 1000


async def ours(url: str, calls: int) -> float:
    async with AiohttpRequest(direct=True) as request:
        line = Line(request, f"{url}/bot", TOKEN)
        return await timed(lambda: line.call("sendMessage", VALUES), calls)


async def library_request(url: str, calls: int) -> float:
    async with HTTPXRequest(httpx_kwargs={"trust_env": False}) as request:

        def call() -> Awaitable[Any]:
            data = RequestData([RequestParameter.from_input(key, value) for key, value in VALUES.items()])
            return request.post(f"{url}/bot{TOKEN}/sendMessage", request_data=data)

        return await timed(call, calls)


async def library_bot(url: str, calls: int) -> float:
    async with Bot(
        TOKEN, base_url=f"{url}/bot", request=HTTPXRequest(httpx_kwargs={"trust_env": False})
    ) as bot:
        return await timed(lambda: bot.send_message(**VALUES), calls)


DOORS = {"ours": ours, "library request": library_request, "library bot": library_bot}


async def _resident(url: str) -> None:
    """Somebody who may be written to."""
    async with aiohttp.ClientSession(url) as session:
        for path, values in (
            ("bots", {"token": TOKEN}),
            ("users", {"id": RESIDENT, "first_name": "居民"}),
            ("updates/bulk", {"sends": [{"from": RESIDENT, "chat": BOT, "text": "/start"}]}),
        ):
            async with session.post(f"/control/{path}", json=values) as answer:
                answer.raise_for_status()


async def compare(calls: int) -> dict[str, float]:
    """The median of each door."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "standin", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    found: dict[str, list[float]] = {name: [] for name in DOORS}
    try:
        assert server.stdout is not None
        url = json.loads(await server.stdout.readline())["url"]
        await _resident(url)
        for _ in range(ROUNDS):
            for name in DOORS:
                command = [sys.executable, "-m", "benchmarks.http_cost", str(calls), name, url]
                said = await asyncio.to_thread(subprocess.check_output, command, text=True)
                found[name].append(float(said))
    finally:
        server.terminate()
        await server.wait()
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    if len(sys.argv) > 3:
        print(asyncio.run(DOORS[sys.argv[2]](sys.argv[3], calls)))
        return
    for name, cost in asyncio.run(compare(calls)).items():
        print(f"{name} {cost:.3f}")


if __name__ == "__main__":
    main()
