"""A ticket as it stands now, gathered into the plain values that the texts want."""

from __future__ import annotations

from collections import Counter
from typing import Any

from desk import asking, rebounds
from desk.levels import rungs
from desk.office import Office
from desk.residents import neighbours, proxy
from desk.residents.placing import near
from desk.staff.duty import roster
from desk.staff.offers import may_be_put_off, offers
from domain import clocks
from domain.clocks import Unit
from domain.habits import load_habits
from domain.roles import Role
from domain.states import Move, State
from nlp.personal import mask
from storage import beside, checks, filings, joined, messages, people, questions, tickets, undos
from storage import events as history
from storage.events import Event
from storage.messages import Message
from storage.store import Tx
from storage.tickets import Ticket
from texts import names
from texts.registry import say
from texts.when import moment, short
from texts.words import Words

TALK_ON_CARD = 3
UNDO_FOR = 60 * 1000
"""Milliseconds in which whoever made a move can take it back."""


async def card(tx: Tx, office: Office, ticket: Ticket, menu: str = "", *, again: bool = False) -> Words:
    """The ticket's card for the staff group: personal data masked, sensitive kinds closed."""
    leaf = office.catalogue.leaf(ticket.category)
    if ticket.erased:
        kind = "" if office.closed(ticket) else leaf.name
        return say("card_erased", number=ticket.number, state=ticket.state.value, category=kind)
    said = await messages.of_ticket(tx, ticket.id)
    kept = [m for m in said if m.media and m.role in ("report", "supplement")]
    menu, _, top = menu.partition(":")
    also = await joined.others(tx, ticket.id)
    main = await joined.main_of(tx, ticket) if ticket.state is State.MERGED else None
    return say(
        "card",
        number=ticket.number,
        category=leaf.name,
        state=ticket.state.value,
        urgency=ticket.urgency,
        place=mask(ticket.place),
        contact=await contact(tx, ticket),
        companion=proxy.in_words(await beside.companion(tx, ticket.id)),
        body=mask(ticket.body),
        responsible=ticket.responsible,
        accept_due=moment(office.local(ticket.accept_due)),
        answer_due=moment(office.local(ticket.answer_due)),
        assignee=await people.name_of(tx, ticket.community_id, ticket.assignee_id),
        ticket=ticket.id,
        sure=ticket.category_sure,
        overdue=ticket.overdue(office.now_ms()),
        accepted=ticket.accepted_at is not None,
        is_open=ticket.means.is_open,
        kind=ticket.kind,
        dangers=ticket.dangers,
        frailty=ticket.frailty,
        media=[(kind, count) for kind, count in Counter(m.media for m in kept).items()],
        why=ticket.why,
        result=ticket.result,
        result_text=mask(ticket.result_text),
        opinion=ticket.opinion,
        sensitive=office.closed(ticket),
        menu=menu,
        people=await _team(tx, office, ticket) if menu == "assign" else (),
        categories=_categories(office, menu, top),
        talk=await _talk(tx, ticket, said),
        notes=[mask(m.text) for m in said if m.role == "note"][-2:],
        again=again,
        reopened=ticket.reopened,
        choice=top,
        candidates=await rungs.choices(tx, ticket)
        if menu == "climb"
        else await _candidates(tx, office, ticket)
        if menu == "merge"
        else (),
        rung=await rungs.card_line(tx, office, ticket),
        tree=await rungs.has_tree(tx, ticket.community_id),
        rebound=await rebounds.card_line(tx, office, ticket),
        residents=1 + len(also),
        merged_into=main.number if main else "",
        undo=await _undoable(tx, office, ticket),
        half=_half_gone(office, ticket),
        review=await _review_day(tx, office, ticket),
        offers=await offers(tx, office, ticket, menu),
        may_wait=may_be_put_off(ticket),
        origin=await filings.origin_of(tx, ticket.id),
        forwarded=next((m.forwarded for m in said if m.role == "report" and m.forwarded), ""),
        ticked=len(await checks.done(tx, ticket.id)),
        steps=len(load_habits().of(ticket.category).steps),
    )


