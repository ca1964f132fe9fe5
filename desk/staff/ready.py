"""Ready words: answer templates filled from the ticket, looked at, and sent with the second tap."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from desk import asking
from desk.hand import Hand, name_of, role_at
from desk.levels import rungs
from desk.moves import the_ticket
from desk.office import Office
from desk.pages import new_page, turn
from desk.speech import tell
from desk.staff import answering, handling
from domain.answers import Blank, Moment, Template
from domain.errors import Refused
from domain.roles import LEADS, Role
from domain.states import HELPERS, NOT_STARTED, Move, State, may
from nlp.personal import called, mask
from storage import beside, communities, joined, people, questions
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket
from texts.when import moment as in_words
from texts.when import whole_day

_WHAT_IS_THERE = re.compile(r"的[^的\d]{1,4}$")
"""门口的路灯: the place is the door."""
AT_ONCE = 3
HALF_DAYS = ("上午", "下午")
LAST_CHANCE = 15
"""The hour from which nobody is told "this afternoon" any more."""
FIRST: Mapping[State, tuple[Moment, ...]] = {
    **dict.fromkeys(NOT_STARTED, (Moment.TAKEN, Moment.PROGRESS, Moment.ASK)),
    State.RETURNED: (Moment.ELSEWHERE, Moment.TAKEN, Moment.PROGRESS),
    State.ANSWERED: (Moment.DONE, Moment.PROGRESS, Moment.DONE),
    State.NEEDS_INFO: (Moment.ASK, Moment.PROGRESS, Moment.DONE),
    State.SUSPENDED: (Moment.PROGRESS, Moment.ELSEWHERE, Moment.DONE),
}
"""Of which moments the three likeliest are, by the ticket's state."""
UNDER_WAY = (Moment.PROGRESS, Moment.PROGRESS, Moment.DONE)


@dataclass(frozen=True, slots=True)
class Ready:
    """A template with this ticket's values."""

    template: Template
    words: str
    gaps: tuple[Blank, ...]

    @property
    def name(self) -> str:
        """Changes with the words: who presses sends what they have seen, or is shown it anew."""
        return hashlib.sha256(f"{self.template.key} {self.words}".encode()).hexdigest()[:12]


async def offer(office: Office, hand: Hand) -> str:
    """💬 答复: the likeliest words, in full; of a private matter in the private chat."""

    async def change(tx: Tx) -> str:
        ticket, role = await _to_answer(tx, office, hand, first=True)
        hidden = office.closed(ticket) and hand.chat_id < 0
        where = replace(hand, chat_id=hand.user_id) if hidden else hand
        await _show(tx, office, where, ticket, role, new_page(), 0)
        return "内容涉及隐私，发到您和我的私聊了" if hidden else ""

    return await office.write(change)


async def turn_page(office: Office, hand: Hand, page: str, offset: int) -> str:
    """换一批."""

    async def change(tx: Tx) -> str:
        ticket, role = await _to_answer(tx, office, hand)
        await _show(tx, office, hand, ticket, role, page, offset)
        return ""

    return await office.write(change)


async def send(office: Office, hand: Hand, page: str, name: str) -> str:
    """The words go out and do what their moment says; an open blank is asked for first."""

    async def look(tx: Tx) -> Ready | None:
        ticket, role = await _to_answer(tx, office, hand)
        found = await _all(tx, office, hand, ticket, role)
        return next((ready for ready in found if ready.name == name), None)

    ready = await office.store.read(look)
    if ready is None:
        raise Refused("words_changed")
    if ready.gaps:
        return await _ask(office, hand, page, ready.template, {})
    return await _go(office, replace(hand, text=ready.words, page=page), ready.template.moment)


async def fill(office: Office, hand: Hand, value: str) -> str:
    """One blank filled, by a press or in writing; the words go out when it was the last."""
    value = value.strip().rstrip("。，；！.,;!")[:100]
    if not value:
        raise Refused("empty_text")

    async def look(tx: Tx) -> tuple[str, Template, dict[Blank, str], str, tuple[Blank, ...]]:
        asked = await _open(tx, hand)
        ticket, role = await _to_answer(tx, office, hand)
        given = {Blank(blank): str(said) for blank, said in asked.data["given"].items()}
        template = _kept(office, ticket, str(asked.data["template"]), role)
        values = await _values(tx, office, hand, ticket)
        gap = next(iter(template.gaps(values | given)), None)
        given |= {gap: value} if gap else {}
        full = values | given
        return str(asked.data["page"]), template, given, template.filled(full), template.gaps(full)

    page, template, given, words, gaps = await office.store.read(look)
    if gaps:
        return await _ask(office, hand, page, template, given)
    return await _go(office, replace(hand, text=words, page=page), template.moment)


