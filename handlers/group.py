"""What staff do in their group: replies to cards, and commands."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from telegram import Update

from desk.figures import bulletins, exporting
from desk.hand import Hand
from desk.office import Office
from desk.residents import knowledge, welcome
from desk.staff import answering, filing, handling, listing, looking, notices, ready, topics
from domain.errors import Refused
from handlers import hands, reporting, setup, units
from handlers.incoming import Context, incoming, office_of, replied
from storage.periods import Span
from texts.beside import RESIDENTS_GROUP

Command = Callable[[Office, Hand], Awaitable[None]]

NUMBER = re.compile(r"^#?(\d{6}-\d{3,4}|\d{1,4})$")
PLACE = re.compile(r"^(?:地点|地址|地點)\s*[:：]\s*")
PHONE = re.compile(r"^(?:电话|電話|联系人|聯繫人)\s*[:：]\s*")
NOTE = re.compile(r"^(?:备注|備註|#)\s*[:：]?\s*")


async def on_setup(update: Update, context: Context) -> None:
    """/setup in a group makes it the staff group of a community."""
    message = incoming(update)
    chat = update.effective_chat
    payload = context.args[0] if context.args else ""
    title = chat.title if chat and chat.title else ""
    await topics.learn(office_of(context), message.chat_id, forum=bool(chat and chat.is_forum))
    if payload in RESIDENTS_GROUP:
        await setup.residents_setup(office_of(context), message.chat_id, message.user_id, message.message_id)
        return
    await setup.group_setup(
        office_of(context), message.chat_id, title, message.user_id, message.message_id, payload
    )


async def on_group_start(update: Update, context: Context) -> None:
    """The bot was added through the set-up's link (/start s_CODE in the group)."""
    if context.args and context.args[0].startswith("s_"):
        await on_setup(update, context)
    elif context.args and context.args[0].startswith("g_"):
        message = incoming(update)
        await units.bind_group(
            office_of(context), message.chat_id, message.user_id, message.message_id, context.args[0]
        )
    else:
        await on_command(update, context)


async def on_reply(update: Update, context: Context) -> None:
    """A reply to any message of a ticket is an answer to its resident; 备注：… stays inside."""
    office, message = office_of(context), incoming(update)
    known = await welcome.known_message(office, message.chat_id, message.reply_to or 0)
    if known is None and message.text and await reporting.replies_to_agenda(office, message):
        hand = None if await _anonymous(update, office) else await _hand(office, update, 0)
        if hand is not None:
            await reporting.take_minutes(office, hand)
        return
    if known is None or message.media == "sticker" or not (message.text or message.file_id):
        return
    if await _anonymous(update, office):
        return
    if await units.replied(office, message, *known):
        return
    hand = await _hand(office, update, known[1])
    if hand is None:
        return
    if message.chat_id > 0:  # the desk checks the right to speak for the ticket's own community
        hand = replace(hand, community_id=known[0])
    elif hand.community_id != known[0]:
        return
    note, place = NOTE.match(message.text), PLACE.match(message.text)
    phone = PHONE.match(message.text)
    wants = await welcome.wanted_by(office, message.chat_id, message.reply_to or 0)
    try:
        if note:
            number = await answering.note(office, replace(hand, text=message.text[note.end() :]))
            await listing.say_back(office, hand, "noted", number=number, settled=True)
        elif phone or wants == "wants_phone":
            said = message.text[phone.end() :] if phone else message.text
            number = await filing.set_contact(office, replace(hand, text=said))
            await listing.say_back(office, hand, "done", number=number, what="联系人已存好", settled=True)
        elif wants == "wants_blank":
            await ready.fill(office, hand, message.text)
        elif place or wants == "wants_place":
            said = message.text[place.end() :] if place else message.text
            number = await handling.set_place(office, replace(hand, text=said))
            await listing.say_back(office, hand, "done", number=number, what="地点已改", settled=True)
        else:
            await answering.answer(office, hand)
    except Refused as refusal:
        await listing.refuse(office, hand, refusal)


async def on_command(update: Update, context: Context) -> None:
    """A command of the desk, in the group or in a staff member's private chat."""
    office, message = office_of(context), incoming(update)
    name, _, rest = message.text.partition(" ")
    if "\n" in name:
        name, _, rest = message.text.partition("\n")
    command = name[1:].split("@")[0].lower()
    if command not in COMMANDS:
        return
    if await _anonymous(update, office):
        return
    hand = Hand(
        community_id=0,
        ticket_id=0,
        user_id=message.user_id,
        key=f"m{message.message_id}",
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=rest.strip(),
        media=message.media if message.file_id else "",
        file_id=message.file_id,
        user_name=message.name,
    )
    try:
        community_id = await listing.standing(office, message.chat_id, message.user_id)
        hand = replace(hand, community_id=community_id)
        if command in ON_TICKET:
            ready = await _about_ticket(office, hand, command, message.reply_to)
            if ready is None:
                return
            hand = ready
        elif command == "guide" and message.reply_to:
            known = await welcome.known_message(office, message.chat_id, message.reply_to)
            hand = replace(hand, ticket_id=known[1] if known and known[0] == community_id else 0)
        answered = replied(update) if command == "new" else None
        if answered:
            await hands.new(office, hand, answered)
        else:
            await COMMANDS[command](office, hand)
    except Refused as refusal:
        of_units = command in ("tickets", "mine") and not hand.community_id
        if of_units and await units.show_held(office, message):
            return
        if command == "help" and not hand.community_id and await units.show_help(office, message):
            return
        await listing.refuse(office, hand, refusal)


