"""Presses on notices: staff prepare and send them, residents answer."""

from __future__ import annotations

from desk.office import Office
from desk.staff import notices
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Refused("gone")
    return int(text)


async def _houses(office: Office, press: Press) -> Toast:
    notice, _, shown = press.arg.partition(":")
    hand = hand_of(press)
    return Toast(await notices.open_houses(office, hand, _number(notice), shown=bool(shown)))


async def _house(office: Office, press: Press) -> Toast:
    notice, _, building = press.arg.partition(":")
    hand = hand_of(press)
    return Toast(await notices.toggle_house(office, hand, _number(notice), _number(building)))


async def _urgent(office: Office, press: Press) -> Toast:
    return Toast(await notices.toggle_urgent(office, hand_of(press), _number(press.arg)))


async def _send(office: Office, press: Press) -> Toast:
    return Toast(await notices.confirm(office, hand_of(press), _number(press.arg)), alert=True)


async def _drop(office: Office, press: Press) -> Toast:
    return Toast(await notices.drop(office, hand_of(press), _number(press.arg)))


async def _names(office: Office, press: Press) -> Toast:
    return Toast(await notices.send_names(office, hand_of(press), _number(press.arg)))


async def _answer(office: Office, press: Press) -> Toast:
    notice, _, said = press.arg.partition(":")
    return Toast(await notices.answer(office, _own_chat(press), _number(notice), said, press.key))


async def _help(office: Office, press: Press) -> Toast:
    return Toast(await notices.ask_for_help(office, _own_chat(press), _number(press.arg)))


async def _off(office: Office, press: Press) -> Toast:
    return Toast(await notices.subscribe(office, _own_chat(press), press.key, wanted=False))


async def _on(office: Office, press: Press) -> Toast:
    return Toast(await notices.subscribe(office, _own_chat(press), press.key, wanted=True))


def _own_chat(press: Press) -> int:
    """The private chat with the presser; it has the person's own id."""
    if press.chat_id != press.user_id:
        raise Refused("not_yours")
    return press.user_id


STAFF_ACTIONS: dict[str, Action] = {
    "notice_houses": _houses,
    "notice_house": _house,
    "notice_urgent": _urgent,
    "notice_send": _send,
    "notice_drop": _drop,
    "notice_names": _names,
}
RESIDENT_ACTIONS: dict[str, Action] = {
    "notice_answer": _answer,
    "notice_contact": _help,
    "notices_off": _off,
    "notices_on": _on,
}
