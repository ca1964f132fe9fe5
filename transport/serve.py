"""Everything that runs while the office is open, in one task group: a dead task ends the process.

The supervisor (systemd, Restart=always) starts it again; nothing is lost, for all state is in the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from telegram.error import InvalidToken, TelegramError

from config import BotSettings, Settings
from domain.bots import file_inside
from domain.errors import SettingsError
from storage.store import Store
from transport import patience
from transport.application import App, make_handle
from transport.claiming import LOOK, ClaimingDispatcher
from transport.clock import Now, now_ms
from transport.deliver import LOOK_EVERY, Deliverer, Post
from transport.dispatch import Dispatcher, GiveUp
from transport.files import fetch_of_any
from transport.health import serve_health
from transport.limits import Limits
from transport.listening import bind
from transport.poll import Poll
from transport.request import AiohttpRequest, Line, is_local
from transport.turns import in_turn
from transport.vitals import Vitals
from transport.watchdog import Watchdog, guard_loop, tell_systemd
from transport.webhook import Hook, Webhook

log = logging.getLogger(__name__)

INTAKE_GRACE: Final = 0.5
HANDLERS_GRACE: Final = 1.5
SENDING_GRACE: Final = 1.5
START_PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 30.0)

Job = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]


class Part(StrEnum):
    """What a process of the counter does; by default one does it all."""

    INTAKE = "intake"  # take updates from Telegram
    WORK = "work"  # handle them
    DELIVER = "deliver"  # send what was promised
    JOBS = "jobs"  # what the clock does


@dataclass(frozen=True, slots=True)
class Guest:
    """A further bot at the counter: its number (`domain.bots`) and what composes its messages."""

    settings: BotSettings
    number: int
    application: App
    post: Post


@dataclass(slots=True)
class Open:
    """Handles on a serving counter: `stop` closes it, `wake` makes the outbox look now."""

    stop: Callable[[], None]
    wake: Callable[[], None]
    dispatcher: Dispatcher
    port: asyncio.Future[int] | None  # of the webhook, when there is one


async def serve(
    settings: Settings,
    store: Store,
    application: App,
    *,
    give_up: GiveUp,
    post: Post,
    jobs: Sequence[Job] = (),
    opened: Callable[[Open], None] | None = None,
    now: Now = now_ms,
    limits: Callable[[], Limits] | None = None,
    signals: bool = True,
    parts: Collection[Part] = tuple(Part),
    number: int = 0,
    guests: Sequence[Guest] = (),
) -> None:
    """Serve until SIGTERM or SIGINT, or until a task dies (its error comes out of here).

    `jobs` run beside the rest and get `wake`, to call after they promised a message. `opened` is called once
    everything runs. On a shared store any number of processes serve, each all `parts` or some of them, and
    each all bots: the first of the settings, which has this `number`, and the `guests`.
    """
    bots = [Guest(settings.every_bot[0], number, application, post), *guests]
    applications = {bot.number: bot.application for bot in bots}
    async with AsyncExitStack() as stack:
        paced = limits or (lambda: Limits(time.monotonic))
        deliverers = [
            await _deliverer(settings, store, bot, applications, paced(), now, stack) for bot in bots
        ]

        def wake() -> None:
            for deliverer in deliverers:
                deliverer.wake()

        serving = ClaimingDispatcher if store.shared else Dispatcher
        handle = make_handle(application, applications)
        dispatcher = serving(store, _waking(handle, wake), give_up, now=now)
        intakes = await _intakes(settings, store, bots, dispatcher, now, stack)
        try:
            for bot in bots:
                await reach(bot.application, setting=bot.settings.name)
            vitals = _vitals(store, bots, intakes, dispatcher, deliverers, now, parts)
            with _watched_loop(Watchdog(vitals), signals) as watchdog:
                beside = [*jobs, lambda _: watchdog.run(), *_health(settings, vitals)]
                ids = tuple(id_of(bot.settings) for bot in bots)
                counter = _Counter(store, ids, intakes, dispatcher, tuple(deliverers), frozenset(parts))
                await _run(counter, beside, opened, signals)
        finally:
            for bot in bots:
                await bot.application.shutdown()
                await bot.application.bot.shutdown()  # never reached, shutdown() leaves the session open
    log.info("closed")


def id_of(bot: BotSettings) -> int:
    """Telegram's id of the bot; a server of one's own may name bots freely."""
    head = bot.token.get_secret_value().partition(":")[0]
    return int(head) if head.isdigit() else crc32(head.encode())


async def _line(settings: Settings, bot: Guest, stack: AsyncExitStack, most: int) -> Line:
    base_url = settings.telegram_api_base_url
    request = AiohttpRequest(most_connections=most, direct=is_local(base_url))
    await stack.enter_async_context(request)
    return Line(request, base_url, bot.settings.token.get_secret_value())


async def _deliverer(
    settings: Settings,
    store: Store,
    bot: Guest,
    applications: Mapping[int, App],
    limits: Limits,
    now: Now,
    stack: AsyncExitStack,
) -> Deliverer:
    """Each bot has its own: Telegram's limits are a bot's."""

    async def of_another(number: int, file_id: str) -> bytes | None:
        return await fetch_of_any(applications, file_inside(number, file_id))

    return Deliverer(
        store,
        await _line(settings, bot, stack, 64),
        bot.post,
        limits,
        now=now,
        bot=bot.number,
        look_every=LOOK if store.shared else LOOK_EVERY,
        fetch=of_another,
    )


async def _intakes(
    settings: Settings,
    store: Store,
    bots: Sequence[Guest],
    dispatcher: Dispatcher,
    now: Now,
    stack: AsyncExitStack,
) -> tuple[Poll | Webhook, ...]:
    """A poll for each bot, or one server for the webhooks of all."""
    lines = [await _line(settings, bot, stack, 4) for bot in bots]
    if settings.webhook_url:
        hooks = [
            Hook(line, id_of(bot.settings), bot.number, bot.settings.name)
            for bot, line in zip(bots, lines, strict=True)
        ]
        return (Webhook(settings, store, hooks[0].line, hooks[0].bot, dispatcher.add, now=now, hooks=hooks),)
    return tuple(
        Poll(store, line, id_of(bot.settings), dispatcher.add, now=now, number=bot.number)
        for bot, line in zip(bots, lines, strict=True)
    )


def _vitals(
    store: Store,
    bots: Sequence[Guest],
    intakes: Sequence[Poll | Webhook],
    dispatcher: Dispatcher,
    deliverers: Sequence[Deliverer],
    now: Now,
    parts: Collection[Part],
) -> Vitals:
    watched = [one if isinstance(one, Poll) and Part.INTAKE in parts else None for one in intakes]
    watched += [None] * (len(bots) - len(watched))
    pairs = list(zip(watched, deliverers, strict=True))
    others = {bot.settings.name: pair for bot, pair in zip(bots[1:], pairs[1:], strict=True)}
    poll, deliverer = pairs[0]
    return Vitals(store, poll, dispatcher, deliverer, now, others=others)


async def reach(application: App, pauses: tuple[float, ...] = START_PAUSES, setting: str = "") -> None:
    """Initialise the application (getMe): patient with the network, clear about a wrong token."""
    failures = 0
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise SettingsError(
                f"bots.{setting}" if setting else "TELEGRAM_BOT_TOKEN",
                "Telegram does not know it; copy it again from @BotFather",
            ) from None
        except TelegramError as error:
            failures += 1
            log.warning("Telegram cannot be reached yet (%s); trying again", type(error).__name__)
            await asyncio.sleep(patience.pause_after(failures, pauses))
        else:
            log.info("serving as @%s", application.bot.username)
            return


@dataclass(frozen=True, slots=True)
class _Counter:
    """The parts that belong together, and which of them this process runs."""

    store: Store
    bots: tuple[int, ...]
    intakes: tuple[Poll | Webhook, ...]
    dispatcher: Dispatcher
    deliverers: tuple[Deliverer, ...]
    parts: frozenset[Part]

    async def take_in(self, place: int) -> None:
        """One process polls for a bot at a time; a webhook listens in each."""
        intake = self.intakes[place]
        if isinstance(intake, Poll):
            await in_turn(self.store, f"poll {self.bots[place]}", intake.run, intake.stand_by)
        else:
            await intake.run()

    async def deliver(self, place: int) -> None:
        """One process sends for a bot, so that its limits are kept by one."""
        await in_turn(self.store, f"deliver {self.bots[place]}", self.deliverers[place].run)

    def wake(self) -> None:
        for deliverer in self.deliverers:
            deliverer.wake()

    async def close(self) -> None:
        """Let transactions and sends finish."""
        async with asyncio.TaskGroup() as both:  # side by side: five seconds are for all of it
            both.create_task(self.dispatcher.stop(HANDLERS_GRACE))
            if Part.DELIVER in self.parts:
                for deliverer in self.deliverers:
                    both.create_task(deliverer.stop(SENDING_GRACE))


async def _run(
    counter: _Counter,
    jobs: Sequence[Job],
    opened: Callable[[Open], None] | None,
    signals: bool,
) -> None:
    closing = asyncio.Event()
    loop = asyncio.get_running_loop()
    if signals:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, closing.set)
    try:
        async with asyncio.TaskGroup() as group:

            def start(name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
                return group.create_task(_watched(name, work, closing), name=name)

            wake = counter.wake
            sending: list[asyncio.Task[None]] = []
            if Part.WORK in counter.parts:
                start("dispatcher", counter.dispatcher.run())
            if Part.DELIVER in counter.parts:
                for place in range(len(counter.deliverers)):
                    sending.append(start(f"deliverer {place}", counter.deliver(place)))
            others = [start(f"job {place}", job(wake)) for place, job in enumerate(jobs)]
            if Part.INTAKE in counter.parts:
                for place in range(len(counter.intakes)):
                    others.append(start(f"intake {place}", counter.take_in(place)))
            group.create_task(_close(closing, counter, others, sending), name="closing")
            if opened:
                first = counter.intakes[0]
                port = first.port if isinstance(first, Webhook) else None
                opened(Open(closing.set, wake, counter.dispatcher, port))
            tell_systemd("READY=1")
    finally:
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


async def _close(
    closing: asyncio.Event,
    counter: _Counter,
    others: Sequence[asyncio.Task[None]],
    sending: Sequence[asyncio.Task[None]],
) -> None:
    """When asked to: take nothing more in, let transactions and sends finish, end everything in under 5 s."""
    await closing.wait()
    log.info("closing")
    tell_systemd("STOPPING=1")
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=INTAKE_GRACE)
    await counter.close()
    for task in sending:
        task.cancel()  # one that stood by has nothing to finish


async def _watched(name: str, work: Coroutine[Any, Any, None], closing: asyncio.Event) -> None:
    """Run `work`; that it ends before closing time is an error, however it ends."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        log.critical("%s died: %s; the process ends", name, type(error).__name__)
        raise
    if not closing.is_set():
        log.critical("%s ended by itself; the process ends", name)
        raise RuntimeError(f"{name} ended by itself")


def _health(settings: Settings, vitals: Vitals) -> list[Job]:
    """The page for supervisors, when an address is set for it."""
    if not settings.health_listen:
        return []
    listening = bind(*settings.health_address, "HEALTH_LISTEN")
    return [lambda _: serve_health(vitals, listening)]


@contextlib.contextmanager
def _watched_loop(watchdog: Watchdog, own_process: bool) -> Iterator[Watchdog]:
    """A blocked loop ends the process, where the process is ours to end."""
    done = guard_loop(watchdog) if own_process else None
    try:
        yield watchdog
    finally:
        if done is not None:
            done.set()


def _waking(
    handle: Callable[[Any], Awaitable[bool]], wake: Callable[[], None]
) -> Callable[[Any], Awaitable[bool]]:
    async def handle_and_wake(row: Any) -> bool:
        try:
            return await handle(row)
        finally:
            wake()

    return handle_and_wake
