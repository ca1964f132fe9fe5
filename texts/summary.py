"""The daily summary, in the layout of the office's bulletins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from texts.names import OPINIONS, WEEKDAYS
from texts.registry import says
from texts.when import span
from texts.words import Button, Words, esc


@says
def daily_summary(summary: Mapping[str, Any]) -> Words:
    """`summary` is what `reports.daily.figures` gives."""
    s = summary
    day = date.fromisoformat(s["day"])
    parts = [
        f"📊 <b>{esc(s['community'])}日报</b>　{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）",
        "\n<b>一、基本情况</b>",
        (
            f"新增 <b>{s['new']}</b> 件（{_compared(s, day)}），办结 <b>{s['closed']}</b> 件，"
            f"在办 <b>{s['open']}</b> 件，超期 <b>{s['late']}</b> 件。"
        ),
    ]
    if s["by_category"]:
        parts.append("分类：" + "、".join(f"{esc(name)} {count}" for name, count in s["by_category"][:6]))
    parts += ["\n<b>二、办理和回访</b>", _handled(s)]
    parts += ["\n<b>三、紧急和热点</b>"]
    parts.append(_named("紧急在办", s["urgent"]) if s["urgent"] else "没有紧急件 👍")
    parts += ["\n<b>四、超期和积压</b>"]
    parts.append(_named("等得最久", s["oldest"]) if s["oldest"] else "没有积压 👍")
    if s["holders"]:
        parts.append("谁手上有：" + "、".join(_holder(*holder) for holder in s["holders"][:8]))
    if s.get("rungs"):
        parts.append("在上级和单位手上：" + "、".join(_rung(*rung) for rung in s["rungs"][:8]))
    parts += ["\n<b>五、今天请留意</b>", _advice(s)]
    if s.get("sealed"):
        parts.append(f"\n🔏 办理经过封存号 <code>{esc(s['sealed'])}</code>")
    return Words("\n".join(parts), _buttons(s))


def _buttons(s: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    first = (
        Button(f"📋 在办 {s['open']}", "list", "open"),
        Button(f"⚠️ 超期 {s['late']}", "list", "overdue"),
        Button("🖼 换成图", "picture", s["day"]),
    )
    second = [Button(f"🆕 新增 {s['new']}", "list", f"new:{s['day']}")] if s["new"] else []
    if s["urgent_open"]:
        second.append(Button(f"🔴 紧急 {s['urgent_open']}", "list", "urgent"))
    named = {int(row[0]): str(row[1]) for row in (*s["urgent"], *s["oldest"])}
    shown = [Button(number, "show", ticket=ticket) for ticket, number in list(named.items())[:4]]
    return (
        first,
        *([tuple(second)] if second else []),
        *(tuple(shown[i : i + 2]) for i in range(0, len(shown), 2)),
        (
            Button("📋 复制版", "copy", f"day:{s['day']}"),
            Button("📝 Word", "word", f"day:{s['day']}"),
            Button("📒 导出", "export", f"month:{s['day']}"),
        ),
    )


def _compared(s: Mapping[str, Any], day: date) -> str:
    """Like with like: the same weekdays, days off among themselves, today up to this hour."""
    trend = s["trend"]
    kinds = trend.get("kinds", {})
    off = "放假，" if kinds.get("holiday") else "调休上班，" if kinds.get("makeup") else ""
    usual = trend.get("expected")
    if usual is None:
        return f"{off}用的日子还短，和平时没法比"
    if not trend["same_weekday"]:
        like = "工作日" if kinds.get("workday") or kinds.get("makeup") else "休息日"
    else:
        like = "放假的日子" if kinds.get("holiday") else f"周{WEEKDAYS[day.weekday()]}"
    same = f"前{trend['days']}个{like}" + ("到这个钟点" if trend["so_far"] else "")
    average = f"{off}{same}平均 {usual:g} 件"
    if not trend["news"]:
        return f"{average}，正常起伏"
    return f"{average}，明显偏{'多' if s['new'] > usual else '少'}"


def _handled(s: Mapping[str, Any]) -> str:
    said = [f"答复 {s['answered']} 次"]
    for key, label in (
        ("reopened", "重办"),
        ("returned", "退单"),
        ("urged", "催办"),
        ("withdrawn", "居民撤回"),
    ):
        if s[key]:
            said.append(f"{label} {s[key]}")
    rated = [f"{OPINIONS.get(code, code)} {count}" for code, count in s["opinions"].items()]
    if s["review"]:
        said.append(f"待居民评价 {s['review']}")
    return "，".join(said) + ("；评价：" + "、".join(rated) if rated else "") + "。"


def _named(title: str, rows: list[list[Any]]) -> str:
    lines = [
        f"• <code>{esc(number)}</code> {esc(what)}（{span(timedelta(seconds=age))}）"
        for _, number, what, age in rows
    ]
    return f"{title}：\n" + "\n".join(lines)


def _holder(name: str, count: int, late: int) -> str:
    return f"{esc(name)} {count}" + (f"（超期 {late}）" if late else "")


def _rung(name: str, count: int, unsigned: int) -> str:
    return f"{esc(name)} {count}" + (f"（{unsigned} 件没签收）" if unsigned else "")


def _advice(s: Mapping[str, Any]) -> str:
    said = []
    if s["late"]:
        said.append(f"先办超期的 {s['late']} 件")
    if s["unassigned"]:
        said.append(f"有 {s['unassigned']} 件还没人接")
    if s["waiting_for_resident"]:
        said.append(f"{s['waiting_for_resident']} 件在等居民补充")
    if s["suspended"]:
        said.append(f"挂账 {s['suspended']} 件记得复查")
    return "；".join(said) + "。" if said else "都在正轨上，辛苦了！"
