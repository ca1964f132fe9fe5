"""Random legal and illegal moves over a real store: no ticket is stuck, lost from every list, or untold."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import texts.all
from config import Settings
from desk.from_settings import open_office
from desk.hand import Hand
from desk.incoming import Incoming
from desk.levels import climbing, council, unit_work
from desk.office import Office
from desk.residents import choices, neighbours, reception
from desk.staff import answering, deferring, handling, joining_matters, refusing, undoing
from domain.errors import Refused
from domain.levels import Kind
from domain.roles import Role
from domain.states import State
from jobs import ladder, reviews
from storage import communities, events, hops, joined, organisations, people, tickets, undos
from storage.hops import Hop
from storage.organisations import Worker
from storage.people import Member
from storage.store import Store, Tx
from storage.tickets import Ticket
from texts import desk as words

assert texts.all  # fills the registry

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
GROUP, LEAD, STAFF, OTHER = -100, 1, 2, 3
RESIDENTS = (11, 12, 13)
STREET, BUREAU = 21, 22
"""Who works for the subdistrict, and for the department."""
SAYINGS = (
    "3号楼2单元电梯坏了",
    "3号楼电梯又坏了，出不了门",
    "5号楼楼下垃圾没人清",
    "路灯坏了",
    "3号楼2单元着火了",
)
PICK = st.integers(0, 4)
WHO = st.sampled_from((LEAD, LEAD, STAFF, OTHER))
BY = st.sampled_from((0, 0, 0, 0, 0, STREET, BUREAU, STAFF))
"""Mostly (0) whoever holds something."""
UNIT_WHAT = st.sampled_from(
    ("up", "across", "take", "take", "take", "answer", "done", "done", "back", "on", "council")
)
WHAT = st.sampled_from(
    ("take", "assign", "answer", "ask", "return", "close", "escalate", "extend", "yes", "no", "suspend",
     "resume", "reject", "void", "merge", "merge", "split", "undo", "undo", "up", "up", "across")
)  # fmt: skip


class Desk(RuleBasedStateMachine):
    """One community, three of its staff, three residents, and a clock that is moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.moment = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
        self.count = 0

    @initialize()
    def open_the_office(self) -> None:
        self.store = self.run(Store.open(Path(self.folder.name) / "desk.sqlite"))
        built = open_office(Settings.model_validate({}), self.store)
        self.office: Office = replace(built, now=lambda: self.moment)

        async def enter(tx: Tx) -> int:
            found = await communities.found(tx, "幸福社区", "c0", 1)
            await communities.bind(tx, found, GROUP)
            estate = await communities.add_estate(tx, found, "幸福里小区", ("幸福里",))
            for building in ("3", "5"):
                await communities.add_building(tx, found, estate, building, f"b{building}", 4, 18)
            for user, role in ((LEAD, Role.LEAD), (STAFF, Role.STAFF), (OTHER, Role.STAFF)):
                await people.join(tx, Member(found, user, f"同事{user}", role), 1)
            street = await organisations.found(tx, Kind.SUBDISTRICT, "平安街道", "street", 1)
            above: dict[str, Any] = {"parent_id": street}
            await organisations.found(tx, Kind.COMMUNITY, "幸福社区", "node", 1, community_id=found, **above)
            bureau = await organisations.found(tx, Kind.DEPARTMENT, "区城管局", "bureau", 1, **above)
            await organisations.join(tx, Worker(street, STREET, "刘街道"), 1)
            await organisations.join(tx, Worker(bureau, BUREAU, "孙城管"), 1)
            self.units = {"up": street, "across": bureau}
            return found

        self.community = self.run(self.store.write(enter))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def attempt(self, work: Coroutine[Any, Any, Any]) -> None:
        """What may not be done is refused in words, never with another error."""
        with contextlib.suppress(Refused):
            self.run(work)

    def all(self) -> list[Ticket]:
        async def look(tx: Tx) -> list[Ticket]:
            found = [await tickets.by_id(tx, number) for number in range(1, self.count + 1)]
            return [ticket for ticket in found if ticket]

        return self.run(self.store.read(look))

    def hand(self, user: int, pick: int) -> Hand:
        self.moment += timedelta(seconds=1)
        known = self.all()
        ticket = known[pick % len(known)].id
        return Hand(self.community, ticket, user, key=f"k{self.moment.timestamp()}", chat_id=GROUP)

    @precondition(lambda self: self.count < 5)
    @rule(user=st.sampled_from(RESIDENTS), text=st.sampled_from(SAYINGS))
    def report(self, user: int, text: str) -> None:
        self.count += 1
        self.moment += timedelta(seconds=1)
        at = int(self.moment.timestamp() * 1000)
        self.run(reception.receive(self.office, Incoming(user, 100 + self.count, user, "居民", at, text)))

    @precondition(lambda self: bool(self.all()))
    @rule(steps=st.lists(st.tuples(WHO, PICK, PICK, WHAT), min_size=1, max_size=6))
    def staff_move_on(self, steps: list[tuple[int, int, int, str]]) -> None:
        for step in steps:
            self.staff_moves(*step)
            self.nothing_is_lost()

    def staff_moves(self, user: int, pick: int, other: int, what: str) -> None:
        hand, office = self.hand(user, pick), self.office
        into = self.all()[other % len(self.all())].id
        said = replace(hand, text="师傅下午三点到")
        reasons = list(words.EXTEND_REASONS)
        moves: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "take": lambda: handling.take(office, hand),
            "assign": lambda: handling.assign(office, hand, STAFF),
            "answer": lambda: answering.answer(office, said),
            "ask": lambda: answering.ask(office, said),
            "return": lambda: handling.give_back(office, hand, "wrong_unit"),
            "close": lambda: handling.close(office, hand, "solved"),
            "escalate": lambda: handling.escalate(office, hand),
            "extend": lambda: deferring.ask_extension(office, hand, 3, reasons[0]),
            "yes": lambda: deferring.decide_extension(office, hand, 1 + other % 3, granted=True),
            "no": lambda: deferring.decide_extension(office, hand, 1 + other % 3, granted=False),
            "suspend": lambda: deferring.suspend(office, hand, "funds", 7),
            "resume": lambda: deferring.resume(office, hand),
            "reject": lambda: refusing.reject(office, hand, "scope"),
            "void": lambda: refusing.void(office, hand, "test"),
            "merge": lambda: joining_matters.merge(office, hand, into),
            "split": lambda: joining_matters.split(office, hand),
            "undo": lambda: undoing.undo(office, hand),
            "up": lambda: climbing.hand_on(office, hand, self.units["up"], "beyond"),
            "across": lambda: climbing.hand_on(office, hand, self.units["across"], "duty"),
        }
        self.attempt(moves[what]())

    @precondition(lambda self: bool(self.all()))
    @rule(pick=PICK, other=PICK, what=st.sampled_from(("me_too", "alone", "withdraw", "solved", "unsolved")))
    def resident_moves(self, pick: int, other: int, what: str) -> None:
        self.moment += timedelta(seconds=1)
        known, office, key = self.all(), self.office, f"r{self.moment.timestamp()}"
        ticket, into = known[pick % len(known)], known[other % len(known)]
        user = ticket.resident_id
        moves: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "me_too": lambda: joining_matters.me_too(office, ticket.id, user, into.id, key),
            "alone": lambda: joining_matters.not_solved_here(office, ticket.id, user, key),
            "withdraw": lambda: choices.withdraw(office, ticket.id, user),
            "solved": lambda: choices.confirm(office, ticket.id, user, "solved", key),
            "unsolved": lambda: choices.confirm(office, ticket.id, user, "unsolved", key),
        }
        self.attempt(moves[what]())

    @precondition(lambda self: bool(self.all()))
    @rule(steps=st.lists(st.tuples(BY, PICK, UNIT_WHAT), min_size=2, max_size=8))
    def levels_move_on(self, steps: list[tuple[int, int, str]]) -> None:
        for by, pick, what in steps:
            if what in self.units:
                self.staff_moves(LEAD, pick, 0, what)
            else:
                self.unit_moves(by, pick, what)
            self.nothing_is_lost()

    def unit_moves(self, user: int, pick: int, what: str) -> None:
        hand, office = replace(self.hand(user, pick), chat_id=user), self.office
        hop = self.run(self.store.read(lambda tx: hops.present(tx, hand.ticket_id)))
        if not user:
            held = self.run(self.store.read(self._held))
            hop = held[pick % len(held)] if held else None
            user = STREET if hop and hop.organisation_id == self.units["up"] else BUREAU
            hand = replace(hand, user_id=user, chat_id=user, ticket_id=hop.ticket_id if hop else 1)
        at = hop.id if hop else 1
        lead = replace(hand, user_id=LEAD, chat_id=GROUP)
        moves: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "take": lambda: unit_work.take(office, hand, at),
            "answer": lambda: unit_work.answer(office, replace(hand, text="明天上午九点来看")),
            "done": lambda: unit_work.finish(office, hand, at, "solved"),
            "back": lambda: unit_work.give_back(office, hand, at, "cannot"),
            "done straight": lambda: unit_work.finish(office, hand, at, "solved", straight=True),
            "back straight": lambda: unit_work.give_back(office, hand, at, "cannot", straight=True),
            "on": lambda: unit_work.climb_on(office, hand, at, self.units["across"]),
            "council": lambda: council.designate(office, lead, self.units["across"]),
        }
        self.attempt(moves[what]())

    async def _held(self, tx: Tx) -> list[Hop]:
        """The hops that go on."""
        found = [await hops.present(tx, number) for number in range(1, self.count + 1)]
        return [hop for hop in found if hop]

    @rule(hours=st.sampled_from((0.01, 0.3, 5, 30, 200)))
    def time_passes(self, hours: float) -> None:
        self.moment += timedelta(hours=hours)
        self.run(ladder.climb(self.office))
        self.run(reviews.settle_silent(self.office))

    @invariant()
    def nothing_is_lost(self) -> None:
        if not self.count:
            return
        self.run(self.store.read(self._check))

    async def _check(self, tx: Tx) -> None:
        now = int(self.moment.timestamp() * 1000)
        listed = {t.id for t in await tickets.open_of_community(tx, self.community, most=999)}
        silent = {t.id for t in await tickets.silent(tx, now + 10**11)}
        waited_for = {t.id for user in RESIDENTS for t in await neighbours.going_on(tx, user, most=999)}
        for number in range(1, self.count + 1):
            ticket = await tickets.by_id(tx, number)
            if ticket is None:
                continue
            assert (ticket.id in listed) == ticket.means.is_open
            assert (ticket.id in silent) == (ticket.state is State.REVIEW)
            assert (ticket.state in (State.REVIEW, State.CLOSED)) <= bool(ticket.result)
            assert (ticket.paused_at is not None) == (ticket.means.is_open and not ticket.means.clock_runs)
            main = await joined.main_of(tx, ticket)
            assert (main is not None) == (ticket.state is State.MERGED)
            if main is not None:
                assert main.state is not State.MERGED
                assert ticket.id in {other.id for other in await joined.others(tx, main.id)}
                assert main.state not in (State.WITHDRAWN, State.VOID)
            if (main or ticket).means.is_open:
                assert ticket.id in waited_for
            if ticket.state is State.SUSPENDED:
                held = await tx.one("desk.suspension", ticket_id=ticket.id)
                assert held is not None
                looks = await tx.all("desk.due_looks", now=held["review_at"] + 15 * 3600 * 1000, most=999)
                told = await tx.one(
                    "small.did",
                    job=f"warn:{ticket.id}",
                    community_id=self.community,
                    local_date=f"review:{held['review_at']}",
                )
                assert told is not None or ticket.id in {row["ticket_id"] for row in looks}
            await self._replays(tx, ticket)
            await self._stands_on_one_rung(tx, ticket)
        await self._rungs_add_up(tx)

    async def _rungs_add_up(self, tx: Tx) -> None:
        """What the summary counts on each rung is what the organisations hold."""
        counted = {rung.name: rung.waiting for rung in await hops.waiting_by_rung(tx, self.community)}
        held = {unit: await hops.held(tx, unit, most=999) for unit in self.units.values()}
        named = {await organisations.name_of(tx, unit): len(found) for unit, found in held.items() if found}
        assert counted == named

    async def _stands_on_one_rung(self, tx: Tx, ticket: Ticket) -> None:
        """With its community or with one organisation, which sees it in its list and has a card of it."""
        ledger = await hops.of_ticket(tx, ticket.id)
        here = [hop for hop in ledger if hop.ended_at is None]
        assert len(here) <= 1
        assert all(bool(hop.outcome) == (hop.ended_at is not None) for hop in ledger)
        for unit in self.units.values():
            held = ticket.id in {other.id for other in await hops.held(tx, unit, most=999)}
            assert held == (bool(here) and here[0].organisation_id == unit)
        if ticket.state is State.ASSIGNED:
            assert here or ticket.assignee_id is not None
        if not here:
            return
        assert ticket.means.is_open
        user = STREET if here[0].organisation_id == self.units["up"] else BUREAU
        assert await tx.one("outbox.by_key", key=f"unit:{here[0].id}:{user}") is not None

    async def _replays(self, tx: Tx, ticket: Ticket) -> None:
        """The history leads from the opening, without a gap, to where the ticket stands."""
        state = ""
        for event in await events.of_ticket(tx, ticket.id):
            assert event.from_state == state
            state = event.to_state
        assert state == ticket.state.value
        last = await undos.last(tx, ticket.id)
        assert last is None or last.version <= ticket.version

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
        self.loop.close()
        self.folder.cleanup()


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
