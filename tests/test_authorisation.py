"""Who has no right changes nothing: every button and every command, tried by everybody who may not.

There is no list of cases to keep: what the handlers know is what is tried. A new button is in the matrix the
moment it exists, and denied to these people by default.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from domain.errors import Refused
from domain.roles import Role
from handlers import group, press
from handlers.pressing import Press
from storage import buttons, people
from storage.people import Member
from storage.tickets import Ticket
from tests.town import Community, Person, Town

pytestmark = pytest.mark.sqlite

PROTECTED = (
    *(
        "tickets",
        "events",
        "seals",
        "staff",
        "communities",
        "estates",
        "buildings",
        "invites",
        "duty",
        "guides",
    ),
    *("extensions", "suspensions", "joined", "undos"),
)
"""Tables of the office's own records."""

LOGGED_LOOKS = {("full", "who only looks on")}
"""An auditor may read; that look is written into the history, and is all that changes."""
COMMANDERS = {
    "stranger in the group",
    "staff of another community, in this group",
    "staff of another community, in private",
    "who has left, in the group",
    "another resident",
}
OPENING = {"new", "minutes"}
OWN_DOING = {"settle", "here"}
"""Buttons by which anybody may open a matter of their own; they are tried with another person's ticket."""


@dataclass(frozen=True)
class Outsider:
    """Somebody without a right, and the chat in which they press."""

    name: str
    person: Person
    chat: int


def records(path: Path) -> dict[str, str]:
    """A fingerprint of every protected table."""
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as db:
        names = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: hashlib.sha256(repr(db.execute(f"select * from {name}").fetchall()).encode()).hexdigest()  # noqa: S608 - names from this file's own lists or the store's schema, never from people
            for name in names
            if name in PROTECTED
        }


@pytest.fixture
async def elsewhere(town: Town, office: Community) -> Community:
    return await town.community("和平社区", "和平里小区", ("赵刚", "钱进"))


async def outsiders(town: Town, office: Community, elsewhere: Community) -> list[Outsider]:
    stranger = await town.stranger(office)
    visitor = elsewhere["赵刚"]
    await town.drive.act("members/add", group=office.group, member=visitor.id)
    gone = office["王芳"]
    await town.store.write(lambda tx: people.leave(tx, office.id, gone.id, town.clock.ms()))
    other = await town.resident("李四", office)
    auditor = await town.stranger(office, "督查员")
    watching = Member(office.id, auditor.id, "督查员", Role.AUDITOR)
    await town.store.write(lambda tx: people.join(tx, watching, town.clock.ms()))
    return [
        Outsider("stranger in the group", stranger, office.group),
        Outsider("stranger in private", stranger, stranger.id),
        Outsider("staff of another community, in this group", visitor, office.group),
        Outsider("staff of another community, in their own group", visitor, elsewhere.group),
        Outsider("staff of another community, in private", visitor, visitor.id),
        Outsider("who has left, in the group", gone, office.group),
        Outsider("who has left, in private", gone, gone.id),
        Outsider("another resident", other, other.id),
        Outsider("who only looks on", auditor, office.group),
    ]


def arguments(town: Town, office: Community, ticket: Ticket) -> Sequence[str]:
    """What buttons carry: every kind of it is tried with every button."""
    staff = str(office["李强"].id)
    return (
        "",
        "1",
        str(ticket.id),
        staff,
        ticket.category,
        "solved",
        "satisfied",
        "yes",
        "2026-11-22",
        "wrong_unit",
    )


