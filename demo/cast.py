"""Reads the invented community of the demonstration; a mistake names its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Any

from demo.neighbours import Unit, Worker, read_units, read_workers
from demo.people import Person, id_of
from desk.setup.house_list import ImportRow
from desk.setup.importing import parse_pasted
from domain.datafile import DataFile, read_datafile
from domain.errors import ImportProblem
from domain.roles import DESK, Role

HERE = Path(__file__).parent
STAFF_DOES = frozenset({"take", "answer", "ask", "close", "note", "assign", "hand_on"})
WORKER_DOES = frozenset({"sign", "tell", "finish"})
RESIDENT_DOES = frozenset({"says", "solved", "unsolved", "satisfied", "fair", "unsatisfied"})
_DEED = re.compile(r"\+(\d{1,5}) (\w+) (\w+)(?:: (.+))?")


@dataclass(frozen=True, slots=True)
class Colleague(Person):
    role: Role
    duty: str
    weekdays: tuple[int, ...]  # 0 = Monday


@dataclass(frozen=True, slots=True)
class Neighbour(Person):
    language: str
    estate: str  # of the poster that they scanned, else empty
    building: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """An estate with its buildings."""

    name: str
    aliases: tuple[str, ...]
    spots: tuple[str, ...]
    rows: tuple[ImportRow, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What someone did about a past matter, so many minutes after the report."""

    minutes: int
    who: str
    does: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PastMatter:
    who: str
    day: int  # 0 is today, -1 yesterday
    at: time
    say: str
    photo: str
    then: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    name: str
    code: str
    city: str
    subdistrict: str
    phone: str
    hours: str
    group: str
    quarters: tuple[Quarter, ...]
    staff: Mapping[str, Colleague]
    residents: Mapping[str, Neighbour]
    past: Mapping[str, PastMatter]
    units: Mapping[str, Unit]
    workers: Mapping[str, Worker]

    @property
    def lead(self) -> Colleague:
        return next(member for member in self.staff.values() if member.role is Role.LEAD)

    def person(self, key: str) -> Person:
        return self.staff.get(key) or self.workers.get(key) or self.residents[key]

    @property
    def people(self) -> tuple[Person, ...]:
        return (*self.residents.values(), *self.staff.values(), *self.workers.values())


def load_cast(path: Path = HERE / "community.toml") -> Cast:
    """The cast of that file, or a DataFileError with the line."""
    file = read_datafile(path)
    file.check_keys("", file.root, ("community", "estates", "staff", "residents", "units", "workers", "past"))
    about = file.table("community")
    words = ("name", "code", "city", "subdistrict", "phone", "hours", "group")
    file.check_keys("community", about, words)
    texts = {word: file.text_of("community", about, word) for word in words}
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", texts["code"]):
        raise file.error("community", "code", "'code' must be 1-20 letters or digits", 'Write code = "demo".')
    quarters = {key: _quarter(file, key, given) for key, given in _tables(file, "estates")}
    staff = {key: _colleague(file, key, given) for key, given in _tables(file, "staff")}
    residents = {key: _neighbour(file, key, given, quarters) for key, given in _tables(file, "residents")}
    units = read_units(file, _tables(file, "units", needed=False))
    workers = read_workers(file, _tables(file, "workers", needed=False), units)
    _check_people(file, {"staff": staff, "residents": residents, "workers": workers})
    cast = Cast(
        quarters=tuple(quarters.values()),
        staff=staff,
        residents=residents,
        past={},
        units=units,
        workers=workers,
        **texts,
    )
    past = {key: _past(file, key, given, cast) for key, given in _tables(file, "past", needed=False)}
    return replace(cast, past=past)


def _tables(file: DataFile, name: str, *, needed: bool = True) -> list[tuple[str, Mapping[str, Any]]]:
    tables = file.table(name) if needed or name in file.root else {}
    for key, given in tables.items():
        if not isinstance(given, dict):
            raise file.error(name, key, f"{name}.{key} must be a table", f"Write [{name}.{key}].")
    return list(tables.items())


def _quarter(file: DataFile, key: str, given: Mapping[str, Any]) -> Quarter:
    table = f"estates.{key}"
    file.check_keys(table, given, ("name", "aliases", "spots", "buildings"))
    name = file.text_of(table, given, "name")
    rows: list[ImportRow] = []
    for line in file.texts_of(table, given, "buildings"):
        try:
            rows += parse_pasted(f"{name} {line}").rows
        except ImportProblem:
            remedy = 'Write it like "1-6号楼 3单元 18层".'
            raise file.error(table, "buildings", f"cannot read {line!r}", remedy, line) from None
    aliases, spots = file.texts_of(table, given, "aliases"), file.texts_of(table, given, "spots")
    return Quarter(name, aliases, spots, tuple(rows))


