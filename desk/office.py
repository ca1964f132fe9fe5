"""The office: everything a change needs beside its own words. Built once by bot.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from desk.origin import ORIGIN
from desk.workcalendar import build_calendar, with_notice
from domain.answers import Answers
from domain.bots import inside, outside
from domain.catalogue import Catalogue
from domain.clocks import Clocks
from domain.errors import AlreadyDone
from domain.privacy import is_closed
from domain.roles import Role
from domain.workdays import WorkCalendar
from nlp.reading import EstateEntry, Gazetteer, Reading
from storage import calendar_days, communities, inbox, people
from storage.communities import Community
from storage.store import Change, Store, Tx
from storage.tickets import Ticket
from texts.script import to_traditional

T = TypeVar("T")
Reader = Callable[[str, Gazetteer, datetime], Reading]


@dataclass(slots=True)
class Places:
    """The gazetteer of all communities, read again after an import or a minute."""

    gazetteer: Gazetteer = field(default_factory=Gazetteer)
    names: tuple[str, ...] = ()  # of its estates
    read_at: float = -1e9
    stale: bool = True


@dataclass(slots=True)
class Days:
    """Working calendars with what the office entered itself, read again with the places."""

    calendars: dict[str, WorkCalendar] = field(default_factory=dict)  # by country
    country_of: dict[int, str] = field(default_factory=dict)  # of communities that follow another one


@dataclass(frozen=True, slots=True)
class Counter:
    """Which of the deployment's bots this is (`domain.bots`), and what all of them are called."""

    number: int = 0
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def alone(self) -> int | None:
        """What a community founded here is served by: of several bots by this one."""
        return self.number if len(self.names) > 1 else None


@dataclass(frozen=True, slots=True)
class Office:
    store: Store
    catalogue: Catalogue
    clocks: Clocks
    law: WorkCalendar  # the country's days as the settings know them
    zone: ZoneInfo
    admins: frozenset[int]
    read: Reader
    now: Callable[[], datetime]
    bot_name: str = ""  # for deep links
    counter: Counter = field(default_factory=Counter)
    retention_days: int = 0  # after which finished tickets lose their words; 0 = never
    places: Places = field(default_factory=Places)
    country: str = "CN"
    answers: Answers = field(default_factory=Answers)  # the ready words
    days: Days = field(default_factory=Days)

    @property
    def calendar(self) -> WorkCalendar:
        """The working days of the office's own country, with the notices that were entered."""
        return self.days.calendars.get(self.country, self.law)

    def calendar_of(self, community_id: int) -> WorkCalendar:
        """The working days that a community follows."""
        country = self.days.country_of.get(community_id, self.country)
        return self.days.calendars.get(country, self.calendar)

    def in_traditional(self, text: str) -> str:
        """The text in traditional characters, the names of places as they are written."""
        return to_traditional(text, self.places.names)

    def now_ms(self) -> int:
        return to_ms(self.now())

    def local(self, ms: int) -> datetime:
        """Milliseconds as a moment in the office's zone."""
        return datetime.fromtimestamp(ms / 1000, self.zone)

    async def write(self, change: Change[T]) -> T:
        """Run one change; the update it belongs to is marked done in the same transaction.

        An update is allowed one change only: a second one could be lost or doubled by a crash between them.
        """
        origin = ORIGIN.get()
        if origin is None or origin.inbox_id is None:
            return await self.store.write(change)
        if origin.settled:
            raise RuntimeError("an update may make one change only")
        inbox_id, now = origin.inbox_id, self.now_ms()

        async def with_done(tx: Tx) -> T:
            if not await inbox.done(tx, inbox_id, now):  # first: it holds back whoever else has this row
                raise AlreadyDone(inbox_id)
            return await change(tx)

        try:
            result = await self.store.write(with_done)
        except AlreadyDone:
            origin.settled = True
            raise
        origin.settled = True
        return result

    async def gazetteer(self) -> Gazetteer:
        """All places the bot knows, at most a minute old."""
        if self.places.stale or time.monotonic() - self.places.read_at > 60:
            self.places.gazetteer = await self.store.read(self._gazetteer)
            estates = self.places.gazetteer.estates
            self.places.names = tuple({name for e in estates for name in (e.name, *e.aliases)})
            await self.read_days()
            self.places.read_at = time.monotonic()
            self.places.stale = False
        return self.places.gazetteer

    async def read_days(self) -> None:
        """Bring the working calendars up to what was entered."""
        noticed, chosen = await self.store.read(calendar_days.everything)
        countries = {self.country, *chosen.values()}
        made = {c: with_notice(self.law_of(c), noticed.get(c, {})) for c in countries}
        self.days.calendars, self.days.country_of = made, chosen

    def law_of(self, country: str) -> WorkCalendar:
        """The days of a country without what was entered by hand."""
        if country == self.country:
            return self.law
        today = self.now().astimezone(self.zone).date()
        return build_calendar(today, country, str(self.zone), hours=self.law.hours)

    async def role_of(self, tx: Tx, community_id: int, user_id: int) -> Role | None:
        """What the person is in this community; None for a stranger."""
        member = await people.member(tx, community_id, user_id)
        if member:
            return member.role
        return Role.ADMINISTRATOR if user_id in self.admins else None

    def closed(self, ticket: Ticket) -> bool:
        """Whether the group sees only that there is something; the content is read in private."""
        return is_closed(
            self.catalogue,
            ticket.category,
            sure=ticket.category_sure,
            guesses=ticket.guesses,
            dangers=ticket.dangers,
        )

    def at(self, counter: Counter) -> Office:
        """The same office, as it is behind one of several bots."""
        admins = frozenset(inside(counter.number, outside(admin)) for admin in self.admins)
        name = counter.names[counter.number]
        return replace(self, bot_name=name, counter=counter, admins=admins, places=Places())

    def reaches(self, community: Community | None) -> bool:
        """Whether this bot's people reach it: no other bot serves it alone."""
        return community is not None and community.served_by in (None, self.counter.number)

    def reached(self, served: list[Community]) -> list[Community]:
        """Those of them that this bot's people reach."""
        return [community for community in served if self.reaches(community)]

    async def _gazetteer(self, tx: Tx) -> Gazetteer:
        houses: dict[int, list[str]] = {}
        for building in await communities.buildings(tx):
            houses.setdefault(building.estate_id, []).append(building.name)
        reached = {community.id for community in self.reached(await communities.everyone(tx))}
        return Gazetteer(
            tuple(
                EstateEntry(e.id, e.community_id, e.name, e.aliases, tuple(houses.get(e.id, ())), e.spots)
                for e in await communities.estates(tx)
                if e.community_id in reached
            )
        )


def to_ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
