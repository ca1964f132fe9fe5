"""What each picture costs: figures, drawing and painting, for no ticket, one, a real community's, 10,000.

python -m benchmarks.pictures [FOLDER]     with a folder the pictures are kept there, to be looked at
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from reports import picture_figures
from reports.card_figures import card_figures
from reports.daily_picture import draw
from reports.drawing.lettering import FAMILY, FONT_FILE
from reports.gallery import View, drawing
from reports.render import PAINTER, png
from storage import communities
from storage.communities import Community
from storage.sqlite import SqliteTx
from storage.store import Store, Tx
from texts.script import to_traditional

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 8, 31, tzinfo=ZONE)
DAY = date(2026, 11, 22)
SIZES = (0, 1, 180, 10_000)  # tickets of six weeks; a community of 7,500 people has about 180
HOURS = (8, 9, 9, 9, 10, 10, 11, 14, 15, 16, 18, 19, 19, 20, 20, 20, 21, 22)
MEMORY = """
import runpy, sys
runpy.run_path(sys.argv.pop(1), run_name="__main__")
sys.stderr.write(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def sqlite_of(tx: Tx) -> sqlite3.Connection:
    """The connection itself: the fastest way in."""
    assert isinstance(tx, SqliteTx)
    return tx._db


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


async def fill(store: Store, count: int) -> Community:
    """Six weeks of tickets as they come in life: by day, in the evening, some kinds more than others."""
    chance = random.Random(count)
    leaves = [leaf.code for leaf in load_catalogue().leaves]

    def one(number: int) -> tuple[Any, list[tuple[int, str, str, str]]]:
        back = timedelta(days=int(42 * chance.random()) if count > 1 else 0)
        at = datetime(2026, 11, 22, chance.choice(HOURS), chance.randrange(60), tzinfo=ZONE) - back
        taken, closed = at + timedelta(hours=5), at + timedelta(hours=chance.expovariate(1 / 70) + 6)
        moves = [(ms(at), "opened", "", "new")]
        if taken < NOW and chance.random() < 0.95:
            moves.append((ms(taken), "take", "new", "working"))
            if closed < NOW and chance.random() < 0.97:
                moves.append((ms(closed), "close", "working", "review"))
        category = leaves[min(int(chance.expovariate(1 / 6)), len(leaves) - 1)]
        building, unit = str(1 + int(chance.betavariate(1.2, 3) * 20)), str(chance.randrange(1, 5))
        inside = chance.random() < 0.8
        done = moves[-1][0] if moves[-1][3] == "review" else None
        ticket = (
            *(number, f"n{number}", number, moves[-1][3], category, "紧急" if number % 40 == 3 else "一般"),
            *(7 if len(moves) > 1 else None, ms(at + timedelta(days=chance.choice((1, 3, 7)))), done, done),
            *(
                "东门" if not inside else "",
                building if inside else "",
                unit if chance.random() < 0.7 else "",
            ),
            ms(at),
        )
        return ticket, moves

    async def enter(tx: Tx) -> Community:
        home = await communities.found(tx, "幸福社区", "c1", ms(NOW - timedelta(days=90)))
        estate = await communities.add_estate(tx, home, "幸福里小区", (), ("东门",))
        for building in range(1, 21):
            await communities.add_building(tx, home, estate, str(building), f"b{building}", 4, 18)
        for number in range(1, count + 1):
            ticket, moves = one(number)
            sqlite_of(tx).execute(  # the fastest way in; only benchmarks write tickets by hand
                "insert into tickets (id, community_id, number, resident_id, chat_id, source_message, state,"
                " category, kind, urgency, body, assignee_id, clock_class, clock_unit, accept_due,"
                " answer_due, answered_at, closed_at, estate_id, place, building, unit, created_at)"
                " values (?,1,?,abs(random()) % 3000,5,?,?,?,'投诉',?,'路灯不亮',?,'general','天',0,"
                "?,?,?,1,?,?,?,?)",
                ticket,
            )
            sqlite_of(tx).executemany(
                "insert into events (community_id, ticket_id, at, actor_role, kind, from_state, to_state)"
                " values (1,?,?,'staff',?,?,?)",
                [(number, *move) for move in moves],
            )
        return await communities.by_id(tx, home) or sys.exit("no community")

    return await store.write(enter)


def spent(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


async def measure(count: int, script: str, folder: Path, keep: Path | None) -> None:
    store = await Store.open(folder / f"{count}{script}.sqlite")
    catalogue, turn = load_catalogue(), to_traditional if script == "hant" else str
    home = await fill(store, count)
    view = View(NOW, ZONE, catalogue, build_calendar(DAY))
    await one(
        f"day-{count}-{script}",
        lambda: store.read(lambda tx: card_figures(tx, home, DAY, NOW, ZONE, catalogue)),
        lambda card: draw(card, turn).svg(),
        keep,
    )
    most = await store.read(lambda tx: picture_figures.kinds(tx, home, NOW, ZONE, catalogue))
    asked = ["month:2026-11-01", "houses:", "late:", "hours:", f"kind:{most[0][0] if most else 'elevator'}"]
    for name in asked:
        await one(
            f"{name.partition(':')[0]}-{count}-{script}",
            lambda name=name: store.read(lambda tx: drawing(tx, home, view, name)),  # type: ignore[misc]  # mypy infers no lambda with defaults
            lambda found: found.draw(turn).svg(),
            keep,
        )
    await store.close()


async def one(
    name: str, count: Callable[[], Awaitable[Any]], paint: Callable[[Any], str], keep: Path | None
) -> None:
    """The cost of one picture, step by step."""
    begun = time.process_time()
    figures = await count()
    counted = time.process_time()
    svg = paint(figures)
    drawn = time.process_time()
    before, clock = spent(resource.RUSAGE_CHILDREN), time.monotonic()
    picture = await png(svg)
    painting = spent(resource.RUSAGE_CHILDREN) - before
    told = {
        "picture": name,
        "figures CPU ms": round(1000 * (counted - begun), 1),
        "drawing CPU ms": round(1000 * (drawn - counted), 1),
        "painting CPU ms": round(1000 * painting),
        "all CPU s": round(drawn - begun + painting, 3),
        "painting wall ms": round(1000 * (time.monotonic() - clock)),
        "painter peak RSS MB": peak(svg),
        "KB": len(picture or b"") // 1000,
    }
    print(json.dumps(told, ensure_ascii=False), flush=True)
    if keep and picture:
        (keep / f"{name}.png").write_bytes(picture)


def peak(svg: str) -> int:
    """The painter's own memory, as it reports it itself at its end."""
    command = [sys.executable, "-I", "-c", MEMORY, str(PAINTER), str(FONT_FILE), FAMILY]
    done = subprocess.run(command, input=svg.encode(), capture_output=True, check=True)
    return int(done.stderr.split()[1]) // 1024


async def main(keep: Path | None) -> None:
    to_traditional("预热")  # its tables are loaded once
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            await measure(count, "hans", Path(folder), keep)
        await measure(SIZES[2], "hant", Path(folder), keep)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