async def want_blank(office: Office, hand: Hand) -> str:
    """✏️: a message whose answer fills the blank."""

    async def change(tx: Tx) -> str:
        asked = await _open(tx, hand)
        ticket, role = await _to_answer(tx, office, hand)
        given = {Blank(blank): str(said) for blank, said in asked.data["given"].items()}
        template = _kept(office, ticket, str(asked.data["template"]), role)
        await _want(tx, office, hand, ticket, template, await _values(tx, office, hand, ticket) | given)
        return "请回复我发的那条消息"

    return await office.write(change)


async def own_words(office: Office, hand: Hand, offset: int) -> str:
    """改一改: the words to copy, and a message whose answer goes to the resident."""

    async def change(tx: Tx) -> str:
        ticket, role = await _to_answer(tx, office, hand)
        shown = _page(await _all(tx, office, hand, ticket, role), offset)
        await tell(
            tx,
            office,
            hand.chat_id,
            "answer_own",
            hand.key,
            ticket=ticket,
            role="notice",
            number=ticket.number,
            choices=_in_plain(shown),
        )
        return "请回复我发的那条消息"

    return await office.write(change)


async def _to_answer(tx: Tx, office: Office, hand: Hand, *, first: bool = False) -> tuple[Ticket, Role]:
    """Who may answer it. A page in the group (past the `first` press) dies when the matter turns private."""
    role = await role_at(tx, office, hand)
    ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
    if role not in HELPERS:
        raise Refused("not_your_role")
    if not ticket.means.is_open:
        raise Refused("closed_already")
    if office.closed(ticket) and role not in LEADS and ticket.assignee_id != hand.user_id:
        raise Refused("take_first")
    if office.closed(ticket) and hand.chat_id < 0 and not first:
        raise Refused("words_changed")
    return ticket, role


async def _show(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: Role, page: str, offset: int
) -> None:
    found = await _all(tx, office, hand, ticket, role)
    start = offset if 0 <= offset < len(found) else 0
    await turn(
        tx,
        office,
        hand.chat_id,
        page,
        "answer_choices",
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        ticket=ticket.id,
        number=ticket.number,
        choices=_in_plain(_page(found, start)),
        offset=start,
        total=len(found),
    )


def _page(found: Sequence[Ready], offset: int) -> Sequence[Ready]:
    return found[offset : offset + AT_ONCE]


def _in_plain(found: Sequence[Ready]) -> list[tuple[str, str, str, str]]:
    """(name, moment, words as a group may see them, the first open blank)."""
    return [
        (ready.name, ready.template.moment.value, mask(ready.words), next(iter(ready.gaps), ""))
        for ready in found
    ]


async def _all(tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: Role) -> list[Ready]:
    """Everything that can be sent now, the likeliest three first."""
    values = await _values(tx, office, hand, ticket)
    waiting = {
        moment: [t for t in _templates(office, ticket, role) if t.moment is moment] for moment in Moment
    }
    for kept in waiting.values():  # once answered there is no promised time to speak of
        kept.sort(key=lambda template: Blank.DUE in template.gaps(values))
    first = [waiting[m].pop(0) for m in FIRST.get(ticket.state, UNDER_WAY) if waiting[m]]
    ordered = [*first, *(template for kept in waiting.values() for template in kept)]
    found = [Ready(template, template.filled(values), template.gaps(values)) for template in ordered]
    return [ready for ready in found if Blank.NUMBER not in ready.gaps]  # of several each has another one


def _templates(office: Office, ticket: Ticket, role: Role) -> list[Template]:
    possible = {
        Moment.TAKEN: may(Move.TAKE, ticket.state, role),
        Moment.ASK: ticket.state is State.NEEDS_INFO or may(Move.ASK, ticket.state, role),
        Moment.DONE: may(Move.CLOSE, ticket.state, role),
    }
    found = office.answers.of(office.catalogue, ticket.category)
    return [template for template in found if possible.get(template.moment, True)]


def _kept(office: Office, ticket: Ticket, key: str, role: Role) -> Template:
    for template in _templates(office, ticket, role):
        if template.key == key:
            return template
    raise Refused("words_changed")