async def receipt(tx: Tx, office: Office, ticket: Ticket, *, again: bool = False) -> Words:
    """The resident's own card of the ticket, with the one question that is still open.

    What one message has opened stands on one card.
    """
    together = await tickets.of_one_message(tx, ticket)
    if len(together) > 1:
        return await _receipt_of_several(tx, office, together, again=again)
    leaf = office.catalogue.leaf(ticket.category)
    asked = await questions.open_to(tx, ticket.chat_id, ticket.resident_id)
    question = (
        asked.kind
        if asked
        and asked.ticket_id == ticket.id
        and asked.kind in asking.ON_THE_RECEIPT
        and not asked.data.get("told")
        else ""
    )
    kept = await messages.media_of_ticket(tx, ticket.id)
    choices = list(asked.data.get("choices", ())) if asked else []
    choices = choices or [code for code, _ in ticket.guesses[:3]]
    shared: dict[str, Any] = {
        "number": ticket.number,
        "category": leaf.name,
        "place": ticket.place,
        "promise": moment(office.local(ticket.answer_due)),
        "state": ticket.state.value,
        "assignee": await rungs.holder(tx, ticket)
        or await people.name_of(tx, ticket.community_id, ticket.assignee_id),
        "question": question,
        "choices": [(c, office.catalogue.leaf(c).name) for c in choices if office.catalogue.has(c)]
        if question == "category"
        else (),
        "near": await near(tx, ticket) if question == "place" else (),
        "ticket": ticket.id,
        "is_open": ticket.means.is_open,
        "again": again,
        "late": ticket.overdue(office.now_ms()),
        "danger": bool(ticket.dangers),
    }
    resident = await people.resident(tx, ticket.resident_id)
    if resident and resident.simple:
        return say("receipt_simple", **shared)
    return say(
        "receipt",
        responsible=ticket.responsible,
        anonymous=await beside.is_hidden(tx, ticket.id),
        forwarded=await messages.passed_on_from(tx, ticket.id),
        media=len(kept),
        **shared,
    )


async def _receipt_of_several(
    tx: Tx, office: Office, together: list[Ticket], *, again: bool = False
) -> Words:
    asked = await questions.open_to(tx, together[0].chat_id, together[0].resident_id)
    here = asked is not None and asked.kind == "place" and not asked.data.get("told")
    return say(
        "receipt_several",
        lines=[await resident_line(tx, office, ticket) for ticket in together],
        open_ones=[ticket.id for ticket in together if ticket.means.is_open],
        where=asked.ticket_id if asked and here else 0,
        again=again,
    )


async def contact(tx: Tx, ticket: Ticket) -> str:
    """Who it is, masked: 张** 138****5678."""
    resident = await people.resident(tx, ticket.resident_id)
    if resident is None:
        return "居民"
    if await beside.is_hidden(tx, ticket.id):
        return names.UNNAMED
    name = f"{resident.name[:1]}**" if resident.name else "居民"
    return f"{name} {mask(resident.phone)}".strip()


async def full_text(tx: Tx, office: Office, ticket: Ticket) -> dict[str, Any]:
    """Everything, unmasked, for the private chat of someone who may see it."""
    resident = await people.resident(tx, ticket.resident_id)
    hidden = await beside.is_hidden(tx, ticket.id)
    companion = await beside.companion(tx, ticket.id)
    said = await messages.of_ticket(tx, ticket.id)
    joint = [
        await people.resident(tx, other.resident_id)
        for other in await joined.others(tx, ticket.id)
        if not await beside.is_hidden(tx, other.id)
    ]
    return {
        "number": ticket.number,
        "neighbours": [(other.name, other.phone) for other in joint if other],
        "name": names.UNNAMED if hidden else resident.name if resident else "",
        "phone": resident.phone if resident and not hidden else "",
        "companion": (companion.whom, companion.phone) if companion else None,
        "place": ticket.place,
        "body": ticket.body,
        "talk": [(who, m.text) for m in said if (who := _who(m)) and m.text][-8:],
        "category": office.catalogue.leaf(ticket.category).name,
    }


async def timeline(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[str, str, str]]:
    """(time, who, what) of everything that happened, oldest first."""
    lines = []
    for event in await history.of_ticket(tx, ticket.id):
        who = names.ROLES.get(event.actor_role, "")
        if event.actor_role not in (Role.RESIDENT, Role.CLOCK):
            who = await people.name_of(tx, ticket.community_id, event.actor_id) or who
        lines.append((short(office.local(event.at)), who, _what(event)))
    return lines[-30:]


RESIDENT_SEES = {
    "opened": "您的事已登记",
    Move.TAKE: "{who}接单，开始办理",
    Move.ASSIGN: "安排给{who}",
    Move.HAND_ON: "转给{unit}办理",
    Move.HAND_BACK: "{unit}已回复社区",
    "unit_signed": "{unit}签收",
    Move.SIGN: "{who}签收",
    Move.START: "开始办理",
    Move.ANSWER: "社区答复了您",
    "told": "社区告诉了您进展",
    Move.ASK: "请您补充情况",
    Move.SUPPLY: "您补充了情况",
    "supplement": "您补充了情况",
    Move.RETURN: "正在重新安排人",
    Move.CLOSE: "有了办理结果，请您评价",
    Move.CONFIRM: "您确认已解决",
    Move.SETTLE: "按办结归档",
    Move.REOPEN: "您说没解决，重新办理",
    Move.WITHDRAW: "您已撤回",
    Move.ESCALATE: "转紧急处置",
    Move.EXTEND: "延长了答复时间",
    "complex": "情况复杂，延长了答复时间",
    "handover": "换{who}接着办",
    Move.SUSPEND: "暂时办不了，我们记着",
    "suspend_on": "又看了一次，还办不了",
    Move.RESUME: "恢复办理",
    Move.REJECT: "没能受理，已说明该找谁",
    Move.VOID: "已作废",
    Move.MERGE: "和邻居的同一件事一起办",
    Move.SPLIT: "单独接着办",
    "urge": "您催办了一次",
    "rate": "您作了评价",
    "recheck": "抽查时问过您",
    "anonymous": "您选了匿名",
    "named": "您不再匿名",
    "danger": "因为有危险，转为特急",
}


