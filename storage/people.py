"""Residents, staff, their invitations and the duty roster."""

from __future__ import annotations

from dataclasses import dataclass

from domain.roles import Role
from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Resident:
    user_id: int
    community_id: int | None
    building_id: int | None
    name: str
    phone: str
    script: str
    notified_at: int | None
    blocked_at: int | None
    simple: bool = False  # 长辈版
    no_notices: bool = False
    consented_at: int | None = None
    script_kept: bool = False  # chosen by a button; else it follows what the person writes


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who works for a community."""

    community_id: int
    user_id: int
    name: str
    role: Role
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Invite:
    code: str
    community_id: int
    role: Role
    expires_at: int
    used_by: int | None


def _resident(r: Row) -> Resident:
    return Resident(
        r["user_id"],
        r["community_id"],
        r["building_id"],
        r["name"],
        r["phone"],
        r["script"],
        r["notified_at"],
        r["blocked_at"],
        bool(r["simple"]),
        bool(r["no_notices"]),
        r["consented_at"],
        bool(r["script_kept"]),
    )


def _member(r: Row) -> Member:
    return Member(r["community_id"], r["user_id"], r["name"], Role(r["role"]), r["duty"])


async def resident(tx: Tx, user_id: int) -> Resident | None:
    row = await tx.one("people.resident", user_id=user_id)
    return _resident(row) if row else None


async def greet(tx: Tx, user_id: int, name: str, script: str, now: int) -> Resident:
    """The resident, entered when new; whoever writes does not block the bot any more."""
    await tx.do("people.greet", user_id=user_id, name=name, script=script, now=now)
    found = await resident(tx, user_id)
    assert found is not None  # noqa: S101 - just inserted
    return found


async def settle_in(tx: Tx, user_id: int, community_id: int, building_id: int | None) -> None:
    await tx.do("people.settle_in", user_id=user_id, community_id=community_id, building_id=building_id)


async def set_script(tx: Tx, user_id: int, script: str) -> None:
    await tx.do("people.set_script", user_id=user_id, script=script)


async def keep_script(tx: Tx, user_id: int, *, kept: bool) -> None:
    """Whether the script stays whatever the person writes."""
    await tx.do("resident.keep_script", user_id=user_id, kept=int(kept))


async def set_phone(tx: Tx, user_id: int, phone: str) -> None:
    await tx.do("people.set_phone", user_id=user_id, phone=phone)


async def set_simple(tx: Tx, user_id: int, *, simple: bool) -> None:
    await tx.do("resident.set_simple", user_id=user_id, simple=int(simple))


async def set_no_notices(tx: Tx, user_id: int, *, no_notices: bool) -> None:
    await tx.do("resident.set_no_notices", user_id=user_id, no_notices=int(no_notices))


async def consent(tx: Tx, user_id: int, now: int) -> None:
    """The person agrees that sensitive matters are handled."""
    await tx.do("resident.consent", user_id=user_id, now=now)


async def pace(tx: Tx, user_id: int, now: int) -> int:
    """How many messages this person has sent in this minute, this one among them."""
    return int(await tx.value("resident.count_pace", user_id=user_id, minute=now // 60_000))


async def noticed(tx: Tx, user_id: int, now: int) -> None:
    await tx.do("people.noticed", user_id=user_id, now=now)


async def blocked(tx: Tx, user_id: int, now: int) -> None:
    await tx.do("people.blocked", user_id=user_id, now=now)


async def member(tx: Tx, community_id: int, user_id: int) -> Member | None:
    """The person's standing in this community today; None for a stranger."""
    row = await tx.one("people.member", community_id=community_id, user_id=user_id)
    return _member(row) if row else None


async def name_of(tx: Tx, community_id: int, user_id: int | None) -> str:
    """A colleague's name, also of one who has left."""
    if user_id is None:
        return ""
    row = await tx.one("people.member_ever", community_id=community_id, user_id=user_id)
    return str(row["name"]) if row else ""


async def memberships(tx: Tx, user_id: int) -> list[Member]:
    return [_member(row) for row in await tx.all("people.memberships", user_id=user_id)]


async def team(tx: Tx, community_id: int) -> list[Member]:
    return [_member(row) for row in await tx.all("people.team", community_id=community_id)]


async def join(tx: Tx, member: Member, now: int) -> None:
    await tx.do(
        "people.join",
        community_id=member.community_id,
        user_id=member.user_id,
        name=member.name,
        role=member.role.value,
        duty=member.duty,
        now=now,
    )


async def leave(tx: Tx, community_id: int, user_id: int, now: int) -> bool:
    return await tx.do("people.leave", community_id=community_id, user_id=user_id, now=now) == 1


async def invite(
    tx: Tx, code: str, community_id: int, role: Role, created_by: int, now: int, expires_at: int
) -> None:
    await tx.do(
        "people.invite",
        code=code,
        community_id=community_id,
        role=role.value,
        created_by=created_by,
        now=now,
        expires_at=expires_at,
    )


async def invite_of(tx: Tx, code: str) -> Invite | None:
    r = await tx.one("people.invite_of", code=code)
    return Invite(r["code"], r["community_id"], Role(r["role"]), r["expires_at"], r["used_by"]) if r else None


async def use_invite(tx: Tx, code: str, user_id: int, now: int) -> bool:
    """True for the one who used it first, in time."""
    return await tx.do("people.use_invite", code=code, user_id=user_id, now=now) == 1


async def set_duty(tx: Tx, community_id: int, weekday: int, user_id: int) -> None:
    await tx.do("people.set_duty", community_id=community_id, weekday=weekday, user_id=user_id)
