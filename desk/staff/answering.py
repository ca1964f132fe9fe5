"""What staff say to a resident, and to each other: answers, questions, notes."""

from __future__ import annotations

from desk import asking
from desk.hand import Hand, keep_words, name_of, role_at, tell_resident
from desk.moves import step, the_ticket
from desk.office import Office
from desk.speech import show
from desk.staff.checking import doubts_of, hint, hold_back, leaks, settle_page
from desk.staff.watching import tell_watchers, watch_mentioned
from domain.errors import Refused
from domain.states import HELPERS, Move, State, may
from nlp.personal import mask
from storage import events as history
from storage.store import Tx
from storage.tickets import Ticket
from texts import staff


async def answer(office: Office, hand: Hand, *, sure: bool = False) -> str:
    """答复: the words (and picture) go to the resident as they are.

    Words that promise too much, leak a number or pass over the question wait for 照发, unless one is `sure`.
    """

    async def change(tx: Tx) -> str:
        ticket = await answer_in(tx, office, hand, sure=sure)
        return ticket.number

    return await office.write(change)


async def answer_in(tx: Tx, office: Office, hand: Hand, *, sure: bool = False) -> Ticket:
    """The same within a change; the ticket as it is then."""
    if not hand.text.strip() and not hand.file_id:
        raise Refused("empty_text")
    role = await role_at(tx, office, hand)
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    if role not in HELPERS:
        raise Refused("not_your_role")
    doubts = () if sure else await doubts_of(tx, ticket, hand)
    if await hold_back(tx, office, hand, ticket, doubts, "answer"):
        return ticket
    if sure:
        await asking.over(tx, office, hand.chat_id, hand.user_id)
    if may(Move.ANSWER, ticket.state, role):
        ticket = await step(
            tx,
            office,
            ticket,
            Move.ANSWER,
            role,
            hand.user_id,
            changes={
                "answered_at": ticket.answered_at or office.now_ms(),
                "assignee_id": ticket.assignee_id or hand.user_id,
            },
            text=mask(hand.text)[:200],
        )
    else:
        await history.append(
            tx, ticket, ticket, "answer", office.now_ms(), role=role.value, actor=hand.user_id
        )
    await keep_words(tx, office, hand, ticket, "answer")
    await show(tx, office, ticket)
    who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
    await tell_resident(
        tx, office, ticket, "answer", hand.key, hand=hand, number=ticket.number, who=who, text=hand.text
    )
    await tell_watchers(tx, office, ticket, hand, "answer")
    await hint(tx, office, hand, ticket, doubts)
    await settle_page(tx, office, hand, ticket)
    return ticket


async def let_know(tx: Tx, office: Office, hand: Hand) -> Ticket:
    """Words to the resident that are no answer yet: the clock runs on."""
    role = await role_at(tx, office, hand)
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    if role not in HELPERS:
        raise Refused("not_your_role")
    await history.append(
        tx, ticket, ticket, "told", office.now_ms(), role=role.value, actor=hand.user_id, text=mask(hand.text)
    )
    await keep_words(tx, office, hand, ticket, "talk")
    await show(tx, office, ticket)
    who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
    await tell_resident(
        tx, office, ticket, "let_know", hand.key, number=ticket.number, who=who, text=hand.text
    )
    await settle_page(tx, office, hand, ticket)
    return ticket


async def ask(office: Office, hand: Hand, *, sure: bool = False) -> str:
    """补充: ask the resident; the clock waits for the answer."""
    if not hand.text.strip():
        raise Refused("empty_text")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in HELPERS:
            raise Refused("not_your_role")
        if sure:
            await asking.over(tx, office, hand.chat_id, hand.user_id)
        elif await hold_back(tx, office, hand, ticket, leaks(hand.text), "ask"):
            return "先看一眼再发"
        if ticket.state is not State.NEEDS_INFO:
            ticket = await step(
                tx,
                office,
                ticket,
                Move.ASK,
                role,
                hand.user_id,
                changes={"assignee_id": ticket.assignee_id or hand.user_id},
                text=hand.text,
            )
        wants = "place" if hand.text == staff.ASKS["place"] else ""
        await asking.at_once(
            tx, office, ticket.chat_id, ticket.resident_id, "supply", ticket=ticket, wants=wants
        )
        await keep_words(tx, office, hand, ticket, "ask")
        await show(tx, office, ticket, now_please=True)
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_resident(
            tx, office, ticket, "ask_more", hand.key, number=ticket.number, who=who, text=hand.text
        )
        await settle_page(tx, office, hand, ticket)
        return "已请居民补充，计时暂停"

    return await office.write(change)


async def note(office: Office, hand: Hand) -> str:
    """备注 for colleagues only."""
    if not hand.text.strip():
        raise Refused("empty_text")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in HELPERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        await keep_words(tx, office, hand, ticket, "note")
        await history.append(
            tx,
            ticket,
            ticket,
            "note",
            office.now_ms(),
            role=role.value,
            actor=hand.user_id,
            text=mask(hand.text)[:200],
        )
        await show(tx, office, ticket)
        await watch_mentioned(tx, office, ticket, hand)
        return ticket.number

    return await office.write(change)
