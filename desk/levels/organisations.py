"""Building the tree of organisations: entering them, their groups, their people by one-time links."""

from __future__ import annotations

import re
import secrets
from typing import Any

from desk.levels.rungs import show_held
from desk.office import Office
from desk.setup.setting_up import new_code
from desk.setup.setup_pages import fresh, manager, tell_page
from desk.speech import tell
from domain.errors import Refused
from domain.levels import PARENTS, RUNGS, Kind, may_stand_below
from nlp.normalise import simplify, tidy
from storage import communities, hops, organisations, questions
from storage.communities import Community
from storage.organisations import Organisation, Worker
from storage.store import Tx
from texts.setup import COLLEAGUE, link

INVITE_LIFE = 72 * 3600 * 1000
LONGEST_NAME = 30
BY_LEADS = frozenset({Kind.PARTNER, Kind.COUNCIL})
"""What a community's lead may enter; the tree itself is the administrator's."""
ASKED = ("units_name", "units_list")
MOST_SHOWN = 40


async def show_tree(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The organisations above and beside a community, with what can be added."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        await _close_question(tx, chat_id, user_id)
        await _tell_tree(tx, office, chat_id, user_id, community_id)

    await office.write(change)


async def ask_name(office: Office, chat_id: int, user_id: int, community_id: int, kind: Kind) -> None:
    """Ask what the new organisation is called; those already known are offered as buttons."""

    async def change(tx: Tx) -> None:
        await _may_enter(tx, office, community_id, user_id, kind)
        now = office.now_ms()
        await questions.ask(
            tx, chat_id, user_id, "units_name", now, community=community_id, unit_kind=kind.value
        )
        known = await organisations.of_kind(tx, kind, most=8) if kind in RUNGS else []
        await tell(
            tx,
            office,
            chat_id,
            "units_ask_name",
            fresh(),
            community_id=community_id,
            community=community_id,
            what=kind.value,
            known=[(unit.id, unit.name) for unit in known],
        )

    await office.write(change)


async def enter(office: Office, chat_id: int, user_id: int, said: str) -> None:
    """The name that was asked for: the organisation stands where it belongs in the community's tree."""
    name = re.sub(r"\s+", "", simplify(tidy(said)))

    async def change(tx: Tx) -> None:
        asked = await questions.open_to(tx, chat_id, user_id)
        if asked is None or asked.kind != "units_name":
            raise Refused("gone")
        community_id, kind = int(asked.data["community"]), Kind(asked.data["unit_kind"])
        community = await _may_enter(tx, office, community_id, user_id, kind)
        if not 2 <= len(name) <= LONGEST_NAME or not re.search(r"[^\W\d_]", name):
            raise Refused("units_bad_name")
        await questions.answered(tx, chat_id, user_id)
        unit = await _place(tx, office, community, kind, name, user_id)
        await _tell_unit(tx, office, chat_id, unit, community_id, happened="entered")

    await office.write(change)


async def hang_below(office: Office, chat_id: int, user_id: int, community_id: int, unit_id: int) -> None:
    """An organisation that is known already is this community's too."""

    async def change(tx: Tx) -> None:
        unit = await organisations.by_id(tx, unit_id)
        if unit is None:
            raise Refused("gone")
        community = await _may_enter(tx, office, community_id, user_id, unit.kind)
        await _close_question(tx, chat_id, user_id)
        node = await _node(tx, office, community, user_id)
        await _hang(tx, node, unit)
        await _tell_tree(tx, office, chat_id, user_id, community_id)

    await office.write(change)


async def show_unit(office: Office, chat_id: int, user_id: int, community_id: int, unit_id: int) -> None:
    """One organisation with its people and its group."""

    async def change(tx: Tx) -> None:
        unit = await _managed(tx, office, community_id, unit_id, user_id)
        await _tell_unit(tx, office, chat_id, unit, community_id)

    await office.write(change)


async def invite(office: Office, user_id: int, community_id: int, unit_id: int) -> str:
    """A link by which one person can join within three days."""

    async def change(tx: Tx) -> str:
        unit = await _managed(tx, office, community_id, unit_id, user_id)
        code, now = secrets.token_urlsafe(12), office.now_ms()
        await organisations.invite(tx, code, unit.id, user_id, now, now + INVITE_LIFE)
        await tell(
            tx,
            office,
            user_id,
            "units_invitation",
            fresh(),
            community_id=community_id,
            unit=unit.name,
            address=link(office.bot_name, f"u_{code}"),
        )
        return code

    return await office.write(change)


async def join(office: Office, code: str, user_id: int, name: str) -> None:
    """Take up an invitation; what the organisation holds is shown at once."""

    async def change(tx: Tx) -> None:
        invitation = await organisations.invite_of(tx, code)
        unit = await organisations.by_id(tx, invitation.organisation_id) if invitation else None
        if invitation is None or unit is None:
            raise Refused("invite_bad")
        if await organisations.person(tx, unit.id, user_id) is None:
            if not await organisations.use_invite(tx, code, user_id, office.now_ms()):
                raise Refused("invite_bad")
            called = tidy(name).replace("\n", " ").strip()[:24] or COLLEAGUE
            await organisations.join(tx, Worker(unit.id, user_id, called), office.now_ms())
        waiting = len(await hops.held(tx, unit.id))
        await tell(
            tx,
            office,
            user_id,
            "units_joined",
            fresh(),
            unit=unit.name,
            kind=unit.kind.value,
            waiting=waiting,
        )

    await office.write(change)


async def bind_group(office: Office, chat_id: int, user_id: int, code: str) -> None:
    """/start g_CODE in a group: the organisation's cards come here from now on."""

    async def change(tx: Tx) -> None:
        unit = await organisations.by_code(tx, code)
        if chat_id >= 0 or unit is None:
            raise Refused("gone")
        if user_id not in office.admins and await organisations.person(tx, unit.id, user_id) is None:
            raise Refused("not_admin")
        taken = await communities.by_group(tx, chat_id)
        if taken:
            raise Refused("group_taken", name=taken.name)
        await organisations.bind(tx, unit.id, chat_id)
        await show_held(tx, office, unit)
        await tell(tx, office, chat_id, "units_group_ready", fresh(), unit=unit.name)

    await office.write(change)


async def remove(office: Office, user_id: int, community_id: int, unit_id: int, whom: int) -> None:
    """Somebody does not work there any more."""

    async def change(tx: Tx) -> None:
        unit = await _managed(tx, office, community_id, unit_id, user_id)
        if not await organisations.leave(tx, unit.id, whom, office.now_ms()):
            raise Refused("gone")
        if await hops.unsign(tx, unit.id, whom):
            await show_held(tx, office, unit)
        await _tell_unit(tx, office, user_id, unit, community_id, happened="left")

    await office.write(change)


async def close(office: Office, user_id: int, community_id: int, unit_id: int) -> None:
    """停用: nothing is handed to it any more. Refused while it holds a ticket or others stand below it."""

    async def change(tx: Tx) -> None:
        unit = await _managed(tx, office, community_id, unit_id, user_id)
        if unit.kind is Kind.COMMUNITY or await organisations.below(tx, unit.id):
            raise Refused("units_carries")
        if await hops.held(tx, unit.id, most=1):
            raise Refused("units_holds")
        await organisations.close(tx, unit.id, office.now_ms())
        await _tell_tree(tx, office, user_id, user_id, community_id)

    await office.write(change)


async def back_to_setup(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """To the community's checklist; the open question is dropped."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, user_id)
        await _close_question(tx, chat_id, user_id)
        await tell_page(tx, office, chat_id, user_id, community_id)

    await office.write(change)


async def _may_enter(tx: Tx, office: Office, community_id: int, user_id: int, kind: Kind) -> Community:
    community = await manager(tx, office, community_id, user_id)
    if kind is Kind.COMMUNITY or (kind not in BY_LEADS and user_id not in office.admins):
        raise Refused("not_admin")
    return community


async def _managed(tx: Tx, office: Office, community_id: int, unit_id: int, user_id: int) -> Organisation:
    """The organisation, if this person may set it up from this community's page."""
    await manager(tx, office, community_id, user_id)
    unit = await organisations.by_id(tx, unit_id)
    if unit is None:
        raise Refused("gone")
    if user_id in office.admins:
        return unit
    node = await organisations.of_community(tx, community_id)
    if unit.kind not in BY_LEADS or node is None or unit.parent_id != node.id:
        raise Refused("not_admin")
    return unit


async def _node(tx: Tx, office: Office, community: Community, by: int) -> Organisation:
    """The community's own node, entered with the first organisation that is added."""
    node = await organisations.of_community(tx, community.id)
    if node is None:
        await organisations.found(
            tx,
            Kind.COMMUNITY,
            community.name,
            new_code(),
            office.now_ms(),
            community_id=community.id,
            created_by=by,
        )
        node = await organisations.of_community(tx, community.id)
    assert node is not None  # noqa: S101 - just entered
    return node


async def _place(
    tx: Tx, office: Office, community: Community, kind: Kind, name: str, by: int
) -> Organisation:
    """Enter the organisation, or find it, and hang it where it belongs."""
    node = await _node(tx, office, community, by)
    parent = await _place_for(tx, node, kind)
    known = await organisations.named(tx, kind, name, parent)
    if known is None and kind in RUNGS:
        known = next((unit for unit in await organisations.called(tx, name) if unit.kind is kind), None)
    unit_id = (
        known.id
        if known
        else await organisations.found(
            tx, kind, name, new_code(), office.now_ms(), parent_id=parent, created_by=by
        )
    )
    unit = await organisations.by_id(tx, unit_id)
    assert unit is not None  # noqa: S101 - just entered
    if kind in RUNGS:
        await _hang(tx, node, unit)
    return unit


async def _place_for(tx: Tx, node: Organisation, kind: Kind) -> int | None:
    """Below what a new organisation stands: the city's at the top, departments at the subdistrict."""
    above = await organisations.chain(tx, node)
    if kind in (Kind.PARTNER, Kind.COUNCIL):
        return node.id
    if kind is Kind.DEPARTMENT:
        return above[0].id if above else node.id
    higher = [rung for rung in above if RUNGS.index(rung.kind) > RUNGS.index(kind)]
    return higher[0].id if higher else None


async def _hang(tx: Tx, node: Organisation, rung: Organisation) -> None:
    """Put a rung into the chain above a community: below it what is lower, above it what is higher."""
    chain = [node, *await organisations.chain(tx, node)]
    height = RUNGS.index(rung.kind)
    lower = [unit for unit in chain if RUNGS.index(unit.kind) < height]
    higher = [unit for unit in chain if RUNGS.index(unit.kind) > height]
    await organisations.set_parent(tx, lower[-1].id, rung.id)
    if higher and rung.parent_id is None and may_stand_below(rung.kind, higher[0].kind):
        await organisations.set_parent(tx, rung.id, higher[0].id)


async def _tell_tree(tx: Tx, office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    community = await communities.by_id(tx, community_id)
    node = await organisations.of_community(tx, community_id)
    above = await organisations.chain(tx, node) if node else []
    reached = await organisations.reachable_from(tx, community_id)
    rows = []
    for unit in [*reversed(above), *(u for u in reached if u not in above)][:MOST_SHOWN]:
        people = len(await organisations.people(tx, unit.id))
        rows.append((unit.id, unit.name, unit.kind.value, people, unit.chat_id is not None))
    have = {unit.kind for unit in above}
    admin = user_id in office.admins
    missing = [
        k.value for k in PARENTS if k is not Kind.COMMUNITY and (admin or k in BY_LEADS) and k not in have
    ]
    await tell(
        tx,
        office,
        chat_id,
        "units_tree",
        fresh(),
        community_id=community_id,
        community=community_id,
        called=community.name if community else "",
        rows=rows,
        missing=missing,
        admin=admin,
    )


async def _tell_unit(
    tx: Tx, office: Office, chat_id: int, unit: Organisation, community_id: int, *, happened: str = ""
) -> None:
    parent = await organisations.by_id(tx, unit.parent_id)
    said: dict[str, Any] = {"community": community_id, "unit": unit.id, "called": unit.name}
    await tell(
        tx,
        office,
        chat_id,
        "units_page",
        fresh(),
        community_id=community_id,
        kind=unit.kind.value,
        above=parent.name if parent else "",
        workers=[(w.user_id, w.name) for w in await organisations.people(tx, unit.id)],
        bound=unit.chat_id is not None,
        bot=office.bot_name,
        code=unit.code,
        happened=happened,
        **said,
    )


async def _close_question(tx: Tx, chat_id: int, user_id: int) -> None:
    asked = await questions.open_to(tx, chat_id, user_id)
    if asked and asked.kind in ASKED:
        await questions.answered(tx, chat_id, user_id)
