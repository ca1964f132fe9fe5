"""催办: who has it, since when, what it waits for; a reminder once a working day, then the lead is called."""

from __future__ import annotations

from datetime import date, timedelta

from desk.incoming import Incoming
from desk.office import Office
from desk.opening import keep_message
from desk.residents import neighbours
from desk.speech import tell, tell_group
from domain.roles import LEADS, Role
from domain.states import Move
from storage import events as history
from storage import people
from storage.store import Tx
from storage.tickets import Ticket
from texts.names import STATES_FOR_RESIDENTS
from texts.when import moment

CLIMBS_AT = 2
"""From this urging on the lead is called by name."""
HANDED_OVER = frozenset({Move.TAKE.value, Move.ASSIGN.value, Move.SIGN.value})


async def urge(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """Remind the group and tell the resident how it stands; again on the same working day only the second."""
    own_number, job = ticket.number, f"urge:{ticket.id}"
    ticket = await neighbours.carrier(tx, ticket)
    who = await people.name_of(tx, ticket.community_id, ticket.assignee_id)
    promise = moment(office.local(ticket.answer_due))
    late = ticket.overdue(office.now_ms())
    first = await tx.do(
        "small.first_time",
        job=job,
        community_id=ticket.community_id,
        local_date=_working_day(office).isoformat(),
        now=office.now_ms(),
    )
    await keep_message(tx, message, ticket, "talk")
    if not first:
        await tell(
            tx,
            office,
            message.chat_id,
            "urged_already",
            message.key,
            ticket=ticket,
            number=own_number,
            who=who,
            promise=promise,
            late=late,
        )
        return
    past = await history.of_ticket(tx, ticket.id)
    times = 1 + sum(event.kind == "urge" for event in past)
    climbs = times >= CLIMBS_AT
    team = await people.team(tx, ticket.community_id)
    leads = [(m.user_id, m.name) for m in team if m.role in LEADS] if climbs else []
    await history.append(
        tx, ticket, ticket, "urge", office.now_ms(), role=Role.RESIDENT.value, actor=message.user_id
    )
    await tell_group(
        tx,
        office,
        ticket,
        "resident_urges",
        message.key,
        number=ticket.number,
        assignee=who,
        promise=promise,
        times=times,
        leads=leads,
        late=late,
    )
    since = max((e.at for e in past if e.kind in HANDED_OVER), default=ticket.created_at)
    await tell(
        tx,
        office,
        message.chat_id,
        "urged",
        message.key,
        ticket=ticket,
        number=own_number,
        who=who,
        since=moment(office.local(since if who else ticket.created_at)),
        promise=promise,
        late=late,
        waits=STATES_FOR_RESIDENTS[ticket.state.value],
        lead=leads[0][1] if leads else "",
    )


def _working_day(office: Office) -> date:
    """Today, or the last working day before a day off."""
    day = office.now().astimezone(office.zone).date()
    while not office.calendar.is_workday(day):
        day -= timedelta(days=1)
    return day
