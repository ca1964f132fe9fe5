"""The ranking: fair to the small, off by default; two confirm, objections are heard, then it is public."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ranking import LEAST_CASES, Entrant, consequence, ranking, shrunk
from jobs import rankings as job
from storage import communities
from storage.store import Tx
from tests.town import ADMIN, ZONE, Community, Person, Town

rates = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (min(pair), max(pair)))
entrants = st.lists(
    st.builds(Entrant, st.integers(1, 10**6), st.just("社区"), st.integers(0, 3000), rates, rates, rates),
    unique_by=lambda one: one.id,
    max_size=30,
)


def entrant(number: int, kept: int, due: int, size: int = 500) -> Entrant:
    return Entrant(number, f"第{number}社区", size, (kept, due), (0, 0), (0, 0))


@given(found=entrants)
def test_nobody_is_lost_few_cases_are_not_ranked_and_the_good_get_no_card(found: list[Entrant]) -> None:
    places, few = ranking(found, {})
    assert sorted([p.entrant.id for p in places] + [one.id for one in few]) == sorted(one.id for one in found)
    assert all(one.on_time[1] < LEAST_CASES for one in few)
    assert not [p for p in places if p.attained and p.flag == "yellow"]
    for group in {p.group for p in places}:
        ranks = [p.rank for p in places if p.group == group]
        assert ranks == list(range(1, len(ranks) + 1))
        assert all(0 <= p.score <= 1 for p in places)


def test_a_small_lucky_one_does_not_beat_a_large_good_one() -> None:
    small, large = entrant(1, 10, 10), entrant(2, 285, 300)
    rest = [entrant(n, 120, 200) for n in range(3, 9)]
    places, _ = ranking([small, large, *rest], {})
    assert [p.entrant.id for p in places][:2] == [2, 1]
    assert shrunk((10, 10), 0.6) < shrunk((285, 300), 0.6)


def test_sizes_are_ranked_apart_and_cards_in_a_row_are_counted() -> None:
    small = [entrant(n, 60 - n, 60, size=100) for n in range(1, 8)]
    large = [entrant(n, 300 - 30 * (n - 10), 300, size=2000) for n in range(11, 18)]
    places, _ = ranking([*small, *large], {17: 1, 16: 2})
    by_id = {p.entrant.id: p for p in places}
    assert by_id[1].rank == by_id[11].rank == 1
    assert [p.entrant.id for p in places if p.flag == "red" and p.group == "large"] == [11, 12, 13]
    assert {p.entrant.id for p in places if p.flag == "yellow"} == {15, 16, 17}, "the small all attained"
    assert [consequence(by_id[n].months) for n in (15, 17, 16)] == ["", "explain", "report"]


@pytest.fixture
async def november(town: Town, office: Community, zhang: Person) -> Community:
    """Twelve tickets of November, half of them late; it is the middle of December."""
    for n in range(12):
        await zhang.says(f"{n % 6 + 1}号楼2单元楼道灯不亮，第{n}回了")
    await town.until(datetime(2026, 12, 15, 9, 0, tzinfo=ZONE))
    return office


async def test_two_people_confirm_objections_are_heard_and_then_it_is_public(
    town: Town, november: Community
) -> None:
    second = Person(town, 9002, "副管理员")
    await town.drive.act("users", id=9002, first_name="副管理员")
    object.__setattr__(town.office, "admins", frozenset({ADMIN, 9002}))
    for one in (town.admin, second):
        await one.says("/start")
    await town.admin.says("/ranking")
    await town.admin.hears("排名现在是关着的")
    await town.admin.presses("开启排名")
    await town.admin.says("/ranking")
    assert "草稿，没公布" in await second.hears("排名")
    assert "还要另一位" in await town.admin.presses("确认公示")
    assert "不能确认两次" in await town.admin.presses("确认公示")
    assert not await november.anyone.count("排名公示")
    assert "两人确认" in await second.presses("第二人")
    assert "排名公示" in await november.anyone.hears("排名公示")
    assert await november["李强"].presses("数据算得不对") != "异议已提交，会尽快答复"
    assert await november["周敏"].presses("数据算得不对") == "异议已提交，会尽快答复"
    await town.later(days=7)
    assert await job.push_due(town.office) == 0, "an objection waits"
    await second.presses("采纳")
    assert "异议成立" in await november.anyone.hears("异议")
    assert await job.push_due(town.office) == 1
    await town.settle()
    assert "不参加排名：幸福社区（异议成立）" in await november.anyone.hears("已公示")
    assert await job.push_due(town.office) == 0


async def test_nobody_else_sees_the_draft(town: Town, november: Community) -> None:
    await november["周敏"].in_private.says("/start")
    await november["周敏"].in_private.says("/ranking")
    assert not await november["周敏"].in_private.count("草稿")


async def test_the_estates_of_a_community_are_ranked_among_themselves(
    town: Town, office: Community, zhang: Person
) -> None:
    """幸福里 leaves everything undone, 阳光苑 is looked after; one of them is then rebuilt."""

    async def build(tx: Tx) -> None:
        sunny = await communities.add_estate(tx, office.id, "阳光苑小区", (), ())
        for building in ("7", "8", "9"):
            await communities.add_building(tx, office.id, sunny, building, f"s{building}", 4, 18)

    await town.store.write(build)
    houses = [("幸福里小区", n) for n in (1, 2, 3)] + [("阳光苑小区", n) for n in (7, 8, 9)]
    for estate, building in houses:
        for unit in (1, 2, 3, 4):
            await zhang.says(f"{estate}{building}号楼{unit}单元楼道灯不亮")
            if estate == "阳光苑小区":
                await office["李强"].says(f"/close {(await town.ticket()).number} 换了灯泡")
        await town.later(hours=2)
    second = Person(town, 9002, "副管理员")
    await town.drive.act("users", id=9002, first_name="副管理员")
    object.__setattr__(town.office, "admins", frozenset({ADMIN, 9002}))
    for one in (town.admin, second):
        await one.says("/start")
    await town.until(datetime(2026, 12, 15, 9, 0, tzinfo=ZONE))
    await town.admin.says("/ranking")
    await town.admin.presses("开启排名")
    await town.admin.says("/ranking")
    draft = await second.hears("草稿，没公布")
    assert "幸福社区的小区\n中型小区（2 个，达标 0 个）\n🚩 第 1 名 阳光苑小区" in draft
    assert "🟨 第 2 名 幸福里小区　按期 0.0%" in draft
    await town.admin.presses("剔除 幸福里小区")
    await town.admin.hears("幸福里小区为什么不参加排名")
    await town.admin.presses("整体改造施工")
    assert "幸福里小区（整体改造施工）" in await second.hears("草稿，没公布")
    await town.admin.presses("确认公示")
    await second.presses("第二人")
    assert "幸福里小区（整体改造施工）" in await office.anyone.hears("排名公示")
    await town.later(days=7)
    assert await job.push_due(town.office) == 1
    await town.settle()
    assert "幸福里小区（整体改造施工）" in await office.anyone.hears("已公示")


async def test_a_month_without_several_estates_tells_of_communities_alone(
    town: Town, november: Community
) -> None:
    await town.admin.says("/ranking")
    await town.admin.presses("开启排名")
    await town.admin.says("/ranking")
    assert "的小区" not in await town.admin.hears("草稿，没公布")
