"""What only a shared database can do to an office: others in the way, connections that go, turns, tenants."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from domain.errors import AlreadyDone, Refused, StoreError, StoreUnavailable
from domain.states import State
from storage import communities, events, inbox, tickets
from storage.postgres import without_password
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, rows
from transport.turns import in_turn

pytestmark = pytest.mark.skipif(
    not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
)


@pytest.fixture
def url() -> Iterator[str]:
    made = new_database()
    yield made
    drop_database(made)


@pytest.fixture
async def pair(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes' stores on one database, with three communities."""
    one, two = await Store.open(url), await Store.open(url)

    async def found(tx: Tx) -> None:
        for number in (1, 2, 3):
            await communities.found(tx, f"社区{number}", f"c{number}", 0)

    await one.write(found)
    yield one, two
    await one.close()
    await two.close()


def ticket(community: int, message: int, **more: Any) -> Ticket:
    plain = Ticket(
        community_id=community,
        number=f"261122-{message:03d}",
        resident_id=5,
        chat_id=5,
        source_message=message,
        state=State.NEW,
        category="other",
        kind="求助",
        urgency="一般",
        body=f"社区{community}的电梯坏了",
        clock_class="normal",
        clock_unit="workdays",
        accept_due=1,
        answer_due=2,
        created_at=0,
    )
    return replace(plain, **more)


async def enter(store: Store, new: Ticket) -> Ticket:
    entered = await store.write(lambda tx: tickets.insert(tx, new))
    assert entered is not None
    return entered


async def test_two_who_change_one_ticket_at_once_both_get_their_change_in(pair: tuple[Store, Store]) -> None:
    """On SQLite they would run one after the other; here the second runs again on what the first left."""
    made = await enter(pair[0], ticket(1, 1))

    def returned(store: Store) -> Any:
        async def change(tx: Tx) -> None:
            found = await tickets.by_id(tx, made.id)
            assert found is not None
            await tickets.save(tx, replace(found, returned=found.returned + 1))

        return store.write(change)

    await asyncio.gather(*(returned(pair[n % 2]) for n in range(30)))
    found = await pair[0].read(lambda tx: tickets.by_id(tx, made.id))
    assert found is not None
    assert (found.returned, found.version) == (30, made.version + 30)


async def test_a_stale_version_is_still_refused(pair: tuple[Store, Store]) -> None:
    made = await enter(pair[0], ticket(1, 1))
    await pair[0].write(lambda tx: tickets.save(tx, made))
    with pytest.raises(Refused):
        await pair[1].write(lambda tx: tickets.save(tx, made))


async def test_batches_in_each_others_way_all_end(pair: tuple[Store, Store]) -> None:
    """Numbers of many communities taken in opposite orders by two processes: nobody waits for ever."""

    def take(store: Store, community: int) -> Any:
        return store.write(lambda tx: tickets.next_number(tx, community, "261122"))

    wanted = [1, 2, 3] * 40
    chance = random.Random(3)
    orders = [chance.sample(wanted, len(wanted)) for _ in pair]
    async with asyncio.timeout(60):
        given = await asyncio.gather(
            *(take(store, c) for store, order in zip(pair, orders, strict=True) for c in order)
        )
    assert sorted(given) == sorted(f"261122-{n:03d}" for n in range(1, 81) for _ in range(3))


async def test_an_update_is_finished_by_one_of_two_who_have_it(pair: tuple[Store, Store]) -> None:
    """A worker that lost its claim without knowing it keeps nothing of its change."""
    update = {"update_id": 1, "message": {"chat": {"id": 5}}}
    [row] = await pair[0].write(lambda tx: inbox.take_in(tx, 1, [update], 0))

    async def finish(tx: Tx) -> None:
        if not await inbox.done(tx, row.id, 9):
            raise AlreadyDone(row.id)
        await tx.do("events.append", **_event())

    def _event() -> dict[str, Any]:
        return {
            "community_id": 1, "ticket_id": made.id, "at": 1, "actor_role": "resident", "actor_id": 5,
            "kind": "note", "from_state": "new", "to_state": "new", "data": "{}",
        }  # fmt: skip

    made = await enter(pair[0], ticket(1, 1))
    ended = await asyncio.gather(*(store.write(finish) for store in pair), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ended) == ["AlreadyDone", "NoneType"]
    assert len(await pair[0].read(lambda tx: events.of_ticket(tx, made.id))) == 1


