"""What those who set up a community are shown: the home, the checklist, the question of each step."""

from __future__ import annotations

import json
import secrets
from typing import Any

from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from domain.roles import Role
from storage import communities, people, questions
from storage.communities import Community
from storage.questions import Question
from storage.store import Tx
from texts.places import place_words
from texts.setup import link

HOMES_SHOWN = 20
LINKS_SHOWN = 20


async def managed(tx: Tx, office: Office, user_id: int) -> list[Community]:
    """The communities that this person may set up: all of them for an administrator, else those they lead."""
    if user_id in office.admins:
        return office.reached(await communities.everyone(tx))
    led = [m.community_id for m in await people.memberships(tx, user_id) if m.role is Role.LEAD]
    return [found for community_id in led if (found := await communities.by_id(tx, community_id))]


async def manager(tx: Tx, office: Office, community_id: int, user_id: int) -> Community:
    """The community, if this person may set it up. Raises `Refused`."""
    community = await communities.by_id(tx, community_id)
    if user_id not in office.admins:
        member = await people.member(tx, community_id, user_id)
        if member is None or member.role is not Role.LEAD:
            raise Refused("not_admin")
    if community is None or not office.reaches(community):
        raise Refused("gone")
    return community


async def open_question(office: Office, chat_id: int, user_id: int) -> Question | None:
    """The question of the set-up that waits for this person's answer."""
    asked = await office.store.read(lambda tx: questions.open_to(tx, chat_id, user_id))
    return asked if asked and asked.kind.startswith("setup_") else None


async def show_home(office: Office, chat_id: int, user_id: int) -> bool:
    """Tell the person what they manage; False (and nothing told) when that is nothing."""
    if user_id not in office.admins and not await office.store.read(lambda tx: managed(tx, office, user_id)):
        return False

    async def change(tx: Tx) -> None:
        found = await managed(tx, office, user_id)
        await close_setup(tx, chat_id, user_id)
        if len(found) == 1:
            await tell_page(tx, office, chat_id, user_id, found[0].id)
        else:
            await _tell_list(tx, office, chat_id, user_id, found, 0)

    await office.write(change)
    return True


async def show_list(office: Office, chat_id: int, user_id: int, offset: int = 0) -> None:
    """All communities of the person, also when there is only one."""

    async def change(tx: Tx) -> None:
        found = await managed(tx, office, user_id)
        if not found and user_id not in office.admins:
            raise Refused("not_admin")
        await _tell_list(tx, office, chat_id, user_id, found, offset)

    await office.write(change)


async def _tell_list(
    tx: Tx, office: Office, chat_id: int, user_id: int, found: list[Community], offset: int
) -> None:
    shown = found[offset : offset + HOMES_SHOWN]
    await tell(
        tx,
        office,
        chat_id,
        "setup_home",
        fresh(),
        communities=[(c.id, c.name, c.group_state == "bound") for c in shown],
        admin=user_id in office.admins,
        offset=offset,
        total=len(found),
    )


