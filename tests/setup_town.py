"""What the tests of the set-up share: an office, a clock that can be moved, and everybody's telephone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import texts.all  # noqa: F401 - enters every text into the registry
from desk.incoming import Incoming
from desk.office import Office
from desk.outgoing import Outgoing, Post
from desk.residents import reception
from desk.setup import joining, setting_up
from desk.setup.importing import parse_pasted, upload
from desk.workcalendar import build_calendar
from domain.catalogue import load_catalogue
from domain.clocks import load_clocks
from domain.roles import Role
from handlers import setup
from handlers.pressing import Press, Toast
from nlp.read import read
from storage import buttons, communities, outbox, people, tickets
from storage.store import Store
from storage.tickets import Ticket

ADMIN, LEAD, WANG, STRANGER, RESIDENT = 11, 12, 13, 99, 50
GROUP, OTHER_GROUP = -1001, -1002
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@dataclass
class Town:
    """The office, a clock that can be moved, and everybody's telephone."""

    office: Office
    clock: list[datetime]
    shown: dict[int, list[Outgoing]] = field(default_factory=dict)
    sent: int = 0

    @property
    def store(self) -> Store:
        return self.office.store

    def pass_time(self, **amount: int) -> None:
        self.clock[0] += timedelta(**amount)

    async def deliver(self) -> None:
        """Compose and show everything that was promised."""
        post = Post(self.office, upload)
        while rows := await self.store.read(lambda tx: outbox.heads(tx, self.office.now_ms() + 10_000)):
            for row in rows:
                outgoing = await self.store.write(lambda tx, row=row: post.compose(tx, row))  # type: ignore[misc]  # mypy infers no lambda with defaults
                self.sent += 1
                number = self.sent
                await self.store.write(
                    lambda tx, row=row, number=number: outbox.sent(tx, row, number, self.office.now_ms())  # type: ignore[misc]  # mypy infers no lambda with defaults
                )
                if outgoing:
                    self.shown.setdefault(row.chat_id, []).append(outgoing)

    async def last(self, chat_id: int) -> str:
        """The newest message in a chat."""
        await self.deliver()
        return self.shown[chat_id][-1].html

    async def labels(self, chat_id: int) -> list[str]:
        await self.deliver()
        return [b["text"] for line in keyboard(self.shown[chat_id][-1]) for b in line]

    async def press(self, chat_id: int, label: str, user_id: int = 0) -> Toast:
        """Press the newest button whose label holds these words."""
        await self.deliver()
        for outgoing in reversed(self.shown[chat_id]):
            for line in keyboard(outgoing):
                for button in line:
                    if label in button["text"] and "callback_data" in button:
                        return await self._pressed(chat_id, button["callback_data"], user_id or chat_id)
        raise AssertionError(f"no button {label!r} in chat {chat_id}")

    async def _pressed(self, chat_id: int, token: str, user_id: int) -> Toast:
        meant = await self.store.read(lambda tx: buttons.meaning_of(tx, token))
        assert meant is not None
        assert meant.chat_id == chat_id
        press = Press(chat_id, 1, user_id, "赵六", meant.action, arg=meant.arg)
        return await setup.ACTIONS[meant.action](self.office, press)

    def message(self, user_id: int, text: str = "", name: str = "李主任") -> Incoming:
        self.sent += 1
        at = self.office.now_ms()
        return Incoming(user_id, 10_000 + self.sent, user_id, name, at, text=text)

    async def say(self, user_id: int, text: str) -> bool:
        return await setup.setup_text(self.office, self.message(user_id, text))

    async def start(self, user_id: int) -> bool:
        return await setup.admin_home(self.office, self.message(user_id))

    async def slash_setup(self, chat_id: int, user_id: int, payload: str = "") -> None:
        self.sent += 1
        await setup.group_setup(self.office, chat_id, "工作群", user_id, 10_000 + self.sent, payload)

    async def join(self, user_id: int, code: str, name: str = "小王") -> None:
        await setup.join_by_link(self.office, code, self.message(user_id, name=name))

    async def community(self, name: str = "幸福社区") -> communities.Community:
        found = await self.store.read(lambda tx: communities.by_name(tx, name))
        assert found is not None
        return found

    async def report(self, text: str, user_id: int = RESIDENT) -> Ticket:
        """A resident's words, opened as a ticket."""
        await reception.receive(self.office, self.message(user_id, text, name="张三"))
        return (await self.store.read(lambda tx: tickets.of_resident(tx, user_id)))[0]

    async def again(self, ticket: Ticket) -> Ticket:
        found = await self.store.read(lambda tx: tickets.by_id(tx, ticket.id))
        assert found is not None
        return found

    async def team(self) -> dict[int, Role]:
        community = await self.community()
        return {m.user_id: m.role for m in await self.store.read(lambda tx: people.team(tx, community.id))}


def keyboard(outgoing: Outgoing) -> list[list[dict[str, Any]]]:
    return (outgoing.markup or {}).get("inline_keyboard", [])  # type: ignore[no-any-return]  # plain JSON


async def open_town(path: Path) -> Town:
    """An office without any community."""
    clock = [START]
    office = Office(
        store=await Store.open(path / "town.sqlite"),
        catalogue=load_catalogue(None),
        clocks=load_clocks(None),
        law=build_calendar(START.date()),
        zone=ZoneInfo("Asia/Shanghai"),
        admins=frozenset({ADMIN}),
        read=read,
        now=lambda: clock[0],
        bot_name="min_bot",
    )
    return Town(office, clock)


async def found(town: Town) -> Town:
    """幸福社区 with its group, buildings and a lead."""
    community_id = await setting_up.create_community(town.office, ADMIN, "幸福社区")
    await setting_up.bind_group(town.office, community_id, GROUP, ADMIN)
    await setting_up.import_buildings(town.office, community_id, parse_pasted("幸福里小区 1-3号楼"), ADMIN)
    code = await joining.invite(town.office, community_id, Role.LEAD, ADMIN)
    await joining.join(town.office, code, LEAD, "李主任")
    await town.deliver()
    return town
