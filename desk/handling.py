"""What staff do with a ticket: each step checks role and state, writes history, tells both sides."""

from __future__ import annotations

from desk.following import put_place, recategorise
from desk.hand import Hand, keep_words, name_of, role_at, tell_resident
from desk.judging import objection_ms
from desk.moves import promised, step, the_ticket
from desk.office import Office
from desk.speech import show, tell_group
from domain.errors import Refused
from domain.roles import DESK, Role
from domain.states import Move, State, may
from nlp.personal import mask
from nlp.reading import Kind, Urgency
from storage import events as history
from storage import messages, people, questions, undos
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words_of
from texts import names, staff
from texts.when import moment, short

RETURNS_FOR_COUNCIL = 3
"""Returns (退单) after which a 协调会 is proposed."""


async def take(office: Office, hand: Hand) -> str:
    """接单: mine now. Of two who press at once one wins, the other hears who."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if not may(Move.TAKE, ticket.state, role) and ticket.assignee_id and ticket.means.is_open:
            raise Refused("taken_by", who=await name_of(tx, hand.community_id, ticket.assignee_id))
        if (
            ticket.state is State.ASSIGNED
            and ticket.assignee_id not in (None, hand.user_id)
            and role not in DESK
        ):
            raise Refused("not_yours")
        after = await step(
            tx, office, ticket, Move.TAKE, role, hand.user_id, changes={"assignee_id": hand.user_id}
        )
        await undos.keep(tx, ticket, after, Move.TAKE, hand.user_id, hand.key, office.now_ms())
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await show(tx, office, after, now_please=True)
        await tell_resident(tx, office, after, "taken", hand.key, number=after.number, who=who)
        return f"{after.number} 归您了"

    return await office.write(change)


async def assign(office: Office, hand: Hand, to: int) -> str:
    """派单 / 转派 to a colleague."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        colleague = await people.member(tx, hand.community_id, to)
        if colleague is None or colleague.role is Role.AUDITOR:
            raise Refused("no_such_colleague", name=await people.name_of(tx, hand.community_id, to))
        lacks = await missing(tx, office, ticket)
        if lacks:
            return await _say_what_is_missing(tx, office, hand, ticket, lacks)
        before = ticket.assignee_id
        after = await step(
            tx,
            office,
            ticket,
            Move.ASSIGN,
            role,
            hand.user_id,
            changes={"assignee_id": to},
            to=to,
            name=colleague.name,
            before=before,
        )
        await undos.keep(tx, ticket, after, Move.ASSIGN, hand.user_id, hand.key, office.now_ms())
        await show(tx, office, after, now_please=True)
        giver = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_group(
            tx,
            office,
            after,
            "given_to",
            hand.key,
            number=after.number,
            who=colleague.name,
            user=to,
            giver=giver,
        )
        return f"已派给{colleague.name}"

    return await office.write(change)


async def missing(tx: Tx, office: Office, ticket: Ticket) -> tuple[str, ...]:
    """Which of the four questions (what, where, who, by when) has no answer yet."""
    leaf = office.catalogue.leaf(ticket.category)
    spoken = ticket.body.strip() or await messages.media_of_ticket(tx, ticket.id)
    found = {
        "what": not spoken,
        "where": leaf.needs_place and not ticket.place and ticket.kind != Kind.CONSULT.value,
        "who": not ticket.responsible,
    }
    return tuple(name for name, empty in found.items() if empty)


async def _say_what_is_missing(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, lacks: tuple[str, ...]
) -> str:
    """Buttons that fill the gap: under the card for a press, under an answer for a command."""
    if hand.message_id:
        await tell_group(
            tx,
            office,
            ticket,
            "gate",
            hand.key,
            number=ticket.number,
            missing=list(lacks),
            ticket_id=ticket.id,
        )
    else:
        await show(tx, office, ticket, menu="gate", now_please=True)
    return f"还缺：{'、'.join(words_of.MISSING[name] for name in lacks)}。补上再派"


async def set_place(office: Office, hand: Hand) -> str:
    """改地点 by staff: a reply that begins with 地点."""
    if not hand.text.strip():
        raise Refused("empty_text")
    gazetteer = await office.gazetteer()
    found = office.read(hand.text, gazetteer, office.now()).place

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in DESK:
            raise Refused("not_your_role")
        if not ticket.means.is_open:
            raise Refused("closed_already")
        saved = await put_place(tx, office, ticket, found, hand.text, role, hand.user_id)
        return saved.number

    return await office.write(change)


