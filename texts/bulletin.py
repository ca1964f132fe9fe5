"""The weekly and the monthly bulletin, in the layout of the office's bulletins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import unescape
from typing import Any

from texts.registry import says
from texts.when import span
from texts.words import Button, Words, esc

ROOM = 3900
"""UTF-16 units of one message, with a margin below Telegram's 4096."""
NAME = 26
SPANS = {"week": ("周报", "本周", "上周"), "month": ("月报", "本月", "上月")}
WEEK_WORDS = ("", "本周", "这周")
LAST_WEEK_WORDS = ("上周", "上个周")
RATES = (
    ("closed", "结案率"),
    ("on_time", "按期结案率"),
    ("answered", "按期答复率"),
    ("received", "签收及时率"),
    ("returned", "退单率"),
    ("reopened", "重办率"),
    ("extended", "延期率"),
)
REVIEW_RATES = (("responded", "响应率"), ("solved", "解决率"), ("satisfied", "满意率"))
FIGURES = {
    "new": "新增",
    "due": "应结案",
    "unclosed": "应结未结",
    "not_on_time": "没有按期结案",
    "repeats": "重复",
    "rebounds": "反弹",
    "hot": "热点",
    "unsolved": "回访没解决",
    "silent": "未评价",
}
ANNEX_HEADS = ("分类", "新增", "上期新增", "应结", "办结", "按期")
PEOPLE_HEADS = ("经办人", "应结", "按期", "在办", "超期")
UNIT_HEADS = ("责任单位", "应结", "办结", "按期")
HOUSE_HEADS = ("地点", "应结", "办结", "按期")
SPOT_FOUND = {"true": "属实", "false": "没办好", "unreached": "联系不上", "": "待查"}
LEVELS = {"community": "社区小区", "subdistrict": "街道", "partner": "共建单位", "department": "责任部门"}
COMING = {
    "heating_on": "开始供暖：先问一遍哪几栋去年不热，和供热单位对好人",
    "heating_off": "停止供暖：查一遍暖气跑水和维修排队的件",
    "thaw": "开春：绿化修剪、下水道返味的件会多起来",
    "flood": "进入汛期：低洼处、地下车库、雨水井和屋面先排查",
    "exams": "高考：提前和夜间施工、广场舞的人说好",
    "heat": "高温：停电、积水、夜市噪音容易集中，独居老人多问一声",
    "school": "开学：入学咨询、校门口占道和楼道堆物，先备好口径",
    "holidays": "国庆长假：排好值班，电梯和停水停电的抢修电话对一遍",
    "frost": "入冬：水管防冻，独居老人取暖用电用气安全上门看看",
    "wages": "年底：讨薪的件会多，先和人社所对好窗口",
    "spring_festival": "春节：烟花、飞线充电、垃圾清运和值守提前安排",
}
"""What begins, by its code in domain/seasons.py."""


@says
def bulletin(summary: Mapping[str, Any]) -> Words:
    """`summary` is what `reports.bulletin.bulletin` gives. Lists are cut until it fits into one message."""
    for most in (5, 3, 2, 1, 0):
        html = _rendered(summary, most)
        if _units(html) <= ROOM:
            break
    return Words(html, _buttons(summary))


@says
def bulletin_how(month: bool) -> Words:
    if month:
        return Words(
            "这样用：<code>/month</code> 本月至今，<code>/month 上月</code>，<code>/month 2026-10</code>"
        )
    return Words(
        "这样用：<code>/week</code> 本周至今，<code>/week 上周</code>，<code>/week 2026-11-16</code>"
    )


def figure_title(which: str, first: date, last: date) -> str:
    """Over the list of the tickets behind one number."""
    return f"{FIGURES[which]}，{day_words(first)}—{day_words(last)}"


