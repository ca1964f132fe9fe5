"""Taps, typed characters and seconds of the commonest staff jobs, played in the stand-in.

    python -m benchmarks.taps

Every job is played with the real bot over real HTTP; presses and typed characters are counted as they are
made, the time until everything has arrived is measured. Beside it stands what the same job takes a person by
the keystroke-level model (Card, Moran and Newell 1983), with the same figures for every product: 1.1 s to
point and tap, 1.35 s to think before each decision, 0.5 s for a typed Chinese character (two keystrokes of a
phone's pinyin keyboard at 0.25 s). What other products need is in docs/taps.md with its sources.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.town import Community, Person, Town, open_town

TAP = 1.1
THINK = 1.35
TYPED = 0.5


@dataclass
class Counter:
    """Somebody of the staff whose taps and characters are counted."""

    who: Person
    taps: int = 0
    typed: int = 0
    spent: float = 0.0

    async def press(self, label: str, on: int | None = None) -> None:
        begun = time.monotonic()
        await self.who.presses(label, on=on)
        self.taps += 1
        self.spent += time.monotonic() - begun

    async def write(self, text: str, reply_to: int | None = None, *, typed: int | None = None) -> None:
        """Send a text; a reply costs two taps (reply, send), a message one (send)."""
        begun = time.monotonic()
        await self.who.sends(text=text, **({"reply_to": reply_to} if reply_to else {}))
        self.taps += 2 if reply_to else 1
        self.typed += len(text) if typed is None else typed
        self.spent += time.monotonic() - begun

    @property
    def human(self) -> float:
        """Seconds by the keystroke-level model."""
        return self.taps * (TAP + THINK) + self.typed * TYPED


@dataclass(frozen=True)
class Desk:
    town: Town
    office: Community
    resident: Person

    async def fresh(self, text: str = "3号楼2单元电梯坏了") -> int:
        """A new ticket's card; its message id."""
        await self.resident.says(text)
        return int((await self.office.card(await self.town.ticket()))["message_id"])

    async def taken(self, text: str = "3号楼2单元电梯坏了") -> int:
        card = await self.fresh(text)
        await self.office["李强"].presses("接单", on=card)
        return card


async def take(desk: Desk, hand: Counter) -> None:
    card = await desk.fresh()
    await hand.press("接单", card)


async def assign(desk: Desk, hand: Counter) -> None:
    card = await desk.fresh("5号楼楼下垃圾没人清")
    await hand.press("转派", card)
    await hand.press("王芳", card)


async def answer(desk: Desk, hand: Counter) -> None:
    card = await desk.taken()
    await hand.write("师傅明天下午三点到", card)


async def ready_answer(desk: Desk, hand: Counter) -> None:
    card = await desk.taken()
    await hand.press("答复", card)
    await hand.press("① 发送")


async def ready_with_time(desk: Desk, hand: Counter) -> None:
    card = await desk.taken()
    await hand.press("答复", card)
    await hand.press("② 填时间")
    await hand.press("11月24日(周二)上午")


async def ready_end(desk: Desk, hand: Counter) -> None:
    card = await desk.taken()
    await hand.press("答复", card)
    await hand.press("③ 发送并办结")


async def ask(desk: Desk, hand: Counter) -> None:
    card = await desk.taken("2号楼1单元漏水")
    await hand.press("补充", card)
    await hand.press("要照片", card)


async def close(desk: Desk, hand: Counter) -> None:
    card = await desk.taken("5号楼门口的路灯不亮")
    await hand.press("办结", card)
    await hand.press("已解决", card)


async def extend(desk: Desk, hand: Counter) -> None:
    card = await desk.taken("6号楼1单元漏水")
    await hand.press("缓办", card)
    await hand.press("等配件", card)


async def merge(desk: Desk, hand: Counter) -> None:
    await desk.fresh("1号楼3单元电梯坏了")
    first = await desk.town.ticket()
    other = await desk.town.resident("李四", desk.office)
    await other.says("1号楼3单元电梯又坏了")
    second = await desk.town.ticket()
    card = int((await desk.office.card(second))["message_id"])
    await hand.press("更正", card)
    await hand.press(f"并入 {first.number}", card)


async def recategorise(desk: Desk, hand: Counter) -> None:
    card = await desk.fresh("6号楼2单元门口的路灯不亮")
    await hand.press("更正", card)
    await hand.press("🗂", card)


async def file_call(desk: Desk, hand: Counter) -> None:
    await hand.write("/new 3号楼电梯坏了 王阿姨 13800000000")


async def give_five(desk: Desk, hand: Counter) -> None:
    for house in ("1", "2", "3", "5", "6"):
        await desk.fresh(f"{house}号楼4单元门口的井盖坏了")
    await hand.write("/bulk 井盖")
    await hand.press("全选")
    await hand.press("➡️ 派给")
    await hand.press("王芳")
    await hand.press("确认 5 件")


Job = Callable[[Desk, Counter], Awaitable[None]]
JOBS: tuple[tuple[str, str, Job], ...] = (
    ("接单", "李强", take),
    ("派给同事", "周敏", assign),
    ("答复居民（9 个字）", "李强", answer),
    ("用模板答复（约 40 个字）", "李强", ready_answer),
    ("用模板答复，填上门时间", "李强", ready_with_time),
    ("用模板办结", "李强", ready_end),
    ("请居民补照片", "李强", ask),
    ("办结并请居民评价", "李强", close),
    ("延期并告诉居民", "周敏", extend),
    ("并单", "周敏", merge),
    ("改类别", "周敏", recategorise),
    ("替来电的居民登记", "李强", file_call),
    ("五件一起派给同事", "周敏", give_five),
)


async def main() -> None:
    print("| job | taps | characters | the bot's seconds | a person's seconds (model) |")
    print("|---|---|---|---|---|")
    for name, who, job in JOBS:
        with tempfile.TemporaryDirectory() as folder:
            async with open_town(Path(folder)) as town:
                office = await town.community()
                await office["王芳"].in_private.says("/start")
                desk = Desk(town, office, await town.resident("张三", office))
                hand = Counter(office[who])
                await job(desk, hand)
        print(f"| {name} | {hand.taps} | {hand.typed} | {hand.spent:.2f} | {hand.human:.1f} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
