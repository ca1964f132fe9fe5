"""Questions whose turn comes later, each in a message of its own, and words where an emoji is refused."""

from __future__ import annotations

from collections.abc import Sequence

from texts.registry import says
from texts.words import Button, Words, esc, pairs


@says
def still_where(number: str, category: str, ticket_id: int) -> Words:
    return Words(
        f"📍 还有一句：<code>{esc(number)}</code>（{esc(category)}）<b>在哪里？</b>说楼号单元就行。",
        ((Button("跳过", "skip_place", ticket=ticket_id),),),
    )


@says
def still_where_simple(number: str, category: str, ticket_id: int) -> Words:
    return Words(
        f"👉 <b>还有一件（{esc(category)}），在几号楼？</b>",
        ((Button("不说了", "skip_place", ticket=ticket_id),),),
    )


@says
def still_which_kind(number: str, ticket_id: int, choices: Sequence[Sequence[str]]) -> Words:
    """`choices`: (code, name) of the likely kinds."""
    kinds = pairs([Button(name, "pick_category", code, ticket_id) for code, name in choices])
    return Words(
        f"🗂 还有一句：<code>{esc(number)}</code> 更像哪一类？点一下就行。",
        (*kinds, (Button("跳过", "skip_place", ticket=ticket_id),)),
    )


@says
def still_solved(number: str, category: str, ticket_id: int) -> Words:
    return Words(
        f"还想问一句：<code>{esc(number)}</code>（{esc(category)}），<b>给您办好了吗？</b>",
        (
            (
                Button("👍 解决了", "confirm", "solved", ticket_id),
                Button("👎 没解决", "confirm", "unsolved", ticket_id),
            ),
        ),
    )


@says
def proxy_phone_ask(whom: str, ticket_id: int) -> Words:
    return Words(
        f"👉 <b>{esc(whom)}的电话是多少？</b>上门前好联系，只给经办人看。",
        ((Button("跳过", "proxy_skip", ticket=ticket_id),),),
    )


@says
def has_arrived() -> Words:
    """To staff, in a group that takes no reactions: their answer has reached the resident."""
    return Words("👌 已送到居民那里。", silent=True)