def _rendered(s: Mapping[str, Any], most: int) -> str:
    first, last = date.fromisoformat(s["first"]), date.fromisoformat(s["last"])
    title, this, before = SPANS[s["span"]]
    when = (
        f"{first.year}年{first.month}月" if s["span"] == "month" else f"{day_words(first)}—{day_words(last)}"
    )
    parts = [
        f"📒 <b>{esc(cut(s['community']))}{title}</b>　{when}" + ("" if s["over"] else "（至今）"),
        "\n<b>一、基本情况</b>",
        _basics(s, this, before),
        "\n<b>二、办理和回访情况</b>",
        _handled(s, this),
        _reviewed(s),
        _spot_checked(s),
        "\n<b>三、热点问题</b>",
        _hot(s, most, this),
        "\n<b>四、重复、超期、挂账</b>",
        *_troubles(s, most),
        "\n<b>五、建议</b>",
        _advice(s),
        *_annex(s, most, this, before),
    ]
    return "\n".join(part for part in parts if part)


def _basics(s: Mapping[str, Any], this: str, before: str) -> str:
    same = "" if s["over"] else "同期"
    lines = [f"{this}新增 <b>{s['new']}</b> 件，{_beside(s['new'], s['before'], before + same)}。{_trend(s)}"]
    if s["tops"]:
        lines.append("分类：" + "、".join(f"{esc(cut(name))} {count}" for name, count in s["tops"][:8]))
    if s["top_three"]:
        named = "、".join(f"{esc(cut(name))} {count}（{before}{was}）" for name, count, was in s["top_three"])
        lines.append(f"前三：{named}")
    if s["levels"]:
        lines.append(
            "责任层级：" + "、".join(f"{LEVELS.get(code, esc(code))} {n}" for code, n in s["levels"])
        )
    said = [
        f"{label} {s[key]}"
        for key, label in (
            ("urgent", "紧急"),
            ("withdrawn", "居民撤回"),
            ("rejected", "不予受理"),
            ("merged", "并单"),
        )
        if s[key]
    ]
    return "\n".join([*lines, *(["其中" + "、".join(said)] if said else [])])


def _beside(now: int, was: int, name: str) -> str:
    if now == was:
        return f"和{name}一样"
    return f"比{name}（{was} 件）{'多' if now > was else '少'} {abs(now - was)} 件"


def _trend(s: Mapping[str, Any]) -> str:
    """Like with like: the same weekdays; other numbers of working days are told."""
    here, there = _worked(s["trend"]["kinds"]), _worked(s["kinds_before"])
    _, this, before = SPANS[s["span"]]
    told = f"（{this} {here} 个工作日，{before} {there} 个）" if here != there else ""
    usual = s["trend"]["expected"]
    if usual is None:
        return f"用的日子还短，和平时没法比。{told}" if s["new"] else told
    how = ("明显偏多" if s["new"] > usual else "明显偏少") if s["trend"]["news"] else "属于正常起伏"
    like = "星期相同的日子" if s["trend"]["same_weekday"] else "同类日子"
    return f"按前八周{like}算，平时约 {number_words(usual)} 件，{how}。{told}"


def _worked(kinds: Mapping[str, int]) -> int:
    return kinds.get("workday", 0) + kinds.get("makeup", 0)


def _handled(s: Mapping[str, Any], this: str) -> str:
    if not s["rates"]["closed"][1]:
        lines = [f"{this}没有到期应结的件。"]
    else:
        lines = [f"应结案 <b>{s['rates']['closed'][1]}</b> 件。"]
    lines += [f"{label} {_rate(s['rates'][key])}" for key, label in RATES if s["rates"][key][1]]
    if s["first_answer"]:
        middle, most = (span(timedelta(milliseconds=ms)) for ms in s["first_answer"])
        lines.append(f"首次答复：一半在 {middle}内，九成在 {most}内")
    return lines[0] + ("\n• " + "\n• ".join(lines[1:]) if lines[1:] else "")


def _reviewed(s: Mapping[str, Any]) -> str:
    quiet = f"另有 {s['silent']} 件居民没评价，默认办结，不算满意。" if s["silent"] else ""
    if not s["valid"]:
        return f"回访：还没有居民评价。{quiet}"
    rates = "，".join(
        f"{label} {_rate(s['rates'][key])}" for key, label in REVIEW_RATES if s["rates"][key][1]
    )
    return f"有效回访 {s['valid']} 件：{rates}。{quiet}"


