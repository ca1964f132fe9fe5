"""The tickets of a city's year by a fixed seed: sizes of communities, seasons, hours, states, histories."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.catalogue import Catalogue, Leaf

ZONE: Final = ZoneInfo("Asia/Shanghai")
NOW: Final = datetime(2026, 11, 23, 8, 31, tzinfo=ZONE)
DAYS: Final = 365
HOUR: Final = 3_600_000
STAFF: Final = 5  # people of a community's office
RESIDENTS: Final = 5000  # people of a community
WINTER, SUMMER, AUTUMN = (11, 12, 1, 2, 3), (6, 7, 8, 9), (8, 9)
SEASONS: Final[dict[str, tuple[tuple[int, ...], float]]] = {
    "heating": (WINTER, 12.0),
    "street_cleaning": (WINTER, 2.0),
    "manhole_drain": (SUMMER, 3.0),
    "leak": (SUMMER, 2.0),
    "power_supply": (SUMMER, 3.0),
    "water_supply": (SUMMER, 2.0),
    "pests": (SUMMER, 4.0),
    "social_noise": (SUMMER, 2.5),
    "cooking_fumes": (SUMMER, 2.0),
    "greenery": (SUMMER, 2.0),
    "construction_noise": (SUMMER, 2.0),
    "school_enrolment": (AUTUMN, 8.0),
}
COMMON: Final = {
    "parking": 9, "property_service": 9, "exposed_rubbish": 7, "social_noise": 6, "neighbour_noise": 6,
    "leak": 6, "elevator": 6, "street_lamp": 5, "construction_noise": 5, "heating": 4, "water_supply": 4,
    "power_supply": 4, "piled_junk": 4, "fire_lane": 4, "ebike_charging": 4, "street_vending": 3,
    "illegal_building": 3,
    "road_damage": 3, "greenery": 3, "traffic_order": 3, "certificate": 3,
}  # fmt: skip
HOURS: Final = (1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 9, 6, 6, 8, 9, 9, 9, 9, 10, 9, 6, 4, 2)
WHERE: Final = ("东门", "西门", "凉亭旁边", "地下车库", "快递柜旁", "健身器材那里", "垃圾房后面", "", "", "")
WISH: Final = (
    "麻烦尽快看看", "已经三天了", "家里有老人出行不便", "请派人来修", "上次说修一直没来", "谢谢",
    "孩子差点摔倒", "大家都有意见", "不知道归谁管", "晚上睡不好",
)  # fmt: skip

Values = tuple[Any, ...]

TICKET: Final = (
    "id", "community_id", "number", "resident_id", "chat_id", "source_message", "state", "category", "kind",
    "urgency", "body", "place", "estate_id", "building", "unit", "responsible", "level", "assignee_id",
    "clock_class", "clock_unit", "accept_due", "answer_due", "accepted_at", "answered_at", "closed_at",
    "result", "opinion", "review_due", "created_at", "version",
)  # fmt: skip
EVENT: Final = (
    "id", "community_id", "ticket_id", "at", "actor_role", "actor_id", "kind", "from_state", "to_state",
    "data",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket's row, the rows of its history (without their ids), and what the search looks through."""

    row: Values
    history: tuple[Values, ...]
    community: int
    text: str


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def weights(communities: int) -> list[float]:
    """How much each community writes: a few write much, many little."""
    chance = random.Random(11)
    return [chance.lognormvariate(0.0, 0.6) for _ in range(communities)]


def tickets(total: int, communities: int, catalogue: Catalogue) -> Iterator[Made]:
    """All of the year, in the order of time."""
    chance = random.Random(20261122)
    size = list(itertools.accumulate(weights(communities)))
    everybody = range(1, communities + 1)
    days = [NOW.date() - timedelta(days=DAYS - n) for n in range(DAYS + 1)]
    shares = _shares(catalogue, days)
    last = dict.fromkeys(everybody, 0)
    number, owed = 0, 0.0
    whole = sum(share for share, _ in shares)
    for day, (share, season) in zip(days, shares, strict=True):
        owed += total * share / whole
        count = min(total, round(owed)) - number
        begin = ms(datetime.combine(day, time(), ZONE))
        until = min(ms(NOW), begin + 24 * HOUR)
        last = dict.fromkeys(last, 0)
        hours = chance.choices(range(24), HOURS, k=count)
        moments = sorted(
            min(begin + hour * HOUR + chance.randrange(HOUR), until - 1000 - chance.randrange(HOUR))
            for hour in hours
        )
        places = chance.choices(everybody, cum_weights=size, k=count)
        leaves = chance.choices(catalogue.leaves, cum_weights=season, k=count)
        for at, community, leaf in zip(moments, places, leaves, strict=True):
            number += 1
            last[community] += 1
            yield _made(number, community, f"{day:%y%m%d}-{last[community]:03d}", at, leaf, chance)


