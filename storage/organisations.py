"""Organisations above and beside the communities, who works for them, and their invitations."""

from __future__ import annotations

from dataclasses import dataclass

from domain.levels import BESIDE, Kind
from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Organisation:
    id: int
    kind: Kind
    name: str
    parent_id: int | None
    community_id: int | None  # of a community's own node
    code: str
    chat_id: int | None


@dataclass(frozen=True, slots=True)
class Worker:
    """Someone who works for an organisation."""

    organisation_id: int
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class UnitInvite:
    code: str
    organisation_id: int
    expires_at: int
    used_by: int | None


def _organisation(r: Row) -> Organisation:
    return Organisation(
        r["id"], Kind(r["kind"]), r["name"], r["parent_id"], r["community_id"], r["code"], r["chat_id"]
    )


def _worker(r: Row) -> Worker:
    return Worker(r["organisation_id"], r["user_id"], r["name"])


async def found(
    tx: Tx,
    kind: Kind,
    name: str,
    code: str,
    now: int,
    *,
    parent_id: int | None = None,
    community_id: int | None = None,
    created_by: int = 0,
) -> int:
    """Enter an organisation; its id."""
    return int(
        await tx.value(
            "organisations.insert",
            kind=kind.value,
            name=name,
            parent_id=parent_id,
            community_id=community_id,
            code=code,
            created_by=created_by,
            now=now,
        )
    )


async def by_id(tx: Tx, organisation_id: int | None) -> Organisation | None:
    """One that is still there."""
    if not organisation_id:
        return None
    row = await tx.one("organisations.by_id", id=organisation_id)
    return _organisation(row) if row else None


async def name_of(tx: Tx, organisation_id: int | None) -> str:
    """Its name, also of one that is closed; empty for the community itself (None)."""
    row = await tx.one("organisations.ever", id=organisation_id) if organisation_id else None
    return str(row["name"]) if row else ""


async def of_community(tx: Tx, community_id: int) -> Organisation | None:
    """The community's own node in the tree; None while it has no tree."""
    row = await tx.one("organisations.of_community", community_id=community_id)
    return _organisation(row) if row else None


async def by_code(tx: Tx, code: str) -> Organisation | None:
    row = await tx.one("organisations.by_code", code=code)
    return _organisation(row) if row else None


async def by_chat(tx: Tx, chat_id: int) -> list[Organisation]:
    """Those whose group this is: several may share one."""
    return [_organisation(row) for row in await tx.all("organisations.by_chat", chat_id=chat_id)]


async def named(tx: Tx, kind: Kind, name: str, parent_id: int | None) -> Organisation | None:
    row = await tx.one("organisations.named", kind=kind.value, name=name, parent_id=parent_id or 0)
    return _organisation(row) if row else None


async def called(tx: Tx, name: str) -> list[Organisation]:
    return [_organisation(row) for row in await tx.all("organisations.called", name=name)]


async def of_kind(tx: Tx, kind: Kind, most: int = 40) -> list[Organisation]:
    return [_organisation(row) for row in await tx.all("organisations.of_kind", kind=kind.value, most=most)]


async def below(tx: Tx, organisation_id: int) -> list[Organisation]:
    return [_organisation(row) for row in await tx.all("organisations.below", parent_id=organisation_id)]


async def chain(tx: Tx, node: Organisation) -> list[Organisation]:
    """Those above a node, the nearest first."""
    found_: list[Organisation] = []
    parent_id = node.parent_id
    while parent_id is not None and len(found_) < 5:
        parent = await by_id(tx, parent_id)
        if parent is None:
            break
        found_.append(parent)
        parent_id = parent.parent_id
    return found_


async def reachable_from(tx: Tx, community_id: int) -> list[Organisation]:
    """All to which a ticket of this community can go: what is above it, and what stands beside each rung."""
    node = await of_community(tx, community_id)
    if node is None:
        return []
    above = await chain(tx, node)
    beside = [unit for rung in (node, *above) for unit in await below(tx, rung.id) if unit.kind in BESIDE]
    return [*above, *beside]


async def set_parent(tx: Tx, organisation_id: int, parent_id: int | None) -> None:
    await tx.do("organisations.set_parent", id=organisation_id, parent_id=parent_id)


async def bind(tx: Tx, organisation_id: int, chat_id: int | None) -> None:
    await tx.do("organisations.bind", id=organisation_id, chat_id=chat_id)


async def unbind(tx: Tx, chat_id: int) -> None:
    """The bot is out of that group: its organisations work in private again."""
    await tx.do("organisations.unbind", chat_id=chat_id)


async def move_chat(tx: Tx, old: int, new: int) -> None:
    await tx.do("organisations.move_chat", old=old, new=new)


async def close(tx: Tx, organisation_id: int, now: int) -> None:
    await tx.do("organisations.close", id=organisation_id, now=now)


async def people(tx: Tx, organisation_id: int) -> list[Worker]:
    return [_worker(row) for row in await tx.all("organisations.people", organisation_id=organisation_id)]


async def person(tx: Tx, organisation_id: int, user_id: int) -> Worker | None:
    """The person's standing there today; None for a stranger."""
    row = await tx.one("organisations.person", organisation_id=organisation_id, user_id=user_id)
    return _worker(row) if row else None


async def person_name(tx: Tx, organisation_id: int, user_id: int | None) -> str:
    """A name, also of one who has left."""
    if user_id is None:
        return ""
    row = await tx.one("organisations.person_ever", organisation_id=organisation_id, user_id=user_id)
    return str(row["name"]) if row else ""


async def of_person(tx: Tx, user_id: int) -> list[Organisation]:
    """For which organisations someone works."""
    return [_organisation(row) for row in await tx.all("organisations.of_person", user_id=user_id)]


async def join(tx: Tx, worker: Worker, now: int) -> None:
    await tx.do(
        "organisations.join",
        organisation_id=worker.organisation_id,
        user_id=worker.user_id,
        name=worker.name,
        now=now,
    )


async def leave(tx: Tx, organisation_id: int, user_id: int, now: int) -> bool:
    done = await tx.do("organisations.leave", organisation_id=organisation_id, user_id=user_id, now=now)
    return done == 1


async def invite(tx: Tx, code: str, organisation_id: int, by: int, now: int, expires_at: int) -> None:
    await tx.do(
        "organisations.invite",
        code=code,
        organisation_id=organisation_id,
        created_by=by,
        now=now,
        expires_at=expires_at,
    )


async def invite_of(tx: Tx, code: str) -> UnitInvite | None:
    r = await tx.one("organisations.invite_of", code=code)
    return UnitInvite(r["code"], r["organisation_id"], r["expires_at"], r["used_by"]) if r else None


async def use_invite(tx: Tx, code: str, user_id: int, now: int) -> bool:
    """True for the one who used it first, in time."""
    return await tx.do("organisations.use_invite", code=code, user_id=user_id, now=now) == 1
