"""民心桥: composition root and command line. The only file that knows all the parts; nobody imports it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Collection, Coroutine
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's coming behaviour, without its warning

import texts.all
from config import Settings, load, require_token
from demo import play
from desk.office import Office, Reader
from desk.outgoing import Post
from desk.residents import knowledge
from desk.residents.guide_files import read_guides
from desk.residents.welcome import give_up
from desk.setup.importing import upload
from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from domain.clocks import check_catalogue, load_clocks
from domain.errors import (
    CopyError,
    DataFileError,
    MinxinqiaoError,
    SettingsError,
    StoreTooNew,
    StoreUnavailable,
)
from handlers import menu
from handlers.register import register
from jobs import backups, clock, hearing, learned, learning, upkeep
from jobs.learned import Learned
from jobs.learning import Export
from nlp.hearing import HearingError, find_model, hear
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
from texts import stores as store_words
from texts import upkeep as upkeep_words
from texts import voice as voice_words
from texts.knowledge import CLI_HELP as GUIDE_WORDS
from texts.knowledge import imported as guides_imported
from texts.knowledge import removed as guide_removed
from texts.registry import say
from transport.application import App, build
from transport.files import fetch
from transport.logs import set_up
from transport.serve import Job, Open, Part, reach, serve
from transport.turns import in_turn

T = TypeVar("T")

CLOSING = 0.8
"""Seconds for the store at the end; the supervisor gives five for everything."""

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
    run = command("run", run_bot)
    run.add_argument("--role", choices=["all", *Part], default="all", help=store_words.HELP["run --role"])
    doctor_ = command("doctor", run_doctor)
    doctor_.add_argument("--deep", action="store_true", help=upkeep_words.HELP["doctor --deep"])
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
    _upkeep_commands(commands, backup)
    hear_ = commands.add_parser("hear", help=voice_words.HELP["hear"], description=voice_words.HELP["hear"])
    hear_.add_argument("file", metavar="FILE", help=voice_words.HELP["hear FILE"])
    hear_.add_argument("--model", type=Path, help=voice_words.HELP["hear --model"])
    hear_.set_defaults(run=run_hear)
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


def _upkeep_commands(commands: Any, backup: argparse.ArgumentParser) -> None:
    words = upkeep_words.HELP
    backup.add_argument("--check", action="store_true", help=words["backup --check"])
    restore = commands.add_parser("restore", help=words["restore"], description=words["restore"])
    restore.add_argument("file", type=Path, metavar="FILE", help=words["restore FILE"])
    restore.add_argument("--force", action="store_true", help=words["restore --force"])
    restore.set_defaults(run=run_restore)
    moving_ = commands.add_parser(
        "migrate-store", help=store_words.HELP["migrate-store"], description=store_words.HELP["migrate-store"]
    )
    moving_.add_argument("source", metavar="FROM", help=store_words.HELP["migrate-store FROM"])
    moving_.add_argument("target", metavar="TO", help=store_words.HELP["migrate-store TO"])
    moving_.set_defaults(run=run_migrate_store)
    audit = commands.add_parser("audit", help=words["audit"], description=words["audit"])
    audit.add_argument("action", choices=["verify"], help=words["audit ACTION"])
    audit.add_argument("--community", default="", help=words["audit --community"])
    audit.add_argument("--head", default="", help=words["audit --head"])
    audit.set_defaults(run=run_audit)
    retention = commands.add_parser("retention", help=words["retention"], description=words["retention"])
    retention.add_argument("--dry-run", action="store_true", help=words["retention --dry-run"])
    retention.set_defaults(run=run_retention)


def run_bot(options: argparse.Namespace) -> int:
    """bot.py run: serve until stopped."""
    settings = load()
    require_token(settings)
    set_up(
        settings.log_level,
        settings.telegram_bot_token.get_secret_value(),
        settings.webhook_secret.get_secret_value(),
        as_json=settings.log_format == "json",
    )
    if options.role != "all" and not settings.on_postgres:
        return _say_error(store_words.role_alone(options.role))
    parts = tuple(Part) if options.role == "all" else (Part(options.role),)
    return _serve_and_leave(serve_bot(settings, parts))


async def serve_bot(settings: Settings, parts: Collection[Part] = tuple(Part)) -> None:
    """Everything put together, from the settings to the closing door."""
    recogniser = hearing_command(settings)
    await asyncio.to_thread(warm)  # the dictionaries, before the first resident writes
    store = await Store.open(settings.database_url)
    try:
        application = build(settings)
        await reach(application)
        model = Learned(learned.path_beside(settings.database_path))
        await asyncio.to_thread(model.refresh)
        office = open_office(settings, store, model.read).named(application.bot.username)
        await office.read_days()
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
                *_clock(settings, office, parts),
                *_hearing(recogniser, office, application, parts),
                lambda _: learning.run(office, model, [sys.executable, __file__, "train", "--quiet"]),
            ],
            opened=opened,
            parts=parts,
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


def _hearing(command: list[str], office: Office, application: App, parts: Collection[Part]) -> list[Job]:
    if not command or Part.JOBS not in parts:
        return []
    listen = partial(hearing.run, office, partial(fetch, application), command)
    return [lambda wake: in_turn(office.store, "hearing", lambda: listen(wake))]


def _daily_backup(settings: Settings, office: Office) -> list[Job]:
    if not settings.backup_dir or settings.on_postgres:
        return []
    return [lambda _: backups.run(office, Path(settings.backup_dir), settings.backup_keep)]


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
        law=calendar,
        country=settings.holiday_calendar,
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
    findings = asyncio.run(doctor.examine(settings, deep=options.deep))
    for finding in findings:
        print(cli.finding(finding.good, finding.what, finding.remedy))
    return 0 if all(finding.good is not False for finding in findings) else 1


def run_summary(options: argparse.Namespace) -> int:
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
        store = await Store.open(settings.database_url)
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
    """bot.py backup: a whole copy of the store, also while the bot runs; or a look at such a copy."""
    if options.check:
        return _tell(asyncio.run(upkeep.check_backup(options.file)))
    settings = load()
    if settings.on_postgres:
        return _say_error(store_words.own_tools())
    if options.file.exists():
        return _say_error(cli.file_exists(str(options.file)))
    if not settings.database_path.exists():
        return _say_error(cli.no_store(str(settings.database_path)))
    asyncio.run(_with_store(settings, lambda store: backups.make(store, options.file)))
    print(cli.backup_done(str(options.file), options.file.stat().st_size))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """bot.py restore: a copy in the place of the store; what was there is kept under another name."""
    settings = load()
    if settings.on_postgres:
        return _say_error(store_words.own_tools())
    now = datetime.now(settings.zone)
    try:
        aside = backups.put_back(options.file, settings.database_path, force=options.force, now=now)
    except CopyError as error:
        return _say_error(upkeep_words.copy_refused(error.reason, error.detail))
    print(upkeep_words.restored(str(settings.database_path), str(aside or "")))
    return 0


def run_migrate_store(options: argparse.Namespace) -> int:
    """bot.py migrate-store: all records into an empty PostgreSQL database, and compared there."""
    source, target = str(options.source), str(options.target)
    if source.startswith("postgres") or not target.startswith("postgres"):
        return _say_error(store_words.same_kind())
    try:
        from storage import moving  # asyncpg is an extra
    except ModuleNotFoundError:
        return _say_error(store_words.no_driver())
    begun = time.monotonic()
    try:
        compared = asyncio.run(moving.move(Path(source.removeprefix("sqlite:")), target, _table_bar))
    except moving.NotEmpty as holds:
        return _say_error(store_words.not_empty(str(holds)))
    wrong = [(c.table, c.before, c.after) for c in compared if not c.same]
    if wrong:
        return _say_error(store_words.differs(wrong))
    print(store_words.moved(len(compared), sum(c.after for c in compared), time.monotonic() - begun))
    return 0


def _table_bar(table: str, done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{store_words.bar(table, done, total)}", end=end, flush=True)


def run_audit(options: argparse.Namespace) -> int:
    """bot.py audit verify: has anybody changed the history?"""
    settings = load()
    found = _with_store(settings, lambda store: upkeep.verify(store, options.community, options.head))
    return _tell(asyncio.run(found))


def run_retention(options: argparse.Namespace) -> int:
    """bot.py retention: let go of the words of old tickets, or say of how many."""
    settings = load()

    async def work(store: Store) -> upkeep.Said:
        return await upkeep.retention(open_office(settings, store), dry_run=options.dry_run)

    return _tell(asyncio.run(_with_store(settings, work)))


async def _with_store(settings: Settings, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    store = await Store.open(settings.database_url)
    try:
        return await work(store)
    finally:
        await store.close()


def _tell(said: upkeep.Said) -> int:
    print(said.text)
    return 0 if said.good else 1


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
        store = await Store.open(settings.database_url)
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
    elif options.data is None and not settings.on_postgres and not database.exists():
        return _say_error(cli.no_store(str(database)))
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
        return _say_error(outcome.said)
    print(outcome.said)
    return 0


def _bar(phase: str, done: int, total: int) -> None:
    print(f"\r{learning_words.bar(phase, done, total)}", end="", flush=True)


def _no_bar(phase: str, done: int, total: int) -> None:
    """For pipes and for the background."""


def run_hear(options: argparse.Namespace) -> int:
    """bot.py hear: the words of a voice note."""
    folder = options.model or load().voice_model_dir
    if not folder:
        return _say_error(voice_words.NO_MODEL)
    piped = options.file == "-"
    if piped and hasattr(os, "nice"):
        os.nice(19)  # the bot and its residents first
    try:
        voice = sys.stdin.buffer.read() if piped else Path(options.file).read_bytes()
        words = hear(find_model(Path(folder)), voice)
    except (HearingError, OSError) as error:
        return _say_error(voice_words.not_heard(str(error)))
    if words or not piped:
        print(words or voice_words.NOTHING_HEARD)
    return 0


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
