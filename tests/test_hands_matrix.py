"""Who may do what: every button and command × every role, of this community and of another. Default deny.

A button or a command without a row here fails the test: whoever adds one says who may press it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import texts.all
from config import Settings
from desk.from_settings import open_office
from desk.hand import Hand
from desk.incoming import Incoming
from desk.office import Office
from desk.residents import reception
from desk.staff import handling
from domain.errors import Refused
from domain.roles import Role
from handlers import group, press
from handlers.pressing import Press
from storage import buttons, communities, people
from storage.people import Member
from storage.store import Store, Tx
from texts.refusals import why

assert texts.all  # fills the registry

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
HERE, THERE = 1, 2
GROUP = {HERE: -100, THERE: -200}
ADMIN, RESIDENT, STRANGER = 1, 500, 900
STAFF_ROLES = ("lead", "staff", "grid", "partner", "department", "superior", "council", "auditor")
PEOPLE = {
    "administrator": ADMIN,
    **{role: 10 + number for number, role in enumerate(STAFF_ROLES)},
    **{f"other {role}": 30 + number for number, role in enumerate(STAFF_ROLES)},
    "resident": RESIDENT,
    "other resident": RESIDENT + 1,
    "stranger": STRANGER,
}
"""Everybody who may stand in front of a button; "other" ones belong to the neighbouring community."""

LEADS = {"administrator", "lead"}
DESK = LEADS | {"staff", "grid"}
UNITS = {"partner", "department", "superior"}
HELPERS = DESK | UNITS
READERS = DESK | {"auditor", "council"}
OWNER = {"resident"}
EVERYBODY = set(PEOPLE)
"""Acts on nothing but the presser's own chat: tried for its effect on the ticket, which must be none."""

