"""延期, 挂账 and 恢复: more time with a reason, approved by a lead, and said honestly to the resident."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk import asking
from desk.hand import Hand, name_of, role_at, tell_resident
from desk.moves import remember, step, the_ticket
from desk.office import Office, to_ms
from desk.speech import desk_chats, show, tell_group
from desk.staff.offers import may_be_put_off
from domain import clocks
from domain.errors import Refused
from domain.limits import Limit, Unit
from domain.roles import LEADS, Role
from domain.states import HELPERS, RUNNING, Move, State
from storage import events as history
from storage import extensions
from storage.extensions import Extension
from storage.store import Tx
from storage.tickets import Ticket
from texts import desk as words
from texts.when import moment


async def ask_extension(office: Office, hand: Hand, days: int, reason: str) -> str:
    """申请延期: a lead decides by a button; what a lead asks for is granted at once."""
    if days not in words.EXTEND_DAYS or reason not in words.EXTEND_REASONS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in HELPERS:
            raise Refused("not_your_role")
        _may_be_extended(office, ticket)
        if await extensions.waiting(tx, ticket.id):
            raise Refused("extension_waiting")
        now = office.now_ms()
        asked = await extensions.ask(tx, ticket, hand.user_id, days, reason, now)
        wish = await extensions.by_id(tx, ticket.community_id, asked)
        if role in LEADS and wish is not None:
            due = await _grant(tx, office, ticket, wish, role, hand)
            return f"已延到 {moment(due)}，已告诉居民"
        await history.append(
            tx,
            ticket,
            ticket,
            "extend_asked",
            now,
            role=role.value,
            actor=hand.user_id,
            days=days,
            reason=words.EXTEND_REASONS[reason],
        )
        await show(tx, office, ticket, now_please=True)
        await tell_group(
            tx,
            office,
            ticket,
            "extension_asked",
            str(asked),
            number=ticket.number,
            who=await name_of(tx, hand.community_id, hand.user_id, hand.user_name),
            days=days,
            reason=words.EXTEND_REASONS[reason],
            due=moment(_later(office, ticket, days)),
            ticket_id=ticket.id,
            asked=asked,
        )
        return "已报负责人，同意后会告诉居民"

    return await office.write(change)


async def decide_extension(office: Office, hand: Hand, extension_id: int, *, granted: bool) -> str:
    """同意 / 不同意延期, by a lead."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        if role not in LEADS:
            raise Refused("not_your_role")
        wish = await extensions.by_id(tx, hand.community_id, extension_id)
        if wish is None or wish.state != "waiting":
            raise Refused("extension_decided")
        ticket = await the_ticket(tx, hand.community_id, wish.ticket_id)
        if granted:
            due = await _grant(tx, office, ticket, wish, role, hand)
            answer = f"已同意，延到 {moment(due)}"
        else:
            await extensions.decide(tx, wish.id, "refused", hand.user_id, office.now_ms())
            await history.append(
                tx, ticket, ticket, "extend_refused", office.now_ms(), role=role.value, actor=hand.user_id
            )
            due = office.local(ticket.answer_due)
            answer = "没同意延期，已告诉申请的同事"
        for chat_id in await desk_chats(tx, office, ticket.community_id):
            await asking.take_off(tx, office, chat_id, f"extension_asked:{chat_id}:{wish.id}", ticket.id)
        if wish.asked_by != hand.user_id:
            await tell_group(
                tx,
                office,
                ticket,
                "extension_decided",
                str(wish.id),
                number=ticket.number,
                who=await name_of(tx, hand.community_id, wish.asked_by),
                user=wish.asked_by,
                granted=granted,
                lead=await name_of(tx, hand.community_id, hand.user_id, hand.user_name),
                due=moment(due),
            )
        return answer

    return await office.write(change)


async def suspend(office: Office, hand: Hand, reason: str, days: int) -> str:
    """挂账: it cannot be solved now. The clock stands still until a lead takes it up again."""
    if reason not in words.SUSPEND_REASONS or str(days) not in words.SUSPEND_SPANS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role in LEADS and not may_be_put_off(ticket):
            raise Refused("danger_first")
        why = words.SUSPEND_REASONS[reason]
        review = _review(office, days)
        await _enter(tx, ticket, reason, review, office.now_ms())
        after = await step(
            tx, office, ticket, Move.SUSPEND, role, hand.user_id, reason=why, review=to_ms(review)
        )
        await show(tx, office, after, now_please=True)
        await tell_resident(
            tx, office, after, "suspended", hand.key, number=after.number, reason=why, review=_day(review)
        )
        return f"{after.number} 已挂账，{_day(review)}提醒大家再看"

    return await office.write(change)


