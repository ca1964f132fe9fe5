"""The register: tickets read and written whole, with a version so that of two changes at once one wins."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any

from domain.errors import Refused
from domain.states import Meaning, State, meaning
from storage import words
from storage.store import Row, Tx

_JSON = ("guesses", "why", "dangers", "frailty")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One row of the register. Times are milliseconds since 1970 UTC."""

    community_id: int
    number: str
    resident_id: int
    chat_id: int
    source_message: int
    state: State
    category: str
    kind: str
    urgency: str
    body: str
    clock_class: str
    clock_unit: str
    accept_due: int
    answer_due: int
    created_at: int
    id: int = 0
    part: int = 0
    resume_state: str = ""
    category_sure: bool = True
    guesses: tuple[tuple[str, float], ...] = ()
    why: tuple[str, ...] = ()
    concern: str = "self"
    dangers: tuple[str, ...] = ()
    frailty: tuple[str, ...] = ()
    place: str = ""
    estate_id: int | None = None
    building: str = ""
    unit: str = ""
    room: str = ""
    responsible: str = ""
    level: str = "community"
    assignee_id: int | None = None
    paused_at: int | None = None
    accepted_at: int | None = None
    answered_at: int | None = None
    closed_at: int | None = None
    result: str = ""
    result_text: str = ""
    opinion: str = ""
    review_due: int | None = None
    reopened: int = 0
    returned: int = 0
    version: int = 1

    @property
    def means(self) -> Meaning:
        return meaning(self.state)

    @property
    def erased(self) -> bool:
        """Its resident had their data deleted, or it was long ago: only what is counted is left."""
        return self.resident_id == 0

    def overdue(self, now: int) -> bool:
        """The promise has passed and nobody has answered."""
        return self.means.clock_runs and self.answered_at is None and self.answer_due < now


_COLUMNS = tuple(field.name for field in fields(Ticket))
_CELLS = itemgetter(*_COLUMNS)
_STATE, _SURE, _GUESSES = map(_COLUMNS.index, ("state", "category_sure", "guesses"))
_LISTS = tuple(map(_COLUMNS.index, ("why", "dangers", "frailty")))


def of_row(row: Row) -> Ticket:
    """The ticket of a row of the register."""
    return _made(list(_CELLS(row)))


def _made(cells: list[Any]) -> Ticket:
    """The ticket of the cells of a row, in the order of its fields."""
    cells[_STATE] = State(cells[_STATE])
    cells[_SURE] = bool(cells[_SURE])
    said = cells[_GUESSES]
    cells[_GUESSES] = () if said == "[]" else tuple((code, p) for code, p in json.loads(said))
    for at in _LISTS:
        said = cells[at]
        cells[at] = () if said == "[]" else tuple(json.loads(said))
    return Ticket(*cells)


def _values(ticket: Ticket) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(ticket, name) for name in _COLUMNS}
    for name in _JSON:
        values[name] = json.dumps(values[name], ensure_ascii=False) if values[name] else "[]"
    values["state"] = ticket.state.value
    values["category_sure"] = int(ticket.category_sure)
    return values


async def insert(tx: Tx, ticket: Ticket) -> Ticket | None:
    """Enter a new ticket; None when the same message has opened it before."""
    found = await tx.value("tickets.insert", **_values(ticket))
    if found is None:
        return None
    entered = replace(ticket, id=int(found))
    await index(tx, entered)
    return entered


async def save(tx: Tx, ticket: Ticket) -> Ticket:
    """Write a changed ticket. Refused when someone else has changed it since it was read."""
    if await tx.do("tickets.save", **_values(ticket)) != 1:
        raise Refused("somebody_was_faster")
    return replace(ticket, version=ticket.version + 1)


async def next_number(tx: Tx, community_id: int, day: str) -> str:
    """The next ticket number of the local day YYMMDD: "261122-007"."""
    last = await tx.value("tickets.next_number", community_id=community_id, day=day)
    return f"{day}-{int(last):03d}"


async def by_id(tx: Tx, ticket_id: int) -> Ticket | None:
    row = await tx.one("tickets.by_id", id=ticket_id)
    return of_row(row) if row else None


async def of_community(tx: Tx, community_id: int, ticket_id: int) -> Ticket | None:
    """The ticket, if it is that community's."""
    row = await tx.one("tickets.of_community", id=ticket_id, community_id=community_id)
    return of_row(row) if row else None


