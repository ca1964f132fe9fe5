"""Whole numbers with signs, side by side in one long integer: one multiplication moves all of them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from functools import cache

_BITS = 64
_MIDDLE = 1 << 62


def pack(values: Sequence[int]) -> int:
    """The numbers as one."""
    lanes = array("Q", [value + _MIDDLE for value in values])
    if sys.byteorder == "big":
        lanes.byteswap()
    return int.from_bytes(lanes.tobytes(), "little") - _middle(len(values))


def unpack(packed: int, width: int) -> list[int]:
    """The `width` numbers of one."""
    lanes = array("Q", (packed + _middle(width)).to_bytes(width * _BITS // 8, "little"))
    if sys.byteorder == "big":
        lanes.byteswap()
    return [lane - _MIDDLE for lane in lanes]


@cache
def _middle(width: int) -> int:
    return sum(_MIDDLE << (_BITS * at) for at in range(width))