def _spot_checked(s: Mapping[str, Any]) -> str:
    """How the drawn ones came out; nothing while none was drawn."""
    found = s["spot_checks"]
    drawn = sum(found.values())
    if not drawn:
        return ""
    said = [f"{label} {found[code]} 件" for code, label in SPOT_FOUND.items() if found.get(code)]
    return f"随机抽查 {drawn} 件：{'，'.join(said)}。"


def _rate(parts: Sequence[int]) -> str:
    """ "93.72%（911/972）"."""
    part, whole = parts
    return f"{percent(part, whole)}（{part}/{whole}）"


def percent(part: int, whole: int) -> str:
    """ "93.72%"."""
    hundredths = (part * 20000 + whole) // (2 * whole)  # halves up
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _hot(s: Mapping[str, Any], most: int, this: str) -> str:
    if not s["hot"]:
        return "没有明显高于平时的地方和事项。"
    lines = [
        f"• {esc(cut(h['what']))}：{this} <b>{h['count']}</b> 件，{_usually(h['usual'])}，"
        + ("非常少见" if h["rare"] else "少见")
        for h in s["hot"][: max(1, most)]
    ]
    return "\n".join(lines)


def _usually(count: float) -> str:
    return f"平时约 {number_words(count)} 件" if count else "平时几乎没有"


def _troubles(s: Mapping[str, Any], most: int) -> list[str]:
    lines = []
    late, held = s["late"], s["suspended"]
    if s["repeats"]["count"]:
        lines.append(f"重复 <b>{s['repeats']['count']}</b> 件（占新增 {percent(*s['rates']['repeated'])}）")
    if s["rebounds"]["count"]:
        lines.append(f"反弹 <b>{s['rebounds']['count']}</b> 件（办结 30 天内同一处又报）")
        lines += [
            f"• <code>{esc(number)}</code> {esc(cut(what))}（上次 {esc(old)}）"
            for _, number, what, old in s["rebounds"]["rows"][:most]
        ]
    if late["count"]:
        lines.append(f"现在超期未答复 <b>{late['count']}</b> 件，最久：")
        lines += [
            f"• <code>{esc(number)}</code> {esc(cut(what))}（已超 {span(timedelta(seconds=age))}）"
            for _, number, what, age in late["rows"][:most]
        ]
    if s["oldest"]:
        _, number, what, day = s["oldest"]
        promised = day_words(date.fromisoformat(day))
        lines.append(f"最早的承诺：<code>{esc(number)}</code> {esc(cut(what))}，说好{promised}前答复")
    if held["count"]:
        lines.append(f"挂账 <b>{held['count']}</b> 件")
        lines += [
            f"• <code>{esc(number)}</code> {esc(cut(what))}"
            + (f"（{day_words(date.fromisoformat(day))}复查）" if day else "")
            for _, number, what, day in held["rows"][:most]
        ]
    return lines or ["没有重复、超期和挂账 👍"]


def _coming(code: str, day: str) -> str:
    what, _, todo = COMING[code].partition("：")
    return f"{day_words(date.fromisoformat(day))}{what}，{todo}"


def _advice(s: Mapping[str, Any]) -> str:
    said = []
    if s["late"]["count"]:
        said.append(f"先办超期的 {s['late']['count']} 件，给居民一句实话、一个新时间")
    said += [f"到{esc(cut(h['what']))}现场看一次，一并解决" for h in s["hot"][:2]]
    if s["rebounds"]["count"]:
        said.append("反弹的地方查一查根源，别只清表面")
    busiest = _overloaded(s["people"])
    if busiest:
        said.append(f"{esc(cut(busiest[0]))}手上有 {busiest[3]} 件，分一些给别人")
    part, whole = s["rates"]["returned"]
    if whole >= 10 and part * 10 >= whole:
        said.append("退单偏多，派单前先核对责任单位")
    if s["suspended"]["soon"]:
        said.append(f"挂账里有 {s['suspended']['soon']} 件一周内要复查")
    if s["silent"] > 2 * s["valid"] and s["silent"] >= 5:
        said.append("多数居民没评价，抽几件打电话问问")
    for name, on_time, due in s["lagging"][:2]:
        said.append(f"{esc(cut(name))}按期结案 {on_time}/{due}，比其他人低不少，问问是太忙还是卡在哪里")
    for name, count, usual in s["last_year"][:2]:
        said.append(f"去年这时候起四周，{esc(cut(name))}来了 {count} 件（{_usually(usual)}），早做准备")
    said += [f"{_coming(code, day)}" for code, day in s["ahead"][:2]]
    return "\n".join(f"{n}. {line}" for n, line in enumerate(said, 1)) or "都在正轨上，辛苦了！"


