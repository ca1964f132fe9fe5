"""Starts the stand-in: prints one JSON line with its address and runs until a signal comes."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from standin.server import serve


async def run(port: int, data: Path | None, tokens: frozenset[str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with serve(port, data, tokens) as running:
        sys.stdout.write(json.dumps({"url": running.url}) + "\n")
        sys.stdout.flush()
        await ended.wait()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, default=None, help="folder that keeps the state between runs")
    parser.add_argument("--token", action="append", default=[], help="only these bots (repeatable)")
    wanted = parser.parse_args()
    asyncio.run(run(wanted.port, wanted.data, frozenset(wanted.token)))


if __name__ == "__main__":
    main()
