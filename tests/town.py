"""A town for tests: the stand-in, the real bot over a real store in the same event loop, and its people."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import standin
from config import Settings
from desk.from_settings import open_office
from desk.office import Counter, Office
from desk.outgoing import Post
from desk.residents.welcome import give_up
from desk.setup.importing import upload
from domain.roles import Role
from handlers.register import register
from nlp.reading import CategoryGuess, Gazetteer, Intent, Reading
from standin.driver import Driver
from storage import communities, people, tickets
from storage.people import Member
from storage.store import Store, Tx
from storage.tickets import Ticket
from tests import postgres_server
from transport.counters import man
from transport.limits import Limits
from transport.serve import Guest, Open, id_of, serve

Json = dict[str, Any]

BOT = 700001
TOKEN = f"{BOT}:AAtownAAtownAAtownAAtownAAtownAAtown"
ADMIN = 9001
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
SPEED = 200.0


class Hurried(Limits):
    """The real limits, in a world whose clock runs two hundred times faster."""

    def __init__(self) -> None:
        super().__init__(lambda: time.monotonic() * SPEED)

    def when(self, chat_id: int, *, edit: bool = False, count: int = 1) -> float:
        return super().when(chat_id, edit=edit, count=count) / SPEED

    def open_in(self) -> float:
        return super().open_in() / SPEED


@dataclass
class Clock:
    """The office's time: it runs as ours does, from a Monday morning on, and can be moved."""

    moved: timedelta = timedelta()
    begun: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return MONDAY + self.moved + timedelta(seconds=time.monotonic() - self.begun)

    def ms(self) -> int:
        return int(self.now().timestamp() * 1000)


@dataclass
class Person:
    """Somebody with a telephone. `chat` is where they write: BOT for the private chat, or a group."""

    town: Town
    id: int
    name: str
    chat: int = BOT

    @property
    def in_private(self) -> Person:
        return replace(self, chat=BOT)

    async def says(self, text: str, **more: Any) -> int:
        """Write a text; the message id, after everything that follows from it has happened."""
        return await self.sends(text=text, **more)

    async def sends(self, **what: Any) -> int:
        """Send a photo, an album, a voice ..."""
        sent = await self.town.drive.act("send", from_=self.id, chat=self.chat, **what)
        await self.town.settle()
        return int(sent["message_id"])

    async def presses_home(self, label: str) -> int:
        """Press a button of the keyboard under the chat, as Telegram sends it: as a text."""
        keyboard = (await self.town.drive.look(f"chat/{self.chat}", as_=self.id))["keyboard"]["keyboard"]
        texts = [b if isinstance(b, str) else b["text"] for row in keyboard for b in row]
        return await self.says(next(text for text in texts if label in text))

    async def edits(self, message_id: int, text: str) -> None:
        await self.town.drive.act("edit", from_=self.id, chat=self.chat, message_id=message_id, text=text)
        await self.town.settle()

    async def presses(self, label: str, on: int | None = None) -> str:
        """Press the newest button with this label; what the bot shows at once."""
        message_id = on or (await self.with_button(label))["message_id"]
        press = {"from_": self.id, "chat": self.chat, "message_id": message_id, "text": label}
        return await self._pressed(press)

    async def forges(self, message_id: int, data: str) -> str:
        """Send a callback that no button of this message carries."""
        press = {"from_": self.id, "chat": self.chat, "message_id": message_id, "data": data, "force": True}
        return await self._pressed(press)

    async def _pressed(self, press: Json) -> str:
        answer = await self.town.drive.act("press", **press)
        assert answer["answered"], "a press stayed without an answer"
        await self.town.settle()
        return str(answer["text"] or "")

    async def messages(self) -> list[Json]:
        """All that stands in the chat, oldest first."""
        found = await self.town.drive.look(f"chat/{self.chat}", as_=self.id, since=0)
        return [m for m in found["messages"] if not m.get("deleted")]

    async def heard(self) -> list[str]:
        """The words of the bot, oldest first, captions too."""
        found = [m for m in await self.messages() if m.get("from", {}).get("id") == BOT]
        return [words_of(message) for message in found]

    async def last(self) -> str:
        return (await self.heard())[-1]

    async def hears(self, part: str) -> str:
        """The newest message of the bot that holds these words."""
        heard = await self.heard()
        for words in reversed(heard):
            if part in words:
                return words
        raise AssertionError(f"{self.name} did not hear {part!r}, but: {heard}")

    async def count(self, part: str) -> int:
        return sum(part in words for words in await self.heard())

    async def message(self, part: str) -> Json:
        """The newest message of the bot with these words."""
        for message in reversed(await self.messages()):
            if message.get("from", {}).get("id") == BOT and part in words_of(message):
                return message
        raise AssertionError(f"no message with {part!r}: {await self.heard()}")

    async def signs(self, message_id: int) -> list[str]:
        """The emoji that stand under a message."""
        found = next(m for m in await self.messages() if m["message_id"] == message_id)
        return [str(emoji) for emoji in found.get("reactions", [])]

    async def with_button(self, label: str) -> Json:
        for message in reversed(await self.messages()):
            if any(label in text for text in labels_of(message)):
                return message
        raise AssertionError(f"no button {label!r}: {[labels_of(m) for m in await self.messages()]}")

    async def blocks(self) -> None:
        await self.town.drive.act("block", user=self.id, bot=BOT)
        await self.town.settle()


