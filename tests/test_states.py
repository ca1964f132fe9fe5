"""The table of moves: no ticket ever stands where nobody can take it on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.roles import Role
from domain.states import (
    FINISHED,
    MEANINGS,
    MOVES,
    OPEN,
    RUNNING,
    Move,
    State,
    WaitsFor,
    may,
    meaning,
    next_state,
)

ENDS = {State.ARCHIVED, State.MERGED, State.REJECTED, State.WITHDRAWN, State.VOID}


@given(st.data())
def test_random_walks_stay_inside_the_table(data: st.DataObject) -> None:
    state, resume = State.NEW, ""
    for _ in range(data.draw(st.integers(1, 30))):
        possible = [
            (move, role) for move in Move for role in sorted(MOVES[move].by) if may(move, state, role)
        ]
        if not possible:
            assert state in ENDS
            return
        move, role = data.draw(st.sampled_from(possible))
        after = next_state(move, state, role, resume)
        assert after in MEANINGS
        if meaning(state).clock_runs and not meaning(after).clock_runs:
            resume = state.value
        if MOVES[move].resumes:
            assert after in OPEN
            assert meaning(after).clock_runs
        state = after


@given(st.sampled_from(Move), st.sampled_from(State), st.sampled_from(Role))
def test_what_may_not_be_done_is_refused(move: Move, state: State, role: Role) -> None:
    if may(move, state, role):
        next_state(move, state, role)
    else:
        with pytest.raises(Refused) as refused:
            next_state(move, state, role)
        expected = "not_your_role" if role not in MOVES[move].by else "wrong_state"
        assert refused.value.reason == expected


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_has_a_way_out_for_staff_and_for_the_resident(state: State) -> None:
    assert may(Move.CLOSE, state, Role.STAFF)
    assert may(Move.WITHDRAW, state, Role.RESIDENT)


@pytest.mark.parametrize("state", sorted(set(State) - {State.NEW}))
def test_every_state_can_be_reached(state: State) -> None:
    reached = {State.NEW}
    while True:
        more = {
            next_state(move, before, role)
            for move in Move
            for before in reached
            for role in MOVES[move].by
            if may(move, before, role)
        }
        if more <= reached:
            break
        reached |= more
    assert state in reached


def test_every_state_has_a_meaning() -> None:
    assert set(MEANINGS) == set(State)
    assert set(MOVES) == set(Move)


def test_meanings_agree_with_each_other() -> None:
    assert RUNNING <= OPEN
    assert not FINISHED & OPEN
    for state, means in MEANINGS.items():
        if not means.is_open:
            assert not means.clock_runs, state
        if means.waits_for is WaitsFor.NOBODY:
            assert not means.is_open, state


@pytest.mark.parametrize("move", sorted(Move))
def test_residents_and_auditors_never_do_the_work_of_staff(move: Move) -> None:
    assert Role.AUDITOR not in MOVES[move].by
    own = {Move.SUPPLY, Move.CONFIRM, Move.REOPEN, Move.ESCALATE, Move.WITHDRAW, Move.MERGE, Move.SPLIT}
    assert (Role.RESIDENT in MOVES[move].by) == (move in own)
