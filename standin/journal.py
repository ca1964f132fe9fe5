"""The stand-in's diary: every update, confirmation, call and violation in the order it happened."""

from __future__ import annotations

import asyncio
import bisect
from collections import Counter
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class Signal:
    """Wakes everyone who waits, again and again."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake those who wait now; later waiters wait for the next time."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - the caller states how long it can wait
        """True if it fired within `timeout` seconds."""
        try:
            await asyncio.wait_for(self._event.wait(), timeout)
        except TimeoutError:
            return False
        return True


class Journal:
    """Entries with a rising number; the same number stamps the versions of messages."""

    def __init__(self) -> None:
        self.n = 0
        self.entries: list[Json] = []
        self.changed = Signal()
        self.calls: dict[str, Counter[str]] = {}
        self.violations: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def tick(self) -> int:
        """The next number, telling everyone who waits."""
        self.n += 1
        self.changed.fire()
        return self.n

    def add(self, kind: str, at: float, **fields: Any) -> Json:
        """Write one entry."""
        entry: Json = {"n": self.tick(), "at": at, "kind": kind, **fields}
        self.entries.append(entry)
        return entry

    def since(self, n: int) -> Iterator[Json]:
        """Entries with a number above `n`."""
        start = bisect.bisect_right(self.entries, n, key=lambda entry: int(entry["n"]))
        for index in range(start, len(self.entries)):
            yield self.entries[index]

    def count_call(self, method: str, ok: bool) -> None:
        """Count one call of the Bot API."""
        self.calls.setdefault(method, Counter())["ok" if ok else "failed"] += 1

    def clear(self) -> None:
        """Forget the entries and counts; numbers go on."""
        self.entries.clear()
        self.calls.clear()
        self.violations.clear()
        self.faults.clear()
