"""What is said: text with its buttons, as plain values that know nothing of Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape as _escape
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button. `action` and `arg` are looked up again when it is pressed; `url` opens a page instead."""

    label: str
    action: str = ""
    arg: str = ""
    ticket: int = 0
    url: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """One message. `html` uses Telegram's few tags; every value in it went through `esc`.

    keyboard: None leaves the reply keyboard as it is, () removes it, rows of labels set it;
    ask_contact labels of it ask for the telephone number.
    """

    html: str
    buttons: Rows = ()
    keyboard: tuple[tuple[str, ...], ...] | None = None
    force_reply: str = ""  # placeholder of a forced reply, in groups
    silent: bool = field(default=False)


def pairs(buttons: Sequence[Button]) -> Rows:
    """Two buttons to a row."""
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))


def esc(value: object) -> str:
    """A value made safe inside Telegram's HTML."""
    return _escape(str(value), quote=False)


def called_out(whom: Sequence[Sequence[Any]]) -> str:
    """People called by name, so that their telephone rings. `whom`: (user id, name)."""
    return "、".join(f'<a href="tg://user?id={int(user)}">{esc(name)}</a>' for user, name in whom)
