"""bot.py poster: a page to print and an SVG for each building's door."""

from __future__ import annotations

import argparse
from pathlib import Path

from commands.console import Commands, added, of_community, say_error
from config import Settings, load, require_token
from reports import doctor, posters
from reports.posters import Poster
from storage import bots
from storage.communities import Community
from storage.store import Store
from texts import cli
from transport.application import build
from transport.serve import reach


def add(commands: Commands) -> None:
    parser = added(commands, "poster", cli.HELP["poster"], run)
    parser.add_argument("--community", required=True, help=cli.HELP["poster --community"])
    parser.add_argument("--building", action="append", default=[], help=cli.HELP["poster --building"])
    parser.add_argument("--out", type=Path, required=True, help=cli.HELP["poster --out"])
    parser.add_argument("--username", default="", help=cli.HELP["poster --username"])


def run(options: argparse.Namespace) -> int:
    """bot.py poster: a page to print and an SVG for each building's door."""
    settings = load()

    async def work(store: Store, community: Community) -> list[Poster]:
        bot = options.username.strip().lstrip("@") or await _bot_name(settings, store, community)
        return await store.read(lambda tx: posters.posters(tx, community, bot, options.building))

    found = of_community(settings, options.community, work)
    if found is None:
        return 2
    if not found:
        return say_error(cli.no_building(options.building))
    page = options.out / posters.SHEET_NAME
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        page.write_text(posters.sheet(options.community, found), encoding="utf-8")
        for poster in found:
            (options.out / f"{poster.name}.svg").write_text(posters.svg(poster), encoding="utf-8")
    except OSError as error:
        return say_error(cli.other(str(error)))
    print(cli.posters_done(str(page), len(found), doctor.has_chinese_font()))
    return 0


async def _bot_name(settings: Settings, store: Store, community: Community) -> str:
    """The name of the bot that serves the community; else what Telegram calls the first one."""
    known = {bot.number: bot.username for bot in await store.read(bots.everyone)}
    if community.served_by in known:
        return known[community.served_by]
    require_token(settings)
    application = build(settings)
    await reach(application)
    try:
        return str(application.bot.username)
    finally:
        await application.shutdown()
