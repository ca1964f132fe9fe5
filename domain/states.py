"""The states of a ticket, what each means, and the one table of moves between them (field.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Refused
from domain.roles import DESK, LEADS, OWNER, PROGRAM, UNITS, Role


class State(StrEnum):
    NEW = "new"  # 待受理
    ACCEPTED = "accepted"  # 已受理
    TO_ASSIGN = "to_assign"  # 待派单
    ASSIGNED = "assigned"  # 已派单
    SIGNED = "signed"  # 已签收
    WORKING = "working"  # 办理中
    ANSWERED = "answered"  # 已答复
    REVIEW = "review"  # 待回访
    CLOSED = "closed"  # 已办结
    ARCHIVED = "archived"  # 已归档
    NEEDS_INFO = "needs_info"  # 待补充
    RETURNED = "returned"  # 退单
    SUSPENDED = "suspended"  # 挂账
    MERGED = "merged"  # 并单
    REOPENED = "reopened"  # 重办
    REJECTED = "rejected"  # 不予受理
    EMERGENCY = "emergency"  # 转紧急
    WITHDRAWN = "withdrawn"  # 撤回
    VOID = "void"  # 作废


class WaitsFor(StrEnum):
    LEAD = "lead"
    ASSIGNEE = "assignee"
    RESIDENT = "resident"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a state means, so that nobody compares labels."""

    is_open: bool
    clock_runs: bool
    waits_for: WaitsFor
    accepted: bool = True  # somebody of the office has taken notice


S = State
MEANINGS: dict[State, Meaning] = {
    S.NEW: Meaning(True, True, WaitsFor.LEAD, accepted=False),
    S.ACCEPTED: Meaning(True, True, WaitsFor.LEAD),
    S.TO_ASSIGN: Meaning(True, True, WaitsFor.LEAD),
    S.ASSIGNED: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.SIGNED: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.WORKING: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.ANSWERED: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.REVIEW: Meaning(False, False, WaitsFor.RESIDENT),
    S.CLOSED: Meaning(False, False, WaitsFor.NOBODY),
    S.ARCHIVED: Meaning(False, False, WaitsFor.NOBODY),
    S.NEEDS_INFO: Meaning(True, False, WaitsFor.RESIDENT),
    S.RETURNED: Meaning(True, True, WaitsFor.LEAD),
    S.SUSPENDED: Meaning(True, False, WaitsFor.LEAD),
    S.MERGED: Meaning(False, False, WaitsFor.NOBODY),
    S.REOPENED: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.REJECTED: Meaning(False, False, WaitsFor.NOBODY),
    S.EMERGENCY: Meaning(True, True, WaitsFor.ASSIGNEE),
    S.WITHDRAWN: Meaning(False, False, WaitsFor.NOBODY),
    S.VOID: Meaning(False, False, WaitsFor.NOBODY),
}

OPEN = frozenset(s for s, m in MEANINGS.items() if m.is_open)
RUNNING = frozenset(s for s, m in MEANINGS.items() if m.is_open and m.clock_runs)
FINISHED = frozenset({S.REVIEW, S.CLOSED, S.ARCHIVED})  # done with a result


def meaning(state: str) -> Meaning:
    return MEANINGS[State(state)]