async def by_source(tx: Tx, chat_id: int, message_id: int) -> Ticket | None:
    row = await tx.one("tickets.by_source", chat_id=chat_id, source_message=message_id)
    return of_row(row) if row else None


async def parts(tx: Tx, ticket: Ticket) -> int:
    """How many tickets the same message has opened."""
    return int(await tx.value("tickets.parts", chat_id=ticket.chat_id, source_message=ticket.source_message))


async def of_one_message(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """The tickets that the same message has opened, in the order of its matters; mostly it alone."""
    rows = await tx.all(
        "tickets.of_one_message", chat_id=ticket.chat_id, source_message=ticket.source_message
    )
    return [of_row(row) for row in rows]


async def by_number(tx: Tx, community_id: int, number: str) -> list[Ticket]:
    """By the whole number, or by its last digits ("7", "007"): newest first."""
    row = await tx.one("tickets.by_number", community_id=community_id, number=number)
    if row:
        return [of_row(row)]
    if number.isdigit() and len(number) <= 4:
        return _all(await tx.all("tickets.by_tail", community_id=community_id, tail=number.zfill(3)))
    return []


async def resident_number(tx: Tx, resident_id: int, number: str) -> Ticket | None:
    row = await tx.one("tickets.resident_number", resident_id=resident_id, number=number)
    return of_row(row) if row else None


async def of_resident(tx: Tx, resident_id: int, most: int = 10) -> list[Ticket]:
    return _all(await tx.all("tickets.of_resident", resident_id=resident_id, most=most))


async def open_of_resident(tx: Tx, resident_id: int, most: int = 20) -> list[Ticket]:
    """Newest first."""
    return _all(await tx.all("tickets.open_of_resident", resident_id=resident_id, most=most))


async def open_of_community(tx: Tx, community_id: int, most: int = 50) -> list[Ticket]:
    """The one due first comes first."""
    return _all(await tx.all("tickets.open_of_community", community_id=community_id, most=most))


async def open_of_assignee(tx: Tx, community_id: int, assignee_id: int, most: int = 50) -> list[Ticket]:
    return _all(
        await tx.all(
            "tickets.open_of_assignee", community_id=community_id, assignee_id=assignee_id, most=most
        )
    )


async def overdue(tx: Tx, community_id: int, now: int, most: int = 50) -> list[Ticket]:
    return _all(await tx.all("tickets.overdue", community_id=community_id, now=now, most=most))


async def silent(tx: Tx, now: int, most: int = 200) -> list[Ticket]:
    """Closed ones whose resident has not answered the review in time."""
    return _all(await tx.all("tickets.silent", now=now, most=most))


async def search(tx: Tx, community_id: int, text: str, most: int = 20) -> list[Ticket]:
    """Every ticket of the community that holds all the words, newest first."""
    asked = words.wanted(text)
    if not asked:
        return []
    values = {"community": f"c{community_id}", "terms": words.terms(asked), "community_id": community_id}
    look = most
    while True:  # the index knows pairs of characters: few of its finds hold the words not as they were asked
        rows = await tx.all("tickets.search", **values, most=look)
        folded = ((ticket, words.fold(searchable(ticket))) for ticket in _all(rows))
        found = [ticket for ticket, text in folded if all(words.holds(text, word) for word in asked)]
        if len(found) >= most or len(rows) < look:
            return found[:most]
        look *= 5


async def index(tx: Tx, ticket: Ticket) -> None:
    await tx.do("tickets.index", **_indexed(ticket))


async def reindex(tx: Tx, before: Ticket, after: Ticket) -> None:
    """The words of a ticket have changed."""
    if searchable(before) != searchable(after):
        await tx.do("tickets.unindex", **_indexed(before))
        await tx.do("tickets.index", **_indexed(after))


def searchable(ticket: Ticket) -> str:
    return f"{ticket.number} {ticket.place} {ticket.body}"


def _indexed(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "community": f"c{ticket.community_id}",
        "words": words.bigrams(searchable(ticket)),
    }


def _all(rows: Iterable[Row]) -> list[Ticket]:
    """Many rows of one query: where their columns stand is looked up once, not by name in every row."""
    found = list(rows)
    if not found:
        return []
    cells = _by_place(tuple(found[0].keys()))
    return [_made(list(cells(row))) for row in found]


@functools.cache
def _by_place(names: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    """Takes a row apart by the places of its columns."""
    return itemgetter(*(names.index(name) for name in _COLUMNS))
