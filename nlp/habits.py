"""Tells how often something comes back: 每天晚上十一点以后 is the rule "daily 23:00-".

A rule is "daily", "weekly sat,sun", "monthly 1,15", "lunar 1,15", "yearly" or "every 3d", and behind it
the hours when they are said: "23:00-", "-06:00", "20:00-22:00" or "20:00".
"""

from __future__ import annotations

import re

from nlp import time_words as say
from nlp.moments import part_of_day, read_hour, read_length

_WEEKDAYS = dict(
    zip("一二三四五六日天", ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "sun"), strict=True)
)
# How often is not said in days: 隔三差五, 每隔两小时.
_AT_TIMES = re.compile(
    "隔三|三天两头|时不时|三不五时|动不动|偶[尔而]|不定期|不时|每隔?(?:几|半|一|两|\\d+|[一二三四五六七八九十]+)?个?(?:小时|钟头|分钟)"
    "|每隔?(?:一|两|二|几)(?:个?星期|周|个?礼拜)"
)
_SAID_PART = re.compile("[到至~-].*(?:凌晨|早|上午|中午|下午|晚|夜|天亮)")


def habit_rule(found: re.Match[str]) -> str:
    """The rule of a match of `time_words.RECURRING`."""
    hours = _hours_rule((found["night"] or ("早" if found["morning"] else "")) + (found["hours"] or ""))
    if found["weekly"]:
        return f"weekly {_weekdays(found['weekly'])} {hours}".strip()
    if found["weekend"]:
        return f"weekly sat,sun {hours}".strip()
    if found["workday"]:
        return f"weekly mon,tue,wed,thu,fri {hours}".strip()
    if found["monthly"]:
        days = [
            str(day) for day in (read_length(part) for part in re.findall(say.COUNT, found["monthly"])) if day
        ]
        return f"monthly {','.join(days)} {hours}".strip()
    lunar = found["lunar"] or found["lunar2"] or ("初一十五" if found[0].startswith("初一") else "")
    if lunar:
        return "lunar " + ",".join("1" if day == "初一" else "15" for day in re.findall("初一|十五", lunar))
    if found["yearly"]:
        return "yearly"
    if found["night"]:
        return f"daily {hours or '18:00-24:00'}"
    if found["every"]:
        return f"every {_first(found['every'])}d {hours}".strip()
    if _AT_TIMES.match(found[0]):
        return ""
    return f"daily {hours}".strip()


def _first(count: str) -> int:
    """两三天 is every two days."""
    return (
        read_length(count[0] if len(count) == 2 and "十" not in count and not count.isascii() else count) or 3
    )


def _weekdays(said: str) -> str:
    listed = [_WEEKDAYS[char] for char in re.sub("每个?天?|逢", "", said) if char in _WEEKDAYS]
    order = list(dict.fromkeys(_WEEKDAYS.values()))
    if re.search("[到至-]", said) and len(listed) == 2:
        first, last = (order.index(day) for day in listed)
        listed = order[first : last + 1]
    return ",".join(dict.fromkeys(listed))


def _hours_rule(said: str) -> str:
    """The hours of a day as 23:00-, 18:00-24:00, -06:00 or 20:00."""
    if not said:
        return ""
    ends = [read_hour(found) for found in say.CLOCK.finditer(said)]
    known = [end for end in ends if end is not None]
    if len(known) == 2 and known[1][0] < known[0][0] <= known[1][0] + 12 and not _SAID_PART.search(said[1:]):
        known[1] = (known[1][0] + 12, known[1][1])  # 晚上八点到十点: the second is in the evening too
    texts = [f"{hour:02d}:{minute:02d}" for hour, minute in known]
    if len(texts) >= 2:
        return f"{texts[0]}-{texts[1]}"
    if len(texts) == 1:
        if re.search("以后|之后|后|开始|起", said):
            return f"{texts[0]}-"
        if re.search("以前|之前|前", said):
            return f"-{texts[0]}"
        if re.search(r"到(?:天亮|早上|凌晨|半夜|深夜|第二天|清晨)", said):
            return f"{texts[0]}-"
        return texts[0]
    parts = [part_of_day(found[0]) for found in say.PART.finditer(said)]
    if not parts:
        return ""
    return f"{parts[0][0]:02d}:00-{parts[-1][1] % 24 or 24:02d}:00"
