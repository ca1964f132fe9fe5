"""Presses of the page with ready words: translated for the desk."""

from __future__ import annotations

from dataclasses import replace

from desk.hand import Hand
from desk.office import Office
from desk.staff import ready
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of


def _hand(press: Press) -> Hand:
    return replace(hand_of(press), under=press.message_id)


def _parts(arg: str) -> tuple[str, str]:
    page, bar, rest = arg.partition("|")
    if not bar:
        raise Refused("gone")
    return page, rest


def _offset(text: str) -> int:
    if not text.isdecimal():
        raise Refused("gone")
    return int(text)


async def _offer(office: Office, press: Press) -> Toast:
    return Toast(await ready.offer(office, hand_of(press)))


async def _turn(office: Office, press: Press) -> Toast:
    page, offset = _parts(press.arg)
    return Toast(await ready.turn_page(office, hand_of(press), page, _offset(offset)))


async def _send(office: Office, press: Press) -> Toast:
    page, name = _parts(press.arg)
    return Toast(await ready.send(office, _hand(press), page, name))


async def _fill(office: Office, press: Press) -> Toast:
    return Toast(await ready.fill(office, _hand(press), press.arg))


async def _write(office: Office, press: Press) -> Toast:
    return Toast(await ready.want_blank(office, hand_of(press)))


async def _own(office: Office, press: Press) -> Toast:
    _, offset = _parts(press.arg)
    return Toast(await ready.own_words(office, hand_of(press), _offset(offset)))


ACTIONS: dict[str, Action] = {
    "answers": _offer,
    "answer_turn": _turn,
    "answer_send": _send,
    "answer_fill": _fill,
    "answer_write": _write,
    "answer_own": _own,
}
