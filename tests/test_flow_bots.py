"""Several bots on one set of records: each resident, group and file stays with the bot it came through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from domain.bots import ROOM, bot_of, file_inside, file_outside, inside, outside
from domain.errors import SettingsError
from domain.roles import Role
from storage import communities, people
from storage.people import Member
from storage.store import Store, Tx
from tests.town import BOT, Community, Person, Town, open_town, words_of
from transport.counters import man

HAIDIAN = 700002
TOKEN = f"{HAIDIAN}:AAtownBBtownAAtownBBtownAAtownBBtown"
NAMES = ("赵芳", "钱伟")
BOTS: dict[str, Any] = {"haidian": {"token": TOKEN, "serves": ["海淀社区"]}}


@pytest.fixture
async def town(tmp_path: Path, store_address: str) -> AsyncIterator[Town]:
    async with open_town(tmp_path, store_address, BOTS) as found:
        yield found


async def of_haidian(town: Town, name: str = "海淀社区", alone: bool = True) -> Community:
    """A community whose staff group is with the second bot."""
    ids = [int((await town.drive.act("users", first_name=who))["id"]) for who in NAMES]
    made = await town.drive.act(
        "groups", title=f"{name}工作群", type="group", members=ids, bots=[HAIDIAN], creator=ids[0]
    )
    group = int(made["id"])

    async def enter(tx: Tx) -> int:
        found = await communities.found(tx, name, "hd", town.clock.ms(), served_by=1 if alone else None)
        await communities.bind(tx, found, inside(1, group))
        estate = await communities.add_estate(tx, found, "清河小区", ("清河",), ())
        await communities.add_building(tx, found, estate, "3", "hdb3", 4, 18)
        for place, who in enumerate(ids):
            role = Role.STAFF if place else Role.LEAD
            await people.join(tx, Member(found, inside(1, who), NAMES[place], role), town.clock.ms())
        return found

    number = await town.store.write(enter)
    for office in town.offices:
        office.places.stale = True
    team = {name: Person(town, who, name, group) for name, who in zip(NAMES, ids, strict=True)}
    return Community(town, number, name, group, team)


async def said(who: Person, bot: int) -> list[str]:
    """What this bot has said in the chat."""
    return [words_of(m) for m in await who.messages() if m.get("from", {}).get("id") == bot]


async def test_a_person_with_two_bots_is_two_residents_who_never_meet(town: Town) -> None:
    first, second = await town.community(), await of_haidian(town)
    wang = await town.resident("王芳", first)
    there = replace(wang, chat=HAIDIAN)
    await there.says("/start c_hd")
    await wang.says("3号楼2单元电梯坏了")
    await there.says("清河3号楼路灯不亮")
    tickets = await town.tickets()
    assert [(t.community_id, bot_of(t.chat_id), outside(t.resident_id)) for t in tickets] == [
        (first.id, 0, wang.id),
        (second.id, 1, wang.id),
    ]
    here, other = "\n".join(await said(wang, BOT)), "\n".join(await said(there, HAIDIAN))
    assert "类别：电梯故障" in here
    assert "清河小区" not in here
    assert "清河小区3号楼" in other
    assert "电梯故障" not in other
    cards = [m for m in await second["赵芳"].messages() if "清河小区3号楼" in words_of(m)]
    assert {m["from"]["id"] for m in cards} == {HAIDIAN}
    assert not any("电梯故障" in words_of(m) for m in await second["赵芳"].messages())
    assert not any("清河小区" in words_of(m) for m in await first.anyone.messages())


async def test_staff_of_the_second_bot_work_and_their_resident_hears_it(town: Town) -> None:
    await town.community()
    second = await of_haidian(town)
    wang = replace(await town.resident("王芳"), chat=HAIDIAN)
    await wang.says("/start c_hd")
    await wang.says("清河3号楼路灯不亮")
    await second["钱伟"].presses("接单")
    ticket = await town.ticket()
    assert outside(ticket.assignee_id or 0) == second["钱伟"].id
    assert bot_of(ticket.assignee_id or 0) == 1
    assert any("钱伟" in words for words in await said(wang, HAIDIAN))
    await second["钱伟"].says(f"/close {ticket.number[-3:]} 灯泡换好了")
    assert any("灯泡换好了" in words for words in await said(wang, HAIDIAN))
    assert not town.rows("select 1 from outbox where state = 'dead'")


async def test_a_resident_reaches_no_community_of_another_bot(town: Town) -> None:
    first = await town.community()
    await of_haidian(town)
    code = town.rows("select code from communities where id = ?", first.id)[0][0]
    wang = replace(await town.resident("王芳"), chat=HAIDIAN)
    await town.store.write(lambda tx: tx.do("bots.serve", number=0, place=first.name))
    for office in town.offices:
        office.places.stale = True
    await wang.says(f"/start c_{code}")
    await wang.says("幸福里3号楼电梯坏了")
    (ticket,) = await town.tickets()
    assert ticket.community_id != first.id  # the only one that the second bot reaches
    assert "幸福社区" not in "\n".join(await said(wang, HAIDIAN))


async def test_a_picture_crosses_to_a_group_of_another_bot(town: Town) -> None:
    """A community that both serve: its group is with the first, the resident writes to the second."""
    office = await town.community()
    wang = replace(await town.resident("王芳"), chat=HAIDIAN)
    await wang.sends(photo="sample", caption="3号楼2单元电梯坏了")
    shown = [m for m in await office.anyone.messages() if "photo" in m]
    assert [m["from"]["id"] for m in shown] == [BOT]
    assert town.rows("select count(*) from outbox where state = 'dead'")[0][0] == 0
    kept = town.rows("select file_id from messages where media = 'photo'")[0][0]
    assert file_outside(kept)[0] == 1


async def test_a_group_of_the_second_bot_moves_with_all_that_is_its_own(town: Town) -> None:
    second = await of_haidian(town)
    wang = replace(await town.resident("王芳"), chat=HAIDIAN)
    await wang.says("/start c_hd")
    new = int((await town.drive.act("migrate", group=second.group))["id"])
    await town.settle()
    await wang.says("清河3号楼路灯不亮")
    group = town.rows("select group_chat_id from communities where id = ?", second.id)[0][0]
    assert group == inside(1, new)


async def test_admins_of_each_bot_found_their_communities_for_it(town: Town) -> None:
    made = await town.drive.act(
        "groups",
        title="中关村社区工作群",
        type="supergroup",
        members=[],
        bots=[HAIDIAN],
        creator=town.admin.id,
    )
    await replace(town.admin, chat=int(made["id"])).says("/setup")
    found = town.rows("select name, served_by, group_chat_id from communities")
    assert [tuple(row) for row in found] == [("中关村社区", 1, inside(1, int(made["id"])))]


async def test_a_bot_keeps_its_place(town: Town) -> None:
    """Exchanged tokens would give each bot the people of the other."""
    first, second = town.settings.every_bot
    changed = town.settings.model_copy(
        update={
            "telegram_bot_token": second.token,
            "bots": {"haidian": second.model_copy(update={"token": first.token})},
        }
    )
    with pytest.raises(SettingsError, match=r"bots\.haidian"):
        await man(changed, town.store)


async def test_a_new_token_of_the_same_bot_keeps_its_number(town: Town) -> None:
    """Another bot of Telegram's under the same name of the settings, as after a loss."""
    token = "700003:AAtownCCtownAAtownCCtownAAtownCCtown"
    await town.drive.act("bots", token=token, first_name="新", username="new_bot")
    (_, second) = town.settings.every_bot
    changed = town.settings.model_copy(
        update={"bots": {"haidian": second.model_copy(update={"token": SecretStr(token)})}}
    )
    manned = await man(changed, town.store)
    assert [one.number for one in manned] == [0, 1]
    for one in manned:
        await one.application.shutdown()


@pytest.mark.parametrize("telegram_id", [1, 7_000_000_001, ROOM - 1, -5, -1_001_234_567_890, 1 - ROOM])
def test_ids_go_in_and_out(telegram_id: int) -> None:
    for bot in (0, 1, 1023):
        known = inside(bot, telegram_id)
        assert (bot_of(known), outside(known)) == (bot, telegram_id)
        assert (known < 0) == (telegram_id < 0)
        assert -(2**63) <= known < 2**63
    assert inside(0, telegram_id) == telegram_id


def test_files_go_in_and_out() -> None:
    assert file_outside(file_inside(7, "AgACx-_1")) == (7, "AgACx-_1")
    assert file_outside(file_inside(0, "AgACx-_1")) == (0, "AgACx-_1")


async def test_an_older_store_stays_as_it_is(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "x.sqlite")
    await store.write(lambda tx: communities.found(tx, "社区", "c", 0))
    (home,) = await store.read(communities.everyone)
    await store.close()
    assert home.served_by is None
