"""What goes out: a promise of the outbox composed into one message, from the present state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import texts.all
from desk import asking, nodding, views
from desk.levels import rungs
from desk.levels.unit_card import unit_card
from desk.office import Office
from desk.residents import own_data
from desk.speech import leads, show, tell, tell_group
from desk.staff import topics
from storage import buttons, communities, messages, organisations, people, tickets
from storage.messages import Message
from storage.outbox import OutboxRow
from storage.store import Tx
from storage.tickets import Ticket
from texts.registry import plainly, say
from texts.resident import ASK_CONTACT
from texts.words import Words

assert texts.all  # noqa: S101 - imported for what it enters into the registry
SHOWN_ANEW = 100


@dataclass(frozen=True, slots=True)
class Media:
    kind: str  # photo | voice | video | video_note | document | audio | location
    file_id: str = ""
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the program itself sends."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call to Telegram, ready to send.

    Text only; or media (two or more photos/videos make an album) with the text as caption; or an upload.
    With `edit` the message of that id is changed instead: its words, without words only its buttons, or with
    `reaction` the emoji that the bot puts on it. `markup` is Telegram's reply_markup as plain JSON.
    """

    chat_id: int
    html: str = ""
    markup: dict[str, Any] | None = None
    reply_to: int | None = None
    edit: int | None = None
    media: tuple[Media, ...] = ()
    upload: Upload | None = None
    silent: bool = False
    thread: int | None = None
    topic: str = ""  # a topic to open under this name, instead of a message
    reaction: str = ""
    role: str = "talk"  # what the message is in the message map


