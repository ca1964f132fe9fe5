"""A quarter with a season, a hot spot and a lagging colleague: the bulletin names these and no others."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from domain.roles import Role
from domain.states import State
from reports import bulletin
from storage import communities, events, people, tickets
from storage.communities import Community
from storage.people import Member
from storage.periods import Span, period_of
from storage.store import Store, Tx
from storage.tickets import Ticket
from texts.registry import say

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
NOW = datetime(2026, 12, 1, 8, 31, tzinfo=ZONE)
TEAM = {2: "李强", 3: "王芳", 4: "赵敏", 5: "孙涛"}
LAZY = 4
EVERYDAY = (
    "exposed_rubbish", "street_lamp", "parking", "leak", "greenery", "road_damage",
    "street_vending", "elevator",
)  # fmt: skip
CATALOGUE = load_catalogue()
DAY = timedelta(days=1)


class Quarter:
    """Fifteen tickets a day, five on days off; what is planted comes on top."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.opened: list[tuple[datetime, str, str]] = []

    def live(self) -> None:
        calendar = build_calendar(LAST)
        day = FIRST
        while day <= LAST:
            for _ in range(
                self.chance.randint(14, 18) if calendar.is_workday(day) else self.chance.randint(9, 13)
            ):
                self.opens(day, self.chance.choice(EVERYDAY), str(self.chance.randint(1, 20)))
            day += DAY

    def plant(self) -> None:
        """Heating from 15 November on; the lift of 7号楼 in the last two weeks; last year's frost."""
        for n in range(40):
            self.opens(
                date(2026, 11, 15) + timedelta(days=n % 16), "heating", str(self.chance.randint(1, 20))
            )
        for n in range(18):
            self.opens(date(2026, 11, 17) + timedelta(days=n % 14), "elevator", "7")
        for n in range(25):
            self.opens(date(2025, 12, 1) + timedelta(days=n), "water_supply", str(self.chance.randint(1, 20)))
        for n in range(30):
            self.opens(date(2025, 10, 1) + timedelta(days=2 * n), "parking", str(self.chance.randint(1, 20)))

    def opens(self, day: date, category: str, building: str) -> None:
        at = datetime(
            day.year, day.month, day.day, self.chance.randint(8, 21), self.chance.randrange(60), tzinfo=ZONE
        )
        self.opened.append((at, category, building))

    async def enter(self, tx: Tx) -> Community:
        home = await communities.found(tx, "幸福社区", "c1", 0, city="北京市")
        estate = await communities.add_estate(tx, home, "幸福里小区")
        for who, name in TEAM.items():
            await people.join(tx, Member(home, who, name, Role.STAFF), 0)
        for number, (at, category, building) in enumerate(sorted(self.opened), 1):
            await self.file(tx, home, estate, number, at, category, building)
        found = await communities.by_id(tx, home)
        assert found is not None
        return found

    async def file(
        self, tx: Tx, home: int, estate: int, number: int, at: datetime, category: str, building: str
    ) -> None:
        opened, who = int(at.timestamp() * 1000), self.chance.choice(list(TEAM))
        due = opened + 7 * 86_400_000
        long = (
            timedelta(days=3) if self.chance.random() < (0.5 if who == LAZY else 0.93) else timedelta(days=9)
        )
        done = opened + int(long.total_seconds() * 1000)
        ticket = await tickets.insert(
            tx,
            Ticket(
                community_id=home,
                number=f"{at:%y%m%d}-{number:03d}",
                resident_id=number,
                chat_id=number,
                source_message=1,
                state=State.NEW,
                category=category,
                kind="投诉",
                urgency="一般",
                body="坏了",
                clock_class="general",
                clock_unit="day",
                accept_due=opened + 8 * 3_600_000,
                answer_due=due,
                created_at=opened,
                estate_id=estate,
                building=building,
                place=f"{building}号楼",
                responsible="物业",
            ),
        )
        assert ticket is not None
        await events.append(tx, None, ticket, "opened", opened, role="resident", actor=number)
        now = int(NOW.timestamp() * 1000)
        taken = replace(
            ticket, state=State.WORKING, assignee_id=who, accepted_at=opened + 3_600_000, answered_at=None
        )
        if done < now:
            taken = replace(taken, state=State.REVIEW, answered_at=done, closed_at=done, result="solved")
            await events.append(tx, ticket, taken, "close", done, role="staff", actor=who, reason="已解决")
        await tickets.save(tx, taken)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "quarter.sqlite")
    yield opened
    await opened.close()


