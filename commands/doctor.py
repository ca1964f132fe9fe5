"""bot.py doctor: is everything as it should be?"""

from __future__ import annotations

import argparse
import asyncio

from commands.console import Commands, added, say_error
from config import load
from domain.errors import SettingsError
from reports import doctor
from texts import cli
from texts import upkeep as upkeep_words


def add(commands: Commands) -> None:
    parser = added(commands, "doctor", cli.HELP["doctor"], run)
    parser.add_argument("--deep", action="store_true", help=upkeep_words.HELP["doctor --deep"])


def run(options: argparse.Namespace) -> int:
    """bot.py doctor: is everything as it should be? In plain words."""
    try:
        settings = load()
    except SettingsError as error:
        return say_error(cli.settings_error(error.name, error.problem))
    findings = asyncio.run(doctor.examine(settings, deep=options.deep))
    for finding in findings:
        print(cli.finding(finding.good, finding.what, finding.remedy))
    return 0 if all(finding.good is not False for finding in findings) else 1
