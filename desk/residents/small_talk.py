"""Words that open no ticket: a greeting, a farewell, an insult, a bare link, a question about the office."""

from __future__ import annotations

import re

from nlp.normalise import simplify
from nlp.reading import Intent, Reading

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
NODS = (
    *(
        "好的",
        "好吧",
        "好嘞",
        "好滴",
        "好",
        "行",
        "行吧",
        "可以",
        "嗯",
        "嗯嗯",
        "哦",
        "噢",
        "知道了",
        "明白了",
        "收到",
    ),
    *("晓得了", "了解", "没问题", "ok", "okay"),
)
"""All that a message says which takes note of what we said."""
FAREWELLS = (*NODS[:3], *("行", "嗯", "知道了", "明白了", "收到", "再见", "拜拜", "晚安", "ok", "bye"))
SKIPS = ("跳过", "不知道", "不清楚", "不方便", "不方便说", "不想说")
"""Words that do what the button 跳过 does."""
PROBLEM = re.compile(r"了|坏|不|没|漏|吵|脏|乱|臭|堵|停|掉|响|请|要|想|帮|投诉|希望|怎么|吗")
"""Signs of something wrong or wanted; the name of a place has none of them."""
LOOKS_BACK = re.compile(
    r"上次|上回|之前|以前|前[天几]|那[个件事]|我[报说]|报[过修]了|反映[的过]|投诉[的过]|进度|编号|工单"
)
"""Words about something that was said before, perhaps by telephone."""
NOWHERE_YET = frozenset(
    {
        *("厕所", "卫生间", "厨房", "客厅", "阳台", "卧室", "房间", "屋里", "我家", "家里", "我屋"),
        *("楼上", "楼下", "隔壁", "门口", "对门", "我们家", "我家里", "这里", "那里"),
    }
)
"""A room or a side, and no word yet of what is wrong there: the next message says it."""
SCOLDS = ("你们", "您们", "吃干饭", "他妈", "妈的", "废物", "气死", "骗人", "什么东西")
"""Words of anger; without a place among them they do not answer where it is either."""
NOT_A_PLACE = ("不会", "不懂", "不明白", "怎么", "什么", "为啥", "多久", "几时", "吗", "？", "?")
"""Words of a question; without a place among them they do not answer where it is."""
SURELY_TALK = 0.85
"""How sure it must be that words are mere talk; 我家 is less so."""
_NODS = frozenset(word.rstrip("了的啊呀吧哈") for word in NODS)
MORE = 4
"""Characters beside thanks that are worth reading."""
_POLITE = re.compile(
    r"太?感?谢谢?|感激|多谢|麻烦|辛苦|太好了|真好|好的?|客气|知道|收到|孩子|同志|师傅|大家|你们?|您们?|社区|工作人员|"
    r"非常|十分|真是|真的|实在|太|了|啊|呀|哈|吧|呢|的|给|帮忙?|我们?|[\W_]"
)
_ANSWERS = frozenset(
    {
        *(
            "是",
            "对",
            "不是",
            "不对",
            "没",
            "没有",
            "有",
            "要",
            "不要",
            "不用",
            "不同意",
            "同意",
            "我同意",
            "没事",
        ),
        *("没关系", "无所谓", "都行", "随便", "算", "等等", "稍等", "再说", "知道", "不知道", "不清楚"),
    }
)
_WHO = re.compile(
    r"(?:你们?|您|这)是(?:谁|哪|什么|啥|干什么|干嘛|干啥|机器人|真人|人工)|你叫什么|怎么称呼你|有真人吗"
)
_CONTACT = re.compile(
    r"(?:加|➕|\+|联系|私聊|咨询).{0,4}(?:微信|薇信|vx|v信|wx|qq|扣扣|电报)|(?:微信|薇信|vx|wx|qq)\s*[:：号]?\s*[A-Za-z0-9_-]{5,}",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"代办|贷款|套现|信用卡|刷单|兼职|返利|日结|博彩|开户|包过|发票|优惠|特价|低价|推广|招代理|办证|上分|彩票|投资|理财"
)
_COMPLAINS = re.compile(
    r"举报|投诉|被骗|骗子|骗了|诈骗|收到|有人|贴|小广告|短信|电话|管管|怎么办|是不是|真的假的|可信"
)
_AGREED = frozenset({"同意", "我同意", "好", "可以", "行", "同意办", "同意这样办"})
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


def is_a_nod(text: str) -> bool:
    """Words or emoji that only take note: 好的, 收到了, 👍."""
    words = simplify(text).lower().strip(_EDGES).rstrip("了的啊呀吧哈")
    return words in _NODS or not any(character.isalnum() for character in text)


def only_begins(text: str) -> bool:
    """厕所: somebody who says it in pieces has begun."""
    return simplify(text).strip(_EDGES) in NOWHERE_YET


def is_bare_answer(text: str) -> bool:
    """是的, 没有, 同意: an answer to nothing that we have asked."""
    return simplify(text).strip(_EDGES).rstrip("了的啊呀吧哈") in _ANSWERS


def asks_who(reading: Reading) -> bool:
    """Whether somebody wants to know whom they are talking to."""
    return len(reading.text) <= SHORT and _WHO.search(reading.text) is not None


def is_an_advert(text: str) -> bool:
    """An offer with a contact to add, and nobody who complains of it."""
    words = simplify(text)
    return bool(_CONTACT.search(words) and _OFFER.search(words)) and not _COMPLAINS.search(words)


def agrees(text: str) -> bool:
    """同意, typed instead of pressed."""
    words = simplify(text).strip(_EDGES).rstrip("了的啊呀吧哈")
    return words in _AGREED


def says_more(reading: Reading) -> bool:
    """Whether thanks come with something that staff should read: 好的，明天上午过去，谢谢."""
    return len(_POLITE.sub("", reading.text)) >= MORE


def is_skip(reading: Reading) -> bool:
    """Whether a question of ours is waved away."""
    return reading.text.strip(_EDGES) in SKIPS


def asks_for_the_office(reading: Reading) -> bool:
    """Whether only the office's telephone or hours are wanted."""
    asked = any(words in reading.text for words in ASKS_FOR_THE_OFFICE)
    return asked and len(reading.text) <= SHORT and not reading.dangers


def is_no_place(reading: Reading) -> bool:
    """Whether words that were asked for a place are a question instead, or talk: 今天天气不错."""
    if reading.place is not None:
        return False
    if reading.text and reading.intent is Intent.CHAT and reading.intent_confidence >= SURELY_TALK:
        return True
    return asks_for_the_office(reading) or any(word in reading.text for word in (*NOT_A_PLACE, *SCOLDS))


def is_mostly_a_link(text: str, reading: Reading) -> bool:
    """A link with nothing beside it that the office could act on: an advertisement, a forwarded page."""
    return bool(_LINK.search(text)) and reading.unsure and not reading.places and not reading.dangers
