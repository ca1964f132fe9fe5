"""What is said about a resident's own data: shown, handed out as files, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from texts import names
from texts.registry import says
from texts.script import to_traditional
from texts.scripts import script_row
from texts.when import how_long
from texts.words import Button, Words, esc

_DATA = (
    *("我的数据", "我的资料", "我的信息", "我的个人信息", "我的隐私"),
    *("我的數據", "我的資料", "我的資訊", "我的個人資訊", "我的個人資料", "我的個資", "我的隱私"),
)
_WISHES = ("", "看", "查看", "查", "导出", "删除", "導出", "匯出", "刪除")
ASKED_FOR = frozenset(wish + data for wish in _WISHES for data in _DATA)
SCRIPTS = {"hans": "简体", "hant": "繁体"}
WHO = {"answer": "社区", "ask": "社区"}
"""By the role of a message; everything else the resident has said."""


def asks_for_data(text: str) -> bool:
    """Whether these plain words ask to see, export or delete one's own data."""
    return text.strip(" 。.！!？?，,~～") in ASKED_FOR


NOTHING, SENT, DONE = "好的", "正在发给您", "已删除"
"""What fades in over the chat when a button is pressed."""


@says
def my_data(
    page: str,
    name: str,
    phone: str,
    home: str,
    script: str,
    tickets: int,
    open_tickets: int,
    messages: int,
    since: str,
    days: int = 0,
    kept: bool = False,
) -> Words:
    """`page` names this message again when a button is pressed; `days` of retention, 0 = for ever.

    `kept`: the script was chosen, and does not follow what the person writes.
    """
    doing = f"（在办 {open_tickets} 件）" if open_tickets else ""
    ends = f"办结满{how_long(days)}会自动去掉个人信息。" if days else ""
    return Words(
        "🔒 <b>我这里存着您的这些信息</b>\n"
        f"👤 称呼：{esc(name) or '没有'}\n"
        f"📞 电话：{esc(phone) or '没有'}\n"
        f"🏠 社区：{esc(home) or '还没选'}\n"
        f"🔤 文字：{SCRIPTS.get(script, script)}{'（您选的）' if kept else '（跟着您写的）'}\n"
        f"🗂 反映的事：{tickets} 件{doing}\n"
        f"💬 来往消息：{messages} 条\n"
        f"📅 从 {esc(since)} 起\n\n"
        f"只用来把您的事办好。{ends}",
        (
            (
                Button("📄 导出", "my_export"),
                Button("🗑 删除", "my_delete"),
                Button("关闭", "my_close", page),
            ),
            script_row(page, script, kept=kept),
        ),
    )


@says
def my_data_none() -> Words:
    return Words("我这里没有存您的任何信息。有事直接跟我说一句话就行。")


@says
def my_data_closed() -> Words:
    return Words("🔒 已收起。想再看，发“我的数据”。")


@says
def my_data_file(kind: str) -> Words:
    """Goes along with one of the two files."""
    if kind == "txt":
        return Words("📄 这份给您看：您反映的事、办理经过和来往消息都在里面。")
    return Words("📄 这份给电脑用（JSON），内容一样，可以带去别处。", silent=True)


@says
def my_data_delete(
    open_tickets: Sequence[Sequence[Any]] = (), agreed: str = "", changed: bool = False
) -> Words:
    """`open_tickets`: (number, category) of what must be withdrawn first; `agreed` goes back with the press."""
    gone = (
        "🗑 <b>会删掉：</b>称呼、电话、住处，您说的话、照片和来往消息，删了找不回来。\n"
        "📊 <b>会留下：</b>编号、类别、时间、结果和评价，看不出是谁，社区统计要用。"
    )
    if not open_tickets:
        return Words(
            f"<b>要删除您的个人信息吗？</b>\n{gone}",
            ((Button("🗑 确认删除", "my_erase", agreed), Button("不删了", "my_keep")),),
        )
    count = len(open_tickets)
    lines = "\n".join(
        f"• <code>{esc(number)}</code> {esc(category)}" for number, category in open_tickets[:8]
    )
    more = "\n• ……" if count > 8 else ""
    head = "刚刚又有变化，请再看一眼。\n" if changed else ""
    return Words(
        f"{head}<b>您还有 {count} 件事在办：</b>\n{lines}{more}\n"
        f"在办的事要联系您，所以得先办完，或者现在撤回。\n\n{gone}",
        (
            (Button(f"🗑 撤回这 {count} 件并删除", "my_erase", agreed),),
            (Button("等办完再说", "my_keep"),),
        ),
    )


@says
def my_data_kept() -> Words:
    return Words("好的，什么都没删。", silent=True)


@says
def erased(kept: int, script: str = "hans") -> Words:
    """The last word to somebody who is not known any more: the script comes along."""
    rest = f"只留下 {kept} 件没有名字的统计。" if kept else ""
    words = (
        f"✅ 已删除。您的称呼、电话和说过的话，我这里都没有了。{rest}\n"
        "这个聊天里的记录在您自己手机上，可以自己清空。\n以后有事，随时再跟我说 🌷"
    )
    return Words(to_traditional(words) if script == "hant" else words)


