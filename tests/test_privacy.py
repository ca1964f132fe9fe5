"""A resident sees, takes along and deletes what is kept about them; old tickets lose their words."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.residents import privacy
from domain.states import State
from jobs import housekeeping
from storage import inbox, messages, outbox, questions
from storage.messages import Message
from storage.outbox import Letter
from storage.store import Tx
from storage.tickets import searchable
from tests.town import Community, Person, Town, labels_of, words_of
from texts import privacy as words
from texts.when import how_long

CANARIES = ("鼹鼯", "qzxwvkjj77", "13912345678", "110101199003077811")
SAID = "3号楼2单元电梯坏了，暗号qzxwvkjj77，我叫鼹鼯，电话13912345678，身份证110101199003077811"


@pytest.fixture
async def mole(town: Town, office: Community) -> Person:
    """A resident whose name is found nowhere else."""
    return await town.resident("鼹鼯", office)


async def a_life(town: Town, office: Community, mole: Person) -> None:
    """Two matters, one finished and one open, with everything in them that may quote the resident."""
    await mole.sends(contact={"phone_number": "13912345678", "first_name": "鼹鼯"})
    await mole.says(SAID)
    receipt = (await mole.message("已登记"))["message_id"]
    await mole.sends(photo="sample", caption="照片里是qzxwvkjj77", reply_to=receipt)
    staff = office["李强"]
    await staff.presses("接单")
    card = (await office.card(await town.ticket()))["message_id"]
    await staff.says("鼹鼯您好，qzxwvkjj77 收到了", reply_to=card)
    await staff.says("备注：鼹鼯说qzxwvkjj77", reply_to=card)
    await staff.in_private.says("/start")
    await staff.presses("更多")
    await staff.presses("看全文")
    await staff.presses("经过")
    await staff.says("/search qzxwvkjj77")
    await staff.says(f"/close {(await town.ticket()).number} qzxwvkjj77 修好了")
    await mole.presses("没解决")
    await mole.says("因为qzxwvkjj77还是那样，鼹鼯")
    await staff.says(f"/close {(await town.ticket()).number} 鼹鼯家修好了")
    await mole.presses("解决了")
    await mole.presses("满意")
    opened = await mole.says("鼹鼯家5号楼楼道堆满杂物 qzxwvkjj77")
    await mole.edits(opened, "鼹鼯家5号楼楼道堆满了杂物 qzxwvkjj77")
    await town.settle()


async def odds_and_ends(town: Town, office: Community, mole: Person) -> None:
    """What hangs on the person and on no ticket: a picture without words, a question, a failed update."""
    await town.later(minutes=40)
    await mole.sends(photo="sample")
    update = {"update_id": 10**9, "message": {"chat": {"id": mole.id}, "text": "鼹鼯 qzxwvkjj77"}}

    async def change(tx: Tx) -> None:
        now = town.clock.ms()
        await questions.ask(tx, mole.id, mole.id, "which", now, message={"text": "qzxwvkjj77"})
        (row,) = await inbox.take_in(tx, 1, [update], now)
        await inbox.dead(tx, row.id, "ValueError", now)
        looked = {
            "text": "attachment",
            "values": {"number": "261123-001"},
            "media": [{"file_id": "qzxwvkjj77"}],
        }
        letter = Letter("attachment:1", office["李强"].id, "say", looked, community_id=office.id)
        await outbox.put(tx, letter, now)
        await tx.do("outbox.dead", id=await tx.value("outbox.by_key", key="attachment:1"), error="")

    await town.store.write(change)
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None, timeout=10)) as db:
        db.execute(
            "insert into guide_answers (community_id, chat_id, user_id, message_id, title, message, at) "
            "values (?, ?, ?, 1, '办证', ?, 0)",
            (office.id, mole.id, mole.id, json.dumps({"text": "qzxwvkjj77怎么办证"}, ensure_ascii=False)),
        )


def found_in_files(folder: Path, needles: tuple[str, ...]) -> list[str]:
    """Which of them stand in the bytes of the store's files, plain or as JSON escapes."""
    hits = []
    for path in folder.iterdir():
        content = path.read_bytes()
        for needle in needles:
            forms = {needle.encode(), json.dumps(needle)[1:-1].encode(), needle.encode("utf-16-le")}
            hits += [f"{path.name}: {needle}" for form in forms if form in content]
    return hits


