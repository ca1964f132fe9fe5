"""The community of the demonstration, entered in the stand-in (people, group, bot) and in the store."""

from __future__ import annotations

from collections.abc import Mapping

from demo import neighbours
from demo.cast import Cast
from demo.stage import Stage
from desk.office import Office
from storage import communities, people
from storage.people import Member
from storage.store import Tx

BOT_NAME = "民心桥"
BOT_USERNAME = "minxinqiao_demo_bot"


async def bring_on(stage: Stage, cast: Cast, token: str) -> tuple[int, dict[str, int]]:
    """People, bot and groups in the stand-in; the staff group, which the page shows first, and the units'."""
    bot = await stage.act("bots", token=token, first_name=BOT_NAME, username=BOT_USERNAME)
    for resident in cast.residents.values():
        await stage.act("users", id=resident.id, first_name=resident.name, language_code=resident.language)
    for member in cast.staff.values():
        await stage.act("users", id=member.id, first_name=member.name)
    groups = await neighbours.bring_on(stage, cast.units, cast.workers, bot["id"])
    group = await stage.act(
        "groups",
        title=cast.group,
        members=[member.id for member in cast.staff.values()],
        bots=[bot["id"]],
        creator=cast.lead.id,
    )
    await stage.act("members/promote", group=group["id"], member=bot["id"], by=cast.lead.id)
    return int(group["id"]), groups


async def found(
    office: Office, cast: Cast, group: int, groups: Mapping[str, int]
) -> tuple[int, dict[str, int]]:
    """Enter community, estates, buildings, staff, roster and the tree; ids of the community and the units.

    Its daily summary is due from this minute on, so that one comes as soon as the bot runs.
    """
    local = office.now().astimezone(office.zone)

    async def change(tx: Tx) -> tuple[int, dict[str, int]]:
        community = await communities.found(
            tx,
            cast.name,
            cast.code,
            office.now_ms(),
            subdistrict=cast.subdistrict,
            city=cast.city,
            phone=cast.phone,
            hours=cast.hours,
            created_by=cast.lead.id,
        )
        await _estates(tx, cast, community)
        for member in cast.staff.values():
            standing = Member(community, member.id, member.name, member.role, member.duty)
            await people.join(tx, standing, office.now_ms())
            for weekday in member.weekdays:
                await people.set_duty(tx, community, weekday, member.id)
        await communities.bind(tx, community, group)
        await communities.set_summary(tx, community, local.hour * 60 + local.minute)
        units = await neighbours.found(
            tx, community, cast.name, cast.units, cast.workers, groups, office.now_ms()
        )
        return community, units

    founded = await office.store.write(change)
    office.places.stale = True
    return founded


async def _estates(tx: Tx, cast: Cast, community: int) -> None:
    count = 0
    for quarter in cast.quarters:
        estate = await communities.add_estate(tx, community, quarter.name, quarter.aliases, quarter.spots)
        for row in quarter.rows:
            if row.building:
                count += 1
                code = f"{cast.code}{count}"
                await communities.add_building(
                    tx, community, estate, row.building, code, row.units, row.floors
                )


async def poster_of(office: Office, estate: str, building: str) -> str:
    """What a resident sends first who scanned the poster of that building; without one a plain /start."""

    async def look(tx: Tx) -> str:
        for house in await communities.buildings(tx):
            names = {e.id: e.name for e in await communities.estates(tx)}
            if names[house.estate_id] == estate and house.name == building:
                return f"/start b_{house.code}"
        return "/start"

    return await office.store.read(look)
