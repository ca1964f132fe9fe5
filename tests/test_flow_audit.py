"""The sealed history and the rules of the records hold on every store, also after an erasure."""

from __future__ import annotations

import asyncio

from storage import audit, invariants
from tests.town import Community, Person, Town


async def test_a_day_leaves_the_history_sealed(town: Town, office: Community, zhang: Person) -> None:
    other = await town.community("和平社区", "和平里小区", ("赵刚",))
    li = await town.resident("李四", other)
    for number in range(3):
        await asyncio.gather(
            town.drive.say(zhang.id, zhang.chat, f"{number + 1}号楼2单元电梯坏了，第{number}次"),
            town.drive.say(li.id, li.chat, f"{number + 1}号楼路灯不亮，第{number}次"),
        )
        await town.settle()
    ticket = next(t for t in await town.tickets() if t.resident_id == zhang.id)
    await office["李强"].says(f"/close {ticket.number} 修好了")
    await zhang.says("我的数据")
    await zhang.presses("删除")
    await zhang.presses("并删除" if await zhang.count("件事在办") else "确认删除")
    assert town.rows("select count(*) from seals where about = 'erased'")[0][0] > 0
    for community in (office, other):
        assert await town.store.read(lambda tx, c=community.id: audit.breaks(tx, c)) == []  # type: ignore[misc]  # mypy infers no lambda with defaults
    assert await town.store.read(invariants.violations) == {}
