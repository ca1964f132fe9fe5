"""What the operator reads about learning: progress, before and after, what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sequence

HELP = {
    "train": "从改类别和过去的工单里学习 / learn from corrections and past exports",
    "train --data": "过去的工单表，csv、xlsx 或 jsonl；不写就学本库里的改类别 / past messages (default: corrections in the store)",
    "train --text": "哪一列是诉求内容 / the column with the words",
    "train --label": "哪一列是类别 / the column with the category",
    "train --map": '类别对照表 JSON：{"你们的类别": "本目录的小类"} / JSON: your label to our leaf',
    "train --undo": "退回上一个模型 / return to the model before",
    "train --quiet": "不显示进度，让机器先做别的事 / no progress, low priority",
}
PHASES = {"history": "学过去的工单", "corrections": "学改过的类别"}
_REASONS = {
    "format": "只认 csv、xlsx、jsonl 三种。请在 Excel 里“另存为”其中一种再试。",
    "column": "里没有这两列：{detail}。请看表的第一行，把列名照原样写在 --text 和 --label 后面。",
    "damaged": "读不出来，可能没存完整。请重新导出一份再试。（{detail}）",
    "missing": "打不开。请看看路径和文件名对不对、有没有读的权限。",
    "map": '对照表不对：{detail}。要写成 {{"你们的类别": "小类"}}，小类用本目录里的名称或代码。',
}
_SHOWN = 8


def bar(phase: str, done: int, total: int) -> str:
    """One line of progress."""
    share = done / total if total else 1.0
    return f"{PHASES[phase]} {'█' * int(share * 20):░<20} {share:4.0%}"


def file_problem(name: str, reason: str, detail: str) -> str:
    """What is wrong with a file, and what to do."""
    words = _REASONS[reason].format(detail=detail[:120] or "看不出写的是什么")
    return f"❌ {name} {words}" if reason != "map" else f"❌ {name}：{words}"


def columns_wanted() -> str:
    return "❌ 用 --data 时，请把两列的名字也写上：--text 内容列 --label 类别列。/ --data needs --text and --label."


def columns_alone() -> str:
    return "❌ --text、--label、--map 要和 --data 文件一起用。/ only together with --data."


def too_few(phase: str, rows: int, fewest: int, unknown: Sequence[str]) -> str:
    """Nothing can be learned from so little."""
    if phase == "corrections":
        return f"现在有 {rows} 条改过的类别，至少要 {fewest} 条才学得动。工作人员平时按“改类别”，攒够了再来；模型没有变。"
    words = f"能用的只有 {rows} 行，至少要 {fewest} 行才学得动；模型没有变。"
    return words + (f"\n{_unknown(unknown)}" if unknown else "请导出更长一段时间的工单。")


def learned(
    phase: str,
    rows: int,
    held_out: int,
    before: tuple[float, float],
    after: tuple[float, float],
    taken: bool,
    unknown: Sequence[str],
) -> str:
    """Before and after on rows that were held out; each pair is (share right, macro-F1)."""
    lines = [
        f"{PHASES[phase]}：{rows} 条，用没学过的 {held_out} 条来考：",
        f"   学之前　答对 {before[0]:.1%}，各类平均 {before[1]:.3f}",
        f"   学之后　答对 {after[0]:.1%}，各类平均 {after[1]:.3f}",
        "✅ 学了更准，已换上新模型。运行中的机器人一分钟内自动用上；不满意可用 --undo 退回。"
        if taken
        else "没有更准，还用原来的模型。",
    ]
    return "\n".join([*lines, _unknown(unknown)] if unknown else lines)


def undone(shipped: bool) -> str:
    return "✅ 已退回" + ("出厂的模型。" if shipped else "上一个模型。") + "运行中的机器人一分钟内自动换。"


def nothing_to_undo() -> str:
    return "没有上一个模型可退。/ there is no model to return to."


def not_kept(path: str, problem: str) -> str:
    return f"❌ 新模型存不进 {path}：{problem}。看看磁盘满没满、文件夹能不能写，再试一次。"


def _unknown(labels: Sequence[str]) -> str:
    shown = "、".join(labels[:_SHOWN]) + (f" 等 {len(labels)} 个" if len(labels) > _SHOWN else "")
    return f"⚠️ 这些类别对不上本目录，没有学：{shown}。请用 --map 写明各自是哪个小类。"
