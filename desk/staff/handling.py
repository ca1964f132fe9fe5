"""What staff do with a ticket: each step checks role and state, writes history, tells both sides."""

from __future__ import annotations

from desk import asking
from desk.gate import missing, say_what_is_missing
from desk.hand import Hand, keep_words, name_of, role_at, tell_resident
from desk.levels.council import propose_if_due
from desk.levels.rungs import seen
from desk.moves import promised, step, the_ticket
from desk.office import Office
from desk.residents.judging import objection_ms
from desk.residents.placing import put_place
from desk.speech import show, tell_group
from desk.staff import closing_photo
from desk.staff.checking import doubts_of, hold_back, settle_page
from desk.staff.duty import stand_in
from desk.staff.sorting import recategorise
from desk.staff.watching import tell_watchers
from domain.errors import Refused
from domain.roles import DESK, Role
from domain.states import HELPERS, Move, State, may
from nlp.reading import Urgency
from storage import people, undos
from storage.people import Member
from storage.store import Tx
from storage.tickets import Ticket
from texts import names, staff
from texts.when import moment


async def take(office: Office, hand: Hand) -> str:
    """接单: mine now. Of two who press at once one wins, the other hears who.

    The resident hears the usual words, or those of the hand.
    """

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
        if hand.text:
            await keep_words(tx, office, hand, after, "talk")
            await tell_resident(
                tx, office, after, "let_know", hand.key, number=after.number, who=who, text=hand.text
            )
            await settle_page(tx, office, hand, after)
        else:
            await tell_resident(tx, office, after, "taken", hand.key, number=after.number, who=who)
        return f"{after.number} 归您了"

    return await office.write(change)


async def assign(office: Office, hand: Hand, to: int) -> str:
    """派单 / 转派 to a colleague."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        lacks = await missing(tx, office, ticket)
        if lacks:
            await colleague_for(tx, office, hand, to)
            return await say_what_is_missing(tx, office, hand, ticket, lacks)
        after, colleague = await give(tx, office, hand, ticket, role, to)
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
            user=colleague.user_id,
            giver=giver,
        )
        return f"已派给{colleague.name}"

    return await office.write(change)


async def colleague_for(tx: Tx, office: Office, hand: Hand, to: int) -> Member:
    """Who really gets what is given to `to`: the deputy while that colleague is away."""
    colleague = await people.member(tx, hand.community_id, await stand_in(tx, office, hand.community_id, to))
    if colleague is None or colleague.role is Role.AUDITOR:
        raise Refused("no_such_colleague", name=await people.name_of(tx, hand.community_id, to))
    return colleague


async def give(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: Role, to: int
) -> tuple[Ticket, Member]:
    """The ticket in a colleague's hands. Shown and told by the caller."""
    colleague = await colleague_for(tx, office, hand, to)
    after = await step(
        tx,
        office,
        ticket,
        Move.ASSIGN,
        role,
        hand.user_id,
        changes={"assignee_id": colleague.user_id},
        to=colleague.user_id,
        name=colleague.name,
        before=ticket.assignee_id,
    )
    await undos.keep(tx, ticket, after, Move.ASSIGN, hand.user_id, hand.key, office.now_ms())
    return after, colleague


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
        await propose_if_due(tx, office, after)
        return "已退回，等负责人重新派单"

    return await office.write(change)


async def close(office: Office, hand: Hand, result: str, *, sure: bool = False) -> str:
    """办结 with its result; the resident is asked whether it is solved. Own words are checked first."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in HELPERS:
            raise Refused("not_your_role")
        if sure:
            await asking.over(tx, office, hand.chat_id, hand.user_id)
        elif hand.text and await hold_back(
            tx, office, hand, ticket, await doubts_of(tx, ticket, hand), f"close:{result}"
        ):
            return "先看一眼再发"
        after = await finish(tx, office, hand, ticket, role, result)
        await show(tx, office, after, now_please=True)
        await closing_photo.ask(tx, office, hand, after)
        await seen(tx, office, after)
        await settle_page(tx, office, hand, after)
        return f"{after.number} 已办结，等居民评价"

    return await office.write(change)


async def finish(tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: Role, result: str) -> Ticket:
    """The ticket closed with its result, the resident told and asked. Shown by the caller."""
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
    await asking.ended(tx, office, after)
    if hand.text or hand.file_id:
        await keep_words(tx, office, hand, after, "answer")
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
    await tell_watchers(tx, office, after, hand, "close")
    return after


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
            office, ticket.category, urgency, ticket.kind, office.now(), community_id=ticket.community_id
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