async def show_page(
    office: Office, chat_id: int, user_id: int, community_id: int, happened: str = ""
) -> None:
    """Tell the checklist of a community; a question that was open is closed."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        await close_setup(tx, chat_id, user_id)
        await tell_page(tx, office, chat_id, user_id, community_id, happened)

    await office.write(change)


async def tell_page(
    tx: Tx,
    office: Office,
    chat_id: int,
    user_id: int,
    community_id: int,
    happened: str = "",
    value: str = "",
) -> None:
    """Promise the checklist, with the next step first."""
    community = await communities.by_id(tx, community_id)
    if community is None:
        raise Refused("gone")
    await tell(
        tx,
        office,
        chat_id,
        "setup_page",
        fresh(),
        community_id=community_id,
        community=community_id,
        called=community.name,
        group=community.group_state,
        estates=len(await communities.estates(tx, community_id)),
        buildings=len(await communities.buildings(tx, community_id)),
        staff=len(await people.team(tx, community_id)),
        phone=community.phone,
        hours=community.hours,
        summary=clock_words(community.summary_minute),
        bot=office.bot_name,
        code=community.code,
        admin=user_id in office.admins,
        happened=happened,
        value=value,
    )


async def ask(office: Office, chat_id: int, user_id: int, step: str, community_id: int = 0) -> None:
    """Ask for the answer of a step: name, buildings, phone, hours or summary."""

    async def change(tx: Tx) -> None:
        values: dict[str, Any] = {}
        if step == "name":
            if user_id not in office.admins:
                raise Refused("not_admin")
        else:
            community = await manager(tx, office, community_id, user_id)
            values = {"community": community_id} | {
                "buildings": {"called": community.name},
                "phone": {"now": community.phone},
                "hours": {"now": community.hours},
                "summary": {"now": clock_words(community.summary_minute)},
            }[step]
        now = office.now_ms()
        await questions.ask(tx, chat_id, user_id, f"setup_{step}", now, community=community_id)
        await tell(
            tx, office, chat_id, f"setup_ask_{step}", fresh(), community_id=community_id or None, **values
        )

    await office.write(change)


async def cancel(office: Office, chat_id: int, user_id: int, community_id: int = 0) -> None:
    """Drop the open question; back to the community, or to the home."""
    if community_id:
        await show_page(office, chat_id, user_id, community_id, "cancelled")
    else:
        await show_home(office, chat_id, user_id)


async def show_group_step(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """How the group is bound, with the button that brings the bot into it."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        await tell(
            tx,
            office,
            chat_id,
            "setup_group",
            fresh(),
            community_id=community_id,
            community=community_id,
            called=community.name,
            bot=office.bot_name,
            code=community.code,
            bound=community.group_chat_id is not None,
        )

    await office.write(change)


async def show_links(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The addresses by which residents come in."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        houses = await _doors(tx, community_id)
        await tell(
            tx,
            office,
            chat_id,
            "setup_links",
            fresh(),
            community_id=community_id,
            community=community_id,
            called=community.name,
            bot=office.bot_name,
            code=community.code,
            buildings=[(f"{estate}{house}", code) for estate, house, code in houses[:LINKS_SHOWN]],
            total=len(houses),
        )

    await office.write(change)


async def _doors(tx: Tx, community_id: int) -> list[tuple[str, str, str]]:
    estates = {e.id: e.name for e in await communities.estates(tx, community_id)}
    return [
        (estates[b.estate_id], place_words(building=b.name), b.code)
        for b in await communities.buildings(tx, community_id)
    ]


async def send_template(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The xlsx file to fill in; its answer is waited for."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        asked = await questions.open_to(tx, chat_id, user_id)
        if asked is None or asked.kind not in ("setup_buildings", "setup_import"):
            now = office.now_ms()
            await questions.ask(tx, chat_id, user_id, "setup_buildings", now, community=community_id)
        await tell(
            tx,
            office,
            chat_id,
            "setup_template_sent",
            fresh(),
            community_id=community_id,
            upload="building_template",
        )

    await office.write(change)


async def send_qr(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The community's address as a QR picture."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        address = link(office.bot_name, f"c_{community.code}")
        await tell(
            tx,
            office,
            chat_id,
            "setup_qr",
            fresh(),
            community_id=community_id,
            upload=f"qr:{address}",
            called=community.name,
            address=address,
        )

    await office.write(change)


async def send_link_list(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The addresses of all buildings as a sheet."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        doors = await _doors(tx, community_id)
        rows = [(estate, house, link(office.bot_name, f"b_{code}")) for estate, house, code in doors]
        await tell(
            tx,
            office,
            chat_id,
            "setup_link_list",
            fresh(),
            community_id=community_id,
            upload=f"links:{json.dumps(rows, ensure_ascii=False)}",
            called=community.name,
            total=len(rows),
        )

    await office.write(change)


async def close_setup(tx: Tx, chat_id: int, user_id: int) -> None:
    """Close the set-up's own open question; others stay."""
    asked = await questions.open_to(tx, chat_id, user_id)
    if asked and asked.kind.startswith("setup_"):
        await questions.answered(tx, chat_id, user_id)


def fresh() -> str:
    """A key for something that is told each time it is asked for."""
    return secrets.token_hex(8)


def clock_words(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