@dataclass(frozen=True, slots=True)
class Post:
    """The office's side of delivery: what to say, and what became of it."""

    office: Office
    uploads: Callable[[str], Upload]  # files that a text brings along, by name

    async def compose(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        """The message that this promise comes to now; None when there is nothing left to say."""
        if row.kind == "say":
            return await self._said(tx, row)
        if row.kind == "topic":
            return Outgoing(row.chat_id, topic=row.payload["name"])
        if row.kind == nodding.KIND:
            return Outgoing(row.chat_id, edit=row.payload["message_id"], reaction=row.payload["emoji"])
        if row.kind == asking.KIND:
            asked = await tx.one("outbox.by_key", key=row.payload["of"])
            return Outgoing(row.chat_id, edit=asked["message_id"]) if asked and asked["message_id"] else None
        ticket = await tickets.by_id(tx, row.ticket_id) if row.ticket_id else None
        if ticket is None:
            return None
        again = row.unsure and row.sent_revision == 0  # an edit that comes twice changes nothing
        if row.kind == "card":
            words = await views.card(tx, self.office, ticket, row.payload.get("menu", ""), again=again)
            outgoing = await self._worded(tx, row, words, role="card")
            return replace(outgoing, thread=await topics.thread_for(tx, self.office, row.chat_id, ticket))
        if row.kind == "unit_card":
            hop, menu = int(row.payload.get("hop", 0)), row.payload.get("menu", "")
            shown = await unit_card(tx, self.office, ticket, hop, menu, again=again)
            return await self._worded(tx, row, shown, role="card") if shown else None
        if row.kind == "receipt":
            words = await views.receipt(tx, self.office, ticket, again=again)
            return await self._worded(tx, row, words, role="receipt", reply_to=_said_here(ticket))
        return await self._media(tx, row)

    async def settled(self, tx: Tx, row: OutboxRow, outgoing: Outgoing, message_ids: Sequence[int]) -> None:
        """It arrived: remember to which ticket these messages belong; a file need not be kept any longer."""
        await _drop_file(tx, row)
        if row.kind == "topic" and message_ids:
            heading = row.payload["heading"]
            await topics.opened(tx, self.office, row.chat_id, row.community_id, heading, message_ids[0])
        if row.kind == "say" and row.payload.get("arrived"):
            chat_id, message_id = row.payload["arrived"]
            sign, words = nodding.NOTED, "has_arrived"
            await nodding.nod(tx, self.office, chat_id, message_id, sign, words, str(message_id))
        if outgoing.edit or row.ticket_id is None:
            return
        ticket = await tickets.by_id(tx, row.ticket_id)
        if row.kind == "card" and ticket and outgoing.thread is None:
            await topics.went_elsewhere(tx, self.office, row.chat_id, ticket)
        for message_id in message_ids:
            await messages.keep(
                tx,
                Message(
                    chat_id=outgoing.chat_id,
                    message_id=message_id,
                    role=outgoing.role,
                    at=self.office.now_ms(),
                    community_id=row.community_id,
                    ticket_id=row.ticket_id,
                ),
            )

    async def undeliverable(self, tx: Tx, row: OutboxRow, reason: str) -> None:
        """It will never arrive: write down why and tell those who can do something.

        `reason` is "forbidden" (blocked, kicked), "chat not found", or Telegram's own words.
        """
        office, now = self.office, self.office.now_ms()
        await _drop_file(tx, row)
        if row.kind == nodding.KIND:
            await nodding.refused(tx, office, row)
            return
        if row.kind == asking.KIND:
            return  # the buttons stay, and answer that they are of no use any more
        out_of_reach = reason in ("forbidden", "chat not found")
        if row.chat_id > 0 and out_of_reach:
            await people.blocked(tx, row.chat_id, now)
        community = await communities.by_group(tx, row.chat_id) if row.chat_id < 0 else None
        if community and out_of_reach:
            await lose_group(tx, office, community.id)
            return
        ticket = await tickets.by_id(tx, row.ticket_id) if row.ticket_id else None
        if ticket is not None and row.chat_id != ticket.chat_id and out_of_reach:
            await rungs.unreachable(tx, office, row, ticket)
        if ticket is None or row.chat_id != ticket.chat_id:
            return
        day = office.local(now).date().isoformat()
        await tell_group(
            tx,
            office,
            ticket,
            "resident_unreachable",
            f"{ticket.id}:{day}",
            number=ticket.number,
            reason=reason,
        )

    async def moved(self, tx: Tx, old: int, new: int) -> None:
        """A group became a supergroup under another id."""
        await move_group(tx, self.office, old, new)

    async def _said(self, tx: Tx, row: OutboxRow) -> Outgoing:
        payload = row.payload
        values = dict(payload["values"])
        reader = await people.resident(tx, row.chat_id) if row.chat_id > 0 else None
        words = say(plainly(payload["text"], simple=bool(reader and reader.simple)), **values)
        if row.unsure and "（重发）" not in words.html:
            words = Words(
                f"（重发）{words.html}", words.buttons, words.keyboard, words.force_reply, words.silent
            )
        reply_to = payload.get("reply_to")
        if reply_to is None and row.ticket_id and row.chat_id < 0:
            shown = await tx.one("outbox.by_key", key=f"card:{row.ticket_id}:{row.chat_id}")
            reply_to = shown["message_id"] if shown else None
        outgoing = await self._worded(tx, row, words, role=payload.get("role", "talk"), reply_to=reply_to)
        if payload.get("upload"):
            return replace(outgoing, upload=await self._upload(tx, row.chat_id, payload["upload"]))
        media = tuple(Media(m["kind"], m["file_id"]) for m in payload.get("media", ()))
        return replace(outgoing, media=media) if media else outgoing

    async def _upload(self, tx: Tx, chat_id: int, name: str) -> Upload:
        if name in own_data.FILES:  # a private chat has the id of its person
            return Upload(*await own_data.own_file(tx, self.office, chat_id, name))
        return self.uploads(name)

    async def _worded(
        self, tx: Tx, row: OutboxRow, words: Words, *, role: str, reply_to: int | None = None
    ) -> Outgoing:
        resident = await people.resident(tx, row.chat_id) if row.chat_id > 0 else None
        turn = self.office.in_traditional if resident and resident.script == "hant" else _same
        editing = row.message_id if row.sent_revision > 0 else None
        return Outgoing(
            chat_id=row.chat_id,
            html=turn(words.html),
            markup=await self._markup(tx, row, words, turn),
            reply_to=None if editing else reply_to,
            edit=editing,
            silent=words.silent,
            role=role,
        )

    async def _media(self, tx: Tx, row: OutboxRow) -> Outgoing | None:
        """A resident's pictures for the staff group (or the other way), as an answer to the card."""
        ticket = await tickets.by_id(tx, row.ticket_id or 0)
        if ticket is None or self.office.closed(ticket):
            return None  # its category was found to be a sensitive one meanwhile
        kept = [await messages.at(tx, row.payload["from_chat"], row.payload["message_id"])]
        if row.payload.get("album") and kept[0]:
            kept = [
                m
                for m in await messages.media_of_ticket(tx, row.ticket_id or 0)
                if m.album == row.payload["album"]
            ]
        media = tuple(_medium(m) for m in kept if m)[:10]
        shown = await tx.one("outbox.by_key", key=f"card:{row.ticket_id}:{row.chat_id}")
        if not media:
            return None
        again = "（重发）" if row.unsure else ""
        return Outgoing(
            chat_id=row.chat_id,
            html=again,
            media=media,
            reply_to=shown["message_id"] if shown else None,
            role="media",
        )

    async def _markup(
        self, tx: Tx, row: OutboxRow, words: Words, turn: Callable[[str], str]
    ) -> dict[str, Any] | None:
        if words.buttons:
            lines = []
            for buttons_row in words.buttons:
                shown = []
                for button in buttons_row:
                    if button.url:
                        shown.append({"text": turn(button.label), "url": button.url})
                        continue
                    token = await buttons.issue(
                        tx,
                        row.chat_id,
                        button.action,
                        self.office.now_ms(),
                        ticket_id=button.ticket,
                        arg=button.arg,
                        community_id=row.community_id,
                    )
                    shown.append({"text": turn(button.label), "callback_data": token})
                lines.append(shown)
            return {"inline_keyboard": lines}
        if words.keyboard is not None:
            if not words.keyboard:
                return {"remove_keyboard": True}
            rows = [[_key(label, turn) for label in row_] for row_ in words.keyboard]
            return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}
        if words.force_reply:
            return {"force_reply": True, "selective": True, "input_field_placeholder": words.force_reply[:64]}
        return None


