"""What the resident reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts import names
from texts.registry import says
from texts.when import how_long
from texts.words import Button, Rows, Words, esc, pairs

REPORT, PROGRESS, PERSON, HELP = "📝 我要反映", "🔍 查进度", "🙋 找人工", "❓ 帮助"
ASK_CONTACT = "📱 发我的电话"
"""A button of the keyboard that sends the person's own telephone number."""
HOME = ((REPORT, PROGRESS), (PERSON, HELP))


@says
def welcome(community: str = "", place: str = "") -> Words:
    where = f"<b>{esc(community)}</b>" if community else "社区"
    home = f"（{esc(place)}）" if place else ""
    return Words(
        f"您好！这里是{where}{home}的民心桥 🌉\n"
        "有事直接跟我说一句话就行，比如“3号楼2单元电梯坏了”。打字、语音、照片都可以。",
        keyboard=HOME,
    )


@says
def notice(days: int = 0) -> Words:
    """`days` that a finished matter keeps its words; 0 = for ever."""
    ends = f"办结满{how_long(days)}自动去掉个人信息。" if days else ""
    return Words(
        "🔒 <b>您的信息我们这样用</b>\n"
        "我们只存您说的话、称呼、留的电话和住处、办理经过，只为把事办好。\n"
        f"只有本社区工作人员能看，群里遮住电话和证件号。{ends}\n"
        "请不要发身份证号。想查看、导出或删除，发“我的数据”。",
        silent=True,
    )


@says
def how_to_report() -> Words:
    return Words(
        "请直接说是什么事、在哪里，一句话就行，也可以发语音或照片。\n例如：3号楼2单元楼道灯不亮了。",
        ((Button("👵 帮父母报", "for_parents"),),),
    )


@says
def help_resident(phone: str = "") -> Words:
    call = f"\n☎️ 社区电话：{esc(phone)}" if phone else ""
    return Words(
        "<b>怎么用</b>\n"
        "• 有事：直接说一句话，可以带照片、语音、位置\n"
        "• 看进度：发“进度”\n"
        "• 催一催：发“催办”\n"
        "• 补充情况：直接接着说，或回复那条消息\n"
        "• 不用办了：发“撤回”\n"
        "• 找人：发“找人工”\n"
        "• 我的信息：发“我的数据”，可以查看、导出、删除\n"
        "• 给父母报：直接说“帮我妈报……”；字大一点：发“长辈版”；换繁体：发“繁体”\n"
        f"遇到危险先打 119、120、110。{call}",
        keyboard=HOME,
    )


NOW_HIDDEN = (
    "已匿名：工作人员看不到您的称呼和电话，照样给您办、给您回话。您自己写在内容里的，他们还是看得到。"
)
NOW_SHOWN = "好的，不匿名了。"
NOT_OURS_TO_ANSWER = frozenset({"answered", "needs_info", "suspended"})
"""States of open matters in which no answer of ours is due."""


