"""What was understood of one message: the frozen result that `nlp.read` gives back.

This interface is final: desk, handlers and tests build on it. Everything is plain values; nothing here
knows of Telegram or the database. All character offsets are into `Reading.text` (the normalised,
simplified text), as half-open `(start, end)` spans.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Words before a place that make it the writer's own.
_OWN = ("我是", "我住", "我家", "我家是", "我们家", "家住", "我们是")


class Intent(StrEnum):
    """What the person wants with this message."""

    REPORT = "report"  # a matter for the office: opens a ticket
    ASK = "ask"  # 咨询: a question about a policy or a service; opens a ticket unless a card answers it
    PROGRESS = "progress"  # "上次说的漏水怎么样了"
    URGE = "urge"  # 催办: "怎么还没人来"
    SUPPLEMENT = "supplement"  # adds to an open matter: "补充一下，是2单元"
    WITHDRAW = "withdraw"  # "不用来了，好了"
    RATE = "rate"  # "很满意" / "没解决"
    THANKS = "thanks"
    CHAT = "chat"  # greeting, small talk, nothing for the office
    PERSON = "person"  # wants a human: "我要找人工"


class Kind(StrEnum):
    """诉求类型."""

    CONSULT = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    TIP_OFF = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"


class Concern(StrEnum):
    """Whom the matter is about."""

    SELF = "self"
    PARENT = "parent"
    CHILD = "child"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    PUBLIC = "public"


class Danger(StrEnum):
    """A danger that is present now; each has its number to call and its advice in texts/."""

    FIRE = "fire"  # 119
    GAS = "gas"  # leave, do not switch anything, gas company / 119
    TRAPPED = "trapped"  # in a lift, a room, under something: 119
    MEDICAL = "medical"  # fallen, unconscious, bleeding, not answering the door: 120
    VIOLENCE = "violence"  # beating, knife, domestic violence, break-in: 110
    SUICIDE = "suicide"  # wording of self-harm: 12356 and 110
    ELECTRIC = "electric"  # live wires, electric shock
    FALLING = "falling"  # things falling or about to fall from height
    FLOOD = "flood"  # water rising, burst main into homes
    MISSING = "missing"  # an elder or child missing now: 110


class Urgency(StrEnum):
    """Class of the matter, which chooses the clock (field.md §5)."""

    CRITICAL = "特急"
    URGENT = "紧急"
    NORMAL = "一般"


class Script(StrEnum):
    SIMPLIFIED = "hans"
    TRADITIONAL = "hant"


@dataclass(frozen=True, slots=True)
class CategoryGuess:
    code: str  # leaf code of the catalogue, e.g. "elevator"
    probability: float  # calibrated, 0..1


@dataclass(frozen=True, slots=True)
class Place:
    """One place. Fields that were not said are empty; numbers are kept as said, without their measure word.

    "3号楼2单元501" gives building="3", unit="2", room="501", floor="5" (derived floors are marked).
    """

    span: tuple[int, int]
    raw: str  # the words as said
    estate: str = ""  # the gazetteer's own name when matched, else as said
    estate_id: int | None = None  # from the gazetteer
    building: str = ""  # "3", "12A", "甲"
    unit: str = ""
    floor: str = ""  # "5", "-1"
    room: str = ""  # "501"
    parking: str = ""  # "B1-023"
    spot: str = ""  # public spot or landmark: "东门垃圾房旁边"
    road: str = ""  # "解放路128号"
    floor_derived: bool = False  # the floor was worked out from the room number


class TimeKind(StrEnum):
    POINT = "point"  # "昨天晚上八点"
    SPAN = "span"  # "上周五到现在", "连续三天"
    RECURRING = "recurring"  # "每天晚上十一点以后"
    APPOINTMENT = "appointment"  # wish of when to come: "周六上午在家"


@dataclass(frozen=True, slots=True)
class TimeMention:
    span: tuple[int, int]
    raw: str
    kind: TimeKind
    start: datetime | None = None  # aware, in the zone of `now`
    end: datetime | None = None
    rule: str = ""  # for recurring: "daily 23:00-", "weekly sat,sun", "monthly 1"


class PersonalKind(StrEnum):
    PHONE = "phone"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    NAME = "name"  # 王阿姨, 李建国


@dataclass(frozen=True, slots=True)
class Personal:
    """A piece of personal data found in `Reading.text`, for masking."""

    kind: PersonalKind
    span: tuple[int, int]
    value: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One of several matters in a message, with its own words, category and place."""

    text: str
    category: CategoryGuess
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    original: str
    text: str  # normalised and simplified; what all spans point into
    script: Script
    intent: Intent
    intent_confidence: float
    guesses: tuple[CategoryGuess, ...]  # best first, at least one, at most three
    why: tuple[str, ...]  # the words that decided for guesses[0], strongest first
    kind: Kind
    urgency: Urgency
    concern: Concern
    dangers: tuple[Danger, ...] = ()
    danger_words: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    times: tuple[TimeMention, ...] = ()
    personal: tuple[Personal, ...] = ()
    frailty: tuple[str, ...] = ()  # "八十岁", "独居", "坐轮椅", "孕妇"
    matters: tuple[Matter, ...] = ()  # two or more when the message holds several, else empty
    foreign: bool = False  # not Chinese: hand over to a person
    numbers: tuple[str, ...] = ()  # ticket numbers mentioned, e.g. "261122-007"
    unsure: bool = False  # the best guess is below the threshold at which the resident is asked

    @property
    def category(self) -> str:
        return self.guesses[0].code

    @property
    def place(self) -> Place | None:
        """The place of the matter: the most precise one said, the writer's own before a neighbour's."""
        return max(self.places, key=self._telling, default=None)

    def _telling(self, place: Place) -> tuple[int, bool, bool]:
        house = bool(place.building) + bool(place.unit) + bool(place.room)
        rest = bool(place.spot) + bool(place.road) + bool(place.estate)
        own = self.text[: place.span[0]].endswith(_OWN)
        return (house or -3 + rest, own, bool(place.estate))


@dataclass(frozen=True, slots=True)
class EstateEntry:
    """One estate of the gazetteer, as the caller hands it in."""

    id: int
    community_id: int
    name: str
    aliases: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()  # "3", "12A"; empty when unknown
    spots: tuple[str, ...] = ()  # local names: "东门", "小广场"


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places one bot knows. Build once, hand to every `read`."""

    estates: tuple[EstateEntry, ...] = ()
