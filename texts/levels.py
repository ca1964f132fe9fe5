"""What is said when a ticket goes up or across to another organisation, waits there and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts import names
from texts.registry import says
from texts.words import Button, Rows, Words, esc

KINDS = {
    "city": "市",
    "district": "区县",
    "subdistrict": "街道",
    "community": "社区",
    "partner": "共建单位",
    "department": "职能部门",
    "council": "共建委",
}
REASONS = {
    "beyond": "超出社区权限",
    "duty": "属部门职责",
    "help": "请共建单位出力",
    "money": "要经费或多方协调",
    "again": "居民第二次说没解决",
    "council": "协调会议定",
    "back": "再往上的单位已回复",
}
CHOSEN_REASONS = ("beyond", "duty", "help", "money")
"""Those that people choose; the others are the program's and the council's."""
BACK_REASONS = {
    "not_ours": "不属于本单位职责",
    "unclear": "情况不清楚，请先核实",
    "cannot": "本单位条件办不了",
}
OUTCOMES = {
    "solved": "办好了",
    "partly": "办好一部分",
    "unsolved": "暂时办不了",
    "returned": "退回",
    "recalled": "社区收回",
    "passed": "转到别处",
    "closed": "已结束",
    "undone": "撤销",
}
DONE = {"solved": "✅ 办好了", "partly": "🌓 办好一部分", "unsolved": "⏳ 暂时办不了"}


def rows_of(menu: str, choice: str, ticket: int, units: Sequence[Sequence[Any]]) -> list[Button] | None:
    """The buttons of 上报/转交 under a card; None when the menu is another one.

    `units`: (id, name, kind, usual reason). With a `choice` the reason is that one for whoever is pressed.
    """
    if menu == "climb":
        found = [
            Button(
                f"🪜 {name}：{REASONS.get(choice or usual, REASONS['beyond'])}"[:40],
                "hand_on",
                f"{unit}:{choice or usual}",
                ticket,
            )
            for unit, name, _, usual in units
        ]
        return [*found, Button("换个理由…", "menu", "why", ticket)]
    if menu == "why":
        return [Button(REASONS[code], "menu", f"climb:{code}", ticket) for code in CHOSEN_REASONS]
    return None


def rung(way: Sequence[str], signed: str, since: str) -> str:
    """Where a ticket is, for its card. `way`: the organisations from the first to the present one."""
    where = f"🪜 社区 → {' → '.join(way)}"
    return f"{where}（{signed}已签收）" if signed else f"{where}（{since}转出，还没签收，首接的同事继续负责）"


@says
def handed_up(number: str, unit: str, promise: str) -> Words:
    """To the resident."""
    return Words(
        f"🪜 您反映的 <code>{esc(number)}</code> 要请<b>{esc(unit)}</b>来办，已经转过去了。\n"
        f"社区一直跟着，有进展还在这里告诉您，<b>{esc(promise)}</b> 前答复您。"
    )


@says
def unit_took(number: str, unit: str) -> Words:
    """To the resident."""
    return Words(f"🔧 <code>{esc(number)}</code> <b>{esc(unit)}</b>已经接手办理。", silent=True)


@says
def unit_says_done(number: str, unit: str, result: str, to: str = "社区") -> Words:
    """To the resident: nothing is closed yet. `to`: who looks at it next."""
    said, next_ = OUTCOMES.get(result, result), esc(to)
    return Words(
        f"📬 <code>{esc(number)}</code> <b>{esc(unit)}</b>回复{next_}：{said}。{next_}看过以后再告诉您。"
        if to != "社区"
        else f"📬 <code>{esc(number)}</code> <b>{esc(unit)}</b>回复社区：{said}。社区看过以后正式答复您。",
        silent=True,
    )


@says
def unit_stepped(number: str, unit: str, giver: str, why: str) -> Words:
    """To the community's group: it comes back one rung."""
    return Words(
        f"🪜 <b>{esc(number)}</b> {esc(unit)}回复{esc(giver)}：{esc(why)}。现在在{esc(giver)}手上。",
        silent=True,
    )


@says
def unit_stepped_to_us(number: str, unit: str, why: str, said: str, outcome: str) -> Words:
    """To the organisation that had passed it on: it is theirs again."""
    told = f"\n{esc(_shorten(said, 300))}" if said else ""
    todo = "请另行安排，或退回社区" if outcome == "returned" else "请看过后点“办结回复”回复社区"
    return Words(f"📬 <b>{esc(number)}</b> {esc(unit)}回复：<b>{esc(why)}</b>。{todo}。{told}")


@says
def unit_came_back(number: str, unit: str) -> Words:
    """To the resident: the organisation does not take it."""
    return Words(
        f"🔄 <code>{esc(number)}</code> {esc(unit)}没有接办，社区正在重新安排，不用您再说一遍。", silent=True
    )