def _overloaded(people: Sequence[Sequence[Any]]) -> Sequence[Any] | None:
    """Who holds at least five, and twice as many as the others on average."""
    if len(people) < 2 or people[0][3] < 5:
        return None
    others = sum(row[3] for row in people[1:]) / (len(people) - 1)
    return people[0] if people[0][3] >= 2 * others else None


def _annex(s: Mapping[str, Any], most: int, this: str, before: str) -> list[str]:
    """The tables; one line for each row, as a telephone is too narrow for columns."""
    lines = []
    if s["annex"]:
        lines.append(f"\n<b>附表</b>（{this}/{before}新增；应结/按期）")
        lines += [
            f"{esc(cut(name))}　{new}/{was}；{due}/{on_time}"
            for name, new, was, due, _, on_time in s["annex"][: 2 * most + 2]
        ]
    if s["people"] and most:
        lines.append("经办（应结/按期，在办）：")
        lines += [
            f"{esc(cut(name))}　{due}/{on_time}，{held}" + (f"（超期 {late}）" if late else "")
            for name, due, on_time, held, late in s["people"][: most + 2]
        ]
    if s["units"] and most:
        units = "、".join(f"{esc(cut(name))} {due}/{on_time}" for name, due, _, on_time in s["units"][:most])
        lines.append(f"责任单位（应结/按期）：{units}")
    if len(s["by_level"]) > 1 and most:
        levels = "、".join(
            f"{LEVELS.get(code, esc(code))} {due}/{on_time}" for code, due, _, on_time in s["by_level"]
        )
        lines.append(f"责任层级（应结/按期）：{levels}")
    return lines


def _buttons(s: Mapping[str, Any]) -> tuple[tuple[Button, ...], ...]:
    """Every number that means work opens to its tickets."""
    missed = s["rates"]["on_time"][1] - s["rates"]["on_time"][0]
    open_ = s["rates"]["closed"][1] - s["rates"]["closed"][0]
    unsolved = s["rates"]["solved"][1] - s["rates"]["solved"][0]
    numbers = (
        (open_, "unclosed"),
        (missed, "not_on_time"),
        (sum(h["count"] for h in s["hot"]), "hot"),
        (s["rebounds"]["count"], "rebounds"),
        (s["repeats"]["count"], "repeats"),
        (unsolved, "unsolved"),
    )
    found = [
        Button(
            FIGURES[which] if which == "hot" else f"{FIGURES[which]} {count}",
            "figure",
            f"{which}:{s['code']}",
        )
        for count, which in numbers
        if count
    ]
    if s["late"]["count"]:
        found.insert(0, Button(f"⚠️ 超期 {s['late']['count']}", "list", "overdue"))
    more = (
        (Button("📋 复制版", "copy", s["code"]), Button("📝 Word", "word", s["code"])),
        (Button("🖼 看图", "pictures", s["code"]), Button("📒 导出", "export", s["code"])),
    )
    return (*(tuple(found[i : i + 2]) for i in range(0, len(found), 2)), *more)


def day_words(day: date) -> str:
    """ "11月22日"."""
    return f"{day.month}月{day.day}日"


def number_words(value: float) -> str:
    """At most one decimal, and none that says nothing."""
    return f"{value:.1f}".removesuffix(".0")


def cut(text: str, most: int = NAME) -> str:
    """A name that fits into a line."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _units(html: str) -> int:
    """How long Telegram counts the message."""
    return len(unescape(re.sub(r"</?\w+>", "", html)).encode("utf-16-le")) // 2
