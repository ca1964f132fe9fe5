"""The line to Telegram: errors that say what may have happened, calls that it takes, logs without secrets."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import struct
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import BadRequest, Forbidden

from desk.outgoing import Media, Outgoing, Upload
from tests.transport_counter import BOT, TOKEN, Telegram, open_line, telegram
from transport.letter import call_for, count_of, message_ids, simplified
from transport.logs import Masking, masked, where
from transport.request import AiohttpRequest, Line, NotSent, TooMany, Unsure


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = (b"\0" + b"\x80" * width) * height
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(lines)),
            chunk(b"IEND", b""),
        )
    )


PIXEL = png(40, 30)


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Telegram]:
    async with telegram() as running:
        yield running


async def test_nobody_listening_means_not_sent() -> None:
    async with AiohttpRequest(direct=True) as request:
        with pytest.raises(NotSent) as caught:
            await Line(request, "http://127.0.0.1:1/bot", TOKEN).call("getMe", {})
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_an_unknown_host_means_not_sent() -> None:
    async with AiohttpRequest(direct=True) as request:
        with pytest.raises(NotSent):
            await Line(request, "http://nowhere.invalid/bot", TOKEN).call("getMe", {})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "drop_after"}, Unsure),
        ({"kind": "garbage"}, Unsure),
        ({"kind": "error_before", "status": 500}, Unsure),
        ({"kind": "error_before", "status": 502, "html": True}, Unsure),
        ({"kind": "error_before", "status": 403, "html": True}, Unsure),
        ({"kind": "retry_after", "seconds": 7}, TooMany),
    ],
)
@pytest.mark.parametrize("way", ["line", "library"])
async def test_what_went_wrong_is_told_apart(
    there: Telegram, fault: dict[str, Any], error: type[Exception], way: str
) -> None:
    person = await there.resident()
    await there.faults(fault | {"method": "sendMessage", "next": 1})
    async with open_line(there) as line:
        bot = Bot(TOKEN, base_url=f"{there.url}/bot", request=line.request)
        by_line = line.call("sendMessage", {"chat_id": person, "text": "您好"})
        by_library = bot.send_message(person, "您好")
        chosen, other = (by_line, by_library) if way == "line" else (by_library, by_line)
        other.close()
        with pytest.raises(error) as caught:
            await chosen
    if isinstance(caught.value, TooMany):
        assert caught.value.seconds == 7


async def test_a_slow_answer_is_unsure(there: Telegram) -> None:
    await there.faults({"kind": "delay", "method": "getMe", "next": 1, "ms": 1000})
    async with open_line(there) as line:
        with pytest.raises(Unsure):
            await line.call("getMe", {}, read_timeout=0.1)


async def test_telegrams_own_refusals_keep_their_names(there: Telegram) -> None:
    person = await there.resident()
    await there.control("block", user=person, bot=BOT)
    async with open_line(there) as line:
        with pytest.raises(Forbidden, match="blocked"):
            await line.call("sendMessage", {"chat_id": person, "text": "您好"})
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await line.call("sendMessage", {"chat_id": 987_654_321, "text": "您好"})


async def test_the_library_sends_and_fetches_files_through_it(there: Telegram) -> None:
    person = await there.resident()
    async with open_line(there) as line:
        bot = Bot(
            TOKEN,
            base_url=f"{there.url}/bot",
            base_file_url=f"{there.url}/file/bot",
            request=line.request,
        )
        sent = await bot.send_document(person, PIXEL, caption="日报 “附件”", filename="日报.xlsx")
        assert sent.document is not None
        assert sent.document.file_name == "日报.xlsx"
        assert sent.caption == "日报 “附件”"
        file = await bot.get_file(sent.document.file_id)
        assert bytes(await file.download_as_bytearray()) == PIXEL


@pytest.mark.parametrize(
    ("outgoing", "method"),
    [
        (Outgoing(1, "您好 <b>王芳</b>", reply_to=99, silent=True), "sendMessage"),
        (Outgoing(1, "照片", media=(Media("photo", "sample"),)), "sendPhoto"),
        (Outgoing(1, media=(Media("location", latitude=31.2, longitude=121.5),)), "sendLocation"),
        (Outgoing(1, "日报", upload=Upload("日报.png", PIXEL)), "sendPhoto"),
        (Outgoing(1, "日报", upload=Upload("日报.xlsx", b"PK")), "sendDocument"),
    ],
    ids=["text", "photo", "location", "picture", "sheet"],
)
async def test_every_kind_of_message_is_a_call_that_telegram_takes(
    there: Telegram, outgoing: Outgoing, method: str
) -> None:
    person = await there.resident()
    await there.control("send", **{"from": person, "chat": BOT, "photo": "sample"})
    shown = (await there.look(f"chat/{BOT}?as={person}"))["messages"]
    photo = next(message["photo"][-1]["file_id"] for message in shown if "photo" in message)
    call = call_for(outgoing)
    assert call.method == method
    values = call.values | {"chat_id": person}
    if values.get("photo") == "sample":
        values["photo"] = photo
    async with open_line(there) as line:
        assert len(message_ids(await line.call(call.method, values, call.files))) == 1


async def test_an_album_is_one_call_and_several_messages(there: Telegram) -> None:
    person = await there.resident()
    await there.control("send", **{"from": person, "chat": BOT, "photo": "sample"})
    shown = (await there.look(f"chat/{BOT}?as={person}"))["messages"]
    photo = next(message["photo"][-1]["file_id"] for message in shown if "photo" in message)
    outgoing = Outgoing(person, "<b>现场</b>", media=(Media("photo", photo), Media("photo", photo)))
    assert count_of(outgoing) == 2
    call = call_for(outgoing)
    async with open_line(there) as line:
        ids = message_ids(await line.call(call.method, call.values, call.files))
    assert len(set(ids)) == 2


def test_edits_name_the_message_and_the_part_that_changes() -> None:
    markup: dict[str, Any] = {"inline_keyboard": []}
    assert call_for(Outgoing(1, "新", markup, edit=5)).method == "editMessageText"
    assert call_for(Outgoing(1, "", markup, edit=5)).method == "editMessageReplyMarkup"
    assert call_for(Outgoing(1, "新", edit=5, media=(Media("photo", "x"),))).method == "editMessageCaption"
    media = call_for(Outgoing(1, "新", edit=5, upload=Upload("a.png", PIXEL)))
    assert media.method == "editMessageMedia"
    assert media.values["media"]["media"] == "attach://upload"
    assert message_ids(True) == ()


def test_what_cannot_be_simplified_further_is_given_up() -> None:
    bare = Outgoing(1, "3号楼")
    assert simplified(bare, "Can't parse entities: x") is None
    assert simplified(bare, "something else") is None
    assert simplified(Outgoing(1, "x", thread=4), "message thread not found") == Outgoing(1, "x")


def secret_log(as_json: bool) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Masking(("the-hook-secret",), as_json=as_json))
    logger = logging.getLogger("test.masking")
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe 13812345678")
        except ValueError:
            logger.exception("the-hook-secret %s 138 1234 5678 11010519491231002X", TOKEN)
    finally:
        logger.removeHandler(handler)
    return stream.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_no_log_line_holds_a_secret_or_a_number_of_a_person(as_json: bool) -> None:
    written = secret_log(as_json)
    for forbidden in (TOKEN, TOKEN[-20:], "the-hook-secret", "1234", "11010519491231002X"):
        assert forbidden not in written
    assert "138****5678" in written
    if as_json:
        assert json.loads(written)["level"] == "ERROR"


def test_ids_of_chats_and_times_stay_readable() -> None:
    assert masked("chat -1001234567890 at 1790000000000 took 12345678901 ns") == (
        "chat -1001234567890 at 1790000000000 took 12345678901 ns"
    )


def test_where_names_places_and_no_words() -> None:
    try:
        try:
            raise KeyError("王芳")
        except KeyError as first:
            raise ValueError("13812345678") from first
    except ValueError as error:
        told = where(error)
    assert told.startswith("ValueError from KeyError at test_transport_request.py:")
    assert "王芳" not in told
    assert "138" not in told


async def test_a_renewed_session_serves(there: Telegram) -> None:
    async with open_line(there) as line:
        await line.call("getMe", {})
        await line.request.renew()
        await asyncio.gather(*(line.call("getMe", {}) for _ in range(5)))
