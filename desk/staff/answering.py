"""What staff say to a resident, and to each other: answers, questions, notes."""

from __future__ import annotations

from dataclasses import asdict

from desk.hand import Hand, keep_words, name_of, role_at, tell_resident
from desk.moves import step, the_ticket
from desk.office import Office
from desk.speech import show, tell
from desk.staff.watching import tell_watchers, watch_mentioned
from domain.errors import Refused
from domain.states import HELPERS, Move, State, may
from nlp.personal import mask
from nlp.replies import concerns
from storage import events as history
from storage import questions
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket
from texts import staff

HELD_FOR = frozenset({"promise", "leak", "buck"})
"""Concerns for which an answer waits for a second look; for others it goes out with a hint."""


async def answer(office: Office, hand: Hand, *, sure: bool = False) -> str:
    """答复: the words (and picture) go to the resident as they are.

    Words that promise too much, give away a number or say nothing wait for 照发, unless one is `sure`.
    """
    if not hand.text.strip() and not hand.file_id:
        raise Refused("empty_text")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in HELPERS:
            raise Refused("not_your_role")
        doubts = () if sure else concerns(hand.text, urgent=bool(ticket.dangers))
        if HELD_FOR.intersection(doubts):
            await _hold_back(tx, office, hand, ticket, doubts)
            return ticket.number
        if sure:
            await questions.answered(tx, hand.chat_id, hand.user_id)
        if may(Move.ANSWER, ticket.state, role):
            now = office.now_ms()
            ticket = await step(
                tx,
                office,
                ticket,
                Move.ANSWER,
                role,
                hand.user_id,
                changes={
                    "answered_at": ticket.answered_at or now,
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
        if doubts:
            await _hint(tx, office, hand, ticket, doubts)
        return ticket.number

    return await office.write(change)


async def send_held(office: Office, hand: Hand, message_id: int, *, send: bool) -> str:
    """照发 / 改一改: what becomes of the answer that waits, by whoever wrote it."""

    async def look(tx: Tx) -> Question | None:
        return await questions.open_to(tx, hand.chat_id, hand.user_id)

    asked = await office.store.read(look)
    if asked is None or asked.kind != "send_anyway" or asked.data["hand"]["message_id"] != message_id:
        raise Refused("nothing_held")
    if send:
        await answer(office, Hand(**asked.data["hand"]), sure=True)
        return "已发给居民"

    async def change(tx: Tx) -> str:
        await questions.answered(tx, hand.chat_id, hand.user_id)
        return "没有发，请改好再回复卡片"

    return await office.write(change)


async def _hint(tx: Tx, office: Office, hand: Hand, ticket: Ticket, doubts: tuple[str, ...]) -> None:
    """The answer has gone out; how the next one could say more."""
    await tell(
        tx,
        office,
        hand.chat_id,
        "answer_hint",
        hand.key,
        ticket=ticket,
        reply_to=hand.message_id or None,
        role="notice",
        number=ticket.number,
        concerns=list(doubts),
    )


async def _hold_back(tx: Tx, office: Office, hand: Hand, ticket: Ticket, doubts: tuple[str, ...]) -> None:
    await questions.ask(
        tx, hand.chat_id, hand.user_id, "send_anyway", office.now_ms(), ticket_id=ticket.id, hand=asdict(hand)
    )
    await tell(
        tx,
        office,
        hand.chat_id,
        "check_answer",
        hand.key,
        ticket=ticket,
        reply_to=hand.message_id or None,
        role="notice",
        number=ticket.number,
        concerns=list(doubts),
        ticket_id=ticket.id,
        message=hand.message_id,
    )


async def ask(office: Office, hand: Hand) -> str:
    """补充: ask the resident; the clock waits for the answer."""
    if not hand.text.strip():
        raise Refused("empty_text")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
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
        elif role not in HELPERS:
            raise Refused("not_your_role")
        wants = "place" if hand.text == staff.ASKS["place"] else ""
        await questions.ask(
            tx,
            ticket.chat_id,
            ticket.resident_id,
            "supply",
            office.now_ms(),
            ticket_id=ticket.id,
            wants=wants,
        )
        await keep_words(tx, office, hand, ticket, "ask")
        await show(tx, office, ticket, now_please=True)
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_resident(
            tx, office, ticket, "ask_more", hand.key, number=ticket.number, who=who, text=hand.text
        )
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
