"""催办, 进度, 撤回 in a voice note: done as if it had been written, once it has become words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from desk import asking
from desk.incoming import Incoming
from desk.moves import remember, step
from desk.office import Office
from desk.residents import following, neighbours
from desk.speech import show, tell
from domain.roles import Role
from domain.states import Move, State, may
from nlp.reading import Intent, Reading
from storage.store import Tx
from storage.tickets import Ticket
from texts.voice import written

ORDERS: Final = frozenset({Intent.URGE, Intent.PROGRESS, Intent.WITHDRAW})


async def act(
    tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading, *, begins: bool
) -> bool:
    """Do what was said; False when it is a matter, or words to one. `begins`: the note opened this ticket.

    A ticket that such a note opened, before anybody knew what it says, is taken back.
    """
    if reading.intent not in ORDERS or reading.dangers:
        return False
    others = [one for one in await neighbours.going_on(tx, message.user_id) if one.id != ticket.id]
    if begins and not others:
        return False  # there is nothing else that it could be about
    await tell(tx, office, message.chat_id, "heard_order", message.key, ticket=ticket, words=message.text)
    if begins:
        await _take_back(tx, office, ticket, message)
    if reading.intent is Intent.PROGRESS:
        await following.tell_progress(tx, office, message, reading)
    elif not begins and len(others) == 0:
        await following.act(tx, office, ticket, reading.intent.value, message)
    else:
        await following.follow(tx, office, message, reading)
    return True


async def _take_back(tx: Tx, office: Office, ticket: Ticket, message: Incoming) -> None:
    """The ticket holds nothing but the order: it ends, and says so to staff."""
    body = written(message.text)
    told = await remember(
        tx, office, ticket, replace(ticket, body=body), "heard", Role.RESIDENT, message.user_id
    )
    if may(Move.WITHDRAW, told.state, Role.RESIDENT) and told.state is not State.WITHDRAWN:
        told = await step(tx, office, told, Move.WITHDRAW, Role.RESIDENT, message.user_id)
    await asking.ended(tx, office, told)
    await show(tx, office, told)
