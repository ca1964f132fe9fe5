"""A community's register of a period as xlsx, CSV or JSON, written page by page as it is read."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO, Any, Protocol
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from reports.daily import bounds
from reports.register import Entry, Hop, Shown, is_finished, is_open
from reports.tally import Tally
from storage import export as pages
from storage.communities import Community
from storage.export import Page
from storage.store import Store
from texts import export as words


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported: the tickets that came from `since` to `until`, both days counted."""

    community: Community
    since: date
    until: date
    form: Form = Form.XLSX
    full: bool = False  # personal data and sensitive kinds are told

    @property
    def file_name(self) -> str:
        return words.file_name(
            self.community.name, self.since.isoformat(), self.until.isoformat(), self.form.value
        )


class Writer(Protocol):
    """One form of file. `add` takes the next rows, `close` the figures of all."""

    def add(self, entries: Iterable[Entry], hops: Iterable[Hop]) -> None: ...

    def close(self, tally: Tally, heading: str) -> None: ...


async def count(store: Store, wish: Wish, zone: ZoneInfo) -> int:
    """How many tickets the export will hold."""
    since, until = _span(wish, zone)
    own = wish.community.id
    return await store.read(lambda tx: pages.count(tx, own, since, until), community=own)


async def export(
    store: Store, wish: Wish, target: IO[bytes], *, now: datetime, zone: ZoneInfo, catalogue: Catalogue
) -> int:
    """Write the export into `target`; how many tickets it holds. The event loop stays free meanwhile."""
    since, until = _span(wish, zone)
    shown = Shown(catalogue, zone, now, wish.full)
    tally = Tally(wish.since, wish.until)
    writer = await asyncio.to_thread(_writer, wish, target)
    after, total = pages.start(since), 0
    while True:
        page = await _page(store, wish.community.id, after, until)
        if not page.tickets:
            break
        after, total = pages.end(page.tickets), total + len(page.tickets)
        await asyncio.to_thread(_add, writer, shown, tally, page)
    await asyncio.to_thread(writer.close, tally, _heading(wish, now.astimezone(zone)))
    return total


def _span(wish: Wish, zone: ZoneInfo) -> tuple[int, int]:
    return bounds(wish.since, zone)[0], bounds(wish.until, zone)[1]


def _heading(wish: Wish, now: datetime) -> str:
    return words.heading(
        wish.community.name,
        wish.since.isoformat(),
        wish.until.isoformat(),
        f"{now:%Y-%m-%d %H:%M}",
        full=wish.full,
    )


def _writer(wish: Wish, target: IO[bytes]) -> Writer:
    if wish.form is Form.XLSX:
        from reports.workbook import Workbook  # 4 MB that only an export needs

        return Workbook(target)
    return Sheet(target) if wish.form is Form.CSV else Records(target)


async def _page(store: Store, community_id: int, after: pages.Place, until: int) -> pages.Page:
    """PostgreSQL itself shows the rows of this community only."""
    return await store.read(lambda tx: pages.page(tx, community_id, after, until), community=community_id)


def _add(writer: Writer, shown: Shown, tally: Tally, page: Page) -> None:
    entries, locked = [], set()
    for row in page.tickets:
        closed = shown.is_closed(row)
        if closed:
            locked.add(row["id"])
        entry = shown.entry(row, closed=closed)
        tally.add(entry, is_open=is_open(row), is_finished=is_finished(row))
        entries.append(entry)
    writer.add(entries, (shown.hop(row, closed=row["ticket_id"] in locked) for row in page.hops))


class Sheet:
    """The register as CSV, with the mark by which Excel knows that it is UTF-8."""

    def __init__(self, target: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
        self._lines = csv.writer(self._text)
        self._lines.writerow(words.COLUMNS.values())

    def add(self, entries: Iterable[Entry], hops: Iterable[Hop]) -> None:
        self._lines.writerows([_cell(getattr(entry, key)) for key in words.COLUMNS] for entry in entries)

    def close(self, tally: Tally, heading: str) -> None:
        self._text.flush()
        self._text.detach()  # the file is its owner's to close


class Records:
    """Everything as one JSON object, for other programs."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._first = True
        target.write(b'{"tickets": [')

    def add(self, entries: Iterable[Entry], hops: Iterable[Hop]) -> None:
        steps: dict[str, list[dict[str, Any]]] = {}
        for hop in hops:
            step = {key: getattr(hop, key) for key in words.HOP_COLUMNS if key != "number"}
            steps.setdefault(hop.number, []).append(step)
        for entry in entries:
            ticket: dict[str, Any] = {key: getattr(entry, key) for key in words.COLUMNS}
            ticket["steps"] = steps.get(entry.number, [])
            self._target.write(b"\n" if self._first else b",\n")
            self._target.write(json.dumps(ticket, ensure_ascii=False, default=_plain).encode())
            self._first = False

    def close(self, tally: Tally, heading: str) -> None:
        figures = {table.title: dict(table.rows) for table in tally.tables()}
        rest = {"about": heading, "figures": tally.plain(), "tables": figures}
        self._target.write(b"\n],\n" + json.dumps(rest, ensure_ascii=False)[1:].encode() + b"\n")


_LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def _cell(value: object) -> str:
    """A value as CSV; what a spreadsheet would take for a formula is marked as text."""
    if value is None or isinstance(value, bool):
        return words.YES_NO[value] if isinstance(value, bool) else ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    return f"'{text}" if text.startswith(_LIVE) or text.lstrip().startswith(_LIVE) else text


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(type(value).__name__)
