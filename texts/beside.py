"""What is said around a matter: to the mother for whom a son writes, in a residents' group, to who lives elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts.registry import says
from texts.resident import ADVICE, HOME
from texts.words import Button, Rows, Words, esc

RESIDENTS_GROUP = frozenset({"居民群", "居民", "residents", "居民羣"})
"""What stands behind /setup in a residents' group."""


@says
def how_for_parents(whom: str) -> Words:
    return Words(
        f"好的，替{esc(whom)}报。请一句话说：什么事、{esc(whom)}住哪里，有电话也可以一起说。\n"
        "例如：帮我妈报修，她住6号楼2单元301，暖气不热。"
    )


@says
def proxy_link(whom: str, link: str, ticket_id: int, asks: bool = False) -> Words:
    text = (
        f"👵 记下了，是替<b>{esc(whom)}</b>报的，进展都告诉您。\n"
        f"把这个链接转给{esc(whom)}，点开就能一起收到：\n{esc(link)}"
    )
    if not asks:
        return Words(text, silent=True)
    return Words(
        f"{text}\n\n👉 <b>{esc(whom)}的电话是多少？</b>上门前好联系，只给经办人看。",
        ((Button("跳过", "proxy_skip", ticket=ticket_id),),),
    )


@says
def proxy_phone_noted(whom: str) -> Words:
    return Words(f"📞 {esc(whom)}的电话记下了，只有经办人能看到。", silent=True)


@says
def proxy_own_link(whom: str) -> Words:
    return Words(f"这是给{esc(whom)}的链接，转发给{esc(whom)}，由{esc(whom)}点开就行。")


@says
def proxy_welcome(number: str, who: str, category: str, place: str) -> Words:
    where = f"，{esc(place)}" if place else ""
    return Words(
        f"您好！{esc(who) or '家里人'}替您报了一件事：<b>{esc(category)}</b>{where}（<code>{esc(number)}</code>）。\n"
        "有进展我会同时告诉您。您也可以直接回复我，或者按住话筒说。",
        keyboard=HOME,
    )


@says
def proxy_met(whom: str, number: str) -> Words:
    return Words(
        f"👵 {esc(whom)}点开链接了，<code>{esc(number)}</code> 的进展会同时告诉{esc(whom)}。", silent=True
    )


@says
def group_accepted(bot: str = "", code: str = "", dangers: Sequence[str] = ()) -> Words:
    """In a residents' group: no word of the matter. `bot`: whom to open, when it may not write in private."""
    first = "\n\n".join(ADVICE[danger] for danger in list(dangers)[:1] if danger in ADVICE)
    head = f"{first}\n\n" if first else ""
    if not bot:
        return Words(f"{head}✅ 已受理，进展私下告诉您。", silent=not head)
    return Words(
        f"{head}✅ 已受理。点下面打开我，进展就能私下告诉您。",
        ((Button("👉 打开民心桥", url=f"https://t.me/{bot}?start=c_{code}"),),),
        silent=not head,
    )


@says
def residents_choose(communities: Sequence[Sequence[Any]]) -> Words:
    """`communities`: (id, name)."""
    rows: Rows = tuple((Button(str(name)[:40], "residents_bind", str(each)),) for each, name in communities)
    return Words("这个居民群是哪个社区的？（负责人点一下）", rows)


@says
def residents_ready(community: str, bot: str) -> Words:
    return Words(
        f"👋 大家好！我是<b>{esc(community)}</b>的民心桥。有事在这里写“@{esc(bot)} 什么事、在哪里”就行，"
        "群里只回“已受理”，进展私下告诉您。不想让大家看到，就直接私聊我。"
    )


@says
def elsewhere(city: str, community: str) -> Words:
    where = f"您在{esc(city)}" if city else "您不住这里"
    return Words(
        f"听起来{where}，这里是<b>{esc(community)}</b>，管不到那边。\n"
        "请打<b>当地的 12345</b>（从外地打要加当地区号），或者找住处的居委会，他们会办。危险请打 110、119、120。",
        ((Button("就是这里的事，请登记", "here"),),),
    )
