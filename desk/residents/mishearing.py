"""听错了: the resident says in writing what a voice note was about, and these words take its place."""

from __future__ import annotations

from desk import asking
from desk.beside import own
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import keep_message
from desk.residents import alarm, following
from desk.residents.transcribing import begin
from desk.speech import show, shown_to_group, tell, tell_group
from domain.errors import Refused
from nlp.reading import Intent, Reading
from storage import people
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket

ELSEWHERE = frozenset({Intent.PROGRESS, Intent.PERSON, Intent.WITHDRAW, Intent.THANKS})
"""What is said with these is no correction."""


async def ask_again(office: Office, ticket_id: int, user_id: int, heard: str, key: str) -> str:
    """The button under what was heard; `heard` is the message id of the voice note."""

    async def change(tx: Tx) -> str:
        ticket = await own(tx, ticket_id, user_id)
        if not ticket.means.is_open:
            raise Refused("closed_already")
        await asking.at_once(tx, office, ticket.chat_id, user_id, "misheard", ticket=ticket, heard=int(heard))
        await tell(tx, office, ticket.chat_id, "say_again", key, ticket=ticket, number=ticket.number)
        return ""

    return await office.write(change)


async def put_right(
    tx: Tx, office: Office, asked: Question, ticket: Ticket, message: Incoming, reading: Reading
) -> bool:
    """The next words after it; False when they plainly are something else."""
    if not message.text or reading.intent in ELSEWHERE:
        return False
    await asking.over(tx, office, message.chat_id, message.user_id)
    resident = await people.resident(tx, ticket.resident_id)
    if resident is None or ticket.source_message != asked.data["heard"]:
        await following.supplement(tx, office, ticket, message)
        return True
    await keep_message(tx, message, ticket, "supplement")
    saved = await begin(tx, office, ticket, resident, message, reading, body=message.text)
    saved = await alarm.grown(tx, office, saved, message, reading)
    await show(tx, office, saved)
    before, after = (shown_to_group(office, saved, body) for body in (ticket.body, saved.body))
    number = saved.number
    await tell_group(
        tx, office, saved, "resident_edited", message.key, number=number, before=before, after=after
    )
    await tell(tx, office, message.chat_id, "edit_noted", message.key, ticket=saved, number=number)
    return True
