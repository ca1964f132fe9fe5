"""bot.py summary: a community's figures of a day, in the terminal."""

from __future__ import annotations

import argparse
import asyncio
from datetime import date, timedelta
from typing import Any

from commands.console import Commands, added, say_error
from config import load
from desk.from_settings import open_office
from reports.daily import figures
from storage import communities
from storage.communities import Community
from storage.store import Store, Tx
from texts import cli
from texts.registry import say


def add(commands: Commands) -> None:
    parser = added(commands, "summary", cli.HELP["summary"], run)
    parser.add_argument("--community", required=True, help=cli.HELP["summary --community"])
    parser.add_argument("--date", type=date.fromisoformat, help=cli.HELP["summary --date"])


def run(options: argparse.Namespace) -> int:
    """bot.py summary: a community's figures of a day, in the terminal."""
    settings = load()

    async def work() -> int:
        store = await Store.open(settings.database_url)
        try:
            office = open_office(settings, store)
            day = options.date or office.now().date() - timedelta(days=1)

            async def look(tx: Tx) -> dict[str, Any] | list[Community]:
                community = await communities.by_name(tx, options.community)
                if community is None:
                    return await communities.everyone(tx)
                return await figures(
                    tx, community, day, office.now(), office.zone, office.catalogue, calendar=office.calendar
                )

            found = await store.read(look)
        finally:
            await store.close()
        if isinstance(found, list):
            return say_error(cli.no_such_community(options.community, [c.name for c in found]))
        print(cli.plain(say("daily_summary", summary=found).html))
        return 0

    return asyncio.run(work())
