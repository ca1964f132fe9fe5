"""Every picture of a community by its name: what is counted for it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue
from domain.workdays import WorkCalendar
from reports import (
    hours_picture,
    houses_picture,
    kind_picture,
    late_picture,
    month_picture,
    picture_figures,
)
from reports.drawing.canvas import Canvas
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Tx
from texts import pictures as words

Turn = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class View:
    """From where figures are looked at: the office's time and rules."""

    now: datetime
    zone: ZoneInfo
    catalogue: Catalogue
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that is counted and not yet drawn. `title` also names the file."""

    title: str
    draw: Callable[[Turn], Canvas]


async def drawing(tx: Tx, community: Community, view: View, asked: str) -> Drawing | None:
    """The picture that "month:2026-11-01", "kind:elevator", "houses:", "late:" or "hours:" names."""
    name, _, what = asked.partition(":")
    make = PICTURES.get(name)
    return await make(tx, community, view, what) if make else None


async def _month(tx: Tx, community: Community, view: View, day: str) -> Drawing:
    period = period_of(Span.MONTH, date.fromisoformat(day))
    told = await picture_figures.month(
        tx, community, period, view.now, view.zone, view.catalogue, view.calendar
    )
    title = words.month_words(period.first, told.over)
    return Drawing(title, lambda turn: month_picture.draw(told, _said_last(view), turn))


async def _kind(tx: Tx, community: Community, view: View, code: str) -> Drawing | None:
    """None for a kind that is not shown by name."""
    if not view.catalogue.has(code) or view.catalogue.leaf(code).sensitive:
        return None
    told = await picture_figures.kind(tx, community, code, view.now, view.zone, view.catalogue)
    return Drawing(words.kind_title(told.name), lambda turn: kind_picture.draw(told, _said_last(view), turn))


async def _houses(tx: Tx, community: Community, view: View, _: str) -> Drawing:
    told = await picture_figures.houses(tx, community, view.now, view.zone, view.catalogue)
    return Drawing(words.HOUSES_TITLE, lambda turn: houses_picture.draw(told, _said_last(view), turn))


async def _late(tx: Tx, community: Community, view: View, _: str) -> Drawing:
    told = await picture_figures.late(tx, community, view.now, view.zone, view.catalogue)
    return Drawing(words.LATE_TITLE, lambda turn: late_picture.draw(told, _said_last(view), turn))


async def _hours(tx: Tx, community: Community, view: View, _: str) -> Drawing:
    told = await picture_figures.hours(tx, community, view.now, view.zone)
    return Drawing(words.HOURS_TITLE, lambda turn: hours_picture.draw(told, _said_last(view), turn))


def _said_last(view: View) -> str:
    return words.plain_footer(view.now.astimezone(view.zone))


Make = Callable[[Tx, Community, View, str], Awaitable[Drawing | None]]
PICTURES: dict[str, Make] = {
    "month": _month,
    "kind": _kind,
    "houses": _houses,
    "late": _late,
    "hours": _hours,
}
