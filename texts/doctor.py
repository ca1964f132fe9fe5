"""What the doctor says."""

from __future__ import annotations

from collections.abc import Sequence

SETTINGS_GOOD = "设置齐全"
RULES_BAD = "类别或时限文件有误"
DISK_REMEDY = "清理磁盘；满了以后新消息会先留在 Telegram，不会丢，但没人看得到"
STORE_OPEN_REMEDY = "chmod 600 这个文件，里面有居民信息"
NO_GROUP_REMEDY = "把机器人拉进工作群，在群里发 /setup"
TELEGRAM_BAD = "连不上 Telegram"
TOKEN_BAD = "Telegram 不认这个令牌"
TOKEN_REMEDY = "到 @BotFather 重新复制 TELEGRAM_BOT_TOKEN"
CALENDAR_GOOD = "节假日和调休日历已覆盖今年和明年"
CALENDAR_REMEDY = "国务院通知发布后升级 holidays 库，或把放假和调休日写进 EXTRA_HOLIDAYS、EXTRA_WORKDAYS"
ADMINS_BAD = "还没有管理员"
ADMINS_REMEDY = "把您的 Telegram 数字编号写进 ADMIN_IDS（向 @userinfobot 发消息就能看到）"
FONTS_GOOD = "有中文字体"
FONTS_BAD = "没找到中文字体"
FONTS_REMEDY = "apt-get install fonts-noto-cjk（只影响图片，不影响办事）"
FAST_GOOD = "已装快速分词 rjieba"
FAST_MISSING = "没装快速分词（可选）"
FAST_REMEDY = "uv sync --extra fast，同样的结果，更省 CPU"


def setting_bad(name: str) -> str:
    return f"设置 {name} 缺失或有误"


def rules_good(name: str, leaves: int) -> str:
    return f"类别目录“{name}”{leaves} 类，时限齐全"


def store_good(path: str, communities: int) -> str:
    return f"数据库可用（{path}），{communities} 个社区"


def store_bad(path: str) -> str:
    return f"数据库用不了（{path}）"


def store_remedy(problem: str) -> str:
    return f"{problem}；检查文件夹能否写、磁盘是否满"


def disk_low(megabytes: int) -> str:
    return f"磁盘只剩 {megabytes} MB"


def store_open(path: str) -> str:
    return f"别的用户也能读 {path}"


def no_group(name: str) -> str:
    return f"“{name}”还没有工作群"


def telegram_good(username: str) -> str:
    return f"已连上 Telegram（@{username}）"


def telegram_remedy(problem: str) -> str:
    return f"{problem}；检查网络、代理（HTTPS_PROXY）或 TELEGRAM_API_BASE_URL"


def calendar_estimated(years: Sequence[int]) -> str:
    return f"{'、'.join(map(str, years))} 年的调休还没有官方安排，时限按法定假日估算"


def admins_good(count: int) -> str:
    return f"{count} 位管理员"
