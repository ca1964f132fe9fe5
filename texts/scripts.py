"""简体 or 繁體, as somebody chooses it: the words that do so, and what is said then."""

from __future__ import annotations

from texts.elder import HOME_SIMPLE
from texts.registry import says
from texts.resident import HOME
from texts.words import Button, Words

_HANS = ("简体", "简体字", "用简体", "换简体", "改简体", "切换简体", "我要简体", "看简体")
_HANT = ("繁体", "繁体字", "用繁体", "换繁体", "改繁体", "切换繁体", "我要繁体", "看繁体", "正体", "正体字")
_FOLLOW = ("跟着我写", "跟我写的走", "自动简繁", "跟着我")
CHOSEN_BY = {
    **dict.fromkeys(_HANS, "hans"),
    **dict.fromkeys(_HANT, "hant"),
    **dict.fromkeys(_FOLLOW, "follow"),
}
"""By the words in simplified characters."""
LONGEST = max(map(len, CHOSEN_BY))
_SAID = {
    "hans": "好的，以后都用<b>简体</b>跟您说。",
    "hant": "好的，以后都用<b>繁体</b>跟您说。",
    "follow": "好的，您写什么字，我就用什么字。",
}


@says
def script_chosen(script: str, choice: str) -> Words:
    """`script` it is said in now; `choice`: hans, hant or follow."""
    other = "简体" if choice == "hant" else "繁体"
    again = f"想换，发“{other}”。" if choice != "follow" else "想固定一种，发“简体”或“繁体”。"
    return Words(f"🔤 {_SAID[choice]}{again}", keyboard=HOME)


@says
def script_chosen_simple(script: str, choice: str) -> Words:
    return Words(f"🔤 {_SAID[choice]}", keyboard=HOME_SIMPLE)


def script_row(page: str, script: str, *, kept: bool) -> tuple[Button, ...]:
    """Buttons for what is not chosen now."""
    chosen = script if kept else "follow"
    labels = (("hans", "🔤 简体"), ("hant", "🔤 繁体"), ("follow", "🔤 跟着我写"))
    return tuple(Button(label, "script", f"{code}:{page}") for code, label in labels if code != chosen)
