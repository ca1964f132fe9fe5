"""Presses of 延期, 挂账, 不予受理, 作废, 并单, 撤销 and 照发: translated for the desk."""

from __future__ import annotations

from desk.office import Office
from desk.staff import deferring, held, joining_matters, refusing, undoing
from domain.errors import Refused
from handlers.pressing import Action, Press, Toast, hand_of


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Refused("gone")
    return int(text)


async def _extend(office: Office, press: Press) -> Toast:
    days, _, reason = press.arg.partition(":")
    return Toast(await deferring.ask_extension(office, hand_of(press), _number(days), reason), alert=True)


async def _extend_yes(office: Office, press: Press) -> Toast:
    asked = _number(press.arg)
    return Toast(await deferring.decide_extension(office, hand_of(press), asked, granted=True))


async def _extend_no(office: Office, press: Press) -> Toast:
    asked = _number(press.arg)
    return Toast(await deferring.decide_extension(office, hand_of(press), asked, granted=False))


async def _suspend(office: Office, press: Press) -> Toast:
    reason, _, days = press.arg.partition(":")
    return Toast(await deferring.suspend(office, hand_of(press), reason, _number(days)), alert=True)


async def _suspend_on(office: Office, press: Press) -> Toast:
    return Toast(await deferring.suspend_on(office, hand_of(press), _number(press.arg)))


async def _resume(office: Office, press: Press) -> Toast:
    return Toast(await deferring.resume(office, hand_of(press)), alert=True)


async def _reject(office: Office, press: Press) -> Toast:
    return Toast(await refusing.reject(office, hand_of(press), press.arg), alert=True)


async def _void(office: Office, press: Press) -> Toast:
    return Toast(await refusing.void(office, hand_of(press), press.arg))


async def _open_merge(office: Office, press: Press) -> Toast:
    return Toast(await joining_matters.open_merge(office, hand_of(press)))


async def _merge(office: Office, press: Press) -> Toast:
    return Toast(await joining_matters.merge(office, hand_of(press), _number(press.arg)))


async def _split(office: Office, press: Press) -> Toast:
    return Toast(await joining_matters.split(office, hand_of(press)))


async def _undo(office: Office, press: Press) -> Toast:
    return Toast(await undoing.undo(office, hand_of(press)))


async def _send_anyway(office: Office, press: Press) -> Toast:
    return Toast(await held.send_held(office, hand_of(press), _number(press.arg), send=True))


async def _send_not(office: Office, press: Press) -> Toast:
    return Toast(await held.send_held(office, hand_of(press), _number(press.arg), send=False))


async def _me_too(office: Office, press: Press) -> Toast:
    into = _number(press.arg)
    return Toast(await joining_matters.me_too(office, press.ticket_id, press.user_id, into, press.key))


async def _not_same(office: Office, press: Press) -> Toast:
    into = _number(press.arg)
    return Toast(await joining_matters.not_the_same(office, press.ticket_id, press.user_id, into))


async def _joined_solved(office: Office, press: Press) -> Toast:
    return Toast(await joining_matters.solved_here_too(office, press.ticket_id, press.user_id, press.key))


async def _joined_unsolved(office: Office, press: Press) -> Toast:
    return Toast(await joining_matters.not_solved_here(office, press.ticket_id, press.user_id, press.key))


STAFF_ACTIONS: dict[str, Action] = {
    "extend": _extend,
    "extend_yes": _extend_yes,
    "extend_no": _extend_no,
    "suspend": _suspend,
    "suspend_on": _suspend_on,
    "resume": _resume,
    "reject": _reject,
    "void": _void,
    "open_merge": _open_merge,
    "merge": _merge,
    "part": _split,
    "undo": _undo,
    "send_anyway": _send_anyway,
    "send_not": _send_not,
}
RESIDENT_ACTIONS: dict[str, Action] = {
    "me_too": _me_too,
    "not_same": _not_same,
    "joined_solved": _joined_solved,
    "joined_unsolved": _joined_unsolved,
}