@says
def receipt(
    number: str,
    category: str,
    place: str,
    responsible: str,
    promise: str,
    state: str,
    assignee: str = "",
    question: str = "",
    choices: Sequence[Sequence[str]] = (),
    ticket: int = 0,
    is_open: bool = True,
    extra: str = "",
    again: bool = False,
    media: int = 0,
    late: bool = False,
    danger: bool = False,
    near: Sequence[str] = (),
    anonymous: bool = False,
    forwarded: str = "",
) -> Words:
    """The resident's own card. `question`: "place", "category" or empty; `choices`: (code, name) pairs.

    `near`: places that it may be at, offered as buttons.
    """
    lines = [f"✅ <b>已登记</b>　编号 <code>{esc(number)}</code>" + ("（重发）" if again else "")]
    lines.append(f"🗂 类别：{esc(category)}")
    lines.append(f"📍 地点：{esc(place) if place else '还没说'}")
    lines.append(f"🏢 负责：{esc(responsible)}" + (f"（{esc(assignee)}）" if assignee else ""))
    if is_open and late:
        lines.append("⏰ 超过了答应您的时间，对不起，我们在抓紧办")
    elif is_open and danger and state == "new":
        lines.append("⏰ 正在叫值班人员，马上联系您")
    elif is_open and state not in NOT_OURS_TO_ANSWER:
        lines.append(f"⏰ <b>{esc(promise)}</b> 前答复您")
    if media:
        lines.append(f"📎 已收到附件 {media} 个")
    if forwarded:
        lines.append(f"↪️ {esc(names.passed_on(forwarded))}")
    if anonymous:
        lines.append("🕶 已匿名，工作人员看不到您的称呼和电话")
    if not (is_open and danger and state == "new"):
        lines.append(f"📌 {names.STATES_FOR_RESIDENTS.get(state, state)}")
    if extra:
        lines.append(esc(extra))
    rows: list[tuple[Button, ...]] = []
    if is_open and question == "place":
        lines.append("\n👉 <b>请问在哪里？</b>说楼号单元就行，例如“3号楼2单元”。不方便说可以跳过。")
        rows.extend((Button(words[:40], "pick_place", words, ticket),) for words in near)
        rows.append((Button("跳过", "skip_place", ticket=ticket),))
    elif is_open and question == "category":
        lines.append("\n👉 <b>这件事更像哪一类？</b>点一下就行，不点也会有人看。")
        kinds = [Button(name, "pick_category", code, ticket) for code, name in choices]
        rows.extend(pairs(kinds) if len(kinds) > 3 else ((kind,) for kind in kinds))
        rows.append((Button("跳过", "skip_place", ticket=ticket),))
    if is_open:
        rows.extend(_own_moves(ticket, asked=bool(question), named=not anonymous, hides=not danger))
    return Words("\n".join(lines), tuple(rows))


@says
def receipt_several(
    lines: Sequence[Sequence[Any]], open_ones: Sequence[int], where: int = 0, again: bool = False
) -> Words:
    """The matters of one message on one card. `lines` as in `progress`; `where`: of which it is asked."""
    parts = [f"✅ <b>已登记 {len(lines)} 件</b>，分开办" + ("（重发）" if again else "")]
    rows: list[tuple[Button, ...]] = []
    for ticket, number, category, place, state, assignee, promise, awaited, late in lines:
        who = f"（{esc(assignee)}）" if assignee else ""
        due = "，超过了答应的时间，对不起" if late else f"，<b>{esc(promise)}</b> 前答复" if awaited else ""
        place_ = esc(place) if place else "地点还没说"
        parts.append(
            f"\n<code>{esc(number)}</code> {esc(category)} · {place_}\n"
            f"　📌 {names.STATES_FOR_RESIDENTS.get(state, state)}{who}{due}"
        )
        if ticket == where and ticket in open_ones:
            parts.append("　👉 <b>这件在哪里？</b>说楼号单元就行。")
            rows.append((Button("跳过", "skip_place", ticket=int(ticket)),))
        elif ticket in open_ones:
            tail = str(number)[-3:]
            rows.append(
                (
                    Button(f"📍 {tail} 改地点", "fix_place", ticket=int(ticket)),
                    Button(f"🚫 {tail} 撤回", "withdraw", ticket=int(ticket)),
                )
            )
    parts.append("\n有进展分别告诉您。")
    return Words("\n".join(parts), tuple(rows))


def _own_moves(ticket: int, *, asked: bool, named: bool, hides: bool) -> Rows:
    """What a resident may do with an open matter; corrections are not offered beside a question."""
    correct = (
        Button("🗂 改类别", "fix_category", ticket=ticket),
        Button("📍 改地点", "fix_place", ticket=ticket),
    )
    hide = (Button("🕶 匿名" if named else "🙂 不匿名", "hide", ticket=ticket),) if hides else ()
    rest = (
        Button("➕ 补充", "supplement", ticket=ticket),
        *hide,
        Button("🚫 撤回", "withdraw", ticket=ticket),
    )
    return (rest,) if asked else (correct, rest)


