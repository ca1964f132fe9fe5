"""The watchdog: says aloud what is wrong, and ends a process that only a restart can help.

It feeds systemd's watchdog (WatchdogSec) while every part takes steps; a thread of its own sees a loop that
is blocked. That Telegram or the disk does not serve is no reason to end: waiting is what helps then.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import socket
import sys
import threading
import time
from typing import Final

from transport.vitals import Condition, Vitals

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 10.0
ALARM_EVERY: Final = 60.0
BEAT: Final = 1.0
LONGEST_BLOCK: Final = 120.0  # seconds; loading a model takes three
BLOCKED: Final = 75  # the exit code: a temporary failure


class Stuck(Exception):
    """A part takes no step any more; the supervisor starts a new process."""


class Watchdog:
    """Looks every few seconds; `run` ends only by an error."""

    def __init__(
        self, vitals: Vitals, *, look_every: float = LOOK_EVERY, alarm_every: float = ALARM_EVERY
    ) -> None:
        self._vitals = vitals
        self._look_every = look_every
        self._alarm_every = alarm_every
        self._alarmed = -1e9
        self.beat = time.monotonic()

    async def run(self) -> None:
        looked = -1e9
        while True:
            begun = time.monotonic()
            await asyncio.sleep(BEAT)
            self.beat = time.monotonic()
            self._vitals.loop_lag = max(0.0, self.beat - begun - BEAT)
            if self.beat - looked >= self._look_every:
                looked = self.beat
                self._judge(await self._vitals.look())

    def _judge(self, condition: Condition) -> None:
        if condition.stuck:
            raise Stuck(f"the {condition.stuck} takes no step any more")
        tell_systemd("WATCHDOG=1")
        if condition.problems and self.beat - self._alarmed >= self._alarm_every:
            self._alarmed = self.beat
            for problem in condition.problems:
                log.error("%s", problem)


def tell_systemd(state: str) -> bool:
    """Tell the supervisor "READY=1", "WATCHDOG=1" or "STOPPING=1", if it wants to know."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line,
        contextlib.suppress(OSError),
    ):
        line.connect("\0" + address[1:] if address.startswith("@") else address)
        line.sendall(state.encode())
        return True
    return False


def guard_loop(watchdog: Watchdog, longest: float = LONGEST_BLOCK) -> threading.Event:
    """Watch the loop from a thread: blocked for `longest` seconds, it writes where and ends the process.

    Setting the event that comes back ends the guard.
    """
    done = threading.Event()

    def guard() -> None:
        while not done.wait(longest / 4):
            if time.monotonic() - watchdog.beat > longest:
                log.critical("the event loop is blocked for %.0f s; the process ends", longest)
                faulthandler.dump_traceback(sys.stderr, all_threads=True)  # places, no values
                os._exit(BLOCKED)

    threading.Thread(target=guard, name="loop guard", daemon=True).start()
    return done
