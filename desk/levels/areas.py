"""The summaries of the levels above the communities: who may read them, and what is told."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.hand import Hand
from desk.office import Office
from desk.speech import tell
from desk.staff.listing import say_back
from domain.errors import Refused
from reports import area, area_picture
from reports.area import Area, Facts
from reports.render import png
from storage import areas, organisations
from storage.areas import Node
from storage.periods import Period, Span, period_of
from storage.store import Tx
from texts import city
from texts import pictures as words


@dataclass(frozen=True, slots=True)
class Told:
    """An area with everything that is counted for it."""

    node: Node
    area: Area
    facts: Facts

    def values(self, office: Office) -> dict[str, Any]:
        return area.summary(self.area, self.facts, office.catalogue, office.calendar)


async def count(office: Office, period: Period, wanted: frozenset[int]) -> list[Told]:
    """The wanted areas with their figures; all communities are counted once. Read beside the writer."""

    async def look(tx: Tx) -> list[Told]:
        nodes = await areas.tree(tx)
        known = area.areas_of(nodes)
        ours = [node for node in nodes if node.id in wanted and node.id in known]
        if not ours:
            return []
        facts = await area.facts(tx, period, office.now(), office.zone, office.calendar)
        return [Told(node, known[node.id], facts) for node in ours]

    return await office.store.read(look)


async def send_area(office: Office, hand: Hand, asked: str) -> None:
    """[本周] or [本月] under an area's summary: "7:week"; as things stand now."""
    told = await counted(office, hand, asked)
    if told is None:
        return
    values = told.values(office)

    async def change(tx: Tx) -> None:
        await tell(tx, office, hand.chat_id, "area_summary", hand.key, summary=values)

    await office.write(change)


async def send_picture(office: Office, hand: Hand, asked: str) -> str:
    """[🖼 换成图] under an area's summary; what the presser is shown at once."""
    told = await counted(office, hand, asked)
    if told is None:
        return ""
    values = told.values(office)
    when = city.when(values)
    now = office.now().astimezone(office.zone)
    picture = await png(area_picture.draw(values, when, words.plain_footer(now)).svg())
    if picture is None:
        return words.FAILED
    name = words.picture_file(told.area.name, when)

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            "picture",
            f"{asked}:{hand.key}",
            upload=f"file:{name}:{base64.b64encode(picture).decode()}",
            community=told.area.name,
            title=when,
        )

    await office.write(change)
    return words.SENT


async def counted(office: Office, hand: Hand, asked: str) -> Told | None:
    """What "7:week" or "7:week:2026-11-16" means, for somebody who works there; None: said why not."""
    number, _, code = asked.partition(":")
    period = _period(code, office.now().astimezone(office.zone).date())
    if not number.isdigit() or period is None:
        raise Refused("gone")
    await _reader_of(office, hand, int(number))
    found = await count(office, period, frozenset({int(number)}))
    if found:
        return found[0]
    name = await office.store.read(lambda tx: organisations.name_of(tx, int(number)))
    await say_back(office, hand, "area_empty", area=name)
    return None


def _period(code: str, today: date) -> Period | None:
    span, _, first = code.partition(":")
    try:
        return period_of(Span(span), date.fromisoformat(first) if first else today)
    except ValueError:  # no such span, no such day
        return None


async def _reader_of(office: Office, hand: Hand, organisation_id: int) -> None:
    """Whoever works for the organisation, and administrators; nobody else."""

    async def look(tx: Tx) -> bool:
        return await organisations.person(tx, organisation_id, hand.user_id) is not None

    if hand.user_id not in office.admins and not await office.store.read(look):
        raise Refused("not_your_role")
