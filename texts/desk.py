"""What is said about 延期, 挂账, 不予受理, 作废, 并单, 撤销, the ladder of warnings and the check of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts import names
from texts.registry import says
from texts.words import Button, Rows, Words, called_out, esc

EXTEND_DAYS = (1, 3, 5, 7)
"""Working days."""
EXTEND_REASONS = {
    "parts": "等配件或材料",
    "others": "需要别的部门配合",
    "visit": "要和居民约时间",
    "weather": "天气原因",
    "complex": "情况复杂，要多核实",
}
SUSPEND_REASONS = {
    "owners": "要业主共同决定",
    "funds": "经费还没落实",
    "permit": "要等上级批准",
    "season": "要等合适的季节施工",
    "law": "要等政策或法律程序",
}
SUSPEND_SPANS = {"7": "1 周后再看", "30": "1 个月后再看", "91": "3 个月后再看"}
"""Calendar days until it is looked at again."""
REJECT_REASONS = {
    "scope": "不属于受理范围",
    "court": "已进入诉讼/仲裁",
    "repeated": "重复且已答复",
    "elsewhere": "非本社区",
    "untrue": "信息不实",
}
REJECT_WORDS = {
    "scope": "这件事不在社区能办的范围里。请拨打 12345 政务热线，他们会转给管这件事的部门。",
    "court": "这件事已经进入诉讼或仲裁，社区不能再处理，请以法院或仲裁的结果为准。想问法律问题，可以打 12348 免费咨询。",
    "repeated": "这件事之前已经答复过您。要是有新的情况，请直接告诉我，我们再看。",
    "elsewhere": "这个地方不归本社区管。请找当地的社区，或拨打 12345，他们会转过去。",
    "untrue": "我们去核实过，情况和您说的对不上。要是我们弄错了，请补充照片或具体地点，我们再去看。",
}
VOID_REASONS = {"test": "测试", "spam": "广告或骚扰", "mistake": "误发"}
MISSING = {"what": "是什么事", "where": "在哪里", "who": "归谁负责"}
UNDONE = {"take": "接单", "assign": "转派", "close": "办结", "return": "退回", "hand_on": "转出"}
CONCERNS = {
    "promise": "话说得太满（“保证、绝对”这类），做不到会失信",
    "leak": "里面有手机号或证件号，发出去就收不回来",
    "buck": "只说不归我们管，没说该找谁",
    "vague": "只说“尽快、马上”，没说哪天",
    "empty": "只有客气话，没说事情怎么办",
    "danger": "这件有危险，里面没有电话、没说怎么避险，也没说谁在路上",
    "off_when": "居民问的是什么时候，里面没说时间",
    "off_money": "居民问的是多少钱，里面没说费用",
    "off_who": "居民问的是找谁，里面没说谁管",
    "off_where": "居民问的是去哪里，里面没说地方",
    "off_how": "居民问的是怎么办理，里面没说办法",
    "off_whether": "居民问的是能不能，里面没说行不行",
}


def rows_of(menu: str, choice: str, ticket: int, candidates: Sequence[Sequence[Any]]) -> list[Button] | None:
    """The buttons of one of these menus under a card; None when the menu is not one of them."""
    if menu == "extend" and not choice:
        return [Button(f"+{days} 工作日", "menu", f"extend:{days}", ticket) for days in EXTEND_DAYS]
    if menu == "extend":
        return [Button(label, "extend", f"{choice}:{code}", ticket) for code, label in EXTEND_REASONS.items()]
    if menu == "suspend" and not choice:
        return [Button(label, "menu", f"suspend:{code}", ticket) for code, label in SUSPEND_REASONS.items()]
    if menu == "suspend":
        return [Button(label, "suspend", f"{choice}:{days}", ticket) for days, label in SUSPEND_SPANS.items()]
    if menu == "reject":
        return [Button(label, "reject", code, ticket) for code, label in REJECT_REASONS.items()]
    if menu == "void":
        return [Button(label, "void", code, ticket) for code, label in VOID_REASONS.items()]
    if menu == "merge":
        return [
            Button(f"并入 {number} {category} {place}"[:40], "merge", str(other), ticket)
            for other, number, category, place in candidates
        ]
    if menu == "gate":
        return [Button("❓ 补地点", "ask", "place", ticket), Button("🗂 定类别", "menu", "category", ticket)]
    return None


@says
def extension_asked(
    number: str, who: str, days: int, reason: str, due: str, ticket_id: int, asked: int
) -> Words:
    """To the leads, in the group. `asked`: the request's id."""
    return Words(
        f"⏳ <b>{esc(number)}</b> {esc(who)}申请延期 {days} 个工作日（{esc(reason)}），到 {esc(due)}。请负责人定：",
        (
            (
                Button("同意延期", "extend_yes", str(asked), ticket_id),
                Button("不同意", "extend_no", str(asked), ticket_id),
            ),
        ),
    )


