"""Listening to residents' voice notes, one at a time, in a process of its own; nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence

from desk.office import Office
from desk.residents.transcribing import take_words
from domain.errors import StoreUnavailable
from storage import voices
from storage.voices import Voice

log = logging.getLogger(__name__)

TICK = 2.0
"""Seconds between two looks."""
LIMIT = 120.0
"""Seconds that one voice note may take."""
NEWER = 2 * 3600 * 1000
"""Milliseconds after which a voice note is left to human ears."""
BIGGEST = 3 * 1024 * 1024
"""Bytes; a voice note of three minutes has a third of that."""

Fetch = Callable[[str], Awaitable[bytes | None]]


async def run(
    office: Office, fetch: Fetch, command: Sequence[str], wake: Callable[[], None], tick: float = TICK
) -> None:
    """For ever: `command` is given a voice note and prints its words."""
    while True:
        try:
            if await listen(office, fetch, command):
                wake()
                continue
        except StoreUnavailable as error:
            log.warning("hearing waits for the store: %s", error)
        await asyncio.sleep(tick)


async def listen(office: Office, fetch: Fetch, command: Sequence[str], limit: float = LIMIT) -> bool:
    """Take up the next voice note; False when none waits."""
    since = office.now_ms() - NEWER
    voice = await office.store.read(lambda tx: voices.next_unheard(tx, since))
    if voice is None or not await office.store.write(lambda tx: voices.claim(tx, voice, office.now_ms())):
        return False
    words = await _words(voice, fetch, command, limit)
    if words is not None and not (words and await take_words(office, voice, words)):
        await office.store.write(lambda tx: voices.give_up(tx, voice, office.now_ms()))
    return True


async def _words(voice: Voice, fetch: Fetch, command: Sequence[str], limit: float) -> str | None:
    """What is said; "" when it is nothing for us, None when it may be tried again."""
    if (voice.file_size or 0) > BIGGEST:
        return ""
    sound = await fetch(voice.file_id)
    if sound is None:
        return None
    if len(sound) > BIGGEST:
        return ""
    return await hear_apart(command, sound, limit)


async def hear_apart(command: Sequence[str], sound: bytes, limit: float) -> str | None:
    """Run the recogniser beside the bot; when the time is up or the bot closes, it ends with all it began."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        log.error("hearing could not be started: %s", error)
        return None
    try:
        async with asyncio.timeout(limit):
            said, problem = await process.communicate(sound)
    except TimeoutError:
        log.error("hearing took longer than %.0f s and was ended", limit)
        return None
    finally:
        if process.returncode is None:
            _end(process)
            await process.wait()
    if process.returncode:
        told = problem.decode(errors="replace").strip()[-300:]
        log.error("hearing failed (%d): %s", process.returncode, told)
        return None
    return said.decode(errors="replace").strip()


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
