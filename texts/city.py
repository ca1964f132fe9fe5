"""The summary of a subdistrict, a district or a city."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from texts.bulletin import cut, day_words, number_words, percent
from texts.names import WEEKDAYS
from texts.registry import says
from texts.words import Button, Words, esc

TITLES = {"day": "日报", "week": "周报", "month": "月报"}
BEFORE = {"day": "前一天", "week": "上周", "month": "上月"}
ROWS = 20  # lines of the table; a city has at most some dozen districts


@says
def area_summary(summary: Mapping[str, Any]) -> Words:
    """`summary` is what `reports.area.summary` gives."""
    s = summary
    parts = [
        f"📊 <b>{esc(cut(s['area']))}{TITLES[s['span']]}</b>　{when(s)}",
        "\n<b>一、基本情况</b>",
        _basics(s),
        "\n<b>二、办理情况</b>",
        _handled(s),
        "\n<b>三、需要留意</b>",
        _notable(s),
        "\n<b>四、各单位</b>（新增/办结，在办，超期）",
        *_table(s["parts"]),
    ]
    return Words("\n".join(parts), _buttons(s))


@says
def area_empty(area: str) -> Words:
    return Words(f"{esc(cut(area))}下面还没有社区，等社区挂到名下就有日报了。")


def when(s: Mapping[str, Any]) -> str:
    """Of which day, week or month it tells."""
    first, last = date.fromisoformat(s["first"]), date.fromisoformat(s["last"])
    if s["span"] == "day":
        return f"{day_words(first)}（周{WEEKDAYS[first.weekday()]}）"
    return (
        f"{first.year}年{first.month}月" if s["span"] == "month" else f"{day_words(first)}—{day_words(last)}"
    )


def _basics(s: Mapping[str, Any]) -> str:
    quiet = f"，其中 {s['quiet']} 个没有来件" if s["quiet"] else ""
    lines = [
        (
            f"{s['communities']} 个社区{quiet}。新增 <b>{s['new']}</b> 件"
            f"（{BEFORE[s['span']]} {s['before']} 件，{_usual(s)}），办结 <b>{s['closed']}</b> 件。"
        )
    ]
    if s["tops"]:
        lines.append("分类：" + "、".join(f"{esc(cut(name))} {count}" for name, count in s["tops"][:6]))
    return "\n".join(lines)


def _usual(s: Mapping[str, Any]) -> str:
    usual = s["trend"]["expected"]
    if usual is None:
        return "日子还短，没法比"
    like = f"同类日子约 {number_words(usual)} 件"
    if not s["trend"]["news"]:
        return f"{like}，正常起伏"
    return f"{like}，明显偏{'多' if s['new'] > usual else '少'}"


def _handled(s: Mapping[str, Any]) -> str:
    lines = [
        (
            f"在办 <b>{s['open']}</b> 件，超期 <b>{s['late']}</b> 件，紧急 {s['urgent']} 件，"
            f"没人接 {s['unassigned']} 件，挂账 {s['suspended']} 件。"
        )
    ]
    if s["due"]:
        lines.append(
            f"应结案 {s['due']} 件，结案率 {percent(s['closed_due'], s['due'])}，"
            f"按期结案率 {percent(s['on_time'], s['due'])}。"
        )
    back = [f"{label} {s[key]} 件" for key, label in (("reopened", "重办"), ("returned", "退单")) if s[key]]
    if back:
        lines.append("，".join(back) + "。")
    said = s["opinions"]
    total = sum(said.values())
    if total:
        good = said.get("satisfied", 0) + said.get("fair", 0)
        lines.append(f"居民评价 {total} 件，满意率 {percent(good, total)}（不评价的不算）。")
    return "\n".join(lines)


def _notable(s: Mapping[str, Any]) -> str:
    lines = [
        f"• {esc(cut(name))}：超期 <b>{late}</b> 件" + (f"，最久的已过 {days} 天" if days else "")
        for name, late, days in s["late_most"]
    ]
    lines += [
        f"• {esc(cut(name))}：来件 <b>{count}</b> 件，平时约 {number_words(usual)} 件，少见"
        for name, count, usual in s["unusual"]
    ]
    return "\n".join(lines) or "没有超期，也没有反常的地方 👍"


def _table(parts: Sequence[Sequence[Any]]) -> list[str]:
    busiest = sorted(parts, key=lambda row: (-row[4], -row[1]))
    lines = [
        f"{esc(cut(name))}　{new}/{closed}，{open_}，{late}"
        + (f"；按期 {percent(on_time, due)}" if due else "")
        for name, new, closed, open_, late, due, on_time in busiest[:ROWS]
    ]
    return [*lines, *([f"另有 {len(parts) - ROWS} 个，见表格"] if len(parts) > ROWS else [])]


def _buttons(s: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    code = f"{s['id']}:{s['code']}"
    return (
        (Button("🖼 换成图", "area_picture", code),),
        (Button("📋 复制版", "copy", code), Button("📝 Word", "word", code)),
        (Button("本周", "area", f"{s['id']}:week"), Button("本月", "area", f"{s['id']}:month")),
    )
