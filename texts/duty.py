"""What is said about the duty roster, about who is away, and when somebody hands over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from texts.registry import says
from texts.words import Button, Rows, Words, esc

AWAY_SPANS = {"0": "就今天", "1": "到明天", "6": "一周内"}
"""Days after today that one is away."""


@says
def duty_week(
    page: str, days: Sequence[Sequence[Any]], away: Sequence[Sequence[str]], lead: bool, held: int = 0
) -> Words:
    """`days`: (date, label, names, today); `away`: (name, until, deputy)."""
    lines = ["📅 <b>值班表</b>"]
    for _, label, names, today in days:
        lines.append(
            f"{'👉 ' if today else '　 '}{esc(label)}　{esc(names) or '没排人'}{'（今天）' if today else ''}"
        )
    lines.extend(f"🏖 {esc(name)} 到 {esc(until)} 不在，{esc(deputy)}代" for name, until, deputy in away)
    lines.append("“找人工”、报警和派单都会先找当天值班的同事。")
    rows: list[tuple[Button, ...]] = []
    if lead:
        buttons = [Button(f"✏️ {label}", "duty_day", f"{page}|{day}") for day, label, *_ in days]
        rows += [tuple(buttons[i : i + 4]) for i in range(0, len(buttons), 4)]
    rows.append((Button("🏖 我不在", "duty_away", page), Button("🙋 我回来了", "duty_back", page)))
    if lead:
        rows.append((Button("👥 替同事登记不在", "duty_others", page),))
    return Words("\n".join(lines), tuple(rows))


@says
def duty_day(page: str, day: str, label: str, team: Sequence[Sequence[Any]]) -> Words:
    """Who is on duty on one day. `team`: (user id, name, on duty)."""
    rows: list[tuple[Button, ...]] = []
    buttons = [
        Button(f"{'☑️' if on else '◻️'} {name}"[:40], "duty_put", f"{page}|{day}|{user}")
        for user, name, on in team
    ]
    rows += [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    rows.append((Button("🔁 每周这天都这样", "duty_weekly", f"{page}|{day}"),))
    rows.append((Button("‹ 返回", "duty", page),))
    return Words(f"📅 <b>{esc(label)}</b> 谁值班？点名字选上或取消。", tuple(rows[:40]))


@says
def duty_who(page: str, team: Sequence[Sequence[Any]]) -> Words:
    """A lead says who is away. `team`: (user id, name)."""
    buttons = [Button(str(name)[:40], "duty_whose", f"{page}|{user}") for user, name in team]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    return Words("🏖 哪位同事不在？", (*rows[:40], (Button("‹ 返回", "duty", page),)))


@says
def duty_span(page: str, user: int, who: str) -> Words:
    """How long somebody is away."""
    spans = tuple(
        Button(label, "duty_span", f"{page}|{int(user)}|{days}") for days, label in AWAY_SPANS.items()
    )
    return Words(f"🏖 {esc(who)}不在多久？", (spans, (Button("‹ 返回", "duty", page),)))


@says
def duty_deputy(page: str, user: int, who: str, length: str, team: Sequence[Sequence[Any]]) -> Words:
    """Who stands in. `team`: (user id, label)."""
    buttons = [
        Button(str(name)[:40], "duty_deputy", f"{page}|{int(user)}|{length}|{other}") for other, name in team
    ]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    return Words(f"🏖 {esc(who)}不在时，谁来代？", (*rows[:40], (Button("‹ 返回", "duty", page),)))


@says
def away_noted(who: str, until: str, deputy: str) -> Words:
    return Words(f"🏖 {esc(who)}到 <b>{esc(until)}</b> 不在，这段时间由{esc(deputy)}代。", silent=True)


@says
def handover_who(page: str, team: Sequence[Sequence[Any]]) -> Words:
    """Whose tickets are handed over. `team`: (user id, name, open tickets)."""
    buttons = [
        Button(f"{name}（{held}件）"[:40], "handover_from", f"{page}|{user}") for user, name, held in team
    ]
    rows = [tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2)]
    return Words("🤝 <b>交接</b>：把谁手上的件交出去？", tuple(rows[:40]))


@says
def handover_list(
    page: str,
    user: int,
    who: str,
    lines: Sequence[Sequence[str]],
    total: int,
    team: Sequence[Sequence[Any]],
) -> Words:
    """What somebody holds, and who could have it. `lines`: (number, what, state, due)."""
    head = f"🤝 <b>{esc(who)}</b>手上有 <b>{total}</b> 件在办"
    body = "\n".join(
        f"• <code>{esc(number)}</code> {esc(what)}　{esc(state)}　{esc(due)}"
        for number, what, state, due in lines
    )
    rest = f"\n……还有 {total - len(lines)} 件" if total > len(lines) else ""
    buttons = [Button(str(label)[:40], "handover_to", f"{page}|{int(user)}|{other}") for other, label in team]
    rows: Rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))[:40]
    ask = "交给谁？" if total else "没有要交的件。要离岗，也请选一位接手的同事。"
    return Words(f"{head}\n{body}{rest}\n{ask}", rows)


@says
def handover_confirm(
    page: str, user: int, who: str, heir: int, heir_name: str, total: int, leave: bool
) -> Words:
    """The one press that moves everything. `leave`: the presser may also end the colleague's rights."""
    last = f"{page}|{int(user)}|{int(heir)}"
    rows: list[tuple[Button, ...]] = [
        (Button(f"✅ 全部交给{heir_name}（{total}件）"[:60], "handover_yes", last),)
    ]
    if leave:
        rows.append((Button("✅ 全部移交，并收回权限（离岗）", "handover_leave", last),))
    rows.append((Button("‹ 返回", "handover_from", f"{page}|{int(user)}"),))
    return Words(
        f"🤝 把<b>{esc(who)}</b>的 <b>{total}</b> 件全部交给<b>{esc(heir_name)}</b>？每件都会记进办理经过。",
        tuple(rows),
    )


@says
def handed_over(
    who: str, user: int, heir: str, numbers: Sequence[str], left: bool = False, page: str = ""
) -> Words:
    """To the group and to who has them now. `user`: the heir."""
    shown = "、".join(numbers[:30]) + ("……" if len(numbers) > 30 else "")
    gone = f"{esc(who)}已离岗，权限已收回。" if left else ""
    what = f"{len(numbers)} 件：{esc(shown)}" if numbers else "没有在办的件"
    return Words(
        f'🤝 {esc(who)} → <a href="tg://user?id={int(user)}">{esc(heir)}</a>，交接完成，{what}。{gone}'
    )
