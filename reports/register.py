"""The register as rows for a sheet: a ticket with its four questions, and each step of its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.privacy import is_closed
from domain.roles import Role
from domain.states import FINISHED, MEANINGS, State
from nlp.personal import mask
from storage.store import Row
from texts import names
from texts.export import CLOSED, NOBODY

Hide = Callable[[str], str]
_SHORT = 32
_QUARTER = 900_000  # ms
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - sheets know no zones


@dataclass(frozen=True, slots=True)
class Entry:
    """One ticket. Times are local, without a zone, as a sheet wants them; the fields stand as COLUMNS do."""

    number: str
    problem: str
    place: str
    responsible: str
    promised: datetime
    state: str
    top: str
    category: str
    kind: str
    urgency: str
    assignee: str
    resident: str
    phone: str
    created: datetime
    accepted: datetime | None
    answered: datetime | None
    closed: datetime | None
    on_time: bool | None  # None: not due yet, or never to be answered
    result: str
    outcome: str
    opinion: str
    reopened: int
    returned: int


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a ticket; the fields stand as HOP_COLUMNS do."""

    number: str
    at: datetime
    who: str
    role: str
    what: str
    before: str
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class Shown:
    """How rows become entries: whose words for the codes, which zone, and whether personal data are told."""

    catalogue: Catalogue
    zone: ZoneInfo
    now: datetime
    full: bool = False

    def entry(self, row: Row, *, closed: bool) -> Entry:
        """One row of the register; `closed`: it shows neither words nor place, category or person."""
        hide: Hide = _lock if closed else _same if self.full else _masked
        top, category = (CLOSED, CLOSED) if closed else self._names(row["category"])
        return Entry(
            number=row["number"],
            problem=hide(row["body"]),
            place=hide(row["place"]),
            responsible=row["responsible"] or NOBODY,
            promised=self.local(row["answer_due"]),
            state=names.STATES.get(row["state"], row["state"]),
            top=top,
            category=category,
            kind=row["kind"],
            urgency=row["urgency"],
            assignee=row["assignee"] or "",
            resident=_lock(row["resident"] or "") if closed else self._person(row["resident"] or ""),
            phone=hide(row["phone"] or ""),
            created=self.local(row["created_at"]),
            accepted=self._moment(row["accepted_at"]),
            answered=self._moment(row["answered_at"]),
            closed=self._moment(row["closed_at"]),
            on_time=self._on_time(row),
            result=names.RESULTS.get(row["result"], row["result"]),
            outcome=hide(row["result_text"]),
            opinion=names.OPINIONS.get(row["opinion"], row["opinion"]),
            reopened=row["reopened"],
            returned=row["returned"],
        )

    def hop(self, row: Row, *, closed: bool) -> Hop:
        """One row of the ledger; `closed`: nothing but the step itself."""
        role = row["actor_role"]
        return Hop(
            number=row["number"],
            at=self.local(row["at"]),
            who="" if role in (Role.RESIDENT, Role.CLOCK) else row["actor"] or "",
            role=names.ROLES.get(role, role),
            what=names.EVENTS.get(row["kind"], row["kind"]),
            before=names.STATES.get(row["from_state"], row["from_state"]),
            after=names.STATES.get(row["to_state"], row["to_state"]),
            note=self._note(row, closed=closed),
        )

    def is_closed(self, row: Row) -> bool:
        """Whether this ticket's words stay out of the export."""
        return not self.full and is_closed(
            self.catalogue,
            row["category"],
            sure=bool(row["category_sure"]),
            guesses=() if row["category_sure"] else json.loads(row["guesses"]),
            dangers=() if row["dangers"] == "[]" else json.loads(row["dangers"]),
        )

    def local(self, ms: int) -> datetime:
        return _EPOCH + timedelta(0, ms // 1000) + _offset(self.zone, ms // _QUARTER)

    def _moment(self, ms: int | None) -> datetime | None:
        return None if ms is None else self.local(ms)

    def _names(self, code: str) -> tuple[str, str]:
        """(heading, leaf) of a category; one that the catalogue has lost keeps its code."""
        if not self.catalogue.has(code):
            return "", code
        return self.catalogue.top_of(code).name, self.catalogue.leaf(code).name

    def _person(self, name: str) -> str:
        return name if self.full or not name else f"{name[:1]}**"

    def _on_time(self, row: Row) -> bool | None:
        done = row["answered_at"] or row["closed_at"]
        if done is not None:
            return bool(done <= row["answer_due"])
        means = MEANINGS[State(row["state"])]
        late = means.is_open and means.clock_runs and row["answer_due"] < self.now.timestamp() * 1000
        return False if late else None

    def _note(self, row: Row, *, closed: bool) -> str:
        if row["data"] == "{}":
            return ""
        if closed:
            return CLOSED
        data = json.loads(row["data"])
        if row["kind"] == "category":
            return " → ".join(self._leaf(data.get(side, "")) for side in ("before", "after"))
        said = str(data.get("reason") or data.get("text") or data.get("name") or "")
        said = names.OPINIONS.get(said, said) if row["kind"] == "rate" else said
        return said if self.full else _masked(said)

    def _leaf(self, code: str) -> str:
        if not self.catalogue.has(code):
            return code
        leaf = self.catalogue.leaf(code)
        return CLOSED if leaf.sensitive and not self.full else leaf.name


@lru_cache(maxsize=4096)
def _offset(zone: ZoneInfo, quarter: int) -> timedelta:
    """How far the zone is from UTC in that quarter of an hour since 1970; clocks move between two of them."""
    return datetime.fromtimestamp(quarter * _QUARTER // 1000, zone).utcoffset() or timedelta()


def is_open(row: Row) -> bool:
    return MEANINGS[State(row["state"])].is_open


def is_finished(row: Row) -> bool:
    return State(row["state"]) in FINISHED


def _same(text: str) -> str:
    return text


def _lock(text: str) -> str:
    return CLOSED if text else ""


def _masked(text: str) -> str:
    """Masked; the same few places and short remarks come again and again."""
    return _masked_short(text) if len(text) <= _SHORT else mask(text)


@lru_cache(maxsize=8192)
def _masked_short(text: str) -> str:
    return mask(text)
