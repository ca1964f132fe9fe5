"""联席会: its agenda from the difficult tickets, and its minutes that become tickets."""

from __future__ import annotations

from collections.abc import Sequence

from texts.desk import SUSPEND_REASONS
from texts.registry import says
from texts.words import Button, Words, esc

WHY = {
    "suspended": "挂账",
    "returned": "退单 {count} 次",
    "reopened": "重办 {count} 次",
    "late": "超期 {count} 天",
}


def why(code: str, count: int, reason: str) -> str:
    """Why it is on the agenda."""
    told = WHY[code].format(count=count)
    return f"{told}：{SUSPEND_REASONS[reason]}" if reason in SUSPEND_REASONS else told


@says
def meeting_agenda(
    community: str, month: str, rows: Sequence[tuple[int, str, str, str]], hot: Sequence[str]
) -> Words:
    """`rows`: ticket, number, what, why. `hot`: places and matters above their usual."""
    lines = [f"🤝 <b>{esc(community)}{esc(month)}联席会议程</b>"]
    if rows:
        lines.append(f"\n<b>一、难办的件</b>（{len(rows)} 件）")
        lines += [
            f"{n}. <code>{esc(number)}</code> {esc(what)}（{esc(because)}）"
            for n, (_, number, what, because) in enumerate(rows, 1)
        ]
    if hot:
        lines.append("\n<b>二、集中的问题</b>" if rows else "\n<b>一、集中的问题</b>")
        lines += [f"• {esc(what)}" for what in hot]
    lines.append("\n开完会请<b>回复这条消息</b>写纪要，一行一件要办的事，每行自动登记成一件。")
    buttons = [Button(number, "show", ticket=ticket) for ticket, number, _, _ in rows]
    return Words("\n".join(lines), tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3)))


@says
def meeting_nothing(community: str) -> Words:
    return Words(f"{esc(community)}现在没有挂账、反复退单、重办和久拖的件，这个月可以不开联席会 👍")


@says
def minutes_filed(rows: Sequence[tuple[int, str, str]]) -> Words:
    """`rows`: ticket, number, what was understood."""
    lines = [f"✅ 纪要已登记 <b>{len(rows)}</b> 件："]
    lines += [f"• <code>{esc(number)}</code> {esc(what)}" for _, number, what in rows]
    buttons = [Button(number, "show", ticket=ticket) for ticket, number, _ in rows]
    return Words("\n".join(lines), tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3)))


@says
def minutes_how() -> Words:
    return Words(
        "回复联席会议程写纪要，或者这样发（一行一件）：\n"
        "<code>/minutes\n3号楼电梯请电梯公司本月内更换\n东门夜市请城管每晚巡查</code>"
    )
