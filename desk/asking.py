"""One question at a time: what is asked of a resident, what waits for its turn, and buttons out of use.

The open question is a row of `questions`; those that wait stand in `waiting_questions`, on their tickets, so
that neither a restart nor a week of silence loses any. An answered question loses its buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desk.incoming import Incoming
from desk.office import Office
from desk.speech import show_receipt, shown_to_group, tell, tell_group
from domain.roles import Role
from storage import events as history
from storage import messages, outbox, questions, tickets
from storage.filings import has_no_telegram
from storage.messages import Message
from storage.outbox import Letter, Priority, put
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket

KIND: Final = "unbutton"
"""Of rows in the outbox that take the buttons off a message."""
IGNORED_AFTER: Final = 30 * 60 * 1000
"""Milliseconds after which a question that nobody answered lets another one go first."""
ON_THE_RECEIPT: Final = frozenset({"place", "category"})
"""Asked on the receipt itself, and in a message of their own when their turn comes later."""
TELLS_MORE: Final = frozenset({"confirm"})
"""Asked by a message that is news by itself: the result of a ticket is told although nobody asks about it."""
AFTER_THE_END: Final = frozenset({"confirm", "opinion", "reason", "recheck"})
"""Asked about a ticket that is finished."""


@dataclass(frozen=True, slots=True)
class Said:
    """The message that asks: the name of a text, what makes it unique, its values."""

    text: str
    key: str
    values: Mapping[str, Any]


async def at_once(
    tx: Tx,
    office: Office,
    chat_id: int,
    user_id: int,
    kind: str,
    *,
    ticket: Ticket | None = None,
    said: Said | None = None,
    told: str = "",
    returns: bool = False,
    **data: Any,
) -> None:
    """Ask now; what was open gives way, and is asked again later if it `returns`.

    `said` is told here; `told` is the outbox key of a message that asks already.
    """
    await _give_way(tx, office, chat_id, user_id, kind, ticket)
    if said is not None:
        told = await _tell(tx, office, chat_id, ticket, said, Priority.MESSAGE)
        data["again"] = _plain(said)
    await questions.ask(
        tx,
        chat_id,
        user_id,
        kind,
        office.now_ms(),
        ticket_id=ticket.id if ticket else None,
        **data,
        **({"told": told} if told else {}),
        **({"returns": True} if returns else {}),
    )


async def in_turn(
    tx: Tx, office: Office, chat_id: int, user_id: int, kind: str, said: Said, *, ticket: Ticket | None = None
) -> None:
    """Ask when nothing else is open, else as soon as that is answered."""
    if has_no_telegram(chat_id):
        return
    asked = await questions.open_to(tx, chat_id, user_id)
    if asked and office.now_ms() - asked.asked_at < IGNORED_AFTER:
        waits = Question(
            chat_id,
            user_id,
            kind,
            ticket.id if ticket else None,
            {"again": _plain(said), "returns": True},
            office.now_ms(),
        )
        await questions.wait(tx, waits)
        return
    await at_once(tx, office, chat_id, user_id, kind, ticket=ticket, said=said, returns=True)


async def over(tx: Tx, office: Office, chat_id: int, user_id: int, *, unanswered: bool = False) -> None:
    """The open question is answered or waved away (`unanswered`): its buttons go, the next one is asked."""
    asked = await questions.open_to(tx, chat_id, user_id)
    if asked is not None:
        await questions.answered(tx, chat_id, user_id)
        await _unbutton(tx, office, asked)
        if unanswered:
            await _file_held(tx, office, asked)
    await _next(tx, office, chat_id, user_id)


async def settled(tx: Tx, office: Office, ticket: Ticket, *kinds: str) -> None:
    """These questions about this ticket need no answer any more, whether open or waiting."""
    for kind in kinds:
        await questions.drop_waiting(tx, ticket.id, kind)
    for asked in await questions.about(tx, ticket.id):
        if asked.kind in kinds:
            await over(tx, office, asked.chat_id, asked.user_id)


async def ended(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The ticket is finished: whatever was asked in order to work on it is asked no more."""
    await questions.drop_waiting(tx, ticket.id)
    for asked in await questions.about(tx, ticket.id):
        await over(tx, office, asked.chat_id, asked.user_id)


async def _give_way(
    tx: Tx, office: Office, chat_id: int, user_id: int, kind: str, ticket: Ticket | None
) -> None:
    """What is open loses its buttons; it waits for another turn unless it is the same question."""
    asked = await questions.open_to(tx, chat_id, user_id)
    ticket_id = ticket.id if ticket else None
    if ticket_id is not None:
        await questions.drop_waiting(tx, ticket_id, kind)
    if asked is None:
        return
    await questions.answered(tx, chat_id, user_id)
    await _unbutton(tx, office, asked)
    if asked.kind == "which":
        await _file_held(tx, office, asked)
    if asked.data.get("returns") and (asked.kind, asked.ticket_id) != (kind, ticket_id):
        await questions.wait(tx, asked)


