"""Communities with their estates and buildings."""

from __future__ import annotations

import json
from dataclasses import dataclass

from storage.store import Row, Tx


@dataclass(frozen=True, slots=True)
class Community:
    id: int
    name: str
    subdistrict: str
    city: str
    code: str
    group_chat_id: int | None
    group_state: str
    summary_minute: int
    phone: str
    hours: str
    created_by: int
    served_by: int | None = None  # the bot whose people alone reach it


@dataclass(frozen=True, slots=True)
class Estate:
    id: int
    community_id: int
    name: str
    aliases: tuple[str, ...] = ()
    spots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Building:
    id: int
    community_id: int
    estate_id: int
    name: str
    units: int | None
    floors: int | None
    code: str
    estate_name: str = ""


def _community(r: Row) -> Community:
    return Community(
        r["id"],
        r["name"],
        r["subdistrict"],
        r["city"],
        r["code"],
        r["group_chat_id"],
        r["group_state"],
        r["summary_minute"],
        r["phone"],
        r["hours"],
        r["created_by"],
        r["served_by"],
    )


def _estate(r: Row) -> Estate:
    return Estate(
        r["id"],
        r["community_id"],
        r["name"],
        tuple(json.loads(r["aliases"])),
        tuple(json.loads(r["spots"])),
    )


def _building(r: Row, estate_name: str = "") -> Building:
    return Building(
        r["id"],
        r["community_id"],
        r["estate_id"],
        r["name"],
        r["units"],
        r["floors"],
        r["code"],
        estate_name,
    )


async def found(
    tx: Tx,
    name: str,
    code: str,
    now: int,
    *,
    subdistrict: str = "",
    city: str = "",
    phone: str = "",
    hours: str = "",
    created_by: int = 0,
    served_by: int | None = None,
) -> int:
    """Enter a new community; its id."""
    return int(
        await tx.value(
            "communities.insert",
            served_by=served_by,
            name=name,
            subdistrict=subdistrict,
            city=city,
            code=code,
            phone=phone,
            hours=hours,
            created_by=created_by,
            now=now,
        )
    )


async def by_id(tx: Tx, community_id: int) -> Community | None:
    row = await tx.one("communities.by_id", id=community_id)
    return _community(row) if row else None


async def by_name(tx: Tx, name: str) -> Community | None:
    row = await tx.one("communities.by_name", name=name)
    return _community(row) if row else None


async def by_code(tx: Tx, code: str) -> Community | None:
    row = await tx.one("communities.by_code", code=code)
    return _community(row) if row else None


async def by_group(tx: Tx, chat_id: int) -> Community | None:
    row = await tx.one("communities.by_group", group_chat_id=chat_id)
    return _community(row) if row else None


async def everyone(tx: Tx) -> list[Community]:
    return [_community(row) for row in await tx.all("communities.all")]


async def bind(tx: Tx, community_id: int, chat_id: int) -> None:
    await tx.do("communities.bind", id=community_id, group_chat_id=chat_id)


async def unbind(tx: Tx, community_id: int) -> None:
    await tx.do("communities.unbind", id=community_id)


async def move_group(tx: Tx, old: int, new: int) -> None:
    """A group became a supergroup: all its ids move together."""
    await tx.do("communities.move_group", old=old, new=new)
    await tx.do("resident.move_group", old=old, new=new)
    await tx.do("outbox.move_chat", old=old, new=new)
    await tx.do("small.move_buttons", old=old, new=new)
    await tx.do("inbox.move_chat", old=old, new=new)


async def set_phone(tx: Tx, community_id: int, phone: str) -> None:
    await tx.do("communities.set_phone", id=community_id, phone=phone)


async def set_hours(tx: Tx, community_id: int, hours: str) -> None:
    await tx.do("communities.set_hours", id=community_id, hours=hours)


async def set_summary(tx: Tx, community_id: int, minute: int) -> None:
    await tx.do("communities.set_summary", id=community_id, minute=minute)


async def add_estate(
    tx: Tx, community_id: int, name: str, aliases: tuple[str, ...] = (), spots: tuple[str, ...] = ()
) -> int:
    return int(
        await tx.value(
            "communities.add_estate",
            community_id=community_id,
            name=name,
            aliases=json.dumps(aliases, ensure_ascii=False),
            spots=json.dumps(spots, ensure_ascii=False),
        )
    )


async def add_building(
    tx: Tx,
    community_id: int,
    estate_id: int,
    name: str,
    code: str,
    units: int | None = None,
    floors: int | None = None,
) -> int:
    return int(
        await tx.value(
            "communities.add_building",
            community_id=community_id,
            estate_id=estate_id,
            name=name,
            units=units,
            floors=floors,
            code=code,
        )
    )


async def estates(tx: Tx, community_id: int | None = None) -> list[Estate]:
    """Those of one community, or all."""
    if community_id is None:
        return [_estate(row) for row in await tx.all("communities.all_estates")]
    return [_estate(row) for row in await tx.all("communities.estates", community_id=community_id)]


async def buildings(tx: Tx, community_id: int | None = None) -> list[Building]:
    if community_id is None:
        return [_building(row) for row in await tx.all("communities.all_buildings")]
    return [_building(row) for row in await tx.all("communities.buildings", community_id=community_id)]


async def building_by_code(tx: Tx, code: str) -> Building | None:
    row = await tx.one("communities.building_by_code", code=code)
    return _building(row, row["estate_name"]) if row else None


async def building(tx: Tx, building_id: int | None) -> Building | None:
    row = await tx.one("communities.building", id=building_id) if building_id else None
    return _building(row, row["estate_name"]) if row else None
