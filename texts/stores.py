"""What the operator reads about PostgreSQL: roles, moving a store, and what its own tools are for."""

from __future__ import annotations

from collections.abc import Sequence

HELP = {
    "run --role": "这个进程做什么：all 全部，intake 收消息，work 处理，deliver 发消息，jobs 定时；分开要用 PostgreSQL / what this process does; other than all needs PostgreSQL",
    "migrate-store": "把数据从一个数据库搬到另一个（先停下机器人） / move the records to another store (stop the bot first)",
    "migrate-store FROM": "从哪里，如 sqlite:data/minxinqiao.sqlite / from",
    "migrate-store TO": "到哪里，如 postgresql://用户:口令@主机/库，必须是空的 / to; it must be empty",
}


def role_alone(role: str) -> str:
    return f"--role {role} 要用 PostgreSQL：SQLite 文件只能有一个进程。/ needs PostgreSQL: one process serves a SQLite file."


def no_driver() -> str:
    return "PostgreSQL 需要另装一个包 / PostgreSQL needs a package: uv sync --extra postgres"


def own_tools() -> str:
    return (
        "PostgreSQL 用它自己的工具备份和恢复：pg_dump -Fc 和 pg_restore，pg_basebackup 和 WAL 归档，见 docs/city.md。\n"
        "PostgreSQL is backed up and restored with its own tools: pg_dump -Fc and pg_restore, pg_basebackup and WAL archiving; see docs/city.md."
    )


def bar(table: str, done: int, total: int) -> str:
    """The progress of one table."""
    filled = 20 if not total else round(20 * done / total)
    return f"{'█' * filled}{'░' * (20 - filled)} {table} {done}/{total}"


def not_empty(where: str) -> str:
    return f"{where} 里已经有数据，没有动它。请给一个空的数据库。/ holds records already and was left alone; give an empty one."


def same_kind() -> str:
    return "要从 sqlite:文件 搬到 postgresql://…。/ it moves sqlite:PATH to postgresql://…"


def moved(tables: int, rows: int, seconds: float) -> str:
    return (
        f"✅ 搬好了：{tables} 张表、{rows} 行，逐表核对一致，用时 {seconds:.0f} 秒。把 DATABASE_URL 改成新地址就行。\n"
        f"Moved {tables} tables with {rows} rows in {seconds:.0f} s; every table was compared. Point DATABASE_URL to it."
    )


def differs(tables: Sequence[tuple[str, int, int]]) -> str:
    """Tables whose rows are not the same on both sides: (name, rows there, rows here)."""
    lines = [f"   {name}：{before} → {after}" for name, before, after in tables]
    return "\n".join(["❌ 核对不上，请不要使用新库 / not the same, do not use the new store:", *lines])
