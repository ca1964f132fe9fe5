"""排名: its draft, the notice, objections, and what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from texts.bulletin import cut
from texts.pictures import rate_words
from texts.registry import says
from texts.words import Button, Words, esc

GROUPS = {"small": "小型社区", "middle": "中型社区", "large": "大型社区", "all": "全部社区"}
ESTATE_GROUPS = {"small": "小型小区", "middle": "中型小区", "large": "大型小区", "all": "全部小区"}
EXCLUDED = {
    "disaster": "受灾或突发事件",
    "rebuilding": "整体改造施工",
    "paused": "系统停用",
    "incomplete": "数据不全",
    "objection": "异议成立",
}
"""Why a community is not ranked: everybody reads it."""
OBJECTIONS = {"not_ours": "有的件不归我们", "wrong": "数据算得不对", "special": "当月有特殊情况"}
CONSEQUENCES = {"explain": "连续两个月，请书面说明", "report": "连续三个月，上报"}
ESTATES_OF = 2  # communities whose estates stand in the message about all
FIRST_DONE = "记下了。还要另一位确认才公示"
SAME_PERSON = "要另一位来确认，一个人不能确认两次"
NOTICED = "两人确认了，已发到各社区公示"
OBJECTED = "异议已提交，会尽快答复"
OBJECTED_BEFORE = "贵社区已经提过异议了"
DECIDED = "记下了，已告诉社区"
TURNED_ON, TURNED_OFF = "排名已开启", "排名已关闭"
EXCLUDED_NOW = "已剔除，名次重新算过，要重新确认"


@says
def ranking_off() -> Words:
    return Words(
        "排名现在是<b>关着</b>的。\n打开后每月可以按规模分组排名：件数太少的不排，件数偏少的往平均水平修正，"
        "两个人确认、公示三个工作日、听完异议才公布。",
        ((Button("开启排名", "rank_on"),),),
    )


@says
def ranking_draft(standing: Mapping[str, Any], number: int, confirmed: bool) -> Words:
    """`confirmed`: by one person so far."""
    lines = [f"🏁 <b>{esc(standing['month'])}排名（草稿，没公布）</b>", *_groups(standing)]
    lines.append("公布前要两个人分别确认，再公示三个工作日。")
    label = "✅ 确认公示（第二人）" if confirmed else "✅ 确认公示（第一人）"
    at_risk = _yellow(standing["places"])[:6]
    buttons: list[tuple[Button, ...]] = [(Button(label, "rank_confirm", str(number)),)]
    buttons += [
        (Button(f"剔除 {cut(row['name'], 20)}…", "rank_why", f"{number}:{row['id']}"),) for row in at_risk
    ]
    for of, told in list(standing.get("estates", {}).items())[:ESTATES_OF]:
        buttons += [
            (Button(f"剔除 {cut(row['name'], 20)}…", "rank_why", f"{number}:{of}:{row['id']}"),)
            for row in _yellow(told["places"])[:2]
        ]
    buttons.append((Button("关闭排名", "rank_off"),))
    return Words("\n".join(lines), tuple(buttons))


@says
def ranking_why(name: str, number: int, community: int, estate: int = 0) -> Words:
    """Which reason is published beside the exclusion of a community, or of one of its estates."""
    of = f":{estate}" if estate else ""
    codes = [code for code in EXCLUDED if code != "objection"]
    buttons = [
        (Button(EXCLUDED[code], "rank_exclude", f"{number}:{community}:{code}{of}"),) for code in codes
    ]
    return Words(f"{esc(name)}为什么不参加排名？原因会公开。", tuple(buttons))


@says
def ranking_notice(
    month: str, place: Mapping[str, Any], estates: Mapping[str, Any], until: str, number: int
) -> Words:
    """To a community's group: its own place and its estates', before anything is public."""
    lines = [
        f"📣 <b>{esc(month)}排名公示</b>（到{esc(until)}止）",
        _own(place),
        *(_estate_lines(place["name"], estates) if estates else ()),
        "有异议请负责人点下面，公示期内都可以提。",
    ]
    buttons = tuple((Button(label, "rank_object", f"{number}:{code}"),) for code, label in OBJECTIONS.items())
    return Words("\n".join(lines), buttons)


@says
def ranking_objection(community: str, month: str, reason: str, number: int, of: int) -> Words:
    """To those who confirm."""
    code = f"{number}:{of}"
    return Words(
        f"🙋 <b>{esc(community)}</b>对{esc(month)}排名有异议：{OBJECTIONS.get(reason, esc(reason))}",
        (
            (
                Button("采纳，不参加排名", "rank_decide", f"{code}:upheld"),
                Button("维持", "rank_decide", f"{code}:refused"),
            ),
        ),
    )


@says
def ranking_decided(month: str, upheld: bool) -> Words:
    told = "异议成立，本月不参加排名。" if upheld else "核对过了，名次维持不变。有疑问请联系上级。"
    return Words(f"关于{esc(month)}排名的异议：{told}")


@says
def ranking_published(standing: Mapping[str, Any]) -> Words:
    return Words("\n".join([f"🏁 <b>{esc(standing['month'])}排名</b>（已公示）", *_groups(standing)]))


def _groups(standing: Mapping[str, Any]) -> list[str]:
    lines = []
    for code, name in GROUPS.items():
        places = [row for row in standing["places"] if row["group"] == code]
        if not places:
            continue
        good = sum(row["attained"] for row in places)
        lines.append(f"\n<b>{name}</b>（{len(places)} 个，达标 {good} 个）")
        lines += [f"🚩 {_line(row)}" for row in places if row["flag"] == "red"]
        lines += [f"🟨 {_line(row)}" for row in places if row["flag"] == "yellow"]
    lines += _estates(standing)
    if standing["few"]:
        lines.append(f"\n件数太少、不排名：{_names(standing['few'])}")
    if standing["excluded"]:
        lines.append(f"不参加排名：{_left_out(standing['excluded'])}")
    return lines or ["这个月还没有够数的社区可以排。"]


def _estates(standing: Mapping[str, Any]) -> list[str]:
    """The 小区 of the first communities, and how many others have some."""
    found = standing.get("estates", {})
    lines = []
    for of, told in list(found.items())[:ESTATES_OF]:
        lines += _estate_lines(standing["names"].get(of, ""), told)
    if len(found) > ESTATES_OF:
        lines.append(f"\n另有 {len(found) - ESTATES_OF} 个社区排了小区，各自在公示里看。")
    return lines


def _estate_lines(community: str, told: Mapping[str, Any]) -> list[str]:
    """One community's 小区, by size; the best, and who is warned."""
    lines = [f"\n<b>{esc(cut(community, 40))}的小区</b>"]
    for code, name in ESTATE_GROUPS.items():
        places = [row for row in told["places"] if row["group"] == code]
        if not places:
            continue
        good = sum(row["attained"] for row in places)
        lines.append(f"{name}（{len(places)} 个，达标 {good} 个）")
        lines += [f"🚩 {_line(row)}" for row in places if row["flag"] == "red"]
        lines += [f"🟨 {_line(row)}" for row in _yellow(places)]
    if told["few"]:
        lines.append(f"件数太少、不排名：{_names(told['few'])}")
    if told["excluded"]:
        lines.append(f"不参加排名：{_left_out(told['excluded'])}")
    return lines


def _yellow(places: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in places if row["flag"] == "yellow"]


def _left_out(found: Sequence[Sequence[str]]) -> str:
    return "；".join(f"{esc(cut(name))}（{EXCLUDED.get(why, esc(why))}）" for name, why in found[:10])


def _line(row: Mapping[str, Any]) -> str:
    told = f"第 {row['rank']} 名 {esc(cut(row['name']))}　按期 {rate_words(*row['on_time'])}"
    told += f"，满意 {rate_words(*row['satisfied'])}" if row["satisfied"][1] else ""
    after = CONSEQUENCES.get(row["then"], "")
    return f"{told}（{after}）" if after else told


def _own(place: Mapping[str, Any]) -> str:
    mark = {"red": "🚩 流动红旗", "yellow": "🟨 黄牌提醒"}.get(place["flag"], "")
    attained = "已达标" if place["attained"] else "还没达标"
    return f"{GROUPS[place['group']]}{_line(place)}，{attained}。{mark}".rstrip()


def _names(names: Sequence[str]) -> str:
    shown = "、".join(esc(cut(name)) for name in names[:8])
    return f"{shown}等 {len(names)} 个" if len(names) > 8 else shown
