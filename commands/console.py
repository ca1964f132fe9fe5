"""What the commands share: a community by its name, the store opened and closed, the word of an error."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from config import Settings
from jobs.upkeep import Said
from storage import communities
from storage.communities import Community
from storage.store import Store
from texts import cli

T = TypeVar("T")

Commands = Any
"""What argparse gives for `add_subparsers`; it has no public name."""


def added(
    commands: Commands, name: str, words: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """A new command; its help text is also its description."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    parser.set_defaults(run=run)
    return parser


def of_community(
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
        say_error(cli.no_such_community(name, [c.name for c in known]))
        return None

    return asyncio.run(run())


async def with_store(settings: Settings, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    """What `work` gives for the store of the settings, opened and closed again."""
    store = await Store.open(settings.database_url)
    try:
        return await work(store)
    finally:
        await store.close()


def tell(said: Said) -> int:
    """Print what was found; the exit code."""
    print(said.text)
    return 0 if said.good else 1


def say_error(words: str) -> int:
    """Print what is wrong and what to do; the exit code."""
    print(words, file=sys.stderr)
    return 2
