"""What staff read about quick choices, filing for others, lists that are turned, bulk work and checklists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.habits import load_habits
from texts import names
from texts.registry import says
from texts.words import Button, Rows, Words, esc

ORIGINS = {"visit": "来访", "call": "来电", "round": "巡查"}
"""How a matter came that staff entered."""
CAME = ORIGINS | {"meeting": "联席会"}
LABEL = 40
MORNING_ROWS = 8


def quick_rows(menu: str, ticket: int, offers: Sequence[Sequence[str]]) -> Rows | None:
    """The buttons of 缓办 and 更正 under a card, each does it at once; None for other menus.

    `offers`: (action, argument, what it is about).
    """
    if menu not in ("defer", "fix"):
        return None
    return tuple((Button(_offered(*offer), offer[0], offer[1], ticket),) for offer in offers)


def _offered(action: str, arg: str, about: str) -> str:
    if action == "extend":
        days, _, reason = about.partition("|")
        return f"⏳ 延 {days} 工作日：{reason}"[:LABEL]
    if action == "suspend":
        days, _, reason = about.partition("|")
        return f"⏸ 挂 {days} 天：{reason}"[:LABEL]
    label = {
        ("menu", "extend"): "⏳ 别的延期……",
        ("menu", "suspend"): "⏸ 别的挂账……",
        ("menu", "category"): "🗂 别的类别……",
        ("complex", ""): "🧩 标为复杂（15 天）",
        ("want_place", ""): "📍 写地点",
        ("ask", "place"): "📍 问居民地点",
    }.get((action, arg))
    mark = {"set_category": "🗂", "place_like": "📍", "merge": "🔗 并入"}.get(action, "")
    return label or f"{mark} {about}"[:LABEL]


@says
def complex_marked(number: str, promise: str) -> Words:
    """To the resident."""
    return Words(
        f"🧩 您反映的 <code>{esc(number)}</code> 情况比较复杂，要多方一起办，时间会长一些。\n"
        f"<b>{esc(promise)}</b> 前答复您，中间有进展会随时告诉您。"
    )


@says
def wants_place(number: str) -> Words:
    return Words(
        f"📍 <b>{esc(number)}</b> 请<b>回复这条消息</b>写上地点，比如：3号楼2单元门口。",
        force_reply="3号楼2单元门口",
    )


@says
def wants_phone(number: str) -> Words:
    return Words(
        f"☎️ <b>{esc(number)}</b> 请<b>回复这条消息</b>写上称呼和电话，比如：王阿姨 13800000000。群里只显示打码的号码。",
        force_reply="王阿姨 13800000000",
    )


@says
def filed(
    page: str,
    number: str,
    category: str,
    place: str,
    promise: str,
    origin: str,
    contact: str,
    ticket: int,
    exposed: bool = False,
    sensitive: bool = False,
) -> Words:
    """To whoever entered it. `exposed`: their own message shows a number to the group."""
    what = (
        "内容涉及隐私，只在私聊里看"
        if sensitive
        else f"{esc(category)}　{esc(place) if place else '地点待补充'}"
    )
    lines = [
        f"✍️ 已登记 <b>{esc(number)}</b>（{ORIGINS.get(origin, origin)}）",
        what,
        f"🙋 {esc(contact) if contact else '没留电话'}　⏰ {esc(promise)}前答复",
    ]
    if exposed:
        lines.append("🔒 电话已存好。原消息里有完整号码，建议把原消息删掉。")
    origins = tuple(
        Button(f"{'☑️ ' if code == origin else ''}{label}", "origin", f"{page}|{code}", ticket)
        for code, label in ORIGINS.items()
    )
    more = (Button("☎️ 补电话", "want_phone", ticket=ticket), Button("📍 写地点", "want_place", ticket=ticket))
    return Words("\n".join(lines), (origins, more))


@says
def call_resident(
    number: str, contact: str, what: str, ticket_id: int, closing: bool = False, sensitive: bool = False
) -> Words:
    """To the group: this resident has no Telegram, somebody has to telephone."""
    said = "（内容请点看全文）" if sensitive else esc(what)
    if not contact:
        return Words(f"📞 <b>{esc(number)}</b> 当事人没留电话，机器人问不到，请当面问：\n{said}")
    row: tuple[Button, ...]
    if closing:
        row = (
            Button("📞 已告诉，说好了", "phoned_solved", ticket=ticket_id),
            Button("📞 说没解决", "phoned_unsolved", ticket=ticket_id),
        )
    else:
        row = (Button("📞 已电话告诉", "phoned", ticket=ticket_id),)
    look = (Button("🔎 看号码", "full", ticket=ticket_id),)
    return Words(f"📞 <b>{esc(number)}</b> {esc(contact)}不用机器人，请打电话告诉：\n{said}", (look, row))


@says
def found_list(
    page: str,
    title: str,
    lines: Sequence[Sequence[Any]],
    total: int,
    offset: int,
    step: int,
    asked: str,
) -> Words:
    """A list that is turned in place. `lines`: (id, number, category, place, state, assignee, due, overdue).

    What was `asked` stays in the promise and is never written into a button: an erasure finds it there.
    """
    if not lines:
        return Words(f"<b>{esc(title)}</b>：没有 👍")
    parts = []
    for _, number, category, place, state, assignee, due, overdue in lines:
        where = f" {esc(place)}" if place else ""
        parts.append(
            f"{names.STATE_MARKS.get(state, '•')} <code>{esc(number)}</code> {esc(category)}{where}"
            f"\n　{names.STATES.get(state, state)} · {esc(assignee) if assignee else '未接'}"
            f" · {'⚠️' if overdue else ''}{esc(due)}"
        )
    last = offset + len(lines)
    span = f"（{offset + 1}–{last} / {total}）" if total > len(lines) else f"（{total}）"
    rows = [Button(str(number), "show", ticket=int(ticket)) for ticket, number, *_ in lines]
    turning = []
    if offset:
        turning.append(Button("‹ 上一页", "turn", f"{page}|{max(0, offset - step)}"))
    if last < total:
        turning.append(Button("下一页 ›", "turn", f"{page}|{last}"))
    bulk = Button("☑️ 批量办", "bulk", page)
    rows_of: list[tuple[Button, ...]] = [tuple(rows[i : i + 3]) for i in range(0, len(rows), 3)]
    rows_of += [tuple(turning)] if turning else []
    return Words(f"<b>{esc(title)}</b>{span}\n" + "\n".join(parts), (*rows_of, (bulk,)))


@says
def bulk_page(
    page: str,
    bulk: int,
    lines: Sequence[Sequence[Any]],
    chosen: int,
    menu: str,
    team: Sequence[Sequence[Any]],
) -> Words:
    """Choosing several tickets. `lines`: (id, number, what, chosen); `team`: (user id, label)."""
    base = f"{page}|{int(bulk)}"
    shown = "\n".join(
        f"{'☑️' if on else '◻️'} <code>{esc(number)}</code> {esc(what)}" for _, number, what, on in lines
    )
    rows: list[tuple[Button, ...]] = []
    if menu == "assign":
        buttons = [Button(str(label)[:LABEL], "bulk_act", f"{base}|assign:{user}") for user, label in team]
        rows += [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
        rows.append((Button("‹ 返回", "bulk_menu", f"{base}|"),))
    elif menu == "close":
        rows.append(
            tuple(Button(label, "bulk_act", f"{base}|close:{code}") for code, label in names.RESULTS.items())
        )
        rows.append((Button("‹ 返回", "bulk_menu", f"{base}|"),))
    else:
        ticks = [
            Button(f"{'☑️' if on else '◻️'} {number}", "bulk_tick", f"{base}|{ticket}")
            for ticket, number, _, on in lines
        ]
        rows += [tuple(ticks[i : i + 2]) for i in range(0, len(ticks), 2)]
        rows.append((Button("全选 / 全不选", "bulk_tick", f"{base}|all"),))
        rows.append(
            (
                Button(f"➡️ 派给……（{chosen}）", "bulk_menu", f"{base}|assign"),
                Button(f"✅ 办结……（{chosen}）", "bulk_menu", f"{base}|close"),
            )
        )
    ask = {"assign": "派给谁？", "close": "办理结果是？"}.get(menu, "点编号选上或取消：")
    return Words(f"☑️ <b>批量办</b>　已选 {chosen} 件\n{shown}\n{ask}", tuple(rows))


@says
def bulk_preview(
    page: str, bulk: int, act: str, who: str, able: Sequence[str], unable: Sequence[Sequence[str]]
) -> Words:
    """What one press would do. `able`: numbers; `unable`: (number, why not)."""
    kind, _, arg = act.partition(":")
    what = (
        f"派给<b>{esc(who)}</b>"
        if kind == "assign"
        else f"办结为<b>{names.RESULTS.get(arg, '')}</b>，并告诉居民"
    )
    lines = [f"☑️ 将把这 <b>{len(able)}</b> 件{what}：", "、".join(f"<code>{esc(n)}</code>" for n in able)]
    if unable:
        lines.append(f"下面 {len(unable)} 件会跳过：")
        lines.extend(f"• <code>{esc(number)}</code> {esc(why)}" for number, why in unable)
    base = f"{page}|{int(bulk)}"
    rows: list[tuple[Button, ...]] = []
    if able:
        rows.append((Button(f"✅ 确认 {len(able)} 件", "bulk_yes", base),))
    rows.append((Button("‹ 返回", "bulk_menu", f"{base}|"),))
    return Words("\n".join(line for line in lines if line), tuple(rows))


@says
def bulk_done(
    page: str, who: str, act: str, to: str, numbers: Sequence[str], skipped: Sequence[Sequence[str]]
) -> Words:
    kind, _, arg = act.partition(":")
    what = f"派给{esc(to)}" if kind == "assign" else f"办结（{names.RESULTS.get(arg, '')}）"
    lines = [f"☑️ {esc(who)}把 <b>{len(numbers)}</b> 件{what}：", "、".join(esc(n) for n in numbers)]
    lines.extend(f"• 跳过 <code>{esc(number)}</code> {esc(why)}" for number, why in skipped)
    return Words("\n".join(line for line in lines if line))


@says
def bulk_given(who: str, numbers: Sequence[str]) -> Words:
    """To the colleague, in private."""
    return Words(f"📨 {esc(who)}把 {len(numbers)} 件派给您：{esc('、'.join(numbers))}。发 /mine 查看。")


@says
def checklist(page: str, number: str, ticket: int, leaf: str, ticks: Sequence[Sequence[str]]) -> Words:
    """The steps of this kind of matter. `ticks`: (code, who, when) of those that are done."""
    done = {code: (who, when) for code, who, when in ticks}
    steps = load_habits().of(leaf).steps
    lines = [f"🧾 <b>{esc(number)}</b> 办理清单 {len([c for c in steps if c in done])}/{len(steps)}"]
    for code, words in steps.items():
        by = f"　<i>{esc(done[code][0])} {esc(done[code][1])}</i>" if code in done else ""
        lines.append(f"{'☑️' if code in done else '◻️'} {esc(words)}{by}")
    rows = tuple(
        (Button(f"{'☑️' if code in done else '◻️'} {words}"[:LABEL], "tick", f"{page}|{code}", ticket),)
        for code, words in steps.items()
    )
    return Words("\n".join(lines), rows)


@says
def mentioned(number: str, who: str, note: str, ticket_id: int) -> Words:
    """To a colleague who was mentioned, in private."""
    return Words(
        f"👀 {esc(who)}在 <b>{esc(number)}</b> 里提到了您：{esc(note[:300])}\n有答复或办结时会告诉您。",
        (
            (
                Button("🔎 看这件", "full", ticket=ticket_id),
                Button("不用再告诉我", "unwatch", ticket=ticket_id),
            ),
        ),
    )


@says
def watched_news(number: str, what: str, who: str, ticket_id: int) -> Words:
    """To a watcher, in private."""
    done = {"answer": "答复了居民", "close": "办结了"}.get(what, "有了进展")
    return Words(
        f"👀 <b>{esc(number)}</b> {esc(who)}{done}。",
        (
            (
                Button("🕘 经过", "timeline", ticket=ticket_id),
                Button("不用再告诉我", "unwatch", ticket=ticket_id),
            ),
        ),
        silent=True,
    )


@says
def morning(
    name: str, due: Sequence[Sequence[Any]], late: Sequence[Sequence[Any]], mine: int, waiting: int
) -> Words:
    """A colleague's own list in the morning. Rows: (id, number, what, due)."""
    lines = [f"☀️ {esc(name)}，早上好。您手上 <b>{mine}</b> 件在办。"]
    for mark, title, rows in (("⚠️", "已超期", late), ("⏰", "今天到期", due)):
        if rows:
            lines.append(f"{mark} <b>{title} {len(rows)} 件</b>")
            shown = rows[:MORNING_ROWS]
            lines.extend(
                f"• <code>{esc(number)}</code> {esc(what)}　{esc(at)}" for _, number, what, at in shown
            )
            lines.extend(["……其余的发 /mine 查看"] if len(rows) > MORNING_ROWS else [])
    if waiting:
        lines.append(f"📨 还有 {waiting} 件等您接单。")
    nearest = [*late, *due][:8]
    rows_of: Rows = tuple(
        (Button(f"🔎 {number} {what}"[:LABEL], "full", ticket=int(ticket)),)
        for ticket, number, what, _ in nearest
    )
    return Words("\n".join(lines), rows_of)


def workspace_rows(ticket: int) -> Rows:
    """Under the full text in private: what can be done from there."""
    return (
        tuple(Button(f"🏁 {label}", "close", code, ticket) for code, label in names.RESULTS.items()),
        (
            Button("💬 答复", "answers", ticket=ticket),
            Button("🧾 清单", "checklist", ticket=ticket),
            Button("🕘 经过", "timeline", ticket=ticket),
        ),
    )
