"""The morning list: a colleague's own due and overdue tickets in private, once a day, if there are any."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk import views
from desk.office import Office
from desk.speech import tell
from domain.roles import DESK
from domain.states import State
from jobs.summaries import waiting
from storage import people, periods, tickets
from storage.communities import Community
from storage.people import Member
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import moment

JOB = "morning_lists"
MOST = 200


async def push_due(office: Office) -> int:
    """Promise the lists of every community whose hour has come, on its working days; how many lists."""
    now = office.now().astimezone(office.zone)

    async def look(tx: Tx) -> list[Community]:
        return [
            community
            for community in await waiting(tx, JOB, now.date(), now)
            if office.calendar_of(community.id).is_workday(now.date())
        ]

    return sum([await _push(office, community, now) for community in await office.store.read(look)])


async def _push(office: Office, community: Community, now: datetime) -> int:
    """The row of the job and the promises are one transaction."""
    day = now.date().isoformat()

    async def change(tx: Tx) -> int:
        first = await tx.do(
            "small.first_time",
            job=JOB,
            community_id=community.id,
            local_date=day,
            now=office.now_ms(),
        )
        if not first:
            return 0
        team = [member for member in await people.team(tx, community.id) if member.role in DESK]
        return sum([await _tell(tx, office, member, now, day) for member in team])

    return await office.store.write(change)


async def _tell(tx: Tx, office: Office, member: Member, now: datetime, day: str) -> int:
    """1 when there was something to tell this colleague."""
    held = await tickets.open_of_assignee(tx, member.community_id, member.user_id, most=MOST)
    midnight = periods.midnight(now.date() + timedelta(days=1), office.zone)
    waits = [t for t in held if t.means.clock_runs and t.answered_at is None]
    late = [t for t in waits if t.overdue(office.now_ms())]
    due = [t for t in waits if t not in late and t.answer_due < midnight]
    unsigned = sum(ticket.state is State.ASSIGNED for ticket in held)
    if not (late or due or unsigned):
        return 0
    await tell(
        tx,
        office,
        member.user_id,
        "morning",
        f"{member.community_id}:{day}",
        community_id=member.community_id,
        name=member.name,
        due=[await _row(tx, office, ticket) for ticket in due],
        late=[await _row(tx, office, ticket) for ticket in late],
        mine=len(held),
        waiting=unsigned,
    )
    return 1


async def _row(tx: Tx, office: Office, ticket: Ticket) -> tuple[int, str, str, str]:
    line = await views.line(tx, office, ticket)
    return ticket.id, ticket.number, f"{line[2]} {line[3]}".strip(), moment(office.local(ticket.answer_due))