ADVICE = {
    "fire": "🔥 <b>有火情请马上打 119！</b>\n先带家人离开，走楼梯别坐电梯，有烟就弯腰捂住口鼻，别回去拿东西。\n"
    "楼道烟大出不去：关好门、湿毛巾堵住门缝，到窗口求救。",
    "gas": "⚠️ <b>闻到煤气味：</b>先开窗、关总阀、人到外面去；不要开关电器、不要在屋里打电话。"
    "到外面再打 <b>119</b> 和燃气公司电话。",
    "trapped": "🆘 <b>有人被困请马上打 119</b>（电梯里可按报警铃）。\n别扒门、别跳，靠边站稳，告诉里面的人马上有人来救。",
    "medical": "🚑 <b>请马上打 120！</b>\n别急着扶起来，看看人清不清醒、有没有呼吸，身边留个人，开好门等救护车。",
    "violence": "👮 <b>有危险请马上打 110！</b>\n先躲到安全、能锁门的地方或人多的地方，别硬碰硬。",
    "suicide": "💛 谢谢您愿意说出来，您不是一个人。请现在就打 <b>12356</b> 心理热线，紧急打 <b>110</b>、<b>120</b>。"
    "请先离开危险的地方，让身边的人陪着您，我们马上联系您。",
    "electric": "⚡ <b>有电危险：</b>别碰电线、别碰水，离远一点，提醒别人也别靠近。能断总闸就断闸，"
    "有人触电打 <b>120</b>，起火打 <b>119</b>。",
    "falling": "⚠️ <b>上面会掉东西：</b>请马上离远些，拦住老人孩子别走近；有人受伤打 <b>120</b>，有人故意往下扔打 <b>110</b>。",
    "flood": "💧 <b>跑水了：</b>能关总阀先关阀、拉掉电闸，老人孩子先到干的地方；水大有危险打 <b>119</b>。",
    "missing": "👮 <b>人走失请马上打 110</b>（不用等24小时）。\n说清年龄、衣着、最后见到的地方，有照片先备好。",
}


@says
def danger_advice(dangers: Sequence[str], received: bool = True, placed: bool = True) -> Words:
    """`received`: a community has it, its people are being told; `placed`: it is known where."""
    parts = [ADVICE[danger] for danger in dangers if danger in ADVICE][:2]
    if received:
        parts.append("社区已收到，正在通知值班人员。")
    if received and not placed:
        parts.append("📍 打完电话再告诉我：<b>您在几号楼几单元？</b>")
    return Words("\n\n".join(parts))


@says
def taken(number: str, who: str) -> Words:
    return Words(f"🔧 您反映的 <code>{esc(number)}</code>，<b>{esc(who)}</b>已接手，正在办理。", silent=True)


@says
def answer(number: str, who: str, text: str, again: bool = False) -> Words:
    mark = "（重发）" if again else ""
    return Words(
        f"💬 <b>社区答复</b>{mark}　<code>{esc(number)}</code>\n{esc(text)}\n—— {esc(who)}\n（直接回复这条，就能接着跟我们说）"
    )


@says
def ask_more(number: str, who: str, text: str) -> Words:
    return Words(
        f"❓ <b>想跟您了解一下</b>　<code>{esc(number)}</code>\n{esc(text)}\n—— {esc(who)}\n请直接回复，说完我们接着办。"
    )


@says
def supplemented(number: str, what: str = "") -> Words:
    return Words(f"👌 已补充到 <code>{esc(number)}</code>，工作人员能看到{esc(what)}。", silent=True)


@says
def ask_supplement(number: str) -> Words:
    return Words(f"请说要给 <code>{esc(number)}</code> 补充什么，也可以发照片、语音、位置。")


ENDS = " ，,。；;、"
"""What the words of one matter may end with when they were cut out of a message."""


@says
def several_matters(number: str, lines: Sequence[Sequence[str]], ticket_id: int) -> Words:
    """`lines`: (category, words) of each matter that was found in one message."""
    found = "\n".join(
        f"{n}. {esc(name)}：{esc(words.strip(ENDS))}" for n, (name, words) in enumerate(lines, 1)
    )
    return Words(
        f"您这条里好像有 {len(lines)} 件事：\n{found}\n分开办会更快，要分开吗？",
        (
            (
                Button(f"分成 {len(lines)} 件", "split", ticket=ticket_id),
                Button("当一件办", "split_no", ticket=ticket_id),
            ),
        ),
    )


