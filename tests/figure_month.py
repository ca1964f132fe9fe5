"""A month of a community made through the desk by chance, and its history replayed without the register."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config import Settings
from desk.hand import Hand
from desk.incoming import Incoming
from desk.moves import step
from desk.office import Office, to_ms
from desk.opening import open_ticket
from desk.residents import choices, following
from desk.staff import answering, deferring, handling, joining_matters, refusing, undoing
from desk.workcalendar import build_calendar
from domain import clocks
from domain.catalogue import load_catalogue
from domain.clocks import Paused, load_clocks, shift
from domain.errors import Refused
from domain.limits import Limit, Unit
from domain.roles import Role
from domain.states import Move, State, meaning
from jobs import reviews
from nlp.read import read
from nlp.reading import CategoryGuess, Concern, Intent, Kind, Place, Reading, Script, Urgency
from storage import communities, people, tickets
from storage.communities import Community
from storage.people import Member, Resident
from storage.store import Store, Tx

ZONE = ZoneInfo("Asia/Shanghai")
GROUP, LEAD, STAFF = -100, 1, (2, 3, 4)
ANSWER = "师傅今天下午三点上门。"
MONTH = (datetime(2026, 10, 1, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE))
CATEGORIES = ("elevator", "exposed_rubbish", "street_lamp", "parking", "leak", "public_order", "greenery")
Deed = Callable[[], Awaitable[Any]]


@dataclass
class World:
    """An office with one community, whose clock stands where it is put."""

    office: Office
    community: Community
    path: Path
    estate: int
    now: datetime
    chance: random.Random
    residents: dict[int, Resident] = field(default_factory=dict)
    said: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def hand(self, ticket: int, who: int, text: str = "") -> Hand:
        self.said += 1
        return Hand(self.community.id, ticket, who, f"k{self.said}", chat_id=GROUP, text=text)

    async def opens(
        self, category: str, building: str = "", unit: str = "", spot: str = "", who: int = 0
    ) -> int:
        """A resident reports; the ticket's id."""
        self.said += 1
        resident = self.residents[who or self.chance.choice(list(self.residents))]
        message = Incoming(
            resident.user_id, self.said, resident.user_id, resident.name, to_ms(self.now), "坏了"
        )
        place = Place((0, 0), "", "幸福里", self.estate, building, unit, spot=spot)
        reading = Reading(
            original="坏了",
            text="坏了",
            script=Script.SIMPLIFIED,
            intent=Intent.REPORT,
            intent_confidence=1.0,
            guesses=(CategoryGuess(category, 0.95),),
            why=(),
            kind=Kind.COMPLAINT,
            urgency=Urgency.NORMAL,
            concern=Concern.SELF,
            places=(place,),
        )

        async def change(tx: Tx) -> int:
            return (await open_ticket(tx, self.office, self.community.id, resident, message, reading)).id

        return await self.office.store.write(change)

    async def try_(self, name: str, deed: Awaitable[Any]) -> None:
        """What the table of moves refuses does not happen."""
        try:
            await deed
        except Refused:
            return
        self.done[name] += 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        db = sqlite3.connect(self.path)
        db.row_factory = sqlite3.Row
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()


async def open_world(path: Path, begin: datetime, seed: int = 7) -> World:
    store = await Store.open(path)
    catalogue, rules = load_catalogue(), load_clocks()
    office = Office(
        store=store,
        catalogue=catalogue,
        clocks=rules,
        law=build_calendar(date(2026, 11, 1)),
        zone=ZONE,
        admins=frozenset(),
        read=read,
        now=lambda: world.now,
        retention_days=Settings.model_construct().retention_days,
    )
    residents: dict[int, Resident] = {}
    made: dict[str, Any] = {}

    async def enter(tx: Tx) -> None:
        now = to_ms(begin)
        made["id"] = await communities.found(tx, "幸福社区", "c0", now)
        await communities.bind(tx, made["id"], GROUP)
        made["estate"] = await communities.add_estate(tx, made["id"], "幸福里")
        await people.join(tx, Member(made["id"], LEAD, "周敏", Role.LEAD), now)
        for who, name in zip(STAFF, ("李强", "王芳", "赵磊"), strict=True):
            await people.join(tx, Member(made["id"], who, name, Role.STAFF), now)
        for number in range(100, 160):
            residents[number] = await people.greet(tx, number, f"居民{number}", "hans", now)
        made["community"] = await communities.by_id(tx, made["id"])

    await store.write(enter)
    world = World(office, made["community"], path, made["estate"], begin, random.Random(seed), residents)
    return world


