"""Friendly words that open no ticket: greetings, thanks, what cannot be read, too much at once."""

from __future__ import annotations

from texts import names
from texts.registry import says
from texts.resident import HOME
from texts.words import Words, esc


@says
def hello() -> Words:
    return Words("您好！有什么事直接说一句话就行，比如“楼道灯坏了”，也可以发照片或语音。", keyboard=HOME)


@says
def farewell() -> Words:
    return Words("好的，有事随时跟我说 🌷", silent=True)


@says
def listening() -> Words:
    """To words that hold nothing to act on: an insult, an emoji, a riddle. Calm, and a way on."""
    return Words(
        "我在这儿听着呢 🙂 有什么事、在哪里，一句话告诉我就行，语音、照片也可以。想找人，发“找人工”。",
        keyboard=HOME,
    )


@says
def not_at_all(name: str = "", foreign: bool = False) -> Words:
    english = "You are welcome! " if foreign else ""
    return Words(f"{english}不客气，有事随时跟我说 🌷", silent=True)


@says
def who_i_am(community: str = "") -> Words:
    where = f"<b>{esc(community)}</b>" if community else "社区"
    return Words(
        f"我是{where}的民心桥，是个机器人 🌉 您说的事我记下来，交给社区工作人员办，办到哪一步都告诉您。"
        "想跟人说话，发“找人工”。",
        keyboard=HOME,
    )


@says
def advert() -> Words:
    return Words("这条看着像广告，就没登记。想举报它，发一句“举报诈骗”；不是广告，请换个说法再发一次。")


@says
def link_only() -> Words:
    return Words("链接我打不开 😅 要是有事，请用一句话说说是什么事、在哪里。")


@says
def office_contact(phone: str = "", hours: str = "") -> Words:
    call = f"☎️ 社区电话：{esc(phone)}\n" if phone else ""
    open_at = f"🕘 办公时间：{esc(hours)}\n" if hours else ""
    return Words(f"{call}{open_at}有事也可以在这里说一句，白天晚上都收。")


@says
def nothing_open() -> Words:
    return Words("您现在没有正在办的事。有事直接跟我说一句话就行。")


@says
def sticker_answer() -> Words:
    return Words("😊 收到！有事的话说一句就行，比如“3号楼电梯坏了”。", silent=True)


@says
def say_what(media: str) -> Words:
    return Words(f"{names.MEDIA.get(media, '')}收到了 👌 请再说一句：是什么事、在哪里？")


@says
def slow_down() -> Words:
    return Words(
        "您发得有点快，我都收着呢，一条不落，会一起看。有要紧的事，过一分钟再说一句就行。", silent=True
    )