@says
def split_done(numbers: Sequence[str]) -> Words:
    listed = "、".join(f"<code>{esc(number)}</code>" for number in numbers)
    return Words(f"好的，分成了 {len(numbers)} 件：{listed}，都记在上面那张单子上。", silent=True)


@says
def place_noted(number: str, place: str) -> Words:
    return Words(f"📍 记下了：{esc(place)}（<code>{esc(number)}</code>）", silent=True)


@says
def category_noted(number: str, category: str, promise: str) -> Words:
    return Words(f"🗂 记下了：{esc(category)}，<b>{esc(promise)}</b> 前答复您。", silent=True)


@says
def confirm_withdraw(number: str, ticket_id: int) -> Words:
    return Words(
        f"要撤回 <code>{esc(number)}</code> 吗？撤回后就不再办理了。",
        (
            (
                Button("撤回", "withdraw_yes", ticket=ticket_id),
                Button("不撤，继续办", "withdraw_no", ticket=ticket_id),
            ),
        ),
    )


@says
def withdrawn(number: str) -> Words:
    return Words(f"🚫 <code>{esc(number)}</code> 已撤回。再有事随时说。")


@says
def kept_going(number: str) -> Words:
    return Words(f"好的，<code>{esc(number)}</code> 继续办。", silent=True)


@says
def urged(
    number: str, who: str, since: str, promise: str, late: bool = False, waits: str = "", lead: str = ""
) -> Words:
    """`waits`: what it stands at; `lead`: who has been called because this is not the first urging."""
    holder = f"{esc(since)}起由<b>{esc(who)}</b>接手" if who else f"{esc(since)}登记，还在等人接单"
    stands = f"，{esc(waits)}" if who and waits not in ("", names.STATES_FOR_RESIDENTS["signed"]) else ""
    above = f"\n您不是第一次催了，这次也告诉了负责人<b>{esc(lead)}</b>。" if lead else ""
    return Words(
        f"📣 已替您催办 <code>{esc(number)}</code>。{holder}{stands}，{_promise(promise, late)}{above}"
    )


@says
def urged_already(number: str, who: str, promise: str, late: bool = False) -> Words:
    holder = f"{esc(who)}正在办理" if who else "社区已经知道了"
    return Words(f"今天已经替您催过 <code>{esc(number)}</code> 了，{holder}，{_promise(promise, late)}")


def _promise(promise: str, late: bool) -> str:
    if late:
        return "超过了答应您的时间，对不起，我们抓紧办。"
    return f"<b>{esc(promise)}</b> 前答复您。"


@says
def which_ticket(tickets: Sequence[Sequence[Any]], action: str) -> Words:
    """`tickets`: (id, number, category, place) rows."""
    rows: Rows = tuple(
        (Button(f"{number} {category} {place}"[:40], "which", action, int(ticket)),)
        for ticket, number, category, place in tickets
    )
    return Words("您说的是哪一件？点一下就行。", (*rows, (Button("都不是，是新的事", "which", "new"),)))


@says
def progress(lines: Sequence[Sequence[Any]]) -> Words:
    """`lines`: (id, number, category, place, state, assignee, promise, awaited, late), the resident's own."""
    if not lines:
        return Words("您还没有反映过事情。有事直接跟我说一句话就行。")
    parts = []
    for _, number, category, place, state, assignee, promise, awaited, late in lines:
        words = names.STATES_FOR_RESIDENTS.get(state, state)
        who = f"（{esc(assignee)}）" if assignee else ""
        due = "，超过了答应的时间，对不起" if late else f"，{esc(promise)} 前答复" if awaited else ""
        where = f" · {esc(place)}" if place else ""
        parts.append(f"<code>{esc(number)}</code> {esc(category)}{where}\n　📌 {words}{who}{due}")
    rows = tuple(
        (Button(f"{number} 看经过", "history", ticket=int(ticket)),) for ticket, number, *_ in lines[:5]
    )
    return Words("<b>您反映的事</b>\n\n" + "\n\n".join(parts), rows)


