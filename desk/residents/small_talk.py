"""Words that open no ticket: a greeting, a farewell, an insult, a bare link, a question about the office."""

from __future__ import annotations

import re

from nlp.reading import Reading

ASKS_FOR_THE_OFFICE = (
    *("电话多少", "电话是多少", "电话号码"),
    *("几点上班", "几点下班", "几点开门", "上班时间", "办公时间"),
)
"""Words, in a short message, that want the office's telephone or hours and nothing else."""
SHORT = 14
"""Characters up to which a message is taken to be small talk."""
GREETINGS = (
    *("你好", "您好", "在吗", "有人吗", "大家好", "hello", "hi"),
    *("早上好", "上午好", "下午好", "晚上好"),
)
FAREWELLS = (
    "好的",
    "好吧",
    "好嘞",
    "行",
    "嗯",
    "知道了",
    "明白了",
    "收到",
    "再见",
    "拜拜",
    "晚安",
    "ok",
    "bye",
)
SKIPS = ("跳过", "不知道", "不清楚", "不方便", "不方便说", "不想说")
"""Words that do what the button 跳过 does."""
PROBLEM = re.compile(r"了|坏|不|没|漏|吵|脏|乱|臭|堵|停|掉|响|请|要|想|帮|投诉|希望|怎么|吗")
"""Signs of something wrong or wanted; the name of a place has none of them."""
NOT_A_PLACE = ("怎么", "什么", "为啥", "多久", "几时", "吗", "？", "?")
"""Words of a question; without a place among them they do not answer where it is."""
_LINK = re.compile(r"https?://|www\.|\bt\.(?:cn|me)/", re.IGNORECASE)
_EDGES = " ,，。.!！~"


def answer_to(text: str) -> str:
    """Which friendly text fits words that open nothing."""
    words = text.lower().strip(_EDGES)
    if words.startswith(GREETINGS):
        return "hello"
    if len(words) <= SHORT and words.startswith(FAREWELLS):
        return "farewell"
    return "listening"


def is_skip(reading: Reading) -> bool:
    """Whether a question of ours is waved away."""
    return reading.text.strip(_EDGES) in SKIPS


def asks_for_the_office(reading: Reading) -> bool:
    """Whether only the office's telephone or hours are wanted."""
    asked = any(words in reading.text for words in ASKS_FOR_THE_OFFICE)
    return asked and len(reading.text) <= SHORT and not reading.dangers


def is_no_place(reading: Reading) -> bool:
    """Whether words that were asked for a place are a question instead."""
    if reading.place is not None:
        return False
    return asks_for_the_office(reading) or any(word in reading.text for word in NOT_A_PLACE)


def is_mostly_a_link(text: str, reading: Reading) -> bool:
    """A link with nothing beside it that the office could act on: an advertisement, a forwarded page."""
    return bool(_LINK.search(text)) and reading.unsure and not reading.places and not reading.dangers
