"""The figures of a week or a month: recounted from the history, like with like, named, told once."""

from __future__ import annotations

import math
import random
import re
import sqlite3
import statistics
from collections.abc import AsyncIterator, Awaitable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desk.figures import bulletins
from desk.staff import handling
from domain.states import State
from domain.workdays import WorkCalendar
from reports import bulletin, figures, trend
from reports.trend import DayKind, hot_spots, usual
from standin.entities import parse_html, units
from storage.periods import Case, Period, Span, period_of
from storage.store import Tx, queries
from tests.figure_month import (
    MONTH,
    STAFF,
    ZONE,
    Replayed,
    World,
    busy_month,
    open_world,
    quiet_weeks,
    replay,
)
from texts.registry import say

OCTOBER = period_of(Span.MONTH, date(2026, 10, 1))
BEGIN, END = (int(at.timestamp() * 1000) for at in MONTH)
DAY = 86_400_000


def case(number: int, **values: Any) -> Case:
    plain: dict[str, Any] = {
        "id": number,
        "number": f"261001-{number:03d}",
        "resident_id": number,
        "state": State.CLOSED,
        "category": "elevator",
        "category_sure": True,
        "guesses": (),
        "dangers": (),
        "kind": "投诉",
        "urgency": "一般",
        "place": "幸福里3号楼",
        "estate_id": 1,
        "building": "3",
        "unit": "",
        "room": "",
        "responsible": "物业",
        "level": "community",
        "assignee_id": 2,
        "accept_due": 50,
        "answer_due": 100,
        "created_at": 0,
        "accepted_at": 10,
        "answered_at": 20,
        "closed_at": 90,
        "first_answer": 20,
        "extended": False,
    }
    return Case(**plain | values)


def test_the_two_checked_examples() -> None:
    in_time = [case(n) for n in range(737)]
    too_late = [case(n, closed_at=101) for n in range(737, 911)]
    not_closed = [case(n, closed_at=None, state=State.WORKING) for n in range(911, 972)]
    kept = figures.kept([*in_time, *too_late, *not_closed])
    assert kept.closed.plain == [911, 972]
    assert kept.closed.percent == Decimal("93.72")
    assert kept.on_time.plain == [737, 972]
    assert kept.on_time.percent == Decimal("75.82")
    assert len(kept.on_time.whole - kept.on_time.part) == 972 - 737
    assert figures.percent(0, 0) is None


def test_rates_of_parts_add_up_to_the_whole() -> None:
    cases = [case(n, assignee_id=n % 3, closed_at=90 if n % 4 else None) for n in range(90)]
    parts = figures.kept_by(cases, lambda c: f"person {c.assignee_id}")
    assert len(parts) == 3
    assert sum(len(p.closed.part) for p in parts.values()) == len(figures.kept(cases).closed.part)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = await open_world(tmp_path / "month.sqlite", datetime(2026, 8, 6, 8, tzinfo=ZONE))
    yield opened
    await opened.office.store.close()


async def told(world: World, period: Period = OCTOBER) -> dict[str, Any]:
    return await bulletins.count(world.office, world.community, period)


async def behind(world: World, which: str, period: Period = OCTOBER) -> list[int]:
    async def look(tx: Tx) -> list[int]:
        office = world.office
        book = await bulletin.open_book(
            tx, world.community, period, office.now(), office.zone, office.catalogue
        )
        return bulletin.tickets_of(book, which)

    return await world.office.store.read(look)


