"""The organisations of the demonstration: what stands above and beside the community, and who works there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.people import Person, id_of
from demo.stage import Stage
from domain.datafile import DataFile
from domain.levels import Kind, may_stand_below
from storage import organisations
from storage.organisations import Worker as Hired
from storage.store import Tx

COMMUNITY = "community"
"""As the parent of a unit: the community itself."""


@dataclass(frozen=True, slots=True)
class Unit:
    key: str
    name: str
    kind: Kind
    below: str  # key of another unit, `community`, or nothing
    group: str  # title of its group; without one its people read in private


@dataclass(frozen=True, slots=True)
class Worker(Person):
    unit: str


def read_units(file: DataFile, tables: list[tuple[str, Mapping[str, Any]]]) -> dict[str, Unit]:
    """The [units.…] tables, each behind the one that it stands below."""
    found: dict[str, Unit] = {}
    for key, given in tables:
        table = f"units.{key}"
        file.check_keys(table, given, ("name", "kind", "below", "group"))
        kind, below = file.text_of(table, given, "kind"), file.text_of(table, given, "below", "")
        if kind not in set(Kind) - {Kind.COMMUNITY}:
            choice = ", ".join(sorted(set(Kind) - {Kind.COMMUNITY}))
            raise file.error(table, "kind", f"unknown kind {kind!r}", f"Use one of: {choice}.")
        parent = Kind.COMMUNITY if below == COMMUNITY else found[below].kind if below in found else None
        if below and (parent is None or not may_stand_below(Kind(kind), parent)):
            remedy = "Name a unit above it that stands before it in the file, or community."
            raise file.error(table, "below", f"it cannot stand below {below!r}", remedy)
        name, group = file.text_of(table, given, "name"), file.text_of(table, given, "group", "")
        found[key] = Unit(key, name, Kind(kind), below, group)
    return found


def read_workers(
    file: DataFile, tables: list[tuple[str, Mapping[str, Any]]], units: Mapping[str, Unit]
) -> dict[str, Worker]:
    """The [workers.…] tables."""
    found = {}
    for key, given in tables:
        table = f"workers.{key}"
        file.check_keys(table, given, ("id", "name", "unit"))
        unit = file.text_of(table, given, "unit")
        if unit not in units:
            raise file.error(table, "unit", f"{unit!r} is no unit", "Name a [units.…] table.")
        found[key] = Worker(key, id_of(file, table, given), file.text_of(table, given, "name"), unit)
    return found


async def bring_on(
    stage: Stage, units: Mapping[str, Unit], workers: Mapping[str, Worker], bot: int
) -> dict[str, int]:
    """The people of the units in the stand-in, who have all opened the bot; the groups by unit."""
    for worker in workers.values():
        await stage.act("users", id=worker.id, first_name=worker.name)
        await stage.act("send", from_=worker.id, chat=bot, text="/start")
    groups = {}
    for unit in units.values():
        members = [worker.id for worker in workers.values() if worker.unit == unit.key]
        if unit.group:
            made = await stage.act(
                "groups", title=unit.group, members=members, bots=[bot], creator=members[0]
            )
            groups[unit.key] = int(made["id"])
    return groups


async def found(
    tx: Tx,
    community: int,
    name: str,
    units: Mapping[str, Unit],
    workers: Mapping[str, Worker],
    groups: Mapping[str, int],
    now: int,
) -> dict[str, int]:
    """Enter the tree with the community in it; the id of each unit."""
    ids: dict[str, int] = {}
    above = [unit for unit in units.values() if unit.below != COMMUNITY]
    for unit in above:
        parent = ids.get(unit.below)
        ids[unit.key] = await organisations.found(tx, unit.kind, unit.name, unit.key, now, parent_id=parent)
    street = next((ids[unit.key] for unit in above if unit.kind is Kind.SUBDISTRICT), None)
    node = await organisations.found(
        tx, Kind.COMMUNITY, name, COMMUNITY, now, parent_id=street, community_id=community
    )
    for unit in units.values():
        if unit.below == COMMUNITY:
            ids[unit.key] = await organisations.found(tx, unit.kind, unit.name, unit.key, now, parent_id=node)
    for key, group in groups.items():
        await organisations.bind(tx, ids[key], group)
    for worker in workers.values():
        await organisations.join(tx, Hired(ids[worker.unit], worker.id, worker.name), now)
    return ids
