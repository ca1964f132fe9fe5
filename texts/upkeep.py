"""What the operator reads about backups, the chain of the history and retention."""

from __future__ import annotations

from collections.abc import Sequence

HELP = {
    "backup --check": "不备份，只检查这份备份能不能恢复 / check whether this copy could be restored",
    "restore": "用备份恢复数据库（先停下机器人） / put a backup in the place of the store (stop the bot first)",
    "restore FILE": "备份文件 / the copy",
    "restore --force": "即使现有数据库更新也恢复 / even when the present store holds something newer",
    "audit": "核对办理经过有没有被改动 / verify that nobody has changed the history",
    "audit ACTION": "verify：逐条核对 / verify: go through every seal",
    "audit --community": "只看这个社区 / this community only",
    "audit --head": "日报末尾的封存号，如 57-3fa1b2c9d0，看它还在不在 / a head told in a daily summary",
    "retention": "清掉超过保存期限的旧件里的个人信息 / let go of the words of tickets past their time",
    "retention --dry-run": "只数一数，不动数据 / count only",
    "doctor --deep": "连数据一起细查：完整性、办理经过、备份 / look into the records too",
}
BROKEN = {
    "changed": "被改过",
    "words": "内容被改过",
    "missing": "前面少了封存记录",
    "lost": "被删掉了",
    "cut": "末尾被截断",
    "unsealed": "是后来塞进去的",
}
RETENTION_OFF = "RETENTION_DAYS=0：旧件的内容一直保留。/ old tickets keep their words."
_SHOWN = 10


def chain(name: str, head: str, breaks: Sequence[tuple[str, int, int]]) -> str:
    """One community; `breaks` as (what, place in the chain, event)."""
    if not breaks:
        return f"✅ {name}：办理经过完整，封存号 {head}" if head else f"✅ {name}：还没有办理经过"
    lines = [f"❌ {name}：{len(breaks)} 处对不上 / {len(breaks)} seals do not fit"]
    for what, place, event_id in breaks[:_SHOWN]:
        where = f"第 {place} 处封存" if place else "没有封存"
        lines.append(f"   {where}，事件 {event_id or '-'}：{BROKEN.get(what, what)}")
    if len(breaks) > _SHOWN:
        lines.append(f"   …还有 {len(breaks) - _SHOWN} 处")
    return "\n".join(lines)


def no_chain(name: str) -> str:
    return f"没有叫“{name}”的社区。/ no such community." if name else "还没有社区。/ no community yet."


def head_found(head: str) -> str:
    return f"✅ 封存号 {head} 还在原处：那之前的经过没有动过。/ the head still stands."


def head_lost(head: str) -> str:
    return f"❌ 封存号 {head} 对不上：那之前的经过被整个重写过。/ the head is gone: the history was written anew."


def copy_good(path: str) -> str:
    return f"✅ {path} 可以用来恢复：文件完整，数据前后一致。/ can be restored."


def copy_bad(path: str, problem: str) -> str:
    return f"❌ {path} 不能用：{problem}"


def copy_refused(reason: str, detail: str) -> str:
    """Why a copy is not put in place; reasons of domain.errors.CopyError."""
    said = {
        "bad": f"这份备份坏了（{detail}），什么都没动。/ the copy is damaged.",
        "newer": "现有数据库里有比备份更新的记录，什么都没动。确实要退回去，加 --force。/ the store is newer; add --force.",
        "in_use": "数据库正在使用，请先停下机器人。/ stop the bot first.",
    }
    return f"❌ {said.get(reason, detail)}"


def restored(path: str, aside: str) -> str:
    kept = f"\n   原来的数据库改名保留在 {aside}。/ the store of before lies there." if aside else ""
    return f"✅ 已恢复到 {path}，现在可以启动机器人。/ restored.{kept}"


def retention_would(count: int, days: int) -> str:
    return f"有 {count} 件办完超过 {days} 天，会去掉内容、地点和姓名；这次什么都没动。/ {count} tickets would lose their words."


def retention_done(count: int, days: int) -> str:
    return (
        f"✅ {count} 件办完超过 {days} 天，内容、地点和姓名已去掉。/ {count} tickets have lost their words."
    )