async def test_a_month_recounted_from_its_history(world: World) -> None:
    await quiet_weeks(world, date(2026, 9, 1), date(2026, 9, 30))
    await busy_month(world, 320)
    needed = {"withdraw", "reject", "void", "merge", "ask", "supply", "extend", "suspend", "resume"}
    needed |= {"return", "undo", "reopen", "confirm", "rate", "close", "answer"}
    assert needed <= set(world.done), f"the month lacks {needed - set(world.done)}"
    world.now = datetime(2026, 11, 6, 9, tzinfo=ZONE)
    now = int(world.now.timestamp() * 1000)
    history = replay(world)
    register = {row["id"]: row for row in world.rows("select * from tickets")}
    for ticket in history:  # the replay itself is sound: it ends where the register stands
        row = register[ticket.id]
        assert (ticket.state.value, ticket.due) == (row["state"], row["answer_due"]), ticket
        assert (ticket.accepted, ticket.closed) == (row["accepted_at"], row["closed_at"]), ticket
    counted = await told(world)
    rates = counted["rates"]
    month = [t for t in history if BEGIN <= t.created < END]
    assert counted["new"] == len(month) >= 300

    kept_out = {"withdrawn", "void", "rejected", "merged", "needs_info", "suspended"}
    due = [t for t in history if BEGIN <= t.due < END and t.state.value not in kept_out]
    assert rates["closed"] == [sum(t.closed is not None for t in due), len(due)]
    assert rates["on_time"] == [sum(t.closed is not None and t.closed <= t.due for t in due), len(due)]
    assert rates["answered"] == [sum(t.answered is not None and t.answered <= t.due for t in due), len(due)]
    assert rates["extended"] == [sum(t.extended > 0 for t in due), len(due)]
    missed = sorted(t.id for t in due if t.closed is None or t.closed > t.due)
    assert await behind(world, "not_on_time") == missed

    ended = {"withdrawn", "void", "rejected", "merged"}
    asked = [t for t in month if t.accepted or (t.accept_due <= now and t.state.value not in ended)]
    in_time = [t for t in asked if t.accepted and t.accepted <= t.accept_due]
    assert rates["received"] == [len(in_time), len(asked)]
    waits = sorted(t.first - t.created for t in month if t.first)
    assert counted["first_answer"] == (int(statistics.median(waits)), waits[math.ceil(len(waits) * 0.9) - 1])
    assert rates["returned"] == _moved(history, {"return"}, {"assign", "sign", "take", "return"})
    assert rates["reopened"] == _moved(history, {"reopen"}, {"close", "reopen"})
    _check_reviews(counted, history)
    repeats, rebounds = _echoes(history, month)
    assert await behind(world, "repeats") == repeats
    assert await behind(world, "rebounds") == rebounds
    assert rebounds
    assert rates["repeated"] == [len(repeats), len(month)]
    html = say("bulletin", summary=counted).html
    assert units(parse_html(html)[0]) <= 4096
    on_time, whole = rates["on_time"]
    assert f"按期结案率 {figures.percent(on_time, whole)}%（{on_time}/{whole}）" in html
    assert "治安" not in html


def _in_month(ticket: Replayed) -> list[tuple[int, str, str, str]]:
    return [entry for n, entry in enumerate(ticket.log) if n not in ticket.undone and BEGIN <= entry[0] < END]


def _moved(history: list[Replayed], part: set[str], whole: set[str]) -> list[int]:
    kinds = [{kind for _, kind, _, _ in _in_month(t)} for t in history]
    return [sum(bool(k & part) for k in kinds), sum(bool(k & whole) for k in kinds)]


def _check_reviews(counted: dict[str, Any], history: list[Replayed]) -> None:
    """The three rates from what each resident said last; silence beside them."""
    valid = contacted = solved = rated = content = silent = 0
    for ticket in history:
        said = [e for e in _in_month(ticket) if e[1] in ("confirm", "rate", "reopen") and e[2] == "resident"]
        settled = [e for e in _in_month(ticket) if e[1] == "settle"]
        silent += bool(settled and not said)
        if not said:
            continue
        valid += 1
        earlier = [e for e in ticket.log if e[0] < END]
        contacted += any(e[1] in ("answer", "ask") for e in earlier)
        result = [e[3] for e in earlier if e[1] == "close"][-1]
        solved += said[-1][1] != "reopen" and result == "已解决"
        opinions = ["unsatisfied" if e[1] == "reopen" else e[3] for e in said if e[1] != "confirm"]
        rated += bool(opinions)
        content += bool(opinions) and opinions[-1] in ("satisfied", "fair")
    assert counted["valid"] == valid > 50
    assert counted["silent"] == silent > 20
    assert counted["rates"]["responded"] == [contacted, valid]
    assert counted["rates"]["solved"] == [solved, valid]
    assert counted["rates"]["satisfied"] == [content, rated]
    assert content < rated < valid


