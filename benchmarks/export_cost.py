"""What an export costs: 20,000 tickets with their histories as xlsx, CSV and JSON. CPU seconds, memory.

python -m benchmarks.export_cost [TICKETS]
"""

from __future__ import annotations

import asyncio
import io
import json
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.catalogue import load_catalogue
from reports.export import Form, Wish, export
from storage import communities
from storage.communities import Community
from storage.sqlite import SqliteTx
from storage.store import Store, Tx

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 1, 1, 8, 0, tzinfo=ZONE)
DAYS = 300
STEPS = (
    ("opened", "resident", "", "new", "{}"),
    ("take", "staff", "new", "working", "{}"),
    ("answer", "staff", "working", "answered", '{"text": "师傅下午三点到，请家里留人，编号#"}'),
    ("note", "staff", "answered", "answered", '{"text": "已联系物业赵师傅，第#次"}'),
    ("close", "staff", "answered", "review", '{"reason": "已解决"}'),
    ("confirm", "resident", "review", "closed", "{}"),
)
BODIES = (
    "3号楼2单元电梯又停了，家里有八十岁的老人下不来，麻烦尽快来人看看，我的电话是13812345678",
    "楼下烧烤摊每天晚上油烟很大，窗户都不敢开，已经反映过两次了还是没有人管，请社区帮忙协调一下",
    "路灯不亮",
    "王阿姨说5号楼东侧的下水道堵了，污水都漫到路上来了，小孩子上学要绕路走，味道也大",
)


def sqlite_of(tx: Tx) -> sqlite3.Connection:
    """The connection itself: the fastest way in."""
    assert isinstance(tx, SqliteTx)
    return tx._db


async def fill(store: Store, count: int) -> Community:
    """A community with so many tickets of one year, six steps each."""
    leaves = [leaf.code for leaf in load_catalogue().leaves]

    async def enter(tx: Tx) -> Community:
        begun = int(BEGIN.timestamp() * 1000)
        home = await communities.found(tx, "幸福社区", "c1", begun)
        db = sqlite_of(tx)  # the fastest way in; only this benchmark writes tickets by hand
        gap = timedelta(days=DAYS) / count
        for n in range(count):
            at = begun + int(gap.total_seconds() * 1000 * n)
            hour = 3_600_000
            db.execute(
                "insert into tickets (id, community_id, number, resident_id, chat_id, source_message, state,"
                " category, kind, urgency, body, place, responsible, clock_class, clock_unit, accept_due,"
                " answer_due, accepted_at, answered_at, closed_at, result, result_text, opinion, created_at)"
                " values (?,1,?,5,5,?,'closed',?,'投诉','一般',?,?,'物业','general','天',"
                "?,?,?,?,?,'solved',?,'satisfied',?)",
                (
                    *(
                        n + 1,
                        f"26{n:06d}-{n % 100:03d}",
                        n,
                        leaves[n % len(leaves)],
                        f"{BODIES[n % 4]}（{n}）",
                    ),
                    *(
                        f"幸福里小区{n % 40 + 1}号楼{n % 4 + 1}单元",
                        at + 8 * hour,
                        at + 168 * hour,
                        at + hour,
                    ),
                    *(at + 5 * hour, at + 30 * hour, f"已派师傅修好，请您看看。（{n}）", at),
                ),
            )
            db.executemany(
                "insert into events (community_id, ticket_id, at, actor_role, actor_id, kind, from_state,"
                " to_state, data) values (1,?,?,?,7,?,?,?,?)",
                [
                    (n + 1, at, role, kind, one, two, data.replace("#", str(n)))
                    for kind, role, one, two, data in STEPS
                ],
            )
        return await communities.by_id(tx, home) or sys.exit("no community")

    return await store.write(enter)


async def main(count: int) -> None:
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "office.sqlite")
        home = await fill(store, count)
        last = (BEGIN + timedelta(days=DAYS)).date()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for form in Form:
            for full in (False, True):
                target = io.BytesIO()
                used, begun = time.process_time(), time.monotonic()
                found = await export(
                    store,
                    Wish(home, BEGIN.date(), last, form, full),
                    target,
                    now=BEGIN + timedelta(days=DAYS),
                    zone=ZONE,
                    catalogue=catalogue,
                )
                told = {
                    "form": form.value,
                    "full": full,
                    "tickets": found,
                    "CPU s": round(time.process_time() - used, 2),
                    "wall s": round(time.monotonic() - begun, 2),
                    "MB": round(len(target.getvalue()) / 1e6, 2),
                    "peak RSS above start MB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
                    // 1024,
                }
                print(json.dumps(told, ensure_ascii=False), flush=True)
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
