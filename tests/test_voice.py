"""Voice notes turned into words: with a small recogniser that a model folder names, and with the real one."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import bot
from config import load
from domain.errors import SettingsError
from jobs import hearing
from nlp.hearing import LIBRARIES, HearingError, find_model, hear
from reports import doctor
from standin.samples import silent_voice
from storage.outbox import Priority
from tests.town import Community, Person, Town, words_of
from texts import voice as words
from transport.application import build
from transport.files import fetch

EARS = """
import os, sys, time
heard = sys.stdin.buffer.read().decode()
if heard == "die":
    sys.exit("no such sound")
if heard == "sleep":
    time.sleep(60)
print("" if heard == "silence" else heard)
"""
Listen = Callable[..., Awaitable[bool]]


@pytest.fixture
def ears(tmp_path: Path) -> Path:
    """A model folder whose recogniser hears what a test has put into the note."""
    folder = tmp_path / "ears"
    folder.mkdir()
    (folder / "ears.py").write_text(EARS, encoding="utf-8")
    program = sys.executable.replace("\\", "/")
    (folder / "voice.toml").write_text(f'kind = "program"\ncommand = ["{program}", "ears.py"]\n')
    return folder


@pytest.fixture
async def listen(town: Town, ears: Path) -> AsyncIterator[Listen]:
    """The job's look at the next note, put together as bot.py does it."""
    application = build(town.settings)
    await application.initialize()
    command = bot.hearing_command(town.settings.model_copy(update={"voice_model_dir": str(ears)}))

    async def next_note(**more: Any) -> bool:
        found = await hearing.listen(town.office, partial(fetch, application), command, **more)
        await town.settle()
        return found

    yield next_note
    await application.shutdown()


async def say(person: Person, spoken: str, **more: Any) -> int:
    """Send a voice note in which this is said."""
    return await person.sends(voice={"base64": base64.b64encode(spoken.encode()).decode(), **more})


async def test_a_spoken_report_is_read_as_a_written_one(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "3号楼2单元电梯坏了，老人下不来楼")
    before = await town.ticket()
    assert (before.category, before.body) == ("other", "")
    assert await listen()
    ticket = await town.ticket()
    assert (ticket.id, ticket.category) == (before.id, "elevator")
    assert "3号楼2单元" in ticket.place
    assert ticket.body == words.written("3号楼2单元电梯坏了，老人下不来楼")
    card = words_of(await office.card(ticket))
    assert "语音转写" in card
    assert "可能有错" in card
    assert "电梯" in await zhang.hears("已登记")
    assert "老人下不来楼" in await zhang.hears("我听成了")
    assert len(await town.tickets()) == 1


async def test_it_is_heard_once_and_nothing_is_said_twice(town: Town, zhang: Person, listen: Listen) -> None:
    await say(zhang, "3号楼2单元电梯坏了")
    assert await listen()
    assert not await listen()
    assert await zhang.count("我听成了") == 1
    assert town.events(await town.ticket()).count("heard") == 1


async def test_a_danger_that_is_spoken_sounds_the_alarm(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "3号楼2单元501着火了，快来人")
    await listen()
    ticket = await town.ticket()
    assert ticket.dangers == ("fire",)
    await zhang.hears("119")
    told = town.rows("select priority from outbox where key like 'danger_alarm:%'")
    assert [row[0] for row in told] == [int(Priority.DANGER)]