async def _for_several(tx: Tx, ticket: Ticket) -> bool:
    """Whether neighbours, or the person for whom somebody has written, read the same words."""
    return bool(await joined.others(tx, ticket.id)) or await beside.companion(tx, ticket.id) is not None


async def _values(tx: Tx, office: Office, hand: Hand, ticket: Ticket) -> dict[Blank, str]:
    resident = await people.resident(tx, ticket.resident_id)
    shared = await _for_several(tx, ticket)
    hidden = shared or await beside.is_hidden(tx, ticket.id)
    community = await communities.by_id(tx, ticket.community_id)
    promised = ticket.answered_at is None and ticket.answer_due > office.now_ms()
    handler = ticket.assignee_id or hand.user_id
    return {
        Blank.CALLED: called(resident.name) if resident and not hidden else "",
        Blank.NUMBER: "" if shared else ticket.number,
        Blank.PLACE: _WHAT_IS_THERE.sub("", ticket.place).replace(" ", ""),
        Blank.DUE: in_words(office.local(ticket.answer_due)) if promised else "",
        Blank.HANDLER: await name_of(tx, ticket.community_id, handler, hand.user_name),
        Blank.PHONE: community.phone if community else "",
        Blank.UNIT: await rungs.holder(tx, ticket) or ticket.responsible,
    }


async def _ask(office: Office, hand: Hand, page: str, template: Template, given: Mapping[Blank, str]) -> str:
    """Show the words with their gap; what it may be stands under it, what nobody can guess is written."""

    async def change(tx: Tx) -> str:
        ticket, _ = await _to_answer(tx, office, hand)
        values = await _values(tx, office, hand, ticket) | dict(given)
        gap = template.gaps(values)[0]
        data: dict[str, Any] = {"page": page, "template": template.key, "given": dict(given)}
        await asking.at_once(tx, office, hand.chat_id, hand.user_id, "answer_blank", ticket=ticket, **data)
        likely = _likely(office, ticket, gap)
        if not likely:
            await _want(tx, office, hand, ticket, template, values)
            return "请回复我发的那条消息"
        await turn(
            tx,
            office,
            hand.chat_id,
            page,
            "answer_gap",
            community_id=ticket.community_id,
            ticket_id=ticket.id,
            ticket=ticket.id,
            number=ticket.number,
            words=mask(template.filled(values)),
            blank=gap.value,
            likely=likely,
        )
        return ""

    return await office.write(change)


async def _want(
    tx: Tx, office: Office, hand: Hand, ticket: Ticket, template: Template, values: Mapping[Blank, str]
) -> None:
    gap = next(iter(template.gaps(values)), None)
    if gap is None:
        raise Refused("words_changed")
    await tell(
        tx,
        office,
        hand.chat_id,
        "wants_blank",
        hand.key,
        ticket=ticket,
        role="wants_blank",
        number=ticket.number,
        blank=gap.value,
        words=mask(template.filled(values)),
    )


def _likely(office: Office, ticket: Ticket, gap: Blank) -> list[str]:
    """The next half days for a time, the next working days for a limit; nothing for other blanks."""
    now = office.now().astimezone(office.zone)
    calendar = office.calendar_of(ticket.community_id)
    days: list[datetime] = []
    day = now
    while len(days) < 4:
        day += timedelta(days=1)
        if calendar.is_workday(day.date()):
            days.append(day)
    if gap is Blank.DUE:
        return [whole_day(day) for day in days]
    if gap is not Blank.TIME:
        return []
    today = [f"{whole_day(now)}下午"] if now.hour < LAST_CHANCE else []
    return [*today, *(f"{whole_day(day)}{half}" for day in days[:2] for half in HALF_DAYS)]


async def _open(tx: Tx, hand: Hand) -> Question:
    """The blank that this person is asked for here."""
    asked = await questions.open_to(tx, hand.chat_id, hand.user_id)
    if asked is None or asked.kind != "answer_blank" or asked.ticket_id != hand.ticket_id:
        raise Refused("words_changed")
    return asked


async def _go(office: Office, hand: Hand, moment: Moment) -> str:
    """Send, and make the move that belongs to the moment."""
    if moment is Moment.TAKEN:
        return await handling.take(office, hand)
    if moment is Moment.ASK:
        return await answering.ask(office, hand)
    if moment is Moment.DONE:
        return await handling.close(office, hand, "solved")
    if moment is Moment.PROGRESS:
        await answering.answer(office, hand)
        return "已发给居民"

    async def change(tx: Tx) -> str:
        await answering.let_know(tx, office, hand)
        return "已发给居民"

    return await office.write(change)
