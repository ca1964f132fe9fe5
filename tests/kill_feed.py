"""What people do during a kill run: residents write, staff chat, press and answer, in waves.

Every text carries its own number, so that the judge can tell each of them from all others.
"""

from __future__ import annotations

import random
from typing import Any

from standin.driver import Driver

Json = dict[str, Any]

BOT = 700001
FIRST_RESIDENT = 5_000_000
FIRST_STAFF = 9_000_000

REPORTS: tuple[str, ...] = (
    "报修第{n}件：{b}号楼{u}单元电梯坏了",
    "报修第{n}件：{b}号楼楼下的路灯不亮",
    "报修第{n}件，{b}号楼{u}单元楼道里堆满了垃圾",
)
ADDITIONS: tuple[str, ...] = ("补充一下：第{n}条，就是靠左边的那一处", "再补充第{n}条：今天早上还是老样子")
THANKS: tuple[str, ...] = ("谢谢你们，第{n}条", "辛苦了，谢谢！第{n}条")
# Some write in the other script, always: whoever changes it gets a copy in another script than the first.
IN_TRADITIONAL = {
    REPORTS: ("報修第{n}件：{b}號樓{u}單元水管漏水，已經兩天了",),
    ADDITIONS: ("補充一下：第{n}條，就是靠左邊的那一處",),
    THANKS: ("謝謝你們，第{n}條",),
}


class Feed:
    """`updates` in all, from so many residents and from the staff of these groups."""

    def __init__(self, updates: int, residents: int, groups: list[int], chance: random.Random) -> None:
        self._updates = updates
        self._residents = residents
        self._groups = groups
        self._chance = chance
        self._number = 0
        self._since = 0
        self._cards: list[tuple[int, int, str]] = []  # group, message, callback data of 接单
        self._reported: set[int] = set()

    @property
    def left(self) -> int:
        return max(0, self._updates - self._number)

    async def wave(self, drive: Driver, count: int) -> None:
        """So many updates at once."""
        await self._look_for_cards(drive)
        sends: list[Json] = []
        presses: list[tuple[int, int, str]] = []
        for _ in range(min(count, self.left)):
            self._number += 1
            dice = self._chance.random()
            if dice < 0.08 and self._cards:
                presses.append(self._cards.pop(self._chance.randrange(len(self._cards))))
            elif dice < 0.12 and self._cards:
                group, message, _ = self._chance.choice(self._cards)
                sends.append(self._staff(group, f"第{self._number}复：师傅明天上午到", reply_to=message))
            elif dice < 0.28:
                sends.append(self._staff(self._chance.choice(self._groups), f"第{self._number}句闲聊"))
            else:
                sends.append(self._resident())
        if sends:
            await drive.act("updates/bulk", sends=sends)
        for group, message, data in presses:
            await self._both_press(drive, group, message, data)

    async def _both_press(self, drive: Driver, group: int, message: int, data: str) -> None:
        """Two colleagues want the same ticket; one gets it."""
        for colleague in range(2):
            # By force: the card may just have changed, and they press what they still see.
            press = {"chat": group, "message_id": message, "data": data, "force": True, "wait": 0}
            await drive.act("press", from_=staff_of(self._groups.index(group), colleague), **press)

    def _resident(self) -> Json:
        who = FIRST_RESIDENT + self._chance.randrange(self._residents)
        dice = self._chance.random()
        if who not in self._reported or dice < 0.6:
            texts = REPORTS
            self._reported.add(who)
        else:
            texts = ADDITIONS if dice < 0.8 else THANKS
        words = self._chance.choice(IN_TRADITIONAL[texts] if who % 5 == 0 else texts)
        text = words.format(n=self._number, b=self._chance.randint(1, 30), u=self._chance.randint(1, 4))
        return {"from": who, "chat": BOT, "text": text}

    def _staff(self, group: int, text: str, **more: Any) -> Json:
        who = staff_of(self._groups.index(group), self._chance.randrange(2))
        return {"from": who, "chat": group, "text": text} | more

    async def _look_for_cards(self, drive: Driver) -> None:
        """Cards that came into the groups since the last look, with their first button."""
        book = await drive.look("book", since=self._since, kind="call")
        self._since = int(book["n"])
        for entry in book["entries"]:
            if entry["method"] != "sendMessage" or not entry["effect"]:
                continue
            result = entry["result"]
            rows = result.get("reply_markup", {}).get("inline_keyboard", [])
            takes = [b["callback_data"] for row in rows for b in row if "接单" in b["text"]]
            if result["chat"]["id"] < 0 and takes:
                self._cards.append((result["chat"]["id"], result["message_id"], takes[0]))


def staff_of(place: int, colleague: int) -> int:
    """The user id of a colleague in the community at that place."""
    return FIRST_STAFF + place * 10 + colleague
