"""A summary once more: as clean text to paste into WeChat, or as a Word file."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from desk.figures import bulletins
from desk.hand import Hand
from desk.levels import areas
from desk.office import Office
from desk.speech import tell
from domain.errors import Refused
from reports import word
from reports.daily import figures
from reports.word import Table
from storage.communities import Community
from storage.store import Tx
from texts import copying
from texts.bulletin import ANNEX_HEADS, HOUSE_HEADS, PEOPLE_HEADS, UNIT_HEADS
from texts.registry import say

Told = tuple[str, dict[str, Any]]
"""A text by its name, with its summary."""


async def send_copy(office: Office, hand: Hand, asked: str) -> None:
    """[📋 复制版]: "day:2026-11-22", "week:2026-11-16"; with an area's number before it, that area's."""
    told = await _told(office, hand, asked)
    if told is None:
        return
    body = copying.clean(say(told[0], summary=told[1]).html)

    async def change(tx: Tx) -> None:
        await tell(
            tx, office, hand.chat_id, "copy_text", hand.key, community_id=hand.community_id or None, body=body
        )

    await office.write(change)


async def send_word(office: Office, hand: Hand, asked: str) -> str:
    """[📝 Word]: the same as a file; what the presser is shown at once."""
    if not word.can_write():
        return copying.NO_WORD
    told = await _told(office, hand, asked)
    if told is None:
        return ""
    paper = copying.paper(say(told[0], summary=told[1]).html)
    content = await asyncio.to_thread(word.word, paper, _tables(told[1]))

    async def change(tx: Tx) -> None:
        await tell(
            tx,
            office,
            hand.chat_id,
            "word_file",
            hand.key,
            community_id=hand.community_id or None,
            upload=f"file:{copying.word_name(paper.title)}:{base64.b64encode(content).decode()}",
            title=paper.title,
        )

    await office.write(change)
    return ""


async def _told(office: Office, hand: Hand, asked: str) -> Told | None:
    """What is copied, counted as things stand now; None when the asker was told why not."""
    if asked[:1].isdigit():
        found = await areas.counted(office, hand, asked)
        return ("area_summary", found.values(office)) if found else None
    community = await bulletins.reader_of(office, hand)
    if asked.startswith("day:"):
        return "daily_summary", await _day(office, community, asked.removeprefix("day:"))
    period = bulletins.period_named(asked)
    if period is None:
        raise Refused("gone")
    return "bulletin", await bulletins.count(office, community, period)


async def _day(office: Office, community: Community, day: str) -> dict[str, Any]:
    async def look(tx: Tx) -> dict[str, Any]:
        now, zone, catalogue = office.now(), office.zone, office.catalogue
        return await figures(
            tx, community, date.fromisoformat(day), now, zone, catalogue, calendar=office.calendar
        )

    return await office.store.read(look)


def _tables(summary: Mapping[str, Any]) -> Sequence[Table]:
    """The annex of a bulletin as tables; a day and an area have their lines in the text."""
    found: list[Table] = []
    if summary.get("annex"):
        found.append(("附表一　分类", ANNEX_HEADS, summary["annex"]))
    if summary.get("people"):
        found.append(("附表二　经办人", PEOPLE_HEADS, summary["people"]))
    if summary.get("units"):
        found.append(("附表三　责任单位", UNIT_HEADS, summary["units"]))
    if summary.get("houses"):
        found.append(("附表四　地点", HOUSE_HEADS, summary["houses"]))
    return found
