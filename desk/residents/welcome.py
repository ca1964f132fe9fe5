"""The first step over the threshold: /start, deep links, the home buttons, blocking and coming back."""

from __future__ import annotations

from typing import Any

from desk.incoming import Incoming
from desk.levels import rungs
from desk.office import Office
from desk.outgoing import lose_group, move_group
from desk.residents import neighbourhood, pacing, proxy
from desk.speech import tell, tell_group
from storage import communities, inbox, messages, people, tickets
from storage.inbox import InboxRow
from storage.people import Resident
from storage.store import Tx
from texts.places import place_words

FOR_STAFF = frozenset({"card", "notice", "media", "wants_place", "wants_phone"})
"""Roles of messages to which only staff reply."""


async def start(office: Office, message: Incoming, payload: str = "") -> None:
    """Greet; a deep link of a community (c_CODE) or a building (b_CODE) says where the person lives."""

    async def change(tx: Tx) -> None:
        spoken = message.language.lower()
        script = "hant" if spoken.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")) else "hans"
        resident = await people.greet(tx, message.user_id, message.name, script, office.now_ms())
        community_id, place = resident.community_id, ""
        await neighbourhood.release(tx, message.user_id)
        if payload.startswith("p_") and await proxy.meet(tx, office, message, payload[2:]):
            await _say_what_is_kept(tx, office, message, resident)
            return
        if payload.startswith("b_"):
            building = await communities.building_by_code(tx, payload[2:])
            if building and office.reaches(await communities.by_id(tx, building.community_id)):
                community_id = building.community_id
                place = place_words(estate=building.estate_name, building=building.name)
                await people.settle_in(tx, message.user_id, community_id, building.id)
        elif payload.startswith("c_"):
            linked = await communities.by_code(tx, payload[2:])
            if linked and office.reaches(linked):
                community_id = linked.id
                await people.settle_in(tx, message.user_id, linked.id, None)
        community = await communities.by_id(tx, community_id) if community_id else None
        if community is None:
            served = office.reached(await communities.everyone(tx))
            community = served[0] if len(served) == 1 else None
        name = community.name if community else ""
        await tell(tx, office, message.chat_id, "welcome", message.key, community=name, place=place)
        await _say_what_is_kept(tx, office, message, resident)

    await office.write(change)


async def _say_what_is_kept(tx: Tx, office: Office, message: Incoming, resident: Resident) -> None:
    """The notice about privacy, once."""
    if resident.notified_at is None:
        days = office.retention_days
        await tell(tx, office, message.chat_id, "notice", str(message.user_id), days=days)
        await people.noticed(tx, message.user_id, office.now_ms())


async def say_simply(office: Office, message: Incoming, text: str, /, **values: Any) -> None:
    """Answer with a fixed text."""

    async def change(tx: Tx) -> None:
        await tell(tx, office, message.chat_id, text, message.key, reply_to=None, **values)

    await office.write(change)


async def help_resident(office: Office, message: Incoming) -> None:
    async def change(tx: Tx) -> None:
        if await pacing.too_fast(tx, office, message):
            return
        resident = await people.resident(tx, message.user_id)
        community_id = resident.community_id if resident else None
        community = await communities.by_id(tx, community_id) if community_id else None
        phone = community.phone if community else ""
        await tell(tx, office, message.chat_id, "help_resident", message.key, phone=phone)

    await office.write(change)


async def blocks(office: Office, user_id: int) -> None:
    """The person has stopped the bot: staff of the open tickets are told to telephone."""

    async def change(tx: Tx) -> None:
        await people.blocked(tx, user_id, office.now_ms())
        for ticket in await tickets.open_of_resident(tx, user_id, most=5):
            day = office.local(office.now_ms()).date().isoformat()
            await tell_group(
                tx,
                office,
                ticket,
                "resident_unreachable",
                f"{ticket.id}:{day}",
                number=ticket.number,
                reason="forbidden",
            )

    await office.write(change)


async def out_of_group(office: Office, chat_id: int) -> None:
    """The bot was removed from a group."""

    async def change(tx: Tx) -> None:
        community = await communities.by_group(tx, chat_id)
        await tx.do("resident.unbind_group", chat_id=chat_id)
        if community:
            await lose_group(tx, office, community.id)
        else:
            await rungs.lose_group(tx, office, chat_id)

    await office.write(change)


async def group_moved(office: Office, old: int, new: int) -> None:
    """A group became a supergroup: all that is kept under its id moves along."""

    async def change(tx: Tx) -> None:
        await move_group(tx, office, old, new)

    await office.write(change)


async def give_up(office: Office, row: InboxRow, error: BaseException) -> None:
    """An update that failed five times: kept for a person, its sender and the administrators are told."""

    async def change(tx: Tx) -> None:
        await inbox.dead(tx, row.id, type(error).__name__, office.now_ms())
        if row.chat_id > 0:
            await tell(tx, office, row.chat_id, "sorry_later", f"dead:{row.id}")
        for admin in sorted(office.admins):
            await tell(tx, office, admin, "trouble", f"dead:{row.id}", what=f"inbox {row.id}")

    await office.store.write(change)


async def is_for_staff(office: Office, chat_id: int, message_id: int) -> bool:
    """Whether this message in a private chat speaks to someone as staff: a card, a notice, its picture."""

    async def look(tx: Tx) -> bool:
        found = await messages.at(tx, chat_id, message_id)
        return found is not None and found.role in FOR_STAFF

    return await office.store.read(look)


async def wanted_by(office: Office, chat_id: int, message_id: int) -> str:
    """What a message of the bot asks staff to write: "wants_place", "wants_phone", or nothing."""

    async def look(tx: Tx) -> str:
        found = await messages.at(tx, chat_id, message_id)
        return found.role if found and found.role.startswith("wants_") else ""

    return await office.store.read(look)


async def known_message(office: Office, chat_id: int, message_id: int) -> tuple[int, int] | None:
    """(community id, ticket id) of a message that belongs to a ticket."""

    async def look(tx: Tx) -> tuple[int, int] | None:
        found = await messages.at(tx, chat_id, message_id)
        if found is None or found.ticket_id is None or found.community_id is None:
            return None
        return found.community_id, found.ticket_id

    return await office.store.read(look)


async def in_script_of(office: Office, user_id: int, text: str) -> str:
    """The text in the script that this person writes."""
    resident = await office.store.read(lambda tx: people.resident(tx, user_id))
    return office.in_traditional(text) if resident and resident.script == "hant" else text
