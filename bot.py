"""民心桥: composition root and command line. The only file that knows all the parts; nobody imports it."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming behaviour, without its warning

import texts.all
from config import Settings, load, require_token
from demo import play
from desk import knowledge
from desk.guide_files import read_guides
from desk.importing import upload
from desk.office import Office, Reader
from desk.outgoing import Post
from desk.welcome import give_up
from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from domain.clocks import check_catalogue, load_clocks
from domain.errors import DataFileError, MinxinqiaoError, SettingsError, StoreTooNew, StoreUnavailable
from handlers import menu
from handlers.register import register
from jobs import clock, learned, learning
from jobs.learned import Learned
from jobs.learning import Export
from nlp.read import read, warm
from nlp.reading import Gazetteer
from reports import doctor, posters
from reports.daily import figures
from reports.export import Form, Wish, export
from reports.posters import Poster
from reports.reading import explain
from storage import communities
from storage.communities import Community
from storage.store import Store, Tx
from texts import cli
from texts import learning as learning_words
from texts.knowledge import CLI_HELP as GUIDE_WORDS
from texts.knowledge import imported as guides_imported
from texts.knowledge import removed as guide_removed
from texts.registry import say
from transport.application import build
from transport.logs import set_up
from transport.serve import Open, reach, serve

T = TypeVar("T")

assert texts.all  # noqa: S101 - imported for what it enters into the registry


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except SettingsError as error:
        return _say_error(cli.settings_error(error.name, error.problem))
    except StoreTooNew as error:
        return _say_error(cli.store_too_new(error.where))
    except StoreUnavailable as error:
        return _say_error(cli.store_unavailable(error.where, error.problem))
    except DataFileError as error:
        return _say_error(cli.data_file(str(error)))
    except MinxinqiaoError as error:
        return _say_error(cli.other(str(error)))
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

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=cli.HELP[name], description=cli.HELP[name])
        added.set_defaults(run=run)
        return added

    demo = command("demo", run_demo)
    demo.add_argument("--once", action="store_true", help=cli.HELP["demo --once"])
    demo.add_argument("--port", type=int, default=0, help=cli.HELP["demo --port"])
    demo.add_argument("--data", type=Path, help=cli.HELP["demo --data"])
    demo.add_argument("--keep", action="store_true", help=cli.HELP["demo --keep"])
    command("run", run_bot)
    command("doctor", run_doctor)
    summary = command("summary", run_summary)
    summary.add_argument("--community", required=True, help=cli.HELP["summary --community"])
    summary.add_argument("--date", type=date.fromisoformat, help=cli.HELP["summary --date"])
    register_ = command("export", run_export)
    register_.add_argument("--community", required=True, help=cli.HELP["export --community"])
    register_.add_argument("--from", dest="since", type=date.fromisoformat, help=cli.HELP["export --from"])
    register_.add_argument("--to", dest="until", type=date.fromisoformat, help=cli.HELP["export --to"])
    register_.add_argument("--format", dest="form", choices=[*Form], help=cli.HELP["export --format"])
    register_.add_argument("--out", type=Path, required=True, help=cli.HELP["export --out"])
    register_.add_argument("--full", action="store_true", help=cli.HELP["export --full"])
    poster = command("poster", run_poster)
    poster.add_argument("--community", required=True, help=cli.HELP["poster --community"])
    poster.add_argument("--building", action="append", default=[], help=cli.HELP["poster --building"])
    poster.add_argument("--out", type=Path, required=True, help=cli.HELP["poster --out"])
    poster.add_argument("--username", default="", help=cli.HELP["poster --username"])
    backup = command("backup", run_backup)
    backup.add_argument("file", type=Path, metavar="FILE", help=cli.HELP["backup FILE"])
    reading = command("read", run_read)
    reading.add_argument("text", metavar="TEXT", help=cli.HELP["read TEXT"])
    guides = commands.add_parser("guides", help=GUIDE_WORDS["guides"], description=GUIDE_WORDS["guides"])
    guides.add_argument("action", choices=["import", "remove"], help=GUIDE_WORDS["guides ACTION"])
    guides.add_argument("what", metavar="FILE|TITLE", help=GUIDE_WORDS["guides WHAT"])
    guides.add_argument("--community", default="", help=GUIDE_WORDS["guides --community"])
    guides.set_defaults(run=run_guides)
    words = learning_words.HELP
    train = commands.add_parser("train", help=words["train"], description=words["train"])
    train.add_argument("--data", type=Path, metavar="FILE", help=words["train --data"])
    train.add_argument("--text", default="", metavar="COLUMN", help=words["train --text"])
    train.add_argument("--label", default="", metavar="COLUMN", help=words["train --label"])
    train.add_argument("--map", type=Path, metavar="JSON", help=words["train --map"])
    train.add_argument("--undo", action="store_true", help=words["train --undo"])
    train.add_argument("--quiet", action="store_true", help=words["train --quiet"])
    train.set_defaults(run=run_train)
    return root


def run_bot(options: argparse.Namespace) -> int:
    """bot.py run: serve until stopped."""
    settings = load()
    require_token(settings)
    set_up(
        settings.log_level,
        settings.telegram_bot_token.get_secret_value(),
        settings.webhook_secret.get_secret_value(),
    )
    return _serve_and_leave(serve_bot(settings))


async def serve_bot(settings: Settings) -> None:
    """Everything put together, from the settings to the closing door."""
    await asyncio.to_thread(warm)  # the dictionaries, before the first resident writes
    store = await Store.open(settings.database_path)
    try:
        application = build(settings)
        await reach(application)
        model = Learned(learned.path_beside(settings.database_path))
        await asyncio.to_thread(model.refresh)
        office = open_office(settings, store, model.read).named(application.bot.username)
        register(application, office)
        background: set[asyncio.Task[None]] = set()

        def opened(_: Open) -> None:
            task = asyncio.create_task(menu.publish_patiently(application.bot))
            background.add(task)
            task.add_done_callback(background.discard)

        await serve(
            settings,
            store,
            application,
            give_up=lambda row, error: give_up(office, row, error),
            post=Post(office, upload),
            jobs=[
                lambda wake: clock.run(office, wake),
                lambda _: learning.run(office, model, [sys.executable, __file__, "train", "--quiet"]),
            ],
            opened=opened,
        )
    finally:
        await store.close()


def open_office(settings: Settings, store: Store, reader: Reader = read) -> Office:
    """The office with its rules, as the settings want it."""
    catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
    clocks = load_clocks(Path(settings.clocks) if settings.clocks else None)
    check_catalogue(clocks, catalogue)
    zone = settings.zone
    calendar = build_calendar(
        datetime.now(zone).date(),
        settings.holiday_calendar,
        settings.timezone,
        extra_holidays=[date.fromisoformat(day) for day in settings.extra_holidays],
        makeup_days=[date.fromisoformat(day) for day in settings.extra_workdays],
    )
    return Office(
        store=store,
        catalogue=catalogue,
        clocks=clocks,
        calendar=calendar,
        zone=zone,
        admins=settings.admin_ids,
        read=reader,
        now=lambda: datetime.now(zone),
        retention_days=settings.retention_days,
    )


def run_demo(options: argparse.Namespace) -> int:
    """bot.py demo: stand-in, bot and page on this machine; no token."""
    return _serve_and_leave(
        play.demo(open_office, once=options.once, port=options.port, data=options.data, keep=options.keep)
    )


def run_doctor(options: argparse.Namespace) -> int:
    """bot.py doctor: is everything as it should be? In plain words."""
    try:
        settings = load()
    except SettingsError as error:
        return _say_error(cli.settings_error(error.name, error.problem))
    findings = asyncio.run(doctor.examine(settings))
    for finding in findings:
        print(cli.finding(finding.good, finding.what, finding.remedy))
    return 0 if all(finding.good is not False for finding in findings) else 1


def run_summary(options: argparse.Namespace) -> int:
    """bot.py summary: a community's figures of a day, in the terminal."""
    settings = load()

    async def work() -> int:
        store = await Store.open(settings.database_path)
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
            return _say_error(cli.no_such_community(options.community, [c.name for c in found]))
        print(cli.plain(say("daily_summary", summary=found).html))
        return 0

    return asyncio.run(work())


