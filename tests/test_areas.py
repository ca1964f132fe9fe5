"""The figures of the levels above: counted in one look, they are those of the communities below."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.workcalendar import build_calendar
from domain.levels import Kind
from reports import area, bulletin, trend
from storage import areas, communities, organisations
from storage.communities import Community
from storage.periods import Period, Span, period_of
from storage.store import Store, Tx
from tests.test_quarter import CATALOGUE, LAST, NOW, ZONE, Quarter

CALENDAR = build_calendar(LAST)
YESTERDAY = period_of(Span.DAY, LAST)
LAST_WEEK = period_of(Span.WEEK, date(2026, 11, 23))
NOVEMBER = period_of(Span.MONTH, LAST)


class City:
    """A city with one street: a busy community, one without a ticket, and one outside of the street."""

    def __init__(self, store: Store, busy: Community) -> None:
        self.store, self.busy = store, busy
        self.city = self.street = 0

    async def grow(self, tx: Tx) -> None:
        self.city = await organisations.found(tx, Kind.CITY, "安宁市", "o1", 0)
        self.street = await organisations.found(
            tx, Kind.SUBDISTRICT, "平安街道", "o2", 0, parent_id=self.city
        )
        quiet = await communities.found(tx, "和平社区", "c8", 0)
        other = await communities.found(tx, "东风社区", "c9", 0)
        for n, (one, parent) in enumerate(
            ((self.busy.id, self.street), (quiet, self.street), (other, self.city))
        ):
            found = await communities.by_id(tx, one)
            assert found is not None
            await organisations.found(
                tx, Kind.COMMUNITY, found.name, f"oc{n}", 0, parent_id=parent, community_id=one
            )

    async def told(self, period: Period, whose: int) -> dict[str, Any]:
        async def look(tx: Tx) -> dict[str, Any]:
            facts = await area.facts(tx, period, NOW, ZONE, CALENDAR)
            return area.summary(area.areas_of(await areas.tree(tx))[whose], facts, CATALOGUE, CALENDAR)

        return await self.store.read(look)


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[City]:
    store = await Store.open(tmp_path / "city.sqlite")
    quarter = Quarter(11)
    quarter.live()
    found = City(store, await store.write(quarter.enter))
    await store.write(found.grow)
    yield found
    await store.close()


@pytest.mark.parametrize("period", [YESTERDAY, LAST_WEEK, NOVEMBER], ids=str)
async def test_the_city_counts_what_its_history_says(city: City, period: Period) -> None:
    told = await city.told(period, city.city)
    since, until = period.bounds(ZONE)
    now = int(NOW.timestamp() * 1000)
    db = sqlite3.connect(city.store.path)
    opened = "select ticket_id, at from events where kind = 'opened'"
    closed = "select ticket_id, min(at) as at from events where kind = 'close' group by ticket_id"
    ((new,),) = db.execute(f"select count(*) from ({opened}) where at >= ? and at < ?", (since, until))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    ((done,),) = db.execute(f"select count(*) from ({closed}) where at >= ? and at < ?", (since, until))  # noqa: S608 - names from this file's own lists or the store's schema, never from people
    ((held, late),) = db.execute(
        "select count(*), sum(t.answer_due < ?) from tickets t"  # noqa: S608 - our own words
        f" where t.id not in (select ticket_id from ({closed}))",
        (now,),
    )
    ((due, kept),) = db.execute(
        "select count(*), sum(c.at <= t.answer_due) from tickets t"  # noqa: S608 - our own words
        f" left join ({closed}) c on c.ticket_id = t.id"
        " where t.answer_due >= ? and t.answer_due < ?",
        (since, until),
    )
    db.close()
    assert [told[name] for name in ("new", "closed", "open", "late")] == [new, done, held, late]
    if period.span is not Span.DAY:
        assert [told["due"], told["on_time"]] == [due, kept]
    assert sum(count for _, count in told["tops"]) == new
    assert told["communities"] == 3
    assert told["quiet"] == 2
    assert {row[0]: row[1] for row in told["parts"]} == {"平安街道": new, "东风社区": 0}


@pytest.mark.parametrize("period", [YESTERDAY, LAST_WEEK], ids=str)
async def test_like_with_like_is_the_communitys_own(city: City, period: Period) -> None:
    """The area's usual is counted day by day for all at once, the community's from its own moments."""
    told = await city.told(period, city.street)
    own = await city.store.read(
        lambda tx: trend.compared(tx, city.busy.id, list(period.days), NOW, ZONE, CALENDAR)
    )
    assert told["trend"] == trend.plain(own)
    assert own.usual is not None


async def test_the_rates_are_those_of_the_communitys_bulletin(city: City) -> None:
    told = await city.told(NOVEMBER, city.street)
    own = await city.store.read(
        lambda tx: bulletin.bulletin(tx, city.busy, NOVEMBER, NOW, ZONE, CATALOGUE, CALENDAR)
    )
    assert [told["on_time"], told["due"]] == own["rates"]["on_time"]
    assert told["late"] == own["late"]["count"]
    assert told["late_most"][0][:2] == ["幸福社区", told["late"]]


async def test_who_is_not_told_yet(city: City) -> None:
    async def look(tx: Tx) -> tuple[frozenset[int], frozenset[int]]:
        day = LAST - timedelta(days=1)
        await tx.do(
            "small.first_time", job="area_day", community_id=city.city, local_date=day.isoformat(), now=1
        )
        return await areas.not_told(tx, "area_day", day, 1), await areas.not_told(tx, "area_day", LAST, 0)

    waiting, none = await city.store.write(look)
    assert waiting == {city.street}
    assert none == frozenset(), "whoever was founded after the day is not told of it"
