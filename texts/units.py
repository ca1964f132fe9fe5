"""What those who build the tree of organisations read: the tree, one organisation, invitations, the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from texts.levels import KINDS
from texts.registry import says
from texts.setup import setup_why
from texts.words import Button, Rows, Words, esc

MARKS = {
    "city": "🏙",
    "district": "🏛",
    "subdistrict": "🏢",
    "community": "🏘",
    "partner": "🤝",
    "department": "🛠",
    "council": "🧭",
}
PROBLEMS = {
    "no_header": "没找到表头，第一行要有“名称、类型、上级”",
    "bad_kind": "类型写成：市、区、街道、社区、职能部门、共建单位、共建委",
    "bad_name": "名称要 2–30 个字",
    "no_parent": "表里和系统里都没有这个上级",
    "wrong_parent": "类型和上级对不上",
    "twice": "重复的一行",
    "too_many": "一次最多 3000 行",
    "file_kind": "请发 xlsx 或 CSV 文件",
    "bad_file": "文件打不开，请另存为 xlsx 再发",
}
EXAMPLE = "名称、类型、上级\n平安街道办事处、街道\n幸福社区、社区、平安街道办事处\n区城管局、职能部门、平安街道办事处"


@says
def units_tree(
    community: int, called: str, rows: Sequence[Sequence[Any]], missing: Sequence[str], admin: bool = True
) -> Words:
    """`rows`: (id, name, kind, people, has a group); `missing`: kinds that can be added."""
    here = str(community)
    lines = [f"<b>{esc(called)}的上级和单位</b>"]
    if not rows:
        lines.append("还没有。加上街道、职能部门、共建单位以后，卡片上会出现“🪜 上报/转交”。")
    for _, name, kind, people, grouped in rows:
        reach = "有群" if grouped else f"{people} 人" if people else "⚠️ 还没人登记"
        lines.append(f"{MARKS.get(kind, '•')} {esc(name)}（{KINDS.get(kind, kind)}）　{reach}")
    units: Rows = tuple(
        (Button(f"{MARKS.get(kind, '')} {name}"[:40], "units_page", f"{here}:{unit}"),)
        for unit, name, kind, *_ in rows[:30]
    )
    adds = [Button(f"➕ {KINDS[kind]}", "units_add", f"{here}:{kind}") for kind in missing]
    more: Rows = tuple(tuple(adds[i : i + 3]) for i in range(0, len(adds), 3))
    sheet: Rows = ((Button("📥 用表格导入", "units_sheet", here),),) if admin else ()
    return Words("\n".join(lines), (*units, *more, *sheet, (Button("⬅️ 返回", "units_leave", here),)))


@says
def units_ask_name(community: int, what: str, known: Sequence[Sequence[Any]] = ()) -> Words:
    """`known`: (id, name) of those of that kind that are there already."""
    rows: Rows = tuple(
        (Button(str(name)[:40], "units_known", f"{community}:{unit}"),) for unit, name in known
    )
    pick = "点一个已有的，或直接发名称。" if known else "直接发名称给我就行。"
    return Words(
        f"{MARKS.get(what, '')} {KINDS.get(what, what)}叫什么？{pick}",
        (*rows, (Button("✖️ 取消", "units_tree", str(community)),)),
    )


@says
def units_page(
    community: int,
    unit: int,
    called: str,
    kind: str,
    above: str,
    workers: Sequence[Sequence[Any]],
    bound: bool,
    bot: str,
    code: str,
    happened: str = "",
) -> Words:
    """One organisation. `workers`: (user id, name); `happened`: entered, left or empty."""
    lines = [{"entered": "✅ 加好了", "left": "✅ 已移出"}[happened]] if happened else []
    lines.append(f"{MARKS.get(kind, '•')} <b>{esc(called)}</b>（{KINDS.get(kind, kind)}）")
    if above:
        lines.append(f"上级：{esc(above)}")
    lines.append(f"人员：{esc('、'.join(str(name) for _, name in workers[:20])) if workers else '还没有'}")
    lines.append("群：已绑定，转来的件发到群里" if bound else "群：没有，转来的件私聊发给人员")
    if not workers and not bound:
        lines.append("\n👉 下一步：发一个邀请链接给对接人")
    here = f"{community}:{unit}"
    rows: list[tuple[Button, ...]] = [
        (
            Button("🔗 邀请对接人", "units_invite", here),
            Button("💬 绑定群", url=f"https://t.me/{bot}?startgroup=g_{code}"),
        )
    ]
    rows.extend(
        (Button(f"移出 {name}"[:40], "units_remove", f"{here}:{user}"),) for user, name in workers[:20]
    )
    rows.append((Button("🗑 停用", "units_close", here), Button("⬅️ 返回", "units_tree", str(community))))
    return Words("\n".join(lines), tuple(rows))


@says
def units_invitation(unit: str, address: str) -> Words:
    """Ready to be forwarded."""
    said = f"请您作为{unit}的对接人加入民心桥"
    share = f"https://t.me/share/url?url={quote(address, safe='')}&text={quote(said)}"
    return Words(
        f"👋 请您作为<b>{esc(unit)}</b>的对接人加入民心桥。\n点开链接，按“开始”就行：\n{esc(address)}\n"
        "（只能用一次，3 天内有效）",
        ((Button("📤 转发给对接人", url=share),),),
    )


@says
def units_joined(unit: str, kind: str, waiting: int = 0) -> Words:
    todo = f"现在有 {waiting} 件在等，发 /tickets 看。" if waiting else ""
    if kind == "council":
        return Words(
            f"🎉 欢迎！您已是<b>{esc(unit)}</b>的成员。有要开协调会的件，议程会发到这里，点一下就定主办。"
        )
    return Words(
        f"🎉 欢迎！您已是<b>{esc(unit)}</b>的对接人。\n转给您单位的件会发到这里：点“接单”就是您办，"
        f"<b>回复</b>卡片就是答复居民，办完点“办结回复”，不归您管就点“退回”。{todo}"
    )


@says
def units_group_ready(unit: str) -> Words:
    return Words(
        f"✅ 大家好！转给<b>{esc(unit)}</b>的件会发到本群。\n"
        "点“接单”就是您办。先请每位用邀请链接登记一次，没登记的点不了。"
    )


@says
def units_ask_sheet(community: int) -> Words:
    return Words(
        "把表格（xlsx 或 CSV）发给我，三列：<b>名称、类型、上级</b>。\n"
        "类型：市、区、街道、社区、职能部门、共建单位、共建委。例如：\n"
        f"<code>{esc(EXAMPLE)}</code>\n表里的社区没开通的会一起开通。也可以直接粘贴。",
        ((Button("✖️ 取消", "units_tree", str(community)),),),
    )


@says
def units_check_sheet(community: int, counts: Sequence[Sequence[Any]], total: int) -> Words:
    """`counts`: (kind, how many)."""
    found = "\n".join(f"{MARKS.get(kind, '•')} {KINDS.get(kind, kind)} {count} 个" for kind, count in counts)
    return Words(
        f"读到 {total} 个：\n{found}\n对吗？",
        (
            (
                Button("✅ 对，导入", "units_import", str(community)),
                Button("✖️ 取消", "units_tree", str(community)),
            ),
        ),
    )


@says
def units_bad_sheet(problems: Sequence[Sequence[Any]]) -> Words:
    """`problems`: (row, problem, value); nothing was entered."""
    lines = [
        f"• {f'第 {row} 行：' if row else ''}{PROBLEMS.get(problem, problem)}{f'（{esc(value)}）' if value else ''}"
        for row, problem, value in problems[:20]
    ]
    return Words("表格有几处要改，改好再发一次就行：\n" + "\n".join(lines))


@says
def units_imported(community: int, total: int, fresh: int) -> Words:
    """`fresh`: how many were not there before."""
    return Words(
        f"✅ 导入好了，共 {total} 个，其中新的 {fresh} 个。接着给每个单位发邀请链接。",
        ((Button("🪜 看上级和单位", "units_tree", str(community)),),),
    )


@says
def units_refused(reason: str, values: dict[str, Any] | None = None) -> Words:
    return Words("⚠️ " + esc(setup_why(reason, **(values or {}))))
