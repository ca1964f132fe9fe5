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
_SAID_PART = re.compile("[到至~-].*(?:凌晨|早|上午|中午|下午|晚|夜|天亮)")


def habit_rule(found: re.Match[str]) -> str:
    """The rule of a match of `time_words.RECURRING`."""
    hours = _hours_rule((found["night"] or "") + (found["hours"] or ""))
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
    if found["lunar"]:
        return "lunar " + ",".join(
            "1" if day == "初一" else "15" for day in re.findall("初一|十五", found["lunar"])
        )
    if found["yearly"]:
        return "yearly"
    if found["night"]:
        return f"daily {hours or '18:00-24:00'}"
    if found["every"]:
        return f"every {read_length(found['every'])}d {hours}".strip()
    return f"daily {hours}".strip()


def _weekdays(said: str) -> str:
    listed = [_WEEKDAYS[char] for char in said if char in _WEEKDAYS]
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
