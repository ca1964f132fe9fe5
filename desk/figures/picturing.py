"""Figures and tickets as pictures, painted outside of every transaction, sent where they were asked for."""

from __future__ import annotations

import base64
import logging
from datetime import date, timedelta

from desk.hand import Hand, role_at
from desk.moves import the_ticket
from desk.office import Office
from desk.speech import tell
from desk.staff.listing import say_back
from domain.errors import Refused
from domain.roles import READERS
from reports import daily_picture, picture_figures, timeline_picture
from reports.card_figures import Card, card_figures
from reports.gallery import Drawing, View, drawing
from reports.render import png
from reports.timeline_picture import Story
from storage import communities, people
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Tx
from texts import pictures as words
from texts.script import to_traditional

log = logging.getLogger(__name__)

PAIR_DAYS = 30
MOST_PAIRS = 4
AGAIN_AFTER = 10 * 60_000
"""Milliseconds: the same picture is sent to a chat once in so long, however often it is asked for."""


async def send_day(office: Office, hand: Hand, day: date) -> str:
    """[🖼 换成图]: the daily picture to the chat; what the presser is shown at once."""
    key = f"{day.isoformat()}:{office.now_ms() // AGAIN_AFTER}"

    async def look(tx: Tx) -> tuple[Card, str] | None:
        community = await _reader(tx, office, hand)
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


async def send_menu(office: Office, hand: Hand) -> None:
    """[🖼 看图], /picture: which pictures there are."""
    today = office.now().astimezone(office.zone).date()
    this = period_of(Span.MONTH, today)

    async def look(tx: Tx) -> list[tuple[str, str, int]]:
        community = await _reader(tx, office, hand)
        return await picture_figures.kinds(tx, community, office.now(), office.zone, office.catalogue)

    found = await office.store.read(look, community=hand.community_id)
    await say_back(
        office,
        hand,
        "picture_menu",
        day=(today - timedelta(days=1)).isoformat(),
        month=this.first.isoformat(),
        before=this.before().first.isoformat(),
        kinds=found,
    )


async def send_picture(office: Office, hand: Hand, asked: str) -> str:
    """One of the menu's pictures to the chat; what the presser is shown at once."""
    if asked.startswith("pairs"):
        return await _send_pairs(office, hand)
    key = f"{asked}:{office.now_ms() // AGAIN_AFTER}"
    view = View(office.now(), office.zone, office.catalogue, office.calendar)

    async def look(tx: Tx) -> tuple[Community, Drawing, str] | None:
        community = await _reader(tx, office, hand)
        if await tx.one("outbox.by_key", key=f"picture:{hand.chat_id}:{key}"):
            return None
        found = await drawing(tx, community, view, asked)
        if found is None:
            raise Refused("gone")
        person = await people.resident(tx, hand.chat_id) if hand.chat_id > 0 else None
        return community, found, person.script if person else "hans"

    found = await office.store.read(look)
    if found is None:
        return words.ALREADY
    community, told, script = found
    picture = await png(told.draw(to_traditional if script == "hant" else str).svg())
    if picture is None:
        return words.FAILED

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            "picture",
            key,
            community_id=hand.community_id,
            upload=_file(words.picture_file(community.name, told.title), picture),
            community=community.name,
            title=told.title,
        )

    await office.write(change)
    log.info("community %d: the picture %s, %d bytes", hand.community_id, asked, len(picture))
    return words.SENT


async def _send_pairs(office: Office, hand: Hand) -> str:
    """The newest photos of before and after, each pair one album; none of what is closed to the group."""
    until = office.now_ms() + 1
    key = f"pairs:{office.now_ms() // AGAIN_AFTER}"

    async def change(tx: Tx) -> int:
        await _reader(tx, office, hand)
        rows = await tx.all(
            "pictures.pairs",
            community_id=hand.community_id,
            since=until - PAIR_DAYS * 86_400_000,
            until=until,
            most=4 * MOST_PAIRS,
        )
        told = 0
        for row in rows:
            ticket = await the_ticket(tx, hand.community_id, row["id"])
            if office.closed(ticket) or ticket.erased or told == MOST_PAIRS:
                continue
            told += 1
            await tell(
                tx,
                office,
                hand.chat_id,
                "picture_pair",
                f"{key}:{row['id']}",
                ticket=ticket,
                files=[
                    {"kind": row["before_kind"], "file_id": row["before_id"]},
                    {"kind": row["after_kind"], "file_id": row["after_id"]},
                ],
                number=ticket.number,
                what=office.catalogue.leaf(ticket.category).name,
            )
        return told

    return words.SENT if await office.write(change) else words.NO_PAIRS


async def _reader(tx: Tx, office: Office, hand: Hand) -> Community:
    """The community whose figures the person may read; `Refused` for others."""
    if await office.role_of(tx, hand.community_id, hand.user_id) not in READERS:
        raise Refused("not_your_role")
    community = await communities.by_id(tx, hand.community_id)
    if community is None:
        raise Refused("no_community")
    return community


async def send_story(office: Office, hand: Hand) -> str:
    """[🖼 经过图]: a ticket's way through the office, to the asker in private."""

    async def look(tx: Tx) -> Story:
        if await role_at(tx, office, hand) not in READERS:
            raise Refused("not_your_role")
        ticket = await the_ticket(tx, hand.community_id, hand.ticket_id)
        return await timeline_picture.story(tx, ticket, office.now(), office.zone, office.catalogue)

    told = await office.store.read(look, community=hand.community_id)
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
