"""A staff member's hand on a ticket: who, in which community, with which words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from desk import asking
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import Role
from storage import beside, communities, joined, messages, people
from storage.filings import has_no_telegram
from storage.messages import Message
from storage.store import Tx
from storage.tickets import Ticket

MOST_AT_ONCE = 3500


MOST_BESIDE_A_FILE = 800
"""Characters of staff's own words that fit into one message, and under a picture."""


TO_NEIGHBOURS = {"solved": "joined_result"}
"""What neighbours who have joined a matter read in another form."""
NOT_TO_NEIGHBOURS = frozenset({"ask_more"})
ASKS_WHETHER = frozenset({"solved", "joined_result"})
"""What asks whether the matter is solved."""
WITH_CAPTION = frozenset({"photo", "video", "document", "audio", "voice"})


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does it, where and with which words. `key` makes what is told unique (a message id, a press)."""

    community_id: int
    ticket_id: int
    user_id: int
    key: str
    chat_id: int = 0
    message_id: int = 0
    text: str = ""
    media: str = ""
    file_id: str = ""
    user_name: str = ""
    under: int = 0  # the message under which ready words were pressed
    page: str = ""  # the page of ready words that this settles


async def role_at(tx: Tx, office: Office, hand: Hand) -> Role:
    """The person's role in the ticket's community, or `Refused`; the change is that community's from here."""
    role = await office.role_of(tx, hand.community_id, hand.user_id)
    if role is None:
        raise Refused("not_staff")
    await tx.within(hand.community_id)
    return role


async def the_community(tx: Tx, office: Office, chat_id: int, user_id: int) -> int:
    """Which community a staff member speaks for: the group's, in private the first they belong to."""
    if chat_id < 0:
        community = await communities.by_group(tx, chat_id)
        if community is None:
            raise Refused("no_community")
        return community.id
    standing = await people.memberships(tx, user_id)
    if standing:
        return standing[0].community_id
    if user_id in office.admins:
        served = office.reached(await communities.everyone(tx))
        if served:
            return served[0].id
    raise Refused("not_staff")


async def name_of(tx: Tx, community_id: int, user_id: int | None, other: str = "") -> str:
    return await people.name_of(tx, community_id, user_id) or other or "工作人员"


async def keep_words(tx: Tx, office: Office, hand: Hand, ticket: Ticket, role: str) -> None:
    """Keep what was written, or pressed: those words stand under the negative number of their message."""
    if hand.message_id or hand.under:
        await messages.keep(
            tx,
            Message(
                chat_id=hand.chat_id,
                message_id=hand.message_id or -hand.under,
                role=role,
                at=office.now_ms(),
                community_id=ticket.community_id,
                ticket_id=ticket.id,
                sender_id=hand.user_id,
                media=hand.media,
                file_id=hand.file_id,
                text=hand.text,
            ),
        )


async def tell_resident(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    text: str,
    key: str,
    /,
    *,
    hand: Hand | None = None,
    **values: Any,
) -> None:
    """Tell the resident and, unless it is a question, all neighbours who have joined the matter."""
    written = (hand.chat_id, hand.message_id) if hand and hand.message_id else None
    await _tell_one(tx, office, ticket, text, key, hand=hand, arrived=written, **values)
    if text in NOT_TO_NEIGHBOURS:
        return
    for other in await joined.others(tx, ticket.id):
        theirs = {"number": other.number} | ({"ticket_id": other.id} if "ticket_id" in values else {})
        name = TO_NEIGHBOURS.get(text, text)
        await _tell_one(tx, office, other, name, key, hand=hand, **values | theirs)
    companion = await beside.companion(tx, ticket.id)
    if companion and companion.user_id:
        theirs_too = replace(ticket, chat_id=companion.user_id)
        await _tell_one(tx, office, theirs_too, text, key, hand=hand, **values)


async def _tell_one(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    text: str,
    key: str,
    /,
    *,
    hand: Hand | None = None,
    arrived: tuple[int, int] | None = None,
    **values: Any,
) -> None:
    """Tell the resident, with the picture that staff attached; remember it as the last talk of the chat.

    What Telegram would cut off goes ahead in messages of its own: long words in parts, a file beside long
    words or one that takes no caption.
    """
    files = [{"kind": hand.media, "file_id": hand.file_id}] if hand and hand.file_id else []
    said = str(values.get("text", ""))
    who, number = values.get("who", ""), ticket.number

    async def to_resident(name: str, part: str, /, **more: Any) -> None:
        about = f"{ticket.id}:{key}{part}"
        await tell(tx, office, ticket.chat_id, name, about, ticket=ticket, role="answer", **more)

    while len(said) > MOST_AT_ONCE:
        await to_resident("answer", f":{len(said)}", number=number, who=who, text=said[:MOST_AT_ONCE])
        said = said[MOST_AT_ONCE:]
        values["text"] = said
    if files and (len(said) > MOST_BESIDE_A_FILE or files[0]["kind"] not in WITH_CAPTION):
        await to_resident("attachment", ":file", number=number, files=files)
        files = []
    await to_resident(text, "", files=files, arrived=arrived, **values)
    if text in ASKS_WHETHER and not has_no_telegram(ticket.chat_id):
        told = f"{text}:{ticket.chat_id}:{ticket.id}:{key}"
        who = ticket.chat_id  # a private chat has the id of its person
        await asking.at_once(tx, office, who, who, "confirm", ticket=ticket, told=told, returns=True)
