"""bot.py hear: the words of a voice note."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from commands.console import Commands, added, say_error
from config import load
from nlp.hearing import HearingError, find_model, hear
from texts import voice as voice_words


def add(commands: Commands) -> None:
    parser = added(commands, "hear", voice_words.HELP["hear"], run)
    parser.add_argument("file", metavar="FILE", help=voice_words.HELP["hear FILE"])
    parser.add_argument("--model", type=Path, help=voice_words.HELP["hear --model"])


def run(options: argparse.Namespace) -> int:
    """bot.py hear: the words of a voice note."""
    folder = options.model or load().voice_model_dir
    if not folder:
        return say_error(voice_words.NO_MODEL)
    piped = options.file == "-"
    if piped and hasattr(os, "nice"):
        os.nice(19)  # the bot and its residents first
    try:
        voice = sys.stdin.buffer.read() if piped else Path(options.file).read_bytes()
        words = hear(find_model(Path(folder)), voice)
    except (HearingError, OSError) as error:
        return say_error(voice_words.not_heard(str(error)))
    if words or not piped:
        print(words or voice_words.NOTHING_HEARD)
    return 0