async def test_rows_are_claimed_once_and_in_the_order_of_their_chat(pair: tuple[Store, Store]) -> None:
    updates = [{"update_id": n, "message": {"chat": {"id": 1 + n % 7}}} for n in range(70)]
    await pair[0].write(lambda tx: inbox.take_in(tx, 1, updates, 0))
    seen: list[tuple[int, int]] = []

    async def work(store: Store, worker: int) -> None:
        while True:
            claimed = await store.write(lambda tx: inbox.claim(tx, worker, 60_000, 3))
            if not claimed:
                if not rows_left():
                    return
                await asyncio.sleep(0.001)
            for row in claimed:
                seen.append((row.chat_id, row.update_id))
                await finish(store, row.id)

    async def finish(store: Store, inbox_id: int) -> None:
        await store.write(lambda tx: inbox.done(tx, inbox_id, 1))

    def rows_left() -> int:
        return len(updates) - len(seen)

    async with asyncio.timeout(60):
        await asyncio.gather(*(work(pair[n % 2], n + 1) for n in range(4)))
    assert len(seen) == len(set(seen)) == len(updates)
    for chat in range(1, 8):
        order = [update for where, update in seen if where == chat]
        assert order == sorted(order)


async def test_a_dead_workers_rows_are_taken_over_and_a_living_ones_are_not(
    pair: tuple[Store, Store],
) -> None:
    update = {"update_id": 1, "message": {"chat": {"id": 5}}}
    await pair[0].write(lambda tx: inbox.take_in(tx, 1, [update], 0))
    assert len(await pair[0].write(lambda tx: inbox.claim(tx, 1, 400, 9))) == 1
    await pair[0].write(lambda tx: inbox.renew(tx, 1, 600))
    await asyncio.sleep(0.45)
    assert await pair[1].write(lambda tx: inbox.claim(tx, 2, 400, 9)) == []  # it was renewed
    await asyncio.sleep(0.3)
    assert len(await pair[1].write(lambda tx: inbox.claim(tx, 2, 400, 9))) == 1


async def test_a_store_whose_connections_are_cut_serves_again_by_itself(
    pair: tuple[Store, Store], url: str
) -> None:
    store = pair[0]
    for _ in range(5):
        rows(
            url,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()",
        )
        failures = 0
        for _ in range(20):
            try:
                assert await store.write(lambda tx: communities.by_id(tx, 1)) is not None
                assert await store.read(lambda tx: communities.by_id(tx, 1)) is not None
                break
            except StoreUnavailable:
                failures += 1
        assert failures <= 6  # one for the writer, one for each that reads