async def quiet_weeks(world: World, first: date, last: date, each_day: int = 3) -> None:
    """Plain days before the month: opened and closed, nothing more."""
    day = first
    while day <= last:
        for n in range(each_day):
            world.now = datetime(day.year, day.month, day.day, 8 + n, tzinfo=ZONE)
            category = CATEGORIES[(day.toordinal() + n) % len(CATEGORIES)]
            ticket = await world.opens(category, spot=f"{day:%m%d}号雨棚{n}")
            world.now += timedelta(hours=2)
            await world.office.store.write(partial(_closed, world=world, number=ticket))
        day += timedelta(days=1)


async def _closed(tx: Tx, *, world: World, number: int) -> None:
    ticket = await tickets.by_id(tx, number)
    assert ticket is not None
    done = {"closed_at": to_ms(world.now), "answered_at": to_ms(world.now), "result": "solved"}
    await step(tx, world.office, ticket, Move.CLOSE, Role.STAFF, STAFF[0], changes=done, reason="已解决")


async def busy_month(world: World, count: int) -> None:
    """`count` tickets of the month, each on a way of its own, until silence is settled."""
    plan: list[tuple[datetime, int, Callable[[], Awaitable[Any]]]] = []
    chance = world.chance
    for n in range(count):
        at = MONTH[0] + timedelta(minutes=chance.randrange(31 * 24 * 60))
        plan.append((at, n, partial(_report, world, plan, at)))
    for n in range(36):
        plan.append((MONTH[0] + timedelta(days=n, hours=3), -1, lambda: reviews.settle_silent(world.office)))
    while plan:
        plan.sort(key=lambda entry: entry[0])
        at, _, deed = plan.pop(0)
        if at >= MONTH[1] + timedelta(days=5):
            break
        world.now = at
        await deed()


async def _report(world: World, plan: list[Any], at: datetime) -> None:
    chance = world.chance
    building, unit = chance.choice(("1", "2", "3", "5")), chance.choice(("", "1", "2"))
    ticket = await world.opens(chance.choice(CATEGORIES), building, unit)
    for hours, name, deed in _way(world, ticket):
        plan.append((at + timedelta(hours=hours), ticket, lambda n=name, d=deed: world.try_(n, d())))


