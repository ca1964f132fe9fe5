"""What staff read in their group and in private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.roles import Role
from domain.states import Move, State, may
from texts import names
from texts.desk import rows_of as desk_rows
from texts.hands import CAME, quick_rows, workspace_rows
from texts.levels import rows_of as climb_rows
from texts.registry import says
from texts.words import Button, Rows, Words, called_out, esc

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
    "unsolved": "眼下条件还办不了，我们会继续关注，有变化就告诉您。想知道原因，直接回复这条。",
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
    companion: Sequence[Any] | None = None,
    rung: str = "",
    tree: bool = False,
    rebound: str = "",
    offers: Sequence[Sequence[str]] = (),
    origin: str = "",
    forwarded: str = "",
    ticked: int = 0,
    steps: int = 0,
    may_wait: bool = True,
) -> Words:
    """One ticket in the group. `menu` opens a row of choices under it; `people`: (user id, label).

    `choice` is what was picked in the first of two menus, `candidates` (id, number, category, place) what it
    can be joined to, `review` the day on which a suspended one is looked at again, `offers` the likeliest
    delays or corrections, `origin` how it came when staff entered it, `forwarded` whose words (veiled) it
    passes on, `ticked` of `steps` are done.
    `may_wait`: whether it can be put off at all.
    `rung` is where on the ladder of organisations it is, `tree` whether it can climb, `rebound` what came back.
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
        came = f"（{CAME.get(origin, origin)}登记）" if origin else ""
        lines.append(f"🙋 {esc(contact)}{came}" + (f" · {esc('、'.join(frailty))}" if frailty else ""))
        if companion:
            lines.append(_for_whom(*companion))
        lines.append(f"📝 {esc(_shorten(body)) if body else '没有文字，请看附件'}")
        if forwarded:
            lines.append(f"↪️ {esc(names.passed_on(forwarded))}")
    if residents > 1:
        lines.append(f"👥 <b>{residents} 位居民</b>反映，答复会发给每一位")
    if media:
        lines.append("📎 " + "、".join(f"{names.MEDIA.get(kind_, '附件')}×{count}" for kind_, count in media))
    lines.append(f"🏢 {esc(responsible)}" + (f" · 👤 <b>{esc(assignee)}</b>" if assignee else " · 还没人接"))
    if rung and is_open:
        lines.append(rung)
    if rebound:
        lines.append(f"♻️ <b>反弹</b>：同一地点的同类问题 {esc(rebound)}")
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
    if ticked:
        lines.append(f"🧾 清单 {ticked}/{steps}")
    if result:
        said = f"：{esc(_shorten(result_text, 200))}" if result_text and not sensitive else ""
        lines.append(f"🏁 {names.RESULTS.get(result, result)}{said}")
    if opinion:
        lines.append(f"⭐ 居民评价：{names.OPINIONS.get(opinion, opinion)}")
    rows = _card_buttons(
        ticket, state, menu, people, categories, is_open, choice, candidates, offers, tree, may_wait
    )
    if undo and not menu:
        rows = (*rows, (Button("↩️ 撤销刚才的操作", "undo", ticket=ticket),))
    return Words("\n".join(lines), rows)


def _for_whom(whom: str, phone: str, reads_along: bool) -> str:
    """帮父母报: for whom it was written, and whether they are told by the bot."""
    call = f" {esc(phone)}" if phone else "（没留电话）"
    told = "已同时收到消息" if reads_along else "请电话告诉本人"
    return f"👵 替{esc(whom)}报{call}，{told}"


def _card_buttons(
    ticket: int,
    state: str,
    menu: str,
    people: Sequence[Sequence[Any]],
    categories: Sequence[Sequence[str]],
    is_open: bool,
    choice: str,
    candidates: Sequence[Sequence[Any]],
    offers: Sequence[Sequence[str]] = (),
    tree: bool = False,
    may_wait: bool = True,
) -> Rows:
    back = (Button("‹ 返回", "menu", "", ticket),)
    if not is_open:
        look = Button("🔎 看全文", "full", ticket=ticket)
        parting = ((Button("✂️ 取消并单", "part", ticket=ticket),),) if state == "merged" else ()
        return ((look, Button("🕘 经过", "timeline", ticket=ticket)), *parting)
    quick = quick_rows(menu, ticket, offers)
    if quick is not None:
        return (*quick, back)
    climbs = climb_rows(menu, choice, ticket, candidates)
    if climbs is not None:
        return (*((button,) for button in climbs), back)
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
            Button("🧾 清单", "checklist", ticket=ticket),
            *_more_moves(ticket, state, may_wait),
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
            (Button("💬 答复", "answers", ticket=ticket), Button("⋯ 更多", "menu", "more", ticket)),
        )
    first: tuple[Button, ...] = (
        (Button("✋ 接单", "take", ticket=ticket), Button("➡️ 转派", "menu", "assign", ticket))
        if state in ("new", "accepted", "to_assign", "assigned", "returned", "reopened", "emergency")
        else (Button("➡️ 转派", "menu", "assign", ticket),)
    )
    second = (
        Button("💬 答复", "answers", ticket=ticket),
        Button("❓ 补充", "menu", "ask", ticket),
        Button("✅ 办结", "menu", "close", ticket),
    )
    rest = [
        Button("↩️ 退回", "menu", "return", ticket),
        Button("⏳ 缓办", "menu", "defer", ticket),
        Button("✏️ 更正", "menu", "fix", ticket),
        Button("⋯ 更多", "menu", "more", ticket),
    ]
    if not (may_wait and may(Move.SUSPEND, State(state), Role.LEAD)):
        del rest[1]
    if state in ("new", "accepted", "to_assign", "returned", "needs_info"):
        del rest[0]  # nothing to give back yet
    if tree and may(Move.HAND_ON, State(state), Role.STAFF):
        rest.insert(-1, Button("🪜 上报/转交", "menu", "climb", ticket))
    return (first, second, *_pairs(rest))