async def give_back(office: Office, hand: Hand, reason: str) -> str:
    """退单 with its reason; the lead has it again."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        words = staff.RETURN_REASONS.get(reason, reason)
        after = await step(
            tx,
            office,
            ticket,
            Move.RETURN,
            role,
            hand.user_id,
            changes={"assignee_id": None, "returned": ticket.returned + 1},
            reason=words,
        )
        await undos.keep(tx, ticket, after, Move.RETURN, hand.user_id, hand.key, office.now_ms())
        await show(tx, office, after, now_please=True)
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_group(
            tx, office, after, "handed_back", hand.key, number=after.number, who=who, reason=words
        )
        if after.returned == RETURNS_FOR_COUNCIL:
            await _propose_council(tx, office, after)
        return "已退回，等负责人重新派单"

    return await office.write(change)


async def close(office: Office, hand: Hand, result: str) -> str:
    """办结 with its result; the resident is asked whether it is solved."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        now = office.now_ms()
        words = hand.text.strip() or staff.CLOSE_WORDS[result]
        after = await step(
            tx,
            office,
            ticket,
            Move.CLOSE,
            role,
            hand.user_id,
            changes={
                "result": result,
                "result_text": words,
                "closed_at": now,
                "answered_at": ticket.answered_at or now,
                "assignee_id": ticket.assignee_id or hand.user_id,
                "review_due": objection_ms(office, now),
                "paused_at": None,
            },
            reason=names.RESULTS[result],
        )
        await undos.keep(tx, ticket, after, Move.CLOSE, hand.user_id, hand.key, office.now_ms())
        for kind in ("supply", "supplement", "place", "reason"):
            await questions.forget(tx, after.id, kind)
        if hand.text or hand.file_id:
            await keep_words(tx, office, hand, after, "answer")
        await show(tx, office, after, now_please=True)
        who = await name_of(tx, hand.community_id, hand.user_id, hand.user_name)
        await tell_resident(
            tx,
            office,
            after,
            "solved",
            hand.key,
            hand=hand,
            number=after.number,
            result=result,
            text=words,
            who=who,
            ticket_id=after.id,
        )
        return f"{after.number} 已办结，等居民评价"

    return await office.write(change)


async def set_category(office: Office, hand: Hand, code: str) -> str:
    """改类别: the promise and the responsible unit follow it."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in DESK:
            raise Refused("not_your_role")
        if not ticket.means.is_open:
            raise Refused("closed_already")
        saved = await recategorise(tx, office, ticket, code, role, hand.user_id)
        return f"已改为{office.catalogue.leaf(saved.category).name}"

    return await office.write(change)


async def escalate(office: Office, hand: Hand) -> str:
    """转紧急: the fastest clock from now on, and the alarm."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        urgency = Urgency.CRITICAL.value
        clock, unit, accept_due, answer_due = promised(
            office, ticket.category, urgency, ticket.kind, office.now()
        )
        after = await step(
            tx,
            office,
            ticket,
            Move.ESCALATE,
            role,
            hand.user_id,
            changes={
                "urgency": urgency,
                "clock_class": clock,
                "clock_unit": unit,
                "accept_due": accept_due,
                "answer_due": answer_due,
            },
        )
        await show(tx, office, after, now_please=True)
        return f"{after.number} 已转紧急，{moment(office.local(answer_due))}前答复"

    return await office.write(change)


async def _propose_council(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Returned so often that those concerned should sit down together: an agenda for the group."""
    closed = office.closed(ticket)
    hops = [
        (
            short(office.local(event.at)),
            await people.name_of(tx, ticket.community_id, event.actor_id) or names.ROLES[event.actor_role],
            str(event.data.get("reason", "")),
        )
        for event in await history.of_ticket(tx, ticket.id)
        if event.kind == Move.RETURN
    ]
    await tell_group(
        tx,
        office,
        ticket,
        "council_proposal",
        f"{ticket.id}:{ticket.returned}",
        number=ticket.number,
        category="" if closed else office.catalogue.leaf(ticket.category).name,
        place="" if closed else mask(ticket.place),
        responsible=ticket.responsible,
        due=moment(office.local(ticket.answer_due)),
        hops=hops,
    )
