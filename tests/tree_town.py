"""A town with a tree: a subdistrict with its group, a department and a partner unit that work in private."""

from __future__ import annotations

from dataclasses import dataclass

from domain.levels import Kind
from storage import organisations
from storage.organisations import Worker
from storage.store import Tx
from tests.town import BOT, Community, Person, Town


@dataclass
class Tree:
    """The organisations above and beside 幸福社区, with their people."""

    subdistrict: int
    department: int
    partner: int
    street: Person  # of the subdistrict, in its group
    sun: Person  # of the department, in private
    qian: Person  # of the partner unit, in private


async def grow(town: Town, office: Community) -> Tree:
    """平安街道 (with a group) above, 区城管局 and 和美超市 (by private links) beside."""
    ids = {}
    for name in ("刘街道", "孙城管", "钱超市"):
        ids[name] = int((await town.drive.act("users", first_name=name))["id"])
        await town.drive.act("send", from_=ids[name], chat=BOT, text="/start")
    members = [ids["刘街道"]]
    made = await town.drive.act(
        "groups", title="平安街道办件群", type="supergroup", members=members, bots=[BOT], creator=members[0]
    )
    group = int(made["id"])

    async def enter(tx: Tx) -> tuple[int, int, int]:
        now = town.clock.ms()
        street = await organisations.found(tx, Kind.SUBDISTRICT, "平安街道", "street", now)
        node = await organisations.found(
            tx, Kind.COMMUNITY, office.name, "node", now, parent_id=street, community_id=office.id
        )
        city = await organisations.found(tx, Kind.DEPARTMENT, "区城管局", "dept", now, parent_id=street)
        shop = await organisations.found(tx, Kind.PARTNER, "和美超市", "shop", now, parent_id=node)
        await organisations.bind(tx, street, group)
        for unit, who in ((street, "刘街道"), (city, "孙城管"), (shop, "钱超市")):
            await organisations.join(tx, Worker(unit, ids[who], who), now)
        return street, city, shop

    street, city, shop = await town.store.write(enter)
    await town.settle()
    return Tree(
        street,
        city,
        shop,
        Person(town, ids["刘街道"], "刘街道", group),
        Person(town, ids["孙城管"], "孙城管"),
        Person(town, ids["钱超市"], "钱超市"),
    )
