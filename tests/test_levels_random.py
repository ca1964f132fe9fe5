"""A ticket wanders between its community, the subdistrict and a department: never lost nor in two places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import hops
from storage.hops import Hop
from tests.test_desk_random import LEAD, RESIDENTS, STAFF, Desk

STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(
            (
                *(
                    "up",
                    "across",
                    "up",
                    "sign",
                    "sign",
                    "sign",
                    "reply",
                    "done",
                    "done",
                    "done!",
                    "back",
                    "back!",
                    "on",
                    "on",
                    "council",
                ),
                *(
                    "take",
                    "assign",
                    "ask",
                    "suspend",
                    "resume",
                    "close",
                    "undo",
                    "unsolved",
                    "merge",
                    "withdraw",
                ),
            )
        ),
    ),
    min_size=4,
    max_size=24,
)
UNIT = {
    "sign": "take",
    "reply": "answer",
    "done": "done",
    "back": "back",
    "on": "on",
    "council": "council",
    "done!": "done straight",
    "back!": "back straight",
}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_it_is_always_in_one_place(steps: list[tuple[int, str]]) -> None:
    _walk(steps)


def test_the_walks_reach_every_end_of_a_hop() -> None:
    """The random walks above would prove nothing if they never got anywhere."""
    outcomes = set()
    for path in (
        ("up", "sign", "done", "across", "back"),
        ("up", "on"),
        ("up", "sign", "on", "sign", "done", "done"),
        ("up", "sign", "on", "back", "back"),
        ("up", "on", "sign", "done!"),
        ("up", "take"),
        ("up", "undo"),
        ("up", "sign", "reply", "close"),
    ):
        outcomes |= _walk([(0, step) for step in path])
    assert outcomes == {"solved", "returned", "passed", "recalled", "undone", "closed", ""}


@pytest.mark.parametrize(
    ("path", "way"),
    [
        (("up", "sign", "on", "sign", "done"), [("street", "passed"), ("bureau", "solved"), ("street", "")]),
        (
            ("up", "sign", "on", "sign", "done", "done"),
            [("street", "passed"), ("bureau", "solved"), ("street", "solved")],
        ),
        (("up", "sign", "on", "back"), [("street", "passed"), ("bureau", "returned"), ("street", "")]),
        (("up", "sign", "on", "sign", "done!"), [("street", "passed"), ("bureau", "solved")]),
        (("up", "sign", "on", "sign", "back!"), [("street", "passed"), ("bureau", "returned")]),
        (
            ("up", "sign", "on", "back", "on", "sign", "done", "assign"),
            [
                ("street", "passed"),
                ("bureau", "returned"),
                ("street", "passed"),
                ("bureau", "solved"),
                ("street", "recalled"),
            ],
        ),
    ],
)
def test_it_comes_back_rung_by_rung_or_straight(path: tuple[str, ...], way: list[tuple[str, str]]) -> None:
    assert [(hop.organisation_id, hop.outcome) for hop in _ledger([(0, step) for step in path])] == [
        ({"street": 1, "bureau": 3}[unit], outcome) for unit, outcome in way
    ]


def _walk(steps: list[tuple[int, str]]) -> set[str]:
    """How the hops of the first of two tickets ended after these steps."""
    return {hop.outcome for hop in _ledger(steps)}


def _ledger(steps: list[tuple[int, str]]) -> list[Hop]:
    """Do these steps with two tickets; the hops of the first."""
    desk = Desk()
    try:
        desk.open_the_office()
        desk.report(RESIDENTS[0], "3号楼2单元电梯坏了")
        desk.report(RESIDENTS[1], "5号楼2单元电梯坏了")
        for pick, what in steps:
            if what in UNIT:
                desk.unit_moves(0, pick, UNIT[what])
            elif what in ("unsolved", "withdraw"):
                desk.resident_moves(pick, 1 - pick, what)
            else:
                desk.staff_moves(STAFF if what == "take" else LEAD, pick, 1 - pick, what)
            desk.nothing_is_lost()
        return desk.run(desk.store.read(lambda tx: hops.of_ticket(tx, 1)))
    finally:
        desk.teardown()