@says
def unit_card(
    number: str,
    unit: str,
    community: str,
    category: str,
    place: str,
    body: str,
    due: str,
    ticket: int,
    hop: int,
    reason: str = "",
    giver: str = "",
    files: int = 0,
    signed: str = "",
    live: bool = True,
    outcome: str = "",
    overdue: bool = False,
    sensitive: bool = False,
    erased: bool = False,
    dangers: Sequence[str] = (),
    menu: str = "",
    units: Sequence[Sequence[Any]] = (),
    again: bool = False,
    up: str = "",
) -> Words:
    """One ticket as the organisation sees it that it was handed to. `units`: (id, name) to pass it on to.

    `up`: who had passed it on, to whom it comes back first.
    """
    mark = "📨" if live and not signed else "🔧" if live else "☑️"
    lines = [f"{mark} <b>{esc(number)}</b> {esc(community)}转来{'（重发）' if again else ''}"]
    if not live:
        lines.append(
            f"🏁 {OUTCOMES.get(outcome, esc(outcome))}，不用再办了。" if outcome else "🏁 不用再办了。"
        )
        return Words("\n".join(lines))
    if erased:
        return Words("\n".join([*lines, "居民的信息已经删除，不用再办了。"]))
    if dangers:
        lines.append("🚨 <b>" + "、".join(names.DANGERS.get(d, d) for d in dangers) + "</b>")
    if sensitive:
        lines.append("🔒 涉及隐私，接单后点“看全文”。")
    else:
        lines.append(f"🗂 {esc(category)}　📍 {esc(place) if place else '地点未说'}")
        lines.append(f"📝 {esc(_shorten(body)) if body else '没有文字，接单后看附件'}")
        if files:
            lines.append(f"📎 附件 {files} 个，接单后点“看全文”")
    lines.append(f"↪️ {esc(REASONS.get(reason, reason))}" + (f"（{esc(giver)}）" if giver else ""))
    lines.append(f"{'⚠️ <b>已超期</b> ' if overdue else '⏰ '}{esc(due)}前要答复居民")
    lines.append(f"🏢 {esc(unit)}" + (f" · 👤 <b>{esc(signed)}</b>" if signed else " · 还没人接"))
    if signed and not menu:
        lines.append("回复这张卡片 = 答复居民（可发照片）。")
    straight = menu.endswith(STRAIGHT)
    menu = menu.removesuffix(STRAIGHT)
    if up and menu in ("done", "back"):
        lines.append(f"↩️ 回给：<b>{esc(community if straight else up)}</b>")
    return Words("\n".join(lines), _unit_buttons(ticket, hop, bool(signed), menu, units, up, straight))


STRAIGHT = "!"
"""Behind a menu or a choice: past those through whom the ticket had climbed."""


def _unit_buttons(
    ticket: int,
    hop: int,
    signed: bool,
    menu: str,
    units: Sequence[Sequence[Any]],
    up: str = "",
    straight: bool = False,
) -> Rows:
    back: tuple[Button, ...] = (Button("‹ 返回", "unit_menu", f"{hop}:", ticket),)
    past = STRAIGHT if straight else ""
    if up and menu in ("done", "back"):
        other = f"改回给{up}" if straight else "改为直接回社区"
        turn = f"{hop}:{menu}{'' if straight else STRAIGHT}"
        back = (Button(other[:40], "unit_menu", turn, ticket), *back)
    if menu == "done":
        return (
            tuple(Button(label, "unit_done", f"{hop}:{code}{past}", ticket) for code, label in DONE.items()),
            back,
        )
    if menu == "back":
        reasons = [
            (Button(label, "unit_back", f"{hop}:{code}{past}", ticket),)
            for code, label in BACK_REASONS.items()
        ]
        return (*reasons, back)
    if menu == "on":
        further = [
            (Button(f"🪜 {name}"[:40], "unit_on", f"{hop}:{unit}", ticket),) for unit, name, *_ in units
        ]
        return (*further, back)
    give_back = Button("↩️ 退回", "unit_menu", f"{hop}:back", ticket)
    on = (Button("🪜 再上报/转交", "unit_menu", f"{hop}:on", ticket),) if units else ()
    if not signed:
        return ((Button("✋ 接单", "unit_take", str(hop), ticket), give_back), *((on,) if on else ()))
    return (
        (
            Button("🔎 看全文", "unit_full", str(hop), ticket),
            Button("✅ 办结回复", "unit_menu", f"{hop}:done", ticket),
        ),
        (give_back, *on),
    )


