"""The stand-in's Bot API: names as in Telegram's list, refusals in Telegram's words, PTB as a client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

import standin
from standin.call import METHODS
from standin.driver import Driver

TOKEN = f"700001:{'a' * 35}"
BOT, WANG, LI = 700001, 11, 12
SPEC = Path(__file__).parents[2] / "shared" / "telegram" / "bot-api-10.1.min.json"


@dataclass(frozen=True)
class Stage:
    drive: Driver
    bot: Bot
    group: int

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self.drive.call(TOKEN, method, **params)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with standin.serve() as running, Driver(running.url) as drive:
        await drive.act("users", id=WANG, first_name="王")
        await drive.act("users", id=LI, first_name="李")
        await drive.act("bots", token=TOKEN, first_name="桥", username="bridge_bot")
        group = (await drive.act("groups", title="群", type="group", members=[WANG], bots=[BOT]))["id"]
        await drive.say(WANG, BOT, "/start")
        async with Bot(TOKEN, f"{running.url}/bot", f"{running.url}/file/bot") as bot:
            yield Stage(drive, bot, group)


def test_names_are_telegrams() -> None:
    if not SPEC.exists():
        pytest.skip("Telegram's list of methods is not beside the repository")
    listed = json.loads(SPEC.read_text())["methods"]
    for method in METHODS.values():
        fields = {field["name"]: field["required"] for field in listed[method.name].get("fields", [])}
        assert set(method.params) | {"rich_message"} == set(fields) | {"rich_message"}, method.name
        needed = {name for name, required in fields.items() if required}
        # `text` is open in the list because a rich message may stand in its place; `url` may be empty
        assert set(method.required) - {"text"} == needed - {"text", "url"}, method.name


@pytest.mark.parametrize(
    ("method", "params", "code", "words"),
    [
        ("sendMessage", {"chat_id": WANG, "text": " \n "}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": WANG}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": WANG, "text": "长" * 4097}, 400, "Bad Request: message is too long"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, 400, "Bad Request: chat not found"),
        (
            "sendMessage",
            {"chat_id": LI, "text": "x"},
            403,
            "Forbidden: bot can't initiate conversation with a user",
        ),
        (
            "sendMessage",
            {"chat_id": WANG, "text": "x", "reply_parameters": {"message_id": 99}},
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            "sendMessage",
            {
                "chat_id": WANG,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "好", "callback_data": "字" * 22}]]},
            },
            400,
            "Bad Request: BUTTON_DATA_INVALID",
        ),
        (
            "sendMessage",
            {"chat_id": WANG, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "好"}]]}},
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline",
        ),
        ("sendMessage", {"chat_id": WANG, "text": "x", "reply_markup": "["}, 400, "Bad Request: can't parse"),
        ("getFile", {"file_id": "no"}, 400, "Bad Request: wrong file_id"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            400,
            "Bad Request: query is too old and response",
        ),
        (
            "editMessageText",
            {"chat_id": WANG, "message_id": 99, "text": "x"},
            400,
            "Bad Request: message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": WANG, "message_id": 1, "text": "x"},
            400,
            "Bad Request: message can't be edited",
        ),
        (
            "deleteMessage",
            {"chat_id": WANG, "message_id": 99},
            400,
            "Bad Request: message to delete not found",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "催办", "description": "x"}]},
            400,
            "Bad Request: BOT_COMMAND",
        ),
        ("sendPoll", {}, 404, "Not Found: method not found"),
    ],
)
async def test_refuses_in_telegrams_words(
    stage: Stage, method: str, params: dict[str, Any], code: int, words: str
) -> None:
    answer = await stage.call(method, **params)
    assert (answer["ok"], answer["error_code"]) == (False, code)
    assert answer["description"].startswith(words)


async def test_a_length_counts_after_entities(stage: Stage) -> None:
    text = f"<b>{'长' * 4096}</b>"
    answer = await stage.call("sendMessage", chat_id=WANG, text=text, parse_mode="HTML")
    assert answer["result"]["entities"] == [{"offset": 0, "length": 4096, "type": "bold"}]
    long_caption = await stage.drive.call(
        TOKEN, "copyMessage", chat_id=WANG, from_chat_id=WANG, message_id=1, caption="x" * 1025
    )
    assert long_caption["ok"], "a caption is not for a text message"


async def test_wrong_token() -> None:
    async with standin.serve(tokens=frozenset({TOKEN})) as running:
        async with Driver(running.url) as drive:
            assert (await drive.call(TOKEN, "getMe"))["ok"]
            for token in ("7:short", f"9:{'b' * 35}"):
                assert (await drive.call(token, "getMe"))["error_code"] == 401
        stranger = Bot(f"9:{'b' * 35}", f"{running.url}/bot")
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()


async def test_the_library_talks_and_edits(stage: Stage) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="ok")]])
    sent = await stage.bot.send_message(
        WANG, "<b>您好</b> &lt;王&gt;", parse_mode="HTML", reply_markup=markup
    )
    assert sent.text == "您好 <王>"
    assert sent.chat.id == WANG
    assert sent.reply_markup == markup
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<b>您好</b> &lt;王&gt;", parse_mode="HTML", reply_markup=markup)
    edited = await sent.edit_text("再见")
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    assert edited.reply_markup is None
    assert await sent.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("没了")


async def test_files_go_up_and_come_down(stage: Stage) -> None:
    picture = (Path(standin.__file__).parent / "samples" / "leak.jpg").read_bytes()
    sent = await stage.bot.send_photo(WANG, picture, caption="漏水")
    assert [size.width for size in sent.photo] == [90, 320, 800, 960]
    file = await stage.bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture
    again = await stage.bot.send_photo(WANG, sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    album = await stage.bot.send_media_group(
        WANG, [InputMediaPhoto(picture, caption="一"), InputMediaPhoto(picture)]
    )
    assert len({message.media_group_id for message in album}) == 1
    assert [message.caption for message in album] == ["一", None]
    document = await stage.bot.send_document(WANG, b"a,b\r\n--x\r\n", filename="表.csv")
    assert document.document is not None
    assert document.document.file_name == "表.csv"
    assert document.document.file_size == 10
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await stage.bot.send_photo(WANG, b"no picture")


async def test_a_claimed_big_file_is_refused(stage: Stage) -> None:
    await stage.drive.act("send", from_=WANG, chat=BOT, video={"size": 30_000_000})
    video = (await stage.bot.get_updates(offset=-1))[0].message
    assert video is not None
    assert video.video is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await stage.bot.get_file(video.video.file_id)


async def test_blocked_kicked_migrated(stage: Stage) -> None:
    await stage.drive.act("block", user=WANG, bot=BOT)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await stage.bot.send_message(WANG, "x")
    await stage.drive.act("unblock", user=WANG, bot=BOT)
    await stage.bot.send_message(WANG, "x")
    moved = (await stage.drive.act("migrate", group=stage.group))["id"]
    with pytest.raises(ChatMigrated) as caught:
        await stage.bot.send_message(stage.group, "x")
    assert caught.value.new_chat_id == moved
    await stage.bot.send_message(moved, "x")
    await stage.drive.act("members/remove", group=moved, member=BOT)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await stage.bot.send_message(moved, "x")


async def test_rooms_and_profile(stage: Stage) -> None:
    admins = await stage.bot.get_chat_administrators(stage.group)
    assert [admin.user.id for admin in admins] == [WANG]
    assert (await stage.bot.get_chat_member(stage.group, LI)).status == "left"
    await stage.drive.act("members/promote", group=stage.group, member=BOT)
    assert (await stage.bot.get_chat_member(stage.group, BOT)).status == "administrator"
    assert await stage.bot.get_chat_member_count(stage.group) == 2
    assert (await stage.bot.get_chat(stage.group)).title == "群"
    await stage.bot.set_my_commands([("start", "开始")])
    assert [command.command for command in await stage.bot.get_my_commands()] == ["start"]
    await stage.bot.set_my_description("说明")
    assert (await stage.bot.get_my_description()).description == "说明"
    assert await stage.bot.leave_chat(stage.group)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await stage.bot.send_message(stage.group, "x")


async def test_forum_topics(stage: Stage) -> None:
    forum = (await stage.drive.act("groups", title="论坛", is_forum=True, members=[WANG], bots=[BOT]))["id"]
    with pytest.raises(BadRequest, match="Not enough rights"):
        await stage.bot.create_forum_topic(forum, "环卫")
    await stage.drive.act("members/promote", group=forum, member=BOT)
    topic = await stage.bot.create_forum_topic(forum, "环卫")
    sent = await stage.bot.send_message(forum, "x", message_thread_id=topic.message_thread_id)
    assert sent.message_thread_id == topic.message_thread_id
    with pytest.raises(BadRequest, match="Message thread not found"):
        await stage.bot.send_message(forum, "x", message_thread_id=999)


@pytest.mark.filterwarnings(
    "ignore::telegram.warnings.PTBDeprecationWarning"
)  # RetryAfter's type will change
async def test_limits_count_always_and_refuse_when_told(stage: Stage) -> None:
    for _ in range(3):
        await stage.bot.send_message(WANG, "x")
    assert (await stage.drive.look("summary"))["violations"]["chat"] >= 2
    await stage.drive.act("limits", enforce=True, chat_burst=2)
    await stage.bot.send_message(WANG, "x")
    await stage.bot.send_message(WANG, "x")
    with pytest.raises(RetryAfter, match=r"Retry in (1 seconds|0:00:01)"):
        await stage.bot.send_message(WANG, "x")
    await stage.drive.act("limits", enforce=True, group_per_minute=2, chat_burst=9)
    sent = await stage.bot.send_message(stage.group, "一")
    await sent.edit_text("二")
    with pytest.raises(RetryAfter):
        await sent.edit_text("三")
    assert (await stage.drive.look("summary"))["violations"]["group"] == 1