@says
def history(number: str, category: str, lines: Sequence[Sequence[str]]) -> Words:
    """`lines`: (time, what) oldest first."""
    steps = "\n".join(f"• {esc(at)}　{esc(what)}" for at, what in lines)
    return Words(f"<b>{esc(number)}</b> {esc(category)}\n{steps}")


@says
def for_a_person(who: str, phone: str, hours: str) -> Words:
    duty = f"今天值班：<b>{esc(who)}</b>\n" if who else ""
    call = f"☎️ 电话：{esc(phone)}\n" if phone else ""
    open_at = f"🕘 办公时间：{esc(hours)}\n" if hours else ""
    return Words(
        f"🙋 已告诉社区的工作人员，会有人在这里回复您。\n{duty}{call}{open_at}您可以先说说是什么事。"
    )


@says
def phone_noted() -> Words:
    return Words("📞 电话记下了，只有办事的工作人员能看到。有什么事，一句话告诉我就行。", keyboard=HOME)


@says
def simple_off() -> Words:
    return Words("好的，换回普通版了。想再换，发“长辈版”。", keyboard=HOME)


@says
def consent_ask(ticket_id: int) -> Words:
    """Before a sensitive matter (保障救助, 医疗 …) is gone into; asked once."""
    return Words(
        "🔐 <b>这件事关系到您的隐私。</b>内容不发到工作群，只有经办人和负责人能看，办完按期去掉。您同意我们这样办吗？",
        (
            (Button("👌 同意", "consent", ticket=ticket_id), Button("🕶 匿名办", "hide", ticket=ticket_id)),
            (Button("🚫 不办了", "withdraw", ticket=ticket_id),),
        ),
    )


@says
def file_too_big(name: str = "", media: str = "document") -> Words:
    return Words(
        f"这个{names.MEDIA.get(media, '文件')}超过 20 MB，我取不下来。请发小一点的，或者用文字说说。"
    )


@says
def which_community(names_: Sequence[Sequence[Any]]) -> Words:
    """`names_`: (id, name) of communities near the wording."""
    rows: Rows = tuple((Button(str(name)[:40], "settle", str(community)),) for community, name in names_)
    return Words("收到了！请问您住在哪个社区？点一下就行，也可以打小区名字。", rows)


@says
def community_unknown() -> Words:
    return Words(
        "没找到这个地方。请打小区的名字（例如“幸福里小区”），或扫楼道里的二维码进来。您刚才说的话我记着。\n"
        "不住在我们这一片的，请打当地的 12345。"
    )


@says
def settled(community: str) -> Words:
    return Words(f"好的，已记下您在<b>{esc(community)}</b>。", silent=True, keyboard=HOME)


@says
def no_community_yet() -> Words:
    return Words(
        "这里还没有社区开通，暂时没人能办。您的话我先记着，开通后您再说一声就行。"
        "急事请打 12345；危险请打 110、119、120。"
    )


@says
def unknown_command(command: str) -> Words:
    return Words(f"没有 {esc(command)} 这个命令。有事直接说一句话就行，发“帮助”看用法。")


@says
def edit_noted(number: str) -> Words:
    return Words(f"👌 <code>{esc(number)}</code> 已按您改的更新。", silent=True)


@says
def sorry_later() -> Words:
    return Words(
        "对不起，刚才这条我没处理好，但已经记下，会有工作人员看。急事请打社区电话；危险请打 110、119、120。"
    )


@says
def foreign(phone: str = "") -> Words:
    call = f" Phone: {esc(phone)}." if phone else ""
    return Words(
        f"We have received your message and a member of staff will answer you here.{call} "
        "In danger call 119 (fire), 120 (ambulance), 110 (police).\n您的话已转给工作人员，会有人回复您。"
    )