@says
def unit_signed(number: str, unit: str, who: str) -> Words:
    """To the community's group."""
    return Words(f"🪜 <b>{esc(number)}</b> {esc(unit)}{esc(who)}已签收，由他们接着办。", silent=True)


@says
def unit_answered(number: str, unit: str, text: str) -> Words:
    """To the community's group: what the resident was told."""
    return Words(f"💬 <b>{esc(number)}</b> {esc(unit)}已答复居民：{esc(_shorten(text, 300))}", silent=True)


@says
def unit_done(number: str, unit: str, result: str, text: str, ticket_id: int, unit_id: int) -> Words:
    """To the community's group: it looks, closes, or hands it over once more."""
    said = f"\n{esc(_shorten(text, 300))}" if text else ""
    return Words(
        f"📬 <b>{esc(number)}</b> {esc(unit)}回复：<b>{OUTCOMES.get(result, result)}</b>。请核实后办结。{said}",
        (
            (
                Button(f"✅ 办结（{names.RESULTS.get(result, result)}）", "close", result, ticket_id),
                Button("🔁 没办好，再转回去", "hand_on", f"{unit_id}:duty", ticket_id),
            ),
        ),
    )


@says
def unit_returned(number: str, unit: str, who: str, reason: str, user: int, holder: str) -> Words:
    """To the community's group; the first receiver is responsible again."""
    called = f'<a href="tg://user?id={int(user)}">{esc(holder)}</a>，' if holder else ""
    return Words(f"↩️ <b>{esc(number)}</b> {esc(unit)}{esc(who)}退回：{esc(reason)}。{called}请重新安排。")


@says
def unit_no_more(number: str, unit: str, outcome: str) -> Words:
    """To the organisation: somebody else has it."""
    return Words(
        f"☑️ <b>{esc(number)}</b> {OUTCOMES.get(outcome, outcome)}，{esc(unit)}不用再办了，谢谢！", silent=True
    )


@says
def unit_passed(number: str, unit: str, further: str) -> Words:
    """To the community's group: it climbs on."""
    return Words(f"🪜 <b>{esc(number)}</b> {esc(unit)}已转给{esc(further)}。", silent=True)


@says
def unit_unreachable(number: str, unit: str) -> Words:
    return Words(f"📵 <b>{esc(number)}</b> 消息送不到{esc(unit)}，请电话联系，或收回另派。")


@says
def unit_erased(number: str) -> Words:
    """To whoever signed for it: the resident's data are gone."""
    return Words(
        f"🔒 <code>{esc(number)}</code> 的居民删除了个人信息。要是您这里还有他的照片、录音，请长按删除，谢谢。"
    )


@says
def climbed_again(number: str, unit: str, times: int) -> Words:
    """To the community's group: 重办 for the second time."""
    return Words(f"🪜 <b>{esc(number)}</b> 居民第 {times} 次说没解决，已自动上报{esc(unit)}。")


@says
def unit_due(number: str, stage: str, due: str, community: str, signed: bool) -> Words:
    """To the organisation that holds it: the ladder's warning."""
    mark = "⏳" if stage in ("near", "unsigned") else "⚠️"
    what = "快到期了" if stage == "near" else "还没人接单" if stage == "unsigned" else "已超期"
    ask = "请给居民回个话。" if signed else "请尽快接单或退回。"
    return Words(f"{mark} <b>{esc(number)}</b>（{esc(community)}）{what}，应在 {esc(due)} 前答复。{ask}")


@says
def ladder_above(number: str, community: str, category: str, place: str, due: str, stage: str) -> Words:
    """To the subdistrict, then to the department: a ticket below has been late for long."""
    what = f"{esc(category)}{'，' if place else ''}{esc(place)}" if category else "涉及隐私，内容请问社区"
    told = "社区负责人已提醒过" if stage == "lead_again" else "社区和街道都已提醒过"
    return Words(
        f"⚠️ <b>{esc(community)}</b>的 <b>{esc(number)}</b>（{what}）超期后还没有答复，应在 {esc(due)} 前答复。\n"
        f"{told}，请过问。"
    )


@says
def unit_list(units: Sequence[str], rows: Sequence[Sequence[Any]]) -> Words:
    """What someone's organisations hold. `rows`: (ticket id, hop id, number, community, category, place, due, signed, overdue)."""
    head = f"<b>{esc('、'.join(units))}</b>"
    if not rows:
        return Words(f"{head}：手上没有要办的件 👍\n有新件会自动发到这里。自己家有事要反映，直接说就行。")
    parts = [
        f"{'🔧' if signed else '📨'} <code>{esc(number)}</code> {esc(community)} {esc(category)} {esc(place)}"
        f"\n　{'⚠️' if late else ''}{esc(due)}前"
        for _, _, number, community, category, place, due, signed, late in rows[:20]
    ]
    buttons = [
        Button(str(number), "unit_show", str(hop), int(ticket)) for ticket, hop, number, *_ in rows[:10]
    ]
    pairs: Rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Words(f"{head}（{len(rows)}）\n" + "\n".join(parts), pairs)


