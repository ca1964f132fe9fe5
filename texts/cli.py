"""What the operator reads in the terminal, Chinese first and English beside it."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

ABOUT = "民心桥：居民和居委会之间的桥（Telegram 机器人）。\nThe bridge between residents and their neighbourhood committee."
EPILOG = "先试试：bot.py demo   Try it first: bot.py demo (no token needed)."
COMMANDS = "命令 / commands"
HELP = {
    "demo": "不用令牌，在浏览器里扮演居民和工作人员 / play both sides in the browser, no token",
    "demo --once": "在终端演一个完整故事并检查，然后退出 / play a written story in the terminal, check it, exit",
    "demo --port": "网页端口，默认自动选 / port of the page (default: a free one)",
    "demo --data": "数据放在这个文件夹 / keep the data in this folder",
    "demo --keep": "结束后保留数据 / keep the data afterwards",
    "run": "正式运行（需要 TELEGRAM_BOT_TOKEN） / serve (needs TELEGRAM_BOT_TOKEN)",
    "doctor": "检查设置、数据库、网络、日历和字体 / check settings, store, network, calendar, fonts",
    "summary": "打印某社区某天的日报 / print a community's daily summary",
    "summary --community": "社区名称 / the community's name",
    "summary --date": "日期 YYYY-MM-DD，默认昨天 / the day (default: yesterday)",
    "export": "导出某社区的登记簿 / write a community's register into a file",
    "export --community": "社区名称 / the community's name",
    "export --from": "从哪天起 YYYY-MM-DD，默认本月一日 / first day (default: the first of this month)",
    "export --to": "到哪天止（含） YYYY-MM-DD，默认今天 / last day, counted too (default: today)",
    "export --format": "格式，默认看文件名 / form of the file (default: by its name)",
    "export --out": "新文件的路径 / path of the new file",
    "export --full": "含姓名、电话和隐私件全文，请妥善保管 / with personal data and sensitive kinds: keep it safe",
    "poster": "做每栋楼的 A4 海报（二维码） / make A4 posters with a QR code for each building",
    "poster --community": "社区名称 / the community's name",
    "poster --building": "只要这些楼，如 3 或 3号楼，可写多次 / only these buildings, may be repeated",
    "poster --out": "放海报的文件夹 / folder for the posters",
    "poster --username": "机器人的用户名，如 minxin_bot；不写就问 Telegram / the bot's name (default: ask Telegram)",
    "backup": "备份数据库，运行中也可以 / copy the store, also while the bot runs",
    "backup FILE": "新文件的路径 / path of the new file",
    "read": "看看一句话被怎样理解、为什么 / show what is understood of a sentence, and why",
    "read TEXT": "一句话 / a sentence",
}
MARKS = {True: "✅", False: "❌", None: "⚠️ "}


def finding(good: bool | None, what: str, remedy: str) -> str:
    """One line of the doctor; `good` None is a warning."""
    return f"{MARKS[good]} {what}" + (f"\n   → {remedy}" if remedy else "")


def settings_error(name: str, problem: str) -> str:
    return f"设置 {name} 不对：{problem}\nSetting {name}: {problem}\n设置写在环境变量或 minxinqiao.toml 里，见 .env.example。"


def store_unavailable(where: str, problem: str) -> str:
    damaged = "malformed" in problem or "not a database" in problem
    remedy = (
        "文件坏了，没有动它。请先把它拷一份留底，再用 bot.py restore 恢复最近的备份。/ damaged, left as it is: restore a backup."
        if damaged
        else "看看磁盘满没满、文件夹能不能写，再试一次。"
    )
    return f"数据库打不开（{where}）：{problem}\nThe store cannot be used ({where}): {problem}\n{remedy}"


def store_too_new(where: str) -> str:
    return f"数据库 {where} 是更新的版本写的，请先升级程序。\nThe store was written by a newer version; update the program."


def data_file(problem: str) -> str:
    return f"数据文件有误：{problem}"


def other(problem: str) -> str:
    return f"没能完成：{problem}"


def file_exists(path: str) -> str:
    return f"{path} 已经存在，请换个名字。/ exists already, choose another name."


def no_store(path: str) -> str:
    return f"还没有数据库 {path}，请检查 DATABASE_URL。/ no store there, check DATABASE_URL."


def no_such_community(name: str, known: Sequence[str]) -> str:
    return f"没有叫“{name}”的社区。现有：{'、'.join(known) or '（还没有）'}"


def backup_done(path: str, size: int) -> str:
    return f"✅ 已备份到 {path}（{size / 1024:.0f} KB）。恢复：停下机器人，运行 bot.py restore 加这个文件名，再启动。"


def wrong_period(since: str, until: str) -> str:
    return f"{since} 在 {until} 之后，请换一下 --from 和 --to。/ --from is after --to."


def unknown_form(name: str) -> str:
    return f"看不出 {name} 是什么格式，请加 --format xlsx、csv 或 json。/ add --format."


def exported(path: str, count: int, size: int, full: bool) -> str:
    kept = (
        "含居民个人信息，请妥善保管，用完删掉。" if full else "姓名、电话和隐私件已隐去；要全文请加 --full。"
    )
    return f"✅ {count} 件，已写到 {path}（{size / 1024:.0f} KB）。{kept}"


def no_building(asked: Sequence[str]) -> str:
    return f"没找到这些楼：{'、'.join(asked)}。请核对楼号。/ no such building."


def posters_done(page: str, count: int, fonts: bool) -> str:
    said = f"✅ {count} 张海报：用浏览器打开 {page}，按“打印”即可（A4）。每张另有一个 SVG 文件。"
    return said if fonts else f"{said}\n⚠️ 这台机器没有中文字体，请拷到有中文字体的电脑上打开再打印。"


def plain(text: str) -> str:
    """A text for Telegram, readable in a terminal."""
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", text))


def page_ready(url: str) -> str:
    return f"🌉 民心桥演示已就绪，请用浏览器打开：{url}\n   左边是居民的手机，右边是工作人员的群。按 Ctrl+C 结束。\n   Open {url} in a browser; Ctrl+C ends it."


def data_kept(path: str) -> str:
    return f"数据保留在 {path}"
