"""The daily picture: its figures are the register's, its words lie apart, nothing of a resident is in it."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import struct
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import load_catalogue
from domain.states import OPEN, State, WaitsFor
from reports import timeline_picture
from reports.card_figures import AGE_LIMITS, AgeCount, Card, CategoryCount, DayCount, card_figures
from reports.daily_picture import draw
from reports.drawing.canvas import LEAST, Canvas
from reports.drawing.fortnight import step
from reports.drawing.lettering import FONT_FILE, fitted, width
from reports.render import PNG, png
from reports.timeline_picture import Step, Story, shown
from storage import communities
from storage.communities import Community as Home
from storage.sqlite import SqliteTx
from storage.store import Store, Tx, queries
from storage.tickets import Ticket
from tests.town import Community, Person, Town
from texts.script import to_traditional

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 8, 31, tzinfo=ZONE)
CATALOGUE = load_catalogue()
SECRET = "绝密证人"

counts = st.one_of(st.integers(0, 12), st.integers(0, 99_999))
names = st.one_of(
    st.sampled_from(["路灯", "电动车飞线充电", "幸福社区", "浦东新区陆家嘴街道东昌路第三社区居民委员会"]),
    st.text(min_size=1, max_size=40),
)


def sqlite_of(tx: Tx) -> sqlite3.Connection:
    """The connection itself, for rows that no query of ours writes."""
    assert isinstance(tx, SqliteTx)
    return tx._db


def rows_of(shape: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(shape, min_size=size, max_size=size).map(tuple)


cards = st.builds(
    Card,
    community=names,
    day=st.just(DAY),
    now=st.just(NOW),
    new=counts,
    usual=st.one_of(st.none(), st.floats(0, 9999).map(lambda value: round(value, 1))),
    unusual=st.booleans(),
    closed=counts,
    reopened=counts,
    open=counts,
    unassigned=counts,
    late=counts,
    urgent_open=counts,
    days=rows_of(st.tuples(counts, counts, counts), 14).map(
        lambda rows: tuple(DayCount(DAY - timedelta(days=13 - n), *row) for n, row in enumerate(rows))
    ),
    categories=st.lists(st.builds(CategoryCount, names, counts, counts), max_size=6).map(tuple),
    ages=rows_of(st.tuples(counts, counts).map(lambda pair: AgeCount(max(pair), min(pair))), 6),
    heat=rows_of(rows_of(counts, 24), 7),
)


@settings(max_examples=60, deadline=None)
@given(card=cards, turn=st.sampled_from([str, to_traditional]))
def test_words_never_overlap_whatever_the_figures(card: Card, turn: Any) -> None:
    check(draw(card, turn))


def check(canvas: Canvas) -> None:
    """No two words meet, none leaves the sheet or is too small, and it is well-formed."""
    assert [(a.text, b.text) for a, b in combinations(canvas.boxes, 2) if a.meets(b)] == []
    assert [
        b.text
        for b in canvas.boxes
        if b.left < 0 or b.top < 0 or b.right > canvas.width or b.bottom > canvas.height
    ] == []
    assert min(box.size for box in canvas.boxes) >= LEAST
    ElementTree.fromstring(canvas.svg())  # noqa: S314 - our own, a moment old


def test_words_are_made_smaller_then_shortened() -> None:
    assert fitted("路灯", 100, 30, 22) == ("路灯", 30)
    assert fitted("路灯路灯", 100, 30, 22) == ("路灯路灯", 25)
    said, size = fitted("路灯" * 20, 100, 30, 22)
    assert (said, size) == ("路灯路…", 22)
    assert width(said, size) <= 100


@pytest.mark.parametrize(
    ("most", "gap"), [(0, 1), (1, 1), (5, 1), (9, 2), (26, 10), (999, 200), (7404, 2000)]
)
def test_the_scale_goes_by_round_steps(most: int, gap: int) -> None:
    assert step(most) == gap


def characters() -> set[str]:
    """What the font has a shape for: its table `cmap` in format 4."""
    font = FONT_FILE.read_bytes()
    tables = {
        font[at : at + 4]: struct.unpack(">II", font[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", font[4:6])[0], 16)
    }
    cmap = font[tables[b"cmap"][0] :]
    begin = struct.unpack(">I", cmap[8:12])[0]
    assert struct.unpack(">H", cmap[begin : begin + 2]) == (4,)
    pairs = struct.unpack(">H", cmap[begin + 6 : begin + 8])[0] // 2
    ends = struct.unpack(f">{pairs}H", cmap[begin + 14 : begin + 14 + 2 * pairs])
    starts = struct.unpack(f">{pairs}H", cmap[begin + 16 + 2 * pairs : begin + 16 + 4 * pairs])
    return {chr(code) for start, end in zip(starts, ends, strict=True) for code in range(start, end + 1)}


def test_the_font_has_every_character_of_ours_in_both_scripts() -> None:
    root = FONT_FILE.parents[2]
    words = (root / "texts" / "pictures.py").read_text(encoding="utf-8")
    words += "".join(leaf.name + leaf.unit for leaf in CATALOGUE.leaves)
    words += "".join(top.name for top in CATALOGUE.tops)
    marks = "🖼⏰🏢📅📷🔒🕘"  # on buttons only
    wanted = {char for char in words + to_traditional(words) if char.isprintable() and char not in marks}
    assert wanted - characters() == set()


# --- figures: a random history counted by the program, and again from its events by hand


class History:
    """Tickets of forty days with their moves, kept in memory as they are written into the store."""

    def __init__(self, seed: int, many: int) -> None:
        chance = random.Random(seed)
        leaves = [leaf.code for leaf in CATALOGUE.leaves]
        self.tickets: list[dict[str, Any]] = []
        for number in range(1, many + 1):
            at = NOW - timedelta(minutes=chance.randint(1, 40 * 1440))
            moves = [(at, "", "new")]
            state = "new"
            while chance.random() < 0.8:
                at += timedelta(minutes=chance.randint(1, 8000))
                after = chance.choice([s.value for s in State])
                if at >= NOW:
                    break
                moves.append((at, state, after))
                state = after
            self.tickets.append(
                {
                    "id": number,
                    "category": chance.choice(leaves),
                    "created": moves[0][0],
                    "state": state,
                    "moves": moves,
                    "due": moves[0][0] + timedelta(days=chance.randint(1, 9)),
                    "answered": chance.random() < 0.3,
                }
            )

    async def enter(self, tx: Tx) -> Home:
        home = await communities.found(tx, "幸福社区", "c1", ms(NOW - timedelta(days=60)))
        for t in self.tickets:
            sqlite_of(tx).execute(
                "insert into tickets (id, community_id, number, resident_id, chat_id, source_message, state,"
                " category, kind, urgency, body, place, clock_class, clock_unit, accept_due, answer_due,"
                " answered_at, created_at) values (?,?,?,5,5,?,?,?,'投诉','一般',?,?,'general','天',?,?,?,?)",
                (
                    *(t["id"], home, f"n{t['id']}", t["id"], t["state"], t["category"], SECRET, SECRET),
                    *(0, ms(t["due"]), ms(t["due"]) if t["answered"] else None, ms(t["created"])),
                ),
            )
            sqlite_of(tx).executemany(
                "insert into events (community_id, ticket_id, at, actor_role, kind, from_state, to_state)"
                " values (?,?,?,'staff','close',?,?)",
                [(home, t["id"], ms(at), before, after) for at, before, after in t["moves"]],
            )
        found = await communities.by_id(tx, home)
        assert found is not None
        return found


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


async def counted(folder: Path, history: History) -> Card:
    store = await Store.open(folder / "office.sqlite")
    try:
        home = await store.write(history.enter)
        return await store.read(lambda tx: card_figures(tx, home, DAY, NOW, ZONE, CATALOGUE))
    finally:
        await store.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_figure_can_be_counted_again_from_the_history(tmp_path: Path, seed: int) -> None:
    history = History(seed, 150)
    card = await counted(tmp_path, history)
    for day in card.days:
        evening = datetime.combine(day.day + timedelta(days=1), datetime.min.time(), ZONE)
        left = came = went = 0
        for ticket in history.tickets:
            before_evening = [move for move in ticket["moves"] if move[0] < evening]
            left += bool(before_evening) and before_evening[-1][2] in OPEN
            for at, before, after in before_evening:
                if at >= evening - timedelta(days=1):
                    came += before not in OPEN and after in OPEN
                    went += before in OPEN and after not in OPEN
        assert (day.came, day.went, day.left) == (came, went, left)
    assert card.days[-1].day == DAY

    still = [t for t in history.tickets if t["state"] in OPEN]
    edges = (-1, *AGE_LIMITS, 10**6)
    for n, age in enumerate(card.ages):
        quarter = {id(t): ms(t["created"]) // 900_000 * 900 for t in still}
        old = [t for t in still if edges[n] <= (NOW.timestamp() - quarter[id(t)]) / 86400 < edges[n + 1]]
        late = [
            t
            for t in old
            if t["due"] < NOW and not t["answered"] and t["state"] not in ("needs_info", "suspended")
        ]
        assert (age.count, age.late) == (len(old), len(late))
    assert (card.open, card.late) == (len(still), sum(age.late for age in card.ages))

    hours = Counter((t["created"].weekday(), t["created"].hour) for t in history.tickets if in_days(t, 28))
    assert {(d, h): n for d, row in enumerate(card.heat) for h, n in enumerate(row) if n} == hours


def in_days(ticket: dict[str, Any], many: int, last: date = DAY) -> bool:
    return bool(last - timedelta(days=many) < ticket["created"].date() <= last)


async def test_sensitive_kinds_only_add_to_their_heading(tmp_path: Path) -> None:
    hidden = next(leaf for leaf in CATALOGUE.leaves if leaf.sensitive)
    shown = next(leaf for leaf in CATALOGUE.leaves if not leaf.sensitive)
    history = History(5, 60)
    for number, ticket in enumerate(history.tickets):
        ticket["category"] = hidden.code if number % 3 else shown.code
    card = await counted(tmp_path, history)
    heading = CATALOGUE.top_of(hidden.code).name
    for weeks, pick in ((0, "count"), (7, "before")):
        last = DAY - timedelta(days=weeks)
        wanted = Counter(
            heading if t["category"] == hidden.code else shown.name
            for t in history.tickets
            if in_days(t, 7, last)
        )
        assert {c.name: getattr(c, pick) for c in card.categories} == wanted
    assert hidden.name not in draw(card).svg().replace(heading, "")


async def test_no_word_of_a_resident_is_in_the_picture(tmp_path: Path) -> None:
    card = await counted(tmp_path, History(7, 80))
    assert SECRET not in draw(card).svg()


async def test_the_figures_are_read_through_indexes(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "office.sqlite")
    wanted = {"came": "tickets_created", "crossings": "events_of_day", "ages": "tickets_in_hand"}
    values = {"community_id": 1, "since": 0, "until": 1, "now": 1}

    async def look(tx: Tx) -> dict[str, str]:
        plans = {}
        for name in wanted:
            sql = getattr(queries()["pictures"], name).sql
            steps = sqlite_of(tx).execute(f"explain query plan {sql}", values)
            plans[name] = str([tuple(step) for step in steps])
        return plans

    try:
        plans = await store.read(look)
    finally:
        await store.close()
    assert [name for name, index in wanted.items() if f"INDEX {index} (" not in plans[name]] == []


# --- painting


def plain() -> Canvas:
    canvas = Canvas(300, 100)
    canvas.text("路灯亮了", 20, 60, 260, 40)
    return canvas


async def test_a_picture_is_painted_while_others_are_served() -> None:
    served = 0

    async def others() -> None:
        nonlocal served
        while True:
            await asyncio.sleep(0.002)
            served += 1

    beside = asyncio.create_task(others())
    painted = await png(plain().svg())
    beside.cancel()
    assert painted is not None
    assert painted.startswith(PNG)
    assert struct.unpack(">II", painted[16:24]) == (300, 100)
    assert served >= 3


async def test_letters_are_really_drawn() -> None:
    """Without its font the painter leaves words out and says nothing."""
    words, nothing = await asyncio.gather(png(plain().svg()), png(Canvas(300, 100).svg()))
    assert words
    assert nothing
    assert len(words) > 2 * len(nothing)


@pytest.mark.parametrize(
    "script", ["import time; time.sleep(60)", "import os; os.kill(os.getpid(), 9)", "1/0"]
)
async def test_a_painter_that_hangs_or_dies_costs_one_picture(tmp_path: Path, script: str) -> None:
    painter = tmp_path / "painter.py"
    painter.write_text(script, encoding="utf-8")
    assert await png(plain().svg(), patience=0.7, painter=painter) is None
    assert await png(plain().svg()) is not None


async def test_what_is_no_drawing_gives_no_picture() -> None:
    assert await png("<svg") is None


# --- in the group


async def test_the_summary_is_changed_into_a_picture_once(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].says("/summary")
    assert "图来了" in await office["李强"].presses("🖼 换成图")
    message = await office["周敏"].message("一图看懂")
    assert message["photo"]
    assert "刚发过" in await office["王芳"].presses("🖼 换成图")
    assert await office["周敏"].count("一图看懂") == 1
    await town.later(minutes=11)
    await office["王芳"].presses("🖼 换成图")
    assert await office["周敏"].count("一图看懂") == 2


async def test_a_stranger_gets_no_picture(town: Town, office: Community) -> None:
    await office["李强"].says("/summary")
    stranger = await town.stranger(office)
    summary = await office["李强"].with_button("🖼 换成图")
    await stranger.presses("🖼 换成图", on=summary["message_id"])
    assert await office["李强"].count("一图看懂") == 0


def test_a_quiet_day_is_a_short_picture() -> None:
    nothing = Card(
        "幸福社区", DAY, NOW, 0, None, False, 0, 0, 0, 0, 0, 0,
        tuple(DayCount(DAY - timedelta(days=13 - n), 0, 0, 0) for n in range(14)),
        (), (AgeCount(0, 0),) * 6, ((0,) * 24,) * 7,
    )  # fmt: skip
    busy = replace(nothing, days=tuple(replace(day, came=3) for day in nothing.days))
    assert draw(nothing).height < draw(busy).height
    assert "这十四天没有进出" in draw(nothing).svg()


# --- a ticket's way


moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
steps = st.lists(
    st.builds(Step, moments, names, names, st.sampled_from(WaitsFor), st.booleans()), min_size=1, max_size=40
)
stories = st.builds(
    Story,
    number=st.just("261122-007"),
    category=st.one_of(st.just(""), names),
    state=st.just("待补充"),
    now=st.just(NOW),
    ran_to=moments,
    due=moments,
    answered=st.one_of(st.none(), moments),
    steps=steps.map(lambda found: tuple(sorted(found, key=lambda step: step.at))),
)


@settings(max_examples=60, deadline=None)
@given(told=stories, turn=st.sampled_from([str, to_traditional]))
def test_the_words_of_a_story_lie_apart(told: Story, turn: Any) -> None:
    check(timeline_picture.draw(told, turn))


@given(told=stories)
def test_a_story_is_told_in_order_and_counts_what_it_leaves_out(told: Story) -> None:
    found, left_out = shown(told)
    told_steps = [step for step in found if not step.promise]
    assert len(told_steps) + left_out == len(told.steps)
    assert (told_steps[0], told_steps[-1]) == (told.steps[0], told.steps[-1])
    assert [step.at for step in told_steps] == sorted(step.at for step in told_steps)


async def test_a_colleague_gets_the_story_without_words_of_the_resident(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].in_private.says("/start")
    await office["李强"].presses("接单")
    await town.later(days=9)
    await office["李强"].presses("⋯ 更多")
    assert "私聊" in await office["李强"].presses("🖼 经过图")
    message = await office["李强"].in_private.message("办理经过")
    assert message["photo"]
    ticket = await town.ticket()
    drawn = await drawn_story(town, ticket, town.clock.now())
    assert "李强" in drawn
    assert "应答复的时间到了" in drawn
    assert "张三" not in drawn
    assert "坏了" not in drawn


async def test_a_promise_is_not_broken_while_the_clock_stands(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    ticket = await town.ticket()
    later = town.clock.now() + timedelta(days=30)
    waiting = replace(ticket, state=State.NEEDS_INFO, paused_at=ticket.created_at + 1000)
    assert "已超期" in await drawn_story(town, ticket, later)
    assert "已超期" not in await drawn_story(town, waiting, later)


async def drawn_story(town: Town, ticket: Ticket, now: datetime) -> str:
    told = await town.store.read(lambda tx: timeline_picture.story(tx, ticket, now, ZONE, CATALOGUE))
    return timeline_picture.draw(told).svg()


async def test_a_sensitive_ticket_has_no_category_in_its_story(
    town: Town, office: Community, zhang: Person
) -> None:
    hidden = next(leaf for leaf in CATALOGUE.leaves if leaf.sensitive)
    await zhang.says("3号楼2单元电梯坏了")
    ticket = replace(await town.ticket(), category=hidden.code)
    told = await town.store.read(lambda tx: timeline_picture.story(tx, ticket, NOW, ZONE, CATALOGUE))
    assert told.category == ""
    assert "内容不公开" in timeline_picture.draw(told).svg()


async def test_before_and_after_stand_beside_each_other(town: Town, office: Community, zhang: Person) -> None:
    """The resident's photo and the one asked for at closing; without the second there is no pair."""
    await zhang.sends(photo="sample", caption="幸福里小区3号楼前的垃圾没人清")
    await office["李强"].presses("接单")
    await office["李强"].presses("办结")
    await office["李强"].presses("已解决")
    await office["李强"].says("/picture")
    assert "还没有前后都拍了照" in await office["李强"].presses("前后对比")
    asked = await office.anyone.message("发一张现场照片")
    await office["李强"].sends(photo="sample", caption="清走了", reply_to=asked["message_id"])
    await town.later(minutes=11)
    assert "图来了" in await office["李强"].presses("前后对比")
    album = [m for m in await office.anyone.messages() if m.get("media_group_id")]
    assert len(album) == 2
    assert all(message["photo"] for message in album)
    number = (await town.ticket()).number
    assert [number in message.get("caption", "") for message in album] == [True, False]