@says
def help_unit(units: Sequence[str], climbs: bool) -> Words:
    """To the people of an organisation. `climbs`: it can pass tickets on."""
    on = "\n🪜 <b>再上报/转交</b>：该别的单位办的，转过去" if climbs else ""
    return Words(
        f"<b>{esc('、'.join(units))}怎么办理转来的件</b>\n"
        "社区转来的件会发到这里，一张卡片一件。\n"
        "✋ <b>接单</b>：您来办，居民会知道\n"
        "🔎 <b>看全文</b>：姓名电话和照片，只给接单的人看\n"
        "💬 <b>回复卡片</b>：就是答复居民，可发照片\n"
        "✅ <b>办结回复</b>：办完告诉社区\n"
        f"↩️ <b>退回</b>：不归您管，选个理由{on}\n"
        "/tickets　看手上的件\n自己家有事要反映，私聊我直接说就行。"
    )


@says
def unit_stranger(unit: str) -> Words:
    return Words(f"您还没有登记为<b>{esc(unit)}</b>的人员，这条没有发给居民。请向管理员要一个邀请链接。")


@says
def council_meeting(
    number: str,
    community: str,
    category: str,
    place: str,
    responsible: str,
    due: str,
    hops: Sequence[Sequence[str]],
    units: Sequence[Sequence[Any]],
    ticket_id: int,
) -> Words:
    """The agenda of a 协调会 with a button for each who can be designated. `hops`: (time, who, why)."""
    what = f"{esc(category)}{'，' if place else ''}{esc(place)}" if category else "（涉及隐私，会上当面说）"
    way = "\n".join(f"　• {esc(at)} {esc(who)}退单：{esc(why)}" for at, who, why in hops[-6:])
    rows: Rows = tuple(
        (Button(f"定：{name}主办"[:40], "council_pick", str(unit), ticket_id),)
        for unit, name, *_ in units[:12]
    )
    return Words(
        f"🧭 <b>{esc(community)}</b>的 <b>{esc(number)}</b> 已退单 {len(hops)} 次，请开一次<b>协调会</b>。\n"
        f"<b>议程</b>\n1. 事项：{what}\n2. 退单经过：\n{way}\n"
        f"3. 议定：由谁主办、谁协办（现责任单位：{esc(responsible)}）\n4. 议定：答复居民的日期（时限 {esc(due)}）\n"
        "开会前，首接的同事继续负责。议定后请点一下：",
        (*rows, (Button("定：社区自己主办", "council_pick", "0", ticket_id),)),
    )


@says
def council_decided(number: str, who: str, unit: str) -> Words:
    """To the community's group."""
    return Words(f"🧭 <b>{esc(number)}</b> 协调会议定：由<b>{esc(unit)}</b>主办（{esc(who)}）。")


def _shorten(text: str, most: int = 600) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


PHOTO_REASONS = {
    "private": "室内或涉及隐私",
    "restored": "现场已恢复原样",
    "shown": "居民当面看过",
}
"""Why there is no picture of the finished work."""


@says
def closing_photo(number: str, ticket_id: int) -> Words:
    """To whoever closed a matter of a place."""
    return Words(
        f"📷 <b>{esc(number)}</b> 办结了，请<b>回复这条</b>发一张现场照片，居民能看到前后对比。不便拍就点一下：",
        tuple((Button(label, "photo_skip", code, ticket_id),) for code, label in PHOTO_REASONS.items()),
        silent=True,
    )


@says
def stale_list(community: str, lines: Sequence[Sequence[Any]], more: bool, days: int) -> Words:
    """To the lead, weekly. `lines`: (id, number, category, place, state, assignee, due, overdue)."""
    rows = [
        f"{names.STATE_MARKS.get(state, '•')} <code>{esc(number)}</code> {esc(category)} {esc(place)}"
        f"\n　{names.STATES.get(state, state)} · {esc(who) if who else '未接'} · {'⚠️' if late else ''}{esc(due)}前"
        for _, number, category, place, state, who, due, late in lines
    ]
    buttons = [Button(str(number), "show", ticket=int(ticket)) for ticket, number, *_ in lines]
    pairs: Rows = tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))
    rest = "\n……还有，发 /tickets 看全部" if more else ""
    return Words(
        f"🕸 <b>{esc(community)}</b>：这些件 {days} 天没人动过，请看看卡在哪里。\n" + "\n".join(rows) + rest,
        pairs,
    )
