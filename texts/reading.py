"""The words of `bot.py read`: what was understood, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from texts.names import DANGERS

INTENTS = {
    "report": "反映问题",
    "ask": "咨询",
    "progress": "查进度",
    "urge": "催办",
    "supplement": "补充情况",
    "withdraw": "撤回",
    "rate": "评价",
    "thanks": "道谢",
    "chat": "闲聊",
    "person": "找人工",
}
CONCERNS = {
    "self": "本人",
    "parent": "父母",
    "child": "孩子",
    "family": "家人",
    "neighbour": "邻居",
    "public": "公共",
}
TIMES = {"point": "时间", "span": "时段", "recurring": "反复", "appointment": "约时间"}
PERSONAL = {"phone": "电话", "id_card": "身份证号", "bank_card": "银行卡号", "plate": "车牌", "name": "姓名"}
SCRIPTS = {"hans": "简体", "hant": "繁體"}


def intent(code: str, confidence: float) -> str:
    return f"想做什么　{INTENTS[code]}（{confidence:.0%}）"


def category(guesses: Sequence[tuple[str, float]], why: Sequence[str], *, unsure: bool) -> str:
    named = "　".join(f"{name} {probability:.0%}" for name, probability in guesses)
    decided = f"\n为什么　　{'、'.join(why)}" if why else ""
    return f"类别　　　{named}" + ("（没把握，会问居民）" if unsure else "") + decided


def responsible(unit: str) -> str:
    return f"责任单位　{unit}"


def kind(name: str, urgency: str, concern: str) -> str:
    return f"诉求　　　{name} · {urgency} · {CONCERNS[concern]}"


def danger(codes: Sequence[str], why: Sequence[str]) -> str:
    return f"危险　　　{'、'.join(DANGERS[code] for code in codes)}（{'、'.join(why)}）"


def place(raw: str, estate: str, building: str, unit: str, floor: str, room: str, spot: str) -> str:
    parts = (("小区", estate), ("楼", building), ("单元", unit), ("层", floor), ("室", room), ("位置", spot))
    return f"地点　　　{raw} → " + " ".join(f"{name}:{value}" for name, value in parts if value)


def time(raw: str, code: str, start: datetime | None, end: datetime | None, rule: str) -> str:
    moments = " – ".join(f"{at:%Y-%m-%d %H:%M}" for at in (start, end) if at)
    return f"{TIMES[code]}　　　{raw} → {moments or rule}".rstrip()


def personal(code: str) -> str:
    return f"隐私　　　有{PERSONAL[code]}，群里会遮住"


def frailty(found: Sequence[str]) -> str:
    return f"照顾　　　{'、'.join(found)}"


def matter(number: int, text: str, name: str) -> str:
    return f"第{number}件　　　{name}：{text}"


def script(code: str) -> str:
    return f"文字　　　{SCRIPTS[code]}"