class Move(StrEnum):
    ACCEPT = "accept"  # 受理
    QUEUE = "queue"  # to 待派单
    ASSIGN = "assign"  # 派单 / 转派
    SIGN = "sign"  # 签收
    TAKE = "take"  # 接单: sign and start in one tap
    START = "start"
    ANSWER = "answer"  # 答复
    ASK = "ask"  # 补充: ask the resident
    SUPPLY = "supply"  # the resident has answered
    RETURN = "return"  # 退单
    SUSPEND = "suspend"  # 挂账
    RESUME = "resume"
    EXTEND = "extend"  # 延期
    CLOSE = "close"  # 办结
    CONFIRM = "confirm"  # the resident says: solved
    SETTLE = "settle"  # 默认办结 after silence
    REOPEN = "reopen"  # 重办
    REJECT = "reject"  # 不予受理
    ESCALATE = "escalate"  # 转紧急
    MERGE = "merge"  # 并单
    SPLIT = "split"  # 取消并单
    WITHDRAW = "withdraw"  # 撤回
    VOID = "void"  # 作废
    ARCHIVE = "archive"  # 归档
    HAND_ON = "hand_on"  # 上报 / 转交: to another organisation
    HAND_BACK = "hand_back"  # 办完回复: that organisation has done its part


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states, to which (None: stays; RESUME_STATE: where it was before the pause), by whom."""

    before: frozenset[State]
    after: State | None
    by: frozenset[Role]
    resumes: bool = False


NOT_STARTED = frozenset({S.NEW, S.ACCEPTED, S.TO_ASSIGN, S.ASSIGNED, S.RETURNED, S.REOPENED, S.EMERGENCY})
IN_HAND = frozenset({S.ASSIGNED, S.SIGNED, S.WORKING, S.ANSWERED, S.REOPENED, S.EMERGENCY})
HELPERS = DESK | UNITS

MOVES: dict[Move, Rule] = {
    Move.ACCEPT: Rule(frozenset({S.NEW}), S.ACCEPTED, DESK),
    Move.QUEUE: Rule(frozenset({S.ACCEPTED, S.RETURNED}), S.TO_ASSIGN, DESK),
    Move.ASSIGN: Rule(NOT_STARTED | {S.SIGNED, S.WORKING, S.ANSWERED, S.NEEDS_INFO}, S.ASSIGNED, DESK),
    Move.SIGN: Rule(frozenset({S.ASSIGNED}), S.SIGNED, HELPERS),
    Move.TAKE: Rule(NOT_STARTED, S.WORKING, HELPERS),
    Move.START: Rule(frozenset({S.SIGNED}), S.WORKING, HELPERS),
    Move.ANSWER: Rule(OPEN - {S.NEEDS_INFO, S.SUSPENDED}, S.ANSWERED, HELPERS),
    Move.ASK: Rule(OPEN - {S.NEEDS_INFO, S.SUSPENDED}, S.NEEDS_INFO, HELPERS),
    Move.SUPPLY: Rule(frozenset({S.NEEDS_INFO}), None, OWNER | DESK, resumes=True),
    Move.RETURN: Rule(IN_HAND, S.RETURNED, HELPERS),
    Move.SUSPEND: Rule(OPEN - {S.SUSPENDED, S.NEEDS_INFO}, S.SUSPENDED, LEADS),
    Move.RESUME: Rule(frozenset({S.SUSPENDED}), None, LEADS | PROGRAM, resumes=True),
    Move.EXTEND: Rule(RUNNING, None, LEADS),
    Move.CLOSE: Rule(OPEN, S.REVIEW, HELPERS),
    Move.CONFIRM: Rule(frozenset({S.REVIEW}), S.CLOSED, OWNER),
    Move.SETTLE: Rule(frozenset({S.REVIEW}), S.CLOSED, PROGRAM),
    Move.REOPEN: Rule(frozenset({S.REVIEW, S.CLOSED}), S.REOPENED, OWNER | LEADS),
    Move.REJECT: Rule(frozenset({S.NEW, S.ACCEPTED, S.TO_ASSIGN, S.RETURNED}), S.REJECTED, LEADS),
    Move.ESCALATE: Rule(OPEN - {S.EMERGENCY}, S.EMERGENCY, DESK | OWNER | PROGRAM),
    Move.MERGE: Rule(OPEN, S.MERGED, DESK | OWNER),
    Move.SPLIT: Rule(frozenset({S.MERGED}), None, DESK | OWNER | PROGRAM, resumes=True),
    Move.WITHDRAW: Rule(OPEN | {S.REVIEW, S.MERGED}, S.WITHDRAWN, OWNER),
    Move.VOID: Rule(OPEN, S.VOID, LEADS),
    Move.ARCHIVE: Rule(frozenset({S.CLOSED}), S.ARCHIVED, PROGRAM | LEADS),
    Move.HAND_ON: Rule(RUNNING, S.ASSIGNED, HELPERS | PROGRAM | {Role.COUNCIL}),
    Move.HAND_BACK: Rule(IN_HAND, S.WORKING, UNITS),
}


def next_state(move: Move, now: State, role: Role, resume: str = "") -> State:
    """The state after `move`, or `Refused`. `resume` is where a paused ticket goes back to."""
    rule = MOVES[move]
    if role not in rule.by:
        raise Refused("not_your_role", move=move.value)
    if now not in rule.before:
        raise Refused("wrong_state", move=move.value, state=now.value)
    if rule.resumes:
        return State(resume) if resume else State.WORKING
    return rule.after or now


def may(move: Move, now: State, role: Role) -> bool:
    """Whether `next_state` would not refuse."""
    rule = MOVES[move]
    return role in rule.by and now in rule.before