async def on_unknown(update: Update, context: Context) -> None:
    """A command that nobody knows, said to this bot."""
    message = incoming(update)
    addressed = f"@{context.bot.username}".lower() in message.text.lower()
    if addressed or message.chat_id > 0:
        await welcome.say_simply(
            office_of(context), message, "unknown_command", command=message.text.split()[0][:30]
        )


async def _about_ticket(office: Office, hand: Hand, command: str, reply_to: int | None) -> Hand | None:
    """Find which ticket a command means: the replied-to card's, else the number that comes first."""
    known = await welcome.known_message(office, hand.chat_id, reply_to) if reply_to else None
    first, _, rest = hand.text.partition(" ")
    if NUMBER.match(first):
        ticket_id = await listing.find(office, hand.community_id, first.lstrip("#"))
        if ticket_id is None and known is None:
            await listing.say_back(office, hand, "not_found", number=first)
            return None
        if ticket_id is not None:
            return replace(hand, ticket_id=ticket_id, text=rest.strip())
    if known and known[0] == hand.community_id:
        return replace(hand, ticket_id=known[1])
    await listing.say_back(office, hand, "how_to_use", command=f"/{command}", example=EXAMPLES[command])
    return None


async def _reply(office: Office, hand: Hand) -> None:
    await answering.answer(office, hand)


async def _note(office: Office, hand: Hand) -> None:
    await answering.note(office, hand)


async def _close(office: Office, hand: Hand) -> None:
    await handling.close(office, hand, "solved")


async def _assign(office: Office, hand: Hand) -> None:
    to = await listing.colleague(office, hand.community_id, hand.text)
    await handling.assign(office, hand, to)


async def _show(office: Office, hand: Hand) -> None:
    await looking.post_card(office, hand)


async def _summary(office: Office, hand: Hand) -> None:
    await listing.send_summary(office, hand)


async def _week(office: Office, hand: Hand) -> None:
    await bulletins.send_bulletin(office, hand, Span.WEEK)


async def _month(office: Office, hand: Hand) -> None:
    await bulletins.send_bulletin(office, hand, Span.MONTH)


async def _export(office: Office, hand: Hand) -> None:
    await exporting.send_export(office, hand)


async def _guide(office: Office, hand: Hand) -> None:
    if not hand.text and not hand.ticket_id:
        await listing.say_back(office, hand, "how_to_use", command="/guide", example="/guide 低保")
        return
    await knowledge.look_up(office, hand)


async def _guides(office: Office, hand: Hand) -> None:
    await knowledge.send_counts(office, hand)


async def _help(office: Office, hand: Hand) -> None:
    await listing.say_back(office, hand, "help_staff")


COMMANDS: dict[str, Command] = {
    "t": _show,
    "reply": _reply,
    "note": _note,
    "assign": _assign,
    "close": _close,
    "summary": _summary,
    "week": _week,
    "month": _month,
    "export": _export,
    **reporting.COMMANDS,
    "guide": _guide,
    "guides": _guides,
    "notice": notices.draft,
    "help": _help,
    **hands.COMMANDS,
}
ON_TICKET = frozenset({"t", "reply", "note", "assign", "close"})
EXAMPLES = {
    "t": "/t 007",
    "reply": "/reply 007 师傅下午三点到",
    "note": "/note 007 已联系物业",
    "assign": "/assign 007 王芳",
    "close": "/close 007 电梯已修好",
}


async def _hand(office: Office, update: Update, ticket_id: int) -> Hand | None:
    message = incoming(update)
    try:
        community_id = await listing.standing(office, message.chat_id, message.user_id)
    except Refused as refusal:
        hand = Hand(
            0, ticket_id, message.user_id, f"m{message.message_id}", message.chat_id, message.message_id
        )
        await listing.refuse(office, hand, refusal)
        return None
    return Hand(
        community_id=community_id,
        ticket_id=ticket_id,
        user_id=message.user_id,
        key=f"m{message.message_id}",
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=message.text,
        media=message.media if message.file_id and message.media != "location" else "",
        file_id=message.file_id if message.media != "location" else "",
        user_name=message.name,
    )


async def _anonymous(update: Update, office: Office) -> bool:
    """Someone who writes as the group or as a channel: nobody knows who works there."""
    message = update.effective_message
    if message is None or message.sender_chat is None:
        return False
    await welcome.say_simply(office, incoming(update), "anonymous_refused")
    return True