@says
def card_erased(number: str, state: str, category: str) -> Words:
    """What a card becomes; `category` is empty for a sensitive kind."""
    mark = names.STATE_MARKS.get(state, "•")
    kind = f"\n🗂 {esc(category)}" if category else ""
    return Words(
        f"{mark} <b>{esc(number)}</b> {names.STATES.get(state, state)}{kind}\n"
        "🔒 居民已删除个人信息，这件只留作统计。"
    )


@says
def erased_line() -> Words:
    """What other messages about such a ticket become."""
    return Words("🔒 居民已删除个人信息。", silent=True)


@says
def list_gone() -> Words:
    """What a list becomes that showed such a ticket."""
    return Words("🔒 这份清单里有居民删除了个人信息，请重新查一次。", silent=True)


@says
def erased_notice(withdrawn: Sequence[str], pictured: Sequence[str]) -> Words:
    """To the group: tickets that end now, and those whose pictures stand in the group."""
    parts = []
    if withdrawn:
        parts.append(f"🚫 {_numbers(withdrawn)} 居民已撤回，并删除了个人信息，不用再办。")
    if pictured:
        parts.append(
            f"🔒 {_numbers(pictured)} 的居民删除了个人信息。群里的照片、语音我删不掉，请同事长按删除，谢谢。"
        )
    return Words("\n".join(parts))


@says
def no_id_numbers() -> Words:
    return Words(
        "🔒 请不要发身份证号，我已遮住，群里看不到。点一下，我把它从记录里也抹掉。",
        ((Button("🧽 抹掉证件号", "my_wipe"),),),
    )


@says
def id_numbers_wiped() -> Words:
    return Words("🧽 抹掉了。您也可以长按自己那条消息，把它删掉。", silent=True)


def _numbers(numbers: Sequence[str]) -> str:
    return "、".join(f"<code>{esc(number)}</code>" for number in numbers)


FILE_NAME = "我的数据"


def export_text(data: Mapping[str, Any]) -> str:
    """The exported data as a page that people read. `data` is what desk/residents/own_data.py gathers."""
    person = data["resident"]
    lines = [
        "我的数据（民心桥）",
        f"导出时间：{data['exported_at']}",
        "",
        f"称呼：{person['name'] or '没有'}",
        f"电话：{person['phone'] or '没有'}",
        f"社区：{person['home'] or '还没选'}",
        f"文字：{SCRIPTS.get(person['script'], person['script'])}",
        f"开始时间：{person['since']}",
        f"隐私说明发送时间：{person['noticed_at'] or '还没发'}",
        "",
        f"反映的事：{len(data['tickets'])} 件",
    ]
    for ticket in data["tickets"]:
        lines += ["", "─" * 20, *_ticket(ticket)]
    if data["other_messages"]:
        lines += ["", "─" * 20, "其他消息"]
        lines += [_message(message) for message in data["other_messages"]]
    if data["questions"]:
        lines += ["", "─" * 20, "问过的办事问题"]
        lines += [f"  {asked['at']}　{asked['text']}（答：{asked['card']}）" for asked in data["questions"]]
    return "\n".join(lines) + "\n"


def _ticket(ticket: Mapping[str, Any]) -> list[str]:
    state = names.STATES_FOR_RESIDENTS.get(ticket["state"], ticket["state"])
    lines = [
        f"编号：{ticket['number']}（{ticket['community']}）",
        f"类别：{ticket['category']}（{ticket['kind']}）",
        f"地点：{ticket['place'] or '没说'}",
        f"内容：{ticket['text'] or '没有文字'}",
        f"负责：{ticket['responsible']}",
        f"登记：{ticket['created_at']}",
        f"最晚答复：{ticket['promised_at']}",
        f"现在：{state}",
    ]
    if ticket["for_whom"]:
        lines.append(f"替谁报：{ticket['for_whom']} {ticket['their_phone'] or '没留电话'}")
    if ticket["anonymous"]:
        lines.append("匿名：工作人员看不到您的称呼和电话")
    if ticket["result"]:
        words = f"，{ticket['result_text']}" if ticket["result_text"] else ""
        lines.append(f"结果：{names.RESULTS.get(ticket['result'], ticket['result'])}{words}")
    if ticket["rating"]:
        lines.append(f"您的评价：{names.OPINIONS.get(ticket['rating'], ticket['rating'])}")
    lines.append("办理经过：")
    lines += [f"  {step['at']}　{step['what']}" for step in ticket["history"]]
    if ticket["messages"]:
        lines.append("来往消息：")
        lines += [_message(message) for message in ticket["messages"]]
    return lines


def _message(message: Mapping[str, Any]) -> str:
    who = WHO.get(message["role"], "我")
    file = f"［{names.MEDIA.get(message['media'], '附件')}］" if message["media"] else ""
    return f"  {message['at']}　{who}：{file}{message['text']}"
