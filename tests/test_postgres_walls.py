"""Walls between tenants hold for changes too: PostgreSQL itself refuses another community's rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest

from config import Settings
from desk.from_settings import open_office
from desk.hand import Hand, role_at
from desk.staff import handling
from domain.errors import MinxinqiaoError, Refused
from domain.roles import Role
from storage import communities, events, people, tickets
from storage.outbox import Letter, put
from storage.people import Member
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests.postgres_server import HAVE_SERVER, WANTED, drop_database, new_database, rows
from tests.test_postgres import ticket
from tests.town import MONDAY

pytestmark = pytest.mark.skipif(
    not HAVE_SERVER or "postgres" not in WANTED, reason="no PostgreSQL here, or not wanted"
)
THERE = 7
"""The person who works for the first community only."""


class Two:
    """Two communities with a ticket each."""

    def __init__(self, url: str, store: Store, made: list[Ticket]) -> None:
        self.url, self.store = url, store
        self.mine, self.theirs = made

    @property
    def hand(self) -> Hand:
        return Hand(self.mine.community_id, self.theirs.id, THERE, "k")  # a ticket id that was forged

    def untouched(self) -> bool:
        """Nothing of the second community's is another than it was."""
        events_ = "(select count(*) from events where ticket_id = tickets.id)"
        found = rows(
            self.url,
            f"select state, version, body, {events_} from tickets where id = ?",  # noqa: S608 - our own words
            self.theirs.id,
        )
        return [tuple(row) for row in found] == [("new", 1, self.theirs.body, 0)]


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    url = new_database()
    store = await Store.open(url)

    async def found(tx: Tx) -> list[Ticket]:
        made = []
        for number in (1, 2):
            home = await communities.found(tx, f"社区{number}", f"c{number}", 0)
            entered = await tickets.insert(tx, ticket(home, number))
            assert entered is not None
            made.append(entered)
        await people.join(tx, Member(made[0].community_id, THERE, "同事", Role.LEAD), 0)
        return made

    yield Two(url, store, await store.write(found))
    await store.close()
    drop_database(url)


async def test_a_ticket_of_another_community_is_not_there(two: Two) -> None:
    async def change(tx: Tx) -> tuple[Ticket | None, int, list[Ticket]]:
        await tx.within(two.mine.community_id)
        taken = await tx.do("tickets.unindex", id=0, community="", words="")  # a change without any row
        found = await tickets.search(tx, two.theirs.community_id, two.theirs.body[:2])
        return await tickets.by_id(tx, two.theirs.id), taken, found

    assert await two.store.write(change) == (None, 0, [])


async def test_it_cannot_be_saved(two: Two) -> None:
    async def change(tx: Tx) -> None:
        await tx.within(two.mine.community_id)
        await tickets.save(tx, replace(two.theirs, body="改掉"))

    with pytest.raises(Refused, match="somebody_was_faster"):  # no row of that id and version is there
        await two.store.write(change)
    assert two.untouched()


@pytest.mark.parametrize("what", ["event", "letter", "ticket", "staff", "number"])
async def test_nothing_can_be_entered_for_it(two: Two, what: str) -> None:
    other = two.theirs.community_id

    async def change(tx: Tx) -> None:
        await tx.within(two.mine.community_id)
        if what == "event":
            await events.append(tx, two.theirs, two.theirs, "note", 0, role="staff", actor=THERE)
        elif what == "letter":
            await put(tx, Letter("x", 5, "say", community_id=other), 0)
        elif what == "ticket":
            await tickets.insert(tx, ticket(other, 99))
        elif what == "staff":
            await people.join(tx, Member(other, THERE, "同事", Role.LEAD), 0)
        else:
            await tickets.next_number(tx, other, "261123")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await two.store.write(change)
    assert two.untouched()
    assert rows(two.url, "select count(*) from staff")[0][0] == 1
    assert rows(two.url, "select count(*) from tickets")[0][0] == 2


async def test_staff_are_behind_the_wall_once_their_role_is_known(two: Two) -> None:
    """The one gate of the desk, and a change through it with a forged ticket id."""
    office = replace(
        open_office(Settings.model_validate({"database_url": two.url}), two.store), now=lambda: MONDAY
    )

    async def change(tx: Tx) -> Ticket | None:
        await role_at(tx, office, two.hand)
        return await tickets.by_id(tx, two.theirs.id)

    assert await office.write(change) is None
    with pytest.raises(MinxinqiaoError):
        await handling.take(office, two.hand)
    assert two.untouched()


async def test_changes_that_share_a_commit_have_their_own_walls(two: Two) -> None:
    """Narrow, wide, failing: each begins wide, none opens or closes another's wall."""

    async def narrow(tx: Tx, whose: Ticket) -> tuple[bool, bool]:
        await tx.within(whose.community_id)
        return (
            await tickets.by_id(tx, two.mine.id) is not None,
            await tickets.by_id(tx, two.theirs.id) is not None,
        )

    async def wide(tx: Tx) -> tuple[bool, bool]:
        return (
            await tickets.by_id(tx, two.mine.id) is not None,
            await tickets.by_id(tx, two.theirs.id) is not None,
        )

    async def failing(tx: Tx) -> None:
        await tx.within(two.mine.community_id)
        await put(tx, Letter("y", 5, "say", community_id=two.theirs.community_id), 0)

    work = []
    for number in range(60):
        kinds = (lambda tx: narrow(tx, two.mine), wide, failing, lambda tx: narrow(tx, two.theirs), wide)
        work.append(two.store.write(kinds[number % 5]))
    found = await asyncio.gather(*work, return_exceptions=True)
    for number, outcome in enumerate(found):
        if number % 5 == 2:
            assert isinstance(outcome, asyncpg.InsufficientPrivilegeError), outcome
        else:
            assert outcome == ((True, False), (True, True), None, (False, True), (True, True))[number % 5]
