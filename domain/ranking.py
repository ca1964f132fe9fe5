"""A ranking that does not punish the small and the honest: classes by size, shrinkage, a least of cases.

A community is compared only with others of its size, a 小区 only with others of its community and its size.
Each rate is drawn toward the mean of its class by as many imagined cases as stand in `PULL`, so that three
lucky or unlucky tickets decide nothing. Who has fewer than `LEAST_CASES` is not ranked. Who attains the mark
never gets a yellow card, whatever the rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = {"on_time": 0.5, "satisfied": 0.3, "lasting": 0.2}
"""按期结案率, 满意率, and how many closed ones did not have to be done again."""
PULL: Final = 20
LEAST_CASES: Final = 10
ATTAINED: Final = 0.85
FLAGS: Final = 3  # 流动红旗 and 黄牌 in a class, where it is large enough
SMALLEST_CLASS: Final = 6  # below that one flag and one card
CLASS_SIZES: Final = (300, 1000)  # households (or what stands for them) where 小 ends and 大 begins

Rate = tuple[int, int]
"""So many of so many."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A community, or an estate, of a month. `size` as its households are known; 0 when they are not."""

    id: int
    name: str
    size: int
    on_time: Rate
    satisfied: Rate
    lasting: Rate


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entrant stands; `flag` is "red", "yellow" or ""; `months` counts yellow cards in a row."""

    entrant: Entrant
    group: str  # small | middle | large | all
    rank: int
    score: float
    attained: bool
    flag: str
    months: int = 0


def ranking(
    entrants: Iterable[Entrant], yellow_before: Mapping[int, int]
) -> tuple[list[Place], list[Entrant]]:
    """(who stands where, who has too few cases). `yellow_before`: yellow cards in a row up to last month."""
    found = list(entrants)
    few = [one for one in found if one.on_time[1] < LEAST_CASES]
    groups: dict[str, list[Entrant]] = {}
    for one in found:
        if one.on_time[1] >= LEAST_CASES:
            groups.setdefault(size_class(one.size), []).append(one)
    places: list[Place] = []
    for name in sorted(groups):
        places += _of_group(name, groups[name], yellow_before)
    return places, few


def size_class(size: int) -> str:
    if not size:
        return "all"
    return "small" if size < CLASS_SIZES[0] else "middle" if size < CLASS_SIZES[1] else "large"


def _of_group(name: str, group: Sequence[Entrant], yellow_before: Mapping[int, int]) -> list[Place]:
    means = {key: _mean([getattr(one, key) for one in group]) for key in WEIGHTS}
    scored = sorted(((score(one, means), one) for one in group), key=lambda pair: (-pair[0], pair[1].id))
    flags = FLAGS if len(group) >= SMALLEST_CLASS else min(1, len(group) // 2)
    places = []
    for n, (points, one) in enumerate(scored, 1):
        attained = points >= ATTAINED
        red = n <= flags
        yellow = n > len(group) - flags and not attained and not red
        months = yellow_before.get(one.id, 0) + 1 if yellow else 0
        places.append(
            Place(one, name, n, points, attained, "red" if red else "yellow" if yellow else "", months)
        )
    return places


def score(one: Entrant, means: Mapping[str, float]) -> float:
    """Between 0 and 1: the weighted rates, each drawn toward its mean."""
    return sum(weight * shrunk(getattr(one, key), means[key]) for key, weight in WEIGHTS.items())


def shrunk(rate: Rate, mean: float) -> float:
    part, whole = rate
    return (part + PULL * mean) / (whole + PULL)


def _mean(rates: Sequence[Rate]) -> float:
    whole = sum(rate[1] for rate in rates)
    return sum(rate[0] for rate in rates) / whole if whole else 1.0


def consequence(months: int) -> str:
    """What yellow cards in a row bring: a word of texts/ranking.py."""
    return "" if months < 2 else "explain" if months == 2 else "report"
