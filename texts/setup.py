"""What those who set up a community read: step by step, one question at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from texts import names
from texts.refusals import why
from texts.registry import says
from texts.words import Button, Rows, Words, esc, pairs

CANCEL_WORDS = frozenset({"取消", "算了", "不弄了", "返回", "退出"})
SKIP_WORDS = frozenset({"跳过", "不用", "以后再说", "下一步"})


REASONS = {
    "setup_bad_name": "社区名要 2–30 个字，比如“幸福社区”。",
    "setup_name_taken": "已经有“{name}”了，请换个名字，或在前面加上街道名。",
    "setup_bad_phone": "这不像电话号码，请写成 010-12345678 这样，可写两个。",
    "setup_bad_hours": "请用一句话说，40 个字以内，比如“周一至周五 8:30–17:30”。",
    "setup_bad_time": "请写成 8:30 这样的时间。",
    "setup_bad_person": "请写 1–12 个字的称呼，比如“王芳”或“小王”。",
    "setup_nothing_waits": "没有等着导入的楼栋，请先发名单。",
    "setup_bound_here": "本群已经是{name}的工作群了，可以直接用。",
    "setup_no_member": "名单里没有这位同事了。",
    "setup_not_self": "不能移出自己，请管理员来操作。",
    "setup_bad_role": "没有这个身份。",
}


def setup_why(reason: str, **values: Any) -> str:
    """Why a step of the set-up was refused."""
    return REASONS[reason].format(**values) if reason in REASONS else why(reason, **values)


def cancel(community: int = 0) -> Button:
    return Button("✖️ 取消", "setup_cancel", str(community))


def skip(community: int, step: str) -> Button:
    return Button("⏭ 跳过", "setup_skip", f"{community}:{step}")


NOT_NAMES = frozenset((
    "你好", "您好", "大家好", "好的", "好", "嗯", "哦", "行", "可以", "收到", "知道了",
    "明白", "谢谢", "辛苦了", "不改", "不用改", "没问题", "测试", "试试", "怎么用", "在",
))  # fmt: skip
COLLEAGUE = "同事"  # one whose name has no letter that can be shown


def left_post(person: str) -> str:
    """Why a ticket went back."""
    return f"{person}已离岗"


def link(bot: str, payload: str) -> str:
    return f"https://t.me/{bot}?start={payload}"


@says
def setup_home(
    communities: Sequence[Sequence[Any]] = (), admin: bool = True, offset: int = 0, total: int = 0
) -> Words:
    """`communities`: (id, name, ready) rows of this page."""
    create: Rows = ((Button("➕ 创建社区", "setup_create"),),) if admin else ()
    if not communities:
        return Words(
            "您好，管理员！🌉 还没有社区，几分钟就能开通：\n起名字 → 绑工作群 → 导楼栋 → 邀同事。",
            create,
        )
    rows: list[tuple[Button, ...]] = [
        (Button(f"{'✅' if ready else '🔧'} {name}"[:40], "setup_page", str(community)),)
        for community, name, ready in communities
    ]
    turn = []
    if offset:
        turn.append(Button("⬅️ 上一页", "setup_list", str(max(0, offset - 20))))
    if offset + len(communities) < total:
        turn.append(Button("下一页 ➡️", "setup_list", str(offset + 20)))
    if turn:
        rows.append(tuple(turn))
    return Words("<b>您管理的社区</b>\n点一个看设置。", (*rows, *create))


@says
def setup_ask_name() -> Words:
    return Words(
        "社区叫什么名字？直接发给我就行。\n例如：<b>幸福社区</b>，或 <b>和平街道幸福社区</b>",
        ((cancel(),),),
    )


@says
def setup_page(
    community: int,
    called: str,
    group: str,
    estates: int,
    buildings: int,
    staff: int,
    phone: str,
    hours: str,
    summary: str,
    bot: str,
    code: str,
    admin: bool = True,
    happened: str = "",
    value: str = "",
) -> Words:
    """The checklist of a community. `group`: "bound", "lost" or "unbound"; `happened`: a key of HAPPENED."""
    steps = (
        (group == "bound", "工作群", "已绑定" if group == "bound" else "还没绑定", "group"),
        (buildings > 0 or estates > 0, "楼栋", f"{estates} 个小区 {buildings} 栋", "buildings"),
        (staff > 0, "同事", f"{staff} 人", "team"),
    )
    lines = [HAPPENED[happened].format(value=esc(value))] if happened else []
    lines.append(f"<b>{esc(called)}</b>")
    lines.extend(f"{'✅' if done else '⬜'} {what}：{state}" for done, what, state, _ in steps)
    lines.append(f"▫️ 电话：{esc(phone) or '未填（可不填）'}")
    lines.append(f"▫️ 办公时间：{esc(hours) or '未填（可不填）'}")
    lines.append(f"▫️ 日报：每天 {esc(summary)}")
    todo = next((step for done, _, _, step in steps if not done), "")
    if todo:
        lines.append(f"\n👉 下一步：<b>{NEXT[todo]}</b>")
    else:
        address = link(bot, f"c_{code}")
        lines.append(f"\n🎉 可以用了！把这个链接发给居民：\n{esc(address)}")
    return Words("\n".join(lines), _page_buttons(community, todo, admin, group == "bound"))


TOASTS = {
    "setup_bind": "绑好了",
    "setup_import": "导入好了",
    "setup_role": "链接好了，转发给同事就行",
    "setup_me": "好的，算您一个",
    "setup_keep_name": "好的",
    "setup_put": "记下了",
    "setup_remove_yes": "已移出",
    "setup_template": "模板马上到",
}
HAPPENED = {
    "created": "✅ 创建好了：<b>{value}</b>\n",
    "bound": "✅ 工作群绑好了{value}\n",
    "imported": "✅ 导入好了，共 {value} 栋\n",
    "saved": "✅ 记下了：{value}\n",
    "cancelled": "好的，先不弄。\n",
    "joined": "✅ {value}已加入\n",
    "left": "✅ {value}已移出\n",
}
NEXT = {"group": "绑定工作群", "buildings": "导入楼栋", "team": "邀请同事"}


def _page_buttons(community: int, todo: str, admin: bool, bound: bool) -> Rows:
    here = str(community)
    labels = {
        "group": "💬 换工作群" if bound else "💬 绑定工作群",
        "buildings": "🏘 导入楼栋",
        "team": "👥 邀请同事",
    }
    actions = {"group": "setup_group", "buildings": "setup_buildings", "team": "setup_invite"}
    rows: list[tuple[Button, ...]] = []
    if todo:
        rows.append((Button(f"👉 {NEXT[todo]}", actions[todo], here),))
    rest = [Button(labels[step], actions[step], here) for step in labels if step != todo]
    rows.append(tuple(rest[:2]))
    rows.extend((button,) for button in rest[2:])
    more = [
        Button("☎️ 电话", "setup_phone", here),
        Button("🕘 办公时间", "setup_hours", here),
        Button("📰 日报时间", "setup_summary", here),
        Button("📋 同事名单", "setup_team", here),
        Button("🔗 居民二维码", "setup_links", here),
        Button("🪜 上级和单位", "units_tree", here),
        Button("🗓 工作日历", "days_page", here),
    ]
    if admin:
        more.append(Button("🏠 所有社区", "setup_list", "0"))
    return (*rows, *pairs(more))


@says
def setup_group(community: int, called: str, bot: str, code: str, bound: bool = False) -> Words:
    moved = "\n（现在已有工作群，换群后新来件都发到新群。）" if bound else ""
    return Words(
        f"<b>绑定{esc(called)}的工作群</b>\n"
        "1. 点下面的按钮，选同事们的群，把我加进去\n"
        "2. 我会马上在群里报到；没动静就在群里发 /setup\n\n"
        f"当普通成员就行：同事点按钮、回复我的消息，我都收得到。{moved}",
        (
            (Button("➕ 把我拉进群", url=f"https://t.me/{bot}?startgroup=s_{code}"),),
            (skip(community, "group"), cancel(community)),
        ),
    )


@says
def setup_choose(communities: Sequence[Sequence[Any]]) -> Words:
    """`communities`: (id, name, bound elsewhere)."""
    rows: Rows = tuple(
        (Button(f"{'换到本群：' if bound else ''}{name}"[:40], "setup_bind", str(community)),)
        for community, name, bound in communities
    )
    homes: Rows = tuple(
        (Button(f"🏘 {name}的居民群"[:40], "residents_bind", str(community)),)
        for community, name, _ in communities
    )
    return Words("这个群给哪个社区当工作群？（负责人点一下）是居民群就点带 🏘 的。", (*rows, *homes))


@says
def setup_group_ready(called: str, waiting: int = 0, buildings: int = 0) -> Words:
    cards = f"\n📥 有 {waiting} 件在等，卡片马上发来。" if waiting else ""
    return Words(
        f"✅ 大家好！本群现在是<b>{esc(called)}</b>的工作群。\n"
        "居民来件会发成卡片：点“接单”就是您办，<b>回复</b>卡片就是答复居民。发 /help 看用法。\n"
        f"还没登记的同事，请找负责人要邀请链接，点开就行。{cards}"
    )


@says
def setup_group_moved(called: str) -> Words:
    return Words(f"📦 <b>{esc(called)}</b>的工作群已换到别的群，以后的来件不再发到这里。")


@says
def setup_go_private(bot: str) -> Words:
    return Words(
        "请先在私聊里创建社区，再回来绑定这个群。",
        ((Button("💬 去私聊", url=f"https://t.me/{bot}"),),),
    )


@says
def setup_refused(reason: str, values: dict[str, Any] | None = None) -> Words:
    return Words("⚠️ " + esc(setup_why(reason, **(values or {}))))


@says
def setup_ask_role(community: int, called: str, me: bool = False) -> Words:
    here = str(community)
    rows: list[tuple[Button, ...]] = [
        (
            Button("社区工作者", "setup_role", f"{here}:staff"),
            Button("网格员/楼道长", "setup_role", f"{here}:grid"),
        ),
        (
            Button("负责人", "setup_role", f"{here}:lead"),
            Button("监督员（只看）", "setup_role", f"{here}:auditor"),
        ),
    ]
    if me:
        rows.append((Button("🙋 我自己也办件", "setup_me", here),))
    rows.append((Button("✅ 好了 / 跳过", "setup_page", here), cancel(community)))
    return Words(
        f"<b>邀请同事加入{esc(called)}</b>\n同事做什么？点一次出一个链接，一人一个，转发给他就行。",
        tuple(rows),
    )


@says
def setup_invitation(called: str, work: str, address: str) -> Words:
    """Ready to be forwarded."""
    said = f"请您加入{called}的民心桥，身份：{names.ROLES[work]}"
    share = f"https://t.me/share/url?url={quote(address, safe='')}&text={quote(said)}"
    return Words(
        f"👋 请您加入<b>{esc(called)}</b>的民心桥，身份：<b>{names.ROLES[work]}</b>。\n"
        f"点开链接，按“开始”就行：\n{esc(address)}\n（只能用一次，3 天内有效）",
        ((Button("📤 转发给同事", url=share),),),
    )


@says
def setup_joined(community: int, called: str, work: str, person: str) -> Words:
    return Words(
        f"🎉 欢迎！您已是<b>{esc(called)}</b>的{names.ROLES[work]}。在工作群里点“接单”就能办件。\n\n"
        f"居民会看到您的称呼：<b>{esc(person)}</b>。要改就直接发新的称呼，不改点“跳过”。",
        ((Button("⏭ 跳过", "setup_keep_name", str(community)),),),
    )


@says
def setup_already(called: str, work: str) -> Words:
    return Words(f"您已经是<b>{esc(called)}</b>的{names.ROLES[work]}了，可以直接用。", silent=True)


@says
def setup_ask_myname(community: int, person: str) -> Words:
    return Words(
        f"居民现在看到的称呼是：<b>{esc(person)}</b>。要改成什么？直接发给我。",
        ((Button("⏭ 跳过", "setup_keep_name", str(community)),),),
    )


@says
def setup_name_kept(community: int, person: str) -> Words:
    return Words(
        f"👌 居民会看到：<b>{esc(person)}</b>。",
        ((Button("✏️ 改称呼", "setup_rename", str(community)),),),
        silent=True,
    )


@says
def setup_ask_phone(community: int, now: str = "") -> Words:
    kept = f"\n现在是：{esc(now)}" if now else ""
    return Words(
        f"社区的值班电话是多少？居民找人工时会看到。{kept}",
        ((skip(community, "phone"), cancel(community)),),
    )


HOURS = ("周一至周五 8:30–12:00 13:30–17:30", "周一至周五 9:00–17:00", "每天 8:30–17:30")
SUMMARIES = ("07:30", "08:00", "08:30", "09:00")


@says
def setup_ask_hours(community: int, now: str = "") -> Words:
    kept = f"\n现在是：{esc(now)}" if now else ""
    rows: Rows = tuple((Button(hours, "setup_put", f"{community}:hours:{hours}"),) for hours in HOURS)
    return Words(
        f"办公时间是？点一个，或直接打字。{kept}", (*rows, (skip(community, "hours"), cancel(community)))
    )


@says
def setup_ask_summary(community: int, now: str) -> Words:
    rows = tuple(Button(at, "setup_put", f"{community}:summary:{at}") for at in SUMMARIES)
    return Words(
        f"日报每天几点发到工作群？现在是 <b>{esc(now)}</b>。点一个，或直接打 8:15 这样。",
        (rows, (skip(community, "summary"), cancel(community))),
    )


@says
def setup_team(community: int, called: str, people: Sequence[Sequence[Any]]) -> Words:
    """`people`: (user id, name, role, open tickets)."""
    here = str(community)
    back = (Button("👥 邀请同事", "setup_invite", here), Button("⬅️ 返回", "setup_page", here))
    if not people:
        return Words(f"<b>{esc(called)}</b>还没有同事，发个邀请链接吧。", (back,))
    lines = [f"• {esc(who)}　{names.ROLES[role]}　在办 {held} 件" for _, who, role, held in people]
    rows: Rows = tuple(
        (Button(f"移出 {who}"[:40], "setup_remove", f"{here}:{user}"),) for user, who, *_ in people[:30]
    )
    return Words(f"<b>{esc(called)}的同事</b>（{len(people)} 人）\n" + "\n".join(lines[:60]), (*rows, back))


@says
def setup_confirm_remove(community: int, user: int, person: str, held: int) -> Words:
    open_ones = f"他手上的 {held} 件会退回，请再派人。" if held else ""
    return Words(
        f"要把<b>{esc(person)}</b>移出吗？{open_ones}",
        (
            (
                Button("移出", "setup_remove_yes", f"{community}:{user}"),
                Button("不移出", "setup_team", str(community)),
            ),
        ),
    )


@says
def setup_member_left(person: str, numbers: Sequence[str]) -> Words:
    held = (
        f"手上的 {len(numbers)} 件要重新派人：{esc('、'.join(numbers[:20]))}" if numbers else "没有在办的件。"
    )
    return Words(f"👋 <b>{esc(person)}</b>已不在本社区办件。{held}")


@says
def setup_removed(called: str) -> Words:
    return Words(f"您已不再是<b>{esc(called)}</b>的工作人员。辛苦了！")


@says
def setup_links(
    community: int, called: str, bot: str, code: str, buildings: Sequence[Sequence[str]], total: int
) -> Words:
    """`buildings`: (label, code) of the first ones."""
    lines = [f"<b>{esc(called)}的居民入口</b>", f"全社区：{esc(link(bot, f'c_{code}'))}"]
    lines.extend(f"{esc(label)}：{esc(link(bot, f'b_{house}'))}" for label, house in buildings)
    if total > len(buildings):
        lines.append(f"……共 {total} 栋，全部在下面的表格里")
    back = Button("⬅️ 返回", "setup_page", str(community))
    rows: Rows = ((Button("🖼 社区二维码", "setup_qr", str(community)), back),)
    if total:
        rows = ((Button("📄 全部楼栋链接（表格）", "setup_link_list", str(community)),), *rows)
    return Words("\n".join(lines), rows)


@says
def setup_qr(called: str, address: str) -> Words:
    return Words(f"<b>{esc(called)}</b> 有事扫一扫，一句话就行\n{esc(address)}")


@says
def setup_link_list(called: str, total: int) -> Words:
    return Words(
        f"📄 <b>{esc(called)}</b> {total} 栋楼的入口链接。做成二维码贴在楼道里，居民扫码就带上楼号。"
    )
