"""Several matters in one message, bare openers, and what danger is filed under."""

from __future__ import annotations

import pytest

from domain.catalogue import load_catalogue
from domain.dangers import FILED_UNDER, category_in_danger
from nlp.openers import is_bare_opener
from nlp.reading import Danger
from tests.town import Person, Town, data_of

TWO = "东门垃圾桶满了没人收，还有3号楼2单元电梯坏了"


async def test_two_matters_are_offered_apart_and_each_gets_its_own_ticket(town: Town, zhang: Person) -> None:
    await zhang.says(TWO)
    await zhang.hears("好像有 2 件事")
    assert len(await town.tickets()) == 1
    asked = await zhang.with_button("分成 2 件")
    await zhang.presses("分成 2 件")
    await zhang.hears("分成了 2 件")
    assert await zhang.count("已登记 2 件") == 1
    found = await town.tickets()
    assert {ticket.category for ticket in found} == {"exposed_rubbish", "elevator"}
    assert any("3号楼2单元" in ticket.place for ticket in found)
    again = await zhang.forges(asked["message_id"], data_of(asked, "分成 2 件"))
    assert "失效" in again
    assert len(await town.tickets()) == 2


async def test_as_one_leaves_one(town: Town, zhang: Person) -> None:
    await zhang.says(TWO)
    await zhang.hears("好像有 2 件事")
    await zhang.presses("当一件办")
    assert len(await town.tickets()) == 1


async def test_a_bare_opener_is_asked_what_it_is(town: Town, zhang: Person) -> None:
    await zhang.says("我要投诉")
    await zhang.hears("请直接说是什么事")
    assert not await town.tickets()


@pytest.mark.parametrize(
    "text",
    ["我要投诉", "想反映个事", "你好，我想咨询一下", "我要报修", "有个事情", "我要投诉！"],
)
def test_openers(text: str) -> None:
    assert is_bare_opener(text)


@pytest.mark.parametrize(
    "text", ["我要投诉物业", "电梯坏了", "你好", "", "报修水管", "有问题的食品", "我要求助，摔倒了"]
)
def test_whoever_says_what_it_is_has_said_it(text: str) -> None:
    assert not is_bare_opener(text)


def test_every_danger_has_its_leaf() -> None:
    catalogue = load_catalogue()
    assert set(FILED_UNDER) == {danger.value for danger in Danger}
    for leaf, fitting in FILED_UNDER.values():
        assert all(catalogue.has(code) for code in {leaf, *fitting})


def test_a_fitting_guess_stays_and_a_strange_one_does_not() -> None:
    assert category_in_danger(["trapped"], ["elevator", "parking"]) == "elevator"
    assert category_in_danger(["suicide"], ["job_seeking"]) == "other"
    assert category_in_danger(["violence"], ["neighbour_noise", "family_dispute"]) == "family_dispute"