async def test_no_button_obeys_who_has_no_right(
    town: Town, office: Community, elsewhere: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await office["李强"].presses("接单")
    ticket, people_ = await town.ticket(), await outsiders(town, office, elsewhere)
    await town.settle()
    before, obeyed, tried = records(town.path), list[str](), 0
    for action, act in press.ACTIONS.items():
        for who in people_:
            if action in OWN_DOING and who.chat > 0:
                continue
            for number, arg in enumerate(arguments(town, office, ticket)):
                tried += 1
                meant = Press(who.chat, 1, who.person.id, who.person.name, action, ticket.id, arg, office.id)
                await _try(act, town, replace(meant, key=f"q{action}{number}{who.name}"))
            if (after := records(town.path)) != before:
                changed = [name for name in after if after[name] != before[name]]
                if (action, who.name) not in LOGGED_LOOKS or set(changed) != {"events", "seals"}:
                    obeyed.append(f"{action} of {who.name}: {', '.join(changed)}")
                before = after
    assert obeyed == []
    assert tried >= 90 * len(press.ACTIONS) - 200


async def _try(act: Callable[..., Awaitable[object]], town: Town, meant: Press) -> None:
    """What is refused, and what such a button never carries, are both no obedience."""
    with contextlib.suppress(Refused, ValueError, KeyError, IndexError):
        await act(town.office, meant)


async def test_the_same_buttons_obey_who_has_the_right(town: Town, office: Community, zhang: Person) -> None:
    """Else the matrix would prove nothing."""
    await zhang.says("3号楼2单元电梯坏了")
    ticket, staff = await town.ticket(), office["李强"]
    before = records(town.path)
    meant = Press(office.group, 1, staff.id, staff.name, "take", ticket.id, "", office.id, "q1")
    await press.ACTIONS["take"](town.office, meant)
    changed = {name for name, value in records(town.path).items() if value != before[name]}
    assert {"tickets", "events", "seals"} <= changed


async def test_no_command_obeys_who_has_no_right(
    town: Town, office: Community, elsewhere: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    people_ = await outsiders(town, office, elsewhere)
    ticket = await town.ticket()
    before, obeyed = records(town.path), list[str]()
    for who in people_:
        if who.name not in COMMANDERS:
            continue
        writer = replace(who.person, chat=who.chat) if who.chat < 0 else who.person.in_private
        for command in group.COMMANDS:
            for rest in ("", f" {ticket.number} 李强"):
                if who.name.startswith("staff") and who.chat > 0 and command in OPENING:
                    continue  # in private, staff of B write down matters of B
                await writer.says(f"/{command}{rest}")
            if (after := records(town.path)) != before:
                changed = [name for name in after if after[name] != before[name]]
                obeyed.append(f"/{command} of {who.name}: {', '.join(changed)}")
                before = after
    assert obeyed == []


async def test_ten_thousand_mutated_callbacks_change_nothing(
    town: Town, office: Community, elsewhere: Community, zhang: Person
) -> None:
    """Tokens of real buttons with a character changed, cut, joined, and from other chats."""
    for place in ("3号楼2单元", "5号楼1单元", "6号楼3单元"):
        await zhang.says(f"{place}电梯坏了")
    tokens = [row[0] for row in town.rows("select token from buttons")]
    before, found, tried = records(town.path), 0, 0
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-'\"%; \x00电"

    async def count(data: Sequence[str]) -> int:
        async def look(tx: object) -> int:
            return sum([await buttons.meaning_of(tx, token) is not None for token in data])  # type: ignore[arg-type]  # forged values are of any type

        return await town.store.read(look)

    for token in tokens:
        mutated = {
            token[:place] + letter + token[place + 1 :] for place in range(len(token)) for letter in alphabet
        } | {token[:-1], token + token, token.upper(), token[::-1], f"take:{token}", ""}
        found += await count(sorted(mutated - set(tokens)))
        tried += len(mutated)
    assert tried > 10_000
    assert found == 0
    stranger = elsewhere["赵刚"]
    await stranger.says("/help")
    anything = await stranger.message("怎么办单")
    for token in tokens[:10]:
        assert "失效" in await stranger.forges(anything["message_id"], token)
    assert records(town.path) == before


async def test_a_hundred_presses_at_once_are_one_transition(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    card = await office.card(await town.ticket())
    token = next(
        b["callback_data"]
        for row in card["reply_markup"]["inline_keyboard"]
        for b in row
        if "接单" in b["text"]
    )
    for number in range(100):
        who = list(office.team.values())[number % 3]
        await town.drive.act(
            "press",
            from_=who.id,
            chat=office.group,
            message_id=card["message_id"],
            data=token,
            force=True,
            wait=0,
        )
    await town.settle()
    assert town.events(await town.ticket()).count("take") == 1
