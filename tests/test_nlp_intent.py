"""What people want with a message, in the ways they really write it."""

from __future__ import annotations

import pytest

from nlp import read
from nlp.reading import Concern, Intent, Kind, Urgency
from tests.nlp_tables import rows


@pytest.mark.parametrize(("intent", "text"), rows("nlp_intent.tsv", 2))
def test_intent(intent: str, text: str) -> None:
    assert read(text).intent is Intent(intent)


def test_thanks_at_the_end_of_a_complaint_is_a_report() -> None:
    assert read("楼道里的灯坏了快一个月了，晚上什么都看不见，麻烦你们来修一下，谢谢").intent is Intent.REPORT


def test_an_urge_that_names_its_matter_keeps_the_category_and_is_less_sure() -> None:
    named, bare = read("电梯坏了怎么还没人来修"), read("怎么还没人来")
    assert named.intent is bare.intent is Intent.URGE
    assert named.category == "elevator"
    assert named.intent_confidence < bare.intent_confidence


def test_a_ticket_number_is_found_and_is_no_place_or_phone() -> None:
    reading = read("261122-007 办到哪一步了")
    assert reading.numbers == ("261122-007",)
    assert reading.places == ()
    assert reading.personal == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("低保怎么申请", Kind.CONSULT),
        ("楼上天天半夜吵，投诉", Kind.COMPLAINT),
        ("举报楼下有人聚众赌博", Kind.TIP_OFF),
        ("建议在东门加装一个减速带", Kind.SUGGESTION),
        ("表扬一下门卫老李，捡到钱包还给我了", Kind.PRAISE),
        ("我家停电了，帮我看看", Kind.HELP),
    ],
)
def test_kind_of_request(text: str, kind: Kind) -> None:
    assert read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("家里着火了", Urgency.CRITICAL),
        ("我们楼停水了", Urgency.URGENT),
        ("电梯坏了", Urgency.URGENT),
        ("花坛里长满了草", Urgency.NORMAL),
        ("停水费怎么交", Urgency.NORMAL),
    ],
)
def test_urgency(text: str, urgency: Urgency) -> None:
    assert read(text).urgency is urgency


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("我妈八十了，想申请送餐", Concern.PARENT),
        ("我孩子上学的事", Concern.CHILD),
        ("我老伴坐轮椅", Concern.FAMILY),
        ("隔壁独居的老太太没人管", Concern.NEIGHBOUR),
        ("小区路灯不亮", Concern.PUBLIC),
        ("我今年七十了，想办老年证", Concern.SELF),
    ],
)
def test_concern(text: str, concern: Concern) -> None:
    assert read(text).concern is concern