async def _file_held(tx: Tx, office: Office, asked: Question) -> None:
    """哪一件? was never answered: the words that it held go to the newest of those matters, and are told."""
    if asked.kind != "which":
        return
    message, offered = Incoming(**asked.data["message"]), asked.data["again"]["values"]["tickets"]
    ticket = await tickets.by_id(tx, int(offered[0][0]))
    if ticket is None or ticket.erased:
        return
    kept = Message(
        chat_id=message.chat_id,
        message_id=message.message_id,
        role="supplement",
        at=message.at,
        community_id=ticket.community_id,
        ticket_id=ticket.id,
        sender_id=message.user_id,
        media=message.media,
        file_id=message.file_id,
        file_size=message.file_size,
        album=message.album,
        text=message.text,
        forwarded=message.forwarded,
    )
    if not await messages.keep(tx, kept):
        return
    await history.append(
        tx, ticket, ticket, "supplement", office.now_ms(), role=Role.RESIDENT.value, actor=message.user_id
    )
    words = shown_to_group(office, ticket, message.text)
    await tell_group(
        tx, office, ticket, "resident_added", message.key, number=ticket.number, who="居民", text=words
    )
    await tell(tx, office, message.chat_id, "supplemented", message.key, ticket=ticket, number=ticket.number)


async def _unbutton(tx: Tx, office: Office, asked: Question) -> None:
    """Nobody is left with a button that does nothing; what was not said yet is not said."""
    told = str(asked.data.get("told", ""))
    if told:
        news = asked.kind in TELLS_MORE
        await take_off(tx, office, asked.chat_id, told, asked.ticket_id, said_anyway=news)
    elif asked.kind in ON_THE_RECEIPT and asked.ticket_id:
        ticket = await tickets.by_id(tx, asked.ticket_id)
        if ticket is not None:
            await show_receipt(tx, office, ticket)


async def take_off(
    tx: Tx,
    office: Office,
    chat_id: int,
    told: str,
    ticket_id: int | None = None,
    *,
    said_anyway: bool = False,
) -> None:
    """The message of this outbox key loses its buttons; what was not said yet is said only if it is news."""
    if not said_anyway and await outbox.cancel(tx, told):
        return
    letter = Letter(
        key=f"{KIND}:{told}",
        chat_id=chat_id,
        kind=KIND,
        payload={"of": told},
        ticket_id=ticket_id,
        priority=Priority.EDIT,
    )
    await put(tx, letter, office.now_ms())


async def _next(tx: Tx, office: Office, chat_id: int, user_id: int) -> None:
    """Ask what has waited, the newest first; what its ticket does not need any more is let go."""
    while (waiting := await questions.newest_waiting(tx, chat_id, user_id)) is not None:
        await questions.drop_waiting_of(tx, chat_id, user_id, waiting)
        ticket = await tickets.by_id(tx, waiting.ticket_id) if waiting.ticket_id else None
        if not _still_wanted(waiting, ticket):
            continue
        said = _said_again(office, waiting, ticket)
        if await tx.one("outbox.by_key", key=_key(chat_id, said)):
            continue  # asked once in a lifetime, and that has been meanwhile
        later = Priority.EDIT  # behind the answer to the last one
        told = await _tell(tx, office, chat_id, ticket, said, later)
        data = {**waiting.data, "told": told, "again": _plain(said)}
        await questions.ask(
            tx, chat_id, user_id, waiting.kind, office.now_ms(), ticket_id=waiting.ticket_id, **data
        )
        return


def _still_wanted(waiting: Question, ticket: Ticket | None) -> bool:
    if waiting.ticket_id is None:
        return True
    if ticket is None or ticket.erased:
        return False
    if waiting.kind == "place" and ticket.building:
        return False
    if waiting.kind == "category" and ticket.category_sure:
        return False
    return ticket.means.is_open or waiting.kind in AFTER_THE_END


def _said_again(office: Office, waiting: Question, ticket: Ticket | None) -> Said:
    """The words of a question whose turn has come."""
    again = waiting.data.get("again")
    values: dict[str, Any]
    key = str(office.now_ms())
    if ticket is not None and waiting.kind == "place":
        values = {"number": ticket.number, "ticket_id": ticket.id}
        return Said("still_where", key, values | {"category": office.catalogue.leaf(ticket.category).name})
    if ticket is not None and waiting.kind == "category":
        codes = waiting.data.get("choices") or [code for code, _ in ticket.guesses[:3]]
        choices = [(code, office.catalogue.leaf(code).name) for code in codes if office.catalogue.has(code)]
        return Said(
            "still_which_kind", key, {"number": ticket.number, "ticket_id": ticket.id, "choices": choices}
        )
    if ticket is not None and waiting.kind == "confirm":
        leaf = office.catalogue.leaf(ticket.category)
        return Said(
            "still_solved", key, {"number": ticket.number, "ticket_id": ticket.id, "category": leaf.name}
        )
    assert again is not None, waiting.kind  # noqa: S101 - every other one was told by its words before
    once = again["key"] if not waiting.data.get("told") else f"{again['key']}:{key}"
    return Said(again["text"], once, again["values"])


async def _tell(
    tx: Tx, office: Office, chat_id: int, ticket: Ticket | None, said: Said, priority: Priority
) -> str:
    await tell(tx, office, chat_id, said.text, said.key, ticket=ticket, priority=priority, **said.values)
    return _key(chat_id, said)


def _key(chat_id: int, said: Said) -> str:
    """The message's key in the outbox."""
    return f"{said.text}:{chat_id}:{said.key}"


def _plain(said: Said) -> dict[str, Any]:
    return {"text": said.text, "key": said.key, "values": dict(said.values)}
