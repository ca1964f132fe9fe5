"""Knowledge cards: which question gets which card, what becomes of it, and how an office brings its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

import bot
from desk.residents import knowledge
from desk.residents.guide_files import read_guides, starters
from domain.catalogue import load_catalogue
from domain.errors import DataFileError, Refused
from domain.guide import Guide
from nlp.read import read
from nlp.retrieval import may_be_answered, shelf_of
from storage import knowledge as stored
from tests.town import ZONE, Community, Person, Town, labels_of

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
CATALOGUE = load_catalogue()
QUESTIONS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "questions.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
ASKED = "高龄津贴怎么申请，要带什么"
OURS = Guide(
    "高龄津贴",
    "old_age_allowance",
    ("高龄津贴怎么申请", "高龄补贴去哪里领"),
    "**到哪办** 幸福社区一楼 2 号窗口，周一到周五上午。",
    "幸福社区居委会",
    "2026-10-01",
)


# ---------------------------------------------------------------- which card


def judged(part: str) -> Counter[str]:
    """How often the right card stood first, was shown, a wrong one was shown; `total` of each sort."""
    shelf, seen = shelf_of(starters()), Counter[str]()
    for where, title, question in QUESTIONS:
        if where != part:
            continue
        reading = read(question, now=NOW)
        answer, first = shelf.answer(reading), shelf.rank(reading, 1)
        shown = answer.title if answer else "-"
        sort = "none" if title == "-" else "some"
        seen[f"total {sort}"] += 1
        seen["first"] += bool(first) and first[0].guide.title == title
        seen["right"] += shown == title != "-"
        seen[f"wrong {sort}"] += shown not in ("-", title)
    return seen


def test_there_are_enough_questions() -> None:
    assert len(QUESTIONS) >= 120
    titles = {guide.title for guide in starters()}
    assert {title for _, title, _ in QUESTIONS} == titles | {"-"}
    assert len({question for *_, question in QUESTIONS}) == len(QUESTIONS)


def test_the_right_card_is_found_and_a_wrong_one_hardly_ever_shown() -> None:
    seen = judged("seen")
    assert seen["first"] >= 0.95 * seen["total some"]
    assert seen["right"] >= 0.75 * seen["total some"]
    assert seen["wrong some"] + seen["wrong none"] <= 0.01 * seen.total()


def test_so_it_is_for_questions_that_nobody_had_looked_at() -> None:
    seen = judged("fresh")
    assert seen["first"] >= 0.85 * seen["total some"]
    assert seen["right"] >= 0.45 * seen["total some"]
    assert seen["wrong some"] + seen["wrong none"] <= 0.04 * (seen["total some"] + seen["total none"])


@pytest.mark.parametrize(
    "text",
    [
        "我申请的高龄津贴怎么还没到账",
        "高龄津贴办事员态度太差，我要投诉",
        "着火了，快来人！高龄津贴怎么申请",
        "261122-007 高龄津贴怎么申请",
        "3号楼电梯坏了，另外高龄津贴怎么申请",
    ],
)
def test_what_is_no_plain_question_gets_no_card(text: str) -> None:
    reading = read(text, now=NOW)
    assert shelf_of(starters()).answer(reading) is None
    assert not may_be_answered(reading)


def test_both_scripts_find_the_same_card() -> None:
    shelf = shelf_of(starters())
    plain, traditional = read("居住证怎么办理", now=NOW), read("居住證怎麼辦理", now=NOW)
    assert shelf.answer(plain) == shelf.answer(traditional) is not None


def test_of_two_cards_with_one_title_the_later_counts() -> None:
    shelf = shelf_of((*starters(), OURS))
    assert len(shelf) == len(starters())
    assert shelf.titled("高龄津贴") == OURS


def test_of_cards_as_good_as_each_other_the_offices_own_is_meant() -> None:
    ours = replace(OURS, title="高龄津贴（幸福社区）")
    question = read(ASKED, now=NOW)
    assert shelf_of((*starters(), ours)).answer(question) is None
    ours = replace(ours, local=True)
    assert shelf_of((*starters(), ours)).answer(question) == ours


# ---------------------------------------------------------------- the files


def test_the_cards_that_come_along_are_whole() -> None:
    assert len(starters()) >= 25
    for guide in starters():
        assert CATALOGUE.has(guide.leaf)
        assert len(guide.asks) >= 8, guide.title
        assert guide.source
        assert guide.dated
        assert "以本地窗口答复为准" in guide.body


CARD = """---
title: 停车月卡
leaf: 停车
asks:
- 停车月卡怎么办
source: 物业
date: 2026-11-01
---
到物业前台办。
"""


def test_a_file_may_hold_several_cards(tmp_path: Path) -> None:
    path = tmp_path / "cards.md"
    path.write_text(CARD + CARD.replace("停车月卡", "访客停车"), encoding="utf-8")
    first, second = read_guides(path, CATALOGUE)
    assert (first.title, first.leaf, first.asks) == ("停车月卡", "parking", ("停车月卡怎么办",))
    assert (second.title, second.body, second.dated) == ("访客停车", "到物业前台办。", "2026-11-01")


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("leaf: 停车", "leaf: 停飞机", 3, "no category"),
        ("date: 2026-11-01", "date: 去年", 7, "not a date"),
        ("source: 物业", "author: 物业", 6, "not understood"),
        ("source: 物业", "title: 又一个", 6, "twice"),
        ("title: 停车月卡\n", "", 1, "'title'"),
        ("到物业前台办。", "", 1, "'body'"),
        ("到物业前台办。", "办" * 1501, 9, "longer than"),
        ("- 停车月卡怎么办", "- " + "问" * 61, 5, "longer than"),
        ("---\n到物业", "到物业", 8, "not understood"),
        ("---\n到物业前台办。", "", 1, "no end"),
        ("---\ntitle", "title", 1, "must begin"),
    ],
)
def test_what_is_wrong_in_a_card_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, says: str
) -> None:
    path = tmp_path / "cards.md"
    assert before in CARD
    path.write_text(CARD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        read_guides(path, CATALOGUE)
    assert raised.value.line == line
    assert says in raised.value.problem


def sheet(path: Path, *rows: tuple[str, ...]) -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return path


HEADER = ("标题", "类别", "问法", "内容", "来源", "日期")


def test_a_sheet_holds_one_card_in_a_row(tmp_path: Path) -> None:
    row = ("停车月卡", "停车", "停车月卡怎么办；月卡多少钱", "到物业前台办。", "物业", "2026-11-01")
    (card,) = read_guides(sheet(tmp_path / "cards.xlsx", HEADER, row), CATALOGUE)
    assert card.asks == ("停车月卡怎么办", "月卡多少钱")
    assert (card.leaf, card.source, card.dated) == ("parking", "物业", "2026-11-01")


def test_what_is_wrong_in_a_sheet_is_named_with_its_row(tmp_path: Path) -> None:
    good = ("停车月卡", "停车", "", "到物业前台办。", "", "")
    bad = ("访客停车", "没有这类", "", "登记。", "", "")
    with pytest.raises(DataFileError) as raised:
        read_guides(sheet(tmp_path / "cards.xlsx", HEADER, good, bad), CATALOGUE)
    assert raised.value.line == 3
    with pytest.raises(DataFileError, match="no header"):
        read_guides(sheet(tmp_path / "bare.xlsx", good), CATALOGUE)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK no sheet at all")
    with pytest.raises(DataFileError, match="cannot be read"):
        read_guides(broken, CATALOGUE)


# ---------------------------------------------------------------- at the counter


async def test_a_question_gets_its_card_and_nobody_is_bothered(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(ASKED)
    card = await zhang.hears("这有帮助吗")
    assert "高龄津贴" in card
    assert "来源：" in card
    assert "更新：2026-11-22" in card
    assert "010-5550100" in card
    assert await town.tickets() == []
    assert await office.anyone.count("高龄津贴") == 0

    assert "谢谢" in await zhang.presses("有用")
    await zhang.presses("有用")
    await office["李强"].says("/guides")
    assert "高龄津贴：看过 1，有用 1，还要问人 0" in await office.anyone.hears("办事指南")
    assert await town.tickets() == []


async def test_who_still_wants_a_person_gets_the_ticket_of_the_first_words(
    town: Town, office: Community, zhang: Person
) -> None:
    asked = await zhang.says(ASKED)
    toast = await zhang.presses("还要问人")
    ticket = await town.ticket()
    assert ticket.number in toast
    assert (ticket.body, ticket.source_message, ticket.kind) == (ASKED, asked, "咨询")
    assert ticket.number in await zhang.hears("已登记")
    assert ASKED in (await office.card(ticket))["text"]

    assert ticket.number in await zhang.presses("还要问人")
    assert len(await town.tickets()) == 1
    await office["李强"].says("/guides")
    assert "看过 1，有用 0，还要问人 1" in await office.anyone.hears("办事指南")


async def test_asking_the_same_again_reaches_people(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(ASKED)
    again = "高龄津贴怎么申请？我妈八十一了"
    await zhang.says(again)
    assert await zhang.count("这有帮助吗") == 1
    assert (await town.ticket()).body == again


async def test_asking_for_a_person_means_the_question(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(ASKED)
    await zhang.says("我要找人工")
    (ticket,) = await town.tickets()
    assert ticket.body == ASKED
    assert town.rows("select text from messages where role = 'supplement'") == [("我要找人工",)]


async def test_a_question_of_an_open_matter_goes_to_that_matter(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("我妈的高龄津贴停发了，上个月没到账")
    assert len(await town.tickets()) == 1
    await zhang.says(ASKED)
    assert await zhang.count("这有帮助吗") == 0


async def test_a_stranger_to_the_question_cannot_settle_it(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says(ASKED)
    li = await town.resident("李四", office)
    with pytest.raises(Refused):
        await knowledge.to_person(town.office, 1, li.id)
    with pytest.raises(Refused):
        await knowledge.useful(town.office, 1, li.id)
    assert await town.tickets() == []


async def test_the_card_comes_in_the_script_of_the_question(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("請問高齡津貼怎麼申請")
    card = await zhang.message("這有幫助嗎")
    assert "老人" in card["text"]
    assert "身份證" in card["text"]
    assert any("還要問人" in label for label in labels_of(card))


async def test_a_communitys_own_card_stands_before_the_general_one(
    town: Town, office: Community, zhang: Person
) -> None:
    other = await town.community("和平社区", "和平苑", ("赵云",))
    await knowledge.take_in(town.office, (OURS,), office.id)
    await zhang.says(ASKED)
    assert "2 号窗口" in await zhang.hears("这有帮助吗")
    wang = await town.resident("王五", other)
    await wang.says(ASKED)
    assert "2 号窗口" not in await wang.hears("这有帮助吗")
    await other["赵云"].says("/guides")
    assert "看过 1" in await other.anyone.hears("办事指南")

    assert await knowledge.withdraw(town.office, "高龄津贴", office.id)
    assert not await knowledge.withdraw(town.office, "高龄津贴", office.id)
    li = await town.resident("李四", office)
    await li.says(ASKED)
    assert "2 号窗口" not in await li.hears("这有帮助吗")


async def test_importing_again_replaces_and_a_general_card_is_for_all(
    town: Town, office: Community, zhang: Person
) -> None:
    newer = Guide(OURS.title, OURS.leaf, OURS.asks, "改在二楼办。", "", "")
    await knowledge.take_in(town.office, (OURS,), None)
    await knowledge.take_in(town.office, (newer,), None)
    await zhang.says(ASKED)
    assert "改在二楼办" in await zhang.hears("这有帮助吗")
    assert town.rows("select count(*) from guides") == [(1,)]


async def test_staff_look_a_card_up_and_send_it(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("我妈的高龄津贴停发了，上个月没到账")
    ticket = await town.ticket()
    card = await office.card(ticket)
    await office["李强"].says("/guide 高龄津贴", reply_to=card["message_id"])
    shown = await office.anyone.message("来源：")
    assert any(ticket.number in label for label in labels_of(shown))
    await office["李强"].presses("发给居民")
    answer = await zhang.hears("社区答复")
    assert "【高龄津贴】" in answer
    assert "**" not in answer
    assert (await town.ticket()).answered_at is not None


async def test_staff_look_a_card_up_without_a_ticket(town: Town, office: Community) -> None:
    await office["李强"].says("/guide 低保")
    assert labels_of(await office.anyone.message("低保申请")) == []
    await office["李强"].says("/guide 宇宙飞船")
    await office.anyone.hears("没找到“宇宙飞船”的指南")
    await office["李强"].says("/guide")
    await office.anyone.hears("/guide 低保")


async def test_strangers_do_not_see_the_figures(town: Town, office: Community) -> None:
    stranger = await town.stranger(office)
    await stranger.says("/guides")
    assert await office.anyone.count("办事指南") == 0


async def test_questions_are_forgotten_and_counts_stay(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says(ASKED)
    await town.store.write(lambda tx: stored.forget_person(tx, zhang.id))
    assert town.rows("select count(*) from guide_answers") == [(0,)]
    assert town.rows("select shown from guide_counts") == [(1,)]
    assert "失效" in await zhang.presses("还要问人")

    await zhang.says("居住证怎么办理")
    later = town.clock.ms() + 1000
    assert await town.store.write(lambda tx: stored.forget_before(tx, later)) == 1


def test_an_operator_brings_in_cards_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:{tmp_path / 'office.sqlite'}")
    path = tmp_path / "cards.md"
    path.write_text(CARD, encoding="utf-8")
    assert bot.main(["guides", "import", str(path)]) == 0
    assert "1 张" in capsys.readouterr().out
    assert bot.main(["guides", "import", str(path), "--community", "没有的社区"]) == 2
    assert bot.main(["guides", "remove", "停车月卡"]) == 0
    assert bot.main(["guides", "remove", "停车月卡"]) == 2
    path.write_text(CARD.replace("停车\n", "停飞机\n"), encoding="utf-8")
    assert bot.main(["guides", "import", str(path)]) == 2
    assert "cards.md:3" in capsys.readouterr().err
