"""The table of what can be said by name: a promise in the outbox names its text here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from texts.words import Words

Saying = Callable[..., Words]
SAYINGS: dict[str, Saying] = {}


def says(function: Saying) -> Saying:
    """Enter a text under its function's name."""
    if function.__name__ in SAYINGS:
        raise ValueError(f"two texts are called {function.__name__}")
    SAYINGS[function.__name__] = function
    return function


def plainly(name: str, *, simple: bool) -> str:
    """The name of the text for somebody: in 长辈版 its short form, when it has one."""
    short = f"{name}_simple"
    return short if simple and short in SAYINGS else name


def say(name: str, /, **values: Any) -> Words:
    """The text of that name with its values."""
    return SAYINGS[name](**values)