def _echoes(history: list[Replayed], month: list[Replayed]) -> tuple[list[int], list[int]]:
    """重复 and 反弹 by looking at every pair."""
    repeats, rebounds = [], []
    never = {"withdrawn", "void", "rejected"}
    for new in month:
        if new.state.value in never:
            continue
        old = [
            o
            for o in history
            if o.id < new.id and o.category == new.category and o.state.value not in never | {"merged"}
        ]
        same = [
            o
            for o in old
            if o.building and o.building == new.building and ("" in (o.unit, new.unit) or o.unit == new.unit)
        ]
        if new.state.value == "merged" or any(o.closed is None or o.closed > new.created for o in same):
            repeats.append(new.id)
        elif any(o.closed and 0 <= new.created - o.closed <= 30 * DAY for o in same):
            rebounds.append(new.id)
    return repeats, rebounds


async def test_a_planted_hot_spot_and_a_rebound_are_named(world: World) -> None:
    await quiet_weeks(world, date(2026, 8, 6), date(2026, 10, 31))
    world.now = datetime(2026, 10, 5, 10, tzinfo=ZONE)
    leak = await world.opens("leak", "6", "1")
    world.now += timedelta(hours=5)
    await handling.close(world.office, world.hand(leak, STAFF[0]), "solved")
    hot = []
    for n in range(7):
        world.now = datetime(2026, 10, 12 + n, 19, tzinfo=ZONE)
        hot.append(await world.opens("elevator", "3", who=100 + n))
        secret = await world.opens("public_order", "2", who=100 + n)
    world.now = datetime(2026, 10, 20, 10, tzinfo=ZONE)
    again = await world.opens("leak", "6", who=140)
    world.now = datetime(2026, 11, 1, 9, tzinfo=ZONE)
    counted = await told(world)
    assert [(hot["what"], hot["count"], hot["usual"]) for hot in counted["hot"]] == [
        ("幸福里3号楼 电梯故障", 7, 0)
    ]
    assert await behind(world, "hot") == sorted(hot)
    assert counted["rebounds"]["count"] == 1
    assert await behind(world, "rebounds") == [again]
    assert secret not in await behind(world, "hot")
    numbers = {r["id"]: r["number"] for r in world.rows("select id, number from tickets")}
    html = say("bulletin", summary=counted).html
    assert "幸福里3号楼" in html
    assert numbers[again] in html
    assert numbers[leak] in html
    assert "治安" not in html
    assert "幸福里2号楼" not in html
    week = await told(world, period_of(Span.WEEK, date(2026, 10, 14)))
    assert week["hot"][0]["count"] == 7


def test_chance_alone_makes_few_hot_spots() -> None:
    """60 ordinary weeks of 25 places with 4 matters each: a false alarm is rare, a planted one is found."""
    chance = random.Random(5)

    def week(busy: bool = False) -> list[Case]:
        drawn = [
            case(n, building=str(chance.randrange(25)), category=chance.choice("abcd")) for n in range(40)
        ]
        return drawn + [case(100 + n, building="3", category="a") for n in range(8)] * busy

    alarms, found = 0, 0
    for _ in range(60):
        history = [c for _ in range(8) for c in week()]
        alarms += bool(hot_spots(week(), 7, history, 56))
        spots = hot_spots(week(busy=True), 7, history, 56)
        found += bool(spots) and spots[0].category == "a" and spots[0].place == (1, "3", "")
    assert alarms <= 6
    assert found == 60


def test_a_young_office_has_no_hot_spots() -> None:
    assert hot_spots([case(n) for n in range(9)], 7, [case(50)], trend.LEAST_HISTORY - 1) == []


def calendar() -> WorkCalendar:
    """1–7 October off, Saturday the 10th worked instead."""
    off = frozenset(date(2026, 10, day) for day in range(1, 8))
    return WorkCalendar(ZONE, holidays=off, makeup_days=frozenset({date(2026, 10, 10)}))