async def told(store: Store, quarter: Quarter) -> dict[str, Any]:
    home = await store.write(quarter.enter)
    period = period_of(Span.MONTH, LAST)
    return await store.read(
        lambda tx: bulletin.bulletin(tx, home, period, NOW, ZONE, CATALOGUE, build_calendar(LAST))
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_bulletin_names_what_was_planted_and_nothing_else(store: Store, seed: int) -> None:
    quarter = Quarter(seed)
    quarter.live()
    quarter.plant()
    assert 1250 <= sum(at.date() >= FIRST for at, _, _ in quarter.opened) <= 1550
    found = await told(store, quarter)
    assert {hot["what"] for hot in found["hot"]} == {"供暖", "幸福里小区7号楼 电梯故障"}
    assert [name for name, _, _ in found["lagging"]] == [TEAM[LAZY]]
    assert [name for name, _, _ in found["last_year"]] == [CATALOGUE.leaf("water_supply").name]
    assert [code for code, _ in found["ahead"]] == ["frost", "wages"]
    words = say("bulletin", summary=found).html
    for named in ("供暖", "7号楼 电梯故障", "赵敏按期结案", "去年这时候起四周，停水", "最早的承诺"):
        assert named in words


@pytest.mark.parametrize("seed", [4, 5, 6])
async def test_a_quarter_without_anything_planted_names_nothing(store: Store, seed: int) -> None:
    quarter = Quarter(seed)
    quarter.live()
    found = await told(store, quarter)
    assert found["hot"] == []
    assert found["last_year"] == []


async def test_the_tables_by_kind_place_person_level_and_unit_are_those_of_the_history(store: Store) -> None:
    """Counted again from the closings in the history, not from the register's columns."""
    quarter = Quarter(7)
    quarter.live()
    found = await told(store, quarter)
    period = period_of(Span.MONTH, LAST)
    since, until = period.bounds(ZONE)
    db = sqlite3.connect(store.path)
    rows = db.execute(
        "select t.category, t.place, t.assignee_id, t.level, t.responsible, t.answer_due, (select min(e.at)"
        " from events e where e.ticket_id = t.id and e.kind = 'close') from tickets t"
        " where t.answer_due >= ? and t.answer_due < ?",
        (since, until),
    ).fetchall()
    db.close()

    def counted(key: Callable[[tuple[Any, ...]], str]) -> dict[str, list[int]]:
        told_: dict[str, list[int]] = {}
        for row in rows:
            counts = told_.setdefault(key(row), [0, 0, 0])
            counts[0] += 1
            counts[1] += row[6] is not None
            counts[2] += row[6] is not None and row[6] <= row[5]
        return told_

    tops = counted(lambda row: CATALOGUE.top_of(row[0]).name)
    assert {row[0]: row[3:] for row in found["annex"] if row[3]} == tops
    assert {row[0]: row[1:3] for row in found["people"]} == {
        TEAM[int(who)]: [whole, on_time]
        for who, (whole, _, on_time) in counted(lambda row: str(row[2])).items()
    }
    assert {row[0]: row[1:] for row in found["by_level"]} == counted(lambda row: row[3])
    assert {row[0]: row[1:] for row in found["units"]} == counted(lambda row: row[4])
    places = counted(lambda row: f"幸福里小区{row[1]}")
    assert len(found["houses"]) == 12
    assert all(places[name] == counts for name, *counts in found["houses"])
    assert min(row[1] for row in found["houses"]) >= sorted(n[0] for n in places.values())[-13]
