"""The reply check: what was asked and passed over, danger without help; it must seldom cry wolf."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.asked import leaves_in_danger
from nlp.replies import CODES, concerns
from tests.town import Community, Person, Town, labels_of
from texts.desk import CONCERNS

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


ASKED, DANGER = rows("answers_asked.tsv"), rows("answers_danger.tsv")


@pytest.mark.parametrize(("asked", "answer", "passed_over"), ASKED)
def test_what_was_asked_is_answered(asked: str, answer: str, passed_over: str) -> None:
    found = [code for code in concerns(answer, asked=asked) if code.startswith("off_")]
    assert found == ([] if passed_over == "-" else [passed_over])


@pytest.mark.parametrize(("answer", "leaves"), DANGER)
def test_danger_wants_a_number_an_advice_or_somebody_coming(answer: str, leaves: str) -> None:
    assert leaves_in_danger(answer) is (leaves == "yes")
    assert ("danger" in concerns(answer, urgent=True)) is (leaves == "yes")
    assert "danger" not in concerns(answer)


def test_there_are_forty_of_each() -> None:
    assert min(sum(row[2] == "-" for row in ASKED), sum(row[2] != "-" for row in ASKED)) >= 40
    assert min(sum(row[1] == "no" for row in DANGER), sum(row[1] == "yes" for row in DANGER)) >= 40


def test_every_concern_has_its_words() -> None:
    assert set(CODES) == set(CONCERNS)


async def test_a_question_once_answered_is_not_asked_of_the_next_words(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了，维修要多久")
    card = (await office.card(await town.ticket()))["message_id"]
    await office["李强"].says("大概两天", reply_to=card)
    await office["李强"].says("维保的人很认真", reply_to=card)
    assert "维保的人很认真" in await zhang.last()


async def test_a_picture_is_an_answer(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了，维修要多久")
    card = (await office.card(await town.ticket()))["message_id"]
    await office["李强"].sends(photo="sample", caption="请看", reply_to=card)
    assert not await office["李强"].count("还没发给居民")


async def test_the_last_words_are_checked_too(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].says("/close 001 保证以后不会再坏")
    assert (await town.ticket()).means.is_open
    waiting = await office["李强"].message("还没发给居民")
    assert labels_of(waiting) == ["照发", "改一改"]
    await office["李强"].presses("照发")
    assert not (await town.ticket()).means.is_open
    assert "保证以后不会再坏" in await zhang.hears("办理结果")
