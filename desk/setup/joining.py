"""Who works for a community: invitations by a one-time link, joining, the list of colleagues, leaving."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from desk.moves import remember, step
from desk.office import Office
from desk.setup.setup_pages import close_setup, fresh, manager, tell_page
from desk.speech import desk_chats, leads, show, tell
from domain.errors import Refused
from domain.roles import Role
from domain.states import Move, may
from nlp.normalise import tidy
from nlp.reading import Gazetteer, Intent
from storage import communities, people, questions, tickets
from storage.people import Member
from storage.store import Tx
from storage.tickets import Ticket
from texts.setup import COLLEAGUE, NOT_NAMES, left_post, link

INVITE_LIFE = 72 * 3600 * 1000
NAME_ASKED_FOR = 60 * 60 * 1000
"""Milliseconds in which the next words of a new colleague may be the name that residents shall see."""
INVITED = (Role.STAFF, Role.GRID, Role.LEAD, Role.AUDITOR)
MOST_HELD = 500
_PERSON = re.compile(r"[^\W\d_][^\d_\n，。！？,.!?<>@#/]{0,11}")


async def show_roles(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """Ask what the new colleague will do."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        mine = await people.member(tx, community_id, user_id)
        await tell(
            tx,
            office,
            chat_id,
            "setup_ask_role",
            fresh(),
            community_id=community_id,
            community=community_id,
            called=community.name,
            me=mine is None,
        )

    await office.write(change)


async def invite(office: Office, community_id: int, role: Role, by: int) -> str:
    """A code by which one person can join within three days; its link is told to the inviter."""

    async def change(tx: Tx) -> str:
        community = await manager(tx, office, community_id, by)
        if role not in INVITED:
            raise Refused("setup_bad_role")
        code, now = secrets.token_urlsafe(12), office.now_ms()
        await people.invite(tx, code, community_id, role, by, now, now + INVITE_LIFE)
        address = link(office.bot_name, f"j_{code}")
        await tell(
            tx,
            office,
            by,
            "setup_invitation",
            fresh(),
            community_id=community_id,
            called=community.name,
            work=role.value,
            address=address,
        )
        return code

    return await office.write(change)


async def join(office: Office, code: str, user_id: int, name: str) -> Role:
    """Take up an invitation; the role that the person has now. `Refused` when it is used or old."""

    async def change(tx: Tx) -> Role:
        invitation = await people.invite_of(tx, code)
        community = await communities.by_id(tx, invitation.community_id) if invitation else None
        if invitation is None or community is None:
            raise Refused("invite_bad")
        mine = await people.member(tx, community.id, user_id)
        if mine and (mine.role in (Role.LEAD, invitation.role) or invitation.used_by == user_id):
            await tell(
                tx,
                office,
                user_id,
                "setup_already",
                fresh(),
                community_id=community.id,
                called=community.name,
                work=mine.role.value,
            )
            return mine.role
        if not await people.use_invite(tx, code, user_id, office.now_ms()):
            raise Refused("invite_bad")
        known = mine.name if mine else _person(name)
        member = Member(community.id, user_id, known, invitation.role)
        await _enter(tx, office, member, community.name)
        for lead in await leads(tx, office, community):
            if lead != user_id:
                await tell_page(tx, office, lead, lead, community.id, "joined", known)
        return invitation.role

    return await office.write(change)


async def join_oneself(office: Office, community_id: int, user_id: int, name: str) -> None:
    """Someone who sets the community up also works in it, as its lead."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        mine = await people.member(tx, community_id, user_id)
        if mine is None:
            member = Member(community_id, user_id, _person(name), Role.LEAD)
            await _enter(tx, office, member, community.name)
        await tell_page(tx, office, user_id, user_id, community_id)

    await office.write(change)


async def _enter(tx: Tx, office: Office, member: Member, community: str) -> None:
    now = office.now_ms()
    await people.join(tx, member, now)
    await questions.ask(
        tx, member.user_id, member.user_id, "setup_myname", now, community=member.community_id
    )
    await tell(
        tx,
        office,
        member.user_id,
        "setup_joined",
        fresh(),
        community_id=member.community_id,
        community=member.community_id,
        called=community,
        work=member.role.value,
        person=member.name,
    )


def is_person(office: Office, said: str) -> bool:
    """Whether these words may be somebody's name, and are neither small talk nor a matter for the office."""
    words = tidy(said).strip()
    if words in NOT_NAMES or words.endswith("吗") or not _PERSON.fullmatch(words):
        return False
    reading = office.read(words, Gazetteer(), office.now())
    return reading.intent in (Intent.CHAT, Intent.SUPPLEMENT)


