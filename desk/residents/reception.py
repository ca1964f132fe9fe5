"""The counter for residents: every message ends in a ticket, in the file of one, or in an answer."""

from __future__ import annotations

from dataclasses import replace

from desk import asking, nodding
from desk.beside import belongs
from desk.incoming import Incoming
from desk.office import Office
from desk.opening import LOOSE_FOR, Matter, holds_several, keep_message, open_ticket, show_media
from desk.residents import (
    belonging,
    calling,
    editing,
    elsewhere,
    following,
    judging,
    knowledge,
    pacing,
    placing,
    proxy,
    replying,
    simple,
    small_talk,
    splitting,
)
from desk.residents.privacy import warn_of_ids
from desk.speech import tell
from desk.staff.duty import present
from domain.errors import Refused
from nlp.openers import is_bare_opener
from nlp.reading import CategoryGuess, Gazetteer, Intent, Reading, Script
from storage import beside, communities, messages, people, questions, tickets
from storage.communities import Community
from storage.messages import Message
from storage.people import Resident
from storage.questions import Question
from storage.store import Tx
from storage.tickets import Ticket

MATTERS_IN_VOICE = frozenset({"voice", "video_note", "audio"})
"""Spoken reports open a ticket at once, those that follow go to it: staff listen to them."""


async def receive(office: Office, message: Incoming) -> None:
    """Take a resident's message: one transaction, always an answer."""
    gazetteer = await office.gazetteer()
    reading = office.read(message.text, gazetteer, office.now())

    async def change(tx: Tx) -> None:
        await take(tx, office, message, reading)

    await office.write(change)


async def take(tx: Tx, office: Office, message: Incoming, reading: Reading) -> None:
    """What `receive` does inside of its transaction."""
    resident = await _known(tx, office, message, reading)
    if await pacing.fold(tx, office, message, reading):
        return
    if message.too_big:
        await tell(tx, office, message.chat_id, "file_too_big", message.key, media=message.media)
        if not message.text:
            return
    await _route(tx, office, resident, message, reading)
    await warn_of_ids(tx, office, message, reading)


async def register_here(office: Office, chat_id: int, user_id: int) -> str:
    """就是这里的事: who seemed to live elsewhere has a matter here after all."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        asked = await questions.open_to(tx, chat_id, user_id)
        resident = await people.resident(tx, user_id)
        if asked is None or asked.kind != "elsewhere" or resident is None or resident.community_id is None:
            raise Refused("gone")
        await asking.over(tx, office, chat_id, user_id)
        message = Incoming(**asked.data["message"])
        reading = office.read(message.text, gazetteer, office.now())
        ticket = await open_ticket(tx, office, resident.community_id, resident, message, reading)
        return ticket.number

    return await office.write(change)


async def receive_edit(office: Office, message: Incoming) -> None:
    """An edited message changes what its ticket says, and staff are told what changed."""
    reading = office.read(message.text, await office.gazetteer(), office.now())

    async def change(tx: Tx) -> None:
        kept = await messages.at(tx, message.chat_id, message.message_id)
        if kept is None or kept.ticket_id is None or kept.text == message.text or not message.text:
            return
        await messages.rewrite(tx, message.chat_id, message.message_id, message.text)
        ticket = await tickets.by_id(tx, kept.ticket_id)
        if ticket is not None:
            await editing.edited(tx, office, ticket, message, reading, before=kept.text)

    await office.write(change)


async def choose_community(office: Office, chat_id: int, user_id: int, community_id: int) -> str:
    """The resident says which community is theirs; what they had said before is taken up now."""
    gazetteer = await office.gazetteer()

    async def change(tx: Tx) -> str:
        community = await communities.by_id(tx, community_id)
        resident = await people.resident(tx, user_id)
        if community is None or resident is None:
            return "gone"
        asked = await questions.open_to(tx, chat_id, user_id)
        await people.settle_in(tx, user_id, community_id, None)
        if asked and asked.kind == "community":
            settled_resident = replace(resident, community_id=community_id)
            await _take_up(tx, office, settled_resident, asked, gazetteer)
        else:
            await tell(tx, office, chat_id, "settled", str(office.now_ms()), community=community.name)
        return "settled"

    return await office.write(change)


async def _known(tx: Tx, office: Office, message: Incoming, reading: Reading) -> Resident:
    """The resident, entered when new, in the script of the last clear words."""
    spoken = message.language.lower()
    first = "hant" if spoken.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")) else "hans"
    resident = await people.greet(tx, message.user_id, message.name, first, office.now_ms())
    written = reading.script.value
    clear = reading.script is Script.TRADITIONAL or len(reading.text) >= 6
    if clear and written != resident.script and not resident.script_kept:
        await people.set_script(tx, message.user_id, written)
        resident = replace(resident, script=written)
    if message.media == "contact" and await _is_own(tx, message):
        await people.set_phone(tx, message.user_id, message.phone)
    return resident


async def _is_own(tx: Tx, message: Incoming) -> bool:
    """Whether a shared contact is the sender's own telephone, and not the one of whom they write for."""
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if not message.phone or (asked and asked.kind == "proxy_phone"):
        return False
    return message.contact_of in (None, message.user_id)


