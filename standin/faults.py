"""Faults on request: rules that break calls before or after their effect, seeded."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

Json = dict[str, Any]

KINDS = frozenset(
    {
        "drop_before",
        "drop_after",
        "error_before",
        "error_after",
        "retry_after",
        "delay",
        "garbage",
        "no_method",
        "duplicate_update",
    }
)


@dataclass
class Rule:
    """One way to break calls."""

    kind: str
    method: str = "*"
    bot: int = 0
    probability: float = 0.0
    next: int = 0
    status: int = 502
    seconds: int = 1
    ms: int = 500
    html: bool = False
    hits: int = 0

    def fits(self, method: str, bot: int) -> bool:
        """Whether the rule looks at this call at all."""
        if self.bot and self.bot != bot:
            return False
        if self.method == "*":
            return method != "getUpdates"
        return fnmatchcase(method, self.method)

    def strikes(self, chance: random.Random) -> bool:
        """Whether it hits this time."""
        if self.next > 0:
            self.next -= 1
            self.hits += 1
            return True
        if self.probability and chance.random() < self.probability:
            self.hits += 1
            return True
        return False


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._chance = random.Random(0)

    def replace(self, rules: list[Json], seed: int = 0) -> None:
        """Take new rules; a wrong one is a ValueError."""
        made = [_rule(wanted) for wanted in rules]
        self.rules = made
        self._chance = random.Random(seed)

    def for_call(self, method: str, bot: int) -> tuple[float, Rule | None]:
        """Seconds to wait first, and the rule that breaks this call (the first that strikes)."""
        wait = 0.0
        for rule in self.rules:
            if rule.kind == "duplicate_update" or not rule.fits(method, bot):
                continue
            if not rule.strikes(self._chance):
                continue
            if rule.kind == "delay":
                wait += rule.ms / 1000
            else:
                return wait, rule
        return wait, None

    def duplicates(self, bot: int) -> bool:
        """Whether a confirmed update comes once more."""
        return any(
            rule.kind == "duplicate_update"
            and (not rule.bot or rule.bot == bot)
            and rule.strikes(self._chance)
            for rule in self.rules
        )


def _rule(wanted: Json) -> Rule:
    kind = wanted.get("kind")
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
    unknown = set(wanted) - set(Rule.__dataclass_fields__)
    if unknown:
        raise ValueError(f"a rule has no {', '.join(sorted(unknown))}")
    return Rule(**wanted)
