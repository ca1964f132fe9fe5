"""bot.py guides: bring in the office's own knowledge cards, or remove one."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from commands.console import Commands, added, of_community
from config import load
from desk.from_settings import open_office
from desk.residents import knowledge
from desk.residents.guide_files import read_guides
from storage.communities import Community
from storage.store import Store
from texts.knowledge import CLI_HELP as GUIDE_WORDS
from texts.knowledge import imported as guides_imported
from texts.knowledge import removed as guide_removed


def add(commands: Commands) -> None:
    parser = added(commands, "guides", GUIDE_WORDS["guides"], run)
    parser.add_argument("action", choices=["import", "remove"], help=GUIDE_WORDS["guides ACTION"])
    parser.add_argument("what", metavar="FILE|TITLE", help=GUIDE_WORDS["guides WHAT"])
    parser.add_argument("--community", default="", help=GUIDE_WORDS["guides --community"])


def run(options: argparse.Namespace) -> int:
    """bot.py guides: bring in the office's own knowledge cards, for a community or for all, or remove one."""
    settings = load()

    async def work(store: Store, community: Community | None) -> int:
        office = open_office(settings, store)
        whose = community.id if community else None
        if options.action == "import":
            cards = read_guides(Path(options.what), office.catalogue)
            await knowledge.take_in(office, cards, whose)
            print(guides_imported(len(cards), options.community))
            return 0
        found = await knowledge.withdraw(office, options.what, whose)
        print(guide_removed(options.what, found))
        return 0 if found else 2

    async def for_all() -> int:
        store = await Store.open(settings.database_url)
        try:
            return await work(store, None)
        finally:
            await store.close()

    done = of_community(settings, options.community, work) if options.community else asyncio.run(for_all())
    return 2 if done is None else done
