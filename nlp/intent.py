"""Tells what a person wants with a message: report, ask, urge, thank, ..."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.phrases import phrases
from nlp.reading import Intent

_GREETING = (
    r"你好|您好|你们好|安安|大家好|早上好|上午好|中午好|下午好|晚上好|早安|晚安|哈喽|喂|嗨|hi|hello|在吗|在不在|在么|在嘛|有人在?吗|有人么|在不"
    r"|请问一下|请问|麻烦(?:你们?|您)?(?:一下)?|(?:太|非常|多|十分|真|真的|真是|真心|特别|很)?(?:谢谢|感谢|多谢|谢了|谢过|麻烦)(?:你们?|您|啦|大家|社区|师傅|各位)*"
    r"|(?:你们?|您|大家|真是?|师傅)*辛苦(?:你们?|您|大家)?了?|拜托(?:了|你们了?)?|不好意思|打扰(?:了|一下)?|劳驾|同志们?|尊敬的|社区(?:的)?(?:同志|工作人员|领导|干部)们?"
    r"|领导们?|各位|工作人员|书记|主任|小姐姐|亲|居委会的?(?:同志|领导|工作人员)|机器人|[，。！!,.？?~～、\s…]|[👍🙏❤😊🌹]"
)
_LONGEST_TAIL = 24  # characters at the end that may be thanks and good wishes
_FIRM = 0.8  # confidence of a wish that rests on plain words
_LONG = 60  # a longer text is a letter: it reports, whatever it asks on the way
_HEAD = re.compile(rf"^(?:(?:{_GREETING})(?:[啊呀哈呢哦啦吧了](?=\W|$))?)+", re.IGNORECASE)
_TAIL = re.compile(rf"(?:(?:{_GREETING})[啊呀哈呢哦啦吧了]?)+$", re.IGNORECASE)
_SAID = phrases("intent.txt")


@dataclass(frozen=True, slots=True)
class Wish:
    intent: Intent
    confidence: float  # 0..1
    open: bool = False  # nothing was heard that tells one intent from the others

    @property
    def hint(self) -> str:
        """What the second model is told: the same for every wish that rests on the same kind of words."""
        if self.open:
            return "open"
        firm = "" if self.intent is Intent.REPORT else "!" if self.confidence >= _FIRM else "?"
        return self.intent.value + firm


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message without its manners, and what the first look at it gave."""

    text: str
    core: str  # without greeting and thanks
    bare: str  # without marks at its ends
    size: int
    problem: bool  # something is broken, dirty, loud, ...
    recalled: bool  # speaks of something reported earlier
    thankful: bool

    def says(self, phrase: str) -> bool:
        """A phrase of that heading is in the message."""
        return _SAID[phrase].search(self.core) is not None

    def is_just(self, phrase: str) -> bool:
        """The message is nothing but that phrase."""
        return any(_SAID[phrase].fullmatch(form.lower()) for form in (self.bare, self.core))


def find_intent(text: str, *, rest: str, danger: bool, topical: bool) -> Wish:
    """The intent of a message.

    `rest` is the text without its places, times and personal data; `danger` that an alarm was found;
    `topical` that the classifier knows what the message is about.
    """
    if danger:
        return Wish(Intent.REPORT, 0.97)
    heard = _listen(text)
    return (
        _small_talk(heard)
        or _verdict(heard)
        or _about_the_talk(heard, _SAID["only_detail"].match(rest) is not None and rest != text)
        or _about_a_ticket(heard)
        or _new_matter(heard, topical)
    )


def _listen(text: str) -> _Heard:
    head = _HEAD.match(text)
    core = text[head.end() :] if head else text
    tail = _TAIL.search(core, max(0, len(core) - _LONGEST_TAIL))
    core = core[: tail.start()] if tail else core
    return _Heard(
        text=text,
        core=core,
        bare=text.strip(" ，。！!,.~～？?、…\n"),
        size=len(core),
        problem=_SAID["problem"].search(core) is not None,
        recalled=_SAID["recalled"].search(core) is not None,
        thankful=_SAID["thanks"].search(text.lower()) is not None,
    )


