"""What is said about the working calendar: a holiday notice entered, promises that moved, the apology."""

from __future__ import annotations

from collections.abc import Sequence

from texts.registry import says
from texts.words import Button, Rows, Words, esc

COUNTRIES = {"CN": "内地", "HK": "香港", "MO": "澳门", "TW": "台湾", "SG": "新加坡", "MY": "马来西亚"}


@says
def days_page(
    community: int, called: str, country: str, estimated: Sequence[int], admin: bool = True
) -> Words:
    """`estimated`: years whose notice is not known yet."""
    here = str(community)
    lines = [f"🗓 <b>{esc(called)}的工作日历</b>：{COUNTRIES.get(country, country)}"]
    if estimated:
        years = "、".join(str(year) for year in estimated)
        lines.append(f"⚠️ {years} 年的放假调休还没有，时限先按法定节假日估算。通知出来后录入一次就行。")
    else:
        lines.append("今年和明年的放假调休都有了。")
    back = (Button("⬅️ 返回", "setup_page", here),)
    if not admin:
        return Words("\n".join(lines), (back,))
    countries = [
        Button(f"{'✅ ' if code == country else ''}{name}", "days_country", f"{here}:{code}")
        for code, name in COUNTRIES.items()
    ]
    rows: Rows = (tuple(countries[:3]), tuple(countries[3:]))
    return Words("\n".join(lines), ((Button("📥 录入放假通知", "days_ask", here),), *rows, back))


@says
def days_ask(community: int) -> Words:
    return Words(
        "把放假通知的原文直接粘贴给我，或者一行一行写，也可以发 CSV 文件：\n"
        "<code>2027-02-06..2027-02-12 休\n2027-02-14 班</code>\n“班”是调休上班的周末。",
        ((Button("✖️ 取消", "days_page", str(community)),),),
    )


@says
def days_check(community: int, free: Sequence[str], worked: Sequence[str], moved: int) -> Words:
    lines = [
        f"休：{'；'.join(free)}" if free else "休：没有",
        f"班：{'；'.join(worked)}" if worked else "班：没有",
    ]
    if moved < 0:
        lines.append("录入后会重算全市在办件的时限，改了的分别列给各社区。")
    else:
        lines.append(f"录入后会重算 {moved} 件在办的时限。" if moved else "在办件的时限都不受影响。")
    return Words(
        "读到的是：\n" + "\n".join(lines) + "\n对吗？",
        (
            (
                Button("✅ 对，录入", "days_enter", str(community)),
                Button("✖️ 取消", "days_page", str(community)),
            ),
        ),
    )


@says
def days_entered(days: int, community: int) -> Words:
    return Words(
        f"✅ 录入好了，共 {days} 天。改了时限的件已列给各社区，一键就能告诉居民。",
        ((Button("🗓 工作日历", "days_page", str(community)),),),
    )


@says
def days_moved(rows: Sequence[Sequence[str]], total: int, later: int, unclear: Sequence[str]) -> Words:
    """To the community's staff. `rows`: (number, before, after); `unclear`: numbers that a person checks."""
    lines = [f"🗓 放假安排已录入，<b>{total}</b> 件的答复时限变了："] if total else ["🗓 放假安排已录入。"]
    lines += [f"• <code>{esc(number)}</code> {esc(before)} → {esc(after)}" for number, before, after in rows]
    if total > len(rows):
        lines.append(f"……还有 {total - len(rows)} 件")
    if unclear:
        lines.append(f"❗ 这几件请人工看一下时限：{esc('、'.join(unclear))}")
    if not later:
        return Words("\n".join(lines))
    lines.append(
        f"\n其中 {later} 件变晚了。要发给居民的话：\n<i>因为放假调休，您反映的 …… 答复时间从 …… 改到 …… "
        "前。让您多等了，对不起。</i>"
    )
    return Words("\n".join(lines), ((Button(f"📨 发给这 {later} 位居民", "days_sorry", ""),),))


@says
def days_apology(number: str, before: str, promise: str) -> Words:
    """To the resident."""
    return Words(
        f"🗓 因为放假调休，您反映的 <code>{esc(number)}</code> 答复时间从 {esc(before)} 改到 "
        f"<b>{esc(promise)}</b> 前。让您多等了，对不起，我们一直在办。"
    )


@says
def days_refused(reason: str, day: str = "") -> Words:
    from texts.refusals import why

    return Words("⚠️ " + esc(why(reason, day=day)))
