"""Filing for others (/new): staff enter what somebody said at the counter, on the telephone or on a round."""

from __future__ import annotations

import re
from dataclasses import dataclass

from desk import views
from desk.hand import Hand, role_at
from desk.incoming import Incoming
from desk.moves import the_ticket
from desk.office import Office
from desk.opening import open_ticket
from desk.pages import new_page, turn
from desk.residents.judging import confirm_solved, reopen
from desk.speech import show, tell
from domain.errors import Refused
from domain.roles import DESK, Role
from domain.states import HELPERS, State
from nlp.personal import find_personal, mask
from nlp.reading import PersonalKind
from storage import events as history
from storage import filings, messages, people, questions
from storage.messages import Message
from storage.store import Tx
from storage.tickets import Ticket
from texts.hands import ORIGINS
from texts.when import moment

ROUND = re.compile(r"巡查|巡逻|巡楼|巡到|排查|路过看到")
CALLED = re.compile(r"来电|打电话|电话反映|打来")
HOW = re.compile(
    r"^(?:巡查|巡逻|巡楼|排查|来电|来访|居民打电话)(?:时|中|到)?(?:发现|看到|反映|说)?[:：，, ]*"
)
"""How it came, at the head of the words: it says nothing about the matter."""
NAME = re.compile(
    r"[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|阿姨|大爷|大妈|大叔|叔叔|奶奶|爷爷|师傅|老师|老伯|婆婆)"
)
SHORT_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose matter it is, as far as the words say."""

    name: str
    phone: str
    rest: str  # the words without the telephone


async def file_for(office: Office, hand: Hand, answered: Incoming | None) -> None:
    """/new: open the ticket at once; how it came and the telephone are corrected by buttons.

    `answered` is the message that /new replies to: its picture and its words belong to the matter.
    """
    said = "\n".join(words for words in (answered.text if answered else "", hand.text) if words).strip()
    caller = who_called(said)
    if not caller.rest and not hand.file_id and not (answered and answered.file_id):
        raise Refused("empty_text")
    gazetteer = await office.gazetteer()
    reading = office.read(HOW.sub("", caller.rest), gazetteer, office.now())
    origin = origin_of(said, caller)

    async def change(tx: Tx) -> None:
        role = await role_at(tx, office, hand)
        if role not in DESK:
            raise Refused("not_your_role")
        now = office.now_ms()
        filing = await filings.file(
            tx, hand.community_id, hand.chat_id, hand.message_id, origin, hand.user_id, now
        )
        if filing is None:
            return  # this very message has filed its ticket before
        who = await filings.caller(tx, hand.community_id, filing, caller.name, caller.phone, now)
        resident = await people.resident(tx, who)
        assert resident is not None  # noqa: S101 - entered just now
        if answered and answered.file_id:
            await _keep_loose(tx, answered, who, filing, now)
        message = Incoming(
            chat_id=who,
            message_id=filing,
            user_id=who,
            name=caller.name,
            at=now,
            text=caller.rest,
            media=hand.media,
            file_id=hand.file_id,
        )
        ticket = await open_ticket(tx, office, hand.community_id, resident, message, reading)
        await filings.filed_as(tx, filing, ticket.id)
        await questions.answered(tx, who, who)  # nobody is there to be asked by the bot
        await history.append(
            tx, ticket, ticket, "filed", now, role=role.value, actor=hand.user_id, reason=ORIGINS[origin]
        )
        await _know_message(tx, office, hand, ticket)
        await _tell_filed(tx, office, hand, new_page(), ticket, origin, exposed=bool(caller.phone))

    await office.write(change)


def who_called(said: str) -> Caller:
    """Name and telephone in the words of staff; what is left is the matter."""
    found = find_personal(said)
    phones = [one for one in found if one.kind is PersonalKind.PHONE]
    phone = phones[0].value if phones else ""
    rest = said
    for one in sorted(phones[:1], key=lambda item: item.span, reverse=True):
        rest = said[: one.span[0]] + said[one.span[1] :]
    name = NAME.search(said)
    if name:
        rest = re.sub(rf"(^{name[0]}[\s,，:：]*|[\s,，]*{name[0]}[\s,，。]*$)", "", rest.strip())
    rest = re.sub(r"(电话|手机|联系方式)\s*[:：]?\s*(?=$|[，,。\s])", "", rest).strip(" ，,。\n")
    return Caller(name[0] if name else "", phone, rest)


def origin_of(said: str, caller: Caller) -> str:
    """How it came, guessed; a button under the answer corrects it."""
    if CALLED.search(said):
        return "call"
    if ROUND.search(said):
        return "round"
    return "call" if caller.phone else "visit"


async def set_origin(office: Office, hand: Hand, page: str, origin: str) -> str:
    """来访, 来电 or 巡查."""
    if origin not in ORIGINS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role, ticket = await _filed(tx, office, hand)
        if not await filings.set_origin(tx, hand.community_id, ticket.id, origin):
            raise Refused("not_filed")
        await history.append(
            tx,
            ticket,
            ticket,
            "origin",
            office.now_ms(),
            role=role.value,
            actor=hand.user_id,
            reason=ORIGINS[origin],
        )
        await show(tx, office, ticket)
        await _tell_filed(tx, office, hand, page, ticket, origin)
        return f"来源：{ORIGINS[origin]}"

    return await office.write(change)


async def want_phone(office: Office, hand: Hand) -> str:
    """补电话: a message whose answer is taken for name and telephone."""

    async def change(tx: Tx) -> str:
        _, ticket = await _filed(tx, office, hand)
        await tell(
            tx,
            office,
            hand.chat_id,
            "wants_phone",
            hand.key,
            ticket=ticket,
            role="wants_phone",
            number=ticket.number,
        )
        return "请回复我发的那条消息"

    return await office.write(change)


async def set_contact(office: Office, hand: Hand) -> str:
    """Name and telephone of somebody who has no Telegram."""
    caller = who_called(hand.text)
    if not caller.phone:
        raise Refused("no_phone")

    async def change(tx: Tx) -> str:
        role, ticket = await _filed(tx, office, hand)
        resident = await people.resident(tx, ticket.resident_id)
        name = caller.name or (caller.rest if SHORT_NAME.match(caller.rest) else "")
        name = name or (resident.name if resident else "")
        if not await filings.name_caller(tx, ticket.resident_id, name, caller.phone):
            raise Refused("not_filed")
        await history.append(
            tx, ticket, ticket, "contact", office.now_ms(), role=role.value, actor=hand.user_id
        )
        await show(tx, office, ticket, now_please=True)
        return ticket.number

    return await office.write(change)


async def phoned(office: Office, hand: Hand, verdict: str = "") -> str:
    """Staff have called; with a verdict they enter what the resident said about the result."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if not filings.has_no_telegram(ticket.resident_id):
            raise Refused("not_filed")
        if verdict and ticket.state not in (State.REVIEW, State.CLOSED):
            raise Refused("wrong_state", state=ticket.state.value)
        await history.append(
            tx, ticket, ticket, "phoned", office.now_ms(), role=role.value, actor=hand.user_id
        )
        if verdict == "solved":
            await confirm_solved(tx, office, ticket, ticket.resident_id, key=hand.key)
            return "已记：居民说好了"
        if verdict == "unsolved":
            await reopen(tx, office, ticket, ticket.resident_id)
            return "已重办"
        return "已记：电话告诉了居民"

    return await office.write(change)


