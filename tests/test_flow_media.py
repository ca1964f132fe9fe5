"""Pictures, voices, places and whatever else people send instead of words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.town import Community, Person, Town


async def in_group(office: Community, kind: str) -> list[dict[str, Any]]:
    return [m for m in await office.anyone.messages() if kind in m]


async def test_a_photo_with_words_is_a_ticket_with_its_photo(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.sends(photo="sample", caption="3号楼2单元电梯坏了")
    ticket = await town.ticket()
    card = await office.card(ticket)
    assert "照片×1" in card["text"]
    assert [m["reply_to_message"]["message_id"] for m in await in_group(office, "photo")] == [
        card["message_id"]
    ]


async def test_a_photo_alone_waits_for_its_words(town: Town, office: Community, zhang: Person) -> None:
    await zhang.sends(photo="sample")
    await zhang.hears("照片收到了")
    assert await town.tickets() == []
    await zhang.says("3号楼2单元电梯坏了")
    assert "照片×1" in (await office.card(await town.ticket()))["text"]
    assert len(await in_group(office, "photo")) == 1


async def test_words_that_alone_open_nothing_open_it_with_a_waiting_photo(town: Town, zhang: Person) -> None:
    await zhang.sends(photo="sample")
    await zhang.says("就是这里")
    assert len(await town.tickets()) == 1


async def test_a_photo_after_the_words_belongs_to_them(town: Town, office: Community, zhang: Person) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.sends(photo="sample")
    assert len(await town.tickets()) == 1
    assert "照片×1" in (await office.card(await town.ticket()))["text"]


async def test_an_album_is_one_ticket_and_stays_an_album(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.sends(album=[{"photo": "sample"}] * 3, caption="3号楼2单元电梯坏了")
    assert len(await town.tickets()) == 1
    await town.later(seconds=3)
    photos = await in_group(office, "photo")
    assert len(photos) == 3
    assert len({photo["media_group_id"] for photo in photos}) == 1
    assert "照片×3" in (await office.card(await town.ticket()))["text"]
    assert await zhang.count("已登记") == 1
    assert await zhang.count("已补充") == 0


async def test_a_late_picture_of_an_album_is_not_forgotten(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.sends(photo="sample", caption="3号楼2单元电梯坏了")
    first = next(m for m in await zhang.messages() if "photo" in m)
    album = "13579135791357913"
    for number in (901, 902):
        update = {"message": {**first, "message_id": number, "media_group_id": album}}
        for name in ("version", "out", *(("caption",) if number == 902 else ())):
            update["message"].pop(name)
        await town.drive.act("updates/raw", bot=700001, update=update)
        await town.settle()
        await town.later(minutes=10)
    assert len(await town.tickets()) == 1  # the same words again: folded into the first
    assert "照片×3" in (await office.card(await town.ticket()))["text"]
    assert len(await in_group(office, "photo")) == 3


@pytest.mark.parametrize("kind", ["voice", "video_note"])
async def test_spoken_words_open_a_ticket_at_once(
    town: Town, office: Community, zhang: Person, kind: str
) -> None:
    await zhang.sends(**{kind: "sample"})
    assert len(await town.tickets()) == 1
    await zhang.hears("已登记")
    assert len(await in_group(office, kind)) == 1
    assert "请看附件" in (await office.card(await town.ticket()))["text"]


@pytest.mark.parametrize("kind", ["document", "video"])
async def test_a_file_alone_waits_for_its_words(
    town: Town, office: Community, zhang: Person, kind: str
) -> None:
    await zhang.sends(**{kind: "sample"})
    await zhang.hears("请再说一句")
    await zhang.says("3号楼2单元电梯坏了")
    assert len(await in_group(office, kind)) == 1


async def test_a_location_alone_waits_for_its_words(town: Town, office: Community, zhang: Person) -> None:
    await zhang.sends(location={"latitude": 30.5, "longitude": 114.3})
    await zhang.hears("位置收到了")
    await zhang.says("路灯不亮了")
    [shown] = await in_group(office, "location")
    assert shown["location"]["latitude"] == pytest.approx(30.5)


async def test_a_sticker_is_answered_and_opens_nothing(town: Town, zhang: Person) -> None:
    await zhang.sends(sticker={"emoji": "👍"})
    assert await town.tickets() == []
    await zhang.hears("收到")


async def test_a_contact_is_kept_as_telephone_and_not_shown(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.sends(contact={"phone_number": "13812345678", "first_name": "张三"})
    assert town.rows("select phone from residents where user_id = ?", zhang.id) == [("13812345678",)]
    assert "张** 138***" in (await office.card(await town.ticket()))["text"]
    assert await in_group(office, "contact") == []
    assert town.rows("select count(*) from outbox where state = 'dead'") == [(0,)]


async def test_a_contact_without_a_matter_is_thanked_for(town: Town, zhang: Person) -> None:
    await zhang.sends(contact={"phone_number": "13812345678", "first_name": "张三"})
    assert await town.tickets() == []
    assert "电话记下了" in await zhang.last()


async def test_a_file_too_big_says_so(town: Town, zhang: Person) -> None:
    await zhang.sends(video={"size": 30_000_000})
    await zhang.hears("超过 20 MB")
    assert await town.tickets() == []
    await zhang.sends(video={"size": 30_000_000}, caption="3号楼2单元电梯坏了")
    assert len(await town.tickets()) == 1


async def test_a_photo_as_an_answer_goes_to_the_ticket_that_was_asked_about(
    town: Town, office: Community, zhang: Person
) -> None:
    await zhang.says("3号楼2单元电梯坏了")
    await zhang.says("5号楼楼下垃圾没人清")
    first, second = await town.tickets()
    await office["李强"].presses("补充", on=(await office.card(first))["message_id"])
    await office["李强"].presses("要照片")
    await zhang.sends(photo="sample")
    assert "照片×1" in (await office.card(first))["text"]
    assert "照片" not in (await office.card(second))["text"]
