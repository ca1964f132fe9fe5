"""The time in the form the store keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable

Now = Callable[[], int]


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000
