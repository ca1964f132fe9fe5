"""What staff read in their group and in private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.roles import Role
from domain.states import Move, State, may
from texts import names
from texts.desk import rows_of as desk_rows
from texts.registry import says
from texts.words import Button, Rows, Words, esc

BODY_ON_CARD = 700

ASKS = {
    "place": "请问具体在哪里？几号楼几单元、几层？",
    "photo": "方便的话请拍一两张照片发来。",
    "phone": "请问怎么称呼您？留个电话，方便师傅联系。",
    "time": "请问什么时候家里有人，方便我们上门？",
}
ASK_LABELS = {"place": "问地点", "photo": "要照片", "phone": "要电话", "time": "约时间"}
RETURN_REASONS = {
    "not_ours": "不属于本社区",
    "wrong_unit": "派错责任单位",
    "needs_more": "情况不清楚",
    "cannot": "无权限办理，需上级协调",
}
CLOSE_WORDS = {
    "solved": "已处理好，请您看看。",
    "partly": "已处理一部分，剩下的我们继续跟进。",
    "unsolved": "目前条件办不了，原因已说明，我们会继续关注。",
}


@says
def card(
    number: str,
    category: str,
    state: str,
    urgency: str,
    place: str,
    contact: str,
    body: str,
    responsible: str,
    accept_due: str,
    answer_due: str,
    assignee: str,
    ticket: int,
    sure: bool = True,
    overdue: bool = False,
    accepted: bool = False,
    is_open: bool = True,
    kind: str = "",
    dangers: Sequence[str] = (),
    frailty: Sequence[str] = (),
    media: Sequence[Sequence[Any]] = (),
    why: Sequence[str] = (),
    result: str = "",
    result_text: str = "",
    opinion: str = "",
    sensitive: bool = False,
    menu: str = "",
    people: Sequence[Sequence[Any]] = (),
    categories: Sequence[Sequence[str]] = (),
    talk: Sequence[Sequence[str]] = (),
    notes: Sequence[str] = (),
    again: bool = False,
    reopened: int = 0,
    choice: str = "",
    candidates: Sequence[Sequence[Any]] = (),
    residents: int = 1,
    merged_into: str = "",
    undo: bool = False,
    half: bool = False,
    review: str = "",
) -> Words:
    """One ticket in the group. `menu` opens a row of choices under it; `people`: (user id, label).

    `choice` is what was picked in the first of two menus, `candidates` (id, number, category, place) what it
    can be joined to, `review` the day on which a suspended one is looked at again.
    """
    mark = names.STATE_MARKS.get(state, "•")
    urgent = names.URGENCY_MARKS.get(urgency, "")
    head = f"{mark} <b>{esc(number)}</b> {names.STATES.get(state, state)}"
    lines = [head + (f" · {urgent}" if urgent and is_open else "") + ("（重发）" if again else "")]
    if dangers and is_open:
        lines.append("🚨 <b>" + "、".join(names.DANGERS.get(d, d) for d in dangers) + "</b> 请立即联系居民！")
    if sensitive:
        lines.append("🔒 本件涉及隐私，请接单后点“看全文”在私聊里查看。")
    else:
        unsure = "" if sure else "（待确认）"
        lines.append(f"🗂 {esc(category)}{unsure}" + (f" · {esc(kind)}" if kind else ""))
        lines.append(f"📍 {esc(place) if place else '地点待补充'}")
        lines.append(f"🙋 {esc(contact)}" + (f" · {esc('、'.join(frailty))}" if frailty else ""))
        lines.append(f"📝 {esc(_shorten(body)) if body else '没有文字，请看附件'}")
    if residents > 1:
        lines.append(f"👥 <b>{residents} 位居民</b>反映，答复会发给每一位")
    if media:
        lines.append("📎 " + "、".join(f"{names.MEDIA.get(kind_, '附件')}×{count}" for kind_, count in media))
    lines.append(f"🏢 {esc(responsible)}" + (f" · 👤 <b>{esc(assignee)}</b>" if assignee else " · 还没人接"))
    if state == "needs_info":
        lines.append("⏸ 等居民补充，计时暂停")
    elif state == "suspended":
        lines.append(f"⏸ 挂账，计时暂停{f'，{esc(review)}再看' if review else ''}")
    elif state == "merged" and merged_into:
        lines.append(f"🔗 已并入 <b>{esc(merged_into)}</b> 一起办")
    elif is_open:
        late = "⚠️ <b>已超期</b> " if overdue else "⏳ 时间过半，" if half else "⏰ "
        accept = "" if accepted else f"{esc(accept_due)}前签收，"
        lines.append(f"{late}{accept}{esc(answer_due)}前答复")
    if reopened:
        lines.append(f"🔁 居民说没解决，第 {reopened} 次重办")
    if not sensitive:
        lines.extend(
            f"{'💬' if who else '➕'} {esc(who)}{'：' if who else ''}{esc(_shorten(words, 120))}"
            for who, words in talk
        )
        lines.extend(f"🗒 {esc(_shorten(note, 120))}" for note in notes)
    if result:
        said = f"：{esc(_shorten(result_text, 200))}" if result_text and not sensitive else ""
        lines.append(f"🏁 {names.RESULTS.get(result, result)}{said}")
    if opinion:
        lines.append(f"⭐ 居民评价：{names.OPINIONS.get(opinion, opinion)}")
    rows = _card_buttons(ticket, state, menu, people, categories, is_open, choice, candidates)
    if undo and not menu:
        rows = (*rows, (Button("↩️ 撤销刚才的操作", "undo", ticket=ticket),))
    return Words("\n".join(lines), rows)


def _card_buttons(
    ticket: int,
    state: str,
    menu: str,
    people: Sequence[Sequence[Any]],
    categories: Sequence[Sequence[str]],
    is_open: bool,
    choice: str,
    candidates: Sequence[Sequence[Any]],
) -> Rows:
    back = (Button("‹ 返回", "menu", "", ticket),)
    if not is_open:
        look = Button("🔎 看全文", "full", ticket=ticket)
        parting = ((Button("✂️ 取消并单", "part", ticket=ticket),),) if state == "merged" else ()
        return ((look, Button("🕘 经过", "timeline", ticket=ticket)), *parting)
    moves = desk_rows(menu, choice, ticket, candidates)
    if moves is not None:
        return (*_pairs(moves), (Button("‹ 返回", "menu", menu if choice else "more", ticket),))
    if menu == "close":
        choices = tuple(Button(label, "close", code, ticket) for code, label in names.RESULTS.items())
        return (choices, back)
    if menu == "assign":
        rows = [Button(str(label)[:30], "assign", str(user), ticket) for user, label in people]
        return (*_pairs(rows), back)
    if menu == "ask":
        asks = [Button(label, "ask", code, ticket) for code, label in ASK_LABELS.items()]
        return (*_pairs(asks), back)
    if menu == "return":
        reasons = [Button(label, "return", code, ticket) for code, label in RETURN_REASONS.items()]
        return (*_pairs(reasons), back)
    if menu == "more":
        more = [
            Button("🔎 看全文", "full", ticket=ticket),
            Button("🕘 经过", "timeline", ticket=ticket),
            Button("🖼 经过图", "story", ticket=ticket),
            Button("🗂 改类别", "menu", "category", ticket),
            Button("🚨 转紧急", "escalate", ticket=ticket),
            Button("🔗 并单", "open_merge", ticket=ticket),
            *_more_moves(ticket, state),
        ]
        return (*_pairs(more), back)
    if menu == "category":
        kinds = [Button(name, "category", code, ticket) for code, name in categories]
        return (*_pairs(kinds), back)
    if menu == "leaf":
        kinds = [Button(name, "set_category", code, ticket) for code, name in categories]
        return (*_pairs(kinds), (Button("‹ 返回", "menu", "category", ticket),))
    if state == "suspended":
        return (
            (Button("▶️ 恢复办理", "resume", ticket=ticket), Button("✅ 办结", "menu", "close", ticket)),
            (Button("⋯ 更多", "menu", "more", ticket),),
        )
    first: tuple[Button, ...] = (
        (Button("✋ 接单", "take", ticket=ticket), Button("➡️ 转派", "menu", "assign", ticket))
        if state in ("new", "accepted", "to_assign", "assigned", "returned", "reopened", "emergency")
        else (Button("➡️ 转派", "menu", "assign", ticket),)
    )
    second = (
        Button("❓ 补充", "menu", "ask", ticket),
        Button("✅ 办结", "menu", "close", ticket),
    )
    third: tuple[Button, ...] = (
        Button("↩️ 退回", "menu", "return", ticket),
        Button("⋯ 更多", "menu", "more", ticket),
    )
    if state in ("new", "accepted", "to_assign", "returned", "needs_info"):
        third = third[1:]  # nothing to give back yet
    return (first, second, third)


def _more_moves(ticket: int, state: str) -> list[Button]:
    """What a lead, or a handler through a lead, can do beside answering: only what this state allows."""
    found = []
    if may(Move.EXTEND, State(state), Role.LEAD):
        found.append(Button("⏳ 延期", "menu", "extend", ticket))
    if may(Move.SUSPEND, State(state), Role.LEAD):
        found.append(Button("⏸ 挂账", "menu", "suspend", ticket))
    if may(Move.REJECT, State(state), Role.LEAD):
        found.append(Button("🙏 不予受理", "menu", "reject", ticket))
    if may(Move.VOID, State(state), Role.LEAD):
        found.append(Button("🗑 作废", "menu", "void", ticket))
    return found


def _pairs(buttons: Sequence[Button]) -> Rows:
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def _shorten(text: str, most: int = BODY_ON_CARD) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@says
def resident_added(number: str, who: str, text: str, ticket: int = 0) -> Words:
    return Words(f"➕ <b>{esc(number)}</b> {esc(who)}补充：\n{esc(_shorten(text))}")


@says
def resident_edited(number: str, before: str, after: str) -> Words:
    return Words(
        f"✏️ <b>{esc(number)}</b> 居民改了内容\n原：{esc(_shorten(before, 300))}\n现：{esc(_shorten(after, 300))}"
    )


@says
def resident_urges(number: str, assignee: str, promise: str) -> Words:
    who = f"{esc(assignee)}，" if assignee else "还没人接单，"
    return Words(f"📣 <b>{esc(number)}</b> 居民催办！{who}请在 {esc(promise)} 前答复。")


@says
def resident_withdrew(number: str) -> Words:
    return Words(f"🚫 <b>{esc(number)}</b> 居民已撤回。", silent=True)


@says
def resident_not_solved(number: str, assignee: str, lead: str, text: str = "") -> Words:
    who = "、".join(dict.fromkeys(name for name in (assignee, lead) if name)) or "大家"
    said = f"\n🗣 {esc(_shorten(text, 300))}" if text else ""
    return Words(f"🔁 <b>{esc(number)}</b> 居民说没解决，已重办。请{esc(who)}跟进。{said}")


@says
def resident_reason(number: str, text: str) -> Words:
    return Words(f"🗣 <b>{esc(number)}</b> 居民说：{esc(_shorten(text, 300))}")


@says
def resident_unreachable(number: str, reason: str) -> Words:
    why = {"forbidden": "居民停用了机器人", "chat not found": "居民的账号找不到了"}.get(
        reason, "消息发不出去"
    )
    return Words(f"📵 <b>{esc(number)}</b> {why}，请电话联系。")


@says
def danger_alarm(number: str, dangers: Sequence[str], place: str) -> Words:
    what = "、".join(names.DANGERS.get(d, d) for d in dangers)
    where = f"，{esc(place)}" if place else ""
    return Words(f"🚨🚨 <b>{what}</b>{where}　<b>{esc(number)}</b>\n请值班同事立即接单并联系居民！")


@says
def given_to(number: str, who: str, user: int, giver: str) -> Words:
    return Words(
        f'📨 <a href="tg://user?id={int(user)}">{esc(who)}</a>，{esc(giver)}把 <b>{esc(number)}</b> 派给您，请点“接单”。'
    )


@says
def handed_back(number: str, who: str, reason: str) -> Words:
    return Words(f"↩️ <b>{esc(number)}</b> {esc(who)}退单：{esc(reason)}。请负责人重新派单。")


@says
def attachment(number: str) -> Words:
    return Words(f"📎 {esc(number)}", silent=True)


@says
def sent_to_resident(number: str) -> Words:
    return Words(f"✔️ 已答复居民（{esc(number)}）", silent=True)


@says
def noted(number: str) -> Words:
    return Words(f"🗒 已备注 {esc(number)}（居民看不到）", silent=True)


@says
def done(number: str, what: str) -> Words:
    return Words(f"✔️ {esc(number)} {esc(what)}", silent=True)


@says
def refused(reason: str, values: dict[str, Any] | None = None) -> Words:
    from texts.refusals import why

    return Words("⚠️ " + esc(why(reason, **(values or {}))))


@says
def ticket_list(title: str, lines: Sequence[Sequence[Any]], total: int, more: str = "") -> Words:
    """`lines`: (id, number, category, place, state, assignee, due, overdue)."""
    if not lines:
        return Words(f"<b>{esc(title)}</b>：没有 👍")
    parts = []
    for _, number, category, place, state, assignee, due, overdue in lines:
        who = esc(assignee) if assignee else "未接"
        late = "⚠️" if overdue else ""
        where = f" {esc(place)}" if place else ""
        parts.append(
            f"{names.STATE_MARKS.get(state, '•')} <code>{esc(number)}</code> {esc(category)}{where}"
            f"\n　{names.STATES.get(state, state)} · {who} · {late}{esc(due)}"
        )
    rows = _pairs([Button(f"{number}", "show", ticket=int(ticket)) for ticket, number, *_ in lines[:10]])
    rest = f"\n……共 {total} 件，用 /search 找更准" if total > len(lines) else ""
    return Words(f"<b>{esc(title)}</b>（{total}）\n" + "\n".join(parts) + rest, rows)


@says
def nothing_found(asked: str) -> Words:
    return Words(f"没有找到“{esc(_shorten(asked, 60))}”。换个词，或少写几个字试试。")


@says
def full_text(
    number: str,
    name: str,
    phone: str,
    place: str,
    body: str,
    talk: Sequence[Sequence[str]],
    category: str,
    neighbours: Sequence[Sequence[str]] = (),
) -> Words:
    """Only ever sent in private, and the look is written down."""
    lines = [
        f"🔎 <b>{esc(number)}</b> {esc(category)}",
        f"🙋 {esc(name or '未留称呼')} {esc(phone or '未留电话')}",
        f"📍 {esc(place or '未说地点')}",
        f"📝 {esc(_shorten(body, 2000))}",
    ]
    lines.extend(f"• {esc(who)}：{esc(_shorten(words, 200))}" for who, words in talk)
    lines.extend(
        f"👥 同一件事：{esc(_shorten(who or '未留称呼', 20))} {esc(phone or '未留电话')}"
        for who, phone in neighbours[:20]
    )
    lines.append("（本次查看已记录）")
    return Words("\n".join(lines))


@says
def timeline(number: str, lines: Sequence[Sequence[str]]) -> Words:
    """`lines`: (time, who, what)."""
    return Words(
        f"🕘 <b>{esc(number)}</b> 办理经过\n" + "\n".join(f"{esc(a)}　{esc(w)} {esc(x)}" for a, w, x in lines)
    )


@says
def help_staff() -> Words:
    return Words(
        "<b>怎么办单</b>\n"
        "点卡片上的按钮：接单、转派、补充、办结、退回。\n"
        "<b>回复</b>卡片或该件的任何消息 = 答复居民（可发照片）。\n\n"
        "/tickets 在办　/mine 我的　/overdue 超期\n"
        "/t 编号　看一件（编号可只打后三位）\n"
        "/reply 编号 内容　答复居民\n"
        "/note 编号 内容　内部备注\n"
        "/assign 编号 姓名　转派\n"
        "/close 编号 结果　办结\n"
        "/search 词　查找\n"
        "/summary　今日日报\n"
        "/week 上周　周报　/month 上月　月报\n"
        "/guide 词　查办事指南（回复卡片时可发给居民）\n"
        "/export 上月　导出登记簿（负责人）\n"
        "回复卡片时命令可以不写编号。"
    )


@says
def how_to_use(command: str, example: str) -> Words:
    return Words(f"这样用：<code>{esc(example)}</code>\n或者回复那张卡片发 {esc(command)}。")


@says
def not_found(number: str) -> Words:
    return Words(f"本社区没有编号是 {esc(number)} 的件。用 /search 找找看。")


@says
def stranger() -> Words:
    return Words("您还不是本社区的工作人员，这条没有发给居民。请负责人在私聊里点“邀请同事”发链接给您。")


@says
def anonymous_refused() -> Words:
    return Words("匿名管理员的操作不作数，请关掉匿名后再办，居民要知道是谁在办。")


@says
def left_alone(community: str) -> Words:
    return Words(
        f"⚠️ 机器人被移出了<b>{esc(community)}</b>的工作群，居民的来件没人能看到！\n请把我拉回群里，再在群里发 /setup。"
    )


@says
def waiting_for_group(community: str, count: int) -> Words:
    return Words(
        f"⚠️ <b>{esc(community)}</b>还没有绑定工作群，已有 {count} 件在等。请把我拉进群，在群里发 /setup。"
    )


@says
def trouble(what: str) -> Words:
    return Words(f"🛠 有一条消息处理失败，请管理员看一下日志：{esc(what)}")
