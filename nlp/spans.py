"""Which characters of a text are already spoken for."""

from __future__ import annotations


class Claims:
    """Spans taken so far; asking and taking cost no more however many there are."""

    def __init__(self, length: int) -> None:
        self._taken = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Take `start:end`; False, and nothing taken, when a character of it is another's already."""
        if self._taken.find(1, start, end) >= 0:
            return False
        self._taken[start:end] = b"\x01" * (end - start)
        return True
