"""Presses of the duty roster and of a handover: translated for the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

from desk.hand import Hand
from desk.office import Office
from desk.staff import duty, handover
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of

Step = Callable[[Office, Hand, list[str]], Awaitable[str | None]]


async def _week(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.show_week(office, hand, parts[0])


async def _day(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.show_day(office, hand, parts[0], date.fromisoformat(parts[1]))


async def _put(office: Office, hand: Hand, parts: list[str]) -> str:
    return await duty.put(office, hand, parts[0], date.fromisoformat(parts[1]), int(parts[2]))


async def _weekly(office: Office, hand: Hand, parts: list[str]) -> str:
    return await duty.every_week(office, hand, parts[0], date.fromisoformat(parts[1]))


async def _away(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.ask_span(office, hand, parts[0], hand.user_id)


async def _others(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.ask_who(office, hand, parts[0])


async def _whose(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.ask_span(office, hand, parts[0], int(parts[1]))


async def _span(office: Office, hand: Hand, parts: list[str]) -> None:
    await duty.ask_deputy(office, hand, parts[0], int(parts[1]), parts[2])


async def _deputy(office: Office, hand: Hand, parts: list[str]) -> str:
    return await duty.go_away(office, hand, parts[0], int(parts[1]), parts[2], int(parts[3]))


async def _back(office: Office, hand: Hand, parts: list[str]) -> str:
    return await duty.come_back(office, hand, parts[0])


async def _from(office: Office, hand: Hand, parts: list[str]) -> None:
    await handover.show_list(office, hand, parts[0], int(parts[1]))


async def _to(office: Office, hand: Hand, parts: list[str]) -> None:
    await handover.confirm(office, hand, parts[0], int(parts[1]), int(parts[2]))


async def _yes(office: Office, hand: Hand, parts: list[str]) -> str:
    return await handover.hand_over(office, hand, parts[0], int(parts[1]), int(parts[2]))


async def _leave(office: Office, hand: Hand, parts: list[str]) -> str:
    return await handover.hand_over(office, hand, parts[0], int(parts[1]), int(parts[2]), leave=True)


_STEPS: dict[str, tuple[Step, int]] = {
    "duty": (_week, 1),
    "duty_day": (_day, 2),
    "duty_put": (_put, 3),
    "duty_weekly": (_weekly, 2),
    "duty_away": (_away, 1),
    "duty_others": (_others, 1),
    "duty_whose": (_whose, 2),
    "duty_span": (_span, 3),
    "duty_deputy": (_deputy, 4),
    "duty_back": (_back, 1),
    "handover_from": (_from, 2),
    "handover_to": (_to, 3),
    "handover_yes": (_yes, 3),
    "handover_leave": (_leave, 3),
}
"""Each with how many parts its argument has."""


def _action(step: Step, count: int) -> Action:
    async def run(office: Office, press: Press) -> Toast:
        parts = press.arg.split("|")
        if len(parts) != count:
            raise Refused("gone")
        return Toast(await step(office, hand_of(press), parts) or "")

    return run


ACTIONS: dict[str, Action] = {name: _action(step, count) for name, (step, count) in _STEPS.items()}
