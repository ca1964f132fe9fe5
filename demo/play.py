"""`bot.py demo`: stand-in and real bot as processes of their own, an invented community, a page, a story."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from config import Settings, load
from demo import founding, past
from demo.cast import Cast, load_cast
from demo.children import Child, ChildFailedError, last_lines, start_bot, start_standin
from demo.stage import Stage, StageError
from demo.story import Story, StoryFailedError, Teller, load_story
from demo.transcript import COLUMN, Transcript
from desk.office import Counter, Office
from storage.store import Store
from texts import cli
from texts import demo as words

BOT_ID = 7000000001
COMES_UP_IN = 40.0
"""Seconds until the bot must have asked for its first updates."""

OpenOffice = Callable[[Settings, Store], Office]


@dataclass(frozen=True, slots=True)
class Ready:
    """What a folder must remember to go on another time."""

    token: str
    group: int


class NotADemoError(Exception):
    """The folder holds something else."""


async def demo(
    open_office: OpenOffice, watch: past.Watch, *, once: bool, port: int, data: Path | None, keep: bool
) -> int:
    """Run the demonstration until it is ended, or (`once`) the story until it is told; the exit code."""
    began = time.monotonic()
    if port and not _is_free(port):
        return _failed(words.port_taken(port))
    ended = _end_by_signal()
    try:
        cast = load_cast()
        story = load_story(cast) if once else None
        with _folder(data, keep) as folder:
            async with _running(open_office, watch, cast, folder, port) as house:
                if story is None:
                    await _serve(house, cast, ended)
                else:
                    checks = await _before(house, ended, _tell(house, cast, story))
                    print(words.done(checks, time.monotonic() - began))
        if data or keep:
            print(cli.data_kept(str(folder)))
    except StoryFailedError as failure:
        return _failed(str(failure))
    except ChildFailedError as failure:
        return _failed(words.child_failed(failure.name, failure.log))
    except StageError as failure:
        return _failed(words.child_failed("standin", str(failure)))
    except NotADemoError as failure:
        return _failed(words.not_a_demo(str(failure)))
    except OSError as error:
        return _failed(words.cannot_write(str(data or tempfile.gettempdir()), str(error)))
    except _EndedError:
        return 130 if once else 0
    return 0


class _EndedError(Exception):
    """A signal came while something else was waited for."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs."""

    stage: Stage
    standin: Child
    bot: Child
    ready: Ready
    settings: Settings


def _failed(problem: str) -> int:
    print(problem, flush=True)
    return 1


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def _end_by_signal() -> asyncio.Event:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C ends asyncio.run by itself
            loop.add_signal_handler(number, ended.set)
    return ended


@contextlib.contextmanager
def _folder(data: Path | None, keep: bool) -> Iterator[Path]:
    """The demonstration's folder, for this user only; a temporary one is removed at the end."""
    if data is None:
        folder = Path(tempfile.mkdtemp(prefix="minxinqiao-demo-"))
    else:
        folder = data.absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()) and not (folder / "demo.json").exists():
            raise NotADemoError(str(data))
    try:
        yield folder
    finally:
        if data is None and not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _running(
    open_office: OpenOffice, watch: past.Watch, cast: Cast, folder: Path, port: int
) -> AsyncIterator[House]:
    """Stand-in and bot are up; both end when this does, the bot first."""
    standin, url = await start_standin(folder, port)
    try:
        remembered = folder / "demo.json"
        known = _remembered(remembered)
        token = known.token if known else f"{BOT_ID}:{secrets.token_urlsafe(27)}"
        settings = _settings(folder, url, token, cast)
        async with Stage(url, token) as stage:
            ready = known or await _prepare(open_office, watch, settings, cast, stage, token)
            _remember(remembered, ready)
            bot = await start_bot(folder, _environment(settings, folder))
            try:
                house = House(stage, standin, bot, ready, settings)
                await _until_it_asks(house, cast)
                yield house
            finally:
                await bot.stop()
    finally:
        await standin.stop()


def _settings(folder: Path, url: str, token: str, cast: Cast) -> Settings:
    """The program's own defaults but for these; nothing of the operator's settings."""
    plain: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
    plain |= {
        "telegram_bot_token": SecretStr(token),
        "telegram_api_base_url": f"{url}/bot",
        "telegram_file_base_url": f"{url}/file/bot",
        "database_url": f"sqlite:{folder / 'minxinqiao.sqlite'}",
        "admin_ids": frozenset({cast.lead.id}),
    }
    return load(**plain)