@says
def extension_decided(number: str, who: str, user: int, granted: bool, lead: str, due: str) -> Words:
    outcome = (
        f"同意延期，新时限 <b>{esc(due)}</b>" if granted else f"没同意延期，请在 <b>{esc(due)}</b> 前答复"
    )
    return Words(
        f'⏳ <b>{esc(number)}</b> <a href="tg://user?id={int(user)}">{esc(who)}</a>，{esc(lead)}{outcome}。'
    )


@says
def extended(number: str, promise: str, reason: str) -> Words:
    return Words(
        f"⏳ 您反映的 <code>{esc(number)}</code> 还要多花些时间，原因是：{esc(reason)}。\n"
        f"新的答复时间：<b>{esc(promise)}</b> 前。\n让您久等了，对不起，我们一直在办。"
    )


@says
def suspended(number: str, reason: str, review: str) -> Words:
    return Words(
        f"⏸ 实话跟您说，<code>{esc(number)}</code> 眼下还办不了，原因是：{esc(reason)}。\n"
        f"这件事我们一直记着，<b>{esc(review)}</b>会再看一次，有变化马上告诉您。"
    )


@says
def resumed(number: str, promise: str, who: str) -> Words:
    holder = f"由<b>{esc(who)}</b>接着办，" if who else ""
    return Words(
        f"▶️ 您反映的 <code>{esc(number)}</code> 又可以办了，{holder}<b>{esc(promise)}</b> 前答复您。"
    )


@says
def review_due(number: str, reason: str, since: str, ticket_id: int) -> Words:
    return Words(
        f"📒 <b>{esc(number)}</b> 挂账到期该看了（{esc(since)}挂账，{esc(reason)}）。现在能办吗？",
        (
            (
                Button("▶️ 恢复办理", "resume", ticket=ticket_id),
                Button("再挂 1 个月", "suspend_on", "30", ticket_id),
            ),
        ),
    )


@says
def suspended_on(number: str, reason: str, review: str) -> Words:
    return Words(
        f"⏸ <code>{esc(number)}</code> 我们又看了一次，眼下还是办不了（{esc(reason)}）。<b>{esc(review)}</b>再看，没有忘。"
    )


@says
def declined(number: str, reason: str) -> Words:
    """`reason`: code of REJECT_WORDS."""
    return Words(
        f"🙏 <code>{esc(number)}</code> 没能受理，跟您说明一下：\n{REJECT_WORDS.get(reason, REJECT_WORDS['scope'])}\n"
        "还有不明白的，发“找人工”，我们给您解释。"
    )


@says
def voided(number: str, reason: str) -> Words:
    return Words(
        f"<code>{esc(number)}</code> 已作废（{esc(reason)}）。要是弄错了，把事情再说一遍就行，我们马上登记。",
        silent=True,
    )


@says
def same_matter(number: str, category: str, into: int, ticket_id: int) -> Words:
    return Words(
        f"👥 已有邻居反映同样的事（{esc(category)}，编号 <code>{esc(number)}</code>），您要和邻居一起办吗？\n"
        "点“算我一个”就一起办，进展和结果都会告诉您；不点也会照样办您的。",
        (
            (
                Button("🙋 算我一个", "me_too", str(into), ticket_id),
                Button("不是同一件", "not_same", str(into), ticket_id),
            ),
        ),
    )


