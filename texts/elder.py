"""长辈版: the same things in few and large words, with one button to a row."""

from __future__ import annotations

from collections.abc import Sequence

from texts import names
from texts.registry import says
from texts.resident import ASK_CONTACT, HOME, NOT_OURS_TO_ANSWER
from texts.words import Button, Rows, Words, esc

SAY_IT, CALL_ME, HOW_FAR = "📢 我有事要说", "📞 请打电话给我", "🔍 我的事怎样了"
HOME_SIMPLE = ((SAY_IT,), (CALL_ME,), (HOW_FAR,))
ON_WORDS = frozenset(
    {"长辈版", "老人版", "老年版", "大字版", "切换长辈版", "打开长辈版", "長輩版", "大字", "切換長輩版"}
)
OFF_WORDS = frozenset({"普通版", "标准版", "退出长辈版", "关闭长辈版", "退出長輩版", "切换普通版", "標準版"})


@says
def simple_offer() -> Words:
    return Words(
        "👵 字少一点、按钮大一点，用着更省心。要换成<b>长辈版</b>吗？随时能换回来。",
        ((Button("好，用长辈版", "simple_on"),),),
        silent=True,
    )


@says
def simple_on() -> Words:
    return Words(
        "👵 <b>好了，现在是长辈版。</b>\n\n"
        "有事，<b>按住话筒说</b>就行，不用打字。\n"
        "不想说，点“请打电话给我”。\n\n"
        "（要换回来，发“普通版”）",
        keyboard=HOME_SIMPLE,
    )


@says
def welcome_simple(community: str = "", place: str = "") -> Words:
    where = esc(community) if community else "社区"
    return Words(f"<b>您好！我是{where}的帮手。</b>\n\n有事，按住话筒说一句就行。", keyboard=HOME_SIMPLE)


@says
def how_to_report_simple() -> Words:
    return Words("👂 <b>您说，我听着。</b>\n\n什么事？在哪里？\n按住话筒说就行。", keyboard=HOME_SIMPLE)


@says
def hello_simple() -> Words:
    return Words("您好！有事，按住话筒说一句就行。", keyboard=HOME_SIMPLE)


@says
def listening_simple() -> Words:
    return Words("👂 我在听。什么事？在哪里？\n不想说，点“请打电话给我”。", keyboard=HOME_SIMPLE)


@says
def help_resident_simple(phone: str = "") -> Words:
    call = f"\n社区电话：<b>{esc(phone)}</b>" if phone else ""
    return Words(
        f"<b>三个大按钮，点哪个都行。</b>\n\n也可以按住话筒说话。\n有危险先打 119、120、110。{call}",
        keyboard=HOME_SIMPLE,
    )


@says
def receipt_simple(
    number: str,
    category: str,
    place: str,
    promise: str,
    state: str,
    ticket: int,
    assignee: str = "",
    question: str = "",
    choices: Sequence[Sequence[str]] = (),
    near: Sequence[str] = (),
    is_open: bool = True,
    late: bool = False,
    danger: bool = False,
    again: bool = False,
) -> Words:
    """The resident's card in few words. Parameters as in `receipt`."""
    lines = ["✅ <b>记下了。</b>" + ("（重发）" if again else "")]
    lines.append(f"{esc(category)}{'，' + esc(place) if place else ''}")
    if not is_open or state in NOT_OURS_TO_ANSWER:
        lines.append(f"<b>{names.STATES_FOR_RESIDENTS.get(state, state)}</b>")
    elif late:
        lines.append("让您久等了，我们在抓紧办。")
    elif danger and state == "new":
        lines.append("<b>马上有人联系您。</b>")
    else:
        lines.append(f"{esc(assignee) + '在办。' if assignee else ''}<b>{esc(promise)}</b> 前给您回话。")
    rows: list[tuple[Button, ...]] = []
    if is_open and question == "place":
        lines.append("\n👉 <b>在几号楼？</b>")
        rows.extend((Button(words[:40], "pick_place", words, ticket),) for words in near)
        rows.append((Button("不说了", "skip_place", ticket=ticket),))
    elif is_open and question == "category":
        lines.append("\n👉 <b>更像哪一样？</b>")
        rows.extend((Button(name, "pick_category", code, ticket),) for code, name in choices[:3])
        rows.append((Button("不知道", "skip_place", ticket=ticket),))
    if is_open and not question:
        rows.append((Button("🔠 看大字图", "big_print", ticket=ticket),))
        rows.append((Button("🚫 不用办了", "withdraw", ticket=ticket),))
    lines.append(f"\n编号 <code>{esc(number)}</code>")
    return Words("\n".join(lines), tuple(rows))


