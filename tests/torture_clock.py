"""Days on end under a clock that jumps: three schedulers on one store, and what they have promised."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config import Settings
from desk.from_settings import open_office
from desk.office import Office
from jobs import summaries
from storage import communities
from storage.store import Store, Tx

SCHEDULERS = 3
COMMUNITIES = 3


class Schedulers:
    """Several offices on one file, as if on several machines; their clocks are moved by hand."""

    def __init__(self, stores: Sequence[Store], zone: ZoneInfo) -> None:
        self.stores = stores
        self.moment = datetime(2000, 1, 1, tzinfo=UTC)
        settings = Settings.model_validate({"timezone": zone.key})
        self.offices: list[Office] = [
            replace(open_office(settings, store), now=lambda: self.moment.astimezone(zone))
            for store in stores
        ]

    async def at(self, moment: datetime) -> None:
        """All of them look what is due at this moment, at once."""
        self.moment = moment
        await asyncio.gather(*(summaries.push_due(office) for office in self.offices))


async def promised(path: Path, zone: ZoneInfo, moments: Sequence[datetime]) -> Counter[tuple[int, date]]:
    """How often each community's summary of each local date was promised, over these moments."""
    stores = [await Store.open(path) for _ in range(SCHEDULERS)]
    try:
        await stores[0].write(_found)
        schedulers = Schedulers(stores, zone)
        for moment in moments:
            await schedulers.at(moment)
    finally:
        for store in stores:
            await store.close()
    counted: Counter[tuple[int, date]] = Counter()
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute("select community_id, key, payload from outbox where key like 'daily_summary:%'")
        for community, key, payload in rows:
            told = date.fromisoformat(json.loads(payload)["values"]["summary"]["day"])
            counted[community, date.fromisoformat(key.rsplit(":", 1)[1])] += 1
            assert (date.fromisoformat(key.rsplit(":", 1)[1]) - told).days == 1, (
                "a summary tells of the day before"
            )
    return counted


async def _found(tx: Tx) -> None:
    for number in range(COMMUNITIES):
        made = await communities.found(tx, f"第{number}社区", f"c{number}", 1)
        await communities.bind(tx, made, -1000 - number)