def found_in_tables(path: Path, needles: tuple[str, ...], number: int) -> list[str]:
    """Every column that holds one of the words or the number; the search index too."""
    hits = []
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [r[0] for r in db.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            cursor = db.execute(f"select * from {table}")  # noqa: S608 - names out of the store itself
            names = [column[0] for column in cursor.description]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    text = str(value)
                    if any(needle in text for needle in needles) or str(number) in text:
                        hits.append(f"{table}.{name}: {text[:60]}")
        db.execute("create virtual table temp.terms using fts5vocab(main, ticket_words, 'row')")
        terms = [r[0].partition("x")[2] for r in db.execute("select term from temp.terms")]
        assert all(terms), "words without their community"
        hits += [f"index: {t}" for t in terms if any(t in needle for needle in needles) and len(t) > 1]
    return hits


async def test_what_is_kept_is_shown(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("/mydata")
    page = await zhang.hears("我这里存着")
    for part in ("张三", "幸福社区", "简体", "1 件（在办 1 件）", "2026-11-23"):
        assert part in page
    labels = ["📄 导出", "🗑 删除", "关闭", "🔤 简体", "🔤 繁体"]
    assert labels_of(await zhang.message("我这里存着")) == labels
    await zhang.presses("关闭")
    assert await zhang.count("我这里存着") == 0
    await zhang.hears("已收起")


@pytest.mark.parametrize("asked", ["我的数据", "我的資料", "查看我的信息。", "刪除我的資料"])
async def test_plain_words_ask_as_well(town: Town, zhang: Person, asked: str) -> None:
    await zhang.says(asked)
    assert await zhang.count("我这里存着") == 1
    assert await town.tickets() == []


@pytest.mark.parametrize("said", ["我的资料被物业弄丢了", "隐私被泄露了怎么办", "看我的低保"])
def test_a_matter_about_data_is_no_question_for_it(said: str) -> None:
    assert not words.asks_for_data(said)


async def test_the_notice_says_how(town: Town, zhang: Person) -> None:
    notice = await zhang.hears("您的信息我们这样用")
    assert "我的数据" in notice
    assert "两年" in notice


async def test_a_stranger_has_nothing(town: Town, office: Community) -> None:
    stranger = await town.resident("路人")
    town_rows = "select count(*) from residents where user_id = ?"
    await stranger.says("我的数据")
    await stranger.presses("删除")
    await stranger.presses("确认删除")
    assert town.rows(town_rows, stranger.id)[0][0] == 0
    await stranger.says("我的数据")
    await stranger.hears("没有存您的任何信息")


@pytest.mark.sqlite
async def test_the_export_holds_everything_and_nothing_of_others(
    town: Town, office: Community, mole: Person
) -> None:
    other = await town.resident("别人", office)
    await other.says("6号楼漏水，暗号不能给人看")
    await a_life(town, office, mole)
    await odds_and_ends(town, office, mole)
    await mole.says("我的数据")
    await mole.presses("导出")
    files = {
        m["document"]["file_name"]: town.book.files[m["document"]["file_id"]].data
        for m in await mole.messages()
        if "document" in m
    }
    assert sorted(files) == ["我的数据-20261123.json", "我的数据-20261123.txt"]
    data: dict[str, Any] = json.loads(files["我的数据-20261123.json"])
    page = files["我的数据-20261123.txt"].decode("utf-8-sig")
    assert data["resident"]["name"] == "鼹鼯"
    assert data["resident"]["phone"] == "13912345678"
    assert [t["text"] for t in data["tickets"]] == [SAID, "鼹鼯家5号楼楼道堆满了杂物 qzxwvkjj77"]
    first = data["tickets"][0]
    assert first["rating"] == "satisfied"
    assert [s["what"] for s in first["history"]].count("您说没解决，重新办理") == 1
    assert any(m["role"] == "answer" and "收到了" in m["text"] for m in first["messages"])
    for part in (
        SAID,
        "您的评价：满意",
        "社区：鼹鼯您好",
        "［照片］照片里是qzxwvkjj77",
        "qzxwvkjj77怎么办证（答：办证）",
    ):
        assert part in page
    for hidden in ("鼹鼯说qzxwvkjj77", "不能给人看"):  # a note among staff, another resident
        assert hidden not in page
        assert hidden not in str(data)


async def test_files_follow_the_script(town: Town, office: Community) -> None:
    lin = await town.resident("林太", office, language="zh-hant")
    await lin.says("3號樓2單元電梯壞了，請派人來修")
    await lin.says("我的資料")
    await lin.presses("匯出" if any("匯出" in x for x in labels_of(await lin.message("稱呼"))) else "導出")
    files = [m["document"] for m in await lin.messages() if "document" in m]
    assert files[0]["file_name"] == "我的數據-20261123.txt"
    assert "辦理經過" in town.book.files[files[0]["file_id"]].data.decode("utf-8-sig")


@pytest.mark.sqlite
async def test_deletion_leaves_no_byte_and_an_anonymous_count(
    town: Town, office: Community, mole: Person
) -> None:
    await a_life(town, office, mole)
    await odds_and_ends(town, office, mole)
    assert found_in_files(town.folder, CANARIES), "the search must be able to find something"
    before = await town.tickets()
    await mole.says("我的数据")
    await mole.presses("删除")
    question = await mole.hears("件事在办")
    assert before[1].number in question
    assert before[0].number not in question
    assert await mole.presses("撤回这 1 件并删除") == "已删除"

    assert found_in_files(town.folder, CANARIES) == []
    left = [hit.partition(":")[0] for hit in found_in_tables(town.path, CANARIES, mole.id)]
    assert set(left) <= {"inbox.chat_id", "outbox.chat_id", "outbox.key"}, "the press and the last word"
    after = await town.tickets()
    assert [t.number for t in after] == [t.number for t in before]
    assert [t.category for t in after] == [t.category for t in before]
    assert [t.created_at for t in after] == [t.created_at for t in before]
    assert (after[0].state, after[0].result, after[0].opinion) == (State.CLOSED, "solved", "satisfied")
    assert after[1].state is State.WITHDRAWN
    assert all(t.erased and not (t.body or t.place or t.building or t.result_text) for t in after)
    assert "rate" in town.events(before[0])
    assert town.rows("select * from buttons where ticket_id <> 0") == []
    await mole.hears("已删除。")

    await town.later(days=8)
    await housekeeping.tidy(town.office)
    assert found_in_files(town.folder, CANARIES) == []
    assert found_in_tables(town.path, CANARIES, mole.id) == []
    assert town.rows("pragma integrity_check") == [("ok",)]


HOLDERS = {
    "residents", "tickets", "events", "messages", "questions", "inbox", "outbox", "buttons", "guide_answers",
    "companions", "anonymous", "pace", "notice_answers", "waiting_questions",
}  # fmt: skip
"""Tables that may hold a resident, each known to storage/privacy.py."""
OFFICE = {
    *("communities", "estates", "buildings", "staff", "invites", "duty", "numbers", "jobs", "settings"),
    *("guides", "guide_counts"),
    *("resident_groups", "rechecks", "notices"),  # groups, ids of tickets, words of staff
    *("extensions", "suspensions", "joined", "undos", "looks"),  # ids of tickets, codes, times, staff
    *("filings", "duty_days", "away", "bulks", "watchers", "checks", "topics"),  # ids, days, staff
    *("spot_checks", "meetings", "meeting_items"),  # ids of tickets, months, staff
    *("rankings", "ranking_exclusions", "ranking_objections"),  # counts, codes, staff
    *("seals", "chains"),  # salted hashes
    "bots",
    *("organisations", "organisation_people", "organisation_invites", "hops"),  # units, their people, codes
    *("calendar_days", "community_calendars", "promise_changes"),  # days, times, ids of tickets
}
"""Tables about the office itself."""


@pytest.mark.sqlite
async def test_every_table_is_known_to_the_deletion(town: Town) -> None:
    """Whoever adds a table says here whether a resident can stand in it, and teaches storage/privacy.py."""
    tables = {row[0] for row in town.rows("select name from sqlite_master where type = 'table'")}
    own = {name for name in tables if not name.startswith(("sqlite_", "ticket_words"))}
    assert own == HOLDERS | OFFICE


async def test_the_group_sees_no_word_any_more(town: Town, office: Community, mole: Person) -> None:
    await a_life(town, office, mole)
    first, second = await town.tickets()
    await mole.says("我的数据")
    await mole.presses("删除")
    await mole.presses("撤回这 1 件并删除")
    for ticket in (first, second):
        card = words_of(await office.card(ticket))
        assert ticket.number in card
        assert "居民已删除个人信息" in card
    for heard in [*await office["李强"].heard(), *await office["李强"].in_private.heard()]:
        assert not any(canary in heard for canary in CANARIES), heard
    notice = await office.anyone.hears("不用再办")
    assert second.number in notice
    assert first.number in await office.anyone.hears("请同事长按删除")
    for said in (f"/reply {first.number} 您好", f"/t {second.number}"):
        await office["李强"].says(said)
        assert "个人信息已经删除" in await office["李强"].last()
    assert await town.tickets() == [await _same(town, first.id), await _same(town, second.id)]


async def _same(town: Town, ticket_id: int) -> Any:
    return next(t for t in await town.tickets() if t.id == ticket_id)


async def test_nothing_is_deleted_without_a_second_press(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("我的数据")
    await zhang.presses("删除")
    await zhang.presses("等办完再说")
    await zhang.hears("什么都没删")
    assert (await town.ticket()).resident_id == zhang.id


async def test_a_matter_opened_meanwhile_is_asked_about_again(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("我的数据")
    await zhang.presses("删除")
    question = (await zhang.message("件事在办"))["message_id"]
    await zhang.says("5号楼楼道堆满杂物，味道很大")
    await zhang.presses("撤回这 1 件并删除", on=question)
    assert "您还有 2 件事在办" in await zhang.hears("又有变化")
    assert all(t.state is State.NEW for t in await town.tickets())
    await zhang.presses("撤回这 2 件并删除")
    assert all(t.erased for t in await town.tickets())


async def test_who_is_erased_can_begin_anew(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("我的数据")
    await zhang.presses("删除")
    erase = await zhang.with_button("确认删除")
    await zhang.presses("确认删除")
    assert "失效" in await zhang.presses("确认删除", on=erase["message_id"])
    await zhang.says("3号楼2单元电梯坏了")
    assert (await town.ticket()).resident_id == zhang.id
    assert await zhang.count("您的信息我们这样用") == 2


async def test_nobody_deletes_for_another(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("我的数据")
    await zhang.presses("删除")
    token = town.rows("select token from buttons where action = 'my_erase'")[0][0]
    other = await town.resident("别人", office)
    await other.says("我的数据")
    own = await other.with_button("导出")
    await other.forges(own["message_id"], token)
    assert town.rows("select count(*) from residents where user_id = ?", zhang.id)[0][0] == 1


async def test_staff_who_are_residents_too_stay_staff(town: Town, office: Community) -> None:
    li = office["李强"].in_private
    await li.says("/start")
    zhang = await town.resident("张三", office)
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    await li.says("我的数据")
    await li.presses("删除")
    await li.presses("确认删除")
    assert town.rows("select count(*) from staff where until is null")[0][0] == 3
    assert (await town.ticket()).body == "3号楼2单元电梯坏了"
    await office["李强"].says("已联系物业", reply_to=(await office.card(await town.ticket()))["message_id"])
    await zhang.hears("社区答复")


@pytest.mark.sqlite
async def test_a_summary_still_to_be_sent_quotes_no_place(
    town: Town, office: Community, mole: Person
) -> None:
    await mole.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    rows = [[1, ticket.number, f"电梯 {ticket.place}", 5], [2, "261101-009", f"路灯 {ticket.place}", 5]]
    payload = {"text": "daily_summary", "values": {"summary": {"oldest": rows}}}
    later = town.clock.ms() + 10**9
    town_insert = (
        "insert into outbox (key, community_id, chat_id, kind, payload, not_before, created_at) "
        "values ('daily_summary:x', ?, ?, 'say', ?, ?, 0)"
    )
    with contextlib.closing(sqlite3.connect(town.path, isolation_level=None, timeout=10)) as db:
        db.execute(town_insert, (office.id, office.group, json.dumps(payload, ensure_ascii=False), later))
    await mole.says("我的数据")
    await mole.presses("删除")
    await mole.presses("撤回这 1 件并删除")
    kept = town.rows("select payload from outbox where key = 'daily_summary:x'")[0][0]
    oldest = json.loads(kept)["values"]["summary"]["oldest"]
    assert [row[2] for row in oldest] == ["电梯 …", f"路灯 {ticket.place}"]


async def test_old_tickets_lose_their_words_and_young_ones_do_not(
    town: Town, office: Community, mole: Person
) -> None:
    await mole.says("3号楼2单元电梯坏了 qzxwvkjj77")
    await office["李强"].presses("接单")
    await office["李强"].says(f"/close {(await town.ticket()).number} 修好了")
    await mole.presses("解决了")
    await mole.says("5号楼楼道堆满杂物 鼹鼯")
    old, still_open = await town.tickets()
    keeping = replace(town.office, retention_days=30)
    assert await privacy.due_for_retention(keeping) == 0
    await town.later(days=31)
    assert await privacy.due_for_retention(replace(town.office, retention_days=0)) == 0
    assert await privacy.due_for_retention(keeping) == 1
    await housekeeping.tidy(keeping)
    assert await privacy.due_for_retention(keeping) == 0
    old, still_open = await town.tickets()
    assert old.erased
    assert old.result == "solved"
    assert still_open.body == "5号楼楼道堆满杂物 鼹鼯"
    assert searchable(old).strip() == old.number
    assert found_in_files(town.folder, ("qzxwvkjj77",)) == []
    assert town.rows("select name from residents where user_id = ?", mole.id) == [("鼹鼯",)]


@pytest.mark.sqlite
async def test_scrubbing_is_taken_up_after_a_crash(town: Town, office: Community, mole: Person) -> None:
    """The process died between the deletion and the cleaning of the files."""

    async def write_and_delete(tx: Tx) -> None:
        kept = Message(mole.id, 999, "loose", town.clock.ms(), text="qzxwvkjj77")
        await messages.keep(tx, kept)

    async def delete(tx: Tx) -> None:
        await tx.do("privacy.forget_unfiled", user_id=mole.id)
        await tx.do("small.set_setting", name="scrub", value="due")

    await town.store.write(write_and_delete)
    await town.store.write(delete)
    assert found_in_files(town.folder, ("qzxwvkjj77",))
    await housekeeping.tidy(town.office)
    assert found_in_files(town.folder, ("qzxwvkjj77",)) == []
    assert town.rows("select value from settings where name = 'scrub'") == [("",)]


async def test_an_id_number_is_asked_not_to_be_sent_and_can_be_wiped(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(SAID)
    await zhang.says("再说一遍，身份证110101199003077811")
    assert await zhang.count("请不要发身份证号，我已遮住") == 1
    card = words_of(await office.card(await town.ticket()))
    assert "110101199003077811" not in card
    await zhang.presses("抹掉证件号")
    assert found_in_files(town.folder, ("110101199003077811",)) == []
    assert "13912345678" in (await town.tickets())[0].body
    await zhang.hears("抹掉了")


@pytest.mark.parametrize(("days", "said"), [(730, "两年"), (365, "一年"), (90, "90天"), (0, "")])
def test_how_long(days: int, said: str) -> None:
    assert how_long(days) == said
