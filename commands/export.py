"""bot.py export: a community's register of a period in a new file."""

from __future__ import annotations

import argparse
import os
from datetime import date, datetime
from pathlib import Path

from commands.console import Commands, added, of_community, say_error
from config import load
from desk.from_settings import open_office
from reports.export import Form, Wish, export
from storage.communities import Community
from storage.store import Store
from texts import cli


def add(commands: Commands) -> None:
    parser = added(commands, "export", cli.HELP["export"], run)
    parser.add_argument("--community", required=True, help=cli.HELP["export --community"])
    parser.add_argument("--from", dest="since", type=date.fromisoformat, help=cli.HELP["export --from"])
    parser.add_argument("--to", dest="until", type=date.fromisoformat, help=cli.HELP["export --to"])
    parser.add_argument("--format", dest="form", choices=[*Form], help=cli.HELP["export --format"])
    parser.add_argument("--out", type=Path, required=True, help=cli.HELP["export --out"])
    parser.add_argument("--full", action="store_true", help=cli.HELP["export --full"])


def run(options: argparse.Namespace) -> int:
    """bot.py export: a community's register of a period in a new file, readable by its owner only."""
    settings = load()
    today = datetime.now(settings.zone).date()
    since, until = options.since or today.replace(day=1), options.until or today
    form = options.form or options.out.suffix[1:].lower()
    if form not in [*Form]:
        return say_error(cli.unknown_form(options.out.name))
    if since > until:
        return say_error(cli.wrong_period(since.isoformat(), until.isoformat()))
    if options.out.exists():
        return say_error(cli.file_exists(str(options.out)))

    async def work(store: Store, community: Community) -> int:
        office = open_office(settings, store)
        wish = Wish(community, since, until, Form(form), options.full)
        with open(options.out, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as target:  # noqa: ASYNC230 - nobody else waits
            return await export(
                store, wish, target, now=office.now(), zone=office.zone, catalogue=office.catalogue
            )

    try:
        total = of_community(settings, options.community, work)
    except OSError as error:
        return say_error(cli.other(str(error)))
    if total is None:
        return 2
    print(cli.exported(str(options.out), total, options.out.stat().st_size, options.full))
    return 0