@says
def joined_matter(number: str, into: str, who: str, promise: str) -> Words:
    holder = f"，由<b>{esc(who)}</b>办理" if who else ""
    due = f"<b>{esc(promise)}</b> 前答复，" if promise else ""
    return Words(
        f"🔗 您的 <code>{esc(number)}</code> 和 <code>{esc(into)}</code> 是同一件事，合在一起办{holder}。"
        f"{due}进展和结果都会告诉您。"
    )


@says
def goes_on_alone(number: str, before: str) -> Words:
    return Words(
        f"🔗 您的 <code>{esc(number)}</code> 不再跟 <code>{esc(before)}</code> 一起办，从现在起单独接着办，您不用再说一遍。"
    )


@says
def joined_result(number: str, result: str, text: str, who: str, ticket_id: int) -> Words:
    """The end of a matter, to a neighbour who had joined it."""
    done = f"\n{esc(text)}" if text else ""
    return Words(
        f"🏁 <b>办理结果：{names.RESULTS.get(result, result)}</b>　<code>{esc(number)}</code>（和邻居同一件事）{done}\n"
        f"—— {esc(who)}\n\n<b>您那边好了吗？</b>",
        (
            (
                Button("👍 好了", "joined_solved", ticket=ticket_id),
                Button("👎 我这边还没好", "joined_unsolved", ticket=ticket_id),
            ),
        ),
    )


@says
def hot_spot(number: str, category: str, place: str, count: int) -> Words:
    what = f"（{esc(category)}{'，' if place else ''}{esc(place)}）" if category else ""
    return Words(
        f"🔥 <b>热点</b> <b>{esc(number)}</b>{what}：7 天内已有 {count} 位居民反映同一件事，请优先处理。"
    )


@says
def neighbour_unsolved(number: str, before: str) -> Words:
    return Words(
        f"🔁 <b>{esc(number)}</b> 这位居民说自己那边还没好，已从 {esc(before)} 里分出来单独办，请跟进。"
    )


@says
def taken_back(number: str, move: str) -> Words:
    """To the resident, who had been told of what was a slip of the hand."""
    if move == "close":
        return Words(f"↩️ 对不起，刚才那条“办结”点错了，<code>{esc(number)}</code> 还在办，您先不用评价。")
    return Words(f"↩️ <code>{esc(number)}</code> 换人办理，马上重新安排，不耽误您的事。", silent=True)


@says
def undone(number: str, who: str, move: str) -> Words:
    return Words(f"↩️ <b>{esc(number)}</b> {esc(who)}撤销了刚才的{UNDONE.get(move, '操作')}。", silent=True)


STAGES = {
    "unsigned": "过了签收时间还没人接单",
    "near": "快到期了",
    "overdue": "已超期",
    "lead": "超期后仍没有答复",
    "lead_again": "超期后仍没有答复",
    "department": "超期多日还没有答复",
}


@says
def ladder_due(
    number: str,
    stage: str,
    due: str,
    whom: Sequence[Sequence[Any]],
    ticket_id: int,
    above: str = "",
    may_wait: bool = True,
) -> Words:
    """`whom`: (user id, name) of those who are meant; `above`: who of the levels above is told with this."""
    called = "、".join(f'<a href="tg://user?id={int(user)}">{esc(name)}</a>' for user, name in whom)
    mark = "⏳" if stage in ("unsigned", "near") else "⚠️"
    ask = f"{called}，" if called else ""
    if stage == "unsigned":
        wish = f"{ask}请尽快接单或转派。" if called else "请大家看看，谁来接一下。"
    elif stage == "near":
        wish = f"{ask}{esc(due)} 前要答复{'；来不及就申请延期' if may_wait else '，有危险的件不能延期'}。"
    elif stage == "overdue":
        wish = f"{ask}应在 {esc(due)} 前答复，请今天就给居民回个话。"
    else:
        told = f"<b>{esc(above)}</b>已收到提醒，" if above else f"{ask}请负责人过问，"
        wish = f"{told}应在 {esc(due)} 前答复，请今天就给居民回个话。"
    row: tuple[Button, ...] = ()
    if stage == "near" and may_wait:
        row = (Button("⏳ 申请延期", "menu", "extend", ticket_id),)
    elif stage == "unsigned":
        row = (Button("✋ 接单", "take", ticket=ticket_id),)
    return Words(f"{mark} <b>{esc(number)}</b> {STAGES.get(stage, stage)}。{wish}", (row,) if row else ())


