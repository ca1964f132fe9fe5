"""A message that may be the answer to what was asked: the place, the kind, a telephone, which matter, why."""

from __future__ import annotations

from desk import asking, nodding
from desk.incoming import Incoming
from desk.office import Office
from desk.residents import calling, consenting, following, judging, mishearing, placing, proxy, small_talk
from desk.speech import tell
from desk.staff import sorting
from nlp.reading import Intent, Reading
from storage import tickets
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket

REASON_FOR = 24 * 3600 * 1000
"""Milliseconds in which words that are no other matter still say why somebody was not content."""
A_WHOLE_REPORT = 12
"""Characters from which words without a house may be a report and no complaint about the last one."""
SKIPPABLE = frozenset({"place", "category", "phone", "proxy_phone", "reason"})
"""Questions that 跳过 and the like answer."""
FORMALITIES = frozenset({"place", "category", "phone", "proxy_phone"})
"""Questions that ask for a particular; whatever tells of danger is heard by itself."""


async def answer(tx: Tx, office: Office, asked: Question, message: Incoming, reading: Reading) -> bool:
    """Take the message as the answer to the open question, unless it plainly is something else."""
    ticket = await tickets.by_id(tx, asked.ticket_id) if asked.ticket_id else None
    if asked.kind == "which":
        return await _answer_which(tx, office, asked, message, reading)
    if asked.ticket_id is None:
        return False  # not a question about a matter: whoever asked it waits for the answer
    if reading.dangers and asked.kind in FORMALITIES:
        return False  # danger answers no question of ours
    if ticket is None or (not ticket.means.is_open and asked.kind not in asking.AFTER_THE_END):
        await asking.over(tx, office, message.chat_id, message.user_id)
        return False
    if asked.kind in SKIPPABLE and small_talk.is_skip(reading):
        await asking.over(tx, office, message.chat_id, message.user_id)
        await following.show_quietly(tx, office, ticket)
        await tell(
            tx, office, message.chat_id, "kept_going", message.key, ticket=ticket, number=ticket.number
        )
        return True
    if asked.kind == "place":
        return await _answer_place(tx, office, ticket, message, reading)
    if asked.kind == "proxy_phone":
        return await proxy.take_phone(tx, office, ticket, message, reading)
    if asked.kind == "phone":
        return await calling.take_number(tx, office, message, reading)
    if asked.kind == "category":
        return await sorting.said_category(tx, office, ticket, message, reading)
    if asked.kind in ("supply", "supplement"):
        if _new_matter(ticket, reading):
            return False
        await following.supplement(tx, office, ticket, message)
        return True
    if asked.kind == "consent" and small_talk.agrees(message.text):
        await consenting.agreed(tx, office, ticket, message.user_id)
        await nodding.acknowledge(tx, office, message, nodding.NOTED, "farewell")
        return True
    if asked.kind == "misheard":
        return await mishearing.put_right(tx, office, asked, ticket, message, reading)
    if asked.kind == "reason":
        await asking.over(tx, office, message.chat_id, message.user_id)
        elsewhere = (Intent.PROGRESS, Intent.PERSON, Intent.RATE)
        late = message.at - asked.asked_at > REASON_FOR or _begins_anew(ticket, reading)
        if reading.dangers or not message.text or reading.intent in elsewhere or late:
            return False
        await judging.reason(tx, office, ticket, message)
        return True
    return False


async def _answer_which(tx: Tx, office: Office, asked: Question, message: Incoming, reading: Reading) -> bool:
    """The number of one of the tickets answers as well as the button. Who goes on to something else has waved
    the question away; the words that it held are filed before these."""
    for number in reading.numbers:
        ticket = await tickets.resident_number(tx, message.user_id, number)
        if ticket is not None and len(message.text) < 20:
            await asking.over(tx, office, message.chat_id, message.user_id)
            first = Incoming(**asked.data["message"])
            intent = office.read(first.text, office.places.gazetteer, office.now()).intent
            await following.act(tx, office, ticket, intent.value, first)
            return True
    if reading.intent not in (Intent.CHAT, Intent.THANKS, Intent.PERSON):
        await asking.over(tx, office, message.chat_id, message.user_id, unanswered=True)
    return False


def _speaks_of_other(office: Office, ticket: Ticket, reading: Reading) -> bool:
    """A place with so much about something else around it that it is a report of its own."""
    if reading.intent is not Intent.REPORT or ticket.category == office.catalogue.fallback:
        return False
    around = len(reading.text) - (len(reading.place.raw) if reading.place else 0)
    return around >= 7 and ticket.category not in {guess.code for guess in reading.guesses}


async def _answer_place(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> bool:
    elsewhere = reading.intent in (Intent.PROGRESS, Intent.PERSON, Intent.WITHDRAW, Intent.THANKS)
    urges = reading.place is None and reading.intent is Intent.URGE
    nods = bool(message.text) and small_talk.is_a_nod(message.text)
    adds = reading.text.startswith("补充") and not (reading.place and reading.place.building)
    if elsewhere or urges or nods or adds or small_talk.is_no_place(reading):
        return False
    if _new_matter(ticket, reading) and (len(message.text) > 12 or _tells_a_problem(reading)):
        return False
    if message.media == "location":
        await asking.over(tx, office, message.chat_id, message.user_id)
        await placing.set_place(tx, office, ticket, message, reading)
        return True
    if (
        not message.text
        or _speaks_of_other(office, ticket, reading)
        or (reading.place is None and len(message.text) > 25)
    ):
        return False
    await asking.over(tx, office, message.chat_id, message.user_id)
    await placing.set_place(tx, office, ticket, message, reading)
    return True


def _begins_anew(ticket: Ticket, reading: Reading) -> bool:
    """Words after a rating that are a report of their own: of another kind, or of another house."""
    if reading.intent is not Intent.REPORT or reading.unsure:
        return False
    house = reading.place.building if reading.place else ""
    if house:
        return house != ticket.building or reading.category != ticket.category
    return len(reading.text) >= A_WHOLE_REPORT and _new_matter(ticket, reading)


def _tells_a_problem(reading: Reading) -> bool:
    """Whether words beside a place say that something is wrong or wanted, as no name of a place does."""
    beside = reading.text.replace(reading.place.raw, "") if reading.place else reading.text
    return bool(small_talk.PROBLEM.search(beside))


def _new_matter(ticket: Ticket, reading: Reading) -> bool:
    """Plainly another matter than the ticket's: sure of a category that was not even guessed before."""
    if reading.dangers:
        return True
    known = {code for code, _ in ticket.guesses} | {ticket.category}
    return reading.intent is Intent.REPORT and not reading.unsure and reading.category not in known
