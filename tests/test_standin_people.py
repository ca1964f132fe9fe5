"""The people's side of the stand-in: what they do reaches bots as Telegram would tell it, and nobody else."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

import standin
from standin.driver import ControlError, Driver

TOKEN = f"700001:{'a' * 35}"
BOT, WANG, LI, ZHANG = 700001, 11, 12, 21


@pytest.fixture
async def drive() -> AsyncIterator[Driver]:
    async with standin.serve() as running, Driver(running.url) as driver:
        for who, name in ((WANG, "王"), (LI, "李"), (ZHANG, "张")):
            await driver.act("users", id=who, first_name=name)
        await driver.act("bots", token=TOKEN, username="bridge_bot")
        await driver.say(WANG, BOT, "/start")
        yield driver


async def updates(drive: Driver, skip: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await drive.result(TOKEN, "getUpdates")
    if found:
        await drive.call(TOKEN, "getUpdates", offset=found[-1]["update_id"] + 1)
    return found[skip:]


async def test_all_kinds_of_messages(drive: Driver) -> None:
    await updates(drive)
    for content in (
        {"photo": "leak", "caption": "漏水 /help"},
        {"voice": "sample"},
        {"video": "sample"},
        {"video_note": "sample"},
        {"audio": "sample"},
        {"document": {"base64": base64.b64encode(b"abc").decode(), "name": "a.txt", "mime": "text/plain"}},
        {"sticker": {"emoji": "👍"}},
        {"location": {"latitude": 31.2, "longitude": 121.4}},
        {"venue": {"latitude": 31.2, "longitude": 121.4, "title": "居委会", "address": "1号"}},
        {"contact": {"phone_number": "13800138000", "first_name": "王"}},
    ):
        await drive.act("send", from_=WANG, chat=BOT, **content)
    messages = [update["message"] for update in await updates(drive)]
    kinds = ["photo", "voice", "video", "video_note", "audio", "document"]
    assert [kind for kind, message in zip(kinds, messages, strict=False) if kind in message] == kinds
    assert messages[0]["caption_entities"][0]["type"] == "bot_command"
    assert messages[5]["document"]["file_size"] == 3
    assert messages[6]["sticker"]["emoji"] == "👍"
    assert messages[8]["venue"]["location"] == messages[8]["location"]
    assert messages[9]["contact"]["phone_number"] == "13800138000"


async def test_an_album_is_several_updates(drive: Driver) -> None:
    await updates(drive)
    sent = await drive.act(
        "send", from_=WANG, chat=BOT, album=[{"photo": "lamp"}, {"photo": "leak"}], caption="两张"
    )
    got = [update["message"] for update in await updates(drive)]
    assert [message["message_id"] for message in got] == sent["message_ids"]
    assert len({message["media_group_id"] for message in got}) == 1
    assert [message.get("caption") for message in got] == ["两张", None]


async def test_replies_forwards_edits(drive: Driver) -> None:
    await updates(drive)
    first = await drive.say(WANG, BOT, "一")
    second = await drive.say(WANG, BOT, "二", reply_to=first["message_id"])
    await drive.say(WANG, BOT, "三", reply_to=second["message_id"], forward_from=LI)
    await drive.act("edit", from_=WANG, chat=BOT, message_id=first["message_id"], text="改了")
    got = await updates(drive)
    assert got[1]["message"]["reply_to_message"]["text"] == "一"
    assert "reply_to_message" not in got[2]["message"]["reply_to_message"]
    assert got[2]["message"]["forward_origin"]["sender_user"]["id"] == LI
    assert got[3]["edited_message"]["text"] == "改了"
    assert got[3]["edited_message"]["edit_date"] >= got[3]["edited_message"]["date"]
    await drive.act("delete", from_=WANG, chat=BOT, message_id=first["message_id"])
    assert await updates(drive) == []
    with pytest.raises(ControlError, match="404"):
        await drive.say(WANG, BOT, "四", reply_to=first["message_id"])


async def test_a_press_is_answered_once(drive: Driver) -> None:
    markup = {
        "inline_keyboard": [[{"text": "好", "callback_data": "ok"}, {"text": "不", "callback_data": "no"}]]
    }
    sent = await drive.result(TOKEN, "sendMessage", chat_id=WANG, text="？", reply_markup=markup)
    await updates(drive)
    press = asyncio.create_task(
        drive.act("press", from_=WANG, chat=BOT, message_id=sent["message_id"], text="不")
    )
    await asyncio.sleep(0.05)
    (update,) = await updates(drive)
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("no", WANG, "？")
    answer = {"callback_query_id": query["id"], "text": "收到", "show_alert": True}
    assert (await drive.call(TOKEN, "answerCallbackQuery", **answer))["ok"]
    assert (await drive.call(TOKEN, "answerCallbackQuery", **answer))["error_code"] == 400
    told = await press
    assert (told["answered"], told["text"], told["show_alert"]) == (True, "收到", True)
    late = await drive.act("press", from_=WANG, chat=BOT, message_id=sent["message_id"], row=0, col=0, wait=0)
    assert not late["answered"]
    await drive.act("callbacks", timeout=0)
    refused = await drive.call(TOKEN, "answerCallbackQuery", callback_query_id=late["callback_query_id"])
    assert refused["description"].startswith("Bad Request: query is too old")
    with pytest.raises(ControlError, match="no such button"):
        await drive.act("press", from_=WANG, chat=BOT, message_id=sent["message_id"], data="forged")
    forged = {"message_id": sent["message_id"], "data": "forged", "force": True, "wait": 0}
    await drive.act("press", from_=WANG, chat=BOT, **forged)
    assert (await updates(drive))[-1]["callback_query"]["data"] == "forged"


async def test_privacy_of_groups(drive: Driver) -> None:
    group = (await drive.act("groups", title="群", members=[ZHANG, LI], bots=[BOT]))["id"]
    added = await updates(drive, skip=1)
    assert [next(key for key in update if key != "update_id") for update in added] == [
        "my_chat_member",
        "message",
    ]
    own = await drive.result(TOKEN, "sendMessage", chat_id=group, text="卡片")
    for text, more in (
        ("闲聊", {}),
        ("/list", {}),
        ("/list@other_bot", {}),
        ("@bridge_bot 看看", {}),
        ("回您", {"reply_to": own["message_id"]}),
    ):
        await drive.say(ZHANG, group, text, **more)
    assert [update["message"]["text"] for update in await updates(drive)] == [
        "/list",
        "@bridge_bot 看看",
        "回您",
    ]
    await drive.act("members/promote", group=group, member=BOT)
    await drive.say(ZHANG, group, "闲聊")
    assert [update.get("message", {}).get("text") for update in await updates(drive)] == [None, "闲聊"]
    with pytest.raises(ControlError, match="not in the group"):
        await drive.say(WANG, group, "我不在群里")


async def test_anonymous_administrators_write_as_the_group(drive: Driver) -> None:
    bot = {"token": TOKEN, "can_read_all_group_messages": True}
    await drive.act("bots", **bot)
    group = (await drive.act("groups", title="群", members=[ZHANG], bots=[BOT]))["id"]
    await updates(drive)
    await drive.say(ZHANG, group, "谁也不知道是我", anonymous=True)
    message = (await updates(drive))[0]["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == group


async def test_members_come_and_go(drive: Driver) -> None:
    group = (await drive.act("groups", title="群", type="group", members=[ZHANG], bots=[BOT]))["id"]
    await updates(drive)
    await drive.act("members/add", group=group, member=LI, by=ZHANG)
    await drive.act("members/remove", group=group, member=LI, by=LI)
    await drive.act("migrate", group=group)
    got = [update["message"] for update in await updates(drive)]
    assert got[0]["new_chat_members"][0]["id"] == LI
    assert got[1]["left_chat_member"]["id"] == LI
    assert got[2]["migrate_to_chat_id"] == got[3]["chat"]["id"]
    assert got[3]["migrate_from_chat_id"] == group


async def test_what_a_person_sees(drive: Driver) -> None:
    keyboard = {"keyboard": [["查进度"]], "resize_keyboard": True}
    await drive.result(TOKEN, "sendMessage", chat_id=WANG, text="您好", reply_markup=keyboard)
    await drive.result(TOKEN, "setMyCommands", commands=[{"command": "start", "description": "开始"}])
    mine = [{"command": "help", "description": "帮助"}]
    await drive.result(TOKEN, "setMyCommands", commands=mine, scope={"type": "chat", "chat_id": WANG})
    seen = await drive.look(f"chat/{BOT}", as_=WANG)
    assert [(message["text"], message["out"]) for message in seen["messages"]] == [
        ("/start", True),
        ("您好", False),
    ]
    assert seen["keyboard"]["keyboard"] == [[{"text": "查进度"}]]
    assert seen["commands"] == mine
    assert (await drive.look(f"chat/{BOT}", as_=LI))["commands"][0]["command"] == "start"
    sent = await drive.result(
        TOKEN, "sendMessage", chat_id=WANG, text="再说", reply_markup={"remove_keyboard": True}
    )
    await drive.result(TOKEN, "deleteMessage", chat_id=WANG, message_id=sent["message_id"])
    after = await drive.look(f"chat/{BOT}", as_=WANG, since=seen["n"])
    assert after["keyboard"] is None
    assert [(message["message_id"], message["deleted"]) for message in after["messages"]] == [
        (sent["message_id"], True)
    ]


async def test_waiting_for_a_message(drive: Driver) -> None:
    waiting = asyncio.create_task(drive.act("wait", chat=BOT, as_=WANG, contains="登记", button="撤"))
    await drive.result(TOKEN, "sendMessage", chat_id=WANG, text="已登记")
    await asyncio.sleep(0.05)
    assert not waiting.done()
    markup = {"inline_keyboard": [[{"text": "撤回", "callback_data": "x"}]]}
    await drive.result(TOKEN, "sendMessage", chat_id=WANG, text="已登记2", reply_markup=markup)
    found = await waiting
    assert found["message"]["text"] == "已登记2"
    with pytest.raises(ControlError, match="408"):
        await drive.act("wait", chat=BOT, as_=WANG, since=found["n"], timeout=0.05)


async def test_the_journal_tells_everything(drive: Driver) -> None:
    await drive.erase("book")
    await drive.say(WANG, BOT, "一")
    await updates(drive)
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "ok"}]]}
    await drive.call(TOKEN, "sendMessage", chat_id=WANG, text="二", reply_markup=markup)
    await drive.call(TOKEN, "sendMessage", chat_id=WANG, text="")
    entries = (await drive.look("book"))["entries"]
    assert [entry["kind"] for entry in entries] == [
        "update",
        "given",
        "call",
        "confirmed",
        "call",
        "violation",
        "call",
    ]
    assert [entry["n"] for entry in entries] == sorted({entry["n"] for entry in entries})
    calls = [entry for entry in entries if entry.get("method") == "sendMessage" and entry["kind"] == "call"]
    assert [(entry["ok"], entry["effect"]) for entry in calls] == [(True, True), (False, False)]
    assert calls[0]["params"]["reply_markup"] == markup
    later = await drive.look("book", since=entries[3]["n"], kind="call", limit=1)
    assert [entry["params"]["text"] for entry in later["entries"]] == ["二"]


async def test_strangers_are_refused(drive: Driver) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
            async with session.get(f"{drive.url}/control/state", headers=headers) as answer:
                assert answer.status == 403, headers
        async with session.get(f"{drive.url}/control/state", headers={"Origin": drive.url}) as answer:
            assert answer.status == 200
        async with session.get(f"{drive.url}/page/..%2fserver.py") as answer:
            assert answer.status == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("send", {"from": WANG, "chat": BOT}, 400),
        ("send", {"from": 999, "chat": BOT, "text": "x"}, 404),
        ("send", {"chat": BOT, "text": "x"}, 400),
        ("send", {"from": WANG, "chat": -5, "text": "x"}, 404),
        ("bots", {"token": "short"}, 400),
        ("groups", {"title": "空"}, 400),
        ("faults", {"rules": [{"kind": "earthquake"}]}, 400),
    ],
)
async def test_wrong_requests(drive: Driver, path: str, body: dict[str, Any], status: int) -> None:
    with pytest.raises(ControlError) as caught:
        await drive.act(path, **body)
    assert caught.value.status == status


async def test_a_thousand_updates_at_once(drive: Driver) -> None:
    sends = [{"from": WANG, "chat": BOT, "text": f"第{n}条"} for n in range(1500)]
    assert (await drive.act("updates/bulk", sends=sends))["count"] == 1500
    got: list[str] = []
    while found := await updates(drive):
        got += [update["message"]["text"] for update in found]
    assert got == ["/start", *(item["text"] for item in sends)]
