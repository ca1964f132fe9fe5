"""帮父母报: somebody writes for their mother or father; the ticket knows both, both are told."""

from __future__ import annotations

import re
import secrets
from typing import Any

from desk import asking
from desk.incoming import Incoming
from desk.office import Office
from desk.speech import show, tell
from domain.errors import Refused
from nlp.personal import mask
from nlp.reading import PersonalKind, Reading
from storage import beside, people, questions, tickets
from storage.beside import Companion
from storage.store import Tx
from storage.tickets import Ticket

_FOR = re.compile(
    r"(?:帮|替|给|代|为)(?:我|俺|咱)?(?:们)?(?:家里?的?|的)?"
    r"(?P<whom>爸妈|父母|妈妈|爸爸|老妈|老爸|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|公公|婆婆|岳父|岳母|丈母娘|老丈人|妈|爸|老人)"
)
_DOES = re.compile(r"报|申请|反映|反应|问|办|求助|登记|修|投诉|说|预约")
SHORT = 10
"""Characters up to which 帮我妈报修 announces a matter and names none."""
ANNOUNCED_FOR = 3600 * 1000
"""Milliseconds in which what was announced may follow."""
ELDERS = "家里老人"
NAMES = {"妈": "妈妈", "爸": "爸爸", "老妈": "妈妈", "老爸": "爸爸", "母亲": "妈妈", "父亲": "爸爸"}


def whom(reading: Reading) -> str:
    """For whom the message is written: 妈妈; empty when for oneself."""
    found = _FOR.search(reading.text)
    if found is None or not _DOES.search(reading.text):
        return ""
    return NAMES.get(found["whom"], found["whom"])


def only_announces(reading: Reading) -> bool:
    return len(reading.text) <= SHORT and bool(whom(reading))


def phone_in(reading: Reading) -> str:
    return next((part.value for part in reading.personal if part.kind is PersonalKind.PHONE), "")


async def begin(office: Office, chat_id: int, user_id: int, key: str) -> str:
    """👵 帮父母报: what comes next is for somebody else."""

    async def change(tx: Tx) -> str:
        await announce(tx, office, chat_id, user_id, key, ELDERS)
        return ""

    return await office.write(change)


async def announce(tx: Tx, office: Office, chat_id: int, user_id: int, key: str, meant: str) -> None:
    """The next matter within the hour is written for this person; say how."""
    await asking.at_once(tx, office, chat_id, user_id, "for_parents", whom=meant)
    await tell(tx, office, chat_id, "how_for_parents", key, whom=meant)


async def announced(tx: Tx, office: Office, message: Incoming) -> str:
    """For whom the matter is that was announced; empty when none was."""
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked is None or asked.kind != "for_parents":
        return ""
    await asking.over(tx, office, message.chat_id, message.user_id)
    return str(asked.data["whom"]) if office.now_ms() - asked.asked_at < ANNOUNCED_FOR else ""


async def remember(
    tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading, before: str = ""
) -> None:
    """Write down for whom it is; offer the link, ask for the telephone once and only when nothing else is.

    `before`: for whom it was announced to be.
    """
    meant = whom(reading) or before
    if not meant or await beside.companion(tx, ticket.id):
        return
    phone, code = phone_in(reading), secrets.token_urlsafe(9)
    await beside.add(tx, ticket, meant, phone, code, office.now_ms())
    await show(tx, office, ticket)
    if ticket.dangers:
        return
    chat_id, link = ticket.chat_id, f"https://t.me/{office.bot_name}?start=p_{code}"
    values: dict[str, Any] = {"whom": meant, "link": link, "ticket_id": ticket.id}
    if phone:
        await tell(tx, office, chat_id, "proxy_link", message.key, ticket=ticket, **values)
    elif await questions.open_to(tx, chat_id, ticket.resident_id) is None:
        said = asking.Said("proxy_link", message.key, values | {"asks": True})
        await asking.at_once(tx, office, chat_id, ticket.resident_id, "proxy_phone", ticket=ticket, said=said)
    else:
        await tell(tx, office, chat_id, "proxy_link", message.key, ticket=ticket, **values)
        said = asking.Said("proxy_phone_ask", message.key, {"whom": meant, "ticket_id": ticket.id})
        await asking.in_turn(tx, office, chat_id, ticket.resident_id, "proxy_phone", said, ticket=ticket)


async def take_phone(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> bool:
    """The telephone of the mother or father, typed or as a contact; False: it is something else."""
    said = message.phone or phone_in(reading)
    if not said or len(message.text) > len(said) + 12:
        return False
    await asking.over(tx, office, message.chat_id, message.user_id)
    await beside.set_phone(tx, ticket.id, said)
    companion = await beside.companion(tx, ticket.id)
    await show(tx, office, ticket)
    await tell(
        tx,
        office,
        message.chat_id,
        "proxy_phone_noted",
        message.key,
        ticket=ticket,
        whom=companion.whom if companion else "",
    )
    return True


async def meet(tx: Tx, office: Office, message: Incoming, code: str) -> bool:
    """/start p_CODE: the mother or father has opened the link; False when it leads nowhere."""
    companion = await beside.by_code(tx, code)
    ticket = await tickets.by_id(tx, companion.ticket_id) if companion else None
    if companion is None or ticket is None or ticket.erased:
        return False
    if message.user_id == ticket.resident_id:
        await tell(tx, office, message.chat_id, "proxy_own_link", message.key, whom=companion.whom)
        return True
    if companion.user_id not in (None, message.user_id):
        return False
    first = await beside.meet(tx, ticket.id, message.user_id)
    resident = await people.resident(tx, message.user_id)
    if resident and resident.community_id is None:
        await people.settle_in(tx, message.user_id, ticket.community_id, None)
    reporter = await people.resident(tx, ticket.resident_id)
    await tell(
        tx,
        office,
        message.chat_id,
        "proxy_welcome",
        message.key,
        ticket=ticket,
        number=ticket.number,
        who=reporter.name if reporter else "",
        category=office.catalogue.leaf(ticket.category).name,
        place=ticket.place,
    )
    if first:
        await tell(
            tx,
            office,
            ticket.chat_id,
            "proxy_met",
            str(ticket.id),
            ticket=ticket,
            whom=companion.whom,
            number=ticket.number,
        )
        await show(tx, office, ticket)
    return True


async def skip(office: Office, ticket_id: int, user_id: int) -> str:
    """The telephone is not told."""

    async def change(tx: Tx) -> str:
        ticket = await tickets.by_id(tx, ticket_id)
        if ticket is None or ticket.resident_id != user_id:
            raise Refused("not_yours")
        await asking.settled(tx, office, ticket, "proxy_phone")
        return "好的，跳过"

    return await office.write(change)


def in_words(companion: Companion | None) -> tuple[str, str, bool] | None:
    """(for whom, veiled telephone, whether they read along) for the card."""
    if companion is None:
        return None
    return companion.whom, mask(companion.phone), companion.user_id is not None
