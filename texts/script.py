"""繁體: what is said, in the script the person writes."""

from __future__ import annotations

import functools

import opencc


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2tw")


def to_traditional(text: str) -> str:
    """Simplified to traditional characters, as written in Taiwan and read everywhere."""
    return str(_converter().convert(text))