async def _route(tx: Tx, office: Office, resident: Resident, message: Incoming, reading: Reading) -> None:
    """What this message belongs to: an answer to a question, a reply, an open matter, or a new one."""
    community = await belonging.community_of(tx, office, resident, message, reading)
    if community is None:
        return
    if community.id != resident.community_id:
        resident = replace(resident, community_id=community.id)
    if await _part_of_album(tx, office, message):
        return
    if await _reply(tx, office, message, reading):
        return
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked and await _answer(tx, office, resident, asked, message, reading):
        return
    if not message.text:
        await _wordless(tx, office, resident, message, reading)
        return
    await _by_intent(tx, office, community, resident, message, reading)


async def _part_of_album(tx: Tx, office: Office, message: Incoming) -> bool:
    """The later pictures of an album go where the first went, however late they come."""
    if not message.album:
        return False
    first = await messages.of_album(tx, message.chat_id, message.album)
    if first is None or first.ticket_id is None:
        return False
    ticket = await tickets.by_id(tx, first.ticket_id)
    if ticket is None:
        return False
    await keep_message(tx, message, ticket, "report")
    await show_media(tx, office, ticket, message.message_id)
    await following.show_quietly(tx, office, ticket)
    return True


async def _reply(tx: Tx, office: Office, message: Incoming, reading: Reading) -> bool:
    """A reply to any message of a ticket belongs to that ticket."""
    if message.reply_to is None:
        return False
    known = await messages.at(tx, message.chat_id, message.reply_to)
    ticket = await tickets.by_id(tx, known.ticket_id) if known and known.ticket_id else None
    if ticket is None or not await belongs(tx, ticket, message.user_id):
        return False
    if known and known.role == "receipt":
        ticket = await following.meant_of_one_receipt(tx, ticket, reading)
    await following.about(tx, office, ticket, message, reading)
    return True


async def _answer(
    tx: Tx, office: Office, resident: Resident, asked: Question, message: Incoming, reading: Reading
) -> bool:
    """Take the message as the answer to the open question, unless it plainly is something else."""
    if asked.kind == "community":
        await _take_up(tx, office, resident, asked, office.places.gazetteer)
        return len(message.text) < 15 and reading.intent is not Intent.REPORT
    return await replying.answer(tx, office, asked, message, reading)


async def _take_up(tx: Tx, office: Office, resident: Resident, asked: Question, gazetteer: Gazetteer) -> None:
    """What was said before the community was known: the words as one matter, then what came with them."""
    await asking.over(tx, office, asked.chat_id, asked.user_id)
    waiting = [Incoming(**plain) for plain in asked.data["messages"]]
    words = "\n".join(message.text for message in waiting if message.text and not message.media)
    spoken = next((message for message in waiting if message.text and not message.media), None)
    for message in waiting:
        if message is spoken:
            message = replace(message, text=words)
        elif not message.media:
            continue
        reading = office.read(message.text, gazetteer, office.now())
        await _route(tx, office, resident, message, reading)


async def _wordless(tx: Tx, office: Office, resident: Resident, message: Incoming, reading: Reading) -> None:
    """A picture, a voice, a place without words."""
    if message.media in ("sticker", ""):
        known = await tickets.of_resident(tx, message.user_id, most=1)
        if known:
            await nodding.acknowledge(tx, office, message, nodding.SEEN, "sticker_answer")
        else:
            await tell(tx, office, message.chat_id, "sticker_answer", message.key)
        return
    recent = await following.recent_ticket(tx, office, message)
    if message.media == "contact":
        await _contact(tx, office, message, recent)
        return
    if recent is not None:
        await following.supplement(tx, office, recent, message)
        return
    if message.media in MATTERS_IN_VOICE and resident.community_id is not None:
        announced = await proxy.announced(tx, office, message)
        spoken = await open_ticket(tx, office, resident.community_id, resident, message, reading)
        await proxy.remember(tx, office, spoken, message, reading, announced)
        return
    await messages.keep(
        tx,
        Message(
            chat_id=message.chat_id,
            message_id=message.message_id,
            role="loose",
            at=message.at,
            sender_id=message.user_id,
            media=message.media,
            file_id=message.file_id,
            file_size=message.file_size,
            album=message.album,
        ),
    )
    key = message.album or message.key
    await tell(tx, office, message.chat_id, "say_what", key, media=message.media)


