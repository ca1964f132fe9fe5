"""Everything that runs while the office is open, in one task group: a dead task ends the process.

The supervisor (systemd, Restart=always) starts it again; nothing is lost, for all state is in the store.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram.error import InvalidToken, TelegramError

from config import Settings
from domain.errors import SettingsError
from storage.store import Store
from transport import patience
from transport.application import App, make_handle
from transport.clock import Now, now_ms
from transport.deliver import Deliverer, Post
from transport.dispatch import Dispatcher, GiveUp
from transport.limits import Limits
from transport.poll import Poll
from transport.request import AiohttpRequest, Line, is_local
from transport.webhook import Webhook

log = logging.getLogger(__name__)

INTAKE_GRACE: Final = 0.5
HANDLERS_GRACE: Final = 2.0
SENDING_GRACE: Final = 1.5
SILENCE: Final = 120.0  # seconds without a good poll that are worth an alarm
START_PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 30.0)

Job = Callable[[Callable[[], None]], Coroutine[Any, Any, None]]


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
) -> None:
    """Serve until SIGTERM or SIGINT, or until a task dies (its error comes out of here).

    `jobs` run beside the rest and get `wake`, to call after they promised a message. `opened` is called once
    everything runs.
    """
    base_url = settings.telegram_api_base_url
    token = settings.telegram_bot_token.get_secret_value()
    bot = int(token.partition(":")[0])
    direct = is_local(base_url)
    intake_request = AiohttpRequest(most_connections=4, direct=direct)
    sending_request = AiohttpRequest(direct=direct)
    async with intake_request, sending_request:
        deliverer = Deliverer(
            store, Line(sending_request, base_url, token), post, limits or Limits(time.monotonic), now=now
        )
        dispatcher = Dispatcher(store, _waking(make_handle(application), deliverer.wake), give_up, now=now)
        line = Line(intake_request, base_url, token)
        intake: Poll | Webhook
        if settings.webhook_url:
            intake = Webhook(settings, store, line, bot, dispatcher.add, now=now)
        else:
            intake = Poll(store, line, bot, dispatcher.add, now=now)
        try:
            await reach(application)
            await _run(intake, dispatcher, deliverer, jobs, opened, signals)
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


async def _run(
    intake: Poll | Webhook,
    dispatcher: Dispatcher,
    deliverer: Deliverer,
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

            start("dispatcher", dispatcher.run())
            start("deliverer", deliverer.run())
            taking = start("intake", intake.run())
            others = [start(f"job {place}", job(deliverer.wake)) for place, job in enumerate(jobs)]
            if isinstance(intake, Poll):
                others.append(start("watchdog", watch(intake)))
            group.create_task(_close(closing, taking, dispatcher, deliverer, others), name="closing")
            if opened:
                port = intake.port if isinstance(intake, Webhook) else None
                opened(Open(closing.set, deliverer.wake, dispatcher, port))
    finally:
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)


async def _close(
    closing: asyncio.Event,
    taking: asyncio.Task[None],
    dispatcher: Dispatcher,
    deliverer: Deliverer,
    others: Sequence[asyncio.Task[None]],
) -> None:
    """When asked to: take nothing more in, let transactions and sends finish, end everything in under 5 s."""
    await closing.wait()
    log.info("closing")
    taking.cancel()
    for task in others:
        task.cancel()
    await asyncio.wait({taking, *others}, timeout=INTAKE_GRACE)
    await dispatcher.stop(HANDLERS_GRACE)
    await deliverer.stop(SENDING_GRACE)


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


async def watch(poll: Poll, silence: float = SILENCE) -> None:
    """Raise the alarm in the log, again and again, while no poll succeeds."""
    while True:
        await asyncio.sleep(silence / 2)
        age = time.monotonic() - poll.last_good
        if age > silence:
            log.error("no good poll for %.0f s: residents' messages wait at Telegram", age)


def _waking(
    handle: Callable[[Any], Awaitable[bool]], wake: Callable[[], None]
) -> Callable[[Any], Awaitable[bool]]:
    async def handle_and_wake(row: Any) -> bool:
        try:
            return await handle(row)
        finally:
            wake()

    return handle_and_wake
