"""Danger: the advice to the resident and the alarm to staff, ahead of everything else."""

from __future__ import annotations

from dataclasses import replace

from desk.incoming import Incoming
from desk.moves import promised, remember
from desk.office import Office
from desk.speech import show, tell, tell_group
from desk.staff.duty import present
from domain.limits import URGENCIES
from domain.roles import Role
from nlp.personal import mask
from nlp.reading import Reading
from storage.outbox import Priority
from storage.store import Tx
from storage.tickets import Ticket


async def sound(tx: Tx, office: Office, ticket: Ticket, key: str) -> None:
    """Tell both sides; `key` is of the message that speaks of the danger."""
    await tell(
        tx,
        office,
        ticket.chat_id,
        "danger_advice",
        key,
        ticket=ticket,
        priority=Priority.DANGER,
        dangers=list(ticket.dangers),
        placed=bool(ticket.place),
    )
    await tell_group(
        tx,
        office,
        ticket,
        "danger_alarm",
        f"{ticket.id}:{key}",
        priority=Priority.DANGER,
        number=ticket.number,
        dangers=list(ticket.dangers),
        place="" if office.closed(ticket) else mask(ticket.place),
        whom=[(m.user_id, m.name) for m in await present(tx, office, ticket.community_id)],
    )


async def grown(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> Ticket:
    """A danger that later words or an edit tell of: the open ticket becomes urgent, the alarm sounds."""
    fresh = [danger.value for danger in reading.dangers if danger.value not in ticket.dangers]
    if not fresh or not ticket.means.is_open:
        return ticket
    urgency = min(ticket.urgency, reading.urgency.value, key=URGENCIES.index)
    clock_class, clock_unit, accept_due, answer_due = promised(
        office, ticket.category, urgency, ticket.kind, office.now(), community_id=ticket.community_id
    )
    changed = replace(
        ticket,
        dangers=(*ticket.dangers, *fresh),
        urgency=urgency,
        clock_class=clock_class,
        clock_unit=clock_unit,
        accept_due=min(accept_due, ticket.accept_due),
        answer_due=min(answer_due, ticket.answer_due),
    )
    saved = await remember(tx, office, ticket, changed, "danger", Role.RESIDENT, message.user_id)
    await sound(tx, office, saved, f"{message.key}:{len(saved.dangers)}")
    await show(tx, office, saved, now_please=True)
    return saved
