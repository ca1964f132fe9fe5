"""长辈版: few words and large buttons, switched by a button or a word, offered once to whom it may help."""

from __future__ import annotations

import base64

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.office import Office
from desk.speech import show_receipt, tell
from nlp.normalise import simplify
from nlp.reading import Concern
from reports import receipt_picture
from reports.receipt_picture import Receipt
from reports.render import png
from storage import people, questions, tickets
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts import pictures as words
from texts.script import to_traditional
from texts.when import moment

ABOUT_ONESELF = frozenset({Concern.SELF.value, Concern.PUBLIC.value})
SHOWN_ANEW = 5
NO_SIGN = frozenset({"高龄"})
"""Words that as often belong to the name of an allowance; and 行动不便的老人 are others."""


async def switch(office: Office, message: Incoming, *, simple: bool) -> None:
    """From now on everything is said in the other way; open receipts are shown anew."""

    async def change(tx: Tx) -> None:
        await people.greet(tx, message.user_id, message.name, "hans", office.now_ms())
        await people.set_simple(tx, message.user_id, simple=simple)
        asked = await questions.open_to(tx, message.chat_id, message.user_id)
        if asked and asked.kind == "simple":
            await asking.over(tx, office, message.chat_id, message.user_id)
        await tell(tx, office, message.chat_id, "simple_on" if simple else "simple_off", message.key)
        for ticket in await tickets.open_of_resident(tx, message.user_id, most=SHOWN_ANEW):
            await show_receipt(tx, office, ticket)

    await office.write(change)


async def offer(tx: Tx, office: Office, resident: Resident, ticket: Ticket) -> None:
    """Offer it once to somebody who speaks of their own age or frailty."""
    said = simplify(ticket.body)
    own_frailty = [word for word in ticket.frailty if word not in NO_SIGN and f"{word}的" not in said]
    if resident.simple or not own_frailty or ticket.dangers or ticket.concern not in ABOUT_ONESELF:
        return
    if await tx.one("outbox.by_key", key=f"simple_offer:{ticket.chat_id}:once") is None:
        asked = asking.Said("simple_offer", "once", {})
        await asking.in_turn(tx, office, ticket.chat_id, ticket.resident_id, "simple", asked, ticket=ticket)


async def send_big_print(office: Office, ticket_id: int, user_id: int, key: str) -> str:
    """🔠: the receipt as a picture in large letters; what the presser is shown at once."""

    async def look(tx: Tx) -> tuple[Receipt, str]:
        ticket = await own(tx, ticket_id, user_id)
        resident = await people.resident(tx, user_id)
        receipt = Receipt(
            number=ticket.number,
            category=office.catalogue.leaf(ticket.category).name,
            place=ticket.place,
            state=names.STATES_FOR_RESIDENTS[ticket.state.value],
            assignee=await people.name_of(tx, ticket.community_id, ticket.assignee_id),
            promise=moment(office.local(ticket.answer_due)) if ticket.means.clock_runs else "",
        )
        return receipt, resident.script if resident else "hans"

    receipt, script = await office.store.read(look)
    turn = to_traditional if script == "hant" else str
    picture = await png(receipt_picture.draw(receipt, turn).svg())
    if picture is None:
        return words.FAILED

    async def change(tx: Tx) -> None:
        ticket = await own(tx, ticket_id, user_id)
        content = base64.b64encode(picture).decode()
        await tell(
            tx,
            office,
            user_id,
            "big_print",
            key,
            ticket=ticket,
            upload=f"file:{ticket.number}.png:{content}",
            number=ticket.number,
        )

    await office.write(change)
    return words.BIG_SENT
