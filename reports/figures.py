"""The office's rates, each with the tickets behind it. Every formula stands in docs/figures.md."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from domain.roles import Role
from domain.states import State
from storage.periods import Case, Closing, Moved
from texts.names import RESULTS

REBOUND_DAYS = 30
DAY = 24 * 3600 * 1000
"""Milliseconds."""
SATISFIED = frozenset({"satisfied", "fair"})
NO_MATTER = frozenset({State.WITHDRAWN, State.VOID, State.REJECTED, State.MERGED})
"""Such a ticket is not what another one repeats."""
_NEVER = NO_MATTER - {State.MERGED}
_NOT_DUE = NO_MATTER | {State.NEEDS_INFO, State.SUSPENDED}
_GIVEN = frozenset({"assign", "sign", "take"})
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """Some tickets of others: 911 of 972."""

    part: frozenset[int] = frozenset()
    whole: frozenset[int] = frozenset()

    @property
    def percent(self) -> Decimal | None:
        """With two decimals, halves up; None of nothing."""
        return percent(len(self.part), len(self.whole))

    @property
    def plain(self) -> list[int]:
        return [len(self.part), len(self.whole)]


def percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def rate(cases: Iterable[Case], holds: Callable[[Case], bool]) -> Rate:
    """Those of the cases for which it holds."""
    found = list(cases)
    return Rate(frozenset(c.id for c in found if holds(c)), frozenset(c.id for c in found))


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the limits that ran out: 结案率, 按期结案率, 按期答复率, 延期率."""

    closed: Rate
    on_time: Rate
    answered: Rate
    extended: Rate


def falls_due(case: Case, since: int, until: int) -> bool:
    """Whether it is one of 应结案, as `periods.due` asks for them."""
    return since <= case.answer_due < until and case.state not in _NOT_DUE


def kept(due: Sequence[Case]) -> Kept:
    """`due`: 应结案, the tickets whose limit fell in the period."""
    return Kept(
        closed=rate(due, is_closed),
        on_time=rate(due, closed_in_time),
        answered=rate(due, lambda c: c.answered_at is not None and c.answered_at <= c.answer_due),
        extended=rate(due, lambda c: c.extended),
    )


def kept_by(due: Sequence[Case], key: Callable[[Case], str]) -> dict[str, Kept]:
    """The same per category, place, person, level, unit …: whatever `key` gives; "" is left out."""
    groups: dict[str, list[Case]] = {}
    for case in due:
        if name := key(case):
            groups.setdefault(name, []).append(case)
    return {name: kept(cases) for name, cases in groups.items()}


def is_closed(case: Case) -> bool:
    return case.closed_at is not None


def closed_in_time(case: Case) -> bool:
    return case.closed_at is not None and case.closed_at <= case.answer_due


def receipt(created: Iterable[Case], now: int) -> Rate:
    """签收及时率: of those opened in the period that were received, or should have been by now."""
    asked = [
        c for c in created if c.accepted_at is not None or (c.accept_due <= now and c.state not in NO_MATTER)
    ]
    return rate(asked, lambda c: c.accepted_at is not None and c.accepted_at <= c.accept_due)


def standing(moves: Iterable[Moved]) -> list[Moved]:
    """The moves that were not taken back (撤销)."""
    left: list[Moved] = []
    for move in moves:
        if move.kind != "undo":
            left.append(move)
            continue
        at = next(
            (
                n
                for n in range(len(left) - 1, -1, -1)
                if left[n].ticket_id == move.ticket_id and left[n].kind == move.name
            ),
            None,
        )
        if at is not None:
            del left[at]
    return left


def _of(moves: Iterable[Moved], *kinds: str) -> frozenset[int]:
    return frozenset(m.ticket_id for m in moves if m.kind in kinds)


def returned(moves: Sequence[Moved]) -> Rate:
    """退单率: sent back, of those that were given to somebody or sent back in the period."""
    back = _of(moves, "return")
    return Rate(back, back | _of(moves, *_GIVEN))


def reopened(moves: Sequence[Moved]) -> Rate:
    """重办率: reopened, of those that were closed or reopened in the period."""
    again = _of(moves, "reopen")
    return Rate(again, again | _of(moves, "close"))


@dataclass(frozen=True, slots=True)
class Reviews:
    """回访: the three rates count only residents who answered; silence stands apart."""

    responded: Rate = field(default_factory=Rate)
    solved: Rate = field(default_factory=Rate)
    satisfied: Rate = field(default_factory=Rate)
    valid: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()


def answered_reviews(moves: Sequence[Moved]) -> frozenset[int]:
    """The tickets whose residents said something of the result: valid 回访."""
    return frozenset(
        m.ticket_id for m in moves if m.role == Role.RESIDENT and m.kind in ("confirm", "rate", "reopen")
    )


