"""Webhook delivery: updates are posted until the bot answers 2xx, in order within a chat."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import msgspec

from standin import methods
from standin.book import Book, Bot
from standin.updates import Webhook

Json = dict[str, Any]

FIRST_WAIT = 0.1  # Telegram waits longer between attempts; tests should not have to
LONGEST_WAIT = 3.0
TIMEOUT = aiohttp.ClientTimeout(total=60)


class Courier:
    """Posts the updates of every bot that has a webhook."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._busy: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=TIMEOUT) as session:
            try:
                while True:
                    for bot in list(self._book.bots.values()):
                        self._launch(session, bot)
                    await self._book.journal.changed.wait(1.0)
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def _launch(self, session: aiohttp.ClientSession, bot: Bot) -> None:
        queue = bot.queue
        while queue.webhook and queue.ready and self._busy.get(bot.id, 0) < queue.webhook.max_connections:
            lane = queue.ready.popleft()
            self._busy[bot.id] = self._busy.get(bot.id, 0) + 1
            task = asyncio.create_task(self._deliver(session, bot, queue.webhook, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, session: aiohttp.ClientSession, bot: Bot, hook: Webhook, lane: str) -> None:
        queue = bot.queue
        try:
            await self._empty(session, bot, hook, lane)
        finally:
            self._busy[bot.id] -= 1
            if queue.webhook is hook and not queue.lanes.get(lane):
                queue.lanes.pop(lane, None)
            self._book.journal.changed.fire()

    async def _empty(self, session: aiohttp.ClientSession, bot: Bot, hook: Webhook, lane: str) -> None:
        queue = bot.queue
        wait = FIRST_WAIT
        while queue.webhook is hook and (ids := queue.lanes.get(lane)):
            update = queue.pending.get(ids[0])
            if update is None:
                ids.popleft()
                continue
            if not await self._post(session, bot, hook, update):
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            self._book.confirm(bot, queue.confirm(update["update_id"]))
            if ids and ids[0] == update["update_id"]:
                ids.popleft()
            while queue.again:
                await self._post(session, bot, hook, queue.again.pop())

    async def _post(self, session: aiohttp.ClientSession, bot: Bot, hook: Webhook, update: Json) -> bool:
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        ids = [update["update_id"]]
        self._book.journal.add("given", self._book.now(), bot=bot.id, update_ids=ids, by="webhook")
        try:
            async with session.post(hook.url, data=msgspec.json.encode(update), headers=headers) as answer:
                body = await answer.read()
                if answer.status // 100 == 2:
                    await self._reply(bot, body)
                    return True
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            problem = "Connection failed"
        hook.last_error = problem
        hook.last_error_date = int(self._book.now())
        return False

    async def _reply(self, bot: Bot, body: bytes) -> None:
        """A method call may stand in the answer to the webhook."""
        if not body.startswith(b"{"):
            return
        try:
            params = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return
        if isinstance(params, dict) and isinstance(name := params.pop("method", None), str):
            await methods.answer(self._book, bot.token, name, params, {})