def _way(world: World, ticket: int) -> list[tuple[float, str, Deed]]:
    """What will happen to a ticket: (hours after the report, what, how)."""
    chance, office = world.chance, world.office
    who, resident = chance.choice(STAFF), 0
    way: list[tuple[float, str, Deed]] = []
    own = world.rows("select resident_id, category from tickets where id = ?", ticket)[0]
    resident = own["resident_id"]

    def add(hours: float, name: str, deed: Deed) -> None:
        way.append((hours, name, deed))

    def hand(by: int = who, text: str = "") -> Hand:
        return world.hand(ticket, by, text)

    taken = chance.choice((0.2, 3.0, 20.0, 60.0))
    if chance.random() < 0.15:
        add(taken / 2, "assign", lambda: handling.assign(office, hand(LEAD), who))
        add(taken / 2 + 0.1, "return", lambda: handling.give_back(office, hand(), "not_ours"))
    add(taken, "take", lambda: handling.take(office, hand()))
    if chance.random() < 0.1:
        add(taken + 0.005, "undo", lambda: undoing.undo(office, hand()))
        add(taken + 1, "take", lambda: handling.take(office, hand()))
    fate = chance.random()
    if fate < 0.06:
        add(taken + 1, "withdraw", lambda: choices.withdraw(office, ticket, resident))
    elif fate < 0.09:
        add(taken / 3, "reject", lambda: refusing.reject(office, hand(LEAD), "scope"))
    elif fate < 0.13:
        add(taken + 1, "void", lambda: refusing.void(office, hand(LEAD), "test"))
    elif fate < 0.2:
        add(taken + 1, "merge", lambda: _merge(world, ticket, own["category"]))
    elif fate < 0.28:
        add(taken + 2, "ask", lambda: answering.ask(office, hand(text="请问几楼？")))
        add(taken + chance.choice((5, 50, 100)), "supply", lambda: _supply(world, ticket, resident))
    elif fate < 0.36:
        add(taken + 2, "extend", lambda: deferring.ask_extension(office, hand(LEAD), 3, "parts"))
    elif fate < 0.44:
        add(taken + 2, "suspend", lambda: deferring.suspend(office, hand(LEAD), "funds", 30))
        if chance.random() < 0.6:
            add(taken + 120, "resume", lambda: deferring.resume(office, hand(LEAD)))
    if chance.random() < 0.6:
        add(
            taken + chance.choice((1, 30, 150)), "answer", lambda: answering.answer(office, hand(text=ANSWER))
        )
    if chance.random() < 0.88:
        closed = taken + chance.choice((4, 40, 130, 300))
        result = chance.choice(("solved", "solved", "solved", "partly", "unsolved"))
        add(closed, "close", lambda: handling.close(office, hand(), result))
        if chance.random() < 0.08:
            add(closed + 0.01, "undo", lambda: undoing.undo(office, hand()))
            add(closed + 1, "close", lambda: handling.close(office, hand(), "solved"))
        _review(world, ticket, resident, closed + chance.choice((2, 20, 200)), add, hand)
    return way


def _review(
    world: World, ticket: int, resident: int, at: float, add: Callable[..., None], hand: Callable[..., Hand]
) -> None:
    """What the resident says in the end; about half say nothing."""
    office, chance = world.office, world.chance
    opinion = chance.choice(("satisfied", "satisfied", "fair", "unsatisfied"))
    fate = chance.random()
    if fate < 0.25:
        add(at, "confirm", lambda: choices.confirm(office, ticket, resident, "solved", f"c{ticket}"))
        if chance.random() < 0.7:
            add(at + 0.1, "rate", lambda: choices.rate(office, ticket, resident, opinion, f"r{ticket}"))
    elif fate < 0.4:
        add(at, "rate", lambda: choices.rate(office, ticket, resident, opinion, f"r{ticket}"))
    elif fate < 0.52:
        add(at, "reopen", lambda: choices.confirm(office, ticket, resident, "unsolved", f"u{ticket}"))
        add(at + 2, "take", lambda: handling.take(office, hand()))
        add(at + chance.choice((10, 220)), "close", lambda: handling.close(office, hand(), "solved"))
        add(at + 230, "rate", lambda: choices.rate(office, ticket, resident, opinion, f"s{ticket}"))


async def _supply(world: World, ticket: int, resident: int) -> None:
    message = Incoming(resident, 900_000 + ticket, resident, "居民", to_ms(world.now), "是三楼")

    async def change(tx: Tx) -> None:
        found = await tickets.by_id(tx, ticket)
        assert found is not None
        if not found.means.is_open:
            raise Refused("closed_already")
        await following.supplement(tx, world.office, found, message)

    await world.office.store.write(change)


async def _merge(world: World, ticket: int, category: str) -> None:
    """Into another open one of its kind."""
    others = world.rows(
        "select id, state from tickets where category = ? and id <> ? order by id", category, ticket
    )
    found = [row["id"] for row in others if meaning(row["state"]).is_open]
    if not found:
        raise Refused("nothing_alike")
    await joining_matters.merge(world.office, world.hand(ticket, LEAD), found[-1])


