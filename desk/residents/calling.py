"""请打电话给我: a task for staff to ring somebody up; the number is asked for once, by a contact button."""

from __future__ import annotations

from dataclasses import replace

from desk import asking
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import Matter, keep_message, open_ticket
from desk.speech import show, tell, tell_group
from desk.views import contact
from nlp.personal import mask
from nlp.reading import CategoryGuess, PersonalKind, Reading
from storage import people, tickets
from storage.communities import Community
from storage.people import Resident
from storage.store import Tx

WANTS_A_CALL = (
    *("打电话给我", "打个电话给我", "给我打电话", "给我打个电话"),
    *("给我回电话", "给我回个电话", "回个电话给我"),
)
"""Words (simplified) that want to be rung up, and not only answered here."""


def wants_a_call(reading: Reading) -> bool:
    return any(words in reading.text for words in WANTS_A_CALL)


async def call_back(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> None:
    """Staff are asked to ring up: about the open matter, else about a new one."""
    open_now = await tickets.open_of_resident(tx, message.user_id, most=1)
    if open_now:
        ticket = open_now[0]
        await keep_message(tx, message, ticket, "supplement")
        await show(tx, office, ticket)
    else:
        plain = Matter((CategoryGuess(office.catalogue.fallback, 1.0),), reading.place, message.text)
        calm = replace(reading, unsure=False, matters=())
        ticket = await open_ticket(tx, office, community.id, resident, message, calm, plain)
    await tell_group(
        tx, office, ticket, "wants_call", message.key, number=ticket.number, contact=await contact(tx, ticket)
    )
    asked_before = await tx.one("outbox.by_key", key=f"ask_phone:{message.chat_id}:once")
    if resident.phone or asked_before:
        await tell(
            tx,
            office,
            message.chat_id,
            "call_promised",
            message.key,
            ticket=ticket,
            phone=mask(resident.phone),
            hours=community.hours,
            office=community.phone,
        )
        return
    await asking.at_once(
        tx,
        office,
        message.chat_id,
        message.user_id,
        "phone",
        ticket=ticket,
        said=asking.Said("ask_phone", "once", {}),
    )


async def take_number(tx: Tx, office: Office, message: Incoming, reading: Reading) -> bool:
    """A message that holds a telephone number answers the question for it; False: it is something else."""
    said = next((p.value for p in reading.personal if p.kind is PersonalKind.PHONE), "")
    if not said or len(message.text) > len(said) + 12:
        return False
    await asking.over(tx, office, message.chat_id, message.user_id)
    await people.set_phone(tx, message.user_id, said)
    await tell(tx, office, message.chat_id, "phone_noted", message.key)
    for ticket in await tickets.open_of_resident(tx, message.user_id, most=1):
        await show(tx, office, ticket)
    return True