async def _contact(tx: Tx, office: Office, message: Incoming, recent: Ticket | None) -> None:
    """A shared contact is the person's own telephone number; it stands in the file of what is open."""
    asked = await questions.open_to(tx, message.chat_id, message.user_id)
    if asked and asked.kind == "phone":
        await asking.over(tx, office, message.chat_id, message.user_id)
    if recent is not None:
        await keep_message(tx, message, recent, "supplement")
        await following.show_quietly(tx, office, recent)
    await tell(tx, office, message.chat_id, "phone_noted", message.key)


async def _by_intent(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> None:
    """A message in words that hangs on nothing before it."""
    intent = reading.intent
    denied = None if reading.dangers else await judging.contradicted(tx, message, reading)
    if denied is not None:
        await judging.judge(tx, office, denied, message, reading)
    elif reading.foreign:
        await open_ticket(tx, office, community.id, resident, message, reading)
        await tell(tx, office, message.chat_id, "foreign", message.key, phone=community.phone)
    elif small_talk.asks_for_the_office(reading):
        phone, hours = community.phone, community.hours
        await tell(tx, office, message.chat_id, "office_contact", message.key, phone=phone, hours=hours)
    elif await elsewhere.turn_away(tx, office, community, message, reading):
        return
    elif proxy.only_announces(reading):
        meant = proxy.whom(reading)
        await proxy.announce(tx, office, message.chat_id, message.user_id, message.key, meant)
    elif small_talk.asks_who(reading):
        await tell(tx, office, message.chat_id, "who_i_am", message.key, community=community.name)
    elif small_talk.is_an_advert(message.text) and not reading.dangers:
        await tell(tx, office, message.chat_id, "advert", message.key)
    elif small_talk.is_mostly_a_link(message.text, reading):
        await tell(tx, office, message.chat_id, "link_only", message.key)
    elif is_bare_opener(reading.text) and not reading.dangers:
        await tell(tx, office, message.chat_id, "how_to_report", message.key)
    elif small_talk.only_begins(message.text):
        await _begun(tx, office, message)
    elif small_talk.is_bare_answer(message.text):
        await _small_talk(tx, office, message, reading)
    elif reading.dangers or intent in (Intent.REPORT, Intent.ASK):
        if not await knowledge.answer_with_card(tx, office, community, resident, message, reading):
            await _report(tx, office, community, resident, message, reading)
    elif intent is Intent.PERSON and calling.wants_a_call(reading):
        await calling.call_back(tx, office, community, resident, message, reading)
    elif intent is Intent.PERSON:
        await _person(tx, office, community, resident, message, reading)
    elif intent is Intent.PROGRESS and not await _asks_of_something_new(tx, message, reading):
        await following.tell_progress(tx, office, message, reading)
    elif intent is Intent.PROGRESS:
        await _report(tx, office, community, resident, message, reading)
    elif intent in (Intent.URGE, Intent.SUPPLEMENT, Intent.WITHDRAW, Intent.RATE):
        if not await following.follow(tx, office, message, reading):
            await _no_such_ticket(tx, office, community, resident, message, reading)
    elif await _picture_waits(tx, message):
        await _report(tx, office, community, resident, message, reading)
    elif reading.place is not None and await following.follow(
        tx, office, message, replace(reading, intent=Intent.SUPPLEMENT)
    ):
        return  # nothing but a place, said of an open matter
    else:
        await _small_talk(tx, office, message, reading)


async def _asks_of_something_new(tx: Tx, message: Incoming, reading: Reading) -> bool:
    """3号楼的路灯什么时候修, from somebody with nothing in the files: it is the first that we hear of it."""
    if reading.unsure or reading.numbers or small_talk.LOOKS_BACK.search(reading.text):
        return False
    return not await tickets.of_resident(tx, message.user_id, most=1) and not await beside.accompanied(
        tx, message.user_id, most=1
    )


async def _picture_waits(tx: Tx, message: Incoming) -> bool:
    """Whether something was sent a while ago of which these words, whatever they are, may say what it is."""
    return any(kept.media for kept in await messages.loose(tx, message.chat_id, message.at - LOOSE_FOR))


async def _begun(tx: Tx, office: Office, message: Incoming) -> None:
    """Said in pieces: what there is goes along with the words that follow."""
    begun = Message(
        chat_id=message.chat_id,
        message_id=message.message_id,
        role="loose",
        at=message.at,
        sender_id=message.user_id,
        text=message.text,
    )
    await messages.keep(tx, begun)
    await tell(tx, office, message.chat_id, "listening", message.key)


async def _small_talk(tx: Tx, office: Office, message: Incoming, reading: Reading) -> None:
    """Thanks, a nod, a greeting: who has a matter with us gets a sign for the first two, others words."""
    known = bool(await tickets.of_resident(tx, message.user_id, most=1))
    text = small_talk.answer_to(reading.text)
    open_now = await tickets.open_of_resident(tx, message.user_id, most=2)
    more = small_talk.says_more(reading) and not message.text.isascii()
    if reading.intent is Intent.THANKS and len(open_now) == 1 and more:
        await following.supplement(tx, office, open_now[0], message)
    elif reading.intent is Intent.THANKS and known and not message.text.isascii():
        await nodding.acknowledge(tx, office, message, nodding.WELCOME, "not_at_all")
    elif reading.intent is Intent.THANKS:
        await tell(tx, office, message.chat_id, "not_at_all", message.key, foreign=message.text.isascii())
    elif known and (small_talk.is_a_nod(message.text) or small_talk.is_bare_answer(message.text)):
        await nodding.acknowledge(tx, office, message, nodding.SEEN, "farewell")
    else:
        await tell(tx, office, message.chat_id, text, message.key)


async def _report(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> None:
    """A matter for the office. The same words again within the hour are folded into the first ticket."""
    for ticket in await tickets.open_of_resident(tx, message.user_id, most=5):
        same = ticket.body.strip() == message.text.strip()
        if (
            same
            and message.at - ticket.created_at < 3600 * 1000
            and ticket.source_message != message.message_id
        ):
            await following.supplement(tx, office, ticket, message)
            return
    announced = await proxy.announced(tx, office, message)
    goes_on = None if announced else await following.goes_on(tx, message, reading)
    if goes_on is not None:
        await following.supplement(tx, office, goes_on, message)
        return
    ticket = await open_ticket(tx, office, community.id, resident, message, reading)
    ticket = await placing.place_by_pin(tx, office, ticket)
    await proxy.remember(tx, office, ticket, message, reading, announced)
    await knowledge.hint(tx, office, ticket, message, reading)
    if not message.forwarded:
        await simple.offer(tx, office, resident, ticket)
    if holds_several(office, reading) and ticket.source_message == message.message_id:
        await splitting.offer(tx, office, ticket, message, reading)


async def _person(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> None:
    """Wants a human: the duty person and telephone at once, and a ticket so that staff can answer here."""
    duty = await present(tx, office, community.id)
    open_now = await tickets.open_of_resident(tx, message.user_id, most=1)
    if await knowledge.person_after_card(tx, office, resident, message):
        pass  # the question that the card did not settle is with staff now
    elif open_now:
        await keep_message(tx, message, open_now[0], "supplement")
        await following.tell_added(tx, office, open_now[0], message)
    else:
        plain = Matter((CategoryGuess(office.catalogue.fallback, 1.0),), reading.place, message.text)
        await open_ticket(
            tx, office, community.id, resident, message, replace(reading, unsure=False, matters=()), plain
        )
    await tell(
        tx,
        office,
        message.chat_id,
        "for_a_person",
        message.key,
        who="、".join(m.name for m in duty),
        phone=community.phone,
        hours=community.hours,
    )


async def _no_such_ticket(
    tx: Tx, office: Office, community: Community, resident: Resident, message: Incoming, reading: Reading
) -> None:
    """Speaks of a matter that we do not have: if the words or a waiting picture hold one, it begins here."""
    topical = reading.category != office.catalogue.fallback and not reading.unsure
    shown = await _picture_waits(tx, message)
    if reading.intent in (Intent.URGE, Intent.SUPPLEMENT) and (shown or topical or len(reading.text) >= 12):
        await _report(tx, office, community, resident, message, reading)
    elif reading.intent is Intent.RATE:
        await tell(tx, office, message.chat_id, "not_at_all", message.key)
    else:
        await tell(tx, office, message.chat_id, "nothing_open", message.key)