@says
def alarm_again(
    number: str,
    dangers: Sequence[str],
    place: str,
    times: int,
    ticket_id: int,
    whom: Sequence[Sequence[Any]] = (),
) -> Words:
    """`whom`: (user id, name) of who is on duty."""
    what = "、".join(names.DANGERS.get(d, d) for d in dangers)
    where = f"，{esc(place)}" if place else ""
    return Words(
        f"🚨🚨 <b>{what}</b>{where}　<b>{esc(number)}</b>\n第 {times} 次提醒：还没有人接单！请{called_out(whom) or '看到的同事'}立即接单并联系居民。",
        ((Button("✋ 接单", "take", ticket=ticket_id),),),
    )


@says
def council_proposal(
    number: str, category: str, place: str, responsible: str, due: str, hops: Sequence[Sequence[str]]
) -> Words:
    """The agenda of a 协调会. `hops`: (time, who, why) of each return."""
    what = f"{esc(category)}{'，' if place else ''}{esc(place)}" if category else "（涉及隐私，会上当面说）"
    way = "\n".join(f"　• {esc(at)} {esc(who)}退单：{esc(why)}" for at, who, why in hops[-6:])
    return Words(
        f"🧭 <b>{esc(number)}</b> 已退单 {len(hops)} 次，建议开一次<b>协调会</b>。\n"
        f"<b>议程</b>\n1. 事项：{what}\n2. 退单经过：\n{way}\n"
        f"3. 议定：由谁主办、谁协办（现责任单位：{esc(responsible)}）\n4. 议定：答复居民的日期（时限 {esc(due)}）\n"
        "开会前，首接的同事继续负责。"
    )


@says
def gate(number: str, missing: Sequence[str], ticket_id: int) -> Words:
    """What has to be known before a matter is given to somebody."""
    lacks = "、".join(MISSING.get(code, code) for code in missing)
    rows: list[Button] = []
    if "where" in missing:
        rows.append(Button("❓ 补地点", "ask", "place", ticket_id))
    if "what" in missing:
        rows.append(Button("🗂 定类别", "menu", "category", ticket_id))
    buttons: Rows = (tuple(rows),) if rows else ()
    return Words(
        f"⚠️ <b>{esc(number)}</b> 还不能派单，缺：<b>{lacks}</b>。\n点按钮问居民，或回复卡片“地点：3号楼2单元”。",
        buttons,
    )


@says
def check_answer(number: str, concerns: Sequence[str], ticket_id: int, message: int) -> Words:
    """Before an answer goes out. `message`: the id of the staff member's own message."""
    lines = "\n".join(f"• {CONCERNS.get(code, code)}" for code in concerns)
    return Words(
        f"✋ 这条答复<b>还没发给居民</b>（{esc(number)}），请看一眼：\n{lines}",
        (
            (
                Button("照发", "send_anyway", str(message), ticket_id),
                Button("改一改", "send_not", str(message), ticket_id),
            ),
        ),
    )


@says
def answer_hint(number: str, concerns: Sequence[str]) -> Words:
    """After an answer went out that could have said more."""
    hints = "；".join(CONCERNS.get(code, code) for code in concerns)
    return Words(f"✔️ {esc(number)} 已发给居民。小提示：{hints}。", silent=True)