LEAD, STAFF = PEOPLE["lead"], PEOPLE["staff"]
ACTIONS: dict[str, tuple[set[str], str]] = {
    # the card
    "take": (HELPERS, ""),
    "menu": (HELPERS, "more"),
    "category": (HELPERS, "environment"),
    "set_category": (DESK, "leak"),
    "assign": (DESK, str(STAFF)),
    "ask": (HELPERS, "photo"),
    "return": (HELPERS, "needs_more"),
    "close": (HELPERS, "solved"),
    "escalate": (DESK, ""),
    "full": (READERS, ""),
    "timeline": (READERS, ""),
    "show": (READERS, ""),
    "extend": (HELPERS, "3:parts"),
    "extend_yes": (LEADS, "1"),
    "extend_no": (LEADS, "1"),
    "suspend": (LEADS, "funds:30"),
    "suspend_on": (LEADS, "30"),
    "resume": (LEADS, ""),
    "reject": (LEADS, "scope"),
    "void": (LEADS, "test"),
    "open_merge": (DESK, ""),
    "merge": (DESK, "2"),
    "part": (DESK, ""),
    "undo": (HELPERS, ""),
    "send_anyway": (EVERYBODY, "1"),
    "send_not": (EVERYBODY, "1"),
    "guide_send": (HELPERS, "低保"),
    "story": (READERS, ""),
    "answers": (HELPERS, ""),
    "answer_turn": (HELPERS, "abc|0"),
    "answer_send": (HELPERS, "abc|0a1b2c3d4e5f"),
    "answer_fill": (HELPERS, "明天上午"),
    "answer_write": (HELPERS, ""),
    "answer_own": (HELPERS, "abc|0"),
    # staff's hands
    "complex": (DESK, ""),
    "place_like": (DESK, "2"),
    "want_place": (DESK, ""),
    "want_phone": (DESK, ""),
    "origin": (DESK, "abc|visit"),
    "phoned": (HELPERS, ""),
    "phoned_solved": (HELPERS, ""),
    "phoned_unsolved": (HELPERS, ""),
    "checklist": (HELPERS, ""),
    "tick": (HELPERS, "abc|call"),
    "unwatch": (READERS | HELPERS, ""),
    "turn": (READERS, "abc|0"),
    "bulk": (DESK, "abc"),
    "bulk_tick": (DESK, "abc|1|all"),
    "bulk_menu": (DESK, "abc|1|assign"),
    "bulk_act": (DESK, "abc|1|close:solved"),
    "bulk_yes": (DESK, "abc|1"),
    "duty": (READERS, "abc"),
    "duty_day": (LEADS, "abc|2026-11-24"),
    "duty_put": (LEADS, f"abc|2026-11-24|{STAFF}"),
    "duty_weekly": (LEADS, "abc|2026-11-24"),
    "duty_others": (LEADS, "abc"),
    "duty_whose": (LEADS | {"staff"}, f"abc|{STAFF}"),
    "duty_span": (LEADS | {"staff"}, f"abc|{STAFF}|1"),
    "duty_deputy": (LEADS | {"staff"}, f"abc|{STAFF}|1|{LEAD}"),
    "duty_away": (DESK - {"administrator"}, "abc"),
    "duty_back": (DESK - {"administrator"}, "abc"),
    "handover_from": (LEADS | {"staff"}, f"abc|{STAFF}"),
    "handover_to": (LEADS | {"staff"}, f"abc|{STAFF}|{LEAD}"),
    "handover_yes": (LEADS | {"staff"}, f"abc|{STAFF}|{LEAD}"),
    "handover_leave": (LEADS, f"abc|{STAFF}|{LEAD}"),
    # figures, notices, organisations
    "list": (READERS, "open"),
    "figure": (READERS, "week:2026-11-16:new"),
    "picture": (READERS, "2026-11-22"),
    "pictures": (READERS, ""),
    "paint": (READERS, "trend:7"),
    "export": (LEADS, "month:2026-11-01"),
    "copy": (READERS, "week:2026-11-16"),
    "word": (READERS, "week:2026-11-16"),
    "area": ({"administrator"}, "1:day:2026-11-22"),
    "area_picture": ({"administrator"}, "1:day:2026-11-22"),
    "rank_on": ({"administrator"}, ""),
    "rank_off": ({"administrator"}, ""),
    "rank_confirm": ({"administrator"}, "1"),
    "rank_why": ({"administrator"}, "1:1"),
    "rank_exclude": ({"administrator"}, "1:1:1"),
    "rank_decide": ({"administrator"}, "1:1:yes"),
    "rank_object": (LEADS, "1:1"),
    "spot": (DESK, "solved:abc"),
    "spot_reopen": (LEADS, "abc"),
    "notice_house": (LEADS, "1:1"),
    "notice_houses": (LEADS, "1:on"),
    "notice_names": (READERS, "1"),
    "notice_send": (LEADS, "1"),
    "notice_drop": (LEADS, "1"),
    "notice_urgent": (LEADS, "1"),
    "hand_on": (DESK, "1:level"),
    "council_pick": (LEADS, "1"),
    "photo_skip": (DESK, "restored"),
    "days_sorry": (LEADS, ""),
    **{
        f"unit_{step}": (set[str](), "1:0") for step in ("take", "menu", "done", "back", "on", "full", "show")
    },
    # what only the resident may do
    **{
        name: (OWNER, arg)
        for name, arg in {
            "big_print": "",
            "confirm": "solved",
            "fix_category": "",
            "fix_place": "",
            "guide_hinted": "低保",
            "misheard": "1",
            "hide": "",
            "history": "",
            "joined_solved": "",
            "joined_unsolved": "",
            "me_too": "2",
            "not_same": "2",
            "pick_category": "leak",
            "pick_place": "5号楼",
            "rate": "satisfied",
            "recheck": "yes",
            "skip_place": "",
            "supplement": "",
            "why": "slow",
            "withdraw": "",
            "withdraw_no": "",
            "withdraw_yes": "",
        }.items()
    },
    # the set-up
    **{
        name: (LEADS, arg)
        for name, arg in {
            "setup_page": "1",
            "setup_group": "1",
            "setup_buildings": "1",
            "setup_template": "1",
            "setup_import": "1",
            "setup_invite": "1",
            "setup_role": "1:staff",
            "setup_phone": "1",
            "setup_hours": "1",
            "setup_summary": "1",
            "setup_put": "1:summary:480",
            "setup_team": "1",
            "setup_remove": f"1:{STAFF}",
            "setup_remove_yes": f"1:{STAFF}",
            "setup_links": "1",
            "setup_qr": "1",
            "setup_link_list": "1",
            "setup_skip": "1:phone",
            "setup_bind": "1",
            "units_tree": "1",
            "units_page": "1:1",
            "units_invite": "1:1",
            "units_remove": "1:1:1",
            "units_close": "1:1",
            "units_leave": "1",
            "days_page": "1",
        }.items()
    },
    "units_add": ({"administrator"}, "1:department"),
    "units_known": ({"administrator"}, "1:1"),
    "units_sheet": ({"administrator"}, "1"),
    "units_import": ({"administrator"}, "1"),
    "days_ask": ({"administrator"}, "1"),
    "days_enter": ({"administrator"}, "1"),
    "days_country": ({"administrator"}, "1:HK"),
    "setup_create": ({"administrator"}, ""),
    # the presser's own affairs
    **{
        name: (EVERYBODY, arg)
        for name, arg in {
            "consent": "",
            "for_parents": "",
            "guide_person": "1",
            "guide_useful": "1",
            "here": "1",
            "my_close": "",
            "my_delete": "",
            "my_erase": "",
            "my_export": "",
            "my_keep": "",
            "my_wipe": "",
            "notice_answer": "1:got",
            "notice_contact": "1",
            "notices_off": "",
            "notices_on": "",
            "proxy_skip": "",
            "residents_bind": "1",
            "settle": "1",
            "setup_cancel": "0",
            "setup_keep_name": "1",
            "setup_list": "0",
            "setup_me": "1",
            "setup_rename": "1",
            "script": "",
            "simple_on": "",
            "split": "",
            "split_no": "",
            "which": "new",
        }.items()
    },
}
COMMANDS: dict[str, tuple[set[str], str]] = {
    "tickets": (READERS, ""),
    "mine": (READERS, ""),
    "overdue": (READERS, ""),
    "search": (READERS, "电梯"),
    "t": (READERS, ""),
    "reply": (HELPERS, "师傅明天下午三点到"),
    "note": (HELPERS, "已联系物业"),
    "assign": (DESK, "社区工作者"),
    "close": (HELPERS, "已修好"),
    "new": (DESK, "3号楼电梯坏了"),
    "bulk": (DESK, ""),
    "duty": (READERS, ""),
    "handover": (DESK, ""),
    "summary": (READERS, ""),
    "week": (READERS, ""),
    "month": (READERS, ""),
    "picture": (READERS, ""),
    "export": (LEADS, "本月"),
    "notice": (LEADS, "明天停水"),
    "guide": (READERS, "低保"),
    "guides": (READERS, ""),
    "meeting": (READERS, ""),
    "minutes": (DESK, "议定由物业牵头"),
    "ranking": ({"administrator"}, ""),
    "help": (EVERYBODY, ""),
}
IN_PRIVATE = ("setup_", "units_", "my_", "notice_answer", "notice_contact")
RIGHTS = {"not_your_role", "not_staff", "not_yours", "not_admin", "take_first", "not_your_unit"}
"""Refusals that mean: not you."""
REFUSALS = {why("not_admin"), why("gone")}
"""How the set-up refuses, in the words that the presser sees."""
NOT_THE_OFFICES = ("inbox", "outbox", "buttons", "jobs", "settings", "sqlite_", "ticket_words")
OF_OTHERS = ("tickets", "events", "staff", "communities", "estates", "duty")


