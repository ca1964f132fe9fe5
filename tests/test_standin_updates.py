"""The stand-in's updates: kept until confirmed, one poller at a time, webhooks with secret and redelivery."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import standin
from standin.driver import Driver

TOKEN = f"700001:{'a' * 35}"
BOT, WANG, LI = 700001, 11, 12


async def cast(drive: Driver) -> None:
    await drive.act("users", id=WANG, first_name="王")
    await drive.act("users", id=LI, first_name="李")
    await drive.act("bots", token=TOKEN)


@pytest.fixture
async def drive() -> AsyncIterator[Driver]:
    async with standin.serve() as running, Driver(running.url) as driver:
        await cast(driver)
        yield driver


async def poll(drive: Driver, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await drive.result(TOKEN, "getUpdates", **params)
    return found


async def test_updates_come_again_until_confirmed(drive: Driver) -> None:
    sends = [{"from": WANG, "chat": BOT, "text": f"第{n}条"} for n in range(5)]
    first, last = (await drive.act("updates/bulk", sends=sends))["update_ids"][str(BOT)]
    assert last == first + 4
    assert [update["update_id"] for update in await poll(drive)] == list(range(first, last + 1))
    assert len(await poll(drive)) == 5
    assert [update["update_id"] for update in await poll(drive, limit=2)] == [first, first + 1]
    assert [update["update_id"] for update in await poll(drive, offset=first + 2)] == [
        first + 2,
        first + 3,
        last,
    ]
    assert len(await poll(drive)) == 3
    assert [update["update_id"] for update in await poll(drive, offset=-1)] == [last]
    assert await poll(drive, offset=last + 1) == []
    entries = (await drive.look("book", kind="confirmed"))["entries"]
    assert sorted(i for entry in entries for i in entry["update_ids"]) == list(range(first, last + 1))


async def test_long_poll_waits(drive: Driver) -> None:
    waiting = asyncio.create_task(poll(drive, timeout=10))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await drive.say(WANG, BOT, "在吗")
    (update,) = await asyncio.wait_for(waiting, 2)
    assert update["message"]["text"] == "在吗"


async def test_the_older_poll_is_ended(drive: Driver) -> None:
    older = asyncio.create_task(drive.call(TOKEN, "getUpdates", timeout=10))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(drive.call(TOKEN, "getUpdates", timeout=1))
    answer = await asyncio.wait_for(older, 2)
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    assert (await newer)["ok"]


async def test_kinds_that_were_not_asked_for_do_not_come(drive: Driver) -> None:
    await poll(drive, allowed_updates=["message", "message_reaction"])
    sent = await drive.say(WANG, BOT, "一")
    edited = await drive.act("edit", from_=WANG, chat=BOT, message_id=sent["message_id"], text="二")
    assert edited["update_ids"] == {}
    reacted = await drive.act("react", from_=WANG, chat=BOT, message_id=sent["message_id"], emoji="👍")
    assert len(reacted["update_ids"][str(BOT)]) == 1


@dataclass
class Hook:
    """A bot's webhook end that fails as told."""

    failures: int = 0
    got: list[tuple[str, int, str]] = field(default_factory=list)
    busy: int = 0
    most: int = 0

    async def take(self, request: web.Request) -> web.Response:
        self.busy += 1
        self.most = max(self.most, self.busy)
        update = await request.json()
        await asyncio.sleep(0.02)
        self.busy -= 1
        if self.failures > 0:
            self.failures -= 1
            return web.Response(status=500)
        message = update["message"]
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.got.append((secret, message["chat"]["id"], message["text"]))
        if message["text"] == "回我":
            return web.json_response(
                {"method": "sendMessage", "chat_id": message["chat"]["id"], "text": "好"}
            )
        return web.Response()


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    end = Hook()
    app = web.Application()
    app.router.add_post("/hook", end.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield end, f"http://127.0.0.1:{port}/hook"
    await runner.cleanup()


async def test_webhook_delivers_in_order_until_it_succeeds(drive: Driver, hook: tuple[Hook, str]) -> None:
    end, url = hook
    end.failures = 3
    await drive.say(WANG, BOT, "早先的")
    await drive.result(TOKEN, "setWebhook", url=url, secret_token="s-1", max_connections=4)
    answer = await drive.call(TOKEN, "getUpdates")
    assert answer["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    sends = [{"from": who, "chat": BOT, "text": str(n)} for n in range(8) for who in (WANG, LI)]
    await drive.act("updates/bulk", sends=sends)
    await drive.act("wait", idle=BOT, timeout=10)
    assert {secret for secret, _, _ in end.got} == {"s-1"}
    assert [text for _, chat, text in end.got if chat == LI] == [str(n) for n in range(8)]
    assert [text for _, chat, text in end.got if chat == WANG] == ["早先的", *(str(n) for n in range(8))]
    assert 2 <= end.most <= 4
    info = await drive.result(TOKEN, "getWebhookInfo")
    assert info["pending_update_count"] == 0
    assert info["last_error_message"].startswith("Wrong response from the webhook: 500")


async def test_a_method_in_the_webhooks_answer(drive: Driver, hook: tuple[Hook, str]) -> None:
    await drive.result(TOKEN, "setWebhook", url=hook[1])
    await drive.say(WANG, BOT, "回我")
    found = await drive.act("wait", chat=BOT, as_=WANG, contains="好")
    assert found["message"]["from"]["id"] == BOT


async def test_back_to_polling(drive: Driver, hook: tuple[Hook, str]) -> None:
    hook[0].failures = 10**6
    await drive.result(TOKEN, "setWebhook", url=hook[1])
    await drive.say(WANG, BOT, "一")
    await asyncio.sleep(0.2)
    await drive.result(TOKEN, "deleteWebhook")
    assert [update["message"]["text"] for update in await poll(drive)] == ["一"]
    await drive.result(TOKEN, "deleteWebhook", drop_pending_updates=True)
    assert await poll(drive) == []


async def test_state_survives_a_restart(tmp_path: Path) -> None:
    async with standin.serve(data=tmp_path) as running, Driver(running.url) as drive:
        await cast(drive)
        group = (await drive.act("groups", title="群", members=[WANG], bots=[BOT]))["id"]
        sent = await drive.act("send", from_=WANG, chat=BOT, photo="lamp", caption="灯")
    async with standin.serve(data=tmp_path) as running, Driver(running.url) as drive:
        updates = await poll(drive)
        assert updates[-1]["update_id"] == sent["update_ids"][str(BOT)][0]
        photo = updates[-1]["message"]["photo"][-1]
        path = (await drive.result(TOKEN, "getFile", file_id=photo["file_id"]))["file_path"]
        async with drive.session.get(f"{running.url}/file/bot{TOKEN}/{path}") as answer:
            assert len(await answer.read()) == photo["file_size"]
        state = await drive.look("state")
        assert [known["id"] for known in state["groups"]] == [group]
        assert (await drive.say(WANG, BOT, "又来了"))["message_id"] == sent["message_id"] + 1


async def test_the_command_line_prints_its_address_and_ends_on_a_signal(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "standin", "--port", "0", "--data", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(standin.__file__).parents[1],
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 20)
    url = json.loads(line)["url"]
    assert url.startswith("http://127.0.0.1:")
    async with Driver(url) as drive:
        await cast(drive)
        waiting = asyncio.create_task(drive.call(TOKEN, "getUpdates", timeout=50))
        await asyncio.sleep(0.2)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (await waiting)["ok"]
    assert (tmp_path / "book.json").exists()