def _shares(catalogue: Catalogue, days: list[date]) -> list[tuple[float, list[float]]]:
    """For each day how much is written, and how the kinds share in it (summed up)."""
    by_month: dict[int, list[float]] = {}
    for month in range(1, 13):
        each = []
        for leaf in catalogue.leaves:
            months, more = SEASONS.get(leaf.code, ((), 1.0))
            each.append(COMMON.get(leaf.code, 1) * (more if month in months else 1.0))
        by_month[month] = list(itertools.accumulate(each))
    return [
        (by_month[day.month][-1] * (0.7 if day.weekday() > 4 else 1.0), by_month[day.month]) for day in days
    ]


def _made(number: int, community: int, name: str, at: int, leaf: Leaf, chance: random.Random) -> Made:
    draw = chance.random
    house, unit = 1 + int(draw() * 30), 1 + int(draw() * 6)
    person = community * 10_000 + int(draw() * RESIDENTS)
    place = f"{house}号楼{unit}单元{WHERE[int(draw() * 10)]}"
    said = leaf.strong or leaf.ordinary or (leaf.name,)
    body = f"{place}{said[int(draw() * len(said))]}，{WISH[int(draw() * 10)]}，{WISH[int(draw() * 10)]}"
    urgent = draw() < 0.02
    now = ms(NOW)
    taken = at + int((0.1 + 5 * draw()) * HOUR)
    answered = taken + int(chance.expovariate(1 / 30) * HOUR)
    closed = answered + int(chance.expovariate(1 / 40) * HOUR)
    rated = closed + int(60 * draw() * HOUR)
    worker = community * 10 + 1 + int(draw() * STAFF)
    state, opinion, steps = "new", "", 0
    step: Values
    history: list[Values] = [(community, number, at, "resident", person, "opened", "", "new", "{}")]
    if taken < now:
        state, steps = "working", 1
        history.append((community, number, taken, "staff", worker, "take", "new", "working", "{}"))
    if answered < now and draw() < 0.997:
        state, steps = "answered", 2
        history.append((community, number, answered, "staff", worker, "answer", "working", "answered", "{}"))
    if state == "answered" and closed < now and draw() < 0.99:
        state, steps = "review", 3
        solved = '{"reason": "已解决"}'
        history.append((community, number, closed, "staff", worker, "close", "answered", "review", solved))
    if state == "review" and closed + 72 * HOUR < now:
        state, steps = "closed", 4
        opinion = ("satisfied", "satisfied", "fair", "unsatisfied", "silent")[int(draw() * 5)]
        if opinion == "silent":
            step = (
                community,
                number,
                closed + 72 * HOUR,
                "program",
                None,
                "confirm",
                "review",
                "closed",
                "{}",
            )
        else:
            words = f'{{"name": "{opinion}"}}'
            step = (community, number, rated, "resident", person, "rate", "review", "closed", words)
        history.append(step)
    done = steps >= 3
    row = (
        *(number, community, name, person, person, number, state, leaf.code, leaf.kind),
        *("紧急" if urgent else "一般", body, place, community, str(house), str(unit), leaf.unit),
        *(leaf.level.value, worker if steps else None, leaf.clock, "天", at + 8 * HOUR, at + 168 * HOUR),
        *(taken if steps else None, answered if steps >= 2 else None, closed if done else None),
        *("solved" if done else "", opinion, closed + 72 * HOUR if state == "review" else None),
        *(at, 1 + steps),
    )
    return Made(row, tuple(history), community, f"{name} {place} {body}")