async def suspend_on(office: Office, hand: Hand, days: int) -> str:
    """On the day of review: not yet. The resident hears that it was looked at."""
    if str(days) not in words.SUSPEND_SPANS:
        raise Refused("gone")

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        if role not in LEADS:
            raise Refused("not_your_role")
        row = await tx.one("desk.suspension", ticket_id=ticket.id)
        if ticket.state is not State.SUSPENDED or row is None:
            raise Refused("wrong_state", state=ticket.state.value)
        if row["review_at"] > office.now_ms():
            raise Refused("extension_decided")
        review = _review(office, days)
        why = words.SUSPEND_REASONS.get(row["reason"], row["reason"])
        await _enter(tx, ticket, row["reason"], review, office.now_ms())
        saved = await remember(
            tx, office, ticket, ticket, "suspend_on", role, hand.user_id, review=to_ms(review)
        )
        await show(tx, office, saved, now_please=True)
        await tell_resident(
            tx, office, saved, "suspended_on", hand.key, number=saved.number, reason=why, review=_day(review)
        )
        return f"好的，{_day(review)}再看"

    return await office.write(change)


async def resume(office: Office, hand: Hand) -> str:
    """恢复办理: it can be solved now; what was left of the time is left."""

    async def change(tx: Tx) -> str:
        role = await role_at(tx, office, hand)
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        after = await step(tx, office, ticket, Move.RESUME, role, hand.user_id)
        await tx.do("desk.unsuspend", ticket_id=after.id)
        await show(tx, office, after, now_please=True)
        await tell_resident(
            tx,
            office,
            after,
            "resumed",
            hand.key,
            number=after.number,
            promise=moment(office.local(after.answer_due)),
            who=await name_of(tx, after.community_id, after.assignee_id) if after.assignee_id else "",
        )
        return f"{after.number} 恢复办理，{moment(office.local(after.answer_due))}前答复"

    return await office.write(change)


async def _grant(tx: Tx, office: Office, ticket: Ticket, wish: Extension, role: Role, hand: Hand) -> datetime:
    """The new limit, in the ticket, in its history and said to the resident."""
    if wish.asked_at > ticket.answer_due or ticket.answered_at is not None:
        raise Refused("too_late_to_extend")
    why = words.EXTEND_REASONS.get(wish.reason, wish.reason)
    due = _later(office, ticket, wish.days)
    if not await extensions.decide(tx, wish.id, "granted", hand.user_id, office.now_ms()):
        raise Refused("extension_decided")
    after = await step(
        tx,
        office,
        ticket,
        Move.EXTEND,
        role,
        hand.user_id,
        changes={"answer_due": to_ms(due)},
        days=wish.days,
        reason=why,
        before=ticket.answer_due,
    )
    await show(tx, office, after, now_please=True)
    await tell_resident(
        tx, office, after, "extended", hand.key, number=after.number, promise=moment(due), reason=why
    )
    return due


def _may_be_extended(office: Office, ticket: Ticket) -> None:
    """Before the limit, while the clock runs, and as long as nothing was answered."""
    if ticket.state not in RUNNING:
        raise Refused("wrong_state", state=ticket.state.value)
    if not may_be_put_off(ticket):
        raise Refused("danger_first")
    if ticket.answered_at is not None or ticket.answer_due < office.now_ms():
        raise Refused("too_late_to_extend")


def _later(office: Office, ticket: Ticket, days: int) -> datetime:
    by = Limit(days, Unit.WORKING_DAY)
    calendar = office.calendar_of(ticket.community_id)
    return clocks.extend(office.clocks, office.local(ticket.answer_due), by, calendar)


def _review(office: Office, days: int) -> datetime:
    """The morning on which the office looks at it again: the first opening so many days from now."""
    day = office.calendar.local(office.now()).date() + timedelta(days=days)
    return office.calendar.next_opening(datetime.combine(day, datetime.min.time(), tzinfo=office.zone))


def _day(at: datetime) -> str:
    return f"{at.month}月{at.day}日"


async def _enter(tx: Tx, ticket: Ticket, reason: str, review: datetime, now: int) -> None:
    await tx.do(
        "desk.suspend",
        ticket_id=ticket.id,
        community_id=ticket.community_id,
        reason=reason,
        review_at=to_ms(review),
        now=now,
    )
    await tx.do("desk.look_at", ticket_id=ticket.id, community_id=ticket.community_id, at=0)
