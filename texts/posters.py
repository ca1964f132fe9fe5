"""What stands on the poster at a building's door."""

from __future__ import annotations

TITLE = "有事您说，社区来办"
SCAN = "手机扫一扫，说句话就行"
STEPS = (
    "扫码打开 Telegram，点“开始”",
    "像平常说话那样写一句：什么事、在哪儿",
    "照片、语音也行；办到哪一步都告诉您",
)
DANGER = "有危险，先打电话"
DANGER_NUMBERS = (("119", "着火、被困"), ("120", "受伤、急病"), ("110", "报警"))
PRIVACY = "请不要发身份证号、银行卡号。"
SHEET_NAME = "海报.html"
PRINT = "打印：按 Ctrl+P（Mac 按 ⌘P），纸张选 A4，边距选“无”。"
WHOLE = "全社区"


def office_line(phone: str, hours: str) -> str:
    """The way to a person, without Telegram; empty when the office has told neither."""
    if not phone:
        return f"办公时间：{hours}" if hours else ""
    return f"社区电话 {phone}" + (f"（{hours}）" if hours else "")


def count_line(count: int) -> str:
    return f"共 {count} 张"
