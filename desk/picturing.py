"""Figures and tickets as pictures, painted outside of every transaction, sent where they were asked for."""

from __future__ import annotations

import base64
import logging
from datetime import date

from desk.hand import Hand, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import READERS
from reports import daily_picture, timeline_picture
from reports.card_figures import Card, card_figures
from reports.render import png
from reports.timeline_picture import Story
from storage import communities, people
from storage.store import Tx
from texts import pictures as words
from texts.script import to_traditional

log = logging.getLogger(__name__)

AGAIN_AFTER = 10 * 60_000
"""Milliseconds: the same picture is sent to a chat once in so long, however often it is asked for."""


async def send_day(office: Office, hand: Hand, day: date) -> str:
    """[🖼 换成图]: the daily picture to the chat; what the presser is shown at once."""
    key = f"{day.isoformat()}:{office.now_ms() // AGAIN_AFTER}"

    async def look(tx: Tx) -> tuple[Card, str] | None:
        if await office.role_of(tx, hand.community_id, hand.user_id) not in READERS:
            raise Refused("not_your_role")
        community = await communities.by_id(tx, hand.community_id)
        if community is None:
            raise Refused("no_community")
        if await tx.one("outbox.by_key", key=f"daily_picture:{hand.chat_id}:{key}"):
            return None
        person = await people.resident(tx, hand.chat_id) if hand.chat_id > 0 else None
        card = await card_figures(
            tx, community, day, office.now(), office.zone, office.catalogue, office.calendar
        )
        return card, person.script if person else "hans"

    found = await office.store.read(look)
    if found is None:
        return words.ALREADY
    card, script = found
    picture = await png(daily_picture.draw(card, to_traditional if script == "hant" else str).svg())
    if picture is None:
        return words.FAILED

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            "daily_picture",
            key,
            community_id=hand.community_id,
            upload=_file(words.file_name(card.community, day), picture),
            community=card.community,
            when=words.card_day(day),
        )

    await office.write(change)
    log.info("community %d: the picture of %s, %d bytes", hand.community_id, day, len(picture))
    return words.SENT


async def send_story(office: Office, hand: Hand) -> str:
    """[🖼 经过图]: a ticket's way through the office, to the asker in private."""

    async def look(tx: Tx) -> Story:
        if await role_at(tx, office, hand) not in READERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        return await timeline_picture.story(tx, ticket, office.now(), office.zone, office.catalogue)

    told = await office.store.read(look)
    picture = await png(timeline_picture.draw(told).svg())
    if picture is None:
        return words.FAILED

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.user_id,
            "story_picture",
            hand.key,
            community_id=hand.community_id,
            upload=_file(words.story_file(told.number), picture),
            number=told.number,
        )

    await office.write(change)
    return words.STORY_SENT


def _file(name: str, content: bytes) -> str:
    """A file as a promise carries it (desk.importing.upload)."""
    return f"file:{name}:{base64.b64encode(content).decode()}"
