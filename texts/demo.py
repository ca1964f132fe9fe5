"""What the demonstration prints in the terminal, beside the people's own words."""

from __future__ import annotations

RESIDENT_SIDE, GROUP_SIDE = "居民的手机", "工作人员的群"


def preparing() -> str:
    return "正在准备演示（社区、楼栋、工作人员和这两天的来件）…… / preparing"


def chapter(number: int, words: str) -> str:
    return f"\n━━ {number}. {words} ━━"


def sides(width: int) -> str:
    """The heading of the two columns; Chinese characters are two columns wide."""
    return f"{RESIDENT_SIDE}{' ' * (width - 2 * len(RESIDENT_SIDE))}{GROUP_SIDE}"


def says(at: str, who: str, to: str = "") -> str:
    return f"{at} {who}" + (f" → {to}" if to else "")


def changed(at: str, who: str) -> str:
    return f"{at} {who}（更新）"


def presses(at: str, who: str, button: str) -> str:
    return f"{at} {who} 点了 [{button}]"


def toast(words: str) -> str:
    return f"（提示：{words}）"


def quoted(words: str) -> str:
    return f"┆回复：{words}"


def photo() -> str:
    return "〔照片〕"


def done(checks: int, seconds: float) -> str:
    return f"\n✅ 故事演完，{checks} 处都对上了，用时 {seconds:.1f} 秒。/ The story held: {checks} checks."


def not_seen(step: str, where: str, words: str) -> str:
    return f"❌ 故事在“{step}”这一步没对上：{where} 没有出现：{words}\n   The story failed at step {step!r}."


def not_right(step: str, problem: str) -> str:
    return f"❌ 故事在“{step}”这一步没对上：{problem}\n   The story failed at step {step!r}."


def wrong_toast(expected: str, shown: str) -> str:
    return f"点按钮后应提示“{expected}”，实际是“{shown}”"


def no_such_message(words: str, where: str) -> str:
    return f"{where} 里找不到带“{words}”的消息"


def out_of_order(words: str) -> str:
    return f"“{words}”来得太早，应该在后面"


def should_not(words: str) -> str:
    return f"群里不该出现“{words}”"


def wrong_count(expected: int, found: int) -> str:
    return f"应该新开 {expected} 件，实际是 {found} 件"


def port_taken(port: int) -> str:
    return f"❌ 端口 {port} 已被占用。换一个，或去掉 --port 自动选。\n   Port {port} is taken; choose another, or leave --port out."


def child_failed(name: str, log: str) -> str:
    what = {"bot": "机器人", "standin": "Telegram 替身"}.get(name, name)
    return f"❌ {what}没有跑起来，最后的日志：\n   The {name} process ended; its last log lines:\n\n{log or '（没有日志）'}"


def bot_silent(log: str) -> str:
    return f"❌ 机器人启动后没有应答，最后的日志：\n   The bot does not answer; its last log lines:\n\n{log or '（没有日志）'}"


def not_a_demo(folder: str) -> str:
    return (
        f"❌ {folder} 里已有别的文件，不是演示的数据。请换一个空文件夹。\n"
        "   The folder holds something else; choose an empty one."
    )


def cannot_write(folder: str, problem: str) -> str:
    return f"❌ 不能写入 {folder}：{problem}\n   Cannot write there."


def goodbye() -> str:
    return "\n演示结束，再见。/ Ended."


def who_is_who(residents: str, staff: str, units: str) -> str:
    return f"   居民：{residents}\n   工作人员：{staff}\n   上级和单位：{units}"
