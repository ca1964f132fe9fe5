"""Telegram's sending limits: always counted, refused only when switched on."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Limits:
    """Sliding windows per bot, per chat and per group."""

    enforce: bool = False
    per_second: int = 30
    chat_per_second: float = 1.0
    chat_burst: int = 1
    group_per_minute: int = 20
    _overall: dict[int, deque[float]] = field(default_factory=dict)
    _tokens: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    _minutes: dict[tuple[int, int], deque[float]] = field(default_factory=dict)

    def settings(self) -> Json:
        """What is in force."""
        return {
            "enforce": self.enforce,
            "per_second": self.per_second,
            "chat_per_second": self.chat_per_second,
            "chat_burst": self.chat_burst,
            "group_per_minute": self.group_per_minute,
        }

    def change(self, wanted: Json) -> None:
        """Set what is named, start counting anew."""
        for name in self.settings():
            if name in wanted:
                setattr(self, name, type(getattr(self, name))(wanted[name]))
        self._overall.clear()
        self._tokens.clear()
        self._minutes.clear()

    def check(self, bot: int, chat: int, count: int, edit: bool) -> list[tuple[str, int]]:
        """Limits that this call breaks, each with the seconds to wait; counts the call unless refused."""
        now = time.monotonic()
        broken = []
        overall = _window(self._overall.setdefault(bot, deque()), now - 1)
        if len(overall) + count > self.per_second:
            broken.append(("overall", 1))
        tokens = self._level(bot, chat, now)
        if not edit and tokens < 1:
            broken.append(("chat", math.ceil((1 - tokens) / self.chat_per_second)))
        minute = _window(self._minutes.setdefault((bot, chat), deque()), now - 60)
        if chat < 0 and len(minute) + count > self.group_per_minute:
            broken.append(("group", max(1, math.ceil(minute[0] + 60 - now)) if minute else 60))
        if not (broken and self.enforce):
            overall.extend([now] * count)
            if chat < 0:
                minute.extend([now] * count)
            if not edit:
                self._tokens[bot, chat] = (max(tokens - count, -1.0), now)
        return broken

    def _level(self, bot: int, chat: int, now: float) -> float:
        level, at = self._tokens.get((bot, chat), (float(self.chat_burst), now))
        return min(float(self.chat_burst), level + (now - at) * self.chat_per_second)


def _window(times: deque[float], since: float) -> deque[float]:
    while times and times[0] <= since:
        times.popleft()
    return times