def run_export(options: argparse.Namespace) -> int:
    """bot.py export: a community's register of a period in a new file, readable by its owner only."""
    settings = load()
    today = datetime.now(settings.zone).date()
    since, until = options.since or today.replace(day=1), options.until or today
    form = options.form or options.out.suffix[1:].lower()
    if form not in [*Form]:
        return _say_error(cli.unknown_form(options.out.name))
    if since > until:
        return _say_error(cli.wrong_period(since.isoformat(), until.isoformat()))
    if options.out.exists():
        return _say_error(cli.file_exists(str(options.out)))

    async def work(store: Store, community: Community) -> int:
        office = open_office(settings, store)
        wish = Wish(community, since, until, Form(form), options.full)
        with open(options.out, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as target:  # noqa: ASYNC230 - nobody else waits
            return await export(
                store, wish, target, now=office.now(), zone=office.zone, catalogue=office.catalogue
            )

    try:
        total = _of_community(settings, options.community, work)
    except OSError as error:
        return _say_error(cli.other(str(error)))
    if total is None:
        return 2
    print(cli.exported(str(options.out), total, options.out.stat().st_size, options.full))
    return 0


def run_poster(options: argparse.Namespace) -> int:
    """bot.py poster: a page to print and an SVG for each building's door."""
    settings = load()

    async def work(store: Store, community: Community) -> list[Poster]:
        bot = options.username.strip().lstrip("@") or await _bot_name(settings)
        return await store.read(lambda tx: posters.posters(tx, community, bot, options.building))

    found = _of_community(settings, options.community, work)
    if found is None:
        return 2
    if not found:
        return _say_error(cli.no_building(options.building))
    page = options.out / posters.SHEET_NAME
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        page.write_text(posters.sheet(options.community, found), encoding="utf-8")
        for poster in found:
            (options.out / f"{poster.name}.svg").write_text(posters.svg(poster), encoding="utf-8")
    except OSError as error:
        return _say_error(cli.other(str(error)))
    print(cli.posters_done(str(page), len(found), doctor.has_chinese_font()))
    return 0


async def _bot_name(settings: Settings) -> str:
    """What Telegram calls the bot of the token."""
    require_token(settings)
    application = build(settings)
    await reach(application)
    try:
        return str(application.bot.username)
    finally:
        await application.shutdown()


def _of_community(
    settings: Settings, name: str, work: Callable[[Store, Community], Coroutine[Any, Any, T]]
) -> T | None:
    """What `work` gives for the community of that name; None (and a word about it) when there is none."""

    async def run() -> T | None:
        store = await Store.open(settings.database_path)
        try:
            community = await store.read(lambda tx: communities.by_name(tx, name))
            if community is not None:
                return await work(store, community)
            known = await store.read(communities.everyone)
        finally:
            await store.close()
        _say_error(cli.no_such_community(name, [c.name for c in known]))
        return None

    return asyncio.run(run())


def run_backup(options: argparse.Namespace) -> int:
    """bot.py backup: a whole copy of the store, also while the bot runs."""
    settings = load()
    if options.file.exists():
        return _say_error(cli.file_exists(str(options.file)))
    if not settings.database_path.exists():
        return _say_error(cli.no_store(str(settings.database_path)))

    async def work() -> None:
        store = await Store.open(settings.database_path)
        try:
            await store.backup(options.file)
        finally:
            await store.close()

    asyncio.run(work())
    print(cli.backup_done(str(options.file), options.file.stat().st_size))
    return 0


def run_guides(options: argparse.Namespace) -> int:
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
        store = await Store.open(settings.database_path)
        try:
            return await work(store, None)
        finally:
            await store.close()

    done = _of_community(settings, options.community, work) if options.community else asyncio.run(for_all())
    return 2 if done is None else done


def run_train(options: argparse.Namespace) -> int:
    """bot.py train: learn from corrections or from a past export, or return to the model before."""
    settings = load()
    database = settings.database_path
    if options.undo:
        outcome = learning.undo(database)
    elif options.data is None and (options.text or options.label or options.map):
        return _say_error(learning_words.columns_alone())
    elif options.data is not None and not (options.text and options.label):
        return _say_error(learning_words.columns_wanted())
    elif options.data is None and not database.exists():
        return _say_error(cli.no_store(str(database)))
    else:
        if options.quiet and hasattr(os, "nice"):
            os.nice(19)  # the bot and its residents first
        catalogue = load_catalogue(Path(settings.catalogue) if settings.catalogue else None)
        export_ = options.data and Export(options.data, options.text, options.label, options.map)
        shown = sys.stdout.isatty() and not options.quiet
        outcome = learning.teach(database, catalogue, export_, _bar if shown else _no_bar)
        if shown:
            print()
    if outcome.failed:
        return _say_error(outcome.said)
    print(outcome.said)
    return 0


def _bar(phase: str, done: int, total: int) -> None:
    print(f"\r{learning_words.bar(phase, done, total)}", end="", flush=True)


def _no_bar(phase: str, done: int, total: int) -> None:
    """For pipes and for the background."""


def run_read(options: argparse.Namespace) -> int:
    """bot.py read: what is understood of a sentence, and why."""
    catalogue = load_catalogue()
    settings = load()
    model = Learned(learned.path_beside(settings.database_path))
    model.refresh()
    reading = model.read(options.text, Gazetteer(), datetime.now(settings.zone))
    print(cli.plain(explain(reading, catalogue)))
    return 0


def _serve_and_leave(work: Coroutine[Any, Any, int | None]) -> int:
    """Run to the end; errors of a task group come out one by one."""
    try:
        return asyncio.run(work) or 0
    except* MinxinqiaoError as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        error = first
    raise error


def _say_error(words: str) -> int:
    print(words, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