async def history_for_resident(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[str, str]]:
    """(time, what) in friendly words; internal steps are left out."""
    lines = []
    for event in await history.of_ticket(tx, ticket.id):
        words = RESIDENT_SEES.get(event.kind)
        if event.data.get("back_to"):
            words = f"{{unit}}已回复{event.data['back_to']}"
        if words:
            holder = event.data.get("to") or event.actor_id
            unit = str(event.data.get("unit", ""))
            who = unit or await people.name_of(tx, ticket.community_id, holder) or "工作人员"
            lines.append((short(office.local(event.at)), words.format(who=who, unit=unit)))
    return lines[-20:]


async def line(tx: Tx, office: Office, ticket: Ticket) -> tuple[object, ...]:
    """One row of a list for staff; sensitive ones show neither category nor place."""
    closed = office.closed(ticket)
    return (
        ticket.id,
        ticket.number,
        "🔒" if closed else office.catalogue.leaf(ticket.category).name,
        "" if closed else mask(ticket.place),
        ticket.state.value,
        await people.name_of(tx, ticket.community_id, ticket.assignee_id),
        moment(office.local(ticket.answer_due)),
        ticket.overdue(office.now_ms()),
    )


async def resident_line(tx: Tx, office: Office, ticket: Ticket) -> tuple[object, ...]:
    """One row of the resident's own list."""
    return (
        ticket.id,
        ticket.number,
        office.catalogue.leaf(ticket.category).name,
        ticket.place,
        ticket.state.value,
        await rungs.holder(tx, ticket) or await people.name_of(tx, ticket.community_id, ticket.assignee_id),
        moment(office.local(ticket.answer_due)),
        ticket.means.clock_runs and ticket.answered_at is None,
        ticket.overdue(office.now_ms()),
    )


async def _team(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[int, str]]:
    """(user id, label) of those who can take it, with how many they hold already; who is on duty first."""
    return await roster(tx, office, ticket.community_id, without=ticket.assignee_id)


async def _talk(tx: Tx, ticket: Ticket, said: list[Message]) -> list[tuple[str, str]]:
    lines = []
    for message in said:
        if message.role in ("answer", "ask") and message.text and message.text != ticket.result_text:
            who = await people.name_of(tx, ticket.community_id, message.sender_id) or "社区"
            lines.append((who, mask(message.text)))
        elif message.role == "supplement" and message.text:
            who = f"居民（{names.passed_on(message.forwarded)}）" if message.forwarded else "居民"
            lines.append((who, mask(message.text)))
    return lines[-TALK_ON_CARD:]


async def _candidates(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[int, str, str, str]]:
    """(id, number, category, place) of what it can be joined to; private ones show only their number."""
    found = []
    for other in await neighbours.for_staff(tx, office, ticket):
        closed = office.closed(other)
        name = "🔒" if closed else office.catalogue.leaf(other.category).name
        found.append((other.id, other.number, name, "" if closed else mask(other.place)))
    return found


async def _undoable(tx: Tx, office: Office, ticket: Ticket) -> bool:
    """Whether the ticket's last change can be taken back just now."""
    last = await undos.last(tx, ticket.id)
    return last is not None and last.version == ticket.version and office.now_ms() - last.at <= UNDO_FOR


def _half_gone(office: Office, ticket: Ticket) -> bool:
    """Half of the time for the answer has passed."""
    if not ticket.means.clock_runs or ticket.answered_at is not None:
        return False
    created, due = office.local(ticket.created_at), office.local(ticket.answer_due)
    calendar = office.calendar_of(ticket.community_id)
    return clocks.warn_at(created, due, 0.5, Unit(ticket.clock_unit), calendar) <= office.now()


async def _review_day(tx: Tx, office: Office, ticket: Ticket) -> str:
    """When a suspended ticket is looked at again."""
    row = await tx.one("desk.suspension", ticket_id=ticket.id) if ticket.state is State.SUSPENDED else None
    if row is None:
        return ""
    at = office.local(row["review_at"])
    return f"{at.month}月{at.day}日"


def _categories(office: Office, menu: str, top: str) -> list[tuple[str, str]]:
    if menu == "category":
        return [(t.code, t.name) for t in office.catalogue.tops]
    if menu == "leaf":
        return [(leaf.code, leaf.name) for leaf in office.catalogue.leaves_of(top)]
    return []


def _who(message: Message) -> str:
    return {"answer": "社区", "ask": "社区", "supplement": "居民", "note": "备注"}.get(message.role, "")


def _what(event: Event) -> str:
    what = names.EVENTS.get(event.kind, event.kind)
    more = event.data.get("reason") or event.data.get("text") or event.data.get("name") or ""
    return f"{what} {mask(str(more))[:60]}".strip()