def test_every_button_and_every_command_has_its_row() -> None:
    assert set(press.ACTIONS) == set(ACTIONS), "say in ACTIONS who may press it"
    assert set(group.COMMANDS) == set(COMMANDS), "say in COMMANDS who may send it"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two communities with somebody of every role, a ticket of each, and things that wait for a decision."""
    folder = tmp_path_factory.mktemp("matrix")
    asyncio.run(_found(folder / "world.sqlite"))
    return folder / "world.sqlite"


async def _found(path: Path) -> None:
    async with _open(path) as office:

        async def enter(tx: Tx) -> None:
            for community, name in ((HERE, "幸福社区"), (THERE, "和平社区")):
                found = await communities.found(tx, name, f"c{community}", 0)
                assert found == community
                await communities.bind(tx, community, GROUP[community])
                estate = await communities.add_estate(tx, community, f"{name}小区", (), ())
                await communities.add_building(tx, community, estate, "3", f"b{community}", 4, 18)
                prefix = "" if community == HERE else "other "
                for role in STAFF_ROLES:
                    title = "社区工作者" if role == "staff" else f"同事{role}"
                    member = Member(community, PEOPLE[prefix + role], title, Role(role))
                    await people.join(tx, member, 0)

        await office.store.write(enter)
        office.places.stale = True
        for number, (who, community) in enumerate(((RESIDENT, HERE), (RESIDENT + 1, THERE))):

            async def move_in(tx: Tx, who: int = who, community: int = community) -> None:
                await people.greet(tx, who, "张三", "hans", 0)
                await people.settle_in(tx, who, community, None)

            await office.store.write(move_in)
            for part, text in enumerate(("3号楼2单元电梯坏了", "3号楼的路灯不亮")):
                at = office.now_ms()
                message = Incoming(who, 10 * number + part + 1, who, "张三", at, text)
                await reception.receive(office, message)


@asynccontextmanager
async def _open(path: Path) -> AsyncIterator[Office]:
    store = await Store.open(path)
    settings = Settings.model_validate({"admin_ids": frozenset({ADMIN})})
    built = open_office(settings, store)
    try:
        yield replace(built, now=lambda: NOW, bot_name="minxinqiao_bot")
    finally:
        await store.close()


def snapshot(path: Path, only: tuple[str, ...] = ()) -> str:
    """What the office's tables hold."""
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        kept = [n for n in sorted(names) if (n in only if only else not n.startswith(NOT_THE_OFFICES))]
        rows = {name: db.execute(f"select * from {name}").fetchall() for name in kept}  # noqa: S608 - our own names
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


