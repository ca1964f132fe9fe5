"""How a resident judges what was done: solved or not, satisfied or not, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.levels.climbing import climb_by_itself
from desk.moves import promised, remember, step
from desk.office import Office
from desk.opening import keep_message
from desk.speech import leads, show, shown_to_group, tell, tell_group
from domain import clocks
from domain.catalogue import Level
from domain.roles import LEADS, Role
from domain.states import Move, State
from nlp.personal import mask
from nlp.reading import Intent, Reading
from storage import communities, events, people, tickets
from storage.store import Tx
from storage.tickets import Ticket
from texts.judging import WHY
from texts.when import moment

BARE_NO = 6
"""Characters up to which 没解决 says nothing about what is still wrong."""
AT_ITS_HEAD = 5
"""Characters from the beginning within which 没解决 is what the message is about."""
GOES_HIGHER = 2
"""From this 重办 on a matter is no longer the community's alone."""
ASKED_WHY = frozenset({"fair", "unsatisfied"})
SOON = 7 * 24 * 3600 * 1000
"""Milliseconds after closing in which such words still mean the closed ticket."""


async def judge(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> None:
    """Words about a finished ticket: solved, not solved, or satisfied."""
    text = reading.text
    if any(no in text for no in NOT_SOLVED):
        await reopen(tx, office, ticket, message.user_id, reason=message.text)
        await keep_message(tx, message, ticket, "talk")
        return
    opinion = next((code for code, words in OPINION_WORDS if any(w in text for w in words)), "")
    if opinion:
        await keep_message(tx, message, ticket, "talk")
        await give_opinion(tx, office, ticket, message.user_id, opinion, key=message.key)
    elif any(yes in text for yes in SOLVED):
        await keep_message(tx, message, ticket, "talk")
        await confirm_solved(tx, office, ticket, message.user_id, key=message.key)
    elif ticket.state is State.REVIEW or len(text) > 6:
        praise = reading.intent is Intent.THANKS or any(word in text for word in PRAISE)
        await keep_message(tx, message, ticket, "talk" if praise else "supplement")
        await tell_group(
            tx,
            office,
            ticket,
            "resident_reason",
            message.key,
            number=ticket.number,
            text=shown_to_group(office, ticket, message.text),
        )
        answer = "not_at_all" if praise else "supplemented"
        values: dict[str, Any] = {} if praise else {"number": ticket.number}
        await tell(tx, office, message.chat_id, answer, message.key, ticket=ticket, **values)
    else:
        await tell(tx, office, message.chat_id, "not_at_all", message.key)


async def contradicted(tx: Tx, message: Incoming, reading: Reading) -> Ticket | None:
    """The finished ticket that a message beginning with 没解决 speaks of; None when it is another matter."""
    if not any(0 <= reading.text.find(no) < AT_ITS_HEAD for no in NOT_SOLVED):
        return None
    finished = [t for t in await tickets.of_resident(tx, message.user_id) if t.state in JUDGED]
    recent = [t for t in finished if message.at - (t.closed_at or 0) < SOON]
    plainly = len(recent) == 1 and reading.text.startswith(NOT_SOLVED[:3])
    about = [t for t in recent if plainly or reading.unsure or t.category == reading.category]
    return max(about, key=asked_last, default=None)


def asked_last(ticket: Ticket) -> tuple[bool, bool, int]:
    """Orders finished tickets by how likely a judgement means them: still waiting, unrated, closed last."""
    return ticket.state is State.REVIEW, not ticket.opinion, ticket.closed_at or 0


JUDGED = (State.REVIEW, State.CLOSED)


NOT_SOLVED = (
    "没解决",
    "没有解决",
    "未解决",
    "还没好",
    "没修好",
    "又坏",
    "没用",
    "还是老样子",
    "没处理",
    "还是一样",
    "没弄好",
)


SOLVED = ("解决了", "好了", "修好", "弄好", "可以了", "已解决")


PRAISE = ("谢", "辛苦", "真快", "真好", "给力", "及时")


OPINION_WORDS = (
    ("unsatisfied", ("不满意", "很差", "差劲", "太差")),
    ("fair", ("基本满意", "还行", "还可以", "一般般")),
    ("satisfied", ("满意", "很好", "点赞", "表扬", "非常好")),
)


async def confirm_solved(tx: Tx, office: Office, ticket: Ticket, user_id: int, *, key: str) -> Ticket:
    """The resident says that it is solved."""
    await asking.settled(tx, office, ticket, "confirm")
    if ticket.state is State.REVIEW:
        ticket = await step(
            tx, office, ticket, Move.CONFIRM, Role.RESIDENT, user_id, changes={"review_due": None}
        )
        await show(tx, office, ticket)
    if not ticket.opinion:
        said = asking.Said("ask_opinion", key, {"number": ticket.number, "ticket_id": ticket.id})
        await asking.at_once(
            tx, office, ticket.chat_id, user_id, "opinion", ticket=ticket, said=said, returns=True
        )
    return ticket


async def reopen(tx: Tx, office: Office, ticket: Ticket, user_id: int, *, reason: str = "") -> Ticket:
    """重办: not solved. The same person goes on, the lead hears of it, the clock starts anew."""
    await asking.settled(tx, office, ticket, "confirm", "opinion", "reason", "recheck")
    clock_class, clock_unit, _, answer_due = promised(
        office, ticket.category, ticket.urgency, ticket.kind, office.now(), community_id=ticket.community_id
    )
    again = await step(
        tx,
        office,
        ticket,
        Move.REOPEN,
        Role.RESIDENT,
        user_id,
        changes={
            "reopened": ticket.reopened + 1,
            "answer_due": answer_due,
            "clock_class": clock_class,
            "clock_unit": clock_unit,
            "answered_at": None,
            "closed_at": None,
            "review_due": None,
            "result": "",
            "opinion": "",
        },
        reason=mask(reason),
    )
    explained = len(reason) > BARE_NO
    team = await people.team(tx, ticket.community_id)
    lead = next((m.name for m in team if m.role in LEADS), "")
    who = await people.name_of(tx, ticket.community_id, ticket.assignee_id)
    await show(tx, office, again)
    await tell_group(
        tx,
        office,
        again,
        "resident_not_solved",
        f"{again.id}:{again.reopened}",
        number=again.number,
        assignee=who,
        lead=lead,
        text=shown_to_group(office, again, reason) if explained else "",
        times=again.reopened,
    )
    if again.reopened >= GOES_HIGHER:
        again = await climb_by_itself(tx, office, await _higher(tx, office, again))
    await tell(
        tx,
        office,
        again.chat_id,
        "reopened",
        f"{again.id}:{again.reopened}",
        ticket=again,
        number=again.number,
        promise=moment(office.local(answer_due)),
        asked=not explained,
        times=again.reopened,
    )
    if not explained:
        await asking.at_once(tx, office, again.chat_id, user_id, "reason", ticket=again)
    return again


async def _higher(tx: Tx, office: Office, ticket: Ticket) -> Ticket:
    """Not solved for the second time: the subdistrict's matter now, and the leads hear of it in private."""
    if ticket.level == Level.COMMUNITY.value:
        changed = replace(ticket, level=Level.SUBDISTRICT.value)
        ticket = await remember(
            tx, office, ticket, changed, "level", Role.CLOCK, None, name=Level.SUBDISTRICT.value
        )
    community = await communities.by_id(tx, ticket.community_id)
    for user_id in await leads(tx, office, community):
        await tell(
            tx,
            office,
            user_id,
            "again_not_solved",
            f"{ticket.id}:{ticket.reopened}",
            community_id=ticket.community_id,
            number=ticket.number,
            times=ticket.reopened,
        )
    return ticket


async def give_opinion(
    tx: Tx, office: Office, ticket: Ticket, user_id: int, opinion: str, *, key: str
) -> Ticket:
    """满意 / 基本满意 / 不满意; the last one counts."""
    await asking.settled(tx, office, ticket, "confirm", "opinion", "reason")
    if ticket.state is State.REVIEW:
        ticket = await step(
            tx, office, ticket, Move.CONFIRM, Role.RESIDENT, user_id, changes={"review_due": None}
        )
    saved = await remember(
        tx, office, ticket, replace(ticket, opinion=opinion), "rate", Role.RESIDENT, user_id, name=opinion
    )
    await show(tx, office, saved)
    values: dict[str, Any] = {"opinion": opinion, "ticket_id": saved.id}
    if opinion in ASKED_WHY:
        said = asking.Said("rated", key, values)
        await asking.at_once(tx, office, saved.chat_id, user_id, "reason", ticket=saved, said=said)
    else:
        await tell(tx, office, saved.chat_id, "rated", key, ticket=saved, **values)
    return saved


async def pick_reason(office: Office, ticket_id: int, user_id: int, code: str, key: str) -> str:
    """Why, by a button; without a code the question is waved away."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        await asking.settled(tx, office, ticket, "reason")
        words = WHY.get(code, "")
        if words and ticket.opinion in ASKED_WHY:
            await events.append(
                tx,
                ticket,
                ticket,
                "why",
                office.now_ms(),
                role=Role.RESIDENT.value,
                actor=user_id,
                name=words,
            )
            await tell_group(
                tx, office, ticket, "resident_reason", f"{ticket.id}:{code}", number=ticket.number, text=words
            )
            await tell(tx, office, ticket.chat_id, "thanks_for_reason", key, ticket=ticket)
        return "记下了" if words else "好的"

    return await office.write(change)


async def reason(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """Why not solved or not satisfied: to the file and to staff."""
    await keep_message(tx, message, ticket, "supplement")
    await tell_group(
        tx,
        office,
        ticket,
        "resident_reason",
        message.key,
        number=ticket.number,
        text=shown_to_group(office, ticket, message.text),
    )
    await show(tx, office, ticket)
    await tell(tx, office, message.chat_id, "thanks_for_reason", message.key, ticket=ticket)


def objection_ms(office: Office, closed_at: int) -> int:
    """Until when (ms) the resident can still object to a result; after it silence counts as agreement."""
    until = clocks.objection_until(office.clocks, office.local(closed_at), office.calendar)
    return int(until.timestamp() * 1000)