def _small_talk(heard: _Heard) -> Wish | None:
    """Greetings, nods, emoji."""
    wordless = not any("\u4e00" <= char <= "\u9fff" or char.isalnum() for char in heard.text)
    if heard.core and not wordless and not (heard.is_just("chat") or heard.is_just("named")):
        return None
    return Wish(Intent.THANKS if heard.thankful else Intent.CHAT, 0.8 if wordless and heard.text else 0.93)


def _verdict(heard: _Heard) -> Wish | None:
    """满意, 没解决, 五星; and 'it works again'."""
    if heard.size <= 24 and (heard.is_just("rate") or heard.is_just("solved")):
        return Wish(Intent.RATE, 0.9)
    if heard.size <= 24 and heard.says("stars"):
        return None if heard.recalled and heard.size > 16 else Wish(Intent.RATE, 0.75)
    if heard.size <= 16 and not heard.problem and heard.says("verdict"):
        return None if heard.recalled else Wish(Intent.RATE, 0.75)
    if heard.size <= 20 and heard.is_just("fixed") and not heard.says("again"):
        pleased = _SAID["praise_end"].search(heard.text) is not None
        return Wish(Intent.RATE, 0.75) if pleased else Wish(Intent.WITHDRAW, 0.8)
    return None


def _about_the_talk(heard: _Heard, only_detail: bool) -> Wish | None:
    """Wants a person, takes back, thanks, or adds to what was said."""
    if heard.size <= 26 and heard.says("person") and not (heard.problem and heard.size > 14):
        return Wish(Intent.PERSON, 0.9)
    if heard.size <= 45 and _SAID["withdraw"].search(heard.text) and not heard.says("again"):
        return Wish(Intent.WITHDRAW, 0.88)
    if (
        heard.size <= 14
        and heard.thankful
        and not heard.problem
        and (heard.size <= 5 or not heard.says("request"))
    ):
        return Wish(Intent.THANKS, 0.88)
    if only_detail:
        return Wish(Intent.SUPPLEMENT, 0.93)
    announced = heard.text.startswith(("补充", "再补充", "更正"))
    if (heard.size <= _LONG or announced) and _SAID["supplement"].search(heard.text.strip()):
        return Wish(Intent.SUPPLEMENT, 0.85)
    return None


def _about_a_ticket(heard: _Heard) -> Wish | None:
    """Urges, or asks how far it is. With a problem and nothing recalled it may be a first report."""
    if heard.size > _LONG or (_asks(heard) and not heard.recalled):
        return None
    first_told = heard.problem and not heard.recalled
    if (heard.size <= 34 or heard.recalled) and heard.says("urge"):
        return Wish(Intent.URGE, 0.6 if first_told else 0.88)
    if (not first_told or heard.size <= 22) and heard.says("progress"):
        return Wish(Intent.PROGRESS, 0.62 if first_told else 0.86)
    return None


def _asks(heard: _Heard) -> bool:
    """A question about a policy or a service, looked for at both ends of a long text."""
    core = heard.core
    if heard.size > 2 * _LONG:
        core = core[:_LONG] + "，" + core[-_LONG:]
    return _SAID["ask"].search(core) is not None


def _new_matter(heard: _Heard, topical: bool) -> Wish:
    """A question, a report, or a guess where neither is plain."""
    problem, size = heard.problem, heard.size
    if heard.says("praise") and not problem:
        return Wish(Intent.REPORT if size > 12 else Intent.THANKS, 0.75)
    if not (problem and size > _LONG) and _asks(heard) and not heard.says("complaint"):
        return Wish(Intent.ASK, 0.65 if problem else 0.85)
    if problem:
        return Wish(Intent.REPORT, 0.93 if topical or size > 12 else 0.75)
    if heard.thankful and size <= 20 and not heard.says("request"):
        return Wish(Intent.THANKS, 0.75)
    if size <= _LONG and heard.text.rstrip().endswith(("？", "?", "吗", "呢", "么")):
        return Wish(Intent.ASK, 0.7)
    if topical or heard.says("request"):
        return Wish(Intent.REPORT, 0.8, open=True)
    if size <= 6:
        return Wish(Intent.CHAT, 0.55, open=True)
    return Wish(Intent.REPORT, 0.6 if size > 14 else 0.5, open=True)