@says
def answer_simple(number: str, who: str, text: str, again: bool = False) -> Words:
    mark = "（重发）" if again else ""
    return Words(f"💬 <b>社区{esc(who)}说：</b>{mark}\n\n{esc(text)}")


@says
def taken_simple(number: str, who: str) -> Words:
    return Words(f"🔧 <b>{esc(who)}</b>给您办了，请放心。", silent=True)


@says
def solved_simple(
    number: str, result: str, text: str, who: str, ticket_id: int, again: bool = False
) -> Words:
    mark = "（重发）" if again else ""
    done = f"\n{esc(text)}" if text else ""
    undone = result == "unsolved"
    rows: Rows = (
        (Button("👍 可以" if undone else "👍 好了", "confirm", "solved", ticket_id),),
        (Button("👎 请再想办法" if undone else "👎 还没好", "confirm", "unsolved", ticket_id),),
    )
    ask = "这样行吗？" if undone else "好了吗？"
    return Words(
        f"🏁 <b>{names.RESULTS.get(result, result)}</b>{mark}{done}\n—— {esc(who)}\n\n<b>{ask}</b>", rows
    )


@says
def ask_opinion_simple(number: str, ticket_id: int) -> Words:
    rows: Rows = (
        (Button("😊 满意", "rate", "satisfied", ticket_id),),
        (Button("🙂 还行", "rate", "fair", ticket_id),),
        (Button("🙁 不满意", "rate", "unsatisfied", ticket_id),),
    )
    return Words("<b>办得满意吗？</b>", rows)


@says
def phone_noted_simple() -> Words:
    return Words("📞 电话记下了。", keyboard=HOME_SIMPLE)


@says
def ask_phone() -> Words:
    return Words(
        "📞 好的，社区会打给您。<b>打哪个号码？</b>\n点下面的大按钮，或者直接打出号码。不方便也行，我们在这里回您。",
        keyboard=((ASK_CONTACT,), *HOME),
    )


@says
def ask_phone_simple() -> Words:
    return Words(
        "📞 <b>好，打给您。打哪个号码？</b>\n\n点下面第一个大按钮就行。",
        keyboard=((ASK_CONTACT,), *HOME_SIMPLE),
    )


@says
def call_promised(phone: str = "", hours: str = "", office: str = "") -> Words:
    """`phone`: the resident's, veiled; `office`: the community's own."""
    which = f"（{esc(phone)}）" if phone else ""
    when = f"\n🕘 办公时间：{esc(hours)}" if hours else ""
    urgent = f"\n急事请直接打 <b>{esc(office)}</b>" if office else ""
    return Words(f"📞 <b>好的，社区会打电话给您</b>{which}。{when}{urgent}\n有危险先打 110、119、120。")


@says
def wants_call(number: str, contact: str) -> Words:
    """To the staff group."""
    return Words(f"📞 <b>{esc(number)}</b> 居民请您<b>打电话</b>：{esc(contact)}。号码点卡片“看全文”。")


@says
def big_print(number: str) -> Words:
    """Under the picture of a receipt in large letters."""
    return Words(f"🔠 {esc(number)}", silent=True)