def _environment(settings: Settings, folder: Path) -> dict[str, str]:
    return {
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_BASE_URL": settings.telegram_api_base_url,
        "TELEGRAM_FILE_BASE_URL": settings.file_base_url,
        "DATABASE_URL": settings.database_url,
        "ADMIN_IDS": ",".join(str(admin) for admin in sorted(settings.admin_ids)),
        "MINXINQIAO_CONFIG": str(folder / "none.toml"),
    }


async def _prepare(
    open_office: OpenOffice, watch: past.Watch, settings: Settings, cast: Cast, stage: Stage, token: str
) -> Ready:
    """People, community and the last two days, before the bot starts."""
    print(words.preparing(), flush=True)
    group, groups = await founding.bring_on(stage, cast, token)
    store = await Store.open(settings.database_path)
    try:
        office = open_office(settings, store).at(Counter(0, {0: founding.BOT_USERNAME}))
        community, units = await founding.found(office, cast, group, groups)
        firsts = {
            resident.key: await founding.poster_of(office, resident.estate, resident.building)
            for resident in cast.residents.values()
        }
        town = past.Town(BOT_ID, group, community, units, groups)
        await past.play_past(office, stage, cast, town, firsts, watch)
    finally:
        await store.close()
    return Ready(token, group)


def _remembered(path: Path) -> Ready | None:
    """What another run has left; None when this is the first."""
    if not path.exists():
        return None
    try:
        return Ready(**json.loads(path.read_text()))
    except (ValueError, TypeError):  # cut off or written by something else
        raise NotADemoError(str(path.parent)) from None


def _remember(path: Path, ready: Ready) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(ready)))


async def _until_it_asks(house: House, cast: Cast) -> None:
    """Staff press /start for their private chats; the bot is up once it has taken that."""
    state = await house.stage.look("state")
    for member in cast.staff.values():
        if not state["chats"].get(f"{BOT_ID}:{member.id}", {}).get("started"):
            await house.stage.act("send", from_=member.id, chat=BOT_ID, text="/start")
    waiting = asyncio.create_task(_asked(house))
    died = asyncio.create_task(house.bot.died())
    done, pending = await asyncio.wait(
        {waiting, died}, timeout=COMES_UP_IN, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    if not done:
        raise StoryFailedError(words.bot_silent(last_lines(house.bot.log)))
    for task in done:
        task.result()


async def _asked(house: House) -> None:
    """Until the bot has asked for updates and confirmed all there were."""
    while True:
        calls = (await house.stage.look("summary"))["calls"]
        if "setMyCommands" in calls:  # the bot publishes its menus once it serves
            with contextlib.suppress(StageError):
                await house.stage.act("wait", idle=BOT_ID, timeout=5)
                return
        await house.stage.look("events", after=(await house.stage.look("state"))["n"], timeout=1)


async def _serve(house: House, cast: Cast, ended: asyncio.Event) -> None:
    print(cli.page_ready(f"{house.stage.url}/?tz={house.settings.timezone}"))
    print(
        words.who_is_who(
            "、".join(resident.name for resident in cast.residents.values()),
            "、".join(f"{member.name}（{member.duty}）" for member in cast.staff.values()),
            "、".join(f"{worker.name}（{cast.units[worker.unit].name}）" for worker in cast.workers.values()),
        ),
        flush=True,
    )
    with contextlib.suppress(_EndedError):
        await _before(house, ended, _for_ever())
    print(words.goodbye(), flush=True)


async def _for_ever() -> int:
    await asyncio.Event().wait()
    return 0


async def _tell(house: House, cast: Cast, story: Story) -> int:
    names = {person.id: person.name for person in cast.people}
    transcript = Transcript(house.stage, BOT_ID, house.ready.group, house.settings.zone, names)
    print(words.sides(COLUMN + 2))
    return await Teller(house.stage, cast, transcript, BOT_ID, house.ready.group).tell(story, 0)


async def _before(house: House, ended: asyncio.Event, work: Coroutine[Any, Any, int]) -> int:
    """Do the work, unless a process dies or a signal comes before it is done."""
    doing = asyncio.create_task(work)
    watching: set[asyncio.Task[Any]] = {
        asyncio.create_task(house.bot.died()),
        asyncio.create_task(house.standin.died()),
        asyncio.create_task(ended.wait()),
    }
    done, pending = await asyncio.wait({doing, *watching}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done - {doing}:
        task.result()  # a process that died raises here
    if doing not in done:
        raise _EndedError
    return doing.result()