async def _press(office: Office, name: str, arg: str, who: str, ticket_id: int = 1) -> tuple[str, bool]:
    """What came of it: (reason of the refusal or the words shown, refused)."""
    user = PEOPLE[who]
    private = name.startswith(IN_PRIVATE) or ACTIONS[name][0] in (OWNER, EVERYBODY)
    pressed = Press(
        chat_id=user if private else GROUP[HERE],
        message_id=1,
        user_id=user,
        user_name=who,
        action=name,
        ticket_id=ticket_id,
        arg=arg,
        community_id=HERE,
        key=f"q{user}{name}",
    )
    try:
        toast = await press.ACTIONS[name](office, pressed)
    except Refused as refusal:
        return refusal.reason, True
    return toast.text, toast.alert and toast.text in REFUSALS


def _foreigners(allowed: set[str]) -> list[str]:
    return sorted(set(PEOPLE) - allowed)


@pytest.mark.parametrize("name", sorted(ACTIONS))
async def test_a_button_does_nothing_for_who_may_not_press_it(name: str, world: Path, tmp_path: Path) -> None:
    allowed, arg = ACTIONS[name]
    path = tmp_path / "office.sqlite"
    shutil.copy(world, path)
    async with _open(path) as office:
        before = snapshot(path)
        for who in _foreigners(allowed):
            said, refused = await _press(office, name, arg, who)
            assert refused, f"{name} by {who} was not refused: {said!r}"
            assert snapshot(path) == before, f"{name} by {who} changed something"
        for who in sorted(allowed) if allowed != EVERYBODY else ():
            said, refused = await _press(office, name, arg, who)
            assert said not in RIGHTS, f"{name} by {who}: {said}"
            assert not (refused and said == why("not_admin")), f"{name} by {who}: {said}"