def test_like_is_compared_with_like() -> None:
    days = [date(2026, 8, 6) + timedelta(days=n) for n in range(90)]
    counts = {day: 2 if day.weekday() >= 5 else 10 for day in days}
    assert trend.day_kind(date(2026, 10, 1), calendar()) is DayKind.HOLIDAY
    assert trend.day_kind(date(2026, 10, 10), calendar()) is DayKind.MAKEUP
    before = [day for day in days if day < date(2026, 10, 1)]
    sunday = usual([date(2026, 10, 18)], counts, before, calendar())
    assert sunday is not None
    assert (sunday.expected, sunday.same_weekday) == (2.0, True)
    thursday_off = usual([date(2026, 10, 1)], counts, before, calendar())
    assert thursday_off is not None
    assert (thursday_off.expected, thursday_off.same_weekday) == (2.0, False)
    saturday_worked = usual([date(2026, 10, 10)], counts, before, calendar())
    assert saturday_worked is not None
    assert (saturday_worked.expected, saturday_worked.same_weekday) == (10.0, False)
    assert usual([date(2026, 10, 18)], counts, before[-3:], calendar()) is None


async def test_holidays_are_told(world: World) -> None:
    await quiet_weeks(world, date(2026, 8, 6), date(2026, 10, 3))
    world.now = datetime(2026, 10, 12, 9, tzinfo=ZONE)
    html = say("bulletin", summary=await told(world, period_of(Span.WEEK, date(2026, 10, 1)))).html
    assert "本周 3 个工作日，上周 4 个" in html
    world.now = datetime(2026, 11, 1, 9, tzinfo=ZONE)
    assert "本月 18 个工作日，上月 22 个" in say("bulletin", summary=await told(world)).html


async def test_a_day_that_is_not_over_is_compared_with_the_same_hours(world: World) -> None:
    await quiet_weeks(world, date(2026, 8, 6), date(2026, 11, 1), each_day=6)  # at 8, 9, 10, 11, 12 and 13
    world.now = datetime(2026, 11, 2, 8, 30, tzinfo=ZONE)
    await world.opens("parking", "1")
    world.now = datetime(2026, 11, 2, 10, 30, tzinfo=ZONE)
    office = world.office

    def compared(*days: date) -> Awaitable[trend.Compared]:
        return office.store.read(
            lambda tx: trend.compared(tx, world.community.id, days, world.now, ZONE, office.calendar)
        )

    today = await compared(date(2026, 11, 2))
    assert today.usual is not None
    assert (today.count, today.usual.expected, today.so_far, today.is_news) == (1, 3.0, True, False)
    yesterday = await compared(date(2026, 11, 1))
    assert yesterday.usual is not None
    assert (yesterday.count, yesterday.usual.expected, yesterday.so_far) == (6, 6.0, False)
    both = await compared(date(2026, 11, 1), date(2026, 11, 2))
    assert both.usual is not None
    assert (both.count, both.usual.expected) == (7, 9.0)


def test_no_query_of_the_bulletin_reads_a_whole_table(world: World) -> None:
    asked = {
        name: getattr(queries()["periods"], name).sql
        for name in queries()["periods"].available_queries
        if not name.endswith("_cursor")
    }
    assert len(asked) >= 12
    for name, sql in asked.items():
        values = dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql), 1)
        plan = [row["detail"] for row in _plan(world, sql, values)]
        scans = [line for line in plan if re.match(r"SCAN (?!c\b|CONSTANT)", line)]
        assert not scans, f"{name}: {plan}"
    created = " ".join(row["detail"] for row in _plan(world, asked["created"], _ANY))
    assert "tickets_created" in created
    assert "tickets_closed" in " ".join(r["detail"] for r in _plan(world, asked["closed"], _ANY))
    assert "events_of_day" in " ".join(r["detail"] for r in _plan(world, asked["moves"], _ANY))


_ANY = {"community_id": 1, "since": 1, "until": 2, "opened_before": 1}


def _plan(world: World, sql: str, values: dict[str, Any]) -> list[Any]:
    db = sqlite3.connect(world.path)
    db.row_factory = sqlite3.Row
    try:
        return db.execute(f"explain query plan {sql}", values).fetchall()
    finally:
        db.close()
