"""The two processes of the demonstration, the stand-in and the bot: started, watched, ended."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import Settings

ROOT = Path(__file__).parent.parent
GRACE = 8.0
"""Seconds that a process gets to end by itself."""
TAIL = 12
"""Lines of the log that are shown when a process has failed."""


class ChildFailedError(Exception):
    """A process ended, or did not come up; `log` holds its last lines."""

    def __init__(self, name: str, log: str) -> None:
        super().__init__(name, log)
        self.name, self.log = name, log


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: asyncio.subprocess.Process
    log: Path

    def failure(self) -> ChildFailedError:
        return ChildFailedError(self.name, last_lines(self.log))

    async def died(self) -> None:
        """Wait for its end, which nobody wants: raises."""
        await self.process.wait()
        raise self.failure()

    async def stop(self) -> None:
        """End it politely, then not."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GRACE)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


async def start_standin(folder: Path, port: int) -> tuple[Child, str]:
    """The stand-in for Telegram, and its address."""
    arguments = ("-m", "standin", "--port", str(port), "--data", str(folder / "telegram"))
    child = await _start("standin", arguments, folder / "telegram.log", {}, answers=True)
    assert child.process.stdout is not None  # noqa: S101 - opened as a pipe
    line = await child.process.stdout.readline()
    if not line:
        await child.process.wait()
        raise child.failure()
    return child, str(json.loads(line)["url"])


async def start_bot(folder: Path, settings: Mapping[str, str]) -> Child:
    """The real bot as `bot.py run`, with these settings and none of the operator's own."""
    return await _start("bot", ("bot.py", "run"), folder / "bot.log", settings)


def clean_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any setting of the program, plus these."""
    ours = {name.upper() for name in Settings.model_fields} | {"MINXINQIAO_CONFIG"}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return kept | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"} | dict(settings)


def last_lines(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-TAIL:])


async def _start(
    name: str, arguments: tuple[str, ...], log: Path, settings: Mapping[str, str], *, answers: bool = False
) -> Child:
    with log.open("ab") as into:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=ROOT,
            env=clean_environment(settings),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if answers else into,
            stderr=into,
            start_new_session=True,  # Ctrl+C comes to us alone: we end them in order
        )
    return Child(name, process, log)
