"""bot.py train: learn from corrections or from a past export, or return to the model before."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from commands.console import Commands, added, say_error
from config import load
from domain.catalogue import load_catalogue
from jobs import learning
from jobs.learning import Export
from texts import cli
from texts import learning as learning_words


def add(commands: Commands) -> None:
    words = learning_words.HELP
    parser = added(commands, "train", words["train"], run)
    parser.add_argument("--data", type=Path, metavar="FILE", help=words["train --data"])
    parser.add_argument("--text", default="", metavar="COLUMN", help=words["train --text"])
    parser.add_argument("--label", default="", metavar="COLUMN", help=words["train --label"])
    parser.add_argument("--map", type=Path, metavar="JSON", help=words["train --map"])
    parser.add_argument("--undo", action="store_true", help=words["train --undo"])
    parser.add_argument("--quiet", action="store_true", help=words["train --quiet"])


def run(options: argparse.Namespace) -> int:
    """bot.py train: learn from corrections or from a past export, or return to the model before."""
    settings = load()
    database = settings.database_path
    if options.undo:
        outcome = learning.undo(database)
    elif options.data is None and (options.text or options.label or options.map):
        return say_error(learning_words.columns_alone())
    elif options.data is not None and not (options.text and options.label):
        return say_error(learning_words.columns_wanted())
    elif options.data is None and not settings.on_postgres and not database.exists():
        return say_error(cli.no_store(str(database)))
    else:
        if options.quiet and hasattr(os, "nice"):
            os.nice(19)  # the bot and its residents first
        catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
        export_ = options.data and Export(options.data, options.text, options.label, options.map)
        shown = sys.stdout.isatty() and not options.quiet
        address = settings.database_url if settings.on_postgres else ""
        outcome = learning.teach(database, catalogue, export_, _bar if shown else _no_bar, address)
        if shown:
            print()
    if outcome.failed:
        return say_error(outcome.said)
    print(outcome.said)
    return 0


def _bar(phase: str, done: int, total: int) -> None:
    print(f"\r{learning_words.bar(phase, done, total)}", end="", flush=True)


def _no_bar(phase: str, done: int, total: int) -> None:
    """For pipes and for the background."""
