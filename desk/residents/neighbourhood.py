"""居民群: a neighbour speaks to the bot among others; it is handled in private, the group reads 已受理."""

from __future__ import annotations

from dataclasses import replace

from desk.incoming import Incoming
from desk.office import Office
from desk.residents import reception
from desk.setup.setup_pages import fresh, managed, manager
from desk.speech import tell
from domain.errors import Refused
from storage import communities, people
from storage.store import Tx

HELD = 4_102_444_800_000
"""Milliseconds: far away. What is promised to somebody who has not opened the bot waits until they do."""


async def receive(office: Office, message: Incoming, group: int) -> bool:
    """Take what a resident said to the bot in a residents' group; False: the group is none."""
    reading = office.read(message.text, await office.gazetteer(), office.now())

    async def change(tx: Tx) -> bool:
        bound = await tx.one("resident.group", chat_id=group)
        if bound is None:
            return False
        before = await people.resident(tx, message.user_id)
        reachable = before is not None and before.blocked_at is None
        await people.greet(tx, message.user_id, message.name, "hans", office.now_ms())
        if before is None or before.community_id is None:
            await people.settle_in(tx, message.user_id, bound["community_id"], None)
        inside = replace(
            message, chat_id=message.user_id, message_id=_own_number(message, group), reply_to=None
        )
        await reception.take(tx, office, inside, reading)
        if not reachable:
            await people.blocked(tx, message.user_id, office.now_ms())
            await tx.do("resident.hold_letters", chat_id=message.user_id, until=HELD)
        community = await communities.by_id(tx, bound["community_id"])
        await tell(
            tx,
            office,
            group,
            "group_accepted",
            message.key,
            reply_to=message.message_id,
            bot="" if reachable else office.bot_name,
            code=community.code if community else "",
            dangers=[danger.value for danger in reading.dangers],
        )
        return True

    return await office.write(change)


async def release(tx: Tx, user_id: int) -> None:
    """The person has opened the bot: what waited for that goes out."""
    await tx.do("resident.release_letters", chat_id=user_id, until=HELD)


async def offer(office: Office, chat_id: int, user_id: int) -> None:
    """/setup 居民群: bind the one community that the person manages, or ask which."""

    async def change(tx: Tx) -> None:
        if chat_id >= 0:
            raise Refused("not_a_group")
        found = await managed(tx, office, user_id)
        if not found:
            raise Refused("not_admin")
        if len(found) == 1:
            await _bind(tx, office, found[0].id, chat_id, user_id)
            return
        choices = [(community.id, community.name) for community in found[:40]]
        await tell(tx, office, chat_id, "residents_choose", fresh(), communities=choices)

    await office.write(change)


async def bind(office: Office, community_id: int, chat_id: int, user_id: int) -> None:
    """Make the group one of the community's residents."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        await _bind(tx, office, community_id, chat_id, user_id)

    await office.write(change)


async def _bind(tx: Tx, office: Office, community_id: int, chat_id: int, user_id: int) -> None:
    taken = await communities.by_group(tx, chat_id)
    if taken:
        raise Refused("group_taken", name=taken.name)
    community = await communities.by_id(tx, community_id)
    if community is None:
        raise Refused("gone")
    await tx.do(
        "resident.bind_group",
        chat_id=chat_id,
        community_id=community_id,
        bound_by=user_id,
        now=office.now_ms(),
    )
    await tell(tx, office, chat_id, "residents_ready", fresh(), community=community.name, bot=office.bot_name)


def _own_number(message: Incoming, group: int) -> int:
    """A number that no message of the private chat has, the same at every delivery."""
    return -(message.message_id * 1000 + abs(group) % 1000)