async def test_a_spoken_addition_reaches_staff_in_words(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await say(zhang, "里面的灯也一直在闪")
    await listen()
    assert "里面的灯也一直在闪" in await office.anyone.hears("补充")
    ticket = await town.ticket()
    assert ticket.body == "3号楼2单元电梯坏了"
    assert len(await town.tickets()) == 1


async def test_the_missing_place_is_asked_and_may_be_spoken_too(
    town: Town, zhang: Person, listen: Listen
) -> None:
    other = await town.resident("李四")
    await say(other, "电梯坏了，上不去楼")
    await listen()
    await other.hears("请问在几号楼几单元")
    await other.says("3号楼2单元")
    assert "3号楼2单元" in (await town.ticket()).place


async def test_what_was_heard_wrongly_is_put_right_by_one_tap_and_a_sentence(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "3号楼2单元天气坏了")
    await listen()
    await zhang.presses("听错了")
    await zhang.hears("没听清")
    await zhang.says("5号楼2单元电梯坏了")
    ticket = await town.ticket()
    assert (ticket.body, ticket.category, ticket.building) == ("5号楼2单元电梯坏了", "elevator", "5")
    assert "天气坏了" in await office.anyone.hears("居民改了内容")
    assert "已登记" in await zhang.hears("5号楼2单元")
    assert len(await town.tickets()) == 1


async def test_a_wrongly_heard_addition_is_added_again(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await say(zhang, "门也管不好")
    await listen()
    await zhang.presses("听错了")
    await zhang.says("门也关不上")
    assert "门也关不上" in await office.anyone.hears("补充")
    assert (await town.ticket()).body == "3号楼2单元电梯坏了"


async def test_a_danger_in_the_correction_sounds_the_alarm(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "3号楼2单元找活了")
    await listen()
    await zhang.presses("听错了")
    await zhang.says("3号楼2单元着火了")
    assert (await town.ticket()).dangers == ("fire",)
    await zhang.hears("119")


async def test_what_staff_have_decided_stays(
    town: Town, office: Community, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await listen()
    ticket = await town.ticket()
    assert ticket.category == "other"
    assert "电梯坏了" in ticket.body


@pytest.mark.parametrize("sound", ["die", "silence"])
async def test_what_cannot_be_heard_is_left_to_staff_in_silence(
    town: Town, zhang: Person, listen: Listen, sound: str
) -> None:
    await say(zhang, sound)
    heard = await zhang.heard()
    while await listen():
        pass
    assert await zhang.heard() == heard
    assert (await town.ticket()).body == ""


async def test_a_recogniser_that_hangs_is_ended_and_tried_once_more(
    town: Town, zhang: Person, listen: Listen
) -> None:
    await say(zhang, "sleep")
    async with asyncio.timeout(30):
        assert await listen(limit=0.3)
        assert await listen(limit=0.3)
        assert not await listen(limit=0.3)


async def test_a_very_long_note_is_not_fetched(town: Town, zhang: Person, listen: Listen) -> None:
    await say(zhang, "3号楼电梯坏了", size=hearing.BIGGEST + 1)
    assert await listen()
    assert not await listen()
    calls: list[Any] = (await town.drive.look("book", kind="call"))["entries"]
    assert [entry for entry in calls if entry["method"] == "getFile"] == []
    assert (await town.ticket()).body == ""


async def test_a_withdrawn_matter_stays_as_it_was(town: Town, zhang: Person, listen: Listen) -> None:
    await say(zhang, "3号楼2单元电梯坏了")
    await zhang.presses("撤回")
    await zhang.presses("撤")
    assert await listen()
    assert not await listen()
    assert (await town.ticket()).body == ""


async def test_what_is_learned_from_a_correction_are_the_spoken_words() -> None:
    assert words.spoken(words.written("电梯坏了")) == "电梯坏了"
    assert words.spoken("电梯坏了（可能有错）") == "电梯坏了（可能有错）"


def test_without_the_setting_nothing_listens() -> None:
    assert bot.hearing_command(load(voice_model_dir="")) == []


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("", "what kind of model"),
        ('kind = "guess"', "what kind of model"),
        ("kind = ", "voice.toml"),
        ('kind = "program"', "command must be"),
        ('kind = "sense_voice"', r"\*\.onnx is missing"),
    ],
)
async def test_a_folder_that_does_not_serve_is_told_at_start_and_by_the_doctor(
    tmp_path: Path, told: str, problem: str
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    if told:
        (folder / "voice.toml").write_text(told)
    settings = load(voice_model_dir=str(folder), database_url=f"sqlite:{tmp_path / 'x.sqlite'}")
    with pytest.raises(SettingsError, match=problem):
        bot.hearing_command(settings)
    with pytest.raises(SettingsError, match="VOICE_MODEL_DIR"):
        await bot.serve_bot(settings)
    findings = await doctor.examine(settings)
    assert any(finding.good is False and "VOICE_MODEL_DIR" in finding.what for finding in findings)


def test_no_folder_at_all_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not a folder"):
        bot.hearing_command(load(voice_model_dir=str(tmp_path / "none")))


@pytest.mark.parametrize(
    ("name", "files", "kind"),
    [
        ("sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17", ["model.int8.onnx"], "sense_voice"),
        ("sherpa-onnx-paraformer-zh-small-2024-03-09", ["model.int8.onnx"], "paraformer"),
        (
            "icefall-zipformer-small",
            ["encoder-99.onnx", "encoder-99.int8.onnx", "decoder-99.onnx", "joiner-99.int8.onnx"],
            "transducer",
        ),
    ],
)
@pytest.mark.skipif(
    any(find_spec(library) is None for library in LIBRARIES), reason="the extra voice is missing"
)
def test_published_folders_tell_their_kind(tmp_path: Path, name: str, files: list[str], kind: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for file in [*files, "tokens.txt"]:
        (folder / file).touch()
    model = find_model(folder)
    assert model.kind == kind
    assert all(
        ".int8." in path or "int8" not in str(files) or part in ("tokens", "decoder")
        for part, path in model.files
    )


@pytest.mark.skipif(find_spec("sherpa_onnx") is not None, reason="the extra voice is installed")
def test_a_missing_extra_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "sense-voice"
    folder.mkdir()
    (folder / "model.onnx").touch()
    (folder / "tokens.txt").touch()
    with pytest.raises(HearingError, match="--extra voice"):
        find_model(folder)


@pytest.mark.skipif(
    any(find_spec(library) is None for library in LIBRARIES), reason="the extra voice is missing"
)
def test_the_real_engine_hears_a_long_note_in_pieces() -> None:
    """A model of a few numbers that takes every sound for the same word."""
    model = find_model(Path(__file__).parent / "data" / "zipformer-ctc-one-word")
    assert hear(model, silent_voice(4)) == "电"
    assert hear(model, silent_voice(70)) == "电电电"
    with pytest.raises(HearingError, match="not a sound"):
        hear(model, b"no sound")


def test_a_streaming_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sherpa-onnx-streaming-zipformer-zh"
    folder.mkdir()
    with pytest.raises(HearingError, match="offline"):
        find_model(folder)


async def test_the_running_bot_listens_by_itself(
    town: Town, office: Community, zhang: Person, ears: Path
) -> None:
    await town.stop()
    settings = town.settings.model_copy(update={"voice_model_dir": str(ears)})
    serving = asyncio.create_task(bot.serve_bot(settings))
    note = {"base64": base64.b64encode("3号楼2单元电梯坏了".encode()).decode()}
    await town.drive.act("send", from_=zhang.id, chat=zhang.chat, voice=note)
    async with asyncio.timeout(40):
        while not await zhang.count("我听成了") and not serving.done():
            await asyncio.sleep(0.1)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert "电梯坏了" in await zhang.hears("我听成了")


def test_a_silent_note_has_no_words_and_a_spoken_one_some(tmp_path: Path) -> None:
    folder = os.environ.get("VOICE_MODEL_DIR", "")
    if not folder or any(find_spec(library) is None for library in LIBRARIES):
        pytest.skip("needs the extra voice and a model in VOICE_MODEL_DIR")
    model = find_model(Path(folder))
    assert len(hear(model, silent_voice(4))) <= 3
    spoken = sorted(Path(folder).glob("test_wavs/*.wav"))
    assert not spoken or len(hear(model, spoken[0].read_bytes())) >= 3
    with pytest.raises(HearingError):
        hear(model, b"no sound")


def test_the_operator_may_try_a_note(ears: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "note.ogg"
    note.write_bytes("电 梯 <|zh|> 坏了".encode())
    assert bot.main(["hear", "--model", str(ears), str(note)]) == 0
    assert capsys.readouterr().out == "电梯坏了\n"
    note.write_bytes(b"die")
    assert bot.main(["hear", "--model", str(ears), str(note)]) == 2
    assert "no such sound" in capsys.readouterr().err
