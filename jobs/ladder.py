"""The ladder: who is told, and when, while a matter waits; each step once, quiet at night unless urgent.

A tick reads only the tickets whose time to look has come (table `looks`): a change of a ticket asks for a
look at once, a look reckons when the next one is worth it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.levels import rungs as levels
from desk.office import Office, to_ms
from desk.speech import show, tell, tell_group, unit_chats
from desk.staff.duty import present
from desk.staff.offers import may_be_put_off
from domain import clocks
from domain.clocks import Unit
from domain.limits import URGENCIES
from domain.roles import LEADS
from domain.states import NOT_STARTED, State
from nlp.personal import mask
from storage import communities, hops, organisations, people, tickets
from storage.outbox import Priority
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words
from texts.when import moment

DAY = (8, 21)
"""Hours between which people may be reminded of what is not urgent."""
AT_ONCE = 100
"""Tickets looked at in one transaction."""
ALARM_EVERY = timedelta(minutes=3)
ALARMS = 5
"""How often a danger that nobody has signed for is called out again."""
ONLY_THE_CARD = "half"
STAGES = ("half", "unsigned", "near", "overdue", "lead", "lead_again", "department")
"""From mild to grave: when several are due at once only the gravest is told."""
STAGE_OF = {"staff_lead": "lead", "subdistrict": "lead_again", "department": "department"}
"""What a rung of the clock profile is here; the handler is called when the limit passes ("overdue")."""
OVER = frozenset({"overdue", "lead", "lead_again", "department"})
NO_QUIET = frozenset(URGENCIES[:2])


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder and its moment (ms)."""

    stage: str
    at: int


async def climb(office: Office) -> int:
    """Take every step that is due; how many were told to people."""
    told = 0

    async def look(tx: Tx) -> list[int]:
        rows = await tx.all("desk.due_looks", now=office.now_ms(), most=AT_ONCE)
        return [row["ticket_id"] for row in rows]

    while due := await office.store.read(look):

        async def change(tx: Tx, ids: list[int] = due) -> int:
            return sum([await _look_at(tx, office, ticket_id) for ticket_id in ids])

        told += await office.store.write(change)
    return told


def rungs(
    office: Office, ticket: Ticket, review_at: int | None = None, *, department: bool = False
) -> list[Rung]:
    """All steps that this ticket may come to as it stands now, the first first.

    `department`: there is one in the tree that can be told at the end.
    """
    if not ticket.means.is_open or ticket.erased:
        return []
    if ticket.state is State.SUSPENDED:
        return [Rung(f"review:{review_at}", review_at)] if review_at else []
    if not ticket.means.clock_runs or ticket.answered_at is not None:
        return []
    found = _alarms(ticket)
    created, due = office.local(ticket.created_at), office.local(ticket.answer_due)
    unit, calendar = Unit(ticket.clock_unit), office.calendar_of(ticket.community_id)
    for part, at in clocks.warnings(office.clocks, created, due, unit, calendar):
        found.append(Rung("half" if part <= 0.5 else "near" if part < 1 else "overdue", to_ms(at)))
    if ticket.accepted_at is None:
        found.append(Rung("unsigned", ticket.accept_due))
    for rung, at in clocks.escalations(office.clocks, due, calendar):
        stage = STAGE_OF.get(rung, "")
        later = at > due  # whoever is called at once is called with the handler
        if stage and later and (department or stage != "department"):
            found.append(Rung(stage, to_ms(at)))
    return sorted(found, key=lambda rung: rung.at)


def _alarms(ticket: Ticket) -> list[Rung]:
    """Danger is called out until somebody signs. 重办 is no alarm: somebody knows it."""
    unsigned = ticket.state in NOT_STARTED and ticket.state is not State.REOPENED
    if not ticket.dangers or not unsigned:
        return []
    step = int(ALARM_EVERY.total_seconds() * 1000)
    return [Rung(f"alarm:{n}", ticket.created_at + n * step) for n in range(1, ALARMS + 1)]


async def _look_at(tx: Tx, office: Office, ticket_id: int) -> int:
    """Tell what is due about one ticket, enter when to look again."""
    ticket = await tickets.by_id(tx, ticket_id)
    held = await tx.one("desk.suspension", ticket_id=ticket_id)
    beyond = await levels.department_of(tx, ticket) is not None if ticket else False
    review_at = held["review_at"] if held else None
    ladder = rungs(office, ticket, review_at, department=beyond) if ticket else []
    if ticket is None or not ladder:
        await tx.do("desk.look_no_more", ticket_id=ticket_id)
        return 0
    now = office.now_ms()
    due = [rung for rung in ladder if rung.at <= now]
    quiet_until = _quiet_until(office.now().astimezone(office.zone))
    if due and quiet_until and ticket.urgency not in NO_QUIET and not ticket.dangers:
        await _look_again(tx, ticket, to_ms(quiet_until))
        return 0
    fresh = [rung for rung in due if await _first_time(tx, office, ticket, rung)]
    ahead = [rung.at for rung in ladder if rung.at > now]
    if ahead:
        await _look_again(tx, ticket, min(ahead))
    else:
        await tx.do("desk.look_no_more", ticket_id=ticket_id)
    return await _tell(tx, office, ticket, fresh)