def reviews(moves: Sequence[Moved], closings: Mapping[int, Closing]) -> Reviews:
    """`closings`: what stood before each valid review."""
    valid = answered_reviews(moves)
    unsolved: dict[int, bool] = {}
    opinions: dict[int, str] = {}
    for move in moves:
        if move.ticket_id not in valid or move.role != Role.RESIDENT:
            continue
        if move.kind in ("confirm", "rate", "reopen"):
            unsolved[move.ticket_id] = move.kind == "reopen"
        if move.kind == "rate":
            opinions[move.ticket_id] = move.name
        elif move.kind == "reopen":
            opinions[move.ticket_id] = "unsatisfied"
    done = RESULTS["solved"]
    return Reviews(
        responded=Rate(frozenset(n for n in valid if closings[n].contacted), valid),
        solved=Rate(frozenset(n for n in valid if not unsolved[n] and closings[n].result == done), valid),
        satisfied=Rate(
            frozenset(n for n, said in opinions.items() if said in SATISFIED), frozenset(opinions)
        ),
        valid=valid,
        silent=_of(moves, "settle") - valid,
    )


def first_answers(created: Iterable[Case]) -> tuple[int, int] | None:
    """(median, p90 by nearest rank) of the milliseconds until the first answer; None without one."""
    waits = sorted(c.first_answer - c.created_at for c in created if c.first_answer is not None)
    if not waits:
        return None
    return int(statistics.median(waits)), waits[math.ceil(0.9 * len(waits)) - 1]


@dataclass(frozen=True, slots=True)
class Echoes:
    """Matters that were there before: ticket -> the earlier one."""

    repeats: Mapping[int, Case]  # 重复: the earlier one was still open
    rebounds: Mapping[int, Case]  # 反弹: it had been closed at most 30 days before


def echoes(created: Iterable[Case], earlier: Iterable[Case]) -> Echoes:
    """Which of the new ones had a forerunner of the same category, and which."""
    newest_first = sorted((c for c in earlier if c.state not in NO_MATTER), key=lambda c: c.id, reverse=True)
    there, theirs = _grouped(newest_first, _at_place), _grouped(newest_first, _of_resident)
    repeats: dict[int, Case] = {}
    rebounds: dict[int, Case] = {}
    for case in created:
        if case.state in _NEVER:
            continue
        here, own = there.get(_at_place(case), ()), theirs.get(_of_resident(case), ())
        old = _newest(_still_open(case, here, same_place), _still_open(case, own, same_resident))
        if old is not None:
            repeats[case.id] = old
        elif case.state is State.MERGED:
            repeats[case.id] = case
        elif (done := _just_closed(case, here)) is not None:
            rebounds[case.id] = done
    return Echoes(repeats, rebounds)


def _grouped(cases: Iterable[Case], key: Callable[[Case], Hashable]) -> dict[Hashable, list[Case]]:
    groups: dict[Hashable, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return groups


def _at_place(case: Case) -> Hashable:
    """What two of one place have in common."""
    return case.category, case.building or f" {case.place}"


def _of_resident(case: Case) -> Hashable:
    return case.category, case.resident_id


def _still_open(case: Case, older: Iterable[Case], same: Callable[[Case, Case], bool]) -> Case | None:
    """The newest of the older ones, newest first, that was open when this one came."""
    came, number = case.created_at, case.id
    for old in older:
        if (old.closed_at is None or old.closed_at > came) and old.id < number and same(old, case):
            return old
    return None


def _just_closed(case: Case, older: Iterable[Case]) -> Case | None:
    """The newest at the same place that had been closed not long before."""
    came, number = case.created_at, case.id
    since = came - REBOUND_DAYS * DAY
    for old in older:
        done = old.closed_at
        if done is not None and since <= done <= came and old.id < number and same_place(old, case):
            return old
    return None


def _newest(one: Case | None, other: Case | None) -> Case | None:
    found = [case for case in (one, other) if case is not None]
    return max(found, key=lambda c: c.id, default=None)


def same_place(one: Case, other: Case) -> bool:
    """The same building, and no other unit or room as far as both say one; else the same words."""
    if bool(one.building) != bool(other.building):
        return False
    if not one.building:
        return bool(one.place) and one.place == other.place and one.estate_id == other.estate_id
    if None not in (one.estate_id, other.estate_id) and one.estate_id != other.estate_id:
        return False
    return one.building == other.building and _agree(one.unit, other.unit) and _agree(one.room, other.room)


def same_resident(one: Case, other: Case) -> bool:
    """One person about one matter, unless both places are known and differ."""
    if not one.resident_id or one.resident_id != other.resident_id:
        return False
    return not (one.place and other.place)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other
