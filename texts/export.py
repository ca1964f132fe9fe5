"""The words of an export: its columns and sheets, and what is said when somebody asks for one."""

from __future__ import annotations

from texts.registry import says
from texts.words import Words, esc

CLOSED = "🔒"  # stands for what only those who handle the ticket may read

COLUMNS = {
    "number": "编号",
    "problem": "什么问题",
    "place": "在哪里",
    "responsible": "谁负责",
    "promised": "什么时候解决",
    "state": "状态",
    "top": "大类",
    "category": "小类",
    "kind": "诉求类型",
    "urgency": "紧急程度",
    "assignee": "经办人",
    "resident": "居民",
    "phone": "电话",
    "created": "来件时间",
    "accepted": "受理时间",
    "answered": "首次答复",
    "closed": "办结时间",
    "on_time": "按时",
    "result": "结果",
    "outcome": "办理情况",
    "opinion": "居民评价",
    "reopened": "重办次数",
    "returned": "退单次数",
}
"""The register: the four questions first."""

HOP_COLUMNS = {
    "number": "编号",
    "at": "时间",
    "who": "谁",
    "role": "身份",
    "what": "做了什么",
    "before": "之前",
    "after": "之后",
    "note": "说明",
}
REGISTER_SHEET, HOPS_SHEET, FIGURES_SHEET = "登记簿", "办理经过", "统计"
NOBODY = "（未写明）"
WHOLE = {True: "全文，含个人信息，请妥善保管", False: "已隐去姓名、电话和隐私件内容"}
YES_NO = {True: "是", False: "否", None: "—"}
FIGURES = {
    "total": "来件总数",
    "open": "在办",
    "finished": "已办结（含待回访）",
    "other": "其他（撤回、并单、不予受理、作废）",
    "late": "没有按时答复",
    "on_time": "按时答复",
    "pending": "还没到期或不计",
    "reopened": "重办过的",
    "returned": "退单过的",
}
QUESTIONS = {"problem": "什么问题", "place": "在哪里", "responsible": "谁负责", "promised": "什么时候解决"}
"""A sheet for each of the four questions."""
ANSWER_COLUMNS = {"total": "件数", "open": "在办", "finished": "已办结", "on_time": "按时", "late": "没按时"}
NO_PLACE = "（没说地点）"
FIGURES_TITLE, COUNT = "情况", "件数"
BY_TOP, BY_CATEGORY, BY_DAY, BY_RESULT, BY_OPINION = "按大类", "按小类", "按天来件", "按结果", "按评价"

THIS_MONTH = frozenset({"", "本月", "这个月", "這個月", "当月", "當月"})
LAST_MONTH = frozenset({"上月", "上个月", "上個月"})
WITH_ALL = frozenset({"全部", "全文"})


def file_name(community: str, since: str, until: str, ending: str) -> str:
    """ "幸福社区登记簿2026-11-01至2026-11-30.xlsx"."""
    return f"{community}登记簿{since}至{until}.{ending}"


def heading(community: str, since: str, until: str, made: str, *, full: bool) -> str:
    """The line above the figures."""
    return f"{community}　{since} 至 {until}　{made} 导出　{WHOLE[full]}"


@says
def export_preparing(count: int) -> Words:
    return Words(f"⏳ 正在准备 {count} 件的表格，稍等……", silent=True)


@says
def export_ready(community: str, since: str, until: str, count: int, full: bool) -> Words:
    note = (
        "里面有居民的姓名、电话和原话，<b>请不要转发</b>，用完删掉。"
        if full
        else "姓名、电话和隐私件已隐去。要全文，请在私聊里发 <code>/export 本月 全部</code>。"
    )
    return Words(f"📒 <b>{esc(community)}</b> {esc(since)} 至 {esc(until)}，共 {count} 件。\n{note}")


@says
def export_in_private() -> Words:
    return Words("📒 表格私聊发给您了。没收到？请先点我的头像，发 /start，再试一次。", silent=True)


@says
def export_full_only_private() -> Words:
    return Words("全文含居民个人信息，请私聊我发 <code>/export 本月 全部</code>。")


@says
def export_empty(since: str, until: str) -> Words:
    return Words(f"{esc(since)} 至 {esc(until)} 没有来件，不用导出。")


@says
def export_too_big(megabytes: int, most: int) -> Words:
    return Words(
        f"表格有 {megabytes} MB，Telegram 里发不了（最多 {most} MB）。"
        "请管理员在服务器上用 <code>bot.py export</code> 导出。"
    )


@says
def export_how() -> Words:
    return Words(
        "这样用：<code>/export 本月</code>、<code>/export 上月</code>、<code>/export 2026-11</code>\n"
        "表格会私聊发给您。"
    )
