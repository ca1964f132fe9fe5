"""A button press in plain values, and what the presser is shown at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from desk.hand import Hand
from desk.office import Office
from domain.errors import Refused
from texts.setup import setup_why


@dataclass(frozen=True, slots=True)
class Press:
    chat_id: int
    message_id: int
    user_id: int
    user_name: str
    action: str
    ticket_id: int = 0
    arg: str = ""
    community_id: int | None = None
    key: str = ""  # unique to this press


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer of the press itself: a line that fades, or an alert that wants to be closed."""

    text: str = ""
    alert: bool = False


def hand_of(press: Press, text: str = "") -> Hand:
    """The staff member's hand that pressed."""
    return Hand(
        community_id=press.community_id or 0,
        ticket_id=press.ticket_id,
        user_id=press.user_id,
        key=press.key,
        chat_id=press.chat_id,
        text=text,
        user_name=press.user_name,
    )


Action = Callable[[Office, Press], Awaitable[Toast]]


def refusing(run: Callable[[Office, Press], Awaitable[None]], done: str = "") -> Action:
    """A step of setting up whose refusal is shown to the presser; `done` is said when it was done."""

    async def act(office: Office, press: Press) -> Toast:
        try:
            await run(office, press)
        except Refused as refusal:
            return Toast(setup_why(refusal.reason, **refusal.values), alert=True)
        return Toast(done)

    return act