@dataclass
class Replayed:
    """A ticket as its history tells it; nothing of the register but what never changed."""

    id: int
    number: str
    category: str
    building: str
    unit: str
    created: int
    unit_of_clock: Unit
    accept_due: int
    due: int
    state: State = State.NEW
    accepted: int | None = None
    answered: int | None = None  # since it was last reopened
    first: int | None = None
    closed: int | None = None
    paused: int | None = None
    extended: int = 0
    log: list[tuple[int, str, str, str]] = field(default_factory=list)  # (at, kind, role, name or reason)
    undone: set[int] = field(default_factory=set)  # places in `log`


def replay(world: World) -> list[Replayed]:
    """Every ticket from the events alone, in the order in which they happened."""
    office = world.office
    plain = {row["id"]: row for row in world.rows("select * from tickets")}
    found: dict[int, Replayed] = {}
    kept: dict[tuple[int, str], Replayed] = {}
    for event in world.rows("select * from events order by id"):
        row, at, kind = plain[event["ticket_id"]], event["at"], event["kind"]
        promise = clocks.promise(
            office.clocks,
            office.catalogue.leaf(row["category"]),
            row["urgency"],
            row["kind"],
            office.local(at),
            office.calendar,
        )
        if kind == "opened":
            found[row["id"]] = Replayed(
                row["id"],
                row["number"],
                row["category"],
                row["building"],
                row["unit"],
                at,
                promise.answer_unit,
                to_ms(promise.accept_due),
                to_ms(promise.answer_due),
            )
            continue
        ticket, data = found[row["id"]], json.loads(event["data"])
        if kind == "undo":
            place = max(n for n, entry in enumerate(ticket.log) if entry[1] == data["name"])
            before = kept[ticket.id, data["name"]]
            found[ticket.id] = replace(before, log=ticket.log, undone=ticket.undone | {place})
            continue
        kept[ticket.id, kind] = replace(ticket)
        ticket.log.append((at, kind, event["actor_role"], data.get("name") or data.get("reason") or ""))
        if kind == "joined":
            other = next(t for t in found.values() if t.number == data["number"])
            if other.due < ticket.due and other.answered is None and ticket.answered is None:
                ticket.due, ticket.unit_of_clock = other.due, other.unit_of_clock
        _apply(office, ticket, event, data, promise)
    return list(found.values())


def _apply(
    office: Office, ticket: Replayed, event: sqlite3.Row, data: dict[str, Any], promise: clocks.Promise
) -> None:
    at, kind, before, after = event["at"], event["kind"], ticket.state, State(event["to_state"])
    was, now = meaning(before), meaning(after)
    if was.is_open and now.is_open and was.clock_runs and not now.clock_runs:
        ticket.paused = at
    elif ticket.paused and ((now.is_open and now.clock_runs) or after is State.MERGED):
        pause = Paused(office.local(ticket.paused), office.local(at))
        ticket.due = to_ms(shift(office.local(ticket.due), pause, ticket.unit_of_clock, office.calendar))
        ticket.paused = None
    if now.accepted and ticket.accepted is None and event["actor_role"] != "resident" and before is not after:
        ticket.accepted = at
    if (kind, after) in (("answer", State.ANSWERED), ("close", State.REVIEW)):
        ticket.answered = ticket.answered or at
        ticket.first = ticket.first or at
    if kind in ("close", "reject", "void"):
        ticket.closed, ticket.paused = at, None
    if kind == "extend":
        limit = Limit(data["days"], Unit.WORKING_DAY)
        ticket.due = to_ms(clocks.extend(office.clocks, office.local(ticket.due), limit, office.calendar))
        ticket.extended += 1
    if kind == "reopen":
        ticket.due, ticket.unit_of_clock = to_ms(promise.answer_due), promise.answer_unit
        ticket.answered = ticket.closed = None
    ticket.state = after
