"""What staff read when they choose ready words for a resident, and what the resident reads of them."""

from __future__ import annotations

from collections.abc import Sequence

from texts.registry import says
from texts.words import Button, Rows, Words, esc, pairs

MARKS = ("①", "②", "③")
DOES = {"进度": "发送", "办结": "发送并办结", "补充": "发送，等补充", "接单": "接单并发送", "退回": "发送"}
"""What one press does with a template of that moment."""
LABEL = 40


@says
def let_know(number: str, who: str, text: str) -> Words:
    """To the resident: no answer yet, the clock runs on."""
    return Words(f"🔧 <code>{esc(number)}</code>\n{esc(text)}\n—— {esc(who)}")


@says
def answer_choices(
    page: str, number: str, ticket: int, choices: Sequence[Sequence[str]], offset: int, total: int
) -> Words:
    """`choices`: (name, moment, words, blank that is open or nothing), three at a time."""
    lines = [f"💬 <b>{esc(number)}</b> 选一条发给居民："]
    rows: list[tuple[Button, ...]] = []
    for mark, (name, moment, words, gap) in zip(MARKS, choices, strict=False):
        lines.append(f"\n<b>{mark}</b>〔{esc(moment)}〕{esc(words)}")
        does = f"填{gap}" if gap else DOES.get(moment, "发送")
        rows.append((Button(f"{mark} {does}", "answer_send", f"{page}|{name}", ticket),))
    last = [Button("✏️ 改一改", "answer_own", f"{page}|{offset}", ticket)]
    if total > len(MARKS):
        further = offset + len(MARKS) if offset + len(MARKS) < total else 0
        last.append(Button("🔄 换一批", "answer_turn", f"{page}|{further}", ticket))
    return Words("\n".join(lines), (*rows, tuple(last)), silent=True)


@says
def answer_gap(
    page: str, number: str, ticket: int, words: str, blank: str, likely: Sequence[str] = ()
) -> Words:
    """One blank is open. `likely`: what it may be, one press each."""
    rows: Rows = pairs([Button(value[:LABEL], "answer_fill", value, ticket) for value in likely])
    return Words(
        f"💬 <b>{esc(number)}</b> 还差“{esc(blank)}”：\n{esc(words)}\n点一下就发：",
        (
            *rows,
            (
                Button(f"✏️ 写{blank}", "answer_write", ticket=ticket),
                Button("‹ 返回", "answer_turn", f"{page}|0", ticket),
            ),
        ),
        silent=True,
    )


@says
def wants_blank(number: str, blank: str, words: str) -> Words:
    return Words(
        f"✏️ <b>{esc(number)}</b> 请<b>回复这条消息</b>，只写“{esc(blank)}”，写完就发给居民：\n{esc(words)}",
        force_reply=f"只写{blank}",
    )


@says
def answer_own(number: str, choices: Sequence[Sequence[str]]) -> Words:
    """To be copied by a touch and written anew; a reply to it is the answer."""
    ready = "\n".join(f"<code>{esc(words)}</code>" for _, _, words, _ in choices)
    return Words(
        f"✏️ <b>{esc(number)}</b> 请<b>回复这条消息</b>写您的话，写完就发给居民。点一下可复制：\n{ready}",
        force_reply="写给居民的话",
    )


@says
def answer_sent(page: str, number: str, who: str, text: str) -> Words:
    """The page after it has done its work: no buttons."""
    return Words(f"✔️ <b>{esc(number)}</b> {esc(who)}已发给居民：\n{esc(text)}", silent=True)