def _colleague(file: DataFile, key: str, given: Mapping[str, Any]) -> Colleague:
    table = f"staff.{key}"
    file.check_keys(table, given, ("id", "name", "role", "duty", "days"))
    role = file.text_of(table, given, "role")
    if role not in DESK:
        choice = ", ".join(sorted(DESK))
        raise file.error(table, "role", f"unknown role {role!r}", f"Use one of: {choice}.")
    days = given.get("days", [])
    if not isinstance(days, list) or not all(day in range(1, 8) for day in days):
        raise file.error(table, "days", "'days' must be weekdays from 1 to 7", "Write days = [1, 5].")
    return Colleague(
        key,
        id_of(file, table, given),
        file.text_of(table, given, "name"),
        Role(role),
        file.text_of(table, given, "duty", ""),
        tuple(day - 1 for day in days),
    )


def _neighbour(
    file: DataFile, key: str, given: Mapping[str, Any], quarters: Mapping[str, Quarter]
) -> Neighbour:
    table = f"residents.{key}"
    file.check_keys(table, given, ("id", "name", "language", "home", "about"))
    estate, _, building = file.text_of(table, given, "home", "").partition(" ")
    known = {(row.estate, row.building) for quarter in quarters.values() for row in quarter.rows}
    if estate and (estate, building) not in known:
        remedy = 'Write an estate and one of its buildings, like "杏花里 3".'
        raise file.error(table, "home", f"no building {estate} {building}", remedy)
    return Neighbour(
        key,
        id_of(file, table, given),
        file.text_of(table, given, "name"),
        file.text_of(table, given, "language", "zh-hans"),
        estate,
        building,
    )


def _check_people(file: DataFile, groups: Mapping[str, Mapping[str, Person]]) -> None:
    if not any(isinstance(m, Colleague) and m.role is Role.LEAD for m in groups["staff"].values()):
        raise file.error("", "staff", "nobody is the lead", 'Give one of the staff role = "lead".')
    seen: dict[int, str] = {}
    names: dict[str, str] = {}
    for table, people in groups.items():
        for key, person in people.items():
            where = f"{table}.{key}"
            if key in names:
                raise file.error(where, "", f"{key!r} stands in {names[key]} too", "Choose another name.")
            names[key] = table
            if person.id in seen:
                remedy = "Give everybody another number."
                raise file.error(where, "id", f"id {person.id} is also that of {seen[person.id]}", remedy)
            seen[person.id] = where


def _past(file: DataFile, key: str, given: Mapping[str, Any], cast: Cast) -> PastMatter:
    table = f"past.{key}"
    file.check_keys(table, given, ("who", "day", "at", "say", "photo", "then"))
    who = file.text_of(table, given, "who")
    if who not in cast.residents:
        raise file.error(table, "who", f"{who!r} is no resident", "Use a name of a [residents.…] table.")
    day = given.get("day", 0)
    if not isinstance(day, int) or isinstance(day, bool) or not -30 <= day <= 0:
        raise file.error(table, "day", "'day' must be 0 or a number down to -30", "Write day = -1.")
    try:
        at = time.fromisoformat(file.text_of(table, given, "at"))
    except ValueError:
        raise file.error(table, "at", "'at' must be a time of day", 'Write at = "09:40".') from None
    deeds = []
    for line in file.texts_of(table, given, "then"):
        deeds.append(_deed(file, table, line, who, cast))
    say, photo = file.text_of(table, given, "say"), file.text_of(table, given, "photo", "")
    return PastMatter(who, day, at, say, photo, tuple(deeds))


def _deed(file: DataFile, table: str, line: str, owner: str, cast: Cast) -> Deed:
    found = _DEED.fullmatch(line)
    if not found:
        raise file.error(table, "then", f"cannot read {line!r}", 'Write "+25 luo take".', line)
    minutes, who, does, words = int(found[1]), found[2], found[3], found[4] or ""
    if who not in {*cast.staff, *cast.workers, owner}:
        raise file.error(
            table, "then", f"{who!r} has no part in this", "Use staff or the resident who reported it.", line
        )
    can = STAFF_DOES if who in cast.staff else WORKER_DOES if who in cast.workers else RESIDENT_DOES
    if does not in can:
        raise file.error(
            table, "then", f"{who} cannot {does!r}", f"Use one of: {', '.join(sorted(can))}.", line
        )
    if does == "assign" and words not in cast.staff:
        raise file.error(table, "then", f"{words!r} is not of the staff", "Name one of the staff.", line)
    if does == "hand_on" and words not in cast.units:
        raise file.error(table, "then", f"{words!r} is no unit", "Name a [units.…] table.", line)
    return Deed(minutes, who, does, words)
