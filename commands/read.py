"""bot.py read: what is understood of a sentence, and why."""

from __future__ import annotations

import argparse
from datetime import datetime

from commands.console import Commands, added
from config import load
from domain.catalogue import load_catalogue
from jobs import learned
from jobs.learned import Learned
from nlp.reading import Gazetteer
from reports.reading import explain
from texts import cli


def add(commands: Commands) -> None:
    parser = added(commands, "read", cli.HELP["read"], run)
    parser.add_argument("text", metavar="TEXT", help=cli.HELP["read TEXT"])


def run(options: argparse.Namespace) -> int:
    """bot.py read: what is understood of a sentence, and why."""
    catalogue = load_catalogue()
    settings = load()
    model = Learned(learned.path_beside(settings.database_path))
    model.refresh()
    reading = model.read(options.text, Gazetteer(), datetime.now(settings.zone))
    print(cli.plain(explain(reading, catalogue)))
    return 0
