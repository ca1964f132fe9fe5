"""What is said with knowledge cards: the card for a resident, the card and the counts for staff."""

from __future__ import annotations

import re
from collections.abc import Sequence

from texts.registry import says
from texts.words import Button, Words, esc

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")

THANKS = "谢谢您告诉我们，有事随时说"
HANDED_ON = "已转给工作人员，编号 {number}"
SENT = "已发给居民"
CLI_HELP = {
    "guides": "办事指南：导入或撤下 / import or remove knowledge cards",
    "guides ACTION": "import 导入，remove 撤下 / import or remove",
    "guides WHAT": "import：.md、.xlsx 或文件夹；remove：标题 / .md, .xlsx or a folder; the title of a card",
    "guides --community": "社区名称；不写就是所有社区 / the community's name (default: for all)",
}


@says
def guide(title: str, body: str, source: str, dated: str, phone: str, answer_id: int) -> Words:
    """The card that may answer a resident's question; nobody was bothered with it yet."""
    call = f"\n☎️ 社区电话：{esc(phone)}" if phone else ""
    return Words(
        f"{_card(title, body, source, dated)}{call}\n\n<b>这有帮助吗？</b>没说清的，点“还要问人”，工作人员来答复您。",
        (
            (
                Button("👍 有用", "guide_useful", str(answer_id)),
                Button("🙋 还要问人", "guide_person", str(answer_id)),
            ),
        ),
    )


@says
def guide_hints(titles: Sequence[str], of: int) -> Words:
    """Cards that may answer a question which staff will answer anyway."""
    return Words(
        "📖 工作人员会答复您。等的工夫，也可以先看看这些：",
        tuple((Button(f"📄 {title}", "guide_hinted", title, of),) for title in titles),
    )


@says
def guide_hinted(title: str, body: str, source: str, dated: str, of: int = 0) -> Words:
    """One of these cards; `of` is the ticket that still waits, 0 when none does."""
    enough = ((Button("👍 够了，不用再答复", "withdraw", "", of),),) if of else ()
    return Words(_card(title, body, source, dated), enough)


@says
def guide_for_staff(
    title: str, body: str, source: str, dated: str, ticket_id: int = 0, number: str = ""
) -> Words:
    """The card that staff asked for; with a ticket it can be sent to its resident."""
    send = f"发给居民（{number}）" if number else "发给居民"
    buttons = ((Button(f"📤 {send}", "guide_send", title, ticket_id),),) if ticket_id else ()
    return Words(_card(title, body, source, dated), buttons)


@says
def no_guide(asked: str) -> Words:
    return Words(f"没找到“{esc(asked)}”的指南。换个词试试，或发 /guides 看用得多的。")


@says
def guide_counts(counts: Sequence[Sequence[object]], total: int) -> Words:
    """`counts`: (title, shown, useful, handed on), most shown first; `total`: cards there are."""
    if not counts:
        return Words(f"📚 现有办事指南 {total} 张，还没有给居民看过。查一张：/guide 低保")
    lines = [
        f"• {esc(title)}：看过 {shown}，有用 {useful}，还要问人 {handed_on}"
        for title, shown, useful, handed_on in counts
    ]
    return Words(f"📚 <b>办事指南</b>（共 {total} 张）\n" + "\n".join(lines))


def as_answer(title: str, body: str, source: str, dated: str) -> str:
    """The card as plain words, the way staff's own answers go out."""
    plain = _BOLD.sub(r"\1：", _lists(body))
    return f"【{title}】\n{plain}\n{_origin(source, dated)}".strip()


def imported(count: int, community: str) -> str:
    """Said in the terminal."""
    whose = community or "所有社区"
    return f"已导入 {count} 张办事指南（{whose}）。/ {count} cards imported."


def removed(title: str, found: bool) -> str:
    """Said in the terminal."""
    return f"已撤下“{title}”。/ removed." if found else f"没有导入过“{title}”。/ no such imported card."


def _card(title: str, body: str, source: str, dated: str) -> str:
    rich = _BOLD.sub(r"<b>\1</b>", esc(_lists(body)))
    origin = _origin(source, dated)
    return f"📖 <b>{esc(title)}</b>\n{rich}" + (f"\n\n<i>{esc(origin)}</i>" if origin else "")


def _lists(body: str) -> str:
    return re.sub(r"^- ", "• ", body, flags=re.MULTILINE)


def _origin(source: str, dated: str) -> str:
    parts = [f"来源：{source}" if source else "", f"更新：{dated}" if dated else ""]
    return "　".join(part for part in parts if part)