async def _tell(tx: Tx, office: Office, ticket: Ticket, fresh: list[Rung]) -> int:
    """Say the gravest of these steps, and the last of the alarms."""
    told = 0
    alarms = [rung for rung in fresh if rung.stage.startswith("alarm:")]
    if alarms:
        await _tell_alarm(tx, office, ticket, int(alarms[-1].stage.partition(":")[2]))
        told += 1
    if any(rung.stage.startswith("review:") for rung in fresh):
        await _tell_review(tx, office, ticket)
        told += 1
    stages = [rung.stage for rung in fresh if rung.stage in STAGES]
    gravest = max(stages, key=STAGES.index, default=ONLY_THE_CARD)
    if gravest != ONLY_THE_CARD:
        above = await _tell_units(tx, office, ticket, stages, gravest)
        called = [] if above else await _whom(tx, office, ticket, gravest)  # each is told once
        await tell_group(
            tx,
            office,
            ticket,
            "ladder_due",
            f"{ticket.id}:{gravest}:{ticket.answer_due}",
            number=ticket.number,
            stage=gravest,
            due=moment(office.local(ticket.answer_due)),
            whom=called,
            ticket_id=ticket.id,
            above="、".join(above),
            may_wait=may_be_put_off(ticket),
        )
        told += 1
    if stages:
        await show(tx, office, ticket)
    return told


async def _tell_units(tx: Tx, office: Office, ticket: Ticket, stages: list[str], gravest: str) -> list[str]:
    """The organisation that holds it hears what a handler would; then subdistrict and department.

    Gives back the names of those above that are told now.
    """
    above: list[str] = []
    hop = await hops.present(tx, ticket.id)
    holder = await organisations.by_id(tx, hop.organisation_id) if hop else None
    community = await communities.by_id(tx, ticket.community_id)
    closed = office.closed(ticket)
    due, key = moment(office.local(ticket.answer_due)), f"{ticket.id}:{gravest}:{ticket.answer_due}"
    called = community.name if community else ""
    if hop and holder:
        stage, signed = ("overdue" if gravest in OVER else gravest), hop.signed_by is not None
        for chat_id in await unit_chats(tx, holder):
            about: dict[str, Any] = {"number": ticket.number, "due": due, "community": called}
            await tell(
                tx,
                office,
                chat_id,
                "unit_due",
                key,
                ticket=ticket,
                role="card",
                stage=stage,
                signed=signed,
                **about,
            )
    for stage, unit in (
        ("lead_again", await levels.above(tx, ticket.community_id)),
        ("department", await levels.department_of(tx, ticket)),
    ):
        if stage not in stages or unit is None or (holder and unit.id == holder.id):
            continue
        above.append(unit.name)
        for chat_id in await unit_chats(tx, unit):
            await tell(
                tx,
                office,
                chat_id,
                "ladder_above",
                f"{ticket.id}:{stage}:{ticket.answer_due}",
                community_id=ticket.community_id,
                number=ticket.number,
                community=called,
                category="" if closed else office.catalogue.leaf(ticket.category).name,
                place="" if closed else mask(ticket.place),
                due=due,
                stage=stage,
            )
    return above


async def _whom(tx: Tx, office: Office, ticket: Ticket, stage: str) -> list[tuple[int, str]]:
    """Who is called by name: the handler, from the limit on the leads too."""
    team = await people.team(tx, ticket.community_id)
    leads = [(m.user_id, m.name) for m in team if m.role in LEADS]
    handler = [(m.user_id, m.name) for m in team if m.user_id == ticket.assignee_id]
    if stage in ("lead", "lead_again", "department"):
        return leads or handler
    together = office.clocks.ladder[: office.clocks.ladder_at_once]
    if stage == "overdue" and ("staff_lead" in together or ticket.urgency in NO_QUIET):
        return list(dict.fromkeys([*handler, *leads]))
    if stage == "unsigned" and not handler:
        return leads if ticket.urgency in NO_QUIET else []
    return handler or leads


async def _tell_alarm(tx: Tx, office: Office, ticket: Ticket, times: int) -> None:
    await tell_group(
        tx,
        office,
        ticket,
        "alarm_again",
        f"{ticket.id}:{times}",
        priority=Priority.DANGER,
        number=ticket.number,
        dangers=list(ticket.dangers),
        place="" if office.closed(ticket) else mask(ticket.place),
        times=times,
        ticket_id=ticket.id,
        whom=[(m.user_id, m.name) for m in await present(tx, office, ticket.community_id)],
    )


async def _tell_review(tx: Tx, office: Office, ticket: Ticket) -> None:
    row = await tx.one("desk.suspension", ticket_id=ticket.id)
    assert row is not None  # noqa: S101 - the step comes from this very row
    since = office.local(row["since"])
    await tell_group(
        tx,
        office,
        ticket,
        "review_due",
        f"{ticket.id}:{row['review_at']}",
        number=ticket.number,
        reason=words.SUSPEND_REASONS.get(row["reason"], row["reason"]),
        since=f"{since.month}月{since.day}日",
        ticket_id=ticket.id,
    )


async def _first_time(tx: Tx, office: Office, ticket: Ticket, rung: Rung) -> bool:
    """Enter that this step was taken; an extension or a pause that moves the limit makes it due anew."""
    of_limit = rung.stage in STAGES
    done = await tx.do(
        "small.first_time",
        job=f"warn:{ticket.id}",
        community_id=ticket.community_id,
        local_date=f"{rung.stage}:{ticket.answer_due}" if of_limit else rung.stage,
        now=office.now_ms(),
    )
    return bool(done)


async def _look_again(tx: Tx, ticket: Ticket, at: int) -> None:
    await tx.do("desk.look_at", ticket_id=ticket.id, community_id=ticket.community_id, at=at)


def _quiet_until(now: datetime) -> datetime | None:
    """When the night ends; None by day."""
    if DAY[0] <= now.hour < DAY[1]:
        return None
    day = now.date() + timedelta(days=1 if now.hour >= DAY[1] else 0)
    return datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo) + timedelta(hours=DAY[0])