async def _drop_file(tx: Tx, row: OutboxRow) -> None:
    """An export that went out (or never will) leaves the store: it holds many residents at once."""
    if row.kind == "say" and str(row.payload.get("upload", "")).startswith("file:"):
        await tx.do("outbox.drop_payload", id=row.id)


async def move_group(tx: Tx, office: Office, old: int, new: int) -> None:
    """A group became a supergroup: all that is kept under its id moves, open tickets are shown there anew."""
    community = await communities.by_group(tx, old)
    await communities.move_group(tx, old, new)
    await organisations.move_chat(tx, old, new)
    for unit in await organisations.by_chat(tx, new):
        await rungs.show_held(tx, office, unit)
    if community:
        for ticket in await tickets.open_of_community(tx, community.id, most=SHOWN_ANEW):
            await show(tx, office, ticket)


async def lose_group(tx: Tx, office: Office, community_id: int) -> None:
    """The bot is out of a staff group: the community has none now; its leads are told."""
    community = await communities.by_id(tx, community_id)
    if community is None or community.group_state != "bound":
        return
    await communities.unbind(tx, community_id)
    for chat_id in await leads(tx, office, community):
        await tell(
            tx,
            office,
            chat_id,
            "left_alone",
            f"{community_id}:{office.now_ms()}",
            community_id=community_id,
            community=community.name,
        )


def _said_here(ticket: Ticket) -> int | None:
    """The resident's own message that opened the ticket; those from elsewhere have no number in this chat."""
    return ticket.source_message if ticket.source_message > 0 else None


def _key(label: str, turn: Callable[[str], str]) -> dict[str, Any]:
    """A button of the keyboard under the chat."""
    return {"text": turn(label)} | ({"request_contact": True} if label == ASK_CONTACT else {})


def _medium(message: Message) -> Media:
    if message.media == "location":
        latitude, _, longitude = message.file_id.partition(",")
        return Media("location", "", float(latitude), float(longitude))
    return Media(message.media, message.file_id)


def _same(text: str) -> str:
    return text
