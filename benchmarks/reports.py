"""What figures cost at a city's size: 1,380 communities, a million tickets with their histories, on SQLite.

python -m benchmarks.reports [TICKETS]     makes the store in a temporary folder (about 1.2 GB a million)

Prints the median and the slowest of: one community's daily summary, its card's figures, its weekly and
monthly bulletin, all 1,380 communities in one look (the city's summary), and how long the city's 1,380
messages take under transport/limits.py.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.pictures import peak
from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from reports import area, bulletin
from reports.area import Area, Part
from reports.card_figures import card_figures
from reports.daily import figures
from reports.daily_picture import draw
from reports.render import png
from storage import communities, migrate
from storage.communities import Community
from storage.periods import Span, period_of
from storage.store import Store, Tx
from transport.limits import Limits

COMMUNITIES = 1380
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, 31, tzinfo=ZONE)
DAYS = 365
HOUR = 3_600_000
BATCH = 20_000
TICKET = (
    "insert into tickets (id, community_id, number, resident_id, chat_id, source_message, state, category,"
    " kind, urgency, body, place, estate_id, building, responsible, level, assignee_id, clock_class,"
    " clock_unit, accept_due, answer_due, accepted_at, answered_at, closed_at, result, opinion, reopened,"
    " created_at)"
    " values (?,?,?,5,5,?,?,?,'投诉',?,'路灯不亮',?,1,?,'物业','community',?,'general','天',"
    "?,?,?,?,?,?,?,0,?)"
)
EVENT = (
    "insert into events (community_id, ticket_id, at, actor_role, actor_id, kind, from_state, to_state, data)"
    " values (?,?,?,?,7,?,?,?,?)"
)
Row = tuple[Any, ...]


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def one(
    number: int, total: int, begun: int, leaves: list[str], chance: random.Random
) -> tuple[Row, list[Row]]:
    """A ticket and its moves; they come in the order of time."""
    gap = (ms(NOW) - begun) / total
    at = begun + int(gap * number)
    community = chance.randrange(COMMUNITIES) + 1
    taken, answered = at + 2 * HOUR, at + int(chance.expovariate(1 / 30) * HOUR) + 3 * HOUR
    closed = answered + int(chance.expovariate(1 / 40) * HOUR)
    now, due = ms(NOW), at + 168 * HOUR
    moves: list[Row] = [(community, number, at, "resident", "opened", "", "new", "{}")]
    state, opinion = "new", ""
    if taken < now:
        state = "working"
        moves.append((community, number, taken, "staff", "take", "new", state, "{}"))
    if answered < now and chance.random() < 0.995:
        state = "answered"
        moves.append((community, number, answered, "staff", "answer", "working", state, "{}"))
    if closed < now and chance.random() < 0.985 and state == "answered":
        state = "review"
        moves.append((community, number, closed, "staff", "close", "answered", state, '{"reason": "已解决"}'))
        if closed + 72 * HOUR < now:
            state, opinion = "closed", chance.choice(("satisfied", "fair", "unsatisfied", "", ""))
            said = ("rate", f'{{"name": "{opinion}"}}') if opinion else ("confirm", "{}")
            moves.append((community, number, closed + HOUR, "resident", said[0], "review", "closed", said[1]))
    done = state in ("review", "closed")
    category = leaves[min(int(chance.expovariate(1 / 9)), len(leaves) - 1)]
    building = str(chance.randrange(20) + 1)
    ticket = (
        *(
            number,
            community,
            f"n{number}",
            number,
            state,
            category,
        ),
        *("紧急" if number % 40 == 3 else "一般", f"{building}号楼", building, chance.randrange(5) + 1),
        *(at + 8 * HOUR, due, taken if state != "new" else None),
        *(answered if state not in ("new", "working") else None, closed if done else None),
        *("solved" if done else "", opinion, at),
    )
    return ticket, moves


def rows(total: int) -> Iterator[tuple[Row, list[Row]]]:
    chance = random.Random(total)
    leaves = [leaf.code for leaf in load_catalogue().leaves]
    begun = ms(NOW - timedelta(days=DAYS))
    return (one(number, total, begun, leaves, chance) for number in range(1, total + 1))


def fill(path: Path, total: int) -> None:
    """The store of a year: bare tables first, then the indexes and triggers of our migrations."""
    migrate.migrate_sqlite(path)
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {pragma}")
    again = [
        sql
        for (sql,) in db.execute(
            "select sql from sqlite_master where sql is not null and tbl_name in ('tickets', 'events')"
            " and type in ('index', 'trigger')"
        )
    ]
    for kind, name in db.execute(
        "select type, name from sqlite_master where sql is not null and tbl_name in ('tickets', 'events')"
        " and type in ('index', 'trigger')"
    ).fetchall():
        db.execute(f"drop {kind} {name}")
    db.execute("begin")
    db.executemany(
        "insert into communities (id, name, code, group_chat_id, created_at) values (?,?,?,?,?)",
        [(n, f"第{n}社区", f"c{n}", -n, ms(NOW - timedelta(days=DAYS))) for n in range(1, COMMUNITIES + 1)],
    )
    tickets: list[Row] = []
    events: list[Row] = []
    for number, (ticket, moves) in enumerate(rows(total), 1):
        tickets.append(ticket)
        events += moves
        if number % BATCH == 0 or number == total:
            db.executemany(TICKET, tickets)
            db.executemany(EVENT, events)
            tickets, events = [], []
            print(f"\r{number:,} of {total:,} tickets", end="", file=sys.stderr, flush=True)
    db.execute("commit")
    for n, sql in enumerate(again, 1):
        print(f"\rindex {n} of {len(again)}            ", end="", file=sys.stderr, flush=True)
        db.execute(sql)
    db.close()
    print(file=sys.stderr)


async def timed(name: str, runs: int, work: Callable[[int], Awaitable[Any]]) -> None:
    took, used = [], []
    for run in range(runs):
        begun, before = time.perf_counter(), time.process_time()
        await work(run)
        took.append(1000 * (time.perf_counter() - begun))
        used.append(1000 * (time.process_time() - before))
    told = {
        "what": name,
        "median ms": round(statistics.median(took), 2),
        "slowest ms": round(max(took), 2),
        "median CPU ms": round(statistics.median(used), 2),
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


def sending(count: int) -> float:
    """Seconds that so many summaries, one to each group, take under the limits the bot keeps."""
    clock = [0.0]
    limits = Limits(lambda: clock[0])
    for chat in range(1, count + 1):
        clock[0] += limits.when(-chat)
        limits.began(-chat)
        limits.took(-chat)
    return clock[0]


async def measure(store: Store) -> None:
    catalogue, calendar = load_catalogue(), build_calendar(NOW.date())
    chance = random.Random(1)
    day = NOW.date() - timedelta(days=1)
    homes: list[Community] = await store.read(communities.everyone)
    picked = [chance.choice(homes) for _ in range(200)]

    async def summary(n: int) -> None:
        await store.read(lambda tx: figures(tx, picked[n], day, NOW, ZONE, catalogue, calendar=calendar))

    async def card(n: int) -> None:
        await store.read(lambda tx: card_figures(tx, picked[n], day, NOW, ZONE, catalogue, calendar))

    async def told(span: Span, n: int) -> None:
        period = period_of(span, day).before()
        await store.read(lambda tx: bulletin.bulletin(tx, picked[n], period, NOW, ZONE, catalogue, calendar))

    names = {home.id: home.name for home in homes}
    city = Area(1, "全市", (Part("全市", tuple(names)),), names)

    async def whole(_: int) -> None:
        async def look(tx: Tx) -> area.Facts:
            return await area.facts(tx, period_of(Span.DAY, day), NOW, ZONE, calendar)

        area.summary(city, await store.read(look), catalogue, calendar)

    async def queries(_: int) -> None:
        async def look(tx: Tx) -> area.Facts:
            return await area.facts(tx, period_of(Span.DAY, day), NOW, ZONE, calendar)

        await store.read(look)

    async def month(_: int) -> None:
        async def look(tx: Tx) -> area.Facts:
            return await area.facts(tx, period_of(Span.MONTH, day).before(), NOW, ZONE, calendar)

        await store.read(look)

    await timed("one community: daily summary", 200, summary)
    await timed("one community: daily card's figures", 100, card)
    await timed("one community: weekly bulletin", 50, lambda n: told(Span.WEEK, n))
    await timed("one community: monthly bulletin", 50, lambda n: told(Span.MONTH, n))
    await timed("1,380 communities: the day's queries", 15, queries)
    await timed("1,380 communities: the day, counted and ranked", 5, whole)
    await timed("1,380 communities: the month's queries", 2, month)
    await one_card(store, picked[0], catalogue)


async def one_card(store: Store, home: Community, catalogue: Any) -> None:
    """The CPU of one whole card, the painter's process included, and this process' memory."""
    before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    card = await store.read(
        lambda tx: card_figures(tx, home, NOW.date() - timedelta(days=1), NOW, ZONE, catalogue)
    )
    svg = draw(card).svg()
    picture = await png(svg)
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    used = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after, strict=True))
    told = {
        "what": "a daily card",
        "CPU s": round(used, 3),
        "KB": len(picture or b"") // 1000,
        "RSS MB here": after[0].ru_maxrss // 1024,
        "RSS MB painter": peak(svg),
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)


async def main(total: int) -> None:
    seconds = sending(COMMUNITIES)
    print(
        json.dumps({"what": "1,380 summaries within Telegram's limits", "s": round(seconds, 1)}), flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.sqlite"
        begun = time.monotonic()
        filling = multiprocessing.get_context("spawn").Process(target=fill, args=(path, total))
        filling.start()  # in a process of its own, so that its memory is not counted here
        filling.join()
        told = {
            "what": "made",
            "tickets": total,
            "s": round(time.monotonic() - begun),
            "MB": path.stat().st_size >> 20,
        }
        print(json.dumps(told), flush=True)
        store = await Store.open(path)
        try:
            await measure(store)
        finally:
            await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
