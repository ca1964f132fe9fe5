"""通知: what leads see before and after they send one, and what residents read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts.registry import says
from texts.words import Button, Rows, Words, esc, pairs

LONGEST = 1500
"""Characters of a notice."""
EXAMPLE = "/notice 明天9点到15点3号楼停水，请提前存水"
GOES_OUT = "开始发了，卡片上看回应。"
WAITS_FOR_DAY = "现在是晚上，明早 8 点开始发。真急的话，先点“紧急”。"
DROPPED = "好的，不发了"
NAMES_SENT = "名单已发到您和我的私聊"
REGISTERED = "已登记 {number}，社区会联系您"
ANSWERED = {"got": "收到，谢谢", "help": "好的，记下了", "join": "好的，等您来"}
STOP_WORDS = frozenset({"停止接收", "不要通知", "别发通知", "退订", "退訂", "停止通知"})
START_WORDS = frozenset({"恢复接收", "恢復接收", "接收通知", "恢复通知", "恢復通知"})


def help_wanted(body: str) -> str:
    """The words of a ticket that somebody opens from a notice."""
    return f"看到通知“{body[:60]}”，我需要帮助，请联系我。"


@says
def notice_draft(
    body: str,
    author: str,
    houses: str,
    people: int,
    notice: int,
    homeless: int = 0,
    urgent: bool = False,
    choices: Sequence[Sequence[Any]] = (),
) -> Words:
    """Before it is sent. `choices`: (building id, name, chosen); `homeless`: residents of no known house."""
    whom = esc(houses) if houses else "全社区"
    lacking = f"\n（有 {homeless} 位居民没登记楼栋，选楼栋时发不到）" if homeless else ""
    head = "🚨 <b>紧急通知</b>" if urgent else "📣 <b>通知</b>"
    text = (
        f"{head} · 还没发，请看一眼\n———\n{esc(body)}\n—— {esc(author)}\n———\n"
        f"发给：<b>{whom}</b>，共 <b>{people}</b> 人{lacking}"
    )
    if choices:
        rows: Rows = pairs(
            [
                Button(f"{'✅ ' if chosen else ''}{name}"[:30], "notice_house", f"{notice}:{building}")
                for building, name, chosen in choices
            ]
        )
        return Words(text, (*rows, (Button("‹ 选好了", "notice_houses", f"{notice}:"),)))
    whole = Button("🏘 发全社区", "notice_house", f"{notice}:0")
    pick = Button("🏠 选楼栋", "notice_houses", f"{notice}:1")
    return Words(
        text,
        (
            (pick, whole) if houses else (pick,),
            (Button("🔔 改成普通" if urgent else "🚨 紧急（夜里也发）", "notice_urgent", str(notice)),),
            (
                Button(f"✅ 发给 {people} 人", "notice_send", str(notice)),
                Button("✖️ 不发了", "notice_drop", str(notice)),
            ),
        ),
    )


@says
def notice_dropped() -> Words:
    return Words("✖️ 这条通知没有发。")


@says
def notice_tally(
    body: str,
    houses: str,
    people: int,
    counts: Sequence[int],
    notice: int,
    sending: bool = False,
    waits: bool = False,
    help_: Sequence[Sequence[str]] = (),
) -> Words:
    """After it was confirmed. `counts`: 收到, 需要帮助, 参加; `help_`: (veiled name, house)."""
    got, help_wanted_, join = counts
    how = "明早 8 点开始发" if waits else f"正在发，已安排 {people} 人" if sending else f"已发 {people} 人"
    shown = esc(body if len(body) <= 200 else body[:199] + "…")
    lines = [
        f"📣 <b>通知</b>（{esc(houses) if houses else '全社区'}） · {how}",
        shown,
        f"👌 收到 {got}　🙋 需要帮助 <b>{help_wanted_}</b>　✋ 参加 {join}",
    ]
    if help_:
        lines.append(
            "🙋 "
            + "、".join(f"{esc(name)}{'（' + esc(house) + '）' if house else ''}" for name, house in help_)
        )
    rows: Rows = ((Button("👥 看名单", "notice_names", str(notice)),),) if help_wanted_ or join else ()
    return Words("\n".join(lines), rows)


@says
def notice_names(body: str, help_: Sequence[Sequence[str]], join: Sequence[Sequence[str]]) -> Words:
    """To one of the staff, in private. Rows of (name, house)."""
    lines = [f"👥 <b>通知“{esc(body[:60])}”的名单</b>"]
    for label, found in (("🙋 需要帮助", help_), ("✋ 参加", join)):
        said = "、".join(f"{esc(name[:20])}{' ' + esc(house) if house else ''}" for name, house in found)
        lines.append(f"{label}（{len(found)}）：{said or '没有'}")
    return Words("\n".join(lines))


@says
def notice_to_resident(community: str, author: str, body: str, notice: int, urgent: bool = False) -> Words:
    head = "🚨 <b>紧急通知</b>" if urgent else "📣 <b>社区通知</b>"
    rows: Rows = (
        (
            Button("👌 收到", "notice_answer", f"{notice}:got"),
            Button("✋ 参加", "notice_answer", f"{notice}:join"),
        ),
        (Button("🙋 需要帮助", "notice_answer", f"{notice}:help"),),
    )
    if not urgent:
        rows = (*rows, (Button("🔕 停止接收通知", "notices_off"),))
    return Words(f"{head}\n{esc(body)}\n—— {esc(community)} {esc(author)}", rows)


@says
def notice_help(notice: int) -> Words:
    return Words(
        "需要什么帮助？直接说一句就行；不方便打字就点下面，社区来联系您。",
        ((Button("📞 请联系我", "notice_contact", str(notice)),),),
    )


@says
def notices_off() -> Words:
    return Words(
        "🔕 好的，以后不发通知给您了。只有关系安全的紧急通知还会告诉您。",
        ((Button("🔔 恢复接收", "notices_on"),),),
    )


@says
def notices_on() -> Words:
    return Words("🔔 好的，以后有通知再告诉您。", silent=True)
