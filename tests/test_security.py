"""What a resident sends stays words: no markup, no formula, no name of a file, no secret in a log."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import sqlite3
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.outgoing import _drop_file  # what it does is seen in the outbox only
from desk.setup.importing import upload
from standin.driver import Driver
from standin.entities import parse_html
from storage import outbox
from storage.outbox import Letter
from storage.store import Tx
from tests.kill_feed import BOT, Feed
from tests.kill_harness import TOKEN, Patient, Plan, open_office, standin_process
from tests.town import Community, Person, Town, words_of
from texts.words import esc

ODD = (
    *("<b>重要</b>", "&lt;i&gt;", "<a href='tg://user?id=1'>点</a>", "<tg-spoiler>", "]]>", "\u202e倒着写"),
    *("零\u200b宽", "Z\u0351\u036b\u0343a\u0363\u0328l\u0349g\u031eo", "👨\u200d👩\u200d👧" * 30, "\ud83d"),
    *("=HYPERLINK(1)", "'; drop table tickets; --", '" OR NEAR(', "%s%n{0}{{}}", "\x00\x1b[2J", "𠮷野家"),
    *("<" * 300, "&" * 300),
)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_an_escaped_text_reads_as_it_was_written(text: str) -> None:
    text = text.replace("\r", "").replace("\x00", "")
    shown, entities = parse_html(f"{esc(text)}<b>x</b>")
    assert shown == f"{text}x"
    assert len(entities) == 1


async def test_odd_words_open_a_ticket_and_stay_words(town: Town, office: Community, zhang: Person) -> None:
    """Whatever is written beside it, the matter is taken in, shown as it is, and stands in the record."""
    for number, odd in enumerate(ODD):
        said = f"3号楼2单元电梯坏了，第{number}次 {odd}".encode("utf-8", "replace").decode()
        await zhang.says(said)
    assert town.rows("select count(*) from inbox where state <> 'done'") == [(0,)]
    assert town.rows("select key, error from outbox where state = 'dead'") == []
    assert town.rows("select count(*) from tickets")[0][0] >= 1
    for message in await office.anyone.messages():
        kinds = {entity["type"] for entity in message.get("entities", [])}
        assert not kinds & {"text_link", "text_mention", "spoiler"}, words_of(message)


async def test_names_with_markup_and_formulas_stay_names(town: Town, office: Community) -> None:
    who = await town.resident("<b>=1+1</b>", office)
    await who.says("3号楼2单元电梯坏了，我叫<i>王</i>")
    card = await office.card(await town.ticket())
    assert "<b>" not in str(card.get("entities"))
    assert town.rows("select name from residents where user_id = ?", who.id) == [("<b>=1+1</b>",)]


def test_a_list_of_links_holds_text_only() -> None:
    rows = '[["<r><t>x</t></r>", "=1+1", "{=cmd|1}"], ["https://a.example", "@SUM(1)", "-2+3"]]'
    content = upload(f"links:{rows}").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert len(cells) == 6
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(
            "<r><t>x</t></r>" in parts.read(name).decode("utf-8", "ignore") for name in parts.namelist()
        )


async def test_a_file_that_went_out_leaves_the_store(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["周敏"].in_private.says("/start")
    await office["周敏"].says("/export 本月")
    assert any("document" in m for m in await office["周敏"].in_private.messages())
    assert town.rows("select count(*) from outbox where payload like '%file:%'") == [(0,)]


async def test_a_file_that_waits_stays(town: Town, office: Community) -> None:
    letter = Letter("x", 5, "say", {"text": "export_file", "values": {}, "upload": "file:a.xlsx:QUJD"})

    async def change(tx: Tx) -> None:
        await outbox.put(tx, letter, town.clock.ms() + 10**9)
        row = await tx.one("outbox.by_key", key="x")
        assert row is not None
        (held,) = [r for r in await outbox.heads(tx, town.clock.ms() + 2 * 10**9, 9) if r.key == "x"]
        await _drop_file(tx, held)
        kept = await tx.one("outbox.by_key", key="x")
        assert kept is not None
        assert "QUJD" in kept["payload"]
        await tx.do("outbox.cancel", key="x")

    await town.store.write(change)


@pytest.mark.parametrize("size", [30_000_000, 5_000_000_000])
async def test_a_list_too_big_is_not_even_fetched(town: Town, office: Community, size: int) -> None:
    lead = office["周敏"].in_private
    await lead.says("/start")
    await lead.sends(document={"size": size, "name": "../../etc/楼栋.xlsx", "mime": "application/zip"})
    calls = (await town.drive.look("book", kind="call"))["entries"]
    assert [entry for entry in calls if entry["method"] == "getFile"] == []


CANARIES = ("110101199003077811", "13912345678", "139 1234 5678", "鼹鼯", TOKEN, TOKEN.partition(":")[2])
HOOK_SECRET = "a-secret-only-for-this-test"
TROUBLE = (
    {"kind": "error_after", "probability": 0.2},
    {"kind": "garbage", "probability": 0.2},
    {"kind": "error_before", "probability": 0.2, "status": 400},
    {"kind": "error_before", "method": "getUpdates", "probability": 0.3, "html": True},
    {"kind": "drop_after", "probability": 0.1},
)


@pytest.mark.sqlite
@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_log_holds_a_canary(tmp_path: Path, form: str) -> None:
    """The real bot at DEBUG, under all kinds of trouble, with people who write what must not be logged."""
    plan = Plan(kills=0, updates=20, faults=False, residents=10, communities=2, webhook=form == "json")
    async with standin_process(tmp_path) as url, Driver(url) as drive:
        patient = Patient(plan, url, tmp_path)
        patient._environment |= {"LOG_LEVEL": "DEBUG", "LOG_FORMAT": form}
        try:
            feed = Feed(20, plan.residents, await open_office(plan, drive, patient), random.Random(1))
            await drive.act("faults", seed=3, rules=list(TROUBLE))
            for number in range(12):
                who = 5_000_000 + number % 10
                words = f"我叫鼹鼯，身份证110101199003077811，电话13912345678，第{number}次，3号楼电梯坏了"
                await drive.act("send", from_=who, chat=BOT, text=words)
            broken = {
                "message": {
                    "chat": {"id": 5_000_001, "type": "private"},
                    "text": "鼹鼯 13912345678",
                    "date": "x",
                }
            }
            await drive.act("updates/raw", bot=BOT, update=broken)
            with contextlib.closing(
                sqlite3.connect(patient.database, isolation_level=None, timeout=10)
            ) as db:
                db.execute("begin exclusive")
                await feed.wave(drive, 20)
                await asyncio.sleep(5)
                db.execute("rollback")
            await drive.erase("faults")
            await asyncio.sleep(2)
            patient.alive()
        finally:
            await patient.put_away()
    log = patient.log.read_text(encoding="utf-8", errors="replace")
    assert "ERROR" in log
    assert len(log) > 2000
    escaped = [canary.encode("unicode_escape").decode() for canary in CANARIES]
    assert [canary for canary in (*CANARIES, *escaped, HOOK_SECRET) if canary in log] == []
