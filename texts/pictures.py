"""The words on the pictures, and what is said around them."""

from __future__ import annotations

from datetime import date, datetime

from texts.names import WEEKDAYS
from texts.registry import says
from texts.words import Button, Words, esc

BIG_TITLE = "您的事已登记"
BIG_WHAT, BIG_WHERE, BIG_STATE, BIG_WHO, BIG_WHEN = (
    "什么事",
    "在哪里",
    "到哪一步了",
    "谁在办",
    "最晚什么时候回话",
)
BIG_NOWHERE = "还没说"
BIG_SENT = "大字图马上来"
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
NO_PAIRS = "近三十天还没有前后都拍了照的件"
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


RATE_NAMES = {
    "closed": "结案率",
    "on_time": "按期结案率",
    "answered": "按期答复率",
    "received": "签收及时率",
    "responded": "响应率",
    "solved": "解决率",
    "satisfied": "满意率",
    "reopened": "重办率",
    "returned": "退单率",
    "repeated": "重复率",
}
MONTH_DAYS = "每天来件"
DAYS_OFF, WORKDAYS = "休息日", "工作日"
TOPS = "各大类和上月比"
RATES = "办理和回访"
NO_MONTH = "这个月没有来件"
NO_RATES = "这个月还没有到期和回访的件"
THIS_WEEK, TWELVE_WEEKS, FIRST_ANSWER = "本周", "十二周", "首次答复"
KIND_WEEKS = "近十二周，每周来件"
KIND_PLACES = "都在哪里"
NO_PLACES = "没说具体楼栋"
KIND_HOURS = "几点来的"
NO_KIND = "近十二周没有这类件"
HOUSES_TITLE = "楼栋热力图"
NO_UNIT = "没说"
NO_HOUSES = "近三个月没有说到楼栋的件"
LATE_TITLE = "超期在办"
HOW_LATE = "已经超了多久"
LATE_NAMES = ("不到1天", "1到3天", "3到7天", "7到15天", "15到30天", "30天以上")
LATE_KINDS = "都是哪一类"
NO_LATE = "没有超期的件"
HOURS_TITLE = "几点最忙"
BY_HOUR, BY_WEEKDAY, BY_BOTH = "一天里各个钟点", "一周里各天", "星期和钟点"
AREA_PARTS = "各单位：在办（红色是超期）"
NO_FIGURE = "—"


def shown(name: str) -> str:
    """A name as the picture's font can write it."""
    return HIDDEN if name == "🔒" else name


def month_words(first: date, over: bool) -> str:
    return f"{first.year}年{first.month}月" + ("" if over else "（至今）")


def rate_words(part: int, whole: int) -> str:
    """ "93.7%"."""
    return f"{(part * 2000 + whole) // (2 * whole) / 10:.1f}%" if whole else NO_FIGURE


def of_rate(part: int, whole: int) -> str:
    return f"{part:,}/{whole:,}" if whole else "还没有"


def month_before(now: int, before: int) -> str:
    return (
        "和上月同期一样"
        if now == before
        else f"比上月同期{'多' if now > before else '少'}{abs(now - before):,}"
    )


def days_between(since: date, until: date) -> str:
    return f"{since.month}月{since.day}日—{until.month}月{until.day}日"


def week_words(monday: date) -> str:
    return f"{monday.month}/{monday.day}"


def from_week(monday: date) -> str:
    return f"{monday.month}月{monday.day}日起"


def kind_title(name: str) -> str:
    return f"{name}·近十二周"


def usual_week(count: float) -> str:
    return f"平时一周约{count:g}件（横线）" if count else "平时几乎没有"


def half_within(how_long: str) -> str:
    return "一半的件在这以内" if how_long else "还没有答复过"


def houses_note(elsewhere: int, hidden: int, left_out: int) -> str:
    said = [f"不在楼里或没说地点的{elsewhere:,}件"] if elsewhere else []
    said += [f"隐私件{hidden:,}件"] if hidden else []
    said += [f"还有{left_out:,}栋件数更少"] if left_out else []
    return ("没画进来：" + "，".join(said)) if said else "近三个月的件都在图里"


def unit_words(unit: str) -> str:
    return f"{unit}单元"


def oldest_words(days: int) -> str:
    return f"最久的已超{days}天" if days else "最久的不到一天"


def waiting_words(suspended: int, asked: int) -> str:
    said = [f"挂账{suspended:,}"] if suspended else []
    said += [f"等居民{asked:,}"] if asked else []
    return f"其中{'、'.join(said)}" if said else "没有停着的件"


def plain_footer(now: datetime) -> str:
    return f"截至{now.month}月{now.day}日{now:%H:%M}；只数件数，图里没有居民的姓名和原话"


def part_note(new: int, closed: int) -> str:
    return f"新增{new:,} 办结{closed:,}"


def more_parts(count: int) -> str:
    return f"另有{count:,}个在办更少的没有画出来"


def picture_file(community: str, title: str) -> str:
    return f"{community}{title}.png".replace("/", "_").replace(":", "_")


@says
def picture(community: str, title: str) -> Words:
    """Stands under any other picture."""
    return Words(f"🖼 <b>{esc(community)}</b>　{esc(title)}", silent=True)


@says
def picture_menu(day: str, month: str, before: str, kinds: list[tuple[str, str, int]]) -> Words:
    """What can be shown; `kinds` are the most frequent ones with code, name and count."""
    rows = [
        (Button("🖼 昨天一图看懂", "picture", day),),
        (Button("📅 本月", "paint", f"month:{month}"), Button("📅 上月", "paint", f"month:{before}")),
        (Button("🏢 楼栋热力图", "paint", "houses:"), Button("⏰ 超期", "paint", "late:")),
        (Button("🕘 几点最忙", "paint", "hours:"), Button("📷 前后对比", "paint", "pairs:")),
    ]
    named = [Button(f"{name} {count}", "paint", f"kind:{code}") for code, name, count in kinds]
    rows += [tuple(named[i : i + 2]) for i in range(0, len(named), 2)]
    tail = "\n下面按一类看：" if kinds else ""
    return Words(f"🖼 想看哪张图？图里只有件数，没有居民的姓名和原话。{tail}", tuple(rows))


@says
def picture_pair(number: str, what: str) -> Words:
    """Stands under two photos: before and after."""
    return Words(f"📷 <code>{esc(number)}</code> {esc(what)}　左：办理前　右：办理后", silent=True)


@says
def story_picture(number: str) -> Words:
    """Stands under the picture of a ticket's way."""
    return Words(f"🖼 <code>{esc(number)}</code> 办理经过", silent=True)


@says
def daily_picture(community: str, when: str) -> Words:
    """Stands under the picture of a day; `when` is that day in words."""
    return Words(f"🖼 <b>{esc(community)}</b>　{esc(when)}　一图看懂", silent=True)
