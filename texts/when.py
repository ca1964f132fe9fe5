"""Dates and times in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta

from texts.names import WEEKDAYS


def moment(at: datetime) -> str:
    """ "11月24日(周二)18:00"."""
    return f"{at.month}月{at.day}日(周{WEEKDAYS[at.weekday()]}){at:%H:%M}"


def whole_day(at: datetime) -> str:
    """ "11月24日(周二)"."""
    return f"{at.month}月{at.day}日(周{WEEKDAYS[at.weekday()]})"


def short(at: datetime) -> str:
    """ "11-24 18:00"."""
    return f"{at:%m-%d %H:%M}"


def span(length: timedelta) -> str:
    """How long, roughly: "3天", "5小时", "20分钟"."""
    seconds = int(abs(length.total_seconds()))
    if seconds >= 86400:
        return f"{seconds // 86400}天"
    if seconds >= 3600:
        return f"{seconds // 3600}小时"
    return f"{max(1, seconds // 60)}分钟"


def how_long(days: int) -> str:
    """A retention time in words: "两年", "90天"; empty for ever."""
    if days and days % 365 == 0 and days // 365 <= 10:
        return f"{'零一两三四五六七八九十'[days // 365]}年"
    return f"{days}天" if days else ""
