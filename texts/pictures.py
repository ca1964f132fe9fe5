"""The words on the pictures, and what is said around them."""

from __future__ import annotations

from datetime import date, datetime

from texts.names import WEEKDAYS
from texts.registry import says
from texts.words import Words, esc

NEW, CLOSED, OPEN, LATE = "新增", "办结", "在办", "超期"
FORTNIGHT = "十四天进出"
CAME, WENT, LEFT = "进：新增、重办", "出：办结、并单、撤回等", "当晚还在办"
NOTHING_MOVED = "这十四天没有进出"
CATEGORIES = "近七天分类"
NOTHING_CAME = "这七天没有来件"
AGES = "在办件等了多久"
NOTHING_OPEN = "手上没有在办件"
AGE_NAMES = ("不到1天", "1到3天", "3到7天", "7到15天", "15到30天", "30天以上")
HOURS = "居民几点来找我们（近四周）"
NOTHING_YET = "近四周没有来件"
FEW, MANY = "少", "多"
WEEKDAY_NAMES = tuple(f"周{day}" for day in WEEKDAYS)
HOUR_HEADS = tuple("" if hour % 3 else f"{hour}点" for hour in range(24))
HIDDEN = "内容不公开"
DUE = "应答复的时间到了"
WITH_US, WITH_THEM = "在社区手上", "等居民"
ALREADY = "这张图刚发过，往上翻一翻就能看到"
STORY_SENT = "经过图已发到您和我的私聊"
SENT = "图来了，请看群里最新一条"
FAILED = "图这次没画成，数字都在文字版里，请稍后再试"


def card_title(community: str) -> str:
    return f"{community}日报"


def card_day(day: date) -> str:
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def day_words(day: date) -> tuple[str, str]:
    """What stands under a day of the fortnight: its date, with the month where one begins; its weekday."""
    return (f"{day.month}月" if day.day == 1 else str(day.day)), WEEKDAYS[day.weekday()]


def usually(now: int, usual: float | None, unusual: bool) -> str:
    """As in the summary's words: against days of the same kind."""
    if usual is None:
        return "日子还短，没法比"
    if not unusual:
        return f"平时约{usual:g}件"
    return f"平时约{usual:g}，偏{'多' if now > usual else '少'}"


def went_back(count: int) -> str:
    return f"重办{count:,}件" if count else "没有重办"


def unassigned(count: int, open_: int) -> str:
    return f"{count:,}件没人接" if count else ("件件有人管" if open_ else "手上清零")


def urgent(count: int, late: int) -> str:
    if count:
        return f"紧急在办{count:,}件"
    return "请先办这些" if late else "都在时限内"


def change(now: int, before: int) -> str:
    """A category against the seven days before."""
    if not before:
        return "新出现"
    if now == before:
        return "持平"
    return f"多{now - before:,}" if now > before else f"少{before - now:,}"


def late_of(count: int) -> str:
    return f"超期{count:,}" if count else ""


def busiest(weekday: int, hour: int, count: int) -> str:
    return f"最忙：周{WEEKDAYS[weekday]}{hour}点到{hour + 1}点，共{count:,}件"


def footer(now: datetime) -> str:
    told = f"在办和超期截至{now.month}月{now.day}日{now:%H:%M}"
    return f"{told}；只数件数，图里没有居民的姓名和原话"


def file_name(community: str, day: date) -> str:
    return f"{community}日报-{day.isoformat()}.png".replace("/", "_").replace(":", "_")


def story_title(number: str) -> str:
    return f"{number} 办理经过"


def promised(due: str, late: bool, answered: bool) -> str:
    told = f"应在{due}前答复"
    if answered:
        return f"{told}，{'晚了' if late else '按时'}"
    return f"{told}{'，已超期' if late else ''}"


def waited(whom: str, how_long: str, *, still: bool) -> str:
    """How long nothing happened; `whom` is a domain.states.WaitsFor."""
    who = {"resident": "等居民", "nobody": "过了"}.get(whom, "在社区")
    return f"{who}{how_long}{'，到现在' if still else ''}"


def left_out(count: int) -> str:
    return f"中间还有{count}步，见文字版的经过"


def story_footer(now: str) -> str:
    return f"截至{now}；图里没有居民的姓名和原话"


def story_file(number: str) -> str:
    return f"{number}经过.png"


@says
def story_picture(number: str) -> Words:
    """Stands under the picture of a ticket's way."""
    return Words(f"🖼 <code>{esc(number)}</code> 办理经过", silent=True)


@says
def daily_picture(community: str, when: str) -> Words:
    """Stands under the picture of a day; `when` is that day in words."""
    return Words(f"🖼 <b>{esc(community)}</b>　{esc(when)}　一图看懂", silent=True)
