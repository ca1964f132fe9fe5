"""SVG to PNG in a process of its own: the painter holds the interpreter's lock, and may crash without harm.

A process for each picture. A lasting worker (concurrent.futures, spawn) imports bot.py and all that hangs on
it: 0.9 s to start and 94 MB kept, for some pictures a day. This one takes 0.2 s of CPU and 29 MB all in all,
gives them back, and when it dies nothing needs mending (benchmarks/pictures.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from reports.drawing.lettering import FAMILY, FONT_FILE

log = logging.getLogger(__name__)

PAINTER: Final = Path(__file__).parent / "painter.py"
PATIENCE: Final = 20.0  # seconds for one picture; it takes a third of one on a quiet machine
PNG: Final = b"\x89PNG\r\n\x1a\n"
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


async def png(svg: str, *, patience: float = PATIENCE, painter: Path = PAINTER) -> bytes | None:
    """The picture; None (and a line in the log) when it cannot be painted in time. One at a time."""
    async with _turn():
        command = (sys.executable, "-I", str(painter), str(FONT_FILE), FAMILY)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            painted, said = await asyncio.wait_for(process.communicate(svg.encode()), patience)
        except TimeoutError:
            log.error("a picture was not painted within %g s", patience)
            return None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode or not painted.startswith(PNG):
        log.error("the painter failed (%s): %s", process.returncode, said.decode(errors="replace")[-400:])
        return None
    return painted


@contextlib.asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    """Pictures wait for each other, so that many presses at once do not fill the machine."""
    lock = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with lock:
        yield