async def _filed(tx: Tx, office: Office, hand: Hand) -> tuple[Role, Ticket]:
    role = await role_at(tx, office, hand)
    if role not in DESK:
        raise Refused("not_your_role")
    return role, await the_ticket(tx, hand.community_id, hand.ticket_id)


async def _keep_loose(tx: Tx, answered: Incoming, who: int, filing: int, now: int) -> None:
    """The picture of the message that /new answers: it waits for the ticket that is opened next."""
    await messages.keep(
        tx,
        Message(
            chat_id=who,
            message_id=-filing,
            role="loose",
            at=now,
            sender_id=answered.user_id,
            media=answered.media,
            file_id=answered.file_id,
            file_size=answered.file_size,
        ),
    )


async def _know_message(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> None:
    """A reply to what staff wrote is about this ticket."""
    await messages.keep(
        tx,
        Message(
            chat_id=hand.chat_id,
            message_id=hand.message_id,
            role="notice",
            at=office.now_ms(),
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            sender_id=hand.user_id,
        ),
    )


async def _tell_filed(
    tx: Tx, office: Office, hand: Hand, page: str, ticket: Ticket, origin: str, *, exposed: bool = False
) -> None:
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "filed",
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        reply_to=hand.message_id or None,
        number=ticket.number,
        category=office.catalogue.leaf(ticket.category).name,
        place=mask(ticket.place),
        promise=moment(office.local(ticket.answer_due)),
        origin=origin,
        contact=(await views.contact(tx, ticket)).removeprefix("居民").strip(),
        ticket=ticket.id,
        exposed=exposed and hand.chat_id < 0,
        sensitive=office.closed(ticket),
    )
