"""Who may set up what; invitations, joining and leaving."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk.setup import joining, setting_up, setup_pages
from desk.setup.importing import parse_pasted
from domain.errors import Refused
from domain.roles import Role
from domain.states import State
from handlers import setup
from handlers.pressing import Press, Toast
from storage import people, tickets
from tests.setup_town import (
    ADMIN,
    GROUP,
    LEAD,
    OTHER_GROUP,
    STRANGER,
    WANG,
    Town,
    found,
    open_town,
)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    opened = await open_town(tmp_path)
    yield opened
    await opened.store.close()


@pytest.fixture
async def founded(town: Town) -> Town:
    return await found(town)


async def test_strangers_and_staff_have_no_home_and_are_told_nothing(founded: Town) -> None:
    assert not await founded.start(STRANGER)
    assert STRANGER not in founded.shown
    assert await founded.start(LEAD)
    assert "<b>幸福社区</b>" in await founded.last(LEAD)
    assert "🏠 所有社区" not in await founded.labels(LEAD)


@pytest.mark.parametrize("user_id", [STRANGER, LEAD, WANG])
async def test_only_administrators_create(founded: Town, user_id: int) -> None:
    with pytest.raises(Refused, match="not_admin"):
        await setting_up.create_community(founded.office, user_id, "别的社区")
    with pytest.raises(Refused, match="not_admin"):
        await setup_pages.ask(founded.office, user_id, user_id, "name")


async def test_every_operation_is_refused_to_those_who_do_not_lead_the_community(founded: Town) -> None:
    office, cid = founded.office, (await founded.community()).id
    other = await setting_up.create_community(office, ADMIN, "别的社区")
    staff = await joining.invite(office, cid, Role.STAFF, LEAD)
    await joining.join(office, staff, WANG, "王芳")
    sheet = parse_pasted("新小区 1号楼")
    for who, community_id in ((STRANGER, cid), (WANG, cid), (LEAD, other)):
        for attempt in (
            setting_up.bind_group(office, community_id, OTHER_GROUP, who),
            setting_up.import_buildings(office, community_id, sheet, who),
            setting_up.import_waiting(office, who, who, community_id),
            setting_up.set_field(office, community_id, who, "phone", "010-12345678"),
            setup_pages.show_page(office, who, who, community_id),
            setup_pages.ask(office, who, who, "buildings", community_id),
            setup_pages.show_group_step(office, who, who, community_id),
            setup_pages.send_template(office, who, who, community_id),
            setup_pages.show_links(office, who, who, community_id),
            setup_pages.send_link_list(office, who, who, community_id),
            setup_pages.send_qr(office, who, who, community_id),
            joining.invite(office, community_id, Role.STAFF, who),
            joining.show_roles(office, who, who, community_id),
            joining.join_oneself(office, community_id, who, "我"),
            joining.show_team(office, who, who, community_id),
            joining.confirm_remove(office, who, who, community_id, WANG),
            joining.remove(office, community_id, WANG, who),
        ):
            with pytest.raises(Refused, match="not_admin"):
                await attempt


@pytest.mark.parametrize(
    "action", sorted(set(setup.ACTIONS) - {"setup_keep_name", "setup_rename", "setup_cancel"})
)
async def test_every_button_checks_the_right_again(founded: Town, action: str) -> None:
    cid = (await founded.community()).id
    arg = {
        "setup_role": f"{cid}:staff",
        "setup_put": f"{cid}:phone:010-12345678",
        "setup_remove": f"{cid}:{LEAD}",
        "setup_remove_yes": f"{cid}:{LEAD}",
        "setup_skip": f"{cid}:group",
    }.get(action, str(cid))
    press = Press(STRANGER, 1, STRANGER, "路人", action, arg=arg)
    toast = await setup.ACTIONS[action](founded.office, press)
    assert toast == Toast("只有管理员可以这样做。", alert=True)
    await founded.deliver()
    assert STRANGER not in founded.shown


async def test_an_invitation_serves_one_person_for_three_days(founded: Town) -> None:
    office, cid = founded.office, (await founded.community()).id
    code = await joining.invite(office, cid, Role.STAFF, LEAD)
    assert await joining.join(office, code, WANG, "王芳") is Role.STAFF
    assert await joining.join(office, code, WANG, "王芳") is Role.STAFF  # the link pressed twice
    with pytest.raises(Refused, match="invite_bad"):
        await joining.join(office, code, STRANGER, "路人")
    late = await joining.invite(office, cid, Role.STAFF, LEAD)
    founded.pass_time(hours=72)
    await founded.join(STRANGER, late)
    assert "已用过或过期" in await founded.last(STRANGER)
    await founded.join(STRANGER, "made_up")
    assert await founded.team() == {LEAD: Role.LEAD, WANG: Role.STAFF}


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RESIDENT, Role.CLOCK, Role.DEPARTMENT])
async def test_nobody_can_be_invited_as_more_than_a_colleague(founded: Town, role: Role) -> None:
    with pytest.raises(Refused, match="setup_bad_role"):
        await joining.invite(founded.office, (await founded.community()).id, role, ADMIN)


async def test_a_lead_is_not_demoted_by_an_invitation_and_keeps_it_for_another(founded: Town) -> None:
    cid = (await founded.community()).id
    code = await joining.invite(founded.office, cid, Role.STAFF, LEAD)
    assert await joining.join(founded.office, code, LEAD, "李主任") is Role.LEAD
    assert await joining.join(founded.office, code, WANG, "王芳") is Role.STAFF


async def test_the_new_colleague_may_say_another_name_for_a_while(founded: Town) -> None:
    cid = (await founded.community()).id

    async def name() -> str:
        return await founded.store.read(lambda tx: people.name_of(tx, cid, WANG))

    await founded.join(WANG, await joining.invite(founded.office, cid, Role.STAFF, LEAD), "Lily🌹")
    for said in ("3号楼2单元电梯坏了，快来人！", "电梯坏了", "停水了", "你好", "谢谢", "有人吗"):
        assert not await founded.say(WANG, said)  # no name: something of its own
    assert await founded.say(WANG, "王芳")
    assert await name() == "王芳"
    assert not await founded.say(WANG, "李四")  # the question is closed
    await founded.press(WANG, "跳过")
    assert await name() == "王芳"
    await founded.press(WANG, "改称呼")
    assert await founded.say(WANG, "网格员小王")
    assert await name() == "网格员小王"


async def test_an_old_question_for_the_name_takes_no_words(founded: Town) -> None:
    cid = (await founded.community()).id
    await founded.join(WANG, await joining.invite(founded.office, cid, Role.STAFF, LEAD))
    founded.pass_time(hours=2)
    assert not await founded.say(WANG, "王芳")


async def test_who_leaves_hands_back_what_they_hold(founded: Town) -> None:
    office, cid = founded.office, (await founded.community()).id
    await joining.join(office, await joining.invite(office, cid, Role.STAFF, LEAD), WANG, "王芳")
    ticket = await founded.report("幸福里小区3号楼2单元电梯坏了")
    held = replace(ticket, state=State.WORKING, assignee_id=WANG, accepted_at=office.now_ms())
    waiting = await founded.report("幸福里小区1号楼漏水", user_id=51)
    asked = replace(waiting, state=State.NEEDS_INFO, assignee_id=WANG)
    await founded.store.write(lambda tx: tickets.save(tx, held))
    await founded.store.write(lambda tx: tickets.save(tx, asked))
    await founded.start(LEAD)
    await founded.press(LEAD, "同事名单")
    assert "王芳　社区工作者　在办 2 件" in await founded.last(LEAD)
    await founded.press(LEAD, "移出 王芳")
    assert "手上的 2 件会退回" in await founded.last(LEAD)
    assert (await founded.press(LEAD, "移出")).text == "已移出"
    freed, still_asked = await founded.again(ticket), await founded.again(waiting)
    assert (freed.state, freed.assignee_id) == (State.RETURNED, None)
    assert (still_asked.state, still_asked.assignee_id) == (State.NEEDS_INFO, None)
    await founded.deliver()
    told = " ".join(outgoing.html for outgoing in founded.shown[GROUP])
    assert "已不在本社区办件" in told
    assert ticket.number in told
    assert "不再是" in await founded.last(WANG)
    assert await founded.team() == {LEAD: Role.LEAD}
    with pytest.raises(Refused, match="setup_not_self"):
        await joining.remove(office, cid, LEAD, LEAD)


async def test_an_administrator_may_work_in_the_community_too(founded: Town) -> None:
    await founded.start(ADMIN)
    await founded.press(ADMIN, "邀请同事")
    await founded.press(ADMIN, "我自己也办件")
    assert (await founded.team())[ADMIN] is Role.LEAD
    await founded.press(ADMIN, "邀请同事")
    assert "🙋 我自己也办件" not in await founded.labels(ADMIN)


async def test_someone_who_lost_the_right_meanwhile_is_refused(founded: Town) -> None:
    cid = (await founded.community()).id
    await setup_pages.ask(founded.office, LEAD, LEAD, "buildings", cid)
    await joining.remove(founded.office, cid, LEAD, ADMIN)
    assert await founded.say(LEAD, "幸福里小区 9号楼")
    assert "只有管理员" in await founded.last(LEAD)
