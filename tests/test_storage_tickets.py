"""The register: versions, numbers, and a search that finds all of one's own and none of others."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.states import State
from storage import communities, events, tickets, words
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests.postgres_server import rows

BODIES = (
    "3号楼2单元电梯坏了",
    "小区路灯不亮，晚上看不见",
    "五楼漏水到四楼，天花板湿了",
    "楼下烧烤店油烟太大",
    "我想问问低保怎么办",
    "ＡＢＣ大厦门口乱停车",
    "停水了，什么时候来水？",
)


@pytest.fixture
async def store(store_address: str) -> AsyncIterator[Store]:
    opened = await Store.open(store_address)

    async def found(tx: Tx) -> None:
        for number in (1, 2, 11):
            await communities.found(tx, f"社区{number}", f"c{number}", 0)  # their ids are 1, 2, 3

    await opened.write(found)
    yield opened
    await opened.close()


async def enter(store: Store, community: int, body: str, message: int, place: str = "") -> Ticket:
    async def change(tx: Tx) -> Ticket:
        ticket = Ticket(
            community_id=community,
            number=await tickets.next_number(tx, community, "261122"),
            resident_id=5,
            chat_id=5,
            source_message=message,
            state=State.NEW,
            category="other",
            kind="求助",
            urgency="一般",
            body=body,
            place=place,
            clock_class="general",
            clock_unit="天",
            accept_due=1,
            answer_due=2,
            created_at=message,
        )
        entered = await tickets.insert(tx, ticket)
        assert entered is not None
        return entered

    return await store.write(change)


async def search(store: Store, community: int, text: str) -> list[int]:
    found = await store.read(lambda tx: tickets.search(tx, community, text, most=1000))
    return sorted(ticket.id for ticket in found)


async def test_every_two_characters_that_stand_together_are_found(store: Store) -> None:
    mine = [await enter(store, 1, body, n) for n, body in enumerate(BODIES, 1)]
    for ticket in mine:
        text = words.fold(ticket.body)
        for start in range(len(text) - 1):
            pair = text[start : start + 2]
            if pair.isalnum():
                expected = sorted(t.id for t in mine if pair in words.fold(t.body))
                assert await search(store, 1, pair) == expected, pair


async def test_a_building_is_not_another_whose_number_ends_alike(store: Store) -> None:
    three = await enter(store, 1, "3号楼电梯坏了", 1)
    thirteen = await enter(store, 1, "13号楼电梯坏了，3单元", 2)
    block = await enter(store, 1, "12A栋电梯坏了", 3)
    assert await search(store, 1, "3号楼") == [three.id]
    assert await search(store, 1, "13号楼") == [thirteen.id]
    assert await search(store, 1, "12a栋") == [block.id]
    assert await search(store, 1, "A栋") == [block.id]
    assert await search(store, 1, three.number[-3:]) == [three.id]


async def test_a_search_never_shows_another_communitys(store: Store) -> None:
    """Nor by words that look like the filter."""
    own = await enter(store, 1, "电梯坏了", 1)
    others = [
        await enter(store, community, "电梯坏了 c1 community 1", 10 + community) for community in (2, 3)
    ]
    assert await search(store, 1, "电梯") == [own.id]
    for ticket in others:
        assert await search(store, ticket.community_id, "电梯") == [ticket.id]
    for text in ("c1", "c2", "community", "电梯 OR c2", '电梯" OR community : "c2'):
        assert set(await search(store, 1, text)) <= {own.id}


async def test_words_are_all_wanted_and_a_changed_ticket_is_found_by_its_new_words(store: Store) -> None:
    ticket = await enter(store, 1, "电梯坏了", 1, place="3号楼")
    assert await search(store, 1, "3号楼 电梯") == [ticket.id]
    assert await search(store, 1, "5号楼 电梯") == []
    changed = replace(ticket, body="水管坏了")

    async def change(tx: Tx) -> None:
        await tickets.reindex(tx, ticket, await tickets.save(tx, changed))

    await store.write(change)
    assert await search(store, 1, "电梯") == []
    assert await search(store, 1, "水管") == [ticket.id]
    assert await search(store, 1, ticket.number) == [ticket.id]


@given(text=st.text(max_size=40))
def test_no_words_of_a_person_are_syntax(text: str) -> None:
    asked = words.terms(words.wanted(text) or ["电梯"])
    assert all(term.isalnum() for term in asked.split(" "))  # no quotes, no signs; nothing empty between


async def test_odd_searches_fail_nothing(store: Store) -> None:
    await enter(store, 1, "电梯坏了", 1)
    for text in ("", "  ", '"', "*", "电", "NEAR(", "🛗", "电梯*", "-电梯", "a" * 5000, "電梯"):
        await search(store, 1, text)
    assert len(await search(store, 1, "电")) == 1


async def test_of_two_changes_to_one_version_one_wins(store: Store) -> None:
    ticket = await enter(store, 1, "电梯坏了", 1)

    async def move_to(place: str) -> Ticket:
        return await store.write(lambda tx: tickets.save(tx, replace(ticket, place=place)))

    first, second = await asyncio.gather(move_to("1号楼"), move_to("2号楼"), return_exceptions=True)
    assert isinstance(first, Ticket)
    assert isinstance(second, Refused)
    assert second.reason == "somebody_was_faster"
    kept = await store.read(lambda tx: tickets.by_id(tx, ticket.id))
    assert kept == first


async def test_numbers_count_each_day_of_each_community_without_gaps(store: Store) -> None:
    async def draw(community: int, day: str) -> str:
        return await store.write(lambda tx: tickets.next_number(tx, community, day))

    drawn = await asyncio.gather(*(draw(1, "261122") for _ in range(120)))
    assert sorted(drawn) == [f"261122-{n:03d}" for n in range(1, 121)]
    assert await draw(2, "261122") == "261122-001"
    assert await draw(1, "261123") == "261123-001"


async def test_a_failed_change_gives_its_number_back(store: Store) -> None:
    async def fail(tx: Tx) -> None:
        await tickets.next_number(tx, 1, "261122")
        raise Refused("gone")

    with pytest.raises(Refused):
        await store.write(fail)
    assert await store.write(lambda tx: tickets.next_number(tx, 1, "261122")) == "261122-001"


async def test_the_same_message_opens_one_ticket(store: Store) -> None:
    ticket = await enter(store, 1, "电梯坏了", 1)
    again = replace(ticket, id=0, number="261122-900")
    assert await store.write(lambda tx: tickets.insert(tx, again)) is None
    other_part = replace(again, part=1)
    assert await store.write(lambda tx: tickets.insert(tx, other_part)) is not None


async def test_a_ticket_is_found_by_its_last_digits_newest_first(store: Store) -> None:
    async def on(day: str, message: int) -> Ticket:
        ticket = await enter(store, 1, "电梯坏了", message)
        moved = replace(ticket, number=f"{day}-001")

        async def change(tx: Tx) -> Ticket:
            entered = await tickets.insert(tx, replace(moved, id=0, source_message=message + 100))
            assert entered is not None
            return entered

        return await store.write(change)

    old, new = await on("261101", 1), await on("261102", 2)
    found = await store.read(lambda tx: tickets.by_number(tx, 1, "1"))
    assert [t.number for t in found][:2] == [new.number, old.number]
    assert await store.read(lambda tx: tickets.by_number(tx, 2, "1")) == []
    assert await store.read(lambda tx: tickets.by_number(tx, 1, "%")) == []


async def test_history_cannot_be_rewritten(store: Store, store_address: str) -> None:
    ticket = await enter(store, 1, "电梯坏了", 1)

    async def write(tx: Tx) -> None:
        await events.append(tx, None, ticket, "opened", 1, role="resident", actor=5, words="说明")

    await store.write(write)
    with pytest.raises((sqlite3.IntegrityError, asyncpg.RaiseError), match="append only"):
        rows(store_address, "update events set kind = 'void'")
    [event] = await store.read(lambda tx: events.of_ticket(tx, ticket.id))
    assert (event.kind, event.data) == ("opened", {"words": "说明"})