async def test_a_value_of_the_wrong_kind_fails_its_own_change_only(pair: tuple[Store, Store]) -> None:
    async def wrong(tx: Tx) -> None:
        await tx.do("communities.set_phone", id="one", phone="1")

    outcomes = await asyncio.gather(
        pair[0].write(wrong),
        pair[0].write(lambda tx: communities.set_phone(tx, 1, "010\x00-1")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[0], asyncpg.DataError)
    assert outcomes[1] is None
    found = await pair[0].read(lambda tx: communities.by_id(tx, 1))
    assert found is not None
    assert found.phone == "010-1"


async def test_one_has_the_turn_and_the_next_gets_it_when_that_one_is_gone(
    pair: tuple[Store, Store], url: str
) -> None:
    began: list[int] = []

    async def work(who: int) -> None:
        began.append(who)
        await asyncio.Event().wait()

    first = asyncio.create_task(in_turn(pair[0], "poll 1", lambda: work(1)))
    async with asyncio.timeout(10):
        while began != [1]:
            await asyncio.sleep(0.01)
        second = asyncio.create_task(in_turn(pair[1], "poll 1", lambda: work(2)))
        other = asyncio.create_task(in_turn(pair[1], "poll 2", lambda: work(3)))
        await asyncio.sleep(1.0)
        assert began == [1, 3]  # another bot's turn is another's
        # The first loses its connection as if its machine had gone; it notices, and stands by.
        holder = rows(url, "select pid from pg_locks where locktype = 'advisory' and granted order by pid")
        rows(url, "select pg_terminate_backend(?)", holder[0][0])
        while len(began) < 3:
            await asyncio.sleep(0.01)
    for task in (first, second, other):
        task.cancel()
    await asyncio.gather(first, second, other, return_exceptions=True)


async def test_a_community_that_looks_sees_its_own_rows_whatever_is_asked(
    pair: tuple[Store, Store], url: str
) -> None:
    """Random queries without any word of a community, as a mistake would write them: 0 rows of others."""
    for community in (1, 2, 3):
        made = await enter(pair[0], ticket(community, community))

        async def tell(tx: Tx, made: Ticket = made) -> None:
            await events.append(tx, None, made, "opened", 1, role="resident", actor=5)
            await communities.add_estate(tx, made.community_id, "幸福里")

        await pair[0].write(tell)
    walls = rows(
        url,
        "select c.relname, case c.relname when 'communities' then 'id' else 'community_id' end "
        "from pg_class c "
        "where c.relrowsecurity and c.relforcerowsecurity and c.relnamespace = 'public'::regnamespace",
    )
    tables = rows(
        url,
        "select table_name from information_schema.columns where column_name = 'community_id' "
        "and table_schema = 'public'",
    )
    assert {name for (name,) in tables} <= {name for name, _ in walls}
    db = await asyncpg.connect(url)
    await db.execute("set role minxinqiao_app")
    chance = random.Random(5)
    sorts = ("", " order by 1 desc", " order by random()", " limit 5")
    seen = 0
    for _ in range(1000):
        mine = chance.choice((1, 2, 3))
        table, column = chance.choice([wall for wall in walls if wall[0] != "inbox"])
        async with db.transaction():
            await db.execute(f"set local minxinqiao.community = '{mine}'")
            found = await db.fetch(f"select {column} from {table}{chance.choice(sorts)}")  # noqa: S608 - names from this file's own lists or the store's schema, never from people
            seen += len(found)
            assert {row[0] for row in found} <= {mine} | ({None} if table == "guides" else set()), table
            assert await db.fetch("select * from inbox") == []
            changed = await db.execute(f"update communities set phone = 'x' where id <> {mine}")  # noqa: S608 - names from this file's own lists or the store's schema, never from people
            assert changed == "UPDATE 0"
    assert seen > 100, "there must be something to see"
    assert await db.fetch("select * from tickets") == []  # who says nobody sees nobody
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.fetch("select words from ticket_words")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(
            "set local minxinqiao.community = '1'; insert into estates (community_id, name) values (2, 'x')"
        )
    await db.close()
    # And through the store: the search of another community finds nothing, however it is asked.
    found = await pair[0].read(lambda tx: tickets.search(tx, 2, "电梯"), community=1)
    assert found == []
    assert len(await pair[0].read(lambda tx: tickets.search(tx, 1, "电梯"), community=1)) == 1
    assert await pair[0].read(lambda tx: tickets.by_id(tx, made.id), community=1) is None


async def test_a_backup_names_the_tools_that_make_one(pair: tuple[Store, Store], tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        await pair[0].backup(tmp_path / "copy")


async def test_an_address_that_serves_nobody_says_so_without_its_password() -> None:
    with pytest.raises(StoreUnavailable) as unavailable:
        await Store.open("postgresql://office:s3cret@127.0.0.1:1/office")
    assert "s3cret" not in unavailable.value.where + unavailable.value.problem
    assert "127.0.0.1:1" in unavailable.value.where


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://a:b@h/d", "postgresql://a@h/d"),
        ("postgresql://a:b@h1:1,h2:2/d?target_session_attrs=read-write", "postgresql://a@h1:1,h2:2/d"),
        ("postgresql:///d?host=/run", "postgresql:///d"),
    ],
)
def test_addresses_are_shown_without_passwords(address: str, shown: str) -> None:
    assert without_password(address) == shown