def _more_moves(ticket: int, state: str, may_wait: bool) -> list[Button]:
    """What a lead, or a handler through a lead, can do beside answering: only what this state allows."""
    found = []
    if may_wait and may(Move.EXTEND, State(state), Role.LEAD):
        found.append(Button("⏳ 延期", "menu", "extend", ticket))
    if may_wait and may(Move.SUSPEND, State(state), Role.LEAD):
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
def resident_urges(
    number: str,
    assignee: str,
    promise: str,
    times: int = 1,
    leads: Sequence[Sequence[Any]] = (),
    late: bool = False,
) -> Words:
    """`leads`: (user id, name) of those who are called from the second urging on."""
    who = f"{esc(assignee)}，" if assignee else "还没人接单，"
    called = "、".join(f'<a href="tg://user?id={int(user)}">{esc(name)}</a>' for user, name in leads)
    above = f"\n这是第 {times} 次催了，请{called}过问一下。" if called else ""
    due = f"已过了 {esc(promise)}，请今天就回个话。" if late else f"请在 {esc(promise)} 前答复。"
    return Words(f"📣 <b>{esc(number)}</b> 居民催办！{who}{due}{above}")


@says
def resident_withdrew(number: str) -> Words:
    return Words(f"🚫 <b>{esc(number)}</b> 居民已撤回。", silent=True)


@says
def resident_not_solved(number: str, assignee: str, lead: str, text: str = "", times: int = 1) -> Words:
    who = "、".join(dict.fromkeys(name for name in (assignee, lead) if name)) or "大家"
    said = f"\n🗣 {esc(_shorten(text, 300))}" if text else ""
    above = f"\n⬆️ 已是第 {times} 次重办，责任升到街道一级，请负责人今天过问。" if times > 1 else ""
    return Words(f"🔁 <b>{esc(number)}</b> 居民说没解决，已重办。请{esc(who)}跟进。{said}{above}")


@says
def again_not_solved(number: str, times: int) -> Words:
    """To the leads, in private."""
    return Words(f"⬆️ <b>{esc(number)}</b> 居民第 {times} 次说没解决。责任已升到街道一级，请您今天亲自过问。")


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
def danger_alarm(
    number: str, dangers: Sequence[str], place: str, whom: Sequence[Sequence[Any]] = ()
) -> Words:
    """`whom`: (user id, name) of who is on duty."""
    what = "、".join(names.DANGERS.get(d, d) for d in dangers)
    where = f"，{esc(place)}" if place else ""
    return Words(
        f"🚨🚨 <b>{what}</b>{where}　<b>{esc(number)}</b>\n请{called_out(whom) or '值班同事'}立即接单并联系居民！"
    )


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
    companion: Sequence[str] | None = None,
    ticket_id: int = 0,
    works: bool = False,
) -> Words:
    """Only ever sent in private, and the look is written down. `works`: the reader can handle it from here."""
    lines = [
        f"🔎 <b>{esc(number)}</b> {esc(category)}",
        f"🙋 {esc(name or '未留称呼')} {esc(phone or '未留电话')}",
        f"📍 {esc(place or '未说地点')}",
        f"📝 {esc(_shorten(body, 2000))}",
    ]
    if companion:
        lines.append(f"👵 替{esc(companion[0])}报：{esc(companion[1] or '没留电话')}")
    lines.extend(f"• {esc(who)}：{esc(_shorten(words, 200))}" for who, words in talk)
    lines.extend(
        f"👥 同一件事：{esc(_shorten(who or '未留称呼', 20))} {esc(phone or '未留电话')}"
        for who, phone in neighbours[:20]
    )
    lines.append("（本次查看已记录）")
    if not works:
        return Words("\n".join(lines))
    lines.append("🛠 在这里就能办：直接<b>回复这条</b>就是答复居民。")
    return Words("\n".join(lines), workspace_rows(ticket_id))


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
        "💬 答复：三条现成的话，再点一下就发。\n"
        "<b>回复</b>卡片或该件的任何消息 = 答复居民（可发照片）。\n\n"
        "/tickets 在办　/mine 我的　/overdue 超期\n"
        "/t 编号　看一件（编号可只打后三位）\n"
        "/reply 编号 内容　答复居民\n"
        "/note 编号 内容　内部备注\n"
        "/assign 编号 姓名　转派\n"
        "/close 编号 结果　办结\n"
        "/search 词 状态 日期　查找\n"
        "/new 事情 电话　替来访、来电的居民登记（回复照片也行）\n"
        "/bulk　批量派单、办结　/duty 值班　/handover 交接\n"
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
def trouble(what: str) -> Words:
    return Words(f"🛠 有一条消息处理失败，请管理员看一下日志：{esc(what)}")