def words_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def labels_of(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def data_of(message: Json, label: str) -> str:
    """The callback data of a button."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return next(str(b["callback_data"]) for row in rows for b in row if label in b["text"])


@dataclass
class Community:
    """A community with its group and its people."""

    town: Town
    id: int
    name: str
    group: int
    team: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        return self.team[name]

    @property
    def anyone(self) -> Person:
        return next(iter(self.team.values()))

    async def card(self, ticket: Ticket) -> Json:
        """The ticket's card as it stands in the group now."""
        found = self.town.rows(
            "select message_id from outbox where key = ?", f"card:{ticket.id}:{self.group}"
        )
        assert found, f"no card of {ticket.number}"
        return next(m for m in await self.anyone.messages() if m["message_id"] == found[0][0])


class Town:
    """Everything put together, as bot.py does it; `start` and `stop` are the working day of the bot."""

    def __init__(
        self, folder: Path, drive: Driver, running: Any, database: str, bots: dict[str, Any]
    ) -> None:
        self.folder, self.drive, self.book = folder, drive, running.book
        self.clock = Clock()
        self.path = folder / "town.sqlite"
        self.database = database or f"sqlite:{self.path}"
        self.settings = Settings.model_validate(
            {
                "telegram_bot_token": TOKEN,
                "telegram_api_base_url": f"{running.url}/bot",
                "telegram_file_base_url": f"{running.url}/file/bot",
                "database_url": self.database,
                "admin_ids": frozenset({ADMIN}),
                "bots": bots,
            }
        )
        self._serving: asyncio.Task[None] | None = None
        self._communities: dict[str, Community] = {}
        self.admin = Person(self, ADMIN, "管理员")
        self.doubts: dict[str, tuple[CategoryGuess, ...]] = {}

    async def start(self) -> None:
        """Open the office."""
        self.store = await Store.open(self.database)
        manned = await man(self.settings, self.store)
        opened_office = open_office(self.settings, self.store)
        self._read_well = opened_office.read
        office = replace(opened_office, now=self.clock.now, read=self._read)
        names = {one.number: one.username for one in manned}
        self.offices = [office.at(Counter(one.number, names)) for one in manned]
        self.office: Office = self.offices[0]
        for one, behind in zip(manned, self.offices, strict=True):
            register(one.application, behind)
        opened: asyncio.Future[Open] = asyncio.get_running_loop().create_future()
        work = serve(
            self.settings,
            self.store,
            manned[0].application,
            give_up=lambda row, error: give_up(self.office, row, error),
            post=Post(self.office, upload),
            opened=opened.set_result,
            now=self.clock.ms,
            limits=Hurried,
            signals=False,
            guests=[
                Guest(one.settings, one.number, one.application, Post(behind, upload))
                for one, behind in zip(manned[1:], self.offices[1:], strict=True)
            ],
        )
        self._serving = asyncio.create_task(work)
        waiting: set[asyncio.Future[Any]] = {self._serving, opened}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            await self._serving
        self.counter = await opened

    def _read(self, text: str, gazetteer: Gazetteer, now: datetime) -> Reading:
        """The office's own reader; only sentences in `doubts` it understands as the test wants."""
        reading = self._read_well(text, gazetteer, now)
        if text not in self.doubts:
            return reading
        return replace(reading, guesses=self.doubts[text], intent=Intent.REPORT, unsure=True)

    def doubt(self, text: str, *codes: str) -> None:
        """Let this sentence be hard to understand: each of these categories is as likely."""
        self.doubts[text] = tuple(CategoryGuess(code, 1 / len(codes)) for code in codes)

    async def stop(self) -> None:
        """Close it; what Telegram holds for us waits there."""
        if self._serving is not None:
            self.counter.stop()
            await self._serving
            self._serving = None
            await self.store.close()

    async def settle(self) -> None:
        """Return when every update is handled and every message that may go out has gone."""
        if self._serving is None:
            return
        for one in self.settings.every_bot:
            await self.drive.act("wait", idle=id_of(one), timeout=20)
        async with asyncio.timeout(20):
            while True:
                if self._serving.done():
                    await self._serving
                await self.counter.dispatcher.idle()
                self.counter.wake()
                pending = self.rows(
                    "select count(*) from outbox where state = 'sending' or (state = 'waiting' "
                    "and (attempts > 0 or not_before <= ?))",
                    self.clock.ms(),
                )
                if not pending[0][0]:
                    return
                await asyncio.sleep(0.005)

    async def later(self, **how_long: float) -> None:
        """Move the clock, the office's and Telegram's."""
        self.clock.moved += timedelta(**how_long)
        await self.drive.act("clock", now=self.clock.now().timestamp())
        await self.settle()

    async def until(self, moment: datetime) -> None:
        await self.later(seconds=(moment - self.clock.now()).total_seconds())

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """A look at the store from outside."""
        where = self.database if self.store.shared else self.path
        return postgres_server.rows(where, sql, *values)

    async def community(
        self,
        name: str = "幸福社区",
        estate: str = "幸福里小区",
        staff: tuple[str, ...] = ("周敏", "李强", "王芳"),
    ) -> Community:
        """A community with a staff group; the first of the staff is its lead."""
        ids = [await self._telephone(colleague) for colleague in staff]
        made = await self.drive.act(
            "groups", title=f"{name}工作群", type="supergroup", members=ids, bots=[BOT], creator=ids[0]
        )
        group, code = int(made["id"]), f"c{len(self._communities)}"

        async def enter(tx: Tx) -> int:
            now = self.clock.ms()
            found = await communities.found(tx, name, code, now, phone="010-5550100", hours="周一至周五")
            await communities.bind(tx, found, group)
            place = await communities.add_estate(tx, found, estate, (estate.removesuffix("小区"),), ("东门",))
            for building in ("1", "2", "3", "5", "6"):
                await communities.add_building(tx, found, place, building, f"{code}b{building}", 4, 18)
            for number, (who, colleague) in enumerate(zip(ids, staff, strict=True)):
                role = Role.STAFF if number else Role.LEAD
                await people.join(tx, Member(found, who, colleague, role), now)
            return found

        number = await self.store.write(enter)
        self.office.places.stale = True
        team = {
            colleague: Person(self, who, colleague, group) for who, colleague in zip(ids, staff, strict=True)
        }
        self._communities[name] = Community(self, number, name, group, team)
        await self.settle()
        return self._communities[name]

    async def resident(self, name: str, home: Community | None = None, language: str = "zh-hans") -> Person:
        """A resident who has opened the chat, through the poster of a community when `home` is given."""
        person = Person(self, await self._telephone(name, language), name)
        code = self.rows("select code from communities where id = ?", home.id)[0][0] if home else ""
        await person.says(f"/start c_{code}" if code else "/start")
        return person

    async def stranger(self, community: Community, name: str = "路人") -> Person:
        """Somebody in the group who does not work there."""
        who = await self._telephone(name)
        await self.drive.act("members/add", group=community.group, member=who)
        await self.settle()
        return Person(self, who, name, community.group)

    async def _telephone(self, name: str, language: str = "zh-hans") -> int:
        return int((await self.drive.act("users", first_name=name, language_code=language))["id"])

    async def tickets(self) -> list[Ticket]:
        """All, oldest first."""

        async def look(tx: Tx) -> list[Ticket]:
            found = [
                await tickets.by_id(tx, row[0]) for row in self.rows("select id from tickets order by id")
            ]
            return [ticket for ticket in found if ticket]

        return await self.store.read(look)

    async def ticket(self) -> Ticket:
        """The newest."""
        return (await self.tickets())[-1]

    def events(self, ticket: Ticket) -> list[str]:
        return [r[0] for r in self.rows("select kind from events where ticket_id = ? order by id", ticket.id)]


@contextlib.asynccontextmanager
async def open_town(
    folder: Path, database: str = "", bots: dict[str, Any] | None = None
) -> AsyncIterator[Town]:
    """A town over a store at this address; else over a file in the folder. `bots`: further ones."""
    async with standin.serve() as running, Driver(running.url) as drive:
        await drive.act("bots", token=TOKEN, first_name="民心桥", username="minxinqiao_bot")
        await drive.act("users", id=ADMIN, first_name="管理员")
        for name, one in (bots or {}).items():
            await drive.act("bots", token=one["token"], first_name=name, username=f"{name}_bot")
        town = Town(folder, drive, running, database, bots or {})
        await drive.act("clock", now=town.clock.now().timestamp())
        await town.start()
        try:
            yield town
        finally:
            await town.stop()
