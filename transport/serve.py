"""Everything that runs while the office is open, in one task group: a dead task ends the process.

The supervisor (systemd, Restart=always) starts it again; nothing is lost, for all state is in the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zlib import crc32

from telegram.error import InvalidToken, TelegramError

from config import Settings
from domain.errors import SettingsError
from storage.store import Store
from transport import patience
from transport.application import App, make_handle
from transport.claiming import LOOK, ClaimingDispatcher
from transport.clock import Now, now_ms
from transport.deliver import LOOK_EVERY, Deliverer, Post
from transport.dispatch import Dispatcher, GiveUp
from transport.health import serve_health
from transport.limits import Limits
from transport.listening import bind
from transport.poll import Poll
from transport.request import AiohttpRequest, Line, is_local
from transport.turns import in_turn
from transport.vitals import Vitals
from transport.watchdog import Watchdog, guard_loop, tell_systemd
from transport.webhook import Webhook

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
    limits: Limits | None = None,
    signals: bool = True,
    parts: Collection[Part] = tuple(Part),
) -> None:
    """Serve until SIGTERM or SIGINT, or until a task dies (its error comes out of here).

    `jobs` run beside the rest and get `wake`, to call after they promised a message. `opened` is called once
    everything runs. On a shared store any number of processes serve, each all `parts` or some of them.
    """
    base_url = settings.telegram_api_base_url
    token = settings.telegram_bot_token.get_secret_value()
    head = token.partition(":")[0]
    bot = int(head) if head.isdigit() else crc32(head.encode())  # a server of one's own may name bots freely
    direct = is_local(base_url)
    intake_request = AiohttpRequest(most_connections=4, direct=direct)
    sending_request = AiohttpRequest(direct=direct)
    async with intake_request, sending_request:
        deliverer = Deliverer(
            store,
            Line(sending_request, base_url, token),
            post,
            limits or Limits(time.monotonic),
            now=now,
            look_every=LOOK if store.shared else LOOK_EVERY,
        )
        serving = ClaimingDispatcher if store.shared else Dispatcher
        dispatcher = serving(store, _waking(make_handle(application), deliverer.wake), give_up, now=now)
        line = Line(intake_request, base_url, token)
        intake: Poll | Webhook
        if settings.webhook_url:
            intake = Webhook(settings, store, line, bot, dispatcher.add, now=now)
        else:
            intake = Poll(store, line, bot, dispatcher.add, now=now)
        try:
            await reach(application)
            poll = intake if isinstance(intake, Poll) and Part.INTAKE in parts else None
            vitals = Vitals(store, poll, dispatcher, deliverer, now)
            with _watched_loop(Watchdog(vitals), signals) as watchdog:
                beside = [*jobs, lambda _: watchdog.run(), *_health(settings, vitals)]
                counter = _Counter(store, bot, intake, dispatcher, deliverer, frozenset(parts))
                await _run(counter, beside, opened, signals)
        finally:
            await application.shutdown()
            await application.bot.shutdown()  # when it was never reached, shutdown() leaves the session open
    log.info("closed")


async def reach(application: App, pauses: tuple[float, ...] = START_PAUSES) -> None:
    """Initialise the application (getMe): patient with the network, clear about a wrong token."""
    failures = 0
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise SettingsError(
                "TELEGRAM_BOT_TOKEN", "Telegram does not know it; copy it again from @BotFather"
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
    bot: int
    intake: Poll | Webhook
    dispatcher: Dispatcher
    deliverer: Deliverer
    parts: frozenset[Part]

    async def take_in(self) -> None:
        """One process polls at a time; a webhook listens in each."""
        if isinstance(self.intake, Poll):
            await in_turn(self.store, f"poll {self.bot}", self.intake.run, self.intake.stand_by)
        else:
            await self.intake.run()

    async def deliver(self) -> None:
        """One process sends for a bot, so that its limits are kept by one."""
        await in_turn(self.store, f"deliver {self.bot}", self.deliverer.run)

    async def close(self) -> None:
        """Let transactions and sends finish."""
        async with asyncio.TaskGroup() as both:  # side by side: five seconds are for all of it
            both.create_task(self.dispatcher.stop(HANDLERS_GRACE))
            if Part.DELIVER in self.parts:
                both.create_task(self.deliverer.stop(SENDING_GRACE))


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

            wake = counter.deliverer.wake
            sending: list[asyncio.Task[None]] = []
            if Part.WORK in counter.parts:
                start("dispatcher", counter.dispatcher.run())
            if Part.DELIVER in counter.parts:
                sending.append(start("deliverer", counter.deliver()))
            others = [start(f"job {place}", job(wake)) for place, job in enumerate(jobs)]
            if Part.INTAKE in counter.parts:
                others.append(start("intake", counter.take_in()))
            group.create_task(_close(closing, counter, others, sending), name="closing")
            if opened:
                port = counter.intake.port if isinstance(counter.intake, Webhook) else None
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
