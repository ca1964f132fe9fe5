"""The stand-in's page: a person writes, sees the bot's answer and presses its button, in a real browser."""

from __future__ import annotations

import asyncio
import shutil

import pytest

import standin
from standin.driver import Driver

TOKEN = f"700001:{'a' * 35}"
BOT, WANG, ZHANG = 700001, 11, 21
CHROMIUM = shutil.which("chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


async def answer_everything(drive: Driver) -> None:
    """A tiny bot: repeats what it hears, with a button; answers presses with a toast."""
    offset = 0
    while True:
        for update in await drive.result(TOKEN, "getUpdates", offset=offset, timeout=10):
            offset = update["update_id"] + 1
            if query := update.get("callback_query"):
                params = {"callback_query_id": query["id"], "text": "按到了"}
                await drive.call(TOKEN, "answerCallbackQuery", **params)
            elif "text" in (message := update.get("message", {})):
                markup = {"inline_keyboard": [[{"text": "撤回", "callback_data": "x"}]]}
                text = f"<b>收到</b>：{message['text']}"
                params = {"chat_id": message["chat"]["id"], "text": text, "parse_mode": "HTML"}
                await drive.call(TOKEN, "sendMessage", **params, reply_markup=markup)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
async def test_both_sides_in_a_browser() -> None:
    from playwright.async_api import async_playwright, expect

    async with standin.serve() as running, Driver(running.url) as drive, async_playwright() as playwright:
        await drive.act("users", id=WANG, first_name="王")
        await drive.act("users", id=ZHANG, first_name="张")
        await drive.act("bots", token=TOKEN, first_name="桥", can_read_all_group_messages=True)
        group = (await drive.act("groups", title="工作群", members=[ZHANG], bots=[BOT]))["id"]
        bot = asyncio.create_task(answer_everything(drive))
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS.split())
        page = await browser.new_page(viewport={"width": 1200, "height": 800})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        await page.goto(running.url)
        left, right = page.locator("#left"), page.locator("#right")
        await left.locator(".start").click()
        await expect(left.locator(".bubble", has_text="收到：/start")).to_be_visible()
        await left.locator("textarea").fill("路灯不亮")
        await left.locator("textarea").press("Enter")
        reply = left.locator(".row", has_text="收到：路灯不亮")
        await expect(reply.locator("b", has_text="收到")).to_be_visible()
        await reply.locator(".inline button").click()
        await expect(left.locator(".toast")).to_have_text("按到了")
        await drive.say(ZHANG, group, "大家好")
        await expect(right.locator(".row.out .text", has_text="大家好")).to_be_visible()
        await expect(right.locator(".row:not(.out) .text", has_text="收到：大家好")).to_be_visible()
        await left.locator(".bar .icon").first.click()
        await left.locator(".sheet button", has_text="垃圾").click()
        await expect(left.locator(".row.out img.picture")).to_be_visible()
        assert problems == []
        await browser.close()
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
