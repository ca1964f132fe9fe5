"""What the doctor says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SETTINGS_GOOD = "设置齐全"
RULES_BAD = "类别或时限文件有误"
DISK_REMEDY = "清理磁盘；满了以后新消息会先留在 Telegram，不会丢，但没人看得到"
STORE_OPEN_REMEDY = "chmod 600 这个文件，里面有居民信息"
NO_GROUP_REMEDY = "把机器人拉进工作群，在群里发 /setup"
TELEGRAM_BAD = "连不上 Telegram"
TOKEN_REMEDY = "到 @BotFather 重新复制 TELEGRAM_BOT_TOKEN"
CALENDAR_GOOD = "节假日和调休日历已覆盖今年和明年"
CALENDAR_REMEDY = (
    "国务院通知发布后，管理员在私聊里点“工作日历 → 录入放假通知”粘贴原文即可（或升级 holidays 库）"
)
ADMINS_BAD = "还没有管理员"
ADMINS_REMEDY = "把您的 Telegram 数字编号写进 ADMIN_IDS（向 @userinfobot 发消息就能看到）"
FONTS_GOOD = "有中文字体"
FONTS_BAD = "没找到中文字体"
FONTS_REMEDY = "apt-get install fonts-noto-cjk（只影响图片，不影响办事）"
FAST_GOOD = "已装快速分词 rjieba"
FAST_MISSING = "没装快速分词（可选）"
FAST_REMEDY = "uv sync --extra fast，同样的结果，更省 CPU"

VOICE_GOOD = "语音转文字可用"
VOICE_BAD = "VOICE_MODEL_DIR 用不了，语音暂时转不了文字"

FILE_WHOLE = "数据库文件完整"
RECORDS_GOOD = "数据前后一致"
AUDIT_GOOD = "办理经过没有被改动"
UNDONE_REMEDY = "看日志里的 ERROR；人工联系这些居民"
OWN_TOOLS = "PostgreSQL 的数据文件和备份，这里不看"
OWN_TOOLS_REMEDY = (
    "文件是否完整用 pg_amcheck，备份用 pg_dump -Fc 或 pg_basebackup，恢复用 pg_restore，见 docs/city.md"
)
NO_BACKUPS = "没有自动备份"
NO_BACKUPS_REMEDY = "设置 BACKUP_DIR（最好在另一块盘上），或定时运行 bot.py backup"
NO_BACKUP_YET = "自动备份还没做过"
BACKUP_OLD_REMEDY = "机器人在运行吗？备份文件夹能写吗？"
RULES = {
    "without_beginning": "没有登记记录的件",
    "astray": "状态和经过不符",
    "strange_events": "经过对不上件",
    "strange_messages": "消息对不上社区",
    "strange_letters": "待发消息对不上件",
    "unjoined": "并单记录不全",
    "clock": "计时和状态不符",
    "review": "回访期和状态不符",
    "result": "办结却没有结果",
}


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


def token_bad(name: str) -> str:
    return f"Telegram 不认机器人“{name}”的令牌" if name else "Telegram 不认这个令牌"


def telegram_good(username: str) -> str:
    return f"已连上 Telegram（@{username}）"


def telegram_remedy(problem: str) -> str:
    return f"{problem}；检查网络、代理（HTTPS_PROXY）或 TELEGRAM_API_BASE_URL"


def calendar_estimated(years: Sequence[int]) -> str:
    return f"{'、'.join(map(str, years))} 年的调休还没有官方安排，时限按法定假日估算"


def admins_good(count: int) -> str:
    return f"{count} 位管理员"


def file_damaged(problem: str) -> str:
    return f"数据库文件损坏（{problem}），请停下机器人，用 bot.py restore 恢复备份"


def records_bad(broken: Mapping[str, int]) -> str:
    return "数据前后不一致：" + "，".join(
        f"{RULES.get(name, name)} {count}" for name, count in broken.items()
    )


def audit_bad(count: int) -> str:
    return f"办理经过有 {count} 处对不上，详见 bot.py audit verify"


def left_undone(updates: int, letters: int) -> str:
    return f"没处理成的消息 {updates} 条，没送到的消息 {letters} 条"


def backup_age(name: str, days: float) -> str:
    return f"最近的备份 {name}，{days:.1f} 天前"
