"""What kind of matter it is, as residents and staff correct it; unit, level and promise follow."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.moves import promised, remember
from desk.office import Office
from desk.opening import show_media
from desk.speech import show, tell
from domain.errors import Refused
from domain.limits import COMPLEX
from domain.roles import Role
from nlp.reading import Intent, Reading
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import moment

OFFERED = 6
"""Kinds that are offered as buttons."""
SHORT = 12
"""Characters up to which words may name a kind and nothing else."""


async def begin_category(office: Office, ticket_id: int, user_id: int) -> str:
    """🗂 改类别: the receipt shows the likeliest other kinds."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        await asking.at_once(
            tx, office, ticket.chat_id, user_id, "category", ticket=ticket, choices=others(office, ticket)
        )
        await show(tx, office, ticket)
        return ""

    return await office.write(change)


def others(office: Office, ticket: Ticket) -> list[str]:
    """The codes of the likeliest kinds beside the present one: the other guesses, then its own heading."""
    guessed = [code for code, _ in ticket.guesses if office.catalogue.has(code)]
    beside = [leaf.code for leaf in office.catalogue.leaves_of(office.catalogue.leaf(ticket.category).top)]
    found = [code for code in dict.fromkeys([*guessed, *beside]) if code != ticket.category]
    return found[:OFFERED]


async def said_category(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> bool:
    """Words that name a kind of matter answer as well as the button."""
    if len(reading.text) > SHORT or reading.dangers or reading.intent not in (Intent.REPORT, Intent.CHAT):
        return False
    leaf = office.catalogue.by_name(reading.text) or next(
        (leaf for leaf in office.catalogue.leaves if reading.text in leaf.strong), None
    )
    if leaf is None:
        return False
    await asking.over(tx, office, message.chat_id, message.user_id)
    await _put(tx, office, ticket, leaf.code, message.user_id)
    return True


async def pick_category(office: Office, ticket_id: int, user_id: int, code: str) -> str:
    """The resident chooses among the likely categories; the promise follows the choice."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        await asking.settled(tx, office, ticket, "category")
        return (await _put(tx, office, ticket, code, user_id)).number

    return await office.write(change)


async def _put(tx: Tx, office: Office, ticket: Ticket, code: str, user_id: int) -> Ticket:
    saved = await recategorise(tx, office, ticket, code, Role.RESIDENT, user_id)
    await tell(
        tx,
        office,
        ticket.chat_id,
        "category_noted",
        f"{ticket.id}:{saved.version}",
        ticket=saved,
        number=saved.number,
        category=office.catalogue.leaf(saved.category).name,
        promise=moment(office.local(saved.answer_due)),
    )
    return saved


async def recategorise(tx: Tx, office: Office, ticket: Ticket, code: str, role: Role, actor: int) -> Ticket:
    """Another category: unit, level and promise follow it. Every correction is an example to learn from."""
    if not office.catalogue.has(code):
        raise Refused("gone")
    leaf = office.catalogue.leaf(code)
    opened = office.local(ticket.created_at)
    clock_class, clock_unit, accept_due, answer_due = promised(
        office,
        code,
        ticket.urgency,
        ticket.kind,
        opened,
        complex_case=ticket.clock_class == COMPLEX,
        community_id=ticket.community_id,
    )
    changed = replace(
        ticket,
        category=code,
        category_sure=True,
        responsible=leaf.unit,
        level=leaf.level.value,
        clock_class=clock_class,
        clock_unit=clock_unit,
        accept_due=accept_due,
        answer_due=answer_due,
    )
    saved = await remember(
        tx,
        office,
        ticket,
        changed,
        "category",
        role,
        actor,
        before=ticket.category,
        after=code,
        name=leaf.name,
    )
    await show(tx, office, saved)
    await show_media(tx, office, saved)
    return saved
