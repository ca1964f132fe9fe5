"""抽查: closed tickets that staff look at again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from texts.bulletin import day_words
from texts.registry import says
from texts.words import Button, Words, esc

FOUND = {"": "待查", "true": "✅ 属实", "false": "❌ 没办好", "unreached": "📞 联系不上"}
DONE = "记下了"
ALREADY = "这件已经有人查过了"
OWN_WORK = "自己办的件请别的同事来查"
AGAIN = "已重办，也告诉居民了"


@says
def spot_check(day: str, rows: Sequence[tuple[int, str, str, str, str]], page: str) -> Words:
    """`day` in ISO 8601; `rows`: ticket, number, what, who handled it, what was found (a key of FOUND)."""
    lines = [
        f"🔎 <b>抽查</b>　{day_words(date.fromisoformat(day))}　从近两周办结的件里随机抽了 {len(rows)} 件",
        "去现场看一眼，或给居民打个电话。谁办的谁不查。",
    ]
    buttons: list[tuple[Button, ...]] = []
    for ticket, number, what, who, found in rows:
        handled = f"，{esc(who)}办的" if who else ""
        lines.append(f"• <code>{esc(number)}</code> {esc(what)}{handled}　{FOUND.get(found, esc(found))}")
        if found == "false":
            buttons.append((Button(f"🔁 重办 {number}", "spot_reopen", page, ticket=ticket),))
        if found in ("", "unreached"):
            buttons.append(
                (
                    Button(f"✅ {number[-3:]}", "spot", f"true:{page}", ticket=ticket),
                    Button("❌ 没办好", "spot", f"false:{page}", ticket=ticket),
                    Button("📞 联系不上", "spot", f"unreached:{page}", ticket=ticket),
                    Button("看", "show", ticket=ticket),
                )
            )
    return Words("\n".join(lines), tuple(buttons))


@says
def spot_reopened(number: str, promise: str) -> Words:
    return Words(
        f"您好，我们抽查发现 <code>{esc(number)}</code> 没办好，对不起。已经重新办理，{esc(promise)}前答复您。"
    )
