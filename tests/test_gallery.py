"""The pictures of the menu: words lie apart whatever the figures, and the counts are the register's."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import (
    area_picture,
    hours_picture,
    houses_picture,
    kind_picture,
    late_picture,
    month_picture,
    picture_figures,
)
from reports.gallery import PICTURES
from reports.picture_figures import DayCount, Hours, Houses, Kind, Late, Month
from reports.render import PNG
from storage import communities
from storage.store import Tx
from tests.test_pictures import check
from tests.town import Community, Person, Town, words_of
from texts.pictures import RATE_NAMES
from texts.script import to_traditional

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, 31, tzinfo=ZONE)
FIRST = date(2026, 11, 1)
FOOT = "截至11月23日08:31"

counts = st.one_of(st.integers(0, 12), st.integers(0, 99_999))
names = st.one_of(
    st.sampled_from(
        ["🔒", "电动车飞线充电", "幸福里小区12号楼", "浦东新区陆家嘴街道东昌路第三社区居民委员会"]
    ),
    st.text(min_size=1, max_size=40),
)
rates = st.tuples(counts, counts).map(lambda pair: (min(pair), max(pair)))
turns = st.sampled_from([str, to_traditional])


def as_rate(told: tuple[str, int, int]) -> tuple[str, int, int]:
    name, *both = told
    return name, min(both), max(both)


def many(shape: st.SearchStrategy[Any], least: int, most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(shape, min_size=least, max_size=most).map(tuple)


months = st.builds(
    Month,
    community=names,
    first=st.just(FIRST),
    over=st.booleans(),
    new=counts,
    before=counts,
    late=counts,
    due=rates,
    on_time=rates,
    rates=st.tuples(*(st.tuples(st.just(name), counts, counts).map(as_rate) for name in RATE_NAMES)),
    days=many(st.tuples(counts, st.booleans()), 1, 31).map(
        lambda rows: tuple(DayCount(FIRST + timedelta(days=n), *row) for n, row in enumerate(rows))
    ),
    tops=many(st.tuples(names, counts, counts), 0, 8),
)
kinds = st.builds(
    Kind,
    community=names,
    name=names,
    weeks=many(counts, 12, 12).map(
        lambda found: tuple((FIRST + timedelta(weeks=n), count) for n, count in enumerate(found))
    ),
    usual=st.floats(0, 9999).map(lambda value: round(value, 1)),
    places=many(st.tuples(names, counts), 0, 8),
    hours=many(counts, 24, 24),
    answer=st.one_of(st.none(), st.integers(0, 10**10)),
)


@st.composite
def blocks(draw: Any) -> Houses:
    units, houses = draw(st.integers(0, 8)), draw(st.integers(1, 24))
    return Houses(
        community=draw(names),
        since=FIRST,
        until=NOW.date(),
        names=draw(many(names, houses, houses)),
        units=tuple(str(n + 1) for n in range(units)),
        counts=draw(many(many(counts, units + 1, units + 1), houses, houses)),
        elsewhere=draw(counts),
        hidden=draw(counts),
        left_out=draw(counts),
    )


lates = st.builds(
    Late,
    community=names,
    now=st.just(NOW),
    open=counts,
    late=counts,
    suspended=counts,
    asked=counts,
    oldest=counts,
    classes=many(counts, 6, 6),
    kinds=many(st.tuples(names, counts), 1, 8),
)
clocks = st.builds(
    Hours,
    community=names,
    since=st.just(FIRST),
    until=st.just(NOW.date()),
    heat=many(many(counts, 24, 24), 7, 7),
)


@settings(max_examples=25, deadline=None)
@given(month=months, kind=kinds, block=blocks(), late=lates, clock=clocks, turn=turns)
def test_words_never_overlap_in_any_picture(
    month: Month, kind: Kind, block: Houses, late: Late, clock: Hours, turn: Any
) -> None:
    check(month_picture.draw(month, FOOT, turn))
    check(kind_picture.draw(kind, FOOT, turn))
    check(houses_picture.draw(block, FOOT, turn))
    check(late_picture.draw(late, FOOT, turn))
    check(hours_picture.draw(clock, FOOT, turn))


def area_of(parts: list[list[Any]], number: int) -> dict[str, Any]:
    told = dict.fromkeys(("new", "closed", "open", "late", "urgent", "reopened", "unassigned"), number)
    return told | {
        "area": "安宁市平安街道",
        "trend": {"expected": None if number % 2 else 4.5, "news": number > 5},
        "parts": parts,
    }


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(st.tuples(names, *[counts] * 6).map(list), min_size=1, max_size=40),
    number=counts,
    turn=turns,
)
def test_words_never_overlap_in_an_areas_picture(parts: list[list[Any]], number: int, turn: Any) -> None:
    for row in parts:
        row[4] = min(row[3], row[4])
    check(area_picture.draw(area_of(parts, number), "11月16日—11月22日", FOOT, turn))


@pytest.fixture
async def week(town: Town, office: Community) -> Community:
    """Four reports: two of one lamp, one outside, one that stays between the resident and the office."""
    for name, text in (
        ("张桂芳", "3号楼2单元楼道灯不亮"),
        ("李建国", "3号楼2单元楼道灯又不亮了"),
        ("赵秀英", "东门垃圾没人清"),
        ("钱有财", "5号楼1单元有人家里吵架打人，我很害怕"),
    ):
        resident = await town.resident(name, office)
        await resident.says(text)
    return office


async def test_the_houses_are_counted_as_the_register_has_them(town: Town, week: Community) -> None:
    async def look(tx: Tx) -> Houses:
        community = await communities.by_id(tx, week.id)
        assert community is not None
        return await picture_figures.houses(
            tx, community, town.office.now(), town.office.zone, town.office.catalogue
        )

    told = await town.store.read(look)
    row = told.counts[told.names.index("3号楼")]
    assert row[told.units.index("2")] == 2
    rows = town.rows("select count(*) from tickets")
    assert sum(map(sum, told.counts)) + told.elsewhere + told.hidden == rows[0][0]
    assert told.hidden >= 1, "the quarrel is no point on a map"


@pytest.mark.parametrize("label", ["📅 本月", "🏢 楼栋", "⏰ 超期", "🕘 几点"])
async def test_every_picture_of_the_menu_comes_once(town: Town, week: Community, label: str) -> None:
    await week["李强"].says("/picture")
    assert await week["李强"].presses(label) == "图来了，请看群里最新一条"
    shown = [m for m in await week.anyone.messages() if m.get("photo")]
    assert len(shown) == 1
    assert town.book.files[shown[0]["photo"][-1]["file_id"]].data.startswith(PNG)
    assert "往上翻" in await week["李强"].presses(label)
    assert len([m for m in await week.anyone.messages() if m.get("photo")]) == 1


async def test_a_kind_is_a_button_and_a_sensitive_one_is_none(town: Town, week: Community) -> None:
    await week["李强"].says("/picture")
    menu = await week.anyone.message("想看哪张图")
    labels = [button["text"] for row in menu["reply_markup"]["inline_keyboard"] for button in row]
    assert any("2" in label for label in labels[7:]), labels
    assert not any("纠纷" in label or "治安" in label or "家暴" in label for label in labels)
    assert set(PICTURES) == {"month", "kind", "houses", "late", "hours"}


async def test_a_stranger_gets_no_picture(town: Town, week: Community) -> None:
    await week["李强"].says("/picture")
    menu = await week.anyone.with_button("超期")
    stranger = await town.stranger(week)
    assert await stranger.presses("⏰ 超期", menu["message_id"]) != "图来了，请看群里最新一条"
    assert not [m for m in await week.anyone.messages() if m.get("photo")]


async def test_photos_of_before_and_after_come_side_by_side(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.sends(photo="before.jpg", caption="3号楼2单元楼道灯不亮")
    ticket = await town.ticket()
    card = await office.card(ticket)
    await office["李强"].presses("接单", card["message_id"])
    await office["李强"].sends(
        photo="after.jpg", caption=f"/close {ticket.number[-3:]} 灯修好了", reply_to=card["message_id"]
    )
    await office["李强"].says("/picture")
    await office["李强"].presses("前后对比")
    pair = [m for m in await office.anyone.messages() if "办理后" in words_of(m)]
    assert len(pair) == 1
    album = [
        m for m in await office.anyone.messages() if m.get("media_group_id") == pair[0]["media_group_id"]
    ]
    assert len(album) == 2
