"""Knowledge cards at the counter: shown for a question, judged by the resident, sent by staff.

A card takes no staff time: no ticket is opened for the question until the resident asks for a person.
"""

from __future__ import annotations

from dataclasses import replace

from desk.hand import Hand
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import LOOSE_FOR, keep_message, open_ticket
from desk.residents.guide_files import starters
from desk.speech import tell
from desk.staff import answering
from domain.errors import Refused
from domain.guide import Guide
from domain.roles import READERS
from nlp.personal import mask
from nlp.reading import Reading
from nlp.retrieval import Shelf, may_be_answered, shelf_of
from storage import knowledge, messages, people, tickets
from storage.communities import Community
from storage.knowledge import Answered
from storage.people import Resident
from storage.store import Tx
from storage.tickets import Ticket
from texts import knowledge as words

SAME_CARD_WITHIN = 24 * 3600 * 1000
"""Milliseconds in which a card is shown to a person once: who asks again was not helped."""
STILL_ASKING = 2 * 3600 * 1000
"""Milliseconds in which "a person, please" means the question that got a card."""
ON_THE_LIST = 20


async def answer_with_card(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> bool:
    """Show the card that surely answers this question; False: none does, it is a matter for people."""
    if message.media or not may_be_answered(reading):
        return False
    if await messages.loose(tx, message.chat_id, message.at - LOOSE_FOR):
        return False
    found = (await shelf(tx, community.id)).answer(reading)
    if found is None or await _is_about_open_ticket(tx, resident, reading, found):
        return False
    now = office.now_ms()
    before = await knowledge.last_answer(tx, message.chat_id, resident.user_id, now - SAME_CARD_WITHIN)
    if before and before.title == found.title:
        return False
    plain = {name: getattr(message, name) for name in Incoming.__dataclass_fields__}
    answer_id = await knowledge.answered(tx, community.id, resident.user_id, found.title, plain, now)
    if answer_id is None:
        return True
    await tell(
        tx,
        office,
        message.chat_id,
        "guide",
        message.key,
        community_id=community.id,
        title=found.title,
        body=found.body,
        source=found.source,
        dated=found.dated,
        phone=community.phone,
        answer_id=answer_id,
    )
    if resident.notified_at is None:
        await tell(tx, office, message.chat_id, "notice", str(resident.user_id))
        await people.noticed(tx, resident.user_id, now)
    return True


async def hint(tx: Tx, office: Office, ticket: Ticket, message: Incoming, reading: Reading) -> None:
    """Beside the ticket of a question: buttons of cards that may answer it sooner than people can."""
    if message.media or ticket.dangers:
        return
    titles = [found.title for found in (await shelf(tx, ticket.community_id)).likely(reading)]
    if titles:
        await tell(
            tx,
            office,
            message.chat_id,
            "guide_hints",
            message.key,
            ticket=ticket,
            titles=titles,
            of=ticket.id,
        )


async def show_hinted(office: Office, ticket_id: int, user_id: int, title: str, key: str) -> str:
    """The resident looks at one of these cards; their ticket goes on until they say that it is enough."""

    async def change(tx: Tx) -> str:
        ticket = await tickets.by_id(tx, ticket_id)
        if ticket is None or ticket.resident_id != user_id:
            raise Refused("gone")
        found = (await shelf(tx, ticket.community_id)).titled(title)
        if found is None:
            raise Refused("gone")
        await tell(
            tx,
            office,
            ticket.chat_id,
            "guide_hinted",
            key,
            ticket=ticket,
            title=found.title,
            body=found.body,
            source=found.source,
            dated=found.dated,
            of=ticket.id if ticket.means.is_open else 0,
        )
        return ""

    return await office.write(change)


async def person_after_card(tx: Tx, office: Office, resident: Resident, message: Incoming) -> Ticket | None:
    """Who asks for a person soon after a card means that question: its ticket, with these words in it."""
    since = office.now_ms() - STILL_ASKING
    asked = await knowledge.last_answer(tx, message.chat_id, resident.user_id, since)
    if asked is None or asked.outcome:
        return None
    ticket = await _hand_on(tx, office, asked, resident)
    await keep_message(tx, message, ticket, "supplement")
    return ticket


async def useful(office: Office, answer_id: int, user_id: int) -> str:
    """👍: counted, nobody has to do anything."""

    async def change(tx: Tx) -> str:
        await knowledge.settle(tx, await _own(tx, answer_id, user_id), "useful")
        return words.THANKS

    return await office.write(change)


async def to_person(office: Office, answer_id: int, user_id: int) -> str:
    """🙋: the question becomes a ticket, as if there had been no card. A second press finds the same one."""
    await office.gazetteer()  # read anew while no transaction is open

    async def change(tx: Tx) -> str:
        asked = await _own(tx, answer_id, user_id)
        resident = await people.resident(tx, user_id)
        if resident is None:
            raise Refused("gone")
        ticket = await _hand_on(tx, office, asked, resident)
        return words.HANDED_ON.format(number=ticket.number)

    return await office.write(change)


async def look_up(office: Office, hand: Hand) -> None:
    """/guide WORDS in the group; `hand.ticket_id` is the ticket whose card the command replies to, or 0."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> None:
        await _reader(tx, office, hand)
        ticket = await tickets.by_id(tx, hand.ticket_id) if hand.ticket_id else None
        if ticket and ticket.community_id != hand.community_id:
            ticket = None
        asked = hand.text or (ticket.body if ticket else "")
        found = (await shelf(tx, hand.community_id)).search(office.read(asked, gazetteer, office.now()))
        back = hand.message_id or None
        if found is None:
            await tell(
                tx,
                office,
                hand.chat_id,
                "no_guide",
                hand.key,
                community_id=hand.community_id,
                reply_to=back,
                asked=mask(asked)[:30],
            )
            return
        await tell(
            tx,
            office,
            hand.chat_id,
            "guide_for_staff",
            hand.key,
            community_id=hand.community_id,
            reply_to=back,
            title=found.title,
            body=found.body,
            source=found.source,
            dated=found.dated,
            ticket_id=ticket.id if ticket else 0,
            number=ticket.number if ticket else "",
        )

    await office.write(change)


async def send(office: Office, hand: Hand, title: str) -> str:
    """发给居民: the card's text as this colleague's answer to the ticket."""

    async def look(tx: Tx) -> Guide | None:
        return (await shelf(tx, hand.community_id)).titled(title)

    found = await office.store.read(look, community=hand.community_id)
    if found is None:
        raise Refused("gone")
    text = words.as_answer(found.title, found.body, found.source, found.dated)
    await answering.answer(office, replace(hand, text=text))
    return words.SENT


async def send_counts(office: Office, hand: Hand) -> None:
    """/guides: how often each card was shown here, and what came of it."""

    async def change(tx: Tx) -> None:
        await _reader(tx, office, hand)
        counted = await knowledge.counts(tx, hand.community_id)
        await tell(
            tx,
            office,
            hand.chat_id,
            "guide_counts",
            hand.key,
            community_id=hand.community_id,
            reply_to=hand.message_id or None,
            counts=[(c.title, c.shown, c.useful, c.handed_on) for c in counted[:ON_THE_LIST]],
            total=len(await shelf(tx, hand.community_id)),
        )

    await office.write(change)


async def shelf(tx: Tx, community_id: int) -> Shelf:
    """The community's cards: those of the program, those for all, its own; the later replaces its title."""
    return shelf_of((*starters(), *await knowledge.of_community(tx, community_id)))


async def take_in(office: Office, guides: tuple[Guide, ...], community_id: int | None) -> None:
    """Enter imported cards, all or none."""

    async def change(tx: Tx) -> None:
        for guide in guides:
            await knowledge.put(tx, guide, community_id, office.now_ms())

    await office.write(change)


async def withdraw(office: Office, title: str, community_id: int | None) -> bool:
    """Remove an imported card; the program's own one of that title counts again."""

    async def change(tx: Tx) -> bool:
        return await knowledge.drop(tx, title, community_id)

    return await office.write(change)


async def _is_about_open_ticket(tx: Tx, resident: Resident, reading: Reading, found: Guide) -> bool:
    """Who has an open matter of this kind asks about that one."""
    kinds = {found.leaf, reading.category}
    return any(t.category in kinds for t in await tickets.open_of_resident(tx, resident.user_id, most=10))


async def _hand_on(tx: Tx, office: Office, asked: Answered, resident: Resident) -> Ticket:
    message = Incoming(**asked.message)
    reading = office.read(message.text, office.places.gazetteer, office.now())
    ticket = await open_ticket(
        tx, office, asked.community_id, resident, message, replace(reading, unsure=False)
    )
    await knowledge.settle(tx, asked, "person")
    return ticket


async def _own(tx: Tx, answer_id: int, user_id: int) -> Answered:
    found = await knowledge.answer(tx, answer_id)
    if found is None or found.user_id != user_id:
        raise Refused("gone")
    return found


async def _reader(tx: Tx, office: Office, hand: Hand) -> None:
    if await office.role_of(tx, hand.community_id, hand.user_id) not in READERS:
        raise Refused("not_your_role")