@pytest.mark.parametrize("name", sorted(n for n, (allowed, _) in ACTIONS.items() if allowed is EVERYBODY))
async def test_what_everybody_may_press_touches_nobody_elses_matter(
    name: str, world: Path, tmp_path: Path
) -> None:
    path = tmp_path / "office.sqlite"
    shutil.copy(world, path)
    async with _open(path) as office:
        before = snapshot(path, OF_OTHERS)
        for who in ("stranger", "other resident", "other staff", "auditor"):
            await _press(office, name, ACTIONS[name][1], who)
            assert snapshot(path, OF_OTHERS) == before, f"{name} by {who} changed something"


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_a_command_does_nothing_for_who_may_not_send_it(name: str, world: Path, tmp_path: Path) -> None:
    allowed, text = COMMANDS[name]
    path = tmp_path / "office.sqlite"
    shutil.copy(world, path)
    async with _open(path) as office:
        before = snapshot(path)
        for who in [*_foreigners(allowed), *sorted(allowed)]:
            user = PEOPLE[who]
            hand = Hand(HERE, 1, user, f"m{user}", GROUP[HERE], 100 + user, text, user_name=who)
            reason = ""
            try:
                await group.COMMANDS[name](office, hand)
            except Refused as refusal:
                reason = refusal.reason
            if who in allowed:
                assert reason not in RIGHTS, f"/{name} by {who}: {reason}"
            else:
                assert reason, f"/{name} by {who} was not refused"
                assert snapshot(path) == before, f"/{name} by {who} changed something"


async def test_a_ticket_of_another_community_is_not_there(world: Path, tmp_path: Path) -> None:
    """Our own lead presses with a ticket of the neighbours: nothing is found, whatever the button."""
    path = tmp_path / "office.sqlite"
    shutil.copy(world, path)
    theirs = 3
    async with _open(path) as office:
        found = await office.store.read(lambda tx: tx.one("tickets.by_id", id=theirs))
        assert found is not None
        assert found["community_id"] == THERE
        before = snapshot(path, ("tickets", "events"))
        for name, (allowed, arg) in sorted(ACTIONS.items()):
            if "lead" in allowed and allowed not in (EVERYBODY, OWNER):
                await _press(office, name, arg, "lead", ticket_id=theirs)
                after = snapshot(path, ("tickets", "events"))
                if after != before:  # some act on our own tickets, whatever ticket the press names
                    with closing(sqlite3.connect(path)) as db:
                        touched = db.execute("select count(*) from events where ticket_id >= 3").fetchone()[0]
                    assert touched == 2, f"{name} touched the neighbours' ticket"
                    before = after


async def test_a_press_in_another_chat_or_too_late_means_nothing(world: Path, tmp_path: Path) -> None:
    """A token is bound to its chat and to its age; what it means stays in the store."""
    path = tmp_path / "office.sqlite"
    shutil.copy(world, path)
    async with _open(path) as office:
        now = office.now_ms()
        token = await office.store.write(
            lambda tx: buttons.issue(tx, GROUP[HERE], "take", now, ticket_id=1, community_id=HERE)
        )
        meant = await office.store.read(lambda tx: buttons.meaning_of(tx, token))
        assert meant is not None
        assert (meant.chat_id, meant.expires_at) == (GROUP[HERE], now + buttons.LIFE)
        assert len(token.encode()) <= 64
        assert await office.store.read(lambda tx: buttons.meaning_of(tx, token + "x")) is None
        taken = await handling.take(office, Hand(HERE, 1, LEAD, "k", GROUP[HERE]))
        assert "归您了" in taken
