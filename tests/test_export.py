"""The register as a file: complete, of one community only, masked, and without a live cell."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

import bot
from desk.figures.exporting import months
from domain.catalogue import load_catalogue
from domain.roles import Role
from domain.states import State
from reports.export import Form, Wish, export
from storage import communities, events, people, tickets
from storage.communities import Community
from storage.people import Member
from storage.sqlite import SqliteTx
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests.town import Community as TownCommunity
from tests.town import Person, Town
from texts.export import CLOSED, COLUMNS, FIGURES, FIGURES_SHEET, HOPS_SHEET, QUESTIONS, REGISTER_SHEET

ZONE = ZoneInfo("Asia/Shanghai")
CATALOGUE = load_catalogue()
SENSITIVE = next(leaf for leaf in CATALOGUE.leaves if leaf.sensitive)
PLAIN = [leaf for leaf in CATALOGUE.leaves if not leaf.sensitive]
BEGIN = datetime(2026, 11, 1, 9, 0, tzinfo=ZONE)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)
DAY, HOUR = 86_400_000, 3_600_000
PHONE, NAME = "13812345678", "张三丰"
LIVE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "https://example.org/?=1",
    "mailto:a@example.org",
    "<r><t>x</t></r></is></c><c r='Z9'><f>1+1</f></c><c><is><r></r>",
    "_x0041_ 1 & 2 < 3",
    "00123",
    "电梯坏了\x00\x0b\ufffe",
]


def sqlite_of(tx: Tx) -> sqlite3.Connection:
    """The connection itself, for rows that no query of ours writes."""
    assert isinstance(tx, SqliteTx)
    return tx._db


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "office.sqlite")
    yield opened
    await opened.close()


async def settle(store: Store, name: str = "幸福社区") -> Community:
    """A community with one of the staff and one resident."""

    async def enter(tx: Tx) -> Community:
        number = await communities.found(tx, name, f"c{len(await communities.everyone(tx))}", 0)
        await people.join(tx, Member(number, 7, "李强", Role.STAFF), 0)
        await people.greet(tx, 5, NAME, "hans", 0)
        await people.set_phone(tx, 5, PHONE)
        made = await communities.by_id(tx, number)
        assert made is not None
        return made

    return await store.write(enter)


async def enter(store: Store, home: Community, bodies: list[str], **more: Any) -> list[Ticket]:
    """One ticket for each text, an hour apart, each opened and taken by Li Qiang."""

    async def change(tx: Tx) -> list[Ticket]:
        made = []
        for n, body in enumerate(bodies):
            at = int(BEGIN.timestamp() * 1000) + n * HOUR
            draft = Ticket(
                community_id=home.id,
                number=f"261101-{n + 1:03d}",
                resident_id=5,
                chat_id=5,
                source_message=home.id * 100_000 + n,
                state=State.WORKING,
                category=PLAIN[n % len(PLAIN)].code,
                kind="投诉",
                urgency="一般",
                body=body,
                clock_class="general",
                clock_unit="天",
                accept_due=at + DAY,
                answer_due=at + 7 * DAY,
                created_at=at,
                place="3号楼2单元",
                responsible="物业公司",
            )
            ticket = await tickets.insert(tx, replace(draft, **more))
            assert ticket is not None
            ticket = await tickets.save(tx, replace(ticket, **{"assignee_id": 7, **more}))
            await events.append(tx, None, ticket, "opened", at, role="resident", actor=5)
            await events.append(tx, ticket, ticket, "note", at + HOUR, role="staff", actor=7, text=body)
            made.append(ticket)
        return made

    return await store.write(change)


async def made(store: Store, home: Community, form: Form = Form.XLSX, **more: Any) -> bytes:
    """The export of November as it stood on the 22nd."""
    target = io.BytesIO()
    wish = replace(Wish(home, date(2026, 11, 1), date(2026, 11, 30), form), **more)
    await export(store, wish, target, now=NOW, zone=ZONE, catalogue=CATALOGUE)
    return target.getvalue()


async def book(store: Store, home: Community, **more: Any) -> Workbook:
    return opened(await made(store, home, **more))


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(workbook: Workbook, sheet: str = REGISTER_SHEET) -> list[dict[str, Any]]:
    """The rows below the header, by column title."""
    head, *found = workbook[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in found]


def everything(workbook: Workbook) -> str:
    return "\n".join(
        str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value
    )


async def test_the_register_answers_the_four_questions_first(store: Store) -> None:
    home = await settle(store)
    await enter(store, home, ["楼道灯不亮"])
    workbook = await book(store, home)
    assert workbook.sheetnames == [REGISTER_SHEET, HOPS_SHEET, FIGURES_SHEET, *QUESTIONS.values()]
    assert [cell.value for cell in workbook[REGISTER_SHEET][1]] == list(COLUMNS.values())
    row = rows(workbook)[0]
    asked = ("什么问题", "在哪里", "谁负责", "什么时候解决", "经办人", "状态", "小类")
    assert [row[title] for title in asked] == [
        "楼道灯不亮",
        "3号楼2单元",
        "物业公司",
        datetime.fromisoformat("2026-11-08 09:00"),
        "李强",
        "办理中",
        PLAIN[0].name,
    ]


async def test_no_cell_is_alive(store: Store) -> None:
    home = await settle(store)
    await enter(store, home, LIVE, responsible="=1+1", place="@SUM(A1)", result_text="=HYPERLINK(1)")
    for full in (False, True):
        workbook = await book(store, home, full=full)
        cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
        assert len(cells) > 300
        assert not [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
        assert workbook[REGISTER_SHEET]["Z9"].value is None
        said = [row["什么问题"] for row in rows(workbook)]
        assert len(said) == len(LIVE)
        assert said[0] == LIVE[0]
        assert said[10] == LIVE[10]
        assert said[12:] == ["00123", "电梯坏了"]


async def test_words_that_look_like_xml_harm_no_figure_either(store: Store) -> None:
    home = await settle(store, "<r><f>1</f></r>")
    await enter(store, home, ["灯不亮"], category="<r><f>1+1</f></r>")
    workbook = await book(store, home)
    cells = [str(cell.value).strip() for row in workbook[FIGURES_SHEET].iter_rows() for cell in row]
    assert "<r><f>1+1</f></r>" in cells
    assert cells[0].startswith("<r><f>1</f></r>")


async def test_csv_shows_chinese_and_starts_no_formula(store: Store) -> None:
    home = await settle(store)
    await enter(store, home, LIVE)
    content = await made(store, home, form=Form.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    said = [row["什么问题"] for row in found]
    assert said[0] == f"'{LIVE[0]}"
    assert all(text.startswith("'") for text in said[:8])
    cells = [value for row in found for value in row.values()]
    assert not [value for value in cells if value.lstrip().startswith(("=", "+", "-", "@", "＝"))]
    assert found[0]["来件时间"] == "2026-11-01 09:00"


async def test_json_holds_tickets_steps_and_figures(store: Store) -> None:
    home = await settle(store)
    await enter(store, home, LIVE[:3])
    found = json.loads(await made(store, home, form=Form.JSON, full=True))
    assert [t["problem"] for t in found["tickets"]] == LIVE[:3]
    assert [step["what"] for step in found["tickets"][1]["steps"]] == ["登记", "备注"]
    assert found["figures"]["total"] == 3
    nothing = await settle(store, "空社区")
    assert json.loads(await made(store, nothing, form=Form.JSON))["tickets"] == []


@pytest.mark.parametrize("form", list(Form))
async def test_masked_unless_asked_for_whole(store: Store, form: Form) -> None:
    home = await settle(store)
    body = f"我叫王小明，电话{PHONE}，身份证110101199003078515"
    await enter(store, home, [body], result_text=f"已联系{PHONE}")

    async def text(*, full: bool) -> str:
        content = await made(store, home, form=form, full=full)
        return everything(opened(content)) if form is Form.XLSX else content.decode()

    masked, whole = await text(full=False), await text(full=True)
    for secret in (PHONE, NAME, "王小明", "110101199003078515"):
        assert secret not in masked
        assert secret in whole
    assert "张**" in masked


async def test_a_sensitive_kind_is_locked(store: Store) -> None:
    home = await settle(store)
    body = "家里困难想申请补助"
    await enter(store, home, [body], category=SENSITIVE.code, place="6号楼601室", result_text="低保已办")
    masked, whole = await book(store, home), await book(store, home, full=True)
    row = rows(masked)[0]
    locked = ("什么问题", "在哪里", "大类", "小类", "居民", "电话", "办理情况")
    assert {row[title] for title in locked} == {CLOSED}
    assert row["谁负责"] == "物业公司"
    for secret in (body, "601", SENSITIVE.name, "低保已办", "张"):
        assert secret not in everything(masked)
    assert rows(masked, HOPS_SHEET)[1]["说明"] == CLOSED
    assert body in everything(whole)
    assert SENSITIVE.name in everything(whole)


async def test_a_kind_that_was_sensitive_once_stays_unnamed(store: Store) -> None:
    home = await settle(store)
    ticket = (await enter(store, home, ["楼道灯不亮"]))[0]
    moved = {"before": SENSITIVE.code, "after": PLAIN[0].code}
    await store.write(
        lambda tx: events.append(tx, ticket, ticket, "category", 1, role="staff", actor=7, **moved)
    )
    masked, whole = await book(store, home), await book(store, home, full=True)
    assert rows(masked, HOPS_SHEET)[2]["说明"] == f"{CLOSED} → {PLAIN[0].name}"
    assert rows(whole, HOPS_SHEET)[2]["说明"] == f"{SENSITIVE.name} → {PLAIN[0].name}"


async def test_another_community_never_appears(store: Store) -> None:
    home, other = await settle(store), await settle(store, "和平社区")
    await enter(store, home, ["本社区的灯"] * 3)
    await enter(store, other, ["别人家的灯"] * 3)
    for form in Form:
        content = await made(store, home, form=form, full=True)
        text = everything(opened(content)) if form is Form.XLSX else content.decode()
        assert "本社区的灯" in text
        assert "别人家的灯" not in text


async def test_only_the_days_asked_for_and_each_once_over_many_pages(store: Store) -> None:
    home = await settle(store)
    bodies = [f"第{n}件" for n in range(1203)]  # three pages
    await enter(store, home, bodies)
    await store.write(lambda tx: _same_moment(tx, home))
    whole = Wish(home, date(2026, 11, 1), date(2026, 12, 31), Form.JSON)
    target = io.BytesIO()
    total = await export(store, whole, target, now=NOW, zone=ZONE, catalogue=CATALOGUE)
    found = json.loads(target.getvalue())["tickets"]
    assert total == 1203
    assert sorted(t["problem"] for t in found) == sorted(bodies)
    assert all(len(t["steps"]) == 2 for t in found)
    day = json.loads(
        await made(store, home, form=Form.JSON, since=date(2026, 11, 3), until=date(2026, 11, 3))
    )
    assert {t["created"][:10] for t in day["tickets"]} == {"2026-11-03"}
    assert len(day["tickets"]) == 24


async def _same_moment(tx: Tx, home: Community) -> None:
    """Six hundred tickets of one moment: the edge of a page falls between them."""
    found = await tickets.open_of_community(tx, home.id, most=2000)
    for ticket in found:
        if "261101-100" <= ticket.number <= "261101-700":
            assert ticket.created_at
            sqlite_of(tx).execute(
                "update tickets set created_at = ? where id = ?", (int(BEGIN.timestamp() * 1000), ticket.id)
            )


async def test_the_figures_count_what_the_register_shows(store: Store) -> None:
    home = await settle(store)
    at = int(BEGIN.timestamp() * 1000)
    await enter(store, home, ["一"] * 2)
    done = {"state": State.CLOSED, "result": "solved", "opinion": "fair", "source_message": 1}
    for number, answered in (("261102-001", at + DAY), ("261102-002", at + 9 * DAY)):
        more = done | {"number": number, "answered_at": answered, "source_message": answered, "reopened": 1}
        await enter(store, home, ["二"], **more)
    gone = {"state": State.WITHDRAWN, "number": "261103-001", "source_message": 3}
    await enter(store, home, ["三"], **gone)
    workbook = await book(store, home)
    assert [row["按时"] for row in rows(workbook)].count("是") == 1
    figures = {row[0].value: row[1].value for row in workbook[FIGURES_SHEET].iter_rows(min_row=4, max_row=12)}
    expected = {
        "total": 5,
        "open": 2,
        "finished": 2,
        "other": 1,
        "late": 3,  # two that nobody answered within seven days, one answered after nine
        "on_time": 1,
        "pending": 1,
        "reopened": 2,
        "returned": 0,
    }
    assert figures == {FIGURES[key]: count for key, count in expected.items()}
    shown = {row[0].value: row[1].value for row in workbook[FIGURES_SHEET].iter_rows(min_row=13)}
    assert shown["2026-11-01"] == 5
    assert shown["2026-11-30"] == 0
    assert shown["已解决"] == shown["基本满意"] == 2
    assert len(workbook[FIGURES_SHEET]._charts) == 3
    for sheet in QUESTIONS.values():
        answers = list(workbook[sheet].iter_rows(min_row=2, max_col=6, values_only=True))
        sums = [sum(int(row[at] or 0) for row in answers) for at in range(1, 6)]
        assert sums == [expected[key] for key in ("total", "open", "finished", "on_time", "late")], sheet
        assert len(workbook[sheet]._charts) == 1


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("", (date(2026, 11, 1), date(2026, 11, 22))),
        ("本月", (date(2026, 11, 1), date(2026, 11, 22))),
        ("上月", (date(2026, 10, 1), date(2026, 10, 31))),
        ("2026-02", (date(2026, 2, 1), date(2026, 2, 28))),
        ("2026年10月", (date(2026, 10, 1), date(2026, 10, 31))),
        ("12月", (date(2025, 12, 1), date(2025, 12, 31))),
        ("2026-13", None),
        ("昨天", None),
    ],
)
def test_a_month_in_words(asked: str, span: tuple[date, date] | None) -> None:
    assert months(asked, date(2026, 11, 22)) == span


def test_last_month_in_january_is_december() -> None:
    assert months("上月", date(2027, 1, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


async def sheets_for(town: Town, person: Person) -> list[Workbook]:
    """The sheets that a person has got, as Telegram has them: in the store nothing is left of them."""
    assert town.rows("select count(*) from outbox where payload like '%file:%'") == [(0,)]
    sent = [m["document"] for m in await person.in_private.messages() if "document" in m]
    return [opened(town.book.files[document["file_id"]].data) for document in sent]


async def test_a_lead_asks_in_the_group_and_gets_it_in_private(
    town: Town, office: TownCommunity, zhang: Person
) -> None:
    await zhang.says(f"3号楼2单元电梯坏了，电话{PHONE}")
    lead = office["周敏"]
    await lead.in_private.says("/start")
    await lead.says("/export 本月")
    assert "私聊发给您" in await lead.last()
    sent = await lead.in_private.message("共 1 件")
    assert sent["document"]["file_name"].endswith(".xlsx")
    assert not [m for m in await lead.messages() if "document" in m]
    sheet = (await sheets_for(town, lead))[0]
    assert "电梯坏了" in rows(sheet)[0]["什么问题"]
    assert PHONE not in everything(sheet)


async def test_whole_texts_only_in_private(town: Town, office: TownCommunity, zhang: Person) -> None:
    await zhang.says(f"3号楼2单元电梯坏了，电话{PHONE}")
    lead = office["周敏"]
    await lead.says("/export 本月 全部")
    assert "请私聊我" in await lead.last()
    assert not (await sheets_for(town, lead))
    await lead.in_private.says("/export 本月 全部")
    await lead.in_private.hears("请不要转发")
    assert PHONE in everything((await sheets_for(town, lead))[0])


async def test_neither_staff_nor_strangers_may_export(
    town: Town, office: TownCommunity, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].says("/export")
    assert "身份不能" in await office["李强"].last()
    await office["李强"].in_private.says("/export 本月 全部")
    stranger = await town.stranger(office)
    await stranger.says("/export")
    assert "不是本社区的工作人员" in await stranger.last()
    await zhang.says("/export 本月 全部")
    assert not town.rows("select 1 from outbox where payload like '%file:%'")


async def test_what_cannot_be_exported_is_said(town: Town, office: TownCommunity) -> None:
    lead = office["周敏"]
    await lead.says("/export 去年")
    assert "这样用" in await lead.last()
    await lead.says("/export 上月")
    assert "没有来件" in await lead.last()


async def test_an_export_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "office.sqlite", tmp_path / "登记簿.csv"
    store = await Store.open(path)
    home = await settle(store)
    await enter(store, home, ["楼道灯不亮", f"电话{PHONE}"])
    await store.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{path}")
    ask = [
        "export",
        "--community",
        home.name,
        "--from",
        "2026-11-01",
        "--to",
        "2026-11-30",
        "--out",
        str(out),
    ]
    assert await _run(ask) == 0
    assert "2 件" in capsys.readouterr().out
    assert out.stat().st_mode & 0o077 == 0
    assert "楼道灯不亮" in out.read_text(encoding="utf-8-sig")
    assert PHONE not in out.read_text(encoding="utf-8-sig")
    assert await _run(ask) == 2  # never over a file that is there
    assert await _run([*ask[:-1], str(tmp_path / "x.doc")]) == 2
    assert await _run(["export", "--community", "没有", "--out", str(tmp_path / "y.csv")]) == 2
    assert not (tmp_path / "y.csv").exists()


async def _run(arguments: list[str]) -> int:
    """bot.py has an event loop of its own."""
    return await asyncio.to_thread(bot.main, arguments)
