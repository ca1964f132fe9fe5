"""民心桥: composition root and command line. The only file that knows all the parts; nobody imports it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming behaviour, without its warning

import texts.all
from commands import doctor, export, guides, hear, keeping, poster, read, summary, train
from commands.console import added, say_error
from config import Settings, load, require_token
from demo import play
from desk.from_settings import open_office
from desk.office import Counter, Office
from desk.outgoing import Post
from desk.residents.welcome import give_up
from desk.setup.importing import upload
from domain.errors import (
    DataFileError,
    MinxinqiaoError,
    SettingsError,
    StoreTooNew,
    StoreUnavailable,
)
from handlers import menu
from handlers.register import register
from jobs import backups, clock, hearing, ladder, learned, learning
from jobs.learned import Learned
from nlp.hearing import HearingError, find_model
from nlp.read import warm
from storage.store import Store
from texts import cli
from texts import stores as store_words
from transport.application import App
from transport.counters import man
from transport.files import fetch_of_any
from transport.logs import set_up
from transport.serve import Guest, Job, Open, Part, serve
from transport.turns import in_turn

CLOSING = 0.8
"""Seconds for the store at the end; the supervisor gives five for everything."""

assert texts.all  # noqa: S101 - imported for what it enters into the registry


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except SettingsError as error:
        return say_error(cli.settings_error(error.name, error.problem))
    except StoreTooNew as error:
        return say_error(cli.store_too_new(error.where))
    except StoreUnavailable as error:
        return say_error(cli.store_unavailable(error.where, error.problem))
    except DataFileError as error:
        return say_error(cli.data_file(str(error)))
    except MinxinqiaoError as error:
        return say_error(cli.other(str(error)))
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line. Words in both languages, for operators."""
    root = argparse.ArgumentParser(
        prog="bot.py",
        description=cli.ABOUT,
        epilog=cli.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = root.add_subparsers(required=True, metavar="COMMAND", title=cli.COMMANDS)
    demo = added(commands, "demo", cli.HELP["demo"], run_demo)
    demo.add_argument("--once", action="store_true", help=cli.HELP["demo --once"])
    demo.add_argument("--port", type=int, default=0, help=cli.HELP["demo --port"])
    demo.add_argument("--data", type=Path, help=cli.HELP["demo --data"])
    demo.add_argument("--keep", action="store_true", help=cli.HELP["demo --keep"])
    run = added(commands, "run", cli.HELP["run"], run_bot)
    run.add_argument("--role", choices=["all", *Part], default="all", help=store_words.HELP["run --role"])
    for command in (doctor, summary, export, poster, keeping, hear, read, guides, train):
        command.add(commands)
    return root


def run_bot(options: argparse.Namespace) -> int:
    """bot.py run: serve until stopped."""
    settings = load()
    require_token(settings)
    set_up(
        settings.log_level,
        *(bot.token.get_secret_value() for bot in settings.every_bot),
        settings.webhook_secret.get_secret_value(),
        as_json=settings.log_format == "json",
    )
    if options.role != "all" and not settings.on_postgres:
        return say_error(store_words.role_alone(options.role))
    parts = tuple(Part) if options.role == "all" else (Part(options.role),)
    return _serve_and_leave(serve_bot(settings, parts))


async def serve_bot(settings: Settings, parts: Collection[Part] = tuple(Part)) -> None:
    """Everything put together, from the settings to the closing door."""
    recogniser = hearing_command(settings)
    await asyncio.to_thread(warm)  # the dictionaries, before the first resident writes
    store = await Store.open(settings.database_url)
    try:
        manned = await man(settings, store)
        model = Learned(learned.path_beside(settings.database_path))
        await asyncio.to_thread(model.refresh)
        opened_office = open_office(settings, store, model.read)
        names = {bot.number: bot.username for bot in manned}
        offices = [opened_office.at(Counter(bot.number, names)) for bot in manned]
        office = offices[0]
        await office.read_days()
        for bot, behind in zip(manned, offices, strict=True):
            register(bot.application, behind)
        background: set[asyncio.Task[None]] = set()

        def opened(_: Open) -> None:
            for bot in manned:
                task = asyncio.create_task(menu.publish_patiently(bot.application.bot))
                background.add(task)
                task.add_done_callback(background.discard)

        await serve(
            settings,
            store,
            manned[0].application,
            give_up=lambda row, error: give_up(office, row, error),
            post=Post(office, upload),
            jobs=[
                *_clock(settings, office, parts),
                *_hearing(recogniser, office, {bot.number: bot.application for bot in manned}, parts),
                lambda _: learning.run(office, model, [sys.executable, __file__, "train", "--quiet"]),
            ],
            opened=opened,
            parts=parts,
            number=manned[0].number,
            guests=[
                Guest(bot.settings, bot.number, bot.application, Post(behind, upload))
                for bot, behind in zip(manned[1:], offices[1:], strict=True)
            ],
        )
    finally:
        await _close_in_time(store)


async def _close_in_time(store: Store) -> None:
    """Close the store; a locked one holds nobody up: what waits there was never acknowledged."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSING):
            await store.close()


def _clock(settings: Settings, office: Office, parts: Collection[Part]) -> list[Job]:
    """What the clock does; of several processes one has the turn."""
    if Part.JOBS not in parts:
        return []
    return [
        lambda wake: in_turn(office.store, "clock", lambda: clock.run(office, wake)),
        *_daily_backup(settings, office),
    ]


def hearing_command(settings: Settings) -> list[str]:
    """What turns a voice note into words; empty without a model. Refuses a folder that does not serve."""
    if not settings.voice_model_dir:
        return []
    folder = Path(settings.voice_model_dir).resolve()
    try:
        find_model(folder)
    except HearingError as error:
        raise SettingsError("VOICE_MODEL_DIR", str(error)) from None
    return [sys.executable, __file__, "hear", "--model", str(folder), "-"]


def _hearing(
    command: list[str], office: Office, applications: Mapping[int, App], parts: Collection[Part]
) -> list[Job]:
    if not command or Part.JOBS not in parts:
        return []
    listen = partial(hearing.run, office, partial(fetch_of_any, applications), command)
    return [lambda wake: in_turn(office.store, "hearing", lambda: listen(wake))]


def _daily_backup(settings: Settings, office: Office) -> list[Job]:
    if not settings.backup_dir or settings.on_postgres:
        return []
    return [lambda _: backups.run(office, Path(settings.backup_dir), settings.backup_keep)]


def run_demo(options: argparse.Namespace) -> int:
    """bot.py demo: stand-in, bot and page on this machine; no token."""
    return _serve_and_leave(
        play.demo(
            open_office,
            ladder.climb,
            once=options.once,
            port=options.port,
            data=options.data,
            keep=options.keep,
        )
    )


def _serve_and_leave(work: Coroutine[Any, Any, int | None]) -> int:
    """Run to the end; errors of a task group come out one by one."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work) or 0
    except* MinxinqiaoError as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        error = first
    raise error


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where the extra `fast` is installed; None stands for asyncio's own loop."""
    try:
        import uvloop
    except ImportError:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return made


if __name__ == "__main__":
    sys.exit(main())
