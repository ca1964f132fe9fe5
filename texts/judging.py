"""回访: the result, whether it is solved, how content the resident is and why; the question a week later."""

from __future__ import annotations

from texts import names
from texts.registry import says
from texts.words import Button, Rows, Words, esc

WHY = {
    "slow": "办得太慢",
    "rough": "没办彻底",
    "manner": "态度不好",
    "silent": "没人跟我说",
}
"""Reasons for a rating that are one tap away."""


@says
def solved(number: str, result: str, text: str, who: str, ticket_id: int, again: bool = False) -> Words:
    done = f"\n{esc(text)}" if text else ""
    mark = "（重发）" if again else ""
    return Words(
        f"🏁 <b>办理结果：{names.RESULTS.get(result, result)}</b>{mark}　<code>{esc(number)}</code>{done}\n—— {esc(who)}\n\n"
        f"<b>{'这样处理，您看行吗？' if result == 'unsolved' else '您的事解决了吗？'}</b>",
        (
            (
                Button("👍 可以" if result == "unsolved" else "👍 解决了", "confirm", "solved", ticket_id),
                Button(
                    "👎 请再想办法" if result == "unsolved" else "👎 没解决", "confirm", "unsolved", ticket_id
                ),
            ),
        ),
    )


@says
def ask_opinion(number: str, ticket_id: int) -> Words:
    return Words(
        f"好的！<code>{esc(number)}</code> 办得怎么样，您满意吗？",
        (
            (
                Button("😊 满意", "rate", "satisfied", ticket_id),
                Button("🙂 基本满意", "rate", "fair", ticket_id),
            ),
            (Button("🙁 不满意", "rate", "unsatisfied", ticket_id),),
        ),
    )


@says
def rated(opinion: str, ticket_id: int = 0) -> Words:
    reasons = tuple(Button(words, "why", code, ticket_id) for code, words in WHY.items())
    rows: Rows = (reasons[:3], (*reasons[3:], Button("不说了", "why", "", ticket_id)))
    if opinion == "unsatisfied":
        return Words("收到，让您不满意了，对不起。哪里没做好，点一下或说一句，我们改。", rows)
    if opinion == "fair":
        return Words("谢谢您！哪里还能做得更好？点一下或说一句，不说也行。", rows)
    return Words("谢谢您的评价！以后有事随时跟我说 🌷")


@says
def reopened(number: str, promise: str, asked: bool = True, times: int = 1) -> Words:
    told = "负责人" if times < 2 else "负责人亲自过问，也记到了街道这一级"
    more = "\n还差什么？说一句我们更清楚（不说也行）。" if asked else ""
    return Words(
        f"🔁 对不起，没给您办好。<code>{esc(number)}</code> 已重新办理，并{'告诉了' if times < 2 else '请'}{told}，"
        f"<b>{esc(promise)}</b> 前答复您。{more}"
    )


@says
def recheck_ask(number: str, category: str, place: str, ticket_id: int) -> Words:
    """A week after closing, to a few residents drawn by lot."""
    where = f"，{esc(place)}" if place else ""
    return Words(
        f"🔎 上周给您办的 <code>{esc(number)}</code>（{esc(category)}{where}），现在还好吗？\n随机抽到您，问一句就好。",
        (
            (
                Button("👍 一直好着", "recheck", "good", ticket_id),
                Button("👎 又不行了", "recheck", "bad", ticket_id),
            ),
        ),
    )


@says
def recheck_good() -> Words:
    return Words("太好了，谢谢您 🌷", silent=True)


@says
def thanks_for_reason() -> Words:
    return Words("记下了，已转给办事的同事。谢谢您！")


@says
def default_closed(number: str) -> Words:
    return Words(
        f"<code>{esc(number)}</code> 一直没收到您的评价，先按办结归档。要是还没解决，随时跟我说“没解决”。",
        silent=True,
    )