async def ask_name(office: Office, community_id: int, user_id: int) -> None:
    """Ask a colleague under which name residents shall know them."""

    async def change(tx: Tx) -> None:
        mine = await people.member(tx, community_id, user_id)
        if mine is None:
            raise Refused("not_staff")
        now = office.now_ms()
        await questions.ask(tx, user_id, user_id, "setup_myname", now, community=community_id)
        await tell(
            tx,
            office,
            user_id,
            "setup_ask_myname",
            fresh(),
            community_id=community_id,
            community=community_id,
            person=mine.name,
        )

    await office.write(change)


def _person(name: str) -> str:
    return tidy(name).replace("\n", " ").strip()[:24] or COLLEAGUE


async def rename(office: Office, community_id: int, user_id: int, said: str = "") -> None:
    """The name under which the colleague is known to residents; without words it stays as it is."""
    name = tidy(said).strip()

    async def change(tx: Tx) -> None:
        mine = await people.member(tx, community_id, user_id)
        if mine is None:
            raise Refused("not_staff")
        if name and not _PERSON.fullmatch(name):
            raise Refused("setup_bad_person")
        renamed = replace(mine, name=name or mine.name)
        await people.join(tx, renamed, office.now_ms())
        await close_setup(tx, user_id, user_id)
        await tell(
            tx,
            office,
            user_id,
            "setup_name_kept",
            fresh(),
            community_id=community_id,
            community=community_id,
            person=renamed.name,
        )

    await office.write(change)


async def show_team(office: Office, chat_id: int, user_id: int, community_id: int) -> None:
    """The colleagues with what they hold."""

    async def change(tx: Tx) -> None:
        community = await manager(tx, office, community_id, user_id)
        rows = [
            (m.user_id, m.name, m.role.value, len(await _held(tx, community_id, m.user_id)))
            for m in await people.team(tx, community_id)
        ]
        await tell(
            tx,
            office,
            chat_id,
            "setup_team",
            fresh(),
            community_id=community_id,
            community=community_id,
            called=community.name,
            people=rows,
        )

    await office.write(change)


async def confirm_remove(office: Office, chat_id: int, by: int, community_id: int, user_id: int) -> None:
    """Ask once more before a colleague is taken off the list."""

    async def change(tx: Tx) -> None:
        await manager(tx, office, community_id, by)
        member = await people.member(tx, community_id, user_id)
        if member is None:
            raise Refused("setup_no_member")
        held = len(await _held(tx, community_id, user_id))
        await tell(
            tx,
            office,
            chat_id,
            "setup_confirm_remove",
            fresh(),
            community_id=community_id,
            community=community_id,
            user=user_id,
            person=member.name,
            held=held,
        )

    await office.write(change)


async def remove(office: Office, community_id: int, user_id: int, by: int) -> int:
    """The colleague leaves; what they held waits for somebody else. How many tickets that are."""

    async def change(tx: Tx) -> int:
        community = await manager(tx, office, community_id, by)
        member = await people.member(tx, community_id, user_id)
        if member is None:
            raise Refused("setup_no_member")
        if by == user_id and by not in office.admins:
            raise Refused("setup_not_self")
        held = await _held(tx, community_id, user_id)
        role = await office.role_of(tx, community_id, by) or Role.ADMINISTRATOR
        if role not in (Role.LEAD, Role.ADMINISTRATOR):  # an administrator who also works here
            role = Role.ADMINISTRATOR
        for ticket in held:
            await show(tx, office, await _released(tx, office, ticket, role, by, member.name))
        await people.leave(tx, community_id, user_id, office.now_ms())
        numbers = [ticket.number for ticket in held]
        told = set(await desk_chats(tx, office, community_id)) | set(await leads(tx, office, community))
        for chat_id in sorted(told - {user_id, by}):
            await tell(
                tx,
                office,
                chat_id,
                "setup_member_left",
                fresh(),
                community_id=community_id,
                person=member.name,
                numbers=numbers,
            )
        await tell(tx, office, user_id, "setup_removed", fresh(), called=community.name)
        await tell_page(tx, office, by, by, community_id, "left", member.name)
        return len(held)

    return await office.write(change)


async def _released(tx: Tx, office: Office, ticket: Ticket, role: Role, by: int, name: str) -> Ticket:
    """The ticket without its holder: given back where the table allows it, else only freed."""
    if may(Move.RETURN, ticket.state, role):
        changes = {"assignee_id": None}
        return await step(tx, office, ticket, Move.RETURN, role, by, changes=changes, reason=left_post(name))
    return await remember(
        tx, office, ticket, replace(ticket, assignee_id=None), "note", role, by, reason=left_post(name)
    )


async def _held(tx: Tx, community_id: int, user_id: int) -> list[Ticket]:
    return await tickets.open_of_assignee(tx, community_id, user_id, most=MOST_HELD)
